"""The journal of a run on its way: what it is about to send, and what became of it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from hubframe.journal.errors import JournalError, JournalFailed, RunIsLive, UnknownRun
from hubframe.journal.file import FAILURES, create_tables, hold, look_into
from hubframe.journal.folder import HOW_TO_GO_ON, create_private, delete_run, facts_path, run_path
from hubframe.journal.labels import json_text, label_text
from hubframe.journal.reading import JournalReader
from hubframe.journal.records import RowBlock, RunHeader, SettledRow, header_text, problems_text
from hubframe.results.outcomes import Problem

__all__ = ["Journal", "create_run", "open_run", "read_run"]

PROBLEMS_REMEMBERED = 1_000
NO_ROWS: Mapping[int, int] = MappingProxyType({})


class Journal(JournalReader):
    """A run's file, locked for this run alone until `close`, or until the process is dead.

    What a method was given is on the disk when it returns: it survives kill -9 and, as far as the disk keeps its
    word, the loss of power. Each is one commit, a few milliseconds long. From one thread at a time.

    Raises
    ------
    JournalFailed
        By every method that writes: the disk is full, the folder is gone. The file holds what it held before.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._place = _place(path)
        self._problems: dict[str, int] = {}

    def sending(
        self,
        rows: Sequence[int],
        record_ids: Sequence[str | None],
        before: Sequence[Mapping[str, str] | None],
        after: Sequence[Mapping[str, str]],
    ) -> None:
        """Record what a request is about to overwrite, before it is sent. Its rows are open again until settled.

        Nothing recorded earlier is replaced: of a property sent twice, the older old value stays the first.

        Parameters
        ----------
        rows
            Positions in the frame.
        record_ids
            Per row; None where only HubSpot knows it yet.
        before
            Per row, property → text as HubSpot had it, ``""`` where blank. None, or a property that is not there: not
            read, and so never put back.
        after
            Per row, property → text that is sent.
        """
        told = zip(rows, record_ids, before, after, strict=True)
        sent = [(row, record, json_text(_changes(old, new))) for row, record, old, new in told]
        with self._committed():
            self._connection.executemany("INSERT INTO sent (position, record_id, changes) VALUES (?, ?, ?)", sent)
            self._connection.executemany("DELETE FROM outcomes WHERE position = ?", [(row,) for row in rows])

    def settled(self, outcomes: Iterable[SettledRow]) -> None:
        """Record what became of rows, before it is told anybody. A later outcome of a row replaces an earlier one."""
        with self._committed():
            self._write_outcomes(outcomes)

    def keep(self, name: str, value: Any) -> None:
        """Keep a small fact, anything JSON can say; see `kept`."""
        with self._committed():
            self._write_fact(name, json_text(value))

    def finished(self, how: str = "complete") -> None:
        """Record that the run has ended, and how."""
        self.keep("end", {"at": datetime.now(UTC).isoformat(), "how": how})

    def goes_on(self) -> None:
        """Record that a run that had ended goes on: until `finished` is called again, it has not."""
        with self._committed():
            self._connection.execute("DELETE FROM facts WHERE name = 'end'")

    def close(self) -> None:
        """Let others have the file. Closing twice is harmless."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _write_fact(self, name: str, text: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, text))

    def _write_outcomes(self, outcomes: Iterable[SettledRow]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?)",
            ((*outcome[:5], number) for outcome, number in self._numbered(outcomes)),
        )

    def _numbered(self, outcomes: Iterable[SettledRow]) -> Iterator[tuple[SettledRow, int | None]]:
        """Yield outcomes with the number of what is wrong with them: what a million rows share is kept once."""
        last: tuple[Problem, ...] = ()
        number: int | None = None
        for outcome in outcomes:
            if outcome.problems is not last:
                last = outcome.problems
                number = self._number_of(problems_text(last)) if last else None
            yield outcome, number

    def _number_of(self, text: str) -> int:
        number = self._problems.get(text)
        if number is None:
            number = self._connection.execute("INSERT INTO problems (texts) VALUES (?)", (text,)).lastrowid or 0
            if len(self._problems) >= PROBLEMS_REMEMBERED:
                self._problems.clear()
            self._problems[text] = number
        return number

    @contextlib.contextmanager
    def _committed(self) -> Iterator[None]:
        """Do it all, on the disk, or nothing of it."""
        try:
            if _place(self.path) != self._place:  # SQLite would write on into a file that nobody finds again
                raise FileNotFoundError("the file is not there any more")  # noqa: TRY301
            self._connection.execute("BEGIN")
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._problems.clear()  # some may be undone
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            if isinstance(error, FAILURES):
                raise JournalFailed(
                    f"The journal {self.path} can't be written any more ({error}), so nothing more is sent. Next: see "
                    f'that there is room and the folder is there, then hubframe.resume("{self.header.run_id}")'
                ) from error
            raise


def create_run(
    header: RunHeader,
    blocks: Iterable[RowBlock] = (),
    *,
    same_as: Mapping[int, int] = NO_ROWS,
    settled: Iterable[SettledRow] = (),
) -> Journal:
    """Record a run before its first request, whole or not at all, and return its journal, locked.

    Parameters
    ----------
    blocks
        The rows of the frame, all of them, some thousands at a time; one block is in memory.
    same_as
        Rows that share the outcome of another, by position.
    settled
        Rows that are not sent, and why.

    Raises
    ------
    JournalError
        The journal can't be kept. What ``blocks`` raises passes through. Nothing is left of either.
    """
    path = run_path(header.run_id)
    create_private(path)
    try:
        return _created(path, header, blocks, same_as, settled)
    except BaseException as error:
        with contextlib.suppress(OSError):
            delete_run(path)
        if isinstance(error, FAILURES):
            # Some network file systems refuse every lock as if another had it.
            why = "no file can be locked there" if isinstance(error, RunIsLive) else error
            raise JournalError(
                f"The journal can't be kept in {path.parent} ({why}), and nothing was sent. {HOW_TO_GO_ON}"
            ) from error
        raise


def open_run(run_id: str) -> Journal:
    """Open a recorded run to go on with it, and lock it.

    Raises
    ------
    UnknownRun, RunIsLive, JournalDamaged, JournalError
        The file is left as it is.
    """
    path = _existing(run_id)
    connection = hold(path)
    try:
        journal = Journal(connection, path)
        journal.check()
    except BaseException:
        connection.close()
        raise
    return journal


@contextlib.contextmanager
def read_run(run_id: str) -> Iterator[JournalReader]:
    """Open a recorded run to read it; others can read it too, and nobody can go on with it meanwhile.

    Raises
    ------
    UnknownRun, RunIsLive, JournalDamaged, JournalError
    """
    path = _existing(run_id)
    with look_into(path) as connection:
        yield JournalReader(connection, path)


def _created(
    path: Path,
    header: RunHeader,
    blocks: Iterable[RowBlock],
    same_as: Mapping[int, int],
    settled: Iterable[SettledRow],
) -> Journal:
    connection = hold(path)
    try:
        connection.execute("BEGIN")
        create_tables(connection)
        connection.execute("INSERT INTO facts VALUES ('header', ?)", (header_text(header),))
        journal = Journal(connection, path)
        for block in blocks:
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", _stored(block, same_as))
        journal._write_outcomes(settled)  # noqa: SLF001 - its own making
        connection.execute("COMMIT")
        create_private(facts_path(path), header_text(header).encode())
    except BaseException:
        connection.close()
        raise
    return journal


def _stored(block: RowBlock, same_as: Mapping[int, int]) -> Iterator[tuple[Any, ...]]:
    cells = zip(*block.cells, strict=True) if block.cells else (() for _ in block.addresses)
    told = zip(block.addresses, block.labels, cells, strict=True)
    for position, (address, label, texts) in enumerate(told, block.first):
        stored = None if address is None else json_text(address)
        yield position, stored, label_text(label), json_text(texts), same_as.get(position)


def _changes(before: Mapping[str, str] | None, after: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    return {name: (None if before is None else before.get(name), text) for name, text in after.items()}


def _existing(run_id: str) -> Path:
    path = run_path(run_id)
    if not path.is_file():
        raise UnknownRun(f"There is no journal of a run {run_id!r} in {path.parent}. Next: hubframe.runs() lists them.")
    return path


def _place(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
