"""The rows of an undo: those of a result, or those that a run's journal has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.journal import OPEN, JournalReader, RunHeader, read_run
from hubframe.planning.columns import RESULT_COLUMNS, Columns
from hubframe.planning.ids import record_ids
from hubframe.planning.undone import UndonePlan
from hubframe.results.frame import TEXT, require_result
from hubframe.results.outcomes import Problem
from hubframe.results.retried import runs_of

__all__ = ["UndoneRows", "rows_of_result", "rows_of_run"]

ID_COLUMN = "hs_object_id"
MAYBE_WRITTEN = ("updated", "unconfirmed", OPEN)
NEVER_WRITTEN = ("SUPERSEDED", "NOTHING_TO_UNDO")


@dataclass(slots=True, kw_only=True)
class UndoneRows:
    """Rows to undo.

    Attributes
    ----------
    frame : pandas.DataFrame
        They, or their index alone.
    ids : list of str or None
        Record ids.
    refused : dict of int to Problem
        Rows whose id can't be one.
    never : collection of int
        Rows that were never written, whatever became of their record.
    unseen : collection of int
        Rows that may have been written by a run that did not look.
    """

    frame: pd.DataFrame
    ids: list[str | None]
    refused: dict[int, Problem] = field(default_factory=dict)
    never: Collection[int]
    unseen: Collection[int]

    @property
    def chosen(self) -> Columns:
        place = self.frame.columns.get_loc("hubspot_id") if "hubspot_id" in self.frame.columns else 0
        return Columns(place if isinstance(place, int) else 0, None, None, ())

    def shown(self, plan: UndonePlan) -> pd.DataFrame:
        """Return the rows as the caller gets them: a result as it is, else ids and the texts that go back."""
        if len(self.frame.columns):
            return self.frame
        rows = plan.row_texts(np.arange(len(self.ids)))
        columns = {ID_COLUMN: self.ids} | {name: [row.get(name) for row in rows] for name in plan.property_names}
        texts = {name: pd.array(values, dtype=TEXT) for name, values in columns.items()}
        return pd.DataFrame(texts, index=self.frame.index)


def rows_of_result(result: pd.DataFrame, runs: Sequence[RunHeader]) -> UndoneRows:
    """Return the rows of a result of these runs, or of any part of one."""
    require_result(result)
    repeated = [name for name in RESULT_COLUMNS if list(result.columns).count(name) > 1]
    if "hubspot_id" not in result.columns or repeated:
        raise PlanError(
            f"The frame has {'two columns ' + repr(repeated[0]) if repeated else 'no column hubspot_id'}, and an undo "
            "goes by it. Next: undo the result as it came, or any rows of it."
        )
    blank = result["hubspot_id"].isna().to_numpy(dtype=bool)
    ids, refused = record_ids(result["hubspot_id"])
    unseeing = {header.run_id for header in runs if header.write == "all"}
    statuses = result["hubspot_status"].astype(object).tolist()
    codes = result.get("hubspot_error_code", pd.Series([None] * len(result), dtype=object)).tolist()
    told = list(zip(runs_of(result), statuses, codes, strict=True))
    return UndoneRows(
        frame=result,
        ids=ids,
        refused={row: problem for row, problem in refused.items() if not blank[row]},
        never={row for row, (run, status, code) in enumerate(told) if _never(run, status, code)},
        unseen={row for row, (run, status, _) in enumerate(told) if run in unseeing and status in MAYBE_WRITTEN},
    )


def rows_of_run(run_id: str) -> UndoneRows:
    """Return the rows that a run's journal has."""
    with read_run(run_id) as run:
        return _recorded(run)


def _recorded(run: JournalReader) -> UndoneRows:
    header = run.header
    labels: list[Any] = []
    ids: list[str | None] = []
    same_as: dict[int, int] = {}
    for stored in run.rows():
        labels.append(stored.label)
        ids.append(stored.address if header.id_property is None else None)
        if stored.same_as is not None:
            same_as[stored.position] = stored.same_as
    in_flight = run.in_flight()
    for row, sent in in_flight.items():
        ids[row] = sent.record_id or ids[row]
    never = set(range(header.rows)) - in_flight.keys()
    unseen = set(in_flight)
    for row, status, record, _, _, problems in run.outcomes():
        ids[row] = record or ids[row]
        if not (problems and problems[0].code in NEVER_WRITTEN):
            never.discard(row)
        if status in MAYBE_WRITTEN:
            unseen.add(row)
    for row, leader in same_as.items():
        ids[row] = ids[row] or ids[leader]
        if leader not in never:
            never.discard(row)
    names = header.index_names
    if len(names) > 1:
        index: pd.Index[Any] = pd.MultiIndex.from_tuples(labels, names=names)
    else:
        index = pd.Index(labels, name=names[0], tupleize_cols=False)
    return UndoneRows(
        frame=pd.DataFrame(index=index), ids=ids, never=never, unseen=unseen if header.write == "all" else ()
    )


def _never(run: str | None, status: object, code: object) -> bool:
    return run is None or status == "planned" or str(code) in NEVER_WRITTEN
