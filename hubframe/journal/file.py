"""A run's SQLite file: its tables, its lock, and what its errors mean.

SQLite's write-ahead log fails on network file systems, where JupyterHub has its homes; the rollback journal works, with
one writer that locks the file for as long as it lives (https://www.sqlite.org/wal.html, section 1;
https://www.sqlite.org/pragma.html#pragma_locking_mode).

The lock is SQLite's own and goes with the process. On POSIX it would also go when any other handle of the file were
closed in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2): a run's file is opened by SQLite alone.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from hubframe.journal.errors import JournalDamaged, JournalError, RunIsLive
from hubframe.journal.folder import HOW_TO_GO_ON

__all__ = ["FAILURES", "check_is_journal", "create_tables", "damage_told", "hold", "look_into"]

APPLICATION_ID = 0x68756266  # "hubf"
VERSION = 1
WAIT_SECONDS = 1.0  # another kernel may have it for a moment, to list it
BETWEEN_SECONDS = (0.002, 0.05)
FAILURES = (sqlite3.Error, OSError, UnicodeError, OverflowError)
UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError)
DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

# What came from a frame is JSON: any text survives in it. Ids and moments are as HubSpot gave them.
TABLES = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rows (position INTEGER PRIMARY KEY, address TEXT, label TEXT NOT NULL, texts TEXT NOT NULL,
                   same_as INTEGER);
CREATE TABLE sent (number INTEGER PRIMARY KEY, position INTEGER NOT NULL, record_id TEXT, changes TEXT NOT NULL);
CREATE TABLE outcomes (position INTEGER PRIMARY KEY, status TEXT NOT NULL, record_id TEXT, updated_at TEXT,
                       attempts INTEGER NOT NULL, problems INTEGER);
CREATE TABLE problems (number INTEGER PRIMARY KEY, texts TEXT NOT NULL);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""


def hold(path: Path) -> sqlite3.Connection:
    """Open a run's file and lock it, until it is closed or the process is dead.

    Raises
    ------
    RunIsLive, JournalDamaged, JournalError
    """
    with _told(path):
        connection = _connected(path)
        with _closed_on_error(connection):
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            # Setting it locks nothing; the first transaction does, and its end does not unlock. To commit it would
            # make a database of an empty file, which is one that was damaged.
            _begin_exclusively(connection)
            connection.execute("ROLLBACK")
            # A commit is on the disk when it returns, and survives the loss of power as well as of the process.
            connection.execute("PRAGMA synchronous = FULL")
        return connection


@contextlib.contextmanager
def look_into(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a run's file to read from it, without a wait; a live one is refused, and not disturbed.

    Raises
    ------
    RunIsLive, JournalDamaged, JournalError
    """
    with _told(path):
        connection = _connected(path)
        with _closed_on_error(connection):
            connection.execute("BEGIN")
            check_is_journal(connection, path)
    with contextlib.closing(connection):
        yield connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty file a journal; to be called in a transaction."""
    for statement in filter(str.strip, TABLES.split(";")):
        connection.execute(statement)


def check_is_journal(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != APPLICATION_ID:
        empty = connection.execute("PRAGMA page_count").fetchone()[0] == 0
        raise _damaged(path, "it is empty: the run ended before anything was sent" if empty else "it is none")
    if version > VERSION:
        raise JournalError(
            f"The journal {path} was written by a newer hubframe (version {version} of the file; this one reads up to "
            f"{VERSION}). Next: pip install --upgrade hubframe"
        )


@contextlib.contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Raise what a reader stumbles over as `JournalDamaged`."""
    try:
        yield
    except UNREADABLE as error:
        if isinstance(error, JournalError):
            raise
        raise _damaged(path, str(error)) from error


def _begin_exclusively(connection: sqlite3.Connection) -> None:
    """Lock the file, waiting for others a while: each as long as chance has it.

    SQLite's own wait is the same for everybody: two that begin together get into each other's way every time, and
    neither has the file in the end.
    """
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(random.uniform(*BETWEEN_SECONDS))  # noqa: S311 - no secret
        else:
            return


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells it more exactly
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    with _closed_on_error(connection):
        connection.execute("PRAGMA temp_store = MEMORY")  # customers' values are in no file but the run's
    return connection


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if _is_busy(error):
            raise RunIsLive(
                f"The run {path.stem} is going on: another kernel, or another call in this one, has its journal. "
                "Next: wait for it, or stop that kernel."
            ) from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGES:
            raise _damaged(path, str(error)) from error
        raise JournalError(f"The journal {path} can't be opened ({error}). {HOW_TO_GO_ON}") from error


def _damaged(path: Path, why: str) -> JournalDamaged:
    return JournalDamaged(
        f"{path} can't be read as a journal ({why}). It was left as it is. Next: "
        f'hubframe.forget("{path.stem}") deletes it; what HubSpot holds, hubframe.read() tells.'
    )
