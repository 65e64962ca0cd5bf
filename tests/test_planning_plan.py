"""A plan accounts for every row, sends exactly the rows to send, in full batches, and leaves the frame as it was."""

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.plan import BLOCK, plan_rows

CONTACTS = Definitions(
    "contacts",
    {
        item.name: item
        for item in [
            Property("hs_object_id", "Record ID", "number", "number", read_only=True),
            Property("firstname", "First Name", "string", "text"),
            Property("city", "City", "string", "text"),
            Property("email", "Email", "string", "text", is_contact_email=True),
            Property("seats", "Seats", "number", "number"),
            Property("renewal_date", "Renewal Date", "date", "date"),
            Property("opted_in", "Opted in", "bool", "booleancheckbox"),
            Property("hubspot_owner_id", "Contact owner", "enumeration", "select"),
            Property("customer_number", "Customer Number", "string", "text", unique=True),
            Property("num_notes", "Notes", "number", "number", read_only=True),
        ]
    },
)


def frame(rows, **columns):
    return pd.DataFrame(
        {"hs_object_id": range(1, rows + 1), "firstname": [f"Juniper {n}" for n in range(rows)]} | columns
    )


def fates(plan):
    """What the plan says of each row: sent, the row it shares an outcome with, or status and code."""
    told = []
    sent = set(plan.to_send.tolist())
    for row in range(plan.outcomes.rows):
        found = ["sent"] if row in sent else []
        found += [plan.same_as[row]] if row in plan.same_as else []
        if not plan.outcomes.is_open(row):
            codes = "+".join(problem.code for problem in plan.outcomes.problems[row])
            found.append(f"{plan.outcomes.status_of(row)} {codes}")
        assert len(found) == 1, (row, found)
        told += found
    assert plan.outcomes.settled == sum(isinstance(fate, str) and fate != "sent" for fate in told)
    return told


def sent(plan, size=100):
    return {row: texts for batch in plan.batches(size) for row, texts in zip(batch.rows, batch.texts, strict=True)}


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 199, 200, 201])
def test_batches_hold_exactly_the_rows_to_send(rows, size):
    plan = plan_rows(frame(rows), CONTACTS)
    batches = list(plan.batches(size))
    assert [row for batch in batches for row in batch.rows] == list(range(rows))
    assert [record for batch in batches for record in batch.ids] == [str(n + 1) for n in range(rows)]
    assert [texts for batch in batches for texts in batch.texts] == [{"firstname": f"Juniper {n}"} for n in range(rows)]
    assert [len(batch) for batch in batches] == [size] * (rows // size) + [rows % size] * (rows % size > 0)
    assert all(batch.known == [None] * len(batch) for batch in batches)


@pytest.mark.parametrize("size", [7, 100])
def test_batches_are_full_across_blocks_and_around_rows_that_are_not_sent(size):
    rows = BLOCK + 2 * size
    df = frame(rows)
    df.loc[::3, "firstname"] = None
    plan = plan_rows(df, CONTACTS)
    batches = list(plan.batches(size))
    expected = [row for row in range(rows) if row % 3]
    assert [row for batch in batches for row in batch.rows] == expected
    assert {len(batch) for batch in batches[:-1]} == {size}
    assert fates(plan).count("unchanged NOTHING_TO_SEND") == rows - len(expected)


def test_an_empty_frame_has_nothing_to_send():
    plan = plan_rows(frame(0), CONTACTS)
    assert fates(plan) == []
    assert list(plan.batches(100)) == []
    assert plan_rows(frame(0), Definitions("contacts", {}, known=False)).to_send.tolist() == []


EVERYTHING = pd.DataFrame(
    {
        "hs_object_id": [101, 102, 103, 104],
        "firstname": pd.Series(["Juniper", "", None, "Hazel"], dtype="string"),
        "city": pd.Categorical(["Ghent", None, "Bruges", "Ghent"]),
        "seats": pd.Series([1.5, np.nan, 3, -0.0], dtype="float32"),
        "renewal_date": pd.to_datetime(["2026-01-31", None, "2026-02-28", "2026-03-31"]),
        "opted_in": pd.Series([True, None, False, True], dtype="boolean"),
        "hubspot_owner_id": pd.Series([7, None, 8, 9], dtype="Int64"),
        "email": [["not", "text"], {"a": 1}, None, "h@example.com"],
    }
)
EVERYTHING.index = pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("a", 2), ("c", 0)], names=["x", None])


@pytest.mark.parametrize("clear_blanks", [False, True])
def test_the_caller_s_frame_is_left_as_it_was(clear_blanks):
    df = EVERYTHING.copy(deep=True)
    df["email"] = copy.deepcopy(EVERYTHING["email"].tolist())
    df.attrs = {"source": ["export"]}
    df.columns.name = "properties"
    before, index, columns = copy.deepcopy(df), df.index, df.columns
    plan = plan_rows(df, CONTACTS, clear_blanks=clear_blanks)
    list(plan.batches(2))
    pd.testing.assert_frame_equal(df, before, check_exact=True)
    assert df.index is index
    assert df.columns is columns
    assert list(df.index.names) == ["x", None]
    assert df.columns.name == "properties"
    assert df.attrs == {"source": ["export"]}
    assert df["email"].tolist() == EVERYTHING["email"].tolist()
    assert np.signbit(df["seats"].to_numpy()[3])


def test_texts_of_every_kind():
    plan = plan_rows(EVERYTHING.drop(columns="email"), CONTACTS)
    assert fates(plan) == ["sent", "unchanged NOTHING_TO_SEND", "sent", "sent"]
    assert sent(plan)[0] == {
        "firstname": "Juniper",
        "city": "Ghent",
        "seats": "1.5",
        "renewal_date": "2026-01-31",
        "opted_in": "true",
        "hubspot_owner_id": "7",
    }
    assert sent(plan)[2] == {
        "city": "Bruges",
        "seats": "3",
        "renewal_date": "2026-02-28",
        "opted_in": "false",
        "hubspot_owner_id": "8",
    }
    assert sent(plan)[3]["seats"] == "0"


@pytest.mark.parametrize(
    ("clear_blanks", "first", "second"),
    [
        (False, {"city": "Ghent"}, None),
        (True, {"firstname": "", "city": "Ghent"}, {"firstname": "", "city": ""}),
        (["firstname"], {"firstname": "", "city": "Ghent"}, {"firstname": ""}),
        (["city"], {"city": "Ghent"}, {"city": ""}),
        ([], {"city": "Ghent"}, None),
        (pd.Index(["city"]), {"city": "Ghent"}, {"city": ""}),
        (("firstname", "city"), {"firstname": "", "city": "Ghent"}, {"firstname": "", "city": ""}),
    ],
)
def test_a_blank_leaves_the_property_alone_or_empties_it(clear_blanks, first, second):
    df = pd.DataFrame({"hs_object_id": [1, 2], "firstname": [None, ""], "city": ["Ghent", np.nan]})
    plan = plan_rows(df, CONTACTS, clear_blanks=clear_blanks)
    assert fates(plan) == ["sent", "sent" if second else "unchanged NOTHING_TO_SEND"]
    assert sent(plan) == {0: first} | ({1: second} if second else {})


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"clear_blanks": "city"}, PlanError, "clear_blanks=['city']"),
        ({"clear_blanks": None}, PlanError, "clear_blanks=None"),
        ({"clear_blanks": 1}, PlanError, "clear_blanks=1"),
        ({"clear_blanks": ["hs_object_id"]}, ColumnError, "'hs_object_id'"),
        ({"clear_blanks": [["city"]]}, PlanError, "['city']"),
        ({"clear_blanks": [pd.NA]}, ColumnError, "<NA>"),
        ({"duplicate_ids": "keep"}, PlanError, '"refuse", "first" or "last"'),
        ({"duplicate_ids": None}, PlanError, '"refuse", "first" or "last"'),
        ({"columns": "city"}, PlanError, "columns=['city']"),
        ({"id_column": "nowhere"}, ColumnError, "'nowhere'"),
    ],
)
def test_arguments_that_can_t_be_right(arguments, error, said):
    with pytest.raises(error) as caught:
        plan_rows(frame(2, city=["Ghent", None]), CONTACTS, **arguments)
    assert said in str(caught.value)


def test_column_labels_of_several_levels_are_refused_and_the_message_works():
    df = pd.DataFrame([[1, "Juniper"]], columns=pd.MultiIndex.from_tuples([("hs_object", "id"), ("firstname", "")]))
    with pytest.raises(ColumnError, match="2 levels") as caught:
        plan_rows(df, CONTACTS)
    exec(str(caught.value).partition("Join them: ")[2], {"df": df})
    assert list(df.columns) == ["hs_object_id", "firstname_"]


@pytest.mark.parametrize(
    "labels",
    [
        pd.CategoricalIndex(["hs_object_id", "firstname"]),
        pd.Index(["hs_object_id", "firstname"], dtype="string"),
        pd.Index(["hs_object_id", "firstname"], dtype=object, name="properties"),
    ],
    ids=["categories", "string", "object"],
)
def test_labels_of_any_kind(labels):
    assert sent(plan_rows(pd.DataFrame([[7, "Juniper"]], columns=labels), CONTACTS)) == {0: {"firstname": "Juniper"}}


@pytest.mark.parametrize("label", [pd.NA, None, float("nan"), True, ("a", "b"), 5, pd.Timestamp("2026-01-31")])
def test_odd_labels_can_be_mapped(label):
    df = pd.DataFrame(
        [[7, "Juniper", 1]], columns=pd.Index(["hs_object_id", label, "x"], dtype=object, tupleize_cols=False)
    )
    asked = list(df.columns)[1]
    assert sent(plan_rows(df, CONTACTS, columns={asked: "firstname"})) == {0: {"firstname": "Juniper"}}
    with pytest.raises(ColumnError, match=r"match(es)? no property"):
        plan_rows(df, CONTACTS)


@pytest.mark.parametrize(
    ("index", "arguments"),
    [
        (pd.Index([101, 102], name="hs_object_id"), {}),
        (pd.Index(["101", "102"], name="Record ID"), {}),
        (pd.MultiIndex.from_tuples([("a", 101), ("a", 102)], names=["region", "hs_object_id"]), {}),
        (pd.MultiIndex.from_tuples([("a", 101), ("a", 102)], names=[1, 0]), {"id_column": 0}),
        (pd.CategoricalIndex([101, 102], name="key"), {"id_column": "key"}),
    ],
)
def test_ids_in_the_index(index, arguments):
    plan = plan_rows(pd.DataFrame({"firstname": ["A", "B"]}, index=index), CONTACTS, **arguments)
    (batch,) = plan.batches(100)
    assert batch.ids == ["101", "102"]
    assert index.names == pd.DataFrame(index=index).index.names


def test_ids_that_are_values_of_a_unique_property():
    df = pd.DataFrame({"customer_number": ["C-1", None, "C-3"], "firstname": ["A", "B", None]})
    plan = plan_rows(df, CONTACTS, id_property="customer_number")
    (batch,) = plan.batches(100)
    assert (batch.ids, batch.id_property, plan.id_property) == (["C-1"], "customer_number", "customer_number")
    assert fates(plan) == ["sent", "invalid BLANK_ID", "unchanged NOTHING_TO_SEND"]
    assert plan.outcomes.record_ids == [None, None, None]  # a unique value is no record id
    by_id = plan_rows(df.rename(columns={"customer_number": "hs_object_id"}), CONTACTS, id_property="hs_object_id")
    assert by_id.id_property is None


def test_values_that_differ_in_case_are_two_records_where_they_are_no_contacts_emails():
    people = Definitions("2-77", {"email": Property("email", unique=True), "city": Property("city")})
    df = pd.DataFrame({"email": ["J@example.com", "j@example.com"], "city": ["A", "B"]})
    assert fates(plan_rows(df, people, id_property="email")) == ["sent", "sent"]
    assert sent(plan_rows(df, people, id_property="email", baseline=df.assign(city=["A", "C"]))) == {1: {"city": "B"}}


def test_emails_that_differ_in_case_are_one_contact():
    df = pd.DataFrame({"email": ["J@example.com", "j@Example.com ", "h@example.com"], "firstname": ["A", "A", "B"]})
    plan = plan_rows(df, CONTACTS, id_property="email")
    assert fates(plan) == ["sent", 0, "sent"]
    assert [batch.ids for batch in plan.batches(9)] == [["J@example.com", "h@example.com"]]


def test_a_bad_row_stops_no_good_one():
    df = pd.DataFrame(
        {
            "hs_object_id": ["1", "2.5", None, "4", "5", "5", "7"],
            "seats": [1.0, 2.0, 3.0, float("inf"), 5.0, 5.5, np.nan],
            "renewal_date": [pd.Timestamp("2026-01-31 09:30"), *[pd.Timestamp("2026-01-31")] * 5, pd.NaT],
        }
    )
    plan = plan_rows(df, CONTACTS)
    assert fates(plan) == [
        "invalid INVALID_DATE",
        "invalid NOT_AN_ID",
        "invalid BLANK_ID",
        "invalid INVALID_INTEGER",
        "invalid DUPLICATE_ID",
        "invalid DUPLICATE_ID",
        "unchanged NOTHING_TO_SEND",
    ]
    assert plan.outcomes.record_ids == ["1", None, None, "4", "5", "5", "7"]
    everything_wrong = pd.DataFrame({"hs_object_id": ["x"], "seats": [np.inf], "renewal_date": [b"?"]})
    assert fates(plan_rows(everything_wrong, CONTACTS)) == ["invalid NOT_AN_ID+INVALID_INTEGER+UNSUPPORTED_VALUE"]


INF = float("inf")


@pytest.mark.parametrize(
    ("seats", "refuse", "first", "last"),
    [
        ([1, 1], ["sent", 0], ["sent", 0], [1, "sent"]),
        ([1, 2], ["invalid DUPLICATE_ID"] * 2, ["sent", "skipped SUPERSEDED"], ["skipped SUPERSEDED", "sent"]),
        (
            [None, None],
            ["unchanged NOTHING_TO_SEND", 0],
            ["unchanged NOTHING_TO_SEND", 0],
            [1, "unchanged NOTHING_TO_SEND"],
        ),
        (
            [1, None],
            ["invalid DUPLICATE_ID"] * 2,
            ["sent", "skipped SUPERSEDED"],
            ["skipped SUPERSEDED", "unchanged NOTHING_TO_SEND"],
        ),
        (  # a cell that has no text: nobody knows what the row was to say
            [1, INF],
            ["invalid DUPLICATE_ID", "invalid INVALID_INTEGER+DUPLICATE_ID"],
            ["sent", "skipped SUPERSEDED"],
            ["skipped SUPERSEDED", "invalid INVALID_INTEGER"],
        ),
        ([INF, INF], ["invalid INVALID_INTEGER"] * 2, ["invalid INVALID_INTEGER"] * 2, ["invalid INVALID_INTEGER"] * 2),
        (
            [INF, -INF],
            ["invalid INVALID_INTEGER+DUPLICATE_ID"] * 2,
            ["invalid INVALID_INTEGER", "skipped SUPERSEDED"],
            ["skipped SUPERSEDED", "invalid INVALID_INTEGER"],
        ),
    ],
)
def test_rows_with_one_id(seats, refuse, first, last):
    df = pd.DataFrame({"hs_object_id": [7] * len(seats), "seats": seats})
    assert fates(plan_rows(df, CONTACTS)) == refuse
    assert fates(plan_rows(df, CONTACTS, duplicate_ids="first")) == first
    assert fates(plan_rows(df, CONTACTS, duplicate_ids="last")) == last


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (pd.Index([5, 6]), "5"),
        (pd.Index(["a", "b"]), "'a'"),
        (pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]), "('a', 1)"),
    ],
)
def test_a_message_calls_rows_by_their_label(index, name):
    df = pd.DataFrame({"hs_object_id": [7, 7], "firstname": ["A", "B"]}, index=index)
    (problem,) = plan_rows(df, CONTACTS).outcomes.problems[1]
    assert problem.message == f"Row {name} has the same id 7 and other values."


def test_what_is_left_out_or_not_checked_is_noted():
    plan = plan_rows(frame(1, num_notes=[1], **{"Associated Deal": ["x"], "Email.1": ["y"]}), CONTACTS)
    assert plan.property_names == ["firstname"]
    assert plan.notes == [
        "Left out: num_notes (read-only in HubSpot).",
        "Left out: Associated Deal, Email.1 (only in exports, no property).",
    ]
    (note,) = plan_rows(frame(1), Definitions("contacts", {}, known=False)).notes
    assert "crm.schemas" in note


def test_a_result_is_planned_without_its_result_columns():
    df = frame(2, hubspot_status=["failed"] * 2, hubspot_run=["1-a"] * 2, hubspot_attempts=[1, 1])
    assert plan_rows(df, CONTACTS).property_names == ["firstname"]


IDS = st.none() | st.sampled_from([1, 2, 3, 4.5, "x", "2", 3.0, 2.0**53, True])
SEATS = st.none() | st.sampled_from([1, 2, INF, "", b"?", "1"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(IDS, SEATS, SEATS), max_size=12),
    st.sampled_from(["refuse", "first", "last"]),
    st.sampled_from([False, True, ["seats"]]),
    st.integers(1, 4),
)
def test_every_row_has_one_fate_and_no_record_is_sent_twice(rows, policy, clear_blanks, size):
    df = pd.DataFrame(rows, columns=["hs_object_id", "seats", "city"], dtype=object)
    plan = plan_rows(df, CONTACTS, clear_blanks=clear_blanks, duplicate_ids=policy)
    told = fates(plan)
    batches = list(plan.batches(size))
    assert [row for batch in batches for row in batch.rows] == [row for row, fate in enumerate(told) if fate == "sent"]
    records = [record for batch in batches for record in batch.ids]
    assert len(records) == len(set(records))
    assert all(texts for batch in batches for texts in batch.texts)
    for row, leader in plan.same_as.items():
        assert plan.ids[row] == plan.ids[leader]
        assert leader not in plan.same_as
        assert told[leader] in ("sent", "unchanged NOTHING_TO_SEND")
