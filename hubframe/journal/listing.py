"""The recorded runs as a frame, and their removal."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from hubframe.journal.errors import JournalDamaged, JournalError, RunIsLive, UnknownRun
from hubframe.journal.file import hold, look_into
from hubframe.journal.folder import delete_run, facts_path, run_path, run_paths
from hubframe.journal.reading import OPEN, JournalReader
from hubframe.journal.records import RunEnd, RunHeader, header_from
from hubframe.results.frame import TEXT
from hubframe.results.outcomes import STATUSES

__all__ = ["DAYS_KEPT", "forget", "forget_old", "linked_runs", "runs", "undos_of"]

DAYS_KEPT = 30
NAME = re.compile(r"(?P<account>\w+)-(?P<moment>\d{8}T\d{4})-\w+")
COUNTED = (*STATUSES, OPEN)
DTYPES: dict[str, Any] = {
    "run_id": TEXT,
    "started_at": "datetime64[ms]",
    "account": TEXT,
    "object_type": TEXT,
    "kind": TEXT,
    "parent": TEXT,
    "rows": "Int64",
    **dict.fromkeys(COUNTED, "Int64"),
    "finished": "bool",
    "live": "bool",
    "ended": TEXT,
    "bytes": "int64",
    "path": TEXT,
}


class _Look(NamedTuple):
    """What can be told of a run's file; ``counts`` is None of a live or unreadable one."""

    header: RunHeader | None
    counts: dict[str, int] | None = None
    end: RunEnd | None = None
    trouble: JournalError | None = None

    @property
    def live(self) -> bool:
        return isinstance(self.trouble, RunIsLive)

    @property
    def ended(self) -> str:
        if self.end is not None:
            return self.end.how
        if self.live:
            return "going on"
        if isinstance(self.trouble, JournalDamaged):
            return f"damaged: {self.trouble}"
        return f"unreadable: {self.trouble}" if self.trouble is not None else "cut off"


def runs() -> pd.DataFrame:
    """Return the recorded runs, newest first.

    Returns
    -------
    pandas.DataFrame
        ``run_id``, ``started_at`` (datetime64[ms], UTC), ``account``, ``object_type``, ``kind`` (update, retry, resume,
        undo), ``parent`` (the run it goes back to), ``rows``, a column per status and ``open`` (rows without an
        outcome), ``finished``, ``live`` (another kernel, or a call in this one, is at it), ``ended`` (how; ``"cut
        off"`` where its kernel was killed), ``bytes``, ``path``. Numbers are NA where they can't be known: of a live
        run only its beginning can be read, of a damaged one, about which ``ended`` says so, at most that.

    Examples
    --------
    >>> from hubframe.journal import runs
    >>> list(runs().columns[:4])
    ['run_id', 'started_at', 'account', 'object_type']
    """
    lines = [line for path in run_paths() for line in _line(path)]
    frame = pd.DataFrame(lines, columns=list(DTYPES)).astype(DTYPES)
    return frame.sort_values(["started_at", "run_id"], ascending=False, ignore_index=True)


def linked_runs(run_id: str) -> list[RunHeader]:
    """Return the run, what it retried or resumed, and what retried or resumed these; oldest first. Undos stand alone.

    Raises
    ------
    UnknownRun
    """
    run_path(run_id)
    headers = _headers()
    if run_id not in headers:
        raise UnknownRun(f"There is no readable journal of a run {run_id!r}. Next: hubframe.runs() lists them.")
    wanted = _root(run_id, headers)
    linked = [header for header in headers.values() if _root(header.run_id, headers) == wanted]
    return sorted(linked, key=lambda header: (header.started_at, header.run_id))


def undos_of(run_ids: Collection[str]) -> list[RunHeader]:
    """Return the undos of these runs, and what retried or resumed the undos; oldest first."""
    headers = _headers()
    roots = ((header, headers[_root(header.run_id, headers)]) for header in headers.values())
    undos = (header for header, root in roots if root.kind == "undo" and root.parent in run_ids)
    return sorted(undos, key=lambda header: (header.started_at, header.run_id))


def forget(run_id: str) -> None:
    """Delete what is recorded of a run; it can't be resumed or undone any more. HubSpot keeps what was written.

    Raises
    ------
    RunIsLive
        It is going on; stop it first.
    UnknownRun
    """
    path = run_path(run_id)
    if not path.exists():
        raise UnknownRun(f"There is no journal of a run {run_id!r} in {path.parent}. Next: hubframe.runs() lists them.")
    held = None
    try:
        held = hold(path)
    except RunIsLive:
        raise
    except JournalError:
        pass  # damaged, and nobody's
    try:
        if os.name != "nt":  # Windows deletes no open file, and lets nobody lock one between close and unlink
            delete_run(path)
    finally:
        if held is not None:
            held.close()
    delete_run(path)


def forget_old(now: datetime | None = None) -> list[str]:
    """Delete the runs to which nothing was added for 30 days, finished or not, and return their ids.

    Linked runs stay as long as one of them is younger: the old values of a retry may stand in the run it retried.
    A live one is never deleted.
    """
    limit = (now or datetime.now(UTC)) - timedelta(days=DAYS_KEPT)
    ages = dict(_ages())
    if all(age >= limit for age in ages.values()):
        return []
    headers = _headers()
    kept = {_root(path.stem, headers) for path, age in ages.items() if age >= limit}
    forgotten = []
    for path in ages:
        if _root(path.stem, headers) not in kept:
            with contextlib.suppress(JournalError, OSError):
                forget(path.stem)
                forgotten.append(path.stem)
    return forgotten


def _look(path: Path) -> _Look:
    try:
        with look_into(path) as connection:
            reader = JournalReader(connection, path)
            return _Look(reader.header, reader.counts(), reader.end)
    except JournalError as error:
        return _Look(_facts_beside(path), trouble=error)


def _headers() -> dict[str, RunHeader]:
    """Return what can be read of all runs' beginnings, by run id; their rows are not looked at."""
    headers = (_header(path) for path in run_paths())
    return {header.run_id: header for header in headers if header is not None}


def _header(path: Path) -> RunHeader | None:
    try:
        with look_into(path) as connection:
            return JournalReader(connection, path).header
    except JournalError:
        return _facts_beside(path)


def _facts_beside(path: Path) -> RunHeader | None:
    """Return what is written beside a run's file for as long as that can't be read."""
    try:
        return header_from(facts_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _line(path: Path) -> Iterator[list[Any]]:
    look = _look(path)
    header, counts = look.header, look.counts
    try:
        size = path.stat().st_size
    except OSError:  # deleted this moment
        return
    named = NAME.fullmatch(path.stem)
    if header is not None:
        started: datetime | None = header.started_at
        told = [header.account_id, header.object_type, header.kind, header.parent, header.rows]
    else:
        started = datetime.strptime(f"{named['moment']}Z", "%Y%m%dT%H%M%z") if named else None
        told = [named["account"] if named else None, None, None, None, None]
    counted = [None if counts is None else counts.get(status, 0) for status in COUNTED]
    moment = None if started is None else started.astimezone(UTC).replace(tzinfo=None)
    yield [path.stem, moment, *told, *counted, look.end is not None, look.live, look.ended, size, str(path)]


def _root(run_id: str, headers: dict[str, RunHeader]) -> str:
    seen = {run_id}
    while (header := headers.get(run_id)) is not None and header.parent and header.kind != "undo":
        if header.parent in seen:  # no file of ours says so
            break
        run_id = header.parent
        seen.add(run_id)
    return run_id


def _ages() -> Iterator[tuple[Path, datetime]]:
    """Yield each run's file and when something was added to it last."""
    for path in run_paths():
        with contextlib.suppress(OSError):
            yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
