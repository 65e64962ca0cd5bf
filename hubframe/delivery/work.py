"""What is still to be sent, and in which order."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hubframe.delivery.steps import History
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Problem

__all__ = ["Backlog", "Family", "Work"]

Kind = Literal["read", "write", "look"]

OLDEST_READ_SECONDS = 5.0
STALE_READ_SECONDS = 30.0


@dataclass(slots=True, eq=False)
class Family:
    """The parts of a batch that HubSpot refused without saying why or whom.

    ``cleared`` once a part of it was answered, or a refusal named its row: then the cause is some row's. Until
    then, some of its rows are waiting or on their way.
    """

    kind: Kind
    cause: Problem
    open_rows: int
    cleared: bool = False


@dataclass(slots=True, eq=False)
class Work:
    """One request to be sent, and what its rows went through."""

    kind: Kind
    batch: Batch
    history: History = field(default_factory=lambda: History(attempts=0))
    cause: Problem | None = None
    family: Family | None = None
    pending: bool = False  # of a look: HubSpot said that it was still at it
    recorded: bool = False  # of a write: what it overwrites is on record


class Backlog:
    """Everything that is not on its way yet.

    Rows read and found to differ are collected until they fill a request: where one row in twenty differs, that
    is one write for twenty reads instead of twenty. None waits longer than five seconds after it was read, so
    that what was read is still so.
    """

    def __init__(self, fresh: Iterator[Batch], size: int, *, read_first: bool) -> None:
        self._fresh = fresh
        self._next = next(fresh, None)
        self._size = size
        self._read_first = read_first
        self._again: deque[Work] = deque()
        self._delayed: list[tuple[float, int, Work]] = []
        self._order = itertools.count()
        self._differing = Batch([], [], [])
        self._oldest_read = 0.0
        self.families: list[Family] = []  # those not cleared

    def differing(self, rows: Batch, now: float) -> None:
        """Add rows that were read and differ."""
        if not self._differing.rows:
            self._oldest_read = now
        self._differing.extend(rows)

    def again(self, work: Work) -> None:
        """Send this as soon as possible, before anything new."""
        if work.family is not None:
            self._again.appendleft(work)
        else:
            self._again.append(work)

    def later(self, work: Work, due: float) -> None:
        heapq.heappush(self._delayed, (due, next(self._order), work))

    def take(self, now: float, *, room: int, reads_on_the_way: bool, only_looks: bool = False) -> Work | None:
        """Return what to send now, if anything; ``put_back`` what can't be.

        ``room`` is how many requests may go now. What waits for HubSpot to recover takes its place: else an outage
        would be met with everything there is.
        """
        while self._delayed and self._delayed[0][0] <= now:
            self._again.append(heapq.heappop(self._delayed)[2])
        if room <= 0:
            return None
        followed = self.families[0] if self.families else None  # one refused batch is followed to its end
        for index, work in enumerate(self._again):
            if work.kind == "look" if only_looks else work.family in (None, followed) or work.family.cleared:
                del self._again[index]
                return work
        if only_looks or followed is not None or room <= len(self._delayed):
            return None  # while the cause may be no row's, nothing new is spent on it
        waiting = len(self._differing)
        age = now - self._oldest_read if waiting else 0.0
        if age > STALE_READ_SECONDS:
            return Work("read", self._differing_rows())  # a pause came between: look again before writing
        if waiting >= self._size or age > OLDEST_READ_SECONDS:
            return Work("write", self._differing_rows())
        if self._next is not None:
            batch, self._next = self._next, next(self._fresh, None)
            return Work("read" if self._read_first else "write", batch)
        if waiting and not reads_on_the_way and not self._delayed_reads():
            return Work("write", self._differing_rows())
        return None

    def put_back(self, works: Sequence[Work]) -> None:
        """Take back what can't be sent yet; it comes first again, in this order."""
        self._again.extendleft(reversed(works))

    def seconds_until_due(self, now: float) -> float | None:
        return max(0.0, self._delayed[0][0] - now) if self._delayed else None

    def is_empty(self) -> bool:
        return not (self._again or self._delayed or self._next is not None or self._differing.rows)

    def drain(self) -> list[Work]:
        """Give up everything that had been tried before; what is new is simply not sent."""
        works = [*self._again, *(work for _, _, work in self._delayed)]
        self._again.clear()
        self._delayed.clear()
        self._next = None
        self._differing = Batch([], [], [])
        return works

    def _delayed_reads(self) -> bool:
        return any(work.kind == "read" for _, _, work in self._delayed)

    def _differing_rows(self) -> Batch:
        everything = self._differing
        size = min(self._size, len(everything))
        head = everything.part(range(size))
        self._differing = everything.part(range(size, len(everything)))
        return head
