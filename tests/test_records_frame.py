"""A frame has a row per record, its id first, and headers by which an update finds the same properties."""

import pandas as pd
import pytest

from hubframe.errors import ColumnError
from hubframe.planning.columns import choose_columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.records.frame import records_frame
from hubframe.records.headers import header_names
from hubframe.records.typed import TEXT
from tests.cell_table import STAGE, STAGE_CHOICES

RECORD_ID = Property("hs_object_id", "Record ID", "number", "number", read_only=True)
PROPERTIES = (
    RECORD_ID,
    Property("city", "City", "string"),
    Property("town", "city ", "string"),
    Property("seats", "Seats", "number"),
    Property("phone", "mobile", "string"),
    Property("mobile", "Mobile Phone", "string"),
    Property("hubspot_id", "Other system's id", "string"),
    Property("recordid", "Old id", "string"),
    Property("reference", "Record ID", "string"),
    Property("hubspot_requested_id", "Asked for", "string"),
    Property("nameless", "", "string"),
    Property("padded", "  Padded label ", "string"),
    Property("share", "Share.1", "string"),
)
BY_NAME = {one.name: one for one in PROPERTIES}
DEFINITIONS = Definitions("contacts", BY_NAME)


def test_ids_come_first_and_the_index_counts():
    chosen = [BY_NAME["seats"], RECORD_ID, BY_NAME["city"], BY_NAME["seats"]]
    frame, notes, _ = records_frame(["7", "5"], {"seats": ["1", None], "hs_object_id": ["7", "5"]}, chosen, DEFINITIONS)
    expected = pd.DataFrame(
        {
            "hs_object_id": pd.array(["7", "5"], dtype=TEXT),
            "seats": pd.array([1, None], dtype="Int64"),
            "city": pd.array([None, None], dtype=TEXT),
        }
    )
    pd.testing.assert_frame_equal(frame, expected)
    assert isinstance(frame.index, pd.RangeIndex)
    assert notes == []


def test_what_was_asked_for_is_the_second_column():
    city = {"city": BY_NAME["city"]}
    frame, _, _ = records_frame(
        ["7"], {"city": ["Ghent"]}, list(city.values()), Definitions("contacts", city), requested=["6"]
    )
    assert list(frame) == ["hs_object_id", "hubspot_requested_id", "city"]
    assert frame["hubspot_requested_id"].dtype == TEXT
    assert frame["hubspot_requested_id"].tolist() == ["6"]


def test_no_records_have_the_same_types():
    chosen = [BY_NAME["seats"], STAGE]
    texts = {"seats": ["1"], "dealstage": ["s1"]}
    full, _, _ = records_frame(["7"], texts, chosen, DEFINITIONS, requested=["7"])
    empty, _, _ = records_frame([], {name: [] for name in texts}, chosen, DEFINITIONS, requested=[])
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def test_headers_are_labels_that_mean_one_property():
    named = dict(zip(BY_NAME, header_names(PROPERTIES, DEFINITIONS, labels=True), strict=True))
    assert named == {
        "hs_object_id": "hs_object_id",  # the frame has its own word for it
        "city": "city",  # City is town's label, too
        "town": "town",
        "seats": "Seats",
        "phone": "phone",  # its label is another's name
        "mobile": "Mobile Phone",
        "hubspot_id": "Other system's id",
        "recordid": "Old id",
        "reference": "reference",  # Record ID is the record's own
        "hubspot_requested_id": "Asked for",
        "nameless": "nameless",
        "padded": "Padded label",
        "share": "Share.1",
    }


def test_a_name_that_hubframe_needs_gives_way_to_the_label():
    names = header_names(PROPERTIES, DEFINITIONS, labels=False)
    changed = {one.name: name for one, name in zip(PROPERTIES, names, strict=True) if name != one.name}
    assert changed == {
        "hubspot_id": "Other system's id",
        "hubspot_requested_id": "Asked for",
    }


@pytest.mark.parametrize("labels", [False, True])
def test_an_update_finds_every_property_under_its_header(labels):
    texts = {one.name: ["1"] for one in PROPERTIES}
    frame, _, _ = records_frame(["7"], texts, PROPERTIES, DEFINITIONS, labels=labels, requested=["7"])
    columns = choose_columns(list(frame), [None], DEFINITIONS)
    assert columns.id_column == 0
    assert frame.columns[1] == "Associated requested id"  # the account has a property of the usual name
    assert [one.name for _, one in columns.properties] == [name for name in BY_NAME if name != "hs_object_id"]
    assert frame.columns[0] == ("Record ID" if labels else "hs_object_id")


def test_a_property_that_nobody_may_read_the_definition_of_keeps_its_name():
    unknown = Definitions("contacts", {}, known=False)
    frame, _, _ = records_frame(["7"], {"city": ["Ghent"]}, [Property("city")], unknown, labels=True)
    assert list(frame) == ["hs_object_id", "city"]
    hidden = Property("diagnosis")
    assert header_names([hidden], DEFINITIONS, labels=True) == ["diagnosis"]
    with pytest.raises(ColumnError):  # an update asks for it, as for any name it does not know
        choose_columns(["hs_object_id", "diagnosis"], [None], DEFINITIONS)


def test_stages_are_read_beside_their_pipelines():
    pipeline = Property("pipeline", "Pipeline", "string")
    definitions = Definitions("deals", {"pipeline": pipeline, "dealstage": STAGE})
    texts = {"pipeline": ["sales"], "dealstage": ["r2"]}
    beside, _, _ = records_frame(["7"], texts, [STAGE, pipeline], definitions, labels=True)
    alone, _, _ = records_frame(["7"], texts, [STAGE], definitions, labels=True)
    assert beside["dealstage"].tolist() == ["r2"]
    assert alone["dealstage"].tolist() == ["Renewed (Renewals)"]
    assert len(beside["dealstage"].cat.categories) == len(STAGE_CHOICES.items)


def test_notes_name_their_property():
    _, notes, cautions = records_frame(["7"], {"seats": ["a dozen"], "city": ["a\0"]}, PROPERTIES, DEFINITIONS)
    assert [said.partition(" ")[0] for said in (*notes, *cautions)] == ["'seats'", "'city':"]
