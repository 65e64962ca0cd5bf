"""What would be sent for a frame, and which of its rows would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.batches import Batch
from hubframe.planning.cells import Refusals, cell_texts, check_cells
from hubframe.planning.columns import Columns, choose_columns, label_list
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.duplicates import DuplicatesPolicy, resolve_duplicates
from hubframe.planning.ids import record_ids, unique_values
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Plan", "PlannedColumn", "plan_rows"]

BLOCK = 5_000  # rows turned to text at a time: the texts of a whole frame would not fit beside it
NOTHING_TO_SEND = Problem(
    category="NOTHING_TO_SEND",
    code="NOTHING_TO_SEND",
    message="Every cell of the row is blank, and blanks are left alone.",
    hint="To empty the properties instead: clear_blanks=True.",
)


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column, the property it goes to, and whether a blank cell empties that property."""

    label: Any
    definition: Property
    series: pd.Series[Any]
    clears: bool

    def texts(self, positions: slice | np.ndarray[Any, Any]) -> tuple[list[str | None], Refusals]:
        """Return the text of each cell at ``positions``: None leaves the property alone, ``""`` empties it."""
        texts, refusals = cell_texts(self.series.iloc[positions], self.definition)
        if self.clears:
            texts = ["" if text is None else text for text in texts]
        return texts, refusals


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
    """

    definitions: Definitions
    columns: tuple[PlannedColumn, ...]
    chosen: Columns
    ids: list[str | None]
    to_send: np.ndarray[Any, np.dtype[np.intp]]
    same_as: dict[int, int]
    outcomes: Outcomes
    notes: list[str] = field(default_factory=list)

    @property
    def id_property(self) -> str | None:
        return self.chosen.id_property.name if self.chosen.id_property else None

    @property
    def property_names(self) -> list[str]:
        return [column.definition.name for column in self.columns]

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
        cells: list[Any] = [column.texts(positions)[0] for column in self.columns]
        if not any(None in texts for texts in cells):
            return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
        return [
            {name: text for name, text in zip(names, row, strict=True) if text is not None}
            for row in zip(*cells, strict=True)
        ]


def plan_rows(
    df: pd.DataFrame,
    definitions: Definitions,
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
    clear_blanks: bool | Sequence[Any] = False,
    duplicate_ids: DuplicatesPolicy = "refuse",
) -> Plan:
    """Plan an update of a frame's rows; the arguments are those of `hubframe.batch_update`."""
    if duplicate_ids not in ("refuse", "first", "last"):
        raise PlanError(f'duplicate_ids={duplicate_ids!r} must be "refuse", "first" or "last".')
    if df.columns.nlevels > 1:
        raise ColumnError(
            f"The frame's column labels have {df.columns.nlevels} levels, and a property has one name. "
            'Join them: df.columns = ["_".join(map(str, label)) for label in df.columns]'
        )
    labels = list(df.columns)
    chosen = choose_columns(
        labels, list(df.index.names), definitions, id_column=id_column, id_property=id_property, columns=columns
    )
    planned = _planned_columns(df, labels, chosen, clear_blanks)
    ids, refused_ids = _ids(df, chosen)
    problems: dict[int, tuple[Problem, ...]] = {row: (problem,) for row, problem in refused_ids.items()}
    has_cell = _check_cells(planned, len(df), problems)

    def contents(rows: Sequence[int]) -> list[object]:
        positions = np.asarray(rows, dtype=np.intp)
        texts = zip(*(column.texts(positions)[0] for column in planned), strict=True)
        return [(text, problems.get(row)) for row, text in zip(rows, texts, strict=True)]

    addresses = ids
    if chosen.id_property is not None and chosen.id_property.name == "email":
        addresses = [text if text is None else text.lower() for text in ids]  # as HubSpot keeps them
    decided = resolve_duplicates(addresses, contents, duplicate_ids, lambda row: _row_name(df.index, row))
    for row, problem in decided.refused.items():
        problems[row] = (*problems.get(row, ()), problem)
    same_as = {row: leader for row, leader in decided.same_as.items() if row not in problems}
    known_ids = ids if chosen.id_property is None else [None] * len(ids)
    outcomes = _settled(known_ids, decided.superseded, problems, np.flatnonzero(~has_cell).tolist(), same_as)
    to_send = np.array([row for row in outcomes.open_rows() if row not in same_as], dtype=np.intp)
    return Plan(definitions, planned, chosen, ids, to_send, same_as, outcomes, _notes(chosen, definitions))


def _settled(
    record_ids: Sequence[str | None],
    superseded: Mapping[int, Problem],
    problems: Mapping[int, tuple[Problem, ...]],
    blank: Sequence[int],
    same_as: Mapping[int, int],
) -> Outcomes:
    """Return the outcomes with every row settled that is not sent and shares no other's outcome."""
    outcomes = Outcomes(len(record_ids))
    for row, problem in superseded.items():
        outcomes.settle(row, "skipped", record_ids[row], problems=(problem,))
    for row, found in problems.items():
        if outcomes.is_open(row):
            outcomes.settle(row, "invalid", record_ids[row], problems=found)
    for row in blank:
        if outcomes.is_open(row) and row not in same_as:
            outcomes.settle(row, "unchanged", record_ids[row], problems=(NOTHING_TO_SEND,))
    return outcomes


def _planned_columns(
    df: pd.DataFrame, labels: Sequence[Any], chosen: Columns, clear_blanks: object
) -> tuple[PlannedColumn, ...]:
    written = [label for label, _ in chosen.properties]
    if isinstance(clear_blanks, bool):
        clears = set(written if clear_blanks else ())
    else:
        clears = set(label_list(clear_blanks, "clear_blanks"))
    for label in clears.difference(written):
        raise ColumnError(f"clear_blanks= names {label!r}, which is not among the columns to write: {written!r}")
    places = {label: place for place, label in enumerate(labels)}
    return tuple(
        PlannedColumn(label, definition, df.iloc[:, places[label]], label in clears)
        for label, definition in chosen.properties
    )


def _ids(df: pd.DataFrame, chosen: Columns) -> tuple[list[str | None], Refusals]:
    values: pd.Series[Any]
    if chosen.id_column is not None:
        values = df.iloc[:, chosen.id_column]
    else:
        # A level's name may be a number, and would be taken for a position.
        nameless = df.index.set_names([None] * df.index.nlevels)
        values = pd.Series(nameless.get_level_values(chosen.id_level or 0))
    return unique_values(values, chosen.id_property) if chosen.id_property else record_ids(values)


def _check_cells(
    columns: Sequence[PlannedColumn], rows: int, problems: dict[int, tuple[Problem, ...]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Add what is wrong with any cell to ``problems``; return which rows have something to send."""
    has_cell = np.zeros(rows, dtype=np.bool_)
    for column in columns:
        for start in range(0, rows, BLOCK):
            block = slice(start, start + BLOCK)
            has_text, refusals = check_cells(column.series.iloc[block], column.definition)
            has_cell[block] |= True if column.clears else has_text
            for position, problem in refusals.items():
                row = start + position
                problems[row] = (*problems.get(row, ()), problem)
    return has_cell


def _row_name(index: pd.Index[Any], row: int) -> str:
    # tolist() gives Python's own numbers: numpy's would read np.int64(7)
    return repr(index[row : row + 1].tolist()[0])


def _notes(chosen: Columns, definitions: Definitions) -> list[str]:
    notes = []
    if not definitions.known:
        notes.append(
            "The token may not read property definitions, so every column is taken for an internal name and HubSpot "
            "judges. To have columns checked, give the token the crm.schemas read scope."
        )
    if chosen.left_out:
        reasons: dict[str, list[str]] = {}
        for label, why in chosen.left_out:
            reasons.setdefault(why, []).append(str(label))
        notes += [f"Left out: {', '.join(labels)} ({why})." for why, labels in reasons.items()]
    return notes
