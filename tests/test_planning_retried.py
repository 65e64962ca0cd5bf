"""Of a planned frame, the rows asked for go, each once, judged beside all others; none of the others does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.plan import plan_rows
from hubframe.planning.retried import RetriedPlan
from tests.test_planning_plan import CONTACTS

CELLS = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", None]), st.sampled_from(["Oslo", "Ghent", None])), max_size=12
)


def planned(cells, policy="refuse"):
    df = pd.DataFrame(cells, columns=["hs_object_id", "city"], dtype=object)
    return plan_rows(df, CONTACTS, duplicate_ids=policy)


def retried(plan, rows, **arguments):
    return RetriedPlan(plan, np.array(rows, dtype=np.intp), **arguments)


def sent(plan, size=100):
    """What goes: place among the rows retried → id and texts."""
    told = {}
    for batch in plan.batches(size):
        assert 0 < len(batch) <= size
        for place, record, texts in zip(batch.rows, batch.ids, batch.texts, strict=True):
            assert place not in told
            told[place] = record, texts
    return told


@given(CELLS, st.data(), st.sampled_from(["refuse", "first", "last"]), st.integers(1, 3))
def test_every_row_asked_for_goes_once_shares_another_s_outcome_or_is_settled(cells, data, policy, size):
    whole = planned(cells, policy)
    rows = sorted(data.draw(st.sets(st.integers(0, len(cells) - 1)))) if cells else []
    plan = retried(whole, rows)
    told = sent(plan, size)
    assert plan.outcomes.rows == len(rows)
    for place, row in enumerate(rows):
        ways = [place in told, place in plan.same_as, not plan.outcomes.is_open(place)]
        assert sum(ways) == 1
        assert plan.outcomes.is_open(place) == whole.outcomes.is_open(whole.same_as.get(row, row))
        if place in plan.same_as:
            assert plan.same_as[place] in told
            assert cells[rows[plan.same_as[place]]] == cells[row]
    records = [record for record, _ in told.values()]
    assert len(set(records)) == len(records)
    assert [texts for _, texts in told.values()] == [{"city": cells[rows[place]][1]} for place in told]


def test_where_the_row_it_was_like_does_not_go_the_first_like_it_does():
    plan = retried(planned([("1", "Oslo")] * 3), [1, 2])
    assert list(sent(plan)) == [0]
    assert plan.same_as == {1: 0}


@pytest.mark.parametrize(
    ("policy", "status"), [("refuse", "invalid"), ("first", "skipped"), ("last", None)], ids=["refuse", "first", "last"]
)
def test_a_row_is_judged_by_rows_that_do_not_go(policy, status):
    plan = retried(planned([("1", "Oslo"), ("1", "Ghent")], policy), [1])
    assert (None if plan.outcomes.is_open(0) else plan.outcomes.status_of(0)) == status


def test_where_the_run_expected_something_of_hubspot_only_these_cells_go():
    df = pd.DataFrame({"hs_object_id": ["1", "2", "3"], "city": ["Oslo", None, "Ghent"], "firstname": "Hazel"})
    whole = plan_rows(df, CONTACTS)
    expected = {0: {"city": "Bruges"}, 1: {"city": "Bruges"}}
    plan = retried(whole, [0, 1, 2], expected=expected)
    assert sent(plan) == {0: ("1", {"city": "Oslo"}), 2: ("3", {"city": "Ghent", "firstname": "Hazel"})}
    assert plan.expected == expected
    assert plan.outcomes.status_of(1) == "unchanged"
    strict = retried(whole, [0, 2], expected=expected, had_baseline=True)
    assert list(sent(strict)) == [0]
    assert strict.outcomes.problems[1][0].code == "NOT_IN_BASELINE"
