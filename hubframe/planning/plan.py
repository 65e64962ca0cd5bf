"""What would be sent for a frame, and which of its rows would not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.baseline import differences
from hubframe.planning.batches import Batch
from hubframe.planning.columns import Columns, choose_columns
from hubframe.planning.definitions import Definitions
from hubframe.planning.duplicates import DuplicatesPolicy, resolve_duplicates
from hubframe.planning.equality import record_key
from hubframe.planning.planned_columns import BLOCK, PlannedColumn, planned_columns
from hubframe.planning.remarks import left_out, unread, zones
from hubframe.planning.row_ids import row_ids
from hubframe.planning.texts import CellSettings
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Plan", "plan_rows"]

Problems = dict[int, tuple[Problem, ...]]

NOTHING_TO_SEND = Problem(
    category="NOTHING_TO_SEND",
    code="NOTHING_TO_SEND",
    message="Every cell of the row is blank, and blanks are left alone.",
    hint="To empty the properties instead: clear_blanks=True.",
)
SAME_AS_BASELINE = Problem(
    category="NOTHING_TO_SEND",
    code="NOTHING_TO_SEND",
    message="No cell of the row differs from the baseline.",
)


@dataclass(slots=True)
class Plan:
    """A frame's rows, ready to be sent.

    Attributes
    ----------
    outcomes : Outcomes
        Rows that are not sent are settled in it already.
    ids : list of str or None, length n
    to_send : ndarray of intp
        The positions of the rows to send, no record twice.
    same_as : dict of int to int
        Rows that say the same as another, and share its outcome.
    doubts : dict of int to tuple of Problem
        Cells of these rows that HubSpot would refuse, unless it holds their values already.
    expected : dict of int to dict, or None
        With a baseline: by row, the cells that differ from it (no others go), and the baseline's text of each.
    converted : dict of label to Counter
        By column, how many cells have another text than stands in the frame, by what was done to them.
    cells : dict of label to int
        By column, how many cells have a text.
    sent : collection of int
        Rows of which nobody knows whether HubSpot wrote them; none, in a new plan.
    remarks : list of str
        What could not be read of the account and so not checked, and in which zone moments were read.
    """

    definitions: Definitions
    columns: tuple[PlannedColumn, ...]
    chosen: Columns
    ids: list[str | None]
    to_send: np.ndarray[Any, np.dtype[np.intp]]
    same_as: dict[int, int]
    outcomes: Outcomes
    doubts: Problems = field(default_factory=dict)
    expected: dict[int, dict[str, str]] | None = None
    converted: dict[Any, Counter[str]] = field(default_factory=dict)
    cells: dict[Any, int] = field(default_factory=dict)
    sent: Collection[int] = ()
    remarks: list[str] = field(default_factory=list)

    @property
    def id_property(self) -> str | None:
        return self.chosen.id_property.name if self.chosen.id_property else None

    @property
    def property_names(self) -> list[str]:
        return [column.definition.name for column in self.columns]

    @property
    def properties_to_read(self) -> list[str]:
        pipelines = [column.definition.pipeline_property for column in self.columns]
        return [*self.property_names, *filter(None, [*pipelines, self.id_property])]

    @property
    def notes(self) -> list[str]:
        """The remarks, and which columns are left out."""
        return self.remarks + left_out(self.chosen)

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the rows to send in requests of at most ``size`` rows, a block of texts at a time."""
        block = max(size, BLOCK // size * size)
        for start in range(0, len(self.to_send), block):
            positions = self.to_send[start : start + block]
            rows = positions.tolist()
            texts = self.row_texts(positions)
            for offset in range(0, len(rows), size):
                part = rows[offset : offset + size]
                yield Batch(
                    rows=part,
                    ids=[self.ids[row] or "" for row in part],
                    texts=texts[offset : offset + size],
                    id_property=self.id_property,
                )

    def row_texts(self, positions: np.ndarray[Any, Any]) -> list[dict[str, str]]:
        """Return, for each of the rows at ``positions``, property → text of the cells to send."""
        names = self.property_names
        cells: list[Any] = [column.texts(positions).texts for column in self.columns]
        if self.expected is None and not any(None in texts for texts in cells):
            return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
        texts = [
            {name: text for name, text in zip(names, row, strict=True) if text is not None}
            for row in zip(*cells, strict=True)
        ]
        if self.expected is not None:
            differing = (self.expected.get(row, {}) for row in positions.tolist())
            texts = [
                {name: text for name, text in row.items() if name in wanted}
                for row, wanted in zip(texts, differing, strict=True)
            ]
        return texts


def plan_rows(
    df: pd.DataFrame,
    definitions: Definitions,
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
    clear_blanks: bool | Sequence[Any] = False,
    duplicate_ids: DuplicatesPolicy = "refuse",
    baseline: pd.DataFrame | None = None,
    settings: CellSettings = CellSettings(),  # noqa: B008 - frozen
    reads_first: bool = True,
    account_zone: str = "",
) -> Plan:
    """Plan an update of a frame's rows; the arguments are those of `hubframe.batch_update`.

    ``reads_first``: HubSpot's values are read before anything is written, so that a cell HubSpot would refuse may
    turn out to be what it holds already. ``account_zone``: the account's own time zone, where it is known.
    """
    if duplicate_ids not in ("refuse", "first", "last"):
        raise PlanError(f'duplicate_ids={duplicate_ids!r} must be "refuse", "first" or "last".')
    if df.columns.nlevels > 1:
        raise ColumnError(
            f"The frame's column labels have {df.columns.nlevels} levels, and a property has one name. "
            'Join them: df.columns = ["_".join(map(str, label)) for label in df.columns]'
        )
    chosen = choose_columns(
        list(df.columns),
        list(df.index.names),
        definitions,
        id_column=id_column,
        id_property=id_property,
        columns=columns,
    )
    planned = planned_columns(df, chosen, clear_blanks, settings)
    ids, refused_ids = row_ids(df, chosen)
    problems: Problems = {row: (problem,) for row, problem in refused_ids.items()}
    plan = Plan(definitions, planned, chosen, ids, np.array([], dtype=np.intp), {}, Outcomes(len(df)))
    has_cell = _check_cells(plan, problems)
    nothing = NOTHING_TO_SEND
    if baseline is not None:
        nothing = SAME_AS_BASELINE
        plan.expected, unknown = differences(planned, df, ids, baseline, chosen)
        _keep_what_differs(plan.expected, problems, plan.doubts)
        has_cell = np.zeros(len(df), dtype=np.bool_)
        has_cell[list(plan.expected)] = True
        for row, problem in unknown.items():
            problems[row] = (*problems.get(row, ()), problem)
    if not reads_first:
        for row, found in plan.doubts.items():
            problems[row] = (*problems.get(row, ()), *found)
        plan.doubts = {}
    _settle(plan, df.index, duplicate_ids, problems, np.flatnonzero(~has_cell).tolist(), nothing)
    plan.remarks = [*unread(definitions), *zones(plan.converted, settings.timezone, account_zone)]
    return plan


def _check_cells(plan: Plan, problems: Problems) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Note what is wrong with cells, in ``problems`` or the plan's doubts; return which rows have something to send."""
    rows = len(plan.ids)
    has_cell = np.zeros(rows, dtype=np.bool_)
    for column in plan.columns:
        converted = plan.converted[column.label] = Counter()
        plan.cells[column.label] = 0
        for start in range(0, rows, BLOCK):
            block = slice(start, start + BLOCK)
            checked = column.check(block)
            has_cell[block] |= checked.has_text
            plan.cells[column.label] += int(checked.has_text.sum())
            converted.update(checked.converted)
            for found, where in ((checked.refused, problems), (checked.doubted, plan.doubts)):
                for position, problem in found.items():
                    row = start + position
                    where[row] = (*where.get(row, ()), problem)
    return has_cell


def _keep_what_differs(expected: Mapping[int, Mapping[str, str]], *found: Problems) -> None:
    """Forget what is wrong with cells that equal the baseline, and so are not sent."""
    for problems in found:
        for row, listed in list(problems.items()):
            names = expected.get(row, {})
            problems[row] = tuple(item for item in listed if item.property is None or item.property in names)
            if not problems[row]:
                del problems[row]


def _settle(
    plan: Plan,
    index: pd.Index[Any],
    duplicate_ids: DuplicatesPolicy,
    problems: Problems,
    blank: Sequence[int],
    nothing: Problem,
) -> None:
    """Decide about rows that name one record, and settle every row that is not sent and shares no other's outcome."""
    addresses, id_property = plan.ids, plan.chosen.id_property
    if id_property is not None:
        addresses = [text if text is None else record_key(id_property, text) for text in plan.ids]
    decided = resolve_duplicates(addresses, _contents(plan, problems), duplicate_ids, lambda row: _row_name(index, row))
    for row, problem in decided.refused.items():
        problems[row] = (*problems.get(row, ()), *plan.doubts.get(row, ()), problem)
    plan.same_as = {row: leader for row, leader in decided.same_as.items() if row not in problems}
    outcomes = plan.outcomes
    known_ids: Sequence[str | None] = plan.ids if plan.id_property is None else [None] * len(plan.ids)
    for row, problem in decided.superseded.items():
        outcomes.settle(row, "skipped", known_ids[row], problems=(problem,))
    for row, found in problems.items():
        if outcomes.is_open(row):
            outcomes.settle(row, "invalid", known_ids[row], problems=found)
    for row in blank:
        if outcomes.is_open(row) and row not in plan.same_as:
            outcomes.settle(row, "unchanged", known_ids[row], problems=(nothing,))
    open_rows = outcomes.open_rows()
    plan.to_send = np.array(
        [row for row in open_rows if row not in plan.same_as] if plan.same_as else open_rows, dtype=np.intp
    )


def _contents(plan: Plan, problems: Problems) -> Callable[[Sequence[int]], Sequence[object]]:
    def contents(rows: Sequence[int]) -> list[object]:
        positions = np.asarray(rows, dtype=np.intp)
        texts = zip(*(column.texts(positions).texts for column in plan.columns), strict=True)
        return [(text, problems.get(row)) for row, text in zip(rows, texts, strict=True)]

    return contents


def _row_name(index: pd.Index[Any], row: int) -> str:
    # tolist() gives Python's own numbers: numpy's would read np.int64(7)
    return repr(index[row : row + 1].tolist()[0])
