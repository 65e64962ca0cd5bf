"""The rows of a plan that somebody looked at: nothing goes that was not shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hubframe.planning.batches import Batch
from hubframe.planning.columns import Columns
from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import exactly
from hubframe.planning.plan import Plan
from hubframe.planning.planned_columns import PlannedColumn
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["ShownPlan"]


class ShownPlan:
    """A plan's differing cells, each to go only where HubSpot still holds what was shown.

    Parameters
    ----------
    plan
        What was planned, every row settled; not modified.
    shown
        The planned rows by record id: their texts, and what HubSpot held.
    """

    id_property: str | None = None
    sent: Collection[int] = ()

    def __init__(self, plan: Plan, shown: Batch) -> None:
        self.definitions: Definitions = plan.definitions
        self.outcomes: Outcomes = plan.outcomes.without_planned()
        self.same_as: Mapping[int, int] = {
            row: leader for row, leader in plan.same_as.items() if self.outcomes.is_open(row)
        }
        self.doubts: Mapping[int, tuple[Problem, ...]] = {}
        # Rows that were settled when the plan was made keep what the baseline held: a retry goes by it.
        looked_at = {
            row: {name: exactly(plan.definitions.get(name), text) for name, text in (known or {}).items()}
            for row, known in zip(shown.rows, shown.known, strict=True)
        }
        self.expected: Mapping[int, Mapping[str, str]] | None = {**(plan.expected or {}), **looked_at}
        self.ids: Sequence[str | None] = plan.outcomes.record_ids
        self.columns: Sequence[PlannedColumn] = plan.columns
        self.chosen: Columns = plan.chosen
        self.property_names: Sequence[str] = plan.property_names
        self.properties_to_read: Sequence[str] = plan.properties_to_read
        self._place_of = {row: place for place, row in enumerate(shown.rows)}
        self._shown = shown

    def row_texts(self, positions: np.ndarray[Any, Any]) -> list[dict[str, str]]:
        """Return, for each of the rows at ``positions``, property → text of the cells that were shown."""
        places = (self._place_of.get(row) for row in positions.tolist())
        return [{} if place is None else self._shown.texts[place] for place in places]

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the rows in requests of at most ``size`` rows."""
        for start in range(0, len(self._shown), size):
            part = self._shown.part(range(start, min(start + size, len(self._shown))))
            part.known = [None] * len(part)  # to be read again
            yield part
