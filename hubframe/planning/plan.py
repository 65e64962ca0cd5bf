"""What would be sent for a frame, and which of its rows would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.batches import Batch
from hubframe.planning.cells import Refusals, cell_texts
from hubframe.planning.columns import Columns, choose_columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.duplicates import DuplicatesPolicy, resolve_duplicates
from hubframe.planning.ids import record_ids, unique_values
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Plan", "PlannedColumn", "plan_rows"]

BLOCK = 5_000  # rows turned to text at a time: the texts of a whole frame would not fit beside it
NOTHING_TO_SEND = Problem(
    "NOTHING_TO_SEND", "NOTHING_TO_SEND", "Every cell of the row is blank, and blanks are left alone."
)


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column, the property it goes to, and whether a blank cell empties that property."""

    label: Any
    definition: Property
    values: pd.Series[Any]
    clears: bool

    def texts(self, positions: slice | np.ndarray[Any, Any]) -> tuple[list[str | None], Refusals]:
        """Return the text of each cell at ``positions``: None leaves the property alone, ``""`` empties it."""
        texts, refusals = cell_texts(self.values.iloc[positions], self.definition)
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
        names = self.property_names
        cells = [column.texts(positions)[0] for column in self.columns]
        return [
            {name: text for name, text in zip(names, row, strict=True) if text is not None}
            for row in zip(*cells, strict=True)
        ]


def plan_rows(  # noqa: PLR0913
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
    chosen = choose_columns(
        list(df.columns),
        list(df.index.names),
        definitions,
        id_column=id_column,
        id_property=id_property,
        columns=columns,
    )
    planned = _planned_columns(df, chosen, clear_blanks)
    outcomes = Outcomes(len(df))
    ids, id_problems = _ids(df, chosen)
    problems: dict[int, list[Problem]] = {row: [problem] for row, problem in id_problems.items()}
    has_cell = _check_cells(planned, len(df), problems)

    def contents(rows: Sequence[int]) -> list[object]:
        texts = _contents(planned, np.asarray(rows, dtype=np.intp))
        # A row with a cell that has no text agrees with nobody.
        return [row if row in problems else text for row, text in zip(rows, texts, strict=True)]

    duplicates = resolve_duplicates(ids, contents, duplicate_ids, lambda row: repr(df.index[row]))
    for row, problem in duplicates.refused.items():
        problems.setdefault(row, []).append(problem)
    for row, found in problems.items():
        if row not in duplicates.superseded:
            outcomes.settle(row, "invalid", ids[row] if not chosen.id_property else None, problems=tuple(found))
    for row, problem in duplicates.superseded.items():
        outcomes.settle(row, "skipped", ids[row] if not chosen.id_property else None, problems=(problem,))
    for row in np.flatnonzero(~has_cell).tolist():
        if outcomes.is_open(row) and row not in duplicates.same_as:
            outcomes.settle(row, "unchanged", ids[row] if not chosen.id_property else None, problems=(NOTHING_TO_SEND,))
    same_as = duplicates.same_as
    to_send = np.array([row for row in outcomes.open_rows() if row not in same_as], dtype=np.intp)
    return Plan(definitions, planned, chosen, ids, to_send, same_as, outcomes, _notes(chosen, definitions))


def _planned_columns(
    df: pd.DataFrame, chosen: Columns, clear_blanks: bool | Sequence[Any]
) -> tuple[PlannedColumn, ...]:
    labels = [label for label, _ in chosen.properties]
    if isinstance(clear_blanks, str):
        raise PlanError(f"clear_blanks={clear_blanks!r} is text; it must be a list: clear_blanks=[{clear_blanks!r}]")
    clears = (labels if clear_blanks else []) if isinstance(clear_blanks, bool) else list(clear_blanks)
    for label in clears:
        if label not in labels:
            raise ColumnError(f"clear_blanks= names {label!r}, which is not among the columns to write: {labels!r}")
    return tuple(
        PlannedColumn(label, definition, df[label], label in clears) for label, definition in chosen.properties
    )


def _ids(df: pd.DataFrame, chosen: Columns) -> tuple[list[str | None], Refusals]:
    if chosen.id_column is not None:
        values = df[chosen.id_column]
    else:
        values = pd.Series(df.index.get_level_values(chosen.id_level))
    return unique_values(values, chosen.id_property) if chosen.id_property else record_ids(values)


def _check_cells(
    columns: Sequence[PlannedColumn], rows: int, problems: dict[int, list[Problem]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Add what is wrong with any cell to ``problems``; return which rows have something to send."""
    has_cell = np.zeros(rows, dtype=np.bool_)
    for column in columns:
        for start in range(0, rows, BLOCK):
            texts, refusals = column.texts(slice(start, start + BLOCK))
            has_cell[start : start + BLOCK] |= np.fromiter(
                (text is not None for text in texts), dtype=np.bool_, count=len(texts)
            )
            for position, problem in refusals.items():
                problems.setdefault(start + position, []).append(problem)
    return has_cell


def _contents(columns: Sequence[PlannedColumn], positions: np.ndarray[Any, Any]) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.texts(positions)[0] for column in columns), strict=True))


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
