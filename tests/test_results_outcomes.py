"""Each row is settled once; twice is a defect and never passed over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.results.outcomes import STATUSES, Outcomes, Problem

PROBLEM = Problem("A", "B", "c")


@settings(deadline=None)
@given(st.lists(st.none() | st.sampled_from(STATUSES)))
def test_settled_and_open_rows_add_up(statuses):
    outcomes = Outcomes(len(statuses))
    for row, status in enumerate(statuses):
        if status is not None:
            outcomes.settle(row, status)
            assert outcomes.status_of(row) == status
    assert outcomes.open_rows() == [row for row, status in enumerate(statuses) if status is None]
    assert all(outcomes.is_open(row) == (status is None) for row, status in enumerate(statuses))
    assert outcomes.counts == {status: statuses.count(status) for status in STATUSES}
    assert outcomes.settled == sum(outcomes.counts.values()) == len(statuses) - len(outcomes.open_rows())


def test_a_row_settled_twice_is_a_defect_that_is_told():
    outcomes = Outcomes(2)
    outcomes.settle(1, "updated", "7", "2026-11-23T13:02:11Z")
    with pytest.raises(AssertionError, match="row 1 was settled as updated and again as failed"):
        outcomes.settle(1, "failed", problems=(PROBLEM,))
    assert outcomes.status_of(1) == "updated"
    assert outcomes.problems == {}
    assert outcomes.counts["failed"] == 0


def test_what_is_known_of_a_row_is_kept():
    outcomes = Outcomes(1)
    outcomes.settle(0, "failed", "7", "2026-11-23T13:02:11Z", (PROBLEM,))
    assert (outcomes.record_ids, outcomes.updated_at, outcomes.problems) == (
        ["7"],
        ["2026-11-23T13:02:11Z"],
        {0: (PROBLEM,)},
    )


def test_a_problem_s_facts_leave_out_what_is_not_known():
    assert PROBLEM.facts() == {"category": "A", "code": "B", "message": "c"}
    full = Problem("A", "B", "c", "city", "x", "do this", "019a", {"status": "error"})
    assert full.facts() == {
        "category": "A",
        "code": "B",
        "property": "city",
        "value": "x",
        "message": "c",
        "hint": "do this",
        "hubspot": {"status": "error"},
    }
    assert PROBLEM.with_hint("do this").hint == "do this"
    assert PROBLEM.hint is None
