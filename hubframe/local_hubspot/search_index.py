"""The records of one type as search sees them: as they are, or as they were a moment ago."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from .sorted_ids import SortedIds

if TYPE_CHECKING:
    from .records import Record, Records

_MOST_REMEMBERED = 16


class SearchIndex:
    """A copy of the live records that follows them when it is told to, and remembers what it found in them.

    A client that reads everything asks for the same matches page by page, from one id on: they are looked for
    once, and each page is cut out of them.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._held: dict[int, Record] = {}
        self._ids = SortedIds()
        self._found: dict[Hashable, list[int]] = {}

    def catch_up(self, before: float) -> None:
        """Take in what changed until then, in seconds of ``time.monotonic``, as it is now."""
        waiting = self._records.unindexed
        ready = [record_id for record_id, _ in takewhile(lambda item: item[1] <= before, waiting.items())]
        for record_id in ready:
            del waiting[record_id]
            number = int(record_id)
            live = self._records.live.get(record_id)
            if live is None:
                if self._held.pop(number, None) is not None:
                    self._ids.remove(record_id)
                continue
            if number not in self._held:
                self._ids.add(record_id)
            self._held[number] = live.copy()
        if ready:
            self._found.clear()

    def record(self, number: int) -> Record:
        """Return a record as it was taken in."""
        return self._held[number]

    def found(
        self, key: Hashable, matches: Callable[[Record], bool] | None, ordered: Callable[[list[Record]], list[Record]]
    ) -> list[int]:
        """Return the ids of the records that match, in order; the same key is looked for once.

        No ``matches`` stands for all of them, in the order of their ids.
        """
        if matches is None:
            return self._ids.ascending()
        if key not in self._found:
            records = (self._held[number] for number in self._ids.ascending())
            made = [int(record.id) for record in ordered([record for record in records if matches(record)])]
            while len(self._found) >= _MOST_REMEMBERED:
                del self._found[next(iter(self._found))]
            self._found[key] = made
        return self._found[key]


class Window:
    """Bounds of record ids, the bounds themselves left out."""

    def __init__(self, bounds: Iterable[tuple[str, int]]) -> None:
        self.low: int | None = None
        self.high: int | None = None
        for operator, number in bounds:
            if operator in {"GT", "GTE"}:
                low = number if operator == "GT" else number - 1
                self.low = low if self.low is None else max(self.low, low)
            else:
                high = number if operator == "LT" else number + 1
                self.high = high if self.high is None else min(self.high, high)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Window) and (self.low, self.high) == (other.low, other.high)

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    def of(self, ascending: list[int]) -> range:
        """Return the positions of the ids within."""
        start = 0 if self.low is None else bisect_right(ascending, self.low)
        stop = len(ascending) if self.high is None else bisect_left(ascending, self.high)
        return range(start, max(start, stop))
