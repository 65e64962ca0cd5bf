"""With a baseline, only cells that were edited go, and the text HubSpot must still hold goes with them."""

import pandas as pd
import pytest

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.definitions import Property
from hubframe.planning.plan import plan_rows
from tests.test_planning_plan import CONTACTS


def planned(df, baseline, **arguments):
    plan = plan_rows(df, CONTACTS, baseline=baseline, **arguments)
    goes = {row: texts for batch in plan.batches(100) for row, texts in zip(batch.rows, batch.texts, strict=True)}
    codes = {row: [problem.code for problem in found] for row, found in plan.outcomes.problems.items()}
    return plan, goes, codes


def frame(**columns):
    return pd.DataFrame({"Record ID": ["1", "2", "3"], **columns})


def test_only_edited_cells_go_each_with_the_text_it_had():
    before = frame(firstname=["juniper", "hazel", "sage"], seats=[1, 2, 3])
    after = frame(firstname=["Juniper", "hazel", "sage"], seats=[1, 20, 3])
    plan, goes, codes = planned(after, before)
    assert goes == {0: {"firstname": "Juniper"}, 1: {"seats": "20"}}
    assert plan.expected == {0: {"firstname": "juniper"}, 1: {"seats": "2"}}
    assert codes == {2: ["NOTHING_TO_SEND"]}
    assert plan.outcomes.status_of(2) == "unchanged"


def test_the_baseline_may_have_other_dtypes_another_order_more_rows_and_more_columns():
    before = pd.DataFrame(
        {"Record ID": [4, 3, 2, 1], "other": 0, "firstname": list("dcba"), "seats": [4.0, 3.0, None, 1.0]}
    )
    after = frame(firstname=["a", "b", "c"], seats=pd.array([1, None, 30], dtype="Int64"))
    _, goes, _ = planned(after, before)
    assert goes == {2: {"seats": "30"}}


def test_a_row_the_baseline_does_not_have_is_refused():
    _, goes, codes = planned(frame(firstname=["A", "B", "C"]), frame(firstname=["a", "b", "c"]).head(2))
    assert goes.keys() == {0, 1}
    assert codes == {2: ["NOT_IN_BASELINE"]}


def test_a_cell_that_became_blank_goes_only_where_blanks_clear():
    before, after = frame(city=["Oslo", "Oslo", ""]), frame(city=["", "Oslo", ""])
    assert planned(after, before)[1] == {}
    plan, goes, _ = planned(after, before, clear_blanks=True)
    assert goes == {0: {"city": ""}}
    assert plan.expected == {0: {"city": "Oslo"}}


def test_what_is_wrong_with_a_cell_that_was_not_edited_is_no_problem():
    before = frame(seats=["many", "2", "3"], city=["Oslo", "Oslo", "Oslo"])
    after = frame(seats=["many", "lots", "3"], city=["Bergen", "Oslo", "Oslo"])
    plan, goes, _ = planned(after, before)
    assert goes == {0: {"city": "Bergen"}, 1: {"seats": "lots"}}
    assert {row: [problem.code for problem in found] for row, found in plan.doubts.items()} == {1: ["INVALID_INTEGER"]}


def test_ids_in_the_index_and_unique_values_and_emails_without_case():
    before = frame(city=["a", "b", "c"]).set_index("Record ID")
    after = frame(city=["a", "B", "c"]).set_index("Record ID")
    assert planned(after, before)[1] == {1: {"city": "B"}}
    assert planned(after, before.reset_index())[1] == {1: {"city": "B"}}
    mails = pd.DataFrame({"email": ["juniper@example.com"], "city": ["Oslo"]})
    shouted = pd.DataFrame({"email": ["JUNIPER@example.com"], "city": ["Bergen"]})
    assert planned(mails, shouted, id_property="email")[1] == {0: {"city": "Oslo"}}


NINE = "2026-01-31T09:30:00.000Z"
ITS_MINUTE = "2026-01-31T09:30:00Z"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # as exported, with neither a zone nor seconds, whatever it is kept as
        (["2026-01-31 09:30", "2026-01-31 10:15", None], ITS_MINUTE),
        (["2026-01-31 09:30:00", "2026-01-31 10:15:00", ""], ITS_MINUTE),
        (pd.to_datetime(["2026-01-31 09:30", "2026-01-31 10:15", None]), ITS_MINUTE),
        (pd.Series([pd.Timestamp("2026-01-31 09:30"), None, "2026-01-31 10:15"], dtype=object), ITS_MINUTE),
        ([pd.Timestamp("2026-01-31 09:30"), "soon", None], ITS_MINUTE),
        # as read, with a zone
        (pd.to_datetime(["2026-01-31 09:30", "2026-01-31 10:15", None], utc=True), NINE),
        (["2026-01-31 09:30:00+00:00", "2026-01-31 10:15:00+00:00", None], NINE),
        ([1769851800000, 1769854500000, None], NINE),
        # with seconds in any cell, of a row that goes or not
        (pd.to_datetime(["2026-01-31 09:30:00", None, "2026-01-31 10:15:30"]), NINE),
        (["2026-01-31 09:30:00", "", "2026-01-31 10:15:30"], NINE),
        (["2026-01-31 09:30:00", None, pd.Timestamp("2026-01-31 10:15:00.500")], NINE),
        # what is written to the minute is meant to the minute
        (["2026-01-31 09:30", "", "2026-01-31 10:15:30"], ITS_MINUTE),
    ],
)
def test_a_moment_of_an_export_stands_for_its_minute_and_any_other_for_itself(cells, expected):
    """HubSpot's exports name neither zone nor seconds. A frame that was read has both: a later edit is seen."""
    seen = CONTACTS.amended([Property("seen_at", "Seen", "datetime", "date")])
    before = frame(seen_at=cells)
    after = before.head(1).assign(seen_at="2027-01-01T00:00:00Z")
    plan = plan_rows(after, seen, baseline=before)
    assert plan.expected == {0: {"seen_at": expected}}


def test_rows_of_a_baseline_with_one_id_that_agree_count_as_one():
    """Reading by ids gives such rows: ids that were merged into one record, or an id that was asked for twice."""
    before = frame(city=["a", None, "c"], seats=[1.0, 2.0, 3.0])
    twice = pd.concat([before, before])
    assert planned(frame(city=["A", "b", "c"], seats=[1, 2, 3]), twice)[1] == {0: {"city": "A"}, 1: {"city": "b"}}
    both = twice.assign(city=twice["city"].fillna("Oslo"))
    plan, goes, _ = planned(both, twice)
    assert goes == {1: {"city": "Oslo"}}
    assert plan.same_as == {3: 0, 4: 1, 5: 2}


@pytest.mark.parametrize(
    ("baseline", "error", "says"),
    [
        (
            pd.DataFrame({"Record ID": ["2", "1", "1"], "city": list("aab")}),
            PlanError,
            "several rows with the id 1",
        ),
        (pd.DataFrame({"Record ID": ["1"]}), ColumnError, "lacks the column 'city'"),
        (pd.DataFrame({"city": ["a"]}), ColumnError, "no column 'Record ID'"),
        (pd.DataFrame([["1", "a", "b"]], columns=["Record ID", "city", "city"]), ColumnError, "more than once"),
    ],
)
def test_a_baseline_that_cannot_be_one_is_an_error_that_says_why(baseline, error, says):
    with pytest.raises(error, match=says):
        planned(frame(city=["a", "b", "c"]), baseline)
