"""The rows of a run that was cut off: what is settled stays, what was sent is looked at first, the rest is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Expected", "ResumedPlan", "first_difference"]

Expected = Mapping[str, str | Sequence[str]]
Cells = Mapping[str, Sequence[str | None]]


@dataclass(slots=True, kw_only=True)
class ResumedPlan:
    """A recorded run's rows, ready to go on with.

    Attributes
    ----------
    ids : list of str or None, length n
    cells : mapping of str to list of str or None
        Property → the text of each row; None is not sent.
    outcomes : Outcomes
        Rows that were settled are so already.
    same_as : dict of int to int
        Rows that say the same as another, and share its outcome; settled ones too.
    before, after : dict of int to mapping
        Rows that were sent, and nobody knows what became of them: property → what HubSpot held before (or several
        texts, one of which it held), where that was read, and what was sent. They go again only where it still holds
        that.
    record_ids : dict of int to str
        The record ids of such rows, where they are known.
    """

    definitions: Definitions
    id_property: str | None
    ids: list[str | None]
    cells: Cells
    outcomes: Outcomes
    same_as: dict[int, int]
    doubts: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    expected: dict[int, Expected] | None = None
    before: dict[int, Expected] = field(default_factory=dict)
    after: dict[int, dict[str, str]] = field(default_factory=dict)
    record_ids: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outcomes = self.outcomes
        outcomes.sent_before = self.after.keys()
        self.same_as = {row: leader for row, leader in self.same_as.items() if outcomes.is_open(row)}
        # A cell that went was no doubt any more. And what went decides, not the whole row: the other cells were
        # HubSpot's already, or were left alone.
        self.doubts = {row: found for row, found in self.doubts.items() if row not in self.after}
        if self.expected is not None or self.before:
            self.expected = {**(self.expected or {}), **{row: self.before.get(row, {}) for row in self.after}}

    @property
    def sent(self) -> Mapping[int, Mapping[str, str]]:
        """The rows that were sent."""
        return self.after

    @property
    def property_names(self) -> list[str]:
        return list(self.cells)

    @property
    def properties_to_read(self) -> list[str]:
        known = filter(None, map(self.definitions.get, self.cells))
        pipelines = [definition.pipeline_property for definition in known]
        return [*self.cells, *filter(None, [*pipelines, self.id_property])]

    def row_texts(self, positions: np.ndarray[Any, Any]) -> list[dict[str, str]]:
        """Return, for each of the rows at ``positions``, property → text of the cells to send."""
        return [self._texts(row) for row in positions.tolist()]

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the open rows in requests of at most ``size`` rows, first those that were sent."""
        rows = [row for row in self.outcomes.open_rows() if row not in self.same_as]
        by_record = [row for row in rows if row in self.record_ids]
        by_address = sorted((row for row in rows if row not in self.record_ids), key=lambda row: row not in self.after)
        yield from self._batches(by_record, size, [self.record_ids[row] for row in by_record], None)
        yield from self._batches(by_address, size, [self.ids[row] or "" for row in by_address], self.id_property)

    def _batches(self, rows: list[int], size: int, ids: list[str], id_property: str | None) -> Iterator[Batch]:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            yield Batch(part, ids[start : start + size], [self._texts(row) for row in part], id_property)

    def _texts(self, row: int) -> dict[str, str]:
        went = self.after.get(row)
        if went is not None:
            return went
        return {name: text for name, texts in self.cells.items() if (text := texts[row]) is not None}


def first_difference(
    recorded: tuple[Sequence[str | None], Cells], now: tuple[Sequence[str | None], Cells], *, only_recorded: bool
) -> tuple[int, str | None, str | None, str | None] | None:
    """Return where a frame is not the recorded one: row, property (None: the id), text then and text now; or None.

    ``only_recorded``: cells that were not to be sent are not compared; less was recorded than the frame has.
    """
    found: list[tuple[int, str | None, str | None, str | None]] = []
    for name, then, ours in [
        (None, recorded[0], now[0]),
        *((name, recorded[1][name], now[1][name]) for name in now[1]),
    ]:
        for row, (text, our_text) in enumerate(zip(then, ours, strict=True)):
            if text != our_text and not (only_recorded and name is not None and text is None):
                found.append((row, name, text, our_text))
                break
    return min(found, key=lambda difference: difference[0], default=None)
