"""What is still to be sent, and in which order."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from hubframe.delivery.steps import History
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Problem

__all__ = ["Backlog", "Family", "Work"]

OLDEST_READ_SECONDS = 5.0
FAMILIES_AT_A_TIME = 2


@dataclass(slots=True, eq=False)
class Family:
    """The parts of a batch that HubSpot refused without saying why or whom.

    ``cleared`` once a part of it was accepted, or a refusal named its row: then the cause is some row's.
    """

    cause: Problem
    open_rows: int
    cleared: bool = False


@dataclass(slots=True, eq=False)
class Work:
    """One request to be sent, and what its rows went through."""

    kind: Literal["read", "write", "look"]
    batch: Batch
    history: History = field(default_factory=lambda: History(attempts=0))
    cause: Problem | None = None
    family: Family | None = None


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
        self.families: list[Family] = []

    def differing(self, rows: Batch, now: float) -> None:
        """Add rows that were read and differ."""
        mine = self._differing
        if not mine.rows:
            self._oldest_read = now
        mine.rows += rows.rows
        mine.ids += rows.ids
        mine.texts += rows.texts
        mine.known += rows.known

    def again(self, work: Work) -> None:
        """Send this as soon as possible, before anything new."""
        if work.family is not None:
            self._again.appendleft(work)  # one refused batch is followed to its end before the next
        else:
            self._again.append(work)

    def later(self, work: Work, due: float) -> None:
        heapq.heappush(self._delayed, (due, next(self._order), work))

    def take(self, now: float, *, reads_on_the_way: bool, only_looks: bool = False) -> Work | None:
        """Return what to send now, if anything; ``put_back`` what can't be."""
        while self._delayed and self._delayed[0][0] <= now:
            self._again.append(heapq.heappop(self._delayed)[2])
        doubted = [family for family in self.families if not family.cleared]
        for index, work in enumerate(self._again):
            if only_looks and work.kind != "look":
                continue
            if work.family is None or work.family.cleared or work.family in doubted[:FAMILIES_AT_A_TIME]:
                del self._again[index]
                return work
        if only_looks or doubted:
            return None  # while the cause may be no row's, nothing new is spent on it
        waiting = len(self._differing)
        if waiting >= self._size or (waiting and now - self._oldest_read > OLDEST_READ_SECONDS):
            return self._write_differing()
        if self._next is not None:
            batch, self._next = self._next, next(self._fresh, None)
            return Work("read" if self._read_first else "write", batch)
        if waiting and not reads_on_the_way and not self._delayed_reads():
            return self._write_differing()
        return None

    def put_back(self, work: Work) -> None:
        self._again.appendleft(work)

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

    def _write_differing(self) -> Work:
        everything = self._differing
        size = min(self._size, len(everything))
        head = everything.part(range(size))
        self._differing = everything.part(range(size, len(everything)))
        return Work("write", head)
