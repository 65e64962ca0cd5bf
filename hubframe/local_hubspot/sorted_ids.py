"""Record ids in numeric order, cheap to add to and to page through."""

from __future__ import annotations

from bisect import bisect_left


class SortedIds:
    """Ids as numbers, each once. What was added since is sorted in when somebody looks."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._added: list[int] = []

    def add(self, record_id: str) -> None:
        """Add an id that is not there yet."""
        self._added.append(int(record_id))

    def remove(self, record_id: str) -> None:
        """Remove an id that is there."""
        ids = self.ascending()
        del ids[bisect_left(ids, int(record_id))]

    def ascending(self) -> list[int]:
        """Return the ids in order; it is the list kept here, not a copy."""
        if self._added:
            self._ids += self._added
            self._ids.sort()
            self._added.clear()
        return self._ids
