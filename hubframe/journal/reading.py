"""What a run's file says."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from hubframe.journal.file import check_is_journal, damage_told
from hubframe.journal.labels import json_from, label_from
from hubframe.journal.records import (
    OldValues,
    RunEnd,
    RunHeader,
    Sent,
    SettledRow,
    StoredRow,
    header_from,
    problems_from,
)

__all__ = ["OPEN", "JournalReader", "old_values"]

T = TypeVar("T")
Changes = dict[str, tuple[str | None, str]]
OPEN = "open"  # the status of a row without an outcome
PAGE = 5_000  # rows read at a time: between two pages, the run may write

_problems_from = lru_cache(maxsize=1_000)(problems_from)  # one cause may stand in a million rows


class JournalReader:
    """A run's file, open to be read.

    Every method raises `JournalDamaged` where the file is not whole.

    Attributes
    ----------
    path : Path
    header : RunHeader
    """

    path: Path
    header: RunHeader

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self.path = connection, path
        check_is_journal(connection, path)
        with damage_told(path):
            self.header = header_from(self._fact("header") or "{}")

    @property
    def end(self) -> RunEnd | None:
        """How the run ended; None where it did not, or goes on."""
        found = self.kept("end")
        return None if found is None else RunEnd(datetime.fromisoformat(found["at"]), str(found["how"]))

    def kept(self, name: str) -> Any:
        """Return what `Journal.keep` kept under this name; None where it kept nothing."""
        with damage_told(self.path):
            text = self._fact(name)
            return None if text is None else json.loads(text)

    def check(self) -> None:
        """Look through the whole file; it takes a second for a million rows."""
        with damage_told(self.path):
            found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)

    def counts(self) -> dict[str, int]:
        """Return the number of rows by status; those without an outcome count as ``"open"``."""
        with damage_told(self.path):
            found = Counter(dict(self._connection.execute("SELECT status, count(*) FROM outcomes GROUP BY status")))
            open_rows = self.header.rows - found.total()
            return dict(found) | ({OPEN: open_rows} if open_rows else {})

    def rows(self, statuses: Collection[str] | None = None) -> Iterator[StoredRow]:
        """Yield the rows of these statuses (``"open"``: without an outcome) in their order; None: all of them.

        A row gone through does not come again, whatever is settled meanwhile.
        """
        chosen = tuple(statuses) if statuses is not None else ()
        wanted = f"AND coalesce(status, '{OPEN}') IN ({','.join('?' * len(chosen))})" if statuses is not None else ""
        sql = f"""
            SELECT position, address, label, texts, same_as FROM rows LEFT JOIN outcomes USING (position)
            WHERE position > ? {wanted} ORDER BY position LIMIT {PAGE}"""  # noqa: S608 - question marks
        names = self.header.properties

        def stored(position: int, address: str | None, label: str, texts: str, same_as: int | None) -> StoredRow:
            record = None if address is None else json_from(address)
            cells = zip(names, json_from(texts), strict=True)
            return StoredRow(
                position, record, label_from(label), {name: text for name, text in cells if text is not None}, same_as
            )

        return self._paged(sql, chosen, stored)

    def outcomes(self) -> Iterator[SettledRow]:
        """Yield what became of the rows that have an outcome, in their order."""
        sql = f"""
            SELECT position, status, record_id, updated_at, attempts, texts
            FROM outcomes LEFT JOIN problems ON problems.number = outcomes.problems
            WHERE position > ? ORDER BY position LIMIT {PAGE}"""  # noqa: S608

        def settled(
            position: int, status: str, record: str | None, updated_at: str | None, attempts: int, texts: str | None
        ) -> SettledRow:
            problems = () if texts is None else _problems_from(texts)
            return SettledRow(position, status, record, updated_at, attempts, problems)

        return self._paged(sql, (), settled)

    def in_flight(self) -> dict[int, Sent]:
        """Return what was sent and has no outcome, or is ``unconfirmed``, by position."""
        sql = f"""
            SELECT number, position, record_id, changes FROM sent WHERE number > ? AND NOT EXISTS
            (SELECT 1 FROM outcomes WHERE outcomes.position = sent.position AND status != 'unconfirmed')
            ORDER BY number LIMIT {PAGE}"""  # noqa: S608
        found: dict[int, Sent] = {}
        for sent in self._paged(sql, (), _sent):
            position, record, before, after, requests = sent
            first = found.get(position)
            if first is not None:
                newly = {name: text for name, text in (before or {}).items() if name not in first.after}
                before, after = newly | (first.before or {}), first.after | after
                requests += first.requests
            found[position] = Sent(position, record, before or None, after, requests)
        return found

    def changes(self) -> Iterator[tuple[str, int, Changes]]:
        """Yield record id, position and property → [old text, new text] of all that was sent, by record, in order."""
        sql = "SELECT record_id, position, changes FROM sent WHERE record_id IS NOT NULL ORDER BY record_id, number"
        with damage_told(self.path):
            for record, position, changes in self._connection.execute(sql):
                yield record, position, json_from(changes)

    def _fact(self, name: str) -> str | None:
        found = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def _paged(self, sql: str, arguments: Sequence[str], decode: Callable[..., T]) -> Iterator[T]:
        """Yield the lines of a query whose first column goes on from its first question mark."""
        last = -1
        while True:
            with damage_told(self.path):
                page = self._connection.execute(sql, (last, *arguments)).fetchall()
                decoded = [decode(*line) for line in page]
            if not page:
                return
            yield from decoded
            last = page[-1][0]


def old_values(runs: Sequence[JournalReader]) -> Iterator[OldValues]:
    """Yield what each record held before the runs wrote to it, and what they wrote; by record, a few in memory.

    A later run read what an earlier one had written: the oldest value known of a property is the one, and where the
    first run that wrote it did not read it, there is none.

    Parameters
    ----------
    runs
        Linked runs, oldest first.
    """
    streams = [_changes_of(run, age) for age, run in enumerate(runs)]
    for record, lines in groupby(merge(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        first: dict[str, str | None] = {}
        written: dict[str, list[str]] = {}
        places: dict[tuple[str, int], None] = {}
        for _, _, run_id, position, changes in lines:
            places[run_id, position] = None
            for name, (old, new) in changes.items():
                first.setdefault(name, old)
                texts = written.setdefault(name, [])
                if texts[-1:] != [new]:
                    texts.append(new)
        before = {name: old for name, old in first.items() if old is not None}
        unknown = tuple(name for name, old in first.items() if old is None)
        yield OldValues(record, before, {name: tuple(written[name]) for name in before}, tuple(places), unknown)


def _changes_of(run: JournalReader, age: int) -> Iterator[tuple[str, int, str, int, Changes]]:
    run_id = run.header.run_id
    for record, position, changes in run.changes():
        yield record, age, run_id, position, changes


def _sent(_: int, position: int, record_id: str | None, changes: str) -> Sent:
    told = json_from(changes).items()
    before = {name: old for name, (old, _) in told if old is not None}
    return Sent(position, record_id, before or None, {name: new for name, (_, new) in told})
