"""The rows of a planned frame that go again; the others stand beside them to be compared, and stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hubframe.planning.baseline import NOT_IN_BASELINE
from hubframe.planning.batches import Batch
from hubframe.planning.columns import Columns
from hubframe.planning.definitions import Definitions
from hubframe.planning.plan import SAME_AS_BASELINE, Plan
from hubframe.planning.planned_columns import BLOCK, PlannedColumn
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["RetriedPlan"]

Positions = np.ndarray[Any, Any]


class RetriedPlan:
    """Some rows of a plan as a plan of their own, counted from 0.

    Parameters
    ----------
    plan
        The whole frame's, so that rows that contradict each other are found wherever they stand; not modified.
    rows
        The positions in it that go again.
    expected
        Of a run that named what HubSpot must still hold: by position in ``plan``, property → text. Of such a row only
        the cells named go.
    had_baseline
        Whether rows that ``expected`` does not name had no counterpart to be compared with.
    """

    sent: Collection[int] = ()

    def __init__(
        self,
        plan: Plan,
        rows: Positions,
        expected: Mapping[int, Mapping[str, str]] | None = None,
        *,
        had_baseline: bool = False,
    ) -> None:
        self._plan, self._rows = plan, rows
        listed = rows.tolist()
        place_of = {row: place for place, row in enumerate(listed)}
        self.definitions: Definitions = plan.definitions
        self.columns: Sequence[PlannedColumn] = plan.columns
        self.chosen: Columns = plan.chosen
        self.id_property: str | None = plan.id_property
        self.property_names: Sequence[str] = plan.property_names
        self.properties_to_read: Sequence[str] = plan.properties_to_read
        self.ids: Sequence[str | None] = [plan.ids[row] for row in listed]
        self.doubts: Mapping[int, tuple[Problem, ...]] = {
            place_of[row]: found for row, found in plan.doubts.items() if row in place_of
        }
        self.expected: Mapping[int, Mapping[str, str]] | None = None
        if expected is not None:
            self.expected = {place_of[row]: texts for row, texts in expected.items() if row in place_of}
        self.same_as: Mapping[int, int] = _leaders(plan.same_as, place_of)
        self.outcomes = Outcomes(len(listed))
        known = plan.outcomes
        for place, row in enumerate(listed):
            like = plan.same_as.get(row, row)
            if not known.is_open(like):
                problems = known.problems.get(like, ())
                self.outcomes.settle(place, known.status_of(like), known.record_ids[like], problems=problems)
        if self.expected is not None:
            self._settle_what_was_left_alone(had_baseline=had_baseline)
        leaders = {place: leader for place, leader in self.same_as.items() if self.outcomes.is_open(place)}
        self.same_as = leaders
        self._to_send = np.array([place for place in self.outcomes.open_rows() if place not in leaders], dtype=np.intp)

    def row_texts(self, positions: Positions) -> list[dict[str, str]]:
        """Return, for each of the rows at ``positions``, property → text of the cells to send."""
        texts = self._plan.row_texts(self._rows[positions])
        if self.expected is None:
            return texts
        named = (self.expected.get(place) for place in positions.tolist())
        return [
            row if names is None else {name: text for name, text in row.items() if name in names}
            for row, names in zip(texts, named, strict=True)
        ]

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the rows to send in requests of at most ``size`` rows, a block of texts at a time."""
        block = max(size, BLOCK // size * size)
        for start in range(0, len(self._to_send), block):
            positions = self._to_send[start : start + block]
            texts = self.row_texts(positions)
            rows = positions.tolist()
            for offset in range(0, len(rows), size):
                part = rows[offset : offset + size]
                ids = [self.ids[place] or "" for place in part]
                yield Batch(part, ids, texts[offset : offset + size], self.id_property)

    def _settle_what_was_left_alone(self, *, had_baseline: bool) -> None:
        """Settle rows that the first run would not have sent either."""
        expected = self.expected or {}
        open_rows = np.array(self.outcomes.open_rows(), dtype=np.intp)
        for start in range(0, len(open_rows), BLOCK):
            block = open_rows[start : start + BLOCK]
            for place, texts in zip(block.tolist(), self.row_texts(block), strict=True):
                record = self.ids[place] if self.id_property is None else None
                if place not in expected:
                    if had_baseline:
                        self.outcomes.settle(place, "invalid", record, problems=(NOT_IN_BASELINE,))
                elif not texts:
                    self.outcomes.settle(place, "unchanged", record, problems=(SAME_AS_BASELINE,))


def _leaders(same_as: Mapping[int, int], place_of: Mapping[int, int]) -> dict[int, int]:
    """Return, among the rows that go, which shares whose outcome: its leader's, or that of the first like it."""
    found: dict[int, int] = {}
    first: dict[int, int] = {}
    for row, leader in sorted(same_as.items()):
        if row not in place_of:
            continue
        if leader in place_of:
            found[place_of[row]] = place_of[leader]
        elif leader in first:
            found[place_of[row]] = first[leader]
        else:
            first[leader] = place_of[row]
    return found
