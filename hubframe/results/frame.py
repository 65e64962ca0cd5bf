"""The result frame: the caller's own rows, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.planning.columns import RESULT_COLUMNS, is_result
from hubframe.planning.ids import record_ids
from hubframe.results.outcomes import STATUSES, Outcomes, Problem
from hubframe.results.sentences import advised, sentence

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
    kept = [not (isinstance(label, str) and label in RESULT_COLUMNS) for label in df.columns]
    result = df.copy() if all(kept) else df.loc[:, kept].copy()
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
    # One cause may stand in two million rows: what it says is worded once.
    told: dict[tuple[Any, ...], tuple[str, str]] = {}
    for row, problems in outcomes.problems.items():
        first = problems[0]
        record = outcomes.record_ids[row] if first.code == "OBJECT_NOT_FOUND" else None
        key = (record, *map(id, problems))
        if key not in told:
            told[key] = _storable(sentence(problems, record)), _storable(_details(problems))
        texts["hubspot_error"][row], texts["hubspot_error_details"][row] = told[key]
        texts["hubspot_error_category"][row] = first.category
        texts["hubspot_error_code"][row] = first.code
        texts["hubspot_error_property"][row] = first.property
        texts["hubspot_correlation_id"][row] = first.correlation_id
    prefix = outcomes.url_prefix
    urls = [prefix + record if prefix and record else None for record in outcomes.record_ids]
    columns: dict[str, Any] = {
        "hubspot_status": pd.Categorical.from_codes(
            np.frombuffer(outcomes.status, dtype=np.uint8).astype(np.int8), categories=pd.Index(STATUSES)
        ),
        "hubspot_id": pd.array(outcomes.record_ids, dtype=TEXT),
        **{name: pd.array(values, dtype=TEXT) for name, values in texts.items()},
        "hubspot_attempts": np.array(outcomes.attempts, dtype=np.int64),
        "hubspot_updated_at": _moments(outcomes.updated_at),
        "hubspot_url": pd.array(urls, dtype=TEXT),
        "hubspot_run": pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=pd.Index([run_id])),
    }
    return {name: columns[name] for name in RESULT_COLUMNS}


def _moments(texts: Sequence[str | None]) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Return HubSpot's ``updatedAt`` (``2022-02-17T19:25:29Z``, with or without milliseconds) as UTC, zoneless."""
    moments = pd.to_datetime(pd.Series(list(texts), dtype=object), format="ISO8601", errors="coerce", utc=True)
    return moments.dt.tz_localize(None).to_numpy().astype("datetime64[ms]")


def _details(problems: Sequence[Problem]) -> str:
    return json.dumps([advised(problem).facts() for problem in problems], ensure_ascii=False, default=str)


def _storable(text: str) -> str:
    # Half a character (HubSpot may cut a message in the middle of one) would make every to_csv and to_parquet fail.
    return text.encode(errors="backslashreplace").decode()


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
    wanted = ["hubspot_error_details", "hubspot_error_property", "hubspot_error_code", "hubspot_error"]
    told = result.reindex(columns=["hubspot_id", *wanted])
    # A file gives the ids back as numbers, and as floats where some are blank.
    ids = record_ids(told["hubspot_id"])[0]
    lines: list[tuple[Any, ...]] = []
    for label, record, *said in zip(result.index, ids, *(told[name].tolist() for name in wanted), strict=True):
        for fact in _facts(*said):
            if fact.get("code") == "NOTHING_TO_SEND":
                continue
            known = (fact.get(name) for name in PROBLEM_COLUMNS[2:])
            lines.append((label, record, *(value if value is None else _storable(str(value)) for value in known)))
    frame = pd.DataFrame(lines, columns=list(PROBLEM_COLUMNS))
    return frame.astype(dict.fromkeys(PROBLEM_COLUMNS[1:], TEXT))


def _facts(details: object, name: object, code: object, message: object) -> list[dict[str, Any]]:
    """Return a row's problems; where a spreadsheet has cut the details off, the first one as the other columns tell."""
    try:
        facts = json.loads(details) if isinstance(details, str) else []
    except ValueError:
        facts = []
    found = [fact for fact in facts if isinstance(fact, dict)] if isinstance(facts, list) else []
    if found or not isinstance(message, str):
        return found
    known = {"property": name, "code": code, "message": message}
    return [{key: value for key, value in known.items() if isinstance(value, str)}]
