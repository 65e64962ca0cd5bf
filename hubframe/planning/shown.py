"""The rows of a plan that somebody looked at: nothing goes that was not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.planning.plan import Plan
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

    def __init__(self, plan: Plan, shown: Batch) -> None:
        self.definitions: Definitions = plan.definitions
        self.outcomes: Outcomes = plan.outcomes.without_planned()
        self.same_as: Mapping[int, int] = {
            row: leader for row, leader in plan.same_as.items() if self.outcomes.is_open(row)
        }
        self.doubts: Mapping[int, tuple[Problem, ...]] = {}
        self.expected: Mapping[int, Mapping[str, str]] | None = {
            row: known or {} for row, known in zip(shown.rows, shown.known, strict=True)
        }
        self.ids: Sequence[str | None] = plan.outcomes.record_ids
        self.properties_to_read: Sequence[str] = plan.properties_to_read
        self._shown = shown

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the rows in requests of at most ``size`` rows."""
        for start in range(0, len(self._shown), size):
            part = self._shown.part(range(start, min(start + size, len(self._shown))))
            part.known = [None] * len(part)  # to be read again
            yield part
