"""The rows of one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Batch"]


@dataclass(slots=True)
class Batch:
    """Rows that travel together, a list per column; ``rows`` are positions in the caller's frame.

    ``texts`` holds, per row, property → text; a row's ``known`` holds HubSpot's current texts where they were read.
    """

    rows: list[int]
    ids: list[str]
    texts: list[dict[str, str]]
    id_property: str | None = None
    known: list[dict[str, str] | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = self.known or [None] * len(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, indices: Sequence[int]) -> Batch:
        """Return the rows at ``indices`` (of this batch) as a batch of their own."""
        return Batch(
            rows=[self.rows[index] for index in indices],
            ids=[self.ids[index] for index in indices],
            texts=[self.texts[index] for index in indices],
            id_property=self.id_property,
            known=[self.known[index] for index in indices],
        )

    def extend(self, rows: Batch) -> None:
        """Add the rows of another batch."""
        self.rows += rows.rows
        self.ids += rows.ids
        self.texts += rows.texts
        self.known += rows.known
