"""A result of which some rows went again: which they are, and the frame whole afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.planning.columns import RESULT_COLUMNS
from hubframe.planning.ids import record_ids
from hubframe.results.frame import TEXT, require_result
from hubframe.results.outcomes import STATUSES

__all__ = ["runs_of", "typed_result", "unsettled", "with_rows_replaced"]

Positions = np.ndarray[Any, np.dtype[np.intp]]
SETTLED = ("updated", "unchanged")


def unsettled(result: pd.DataFrame) -> Positions:
    """Return the positions of the rows that go again: all that are not updated or unchanged.

    Raises
    ------
    PlanError
        The frame is no result, or has rows that no run ever had, or that were only planned.
    """
    require_result(result)
    repeated = result.columns[result.columns.duplicated()].tolist()
    if repeated:
        raise PlanError(
            f"Column {repeated[0]!r} stands in the frame more than once. "
            "Keep one: result.loc[:, ~result.columns.duplicated()]"
        )
    status = pd.Series(_texts(result["hubspot_status"]), dtype=object)
    rows = np.flatnonzero(~status.isin(SETTLED).to_numpy(dtype=bool))
    planned = int((status == "planned").sum())
    if planned:
        raise PlanError(
            f"{planned:,} rows were only planned: of a dry run nothing is on record. "
            "Send them: df.hubspot.batch_update(...) without dry_run=True."
        )
    runs = runs_of(result)
    nobody = int(sum(runs[row] is None for row in rows.tolist()))
    if nobody:
        raise PlanError(
            f"{nobody:,} rows have no hubspot_run, so nobody knows how they were sent. Send them by themselves: "
            'result[result["hubspot_run"].isna()].hubspot.batch_update(...)'
        )
    return rows


def runs_of(result: pd.DataFrame) -> list[str | None]:
    """Return the run of each row; None where it has none."""
    return _texts(result["hubspot_run"])


def typed_result(result: pd.DataFrame) -> pd.DataFrame:
    """Return a copy whose result columns have the dtypes they were made with, whatever a file did to them."""
    whole = result.copy()
    for name in RESULT_COLUMNS:
        column = whole[name] if name in whole.columns else pd.Series([None] * len(whole), dtype=object)
        whole[name] = _typed(name, column)
    return whole


def with_rows_replaced(whole: pd.DataFrame, rows: Positions, part: pd.DataFrame) -> pd.DataFrame:
    """Return a typed result with the result columns of ``part`` in place of its own at ``rows``."""
    replaced = whole.copy()
    for name in RESULT_COLUMNS:
        theirs = part[name]
        if name == "hubspot_run":
            values = np.array(runs_of(whole), dtype=object)
            values[rows] = np.array(runs_of(part), dtype=object)
            replaced[name] = _runs(values.tolist())
        else:
            column = whole[name].array.copy()
            column[rows] = theirs.array
            replaced[name] = column
    return replaced


def _typed(name: str, column: pd.Series[Any]) -> Any:
    if name == "hubspot_status":
        return pd.Categorical(_texts(column), categories=list(STATUSES))
    if name == "hubspot_run":
        return _runs(_texts(column))
    if column.dtype == TEXT:
        return column.array.copy()
    if name == "hubspot_id":
        return pd.array(record_ids(column)[0], dtype=TEXT)
    if name == "hubspot_attempts":
        return pd.to_numeric(column, errors="coerce").fillna(0).to_numpy().astype(np.int64)
    if name == "hubspot_updated_at":
        return _moments(column)
    return pd.array(_texts(column), dtype=TEXT)


def _moments(column: pd.Series[Any]) -> Any:
    if column.dtype.kind != "M":
        column = pd.to_datetime(pd.Series(_texts(column), dtype=object), format="ISO8601", errors="coerce", utc=True)
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.to_numpy().astype("datetime64[ms]")


def _runs(runs: list[str | None]) -> pd.Categorical:
    return pd.Categorical(runs, categories=list(dict.fromkeys(run for run in runs if run is not None)))


def _texts(column: pd.Series[Any]) -> list[str | None]:
    blank = column.isna().to_numpy(dtype=bool).tolist()
    return [None if nothing else str(cell) for cell, nothing in zip(column.tolist(), blank, strict=True)]
