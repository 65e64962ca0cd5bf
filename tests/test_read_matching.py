"""Which record each id or unique value has brought, told from a batch read's answer alone, never by order."""

import pytest

from hubframe.delivery.messages import Answer
from hubframe.planning.definitions import Definitions, Property
from hubframe.reading_records.matching import match_records


def record(id_, **properties):
    return {"id": id_, "properties": {"hs_object_id": id_, **properties}}


def matched(asked, results, *, missing=(), id_property=None):
    errors = [{"category": "OBJECT_NOT_FOUND", "context": {"ids": list(missing)}}] if missing else []
    told = match_records(asked, Answer(207, {"results": results, "errors": errors}), id_property)
    found = {name: str(one["id"]) for name, one in told.found.items()}
    everything = [*found, *told.missing, *told.unclear, *told.untold]
    assert sorted(everything) == sorted(asked)
    return found, told.missing, told.unclear, told.untold


@pytest.mark.parametrize(
    ("asked", "results", "missing", "told"),
    [
        (["1", "2"], [record("2"), record("1")], [], ({"1": "1", "2": "2"}, [], [], [])),
        (["1", "2"], [record("1")], ["2"], ({"1": "1"}, ["2"], [], [])),
        (["1", "2"], [record("1")], [], ({"1": "1"}, [], [], ["2"])),
        (["1", "2"], [], [], ({}, [], [], ["1", "2"])),
        # Merged away: the survivor names its former ids,
        (["1", "2"], [record("9", hs_merged_object_ids="2;3"), record("1")], [], ({"1": "1", "2": "9"}, [], [], [])),
        # two of which may have been asked for, or it itself beside one,
        (["2", "3"], [record("9", hs_merged_object_ids="2; 3")], [], ({"2": "9", "3": "9"}, [], [], [])),
        (["9", "2"], [record("9", hs_merged_object_ids="2;3")], [], ({"9": "9", "2": "9"}, [], [], [])),
        # or it does not, and is the only one left over.
        (["1", "2"], [record("9"), record("1")], [], ({"1": "1", "2": "9"}, [], [], [])),
        (["1", "2", "3"], [record("9"), record("8"), record("1")], [], ({"1": "1"}, [], ["2", "3"], [])),
        (["1", "2", "3"], [record("9"), record("1")], ["3"], ({"1": "1", "2": "9"}, ["3"], [], [])),
        (["1"], [record("8"), record("9")], [], ({}, [], [], ["1"])),
    ],
)
def test_ids(asked, results, missing, told):
    assert matched(asked, results, missing=missing) == told


def test_unique_values_are_matched_by_what_the_record_holds():
    results = [record("9", sku="b"), record("8", sku="a")]
    assert matched(["a", "b", "c"], results, missing=["c"], id_property=Property("sku", unique=True))[0] == {
        "a": "8",
        "b": "9",
    }


def test_a_unique_value_in_another_form_is_the_one_left_over():
    results = [record("8", sku="A-1"), record("9", sku="b")]
    assert matched(["a1", "b"], results, id_property=Property("sku", unique=True))[0] == {"a1": "8", "b": "9"}


def test_e_mails_are_matched_whatever_their_case_and_by_further_ones():
    results = [
        record("8", email="juniper@example.com"),
        record("9", email="hazel@example.com", hs_additional_emails="yew@example.com;h.yew@example.com"),
    ]
    asked = ["Juniper@Example.com", "H.Yew@example.com", "gone@example.com"]
    found, missing, *_ = matched(
        asked, results, missing=["gone@example.com"], id_property=Definitions("contacts", {}, known=False).get("email")
    )
    assert found == {"Juniper@Example.com": "8", "H.Yew@example.com": "9"}
    assert missing == ["gone@example.com"]


def test_a_property_of_another_type_that_is_called_email_is_no_contacts_e_mail():
    results = [record("8", email="A@b.example"), record("9", email="a@b.example")]
    for definition in (Property("email", unique=True), Definitions("tickets", {}, known=False).get("email")):
        found = matched(["a@b.example", "A@b.example"], results, id_property=definition)[0]
        assert found == {"a@b.example": "9", "A@b.example": "8"}
