"""What became of each row, settled once and never again."""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

__all__ = ["STATUSES", "Outcome", "Outcomes", "Problem"]

STATUSES = ("updated", "unchanged", "skipped", "invalid", "failed", "unsent", "unconfirmed", "planned")
_CODES = {status: code for code, status in enumerate(STATUSES)}
_OPEN = 255


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row.

    ``category`` and ``code`` are HubSpot's words where HubSpot said them. ``message`` is HubSpot's own text,
    or ours in its manner; ``hint`` is what to do about it. ``raw`` is HubSpot's error object, whole.
    """

    category: str
    code: str
    message: str
    property: str | None = None
    value: str | None = None
    hint: str | None = None
    correlation_id: str | None = None
    raw: Any = None

    def facts(self) -> dict[str, Any]:
        """Return the problem for ``hubspot_error_details``, without what is not known."""
        facts = {
            "category": self.category,
            "code": self.code,
            "property": self.property,
            "value": self.value,
            "message": self.message,
            "hint": self.hint,
            "hubspot": self.raw,
        }
        return {name: value for name, value in facts.items() if value is not None}

    def with_hint(self, hint: str) -> Problem:
        return dataclasses.replace(self, hint=hint)


class Outcome(NamedTuple):
    """What became of the row at ``index`` of a request (not of the frame)."""

    index: int  # type: ignore[assignment]  # a tuple's index() is not missed
    status: str
    record_id: str | None = None
    updated_at: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Outcomes:
    """The outcomes of all rows of a frame, a column each; rows are counted by position from 0."""

    rows: int
    status: array[int] = field(init=False)
    attempts: array[int] = field(init=False)
    record_ids: list[str | None] = field(init=False)
    updated_at: list[str | None] = field(init=False)
    problems: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    settled: int = 0
    url_prefix: str | None = None
    fresh: list[int] | None = None  # rows settled since somebody looked; None: nobody does
    sent_before: Collection[int] = ()  # by a run that was cut off: these are never unsent, at worst unconfirmed

    def __post_init__(self) -> None:
        self.status = array("B", bytes([_OPEN])) * self.rows
        self.attempts = array("L", [0]) * self.rows
        self.record_ids = [None] * self.rows
        self.updated_at = [None] * self.rows

    def settle(
        self,
        row: int,
        status: str,
        record_id: str | None = None,
        updated_at: str | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        """Say what became of a row. Twice is a defect of hubframe's, and is never passed over."""
        if self.status[row] != _OPEN:
            raise AssertionError(f"row {row} was settled as {STATUSES[self.status[row]]} and again as {status}")
        if status == "unsent" and row in self.sent_before:
            status = "unconfirmed"
        self.status[row] = _CODES[status]
        self.settled += 1
        if self.fresh is not None:
            self.fresh.append(row)
        self.counts[status] += 1
        if record_id is not None:
            self.record_ids[row] = record_id
        if updated_at is not None:
            self.updated_at[row] = updated_at
        if problems:
            self.problems[row] = problems

    def share(self, row: int, leader: int) -> None:
        """Give a row the outcome of another, settled one."""
        problems = self.problems.get(leader, ())
        self.settle(row, self.status_of(leader), self.record_ids[leader], self.updated_at[leader], problems)
        self.attempts[row] = self.attempts[leader]

    def without_planned(self) -> Outcomes:
        """Return a copy in which the rows that are only planned are open again."""
        copy = Outcomes(self.rows)
        for row, code in enumerate(self.status):
            if code not in (_OPEN, _CODES["planned"]):
                problems = self.problems.get(row, ())
                copy.settle(row, STATUSES[code], self.record_ids[row], self.updated_at[row], problems)
        return copy

    def is_open(self, row: int) -> bool:
        return self.status[row] == _OPEN

    def open_rows(self) -> list[int]:
        return np.flatnonzero(np.frombuffer(self.status, dtype=np.uint8) == _OPEN).tolist()

    def status_of(self, row: int) -> str:
        return STATUSES[self.status[row]]
