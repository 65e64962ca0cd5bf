"""Every property type has its column type, which gives way to text where it would not hold what HubSpot holds."""

import pandas as pd
import pytest

from hubframe.planning.cells import cell_texts
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.records.typed import TEXT, typed_column
from tests.cell_table import BOOL, CHECKBOX, DATE, MOMENT, NUMBER, OPTION, OPTIONS, OWNER, STAGE
from tests.cell_table import TEXT as CITY

NA = pd.NA


def typed(definition, *texts, **arguments):
    made = typed_column(definition, texts, **arguments)
    return pd.Series(made.cells), " ".join(filter(None, (made.note, made.caution))) or None


def cells(column):
    return [NA if not isinstance(cell, list) and pd.isna(cell) else cell for cell in column]


@pytest.mark.parametrize(
    ("definition", "texts", "dtype", "values"),
    [
        (CITY, ["Ghent", "", None, " a ", "nan"], TEXT, ["Ghent", NA, NA, " a ", "nan"]),
        (Property("made_up"), ["1", None], TEXT, ["1", NA]),
        (NUMBER, ["12", "12.0", "-0", "", "9223372036854775807"], "Int64", [12, 12, 0, NA, 2**63 - 1]),
        (NUMBER, ["1e3", "007"], "Int64", [1000, 7]),
        (NUMBER, ["12.50", "1", None], "Float64", [12.5, 1.0, NA]),
        (NUMBER, ["9007199254740991", "0.5"], "Float64", [2.0**53 - 1, 0.5]),
        (NUMBER, [None, ""], "Int64", [NA, NA]),
        (NUMBER, [], "Int64", []),
        (BOOL, ["true", "false", None], "boolean", [True, False, NA]),
        (CHECKBOX, ["true", ""], "boolean", [True, NA]),
        (DATE, ["2026-01-31", None, "1430438400000"], "datetime64[ms]",
         [pd.Timestamp(2026, 1, 31), NA, pd.Timestamp(2015, 5, 1)]),
        (MOMENT, ["2026-01-31T09:30:00.123Z", None, "2026-01-31T09:30:00+01:00", "1430438400123"],
         "datetime64[ms, UTC]",
         [pd.Timestamp("2026-01-31T09:30:00.123Z"), NA, pd.Timestamp("2026-01-31T08:30Z"),
          pd.Timestamp("2015-05-01T00:00:00.123Z")]),
        (MOMENT, [None], "datetime64[ms, UTC]", [NA]),
        (OPTIONS, ["a;b", "", "c", ";a", "a;;b", ";"], "object", [["a", "b"], NA, ["c"], ["a"], ["a", "b"], NA]),
        (OPTIONS, ["a;gone"], "object", [["a", "gone"]]),
    ],
    ids=range(15),
)  # fmt: skip
def test_a_column_has_its_type(definition, texts, dtype, values):
    column, note = typed(definition, *texts)
    assert column.dtype == dtype
    assert cells(column) == values
    assert note is None


@pytest.mark.parametrize(
    ("definition", "texts", "dtype"),
    [
        (MOMENT, ["2026-01-31T10:00:00Z", "2026-01-31T10:00:00.123456Z"], "datetime64[ms, UTC]"),
        (DATE, ["2026-01-31", "2026-01-31\0"], "datetime64[ms]"),
        (NUMBER, ["12", "12\0"], "Int64"),
    ],
)
def test_a_value_that_no_cell_stands_for_makes_no_texts_of_the_others(definition, texts, dtype):
    made = typed_column(definition, texts)
    column = pd.Series(made.cells)
    assert (column.dtype, column.isna().tolist(), made.note) == (dtype, [False, True], None)
    assert "no cell stands for 1 value that HubSpot holds" in made.caution


def test_every_value_of_its_own_years_is_a_moment():
    texts = ["0001-01-01T00:00:00Z", "1600-02-29T12:00:00Z", "9999-12-31T23:59:59.999Z"]
    column, _ = typed(MOMENT, *texts)
    assert column.dtype == "datetime64[ms, UTC]"
    assert column.dt.year.tolist() == [1, 1600, 9999]
    days, _ = typed(DATE, *(text[:10] for text in texts))
    assert days.dt.day.tolist() == [1, 29, 31]


@pytest.mark.parametrize(
    ("definition", "texts", "said"),
    [
        (NUMBER, ["1", "0.12345678901234567"], "1 value is not exact as a floating-point number ('0.1234567890123456"),
        (NUMBER, ["12345678901234567890.5"], "not exact"),
        (NUMBER, ["99999999999999999999"], "not exact"),
        (NUMBER, ["1", "1e999999999"], "not exact"),
        (NUMBER, ["9007199254740992", "0.5"], "not exact"),  # an update doubts a float as large
        (
            NUMBER,
            ["1", "a dozen", "1_000", "NaN", "١٢"],
            "4 values are no number ('a dozen', '1_000', 'NaN' and 1 more)",
        ),
        (BOOL, ["true", "perhaps"], "1 value is neither true nor false ('perhaps')"),
        (DATE, ["2026-01-31", "12026-01-01"], "1 value is no day"),
        (DATE, ["2026-02-30"], "no day"),
        (MOMENT, ["2026-01-31T09:30:00Z", "soon"], "no moment"),
    ],
    ids=range(10),
)
def test_a_column_is_text_where_its_type_holds_not_every_value(definition, texts, said):
    column, note = typed(definition, *texts, None)
    assert column.dtype == TEXT
    assert cells(column) == [*texts, NA]
    assert note.startswith(f"'{definition.name}' is text here, since")
    assert said in note


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        (BOOL, "Yes"),  # an update reads it as true
        (BOOL, "1"),
        (OPTION, "Gold plan"),  # a former option, called like another one's label now
        (OPTION, "GOLD PLAN"),
        (OPTION, " gold"),
        (OPTIONS, "a;Berries"),
        (OWNER, "Hazel Birch"),
        (CITY, "a\0b"),
        (CITY, "\ud800"),
        (MOMENT, "2026-01-31T09:30:00.123456Z"),
    ],
)  # fmt: skip
def test_a_text_that_an_update_would_change_is_blank_and_said_so(definition, text):
    column, note = typed(definition, text)
    assert column.isna().tolist() == [True]
    assert f"{definition.name!r}: no cell stands for 1 value that HubSpot holds (" in note
    assert note.encode()
    assert "\0" not in note
    assert cell_texts(column, definition).texts == [None]


def test_a_text_without_a_zone_is_a_moment_of_its_own_everywhere():
    naive = "2026-01-31T09:30:00"
    column, note = typed(MOMENT, naive)
    assert column.tolist() == [pd.Timestamp(naive, tz="UTC")]
    assert note is None
    column, note = typed(MOMENT, naive, "soon")  # as text, it would be read in the caller's zone
    assert cells(column) == [NA, "soon"]
    assert "is text here" in note
    assert f"no cell stands for 1 value that HubSpot holds ({naive!r})" in note


def test_what_hubspot_alone_writes_is_never_blank():
    for definition, text in [(BOOL, "Yes"), (OPTION, "Gold plan"), (OPTIONS, "a;Berries"), (CITY, "a\0b")]:
        own = Property(definition.name, type=definition.type, field_type=definition.field_type, read_only=True,
                       choices=definition.choices)  # fmt: skip
        column, _ = typed(own, text, None)
        assert cells(column) == [["a", "Berries"] if own.is_multiple else text, NA]


def test_two_values_never_look_the_same():
    # HubSpot keeps former options in its own properties: a label that is one of them gives way to the value.
    own = Property("tier", type="enumeration", read_only=True, choices=OPTION.choices)
    column, note = typed(own, "gold", "Gold plan", "silver", labels=True)
    assert column.tolist() == ["gold", "Gold plan", "Silver plan"]
    assert note is None
    half = typed(own, "a\0b", "a\0c", "\ud800")[0]  # in no categorical on every pandas
    assert half.dtype == TEXT
    assert half.tolist() == ["a\0b", "a\0c", "\ud800"]


def test_microseconds_are_kept_where_nothing_is_written():
    own = Property("touched", type="datetime", read_only=True)
    column, note = typed(own, "2026-01-31T09:30:00.123456Z", None, "2026-01-31T09:30:00Z")
    assert column.dtype == "datetime64[us, UTC]"
    assert column[0] == pd.Timestamp("2026-01-31T09:30:00.123456Z")
    assert note is None
    assert typed(own, "2026-01-31T09:30:00.123456789Z")[0].dtype == TEXT


def test_options_are_categories_in_hubspots_order():
    column, note = typed(OPTION, "30", None, "gone", "gold", "away")
    assert column.cat.categories.tolist() == ["gold", "silver", "30", "away", "gone"]
    assert not column.cat.ordered
    assert cells(column) == ["30", NA, "gone", "gold", "away"]
    assert note is None
    empty, _ = typed(OPTION)
    assert empty.dtype == typed(OPTION, "gold")[0].dtype


def test_without_known_options_the_categories_are_what_is_held():
    column, _ = typed(Property("hs_pipeline", type="enumeration"), "b", "a", None)
    assert column.cat.categories.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("definition", "value", "label"),
    [
        (OPTION, "gold", "Gold plan"),
        (OPTION, "gone", "gone"),
        (OWNER, "101", "Hazel Birch"),
        (OWNER, "103", "rowan@example.com"),  # two Rowan Ashes
        (OWNER, "105", "Willow Reed"),  # archived
        (OWNER, "999", "999"),
        (STAGE, "r2", "Renewed (Renewals)"),
        (STAGE, "s1", "Open (Sales)"),  # Open is a stage of both pipelines
        (STAGE, "r1", "Open (Renewals)"),
    ],
)
def test_labels_are_shown_where_they_mean_one_value(definition, value, label):
    column, _ = typed(definition, value, labels=True)
    assert column.tolist() == [label]
    assert cell_texts(column, definition).texts == [value]


def test_labels_that_mean_another_value_are_not_shown():
    crossed = Property("p", type="enumeration", choices=Choices((
        Choice("a", "b"), Choice("b", "X"), Choice("c", "Same"), Choice("d", "same "), Choice("e", " "),
        Choice("nan", "None"), Choice("f", "f\0"),
    )))  # fmt: skip
    values = ["a", "b", "c", "d", "e", "nan", "f"]
    column, _ = typed(crossed, *values, labels=True)
    assert column.tolist() == ["a", "X", "c", "d", "e", "None", "f"]
    assert cell_texts(column, crossed).texts == values


def test_an_owner_who_left_and_came_back_is_two():
    owners = Choices((
        Choice("1", "Hazel Yew", ("hazel@example.com",)),
        Choice("2", "Hazel Yew", ("hazel@example.com", "Hazel Yew (Deactivated User)"), retired=True),
        Choice("3", "Rowan Ash", ("rowan@example.com", "Rowan Ash (Deactivated User)"), retired=True),
    ))  # fmt: skip
    owner = Property("hubspot_owner_id", type="enumeration", choices=owners, references="OWNER")
    column, _ = typed(owner, "1", "2", labels=True)
    assert column.tolist() == ["Hazel Yew", "Hazel Yew (Deactivated User)"]
    assert "Rowan Ash" not in column.cat.categories  # left, and nobody's owner here
    assert cell_texts(column, owner).texts == ["1", "2"]


def test_several_options_are_lists_of_labels():
    column, _ = typed(OPTIONS, "a;c", "gone;b", labels=True)
    assert column.tolist() == [["Apples", "Cherries"], ["gone", "b"]]  # beside what is no option, labels mean nothing
    found = cell_texts(column, OPTIONS).texts
    assert [set(text.split(";")) for text in found] == [{"a", "c"}, {"gone", "b"}]


def test_each_row_has_a_list_of_its_own():
    column, _ = typed(OPTIONS, "a", "a")
    column[0].append("b")
    assert column[1] == ["a"]


def test_a_stage_is_called_by_what_it_means_in_its_rows_pipeline():
    # Somebody moved the record to another pipeline, and its stage stayed: a label would mean none there.
    column, note = typed(STAGE, "r2", "s1", labels=True, pipelines=["sales", "sales"])
    assert column.tolist() == ["r2", "Open (Sales)"]
    assert cell_texts(column, STAGE, pipelines=["sales", "sales"]).texts == ["r2", "s1"]
    assert note is None


def test_a_stage_that_its_rows_pipeline_takes_for_another_is_blank():
    stages = Choices((Choice("open", "Begun", within="sales"), Choice("77", "Open", within="renewals")))
    stage = Property("dealstage", type="enumeration", choices=stages, pipeline_property="pipeline")
    pipelines = ["sales", "renewals", None]
    column, note = typed(stage, "open", "open", "open", pipelines=pipelines)
    assert cells(column) == ["open", NA, "open"]
    assert "'dealstage': no cell stands for 1 value that HubSpot holds ('open')" in note
    assert cell_texts(column, stage, pipelines=pipelines).texts == ["open", None, "open"]
