"""The result frame: the caller's own rows, and what became of each."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.planning.columns import RESULT_COLUMNS, is_result
from hubframe.results.outcomes import STATUSES, Outcomes, Problem
from hubframe.results.sentences import sentence

__all__ = ["TO_LOOK_AT", "failed_rows", "problems_frame", "require_result", "results_frame"]

TO_LOOK_AT = ("invalid", "failed", "unsent", "unconfirmed", "skipped")
PROBLEM_COLUMNS = ("row", "id", "property", "value", "code", "message", "hint")
# One dtype on every pandas, for zero rows as for a million.
TEXT = pd.StringDtype("python")


def results_frame(df: pd.DataFrame, outcomes: Outcomes, run_id: str) -> pd.DataFrame:
    """Return a copy of ``df`` with the result columns added (or, in a result, replaced).

    Parameters
    ----------
    df : pandas.DataFrame, n rows
        Not modified. Its index, whatever it is, and its order are kept.
    outcomes : Outcomes
        All n rows settled.
    run_id : str
        Goes into ``hubspot_run``.
    """
    kept = [label for label in df.columns if label not in RESULT_COLUMNS]
    result = df[kept].copy() if len(kept) < len(df.columns) else df.copy()
    for name, values in _columns(outcomes, run_id).items():
        result[name] = values
    return result


def _columns(outcomes: Outcomes, run_id: str) -> dict[str, Any]:
    rows = outcomes.rows
    texts: dict[str, list[str | None]] = {
        name: [None] * rows
        for name in (
            "hubspot_error",
            "hubspot_error_category",
            "hubspot_error_code",
            "hubspot_error_property",
            "hubspot_error_details",
            "hubspot_correlation_id",
        )
    }
    for row, problems in outcomes.problems.items():
        first = problems[0]
        texts["hubspot_error"][row] = sentence(problems, outcomes.record_ids[row])
        texts["hubspot_error_category"][row] = first.category
        texts["hubspot_error_code"][row] = first.code
        texts["hubspot_error_property"][row] = first.property
        texts["hubspot_error_details"][row] = _details(problems)
        texts["hubspot_correlation_id"][row] = first.correlation_id
    prefix = outcomes.url_prefix
    urls = [prefix + record if prefix and record else None for record in outcomes.record_ids]
    columns: dict[str, Any] = {
        "hubspot_status": pd.Categorical.from_codes(
            np.frombuffer(outcomes.status, dtype=np.uint8).astype(np.int8), categories=list(STATUSES)
        ),
        "hubspot_id": pd.array(outcomes.record_ids, dtype=TEXT),
        **{name: pd.array(values, dtype=TEXT) for name, values in texts.items()},
        "hubspot_attempts": np.array(outcomes.attempts, dtype=np.int64),
        "hubspot_updated_at": _moments(outcomes),
        "hubspot_url": pd.array(urls, dtype=TEXT),
        "hubspot_run": pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=[run_id]),
    }
    return {name: columns[name] for name in RESULT_COLUMNS}


def _moments(outcomes: Outcomes) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return HubSpot's ``updatedAt`` (``2022-02-17T19:25:29Z``, with or without milliseconds) as UTC, zoneless."""
    # numpy reads ISO text, and would warn of the zone.
    texts = [text[:-1] if text is not None and text.endswith("Z") else text for text in outcomes.updated_at]
    return np.array(["NaT" if text is None else text for text in texts], dtype="datetime64[ms]")


def _details(problems: tuple[Problem, ...]) -> str:
    return json.dumps([problem.facts() for problem in problems], ensure_ascii=False, default=str)


def require_result(df: pd.DataFrame) -> None:
    if not is_result(df.columns):
        raise PlanError(
            "This frame is not the result of an update: it has no hubspot_status and hubspot_run columns. "
            'result = df.hubspot.batch_update("contacts") gives one.'
        )


def failed_rows(result: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a result to look at: invalid, failed, unsent, unconfirmed, skipped."""
    require_result(result)
    return result[result["hubspot_status"].isin(TO_LOOK_AT).to_numpy()]


def problems_frame(result: pd.DataFrame) -> pd.DataFrame:
    """Return one line per problem; ``row`` is the index label. Works on a result read back from a file, too."""
    require_result(result)
    lines: list[tuple[Any, ...]] = []
    if "hubspot_error_details" in result.columns:
        ids = result["hubspot_id"] if "hubspot_id" in result.columns else pd.Series([None] * len(result))
        for label, record, details in zip(result.index, ids, result["hubspot_error_details"], strict=True):
            if isinstance(details, str) and details:
                for fact in json.loads(details):
                    known = None if pd.isna(record) else str(record)
                    values = (fact.get(name) for name in PROBLEM_COLUMNS[2:])
                    lines.append((label, known, *values))
    frame = pd.DataFrame(lines, columns=list(PROBLEM_COLUMNS))
    return frame.astype(dict.fromkeys(PROBLEM_COLUMNS[1:], TEXT))
