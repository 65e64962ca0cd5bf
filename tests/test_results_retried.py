"""Which rows of a result go again; and the result columns as they were made, whatever a file did to them."""

import io

import numpy as np
import pandas as pd
import pytest

from hubframe.errors import PlanError
from hubframe.results.frame import results_frame
from hubframe.results.outcomes import STATUSES, Outcomes, Problem
from hubframe.results.retried import runs_of, typed_result, unsettled, with_rows_replaced

RUN = "44237313-20261123T1302-7f3a"
BAD_DATE = Problem("VALIDATION_ERROR", "INVALID_DATE", "May was not a date.", "renewal_date", "May")


def result(*statuses, run=RUN):
    outcomes = Outcomes(len(statuses))
    for row, status in enumerate(statuses):
        moment = "2026-11-23T13:02:03.456Z" if status == "updated" else None
        problems = (BAD_DATE,) if status in ("failed", "invalid") else ()
        outcomes.settle(row, status, str(171591000198 + row) if row % 2 else None, moment, problems)
    return results_frame(pd.DataFrame({"city": ["Oslo"] * len(statuses)}), outcomes, run)


def by_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


WAYS = {
    "as it is": lambda frame: frame,
    "CSV": by_csv,
    "as objects": lambda frame: frame.astype(object),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_result_columns_are_as_they_were_made(way):
    made = result(*STATUSES[:-1])
    ours = made.columns[1:]
    pd.testing.assert_frame_equal(typed_result(way(made))[ours], made[ours])


def test_columns_that_were_dropped_come_back_blank():
    made = result("updated", "failed")
    back = typed_result(made[["city", "hubspot_status", "hubspot_run"]])
    assert set(back.columns) == set(made.columns)
    assert back.dtypes[list(made.columns)].equals(made.dtypes)
    none = typed_result(by_csv(result()))
    assert none.dtypes.astype(str).tolist()[1:] == made.dtypes.astype(str).tolist()[1:]


def test_all_but_updated_and_unchanged_rows_go():
    assert unsettled(result(*STATUSES[:-1])).tolist() == [2, 3, 4, 5, 6]
    assert unsettled(by_csv(result(*STATUSES[:-1]))).tolist() == [2, 3, 4, 5, 6]
    assert unsettled(result()).tolist() == []


def test_rows_that_nobody_sent_are_refused():
    with pytest.raises(PlanError, match="without dry_run"):
        unsettled(result("updated", "planned"))
    with pytest.raises(PlanError, match=r"^1 rows have no hubspot_run"):
        unsettled(pd.concat([result("updated", "failed"), pd.DataFrame({"city": ["Ghent"]})]))


def test_the_new_outcomes_stand_in_their_places_and_the_others_stay():
    made = result("updated", "failed", "unsent", "unchanged")
    part = result("updated", "failed", run="new")
    rows = np.array([1, 2], dtype=np.intp)
    whole = with_rows_replaced(typed_result(made), rows, part)
    assert whole["hubspot_status"].tolist() == ["updated", "updated", "failed", "unchanged"]
    assert runs_of(whole) == [RUN, "new", "new", RUN]
    assert whole["hubspot_run"].cat.categories.tolist() == [RUN, "new"]
    assert whole["hubspot_error_code"].isna().tolist() == [True, True, False, True]
    assert whole.drop(columns="hubspot_run").dtypes.equals(made.drop(columns="hubspot_run").dtypes)
    pd.testing.assert_frame_equal(
        whole.iloc[[0, 3]].drop(columns="hubspot_run"), made.iloc[[0, 3]].drop(columns="hubspot_run")
    )
