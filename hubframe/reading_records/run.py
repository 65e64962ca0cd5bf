"""One read: how far it is, what is said of it, and how it ends when it is stopped by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.planning.headers import REQUESTED_ID
from hubframe.planning.scalars import cut
from hubframe.reading_records.options import ReadOptions
from hubframe.reporting import remember_frame
from hubframe.speaking import say, warn

__all__ = ["ReadRun", "unless_interrupted"]

T = TypeVar("T")
TICK_SECONDS = 0.1
MOST_LISTED = 20


@dataclass(slots=True)
class ReadRun:
    """The facts of a read. ``interrupts`` is raised by whoever wants it stopped, from any thread.

    ``absent`` are the ids that brought no record, each with what HubSpot said, if anything; where no ids were given,
    those of records that HubSpot fails to read. ``untold`` are the ids that HubSpot's answers left out. ``notes`` are
    said of a frame that is whole, ``cautions`` warned of: they are about values or records that are not in it.
    """

    connection: Connection
    options: ReadOptions
    total: int = 0  # 0: not known
    done: int = 0
    requests: int = 0
    waiting_seconds: float = 0.0
    ended: bool = False
    interrupts: int = 0
    display_failed: bool = False
    may_have_written: bool = False
    absent: dict[str, str] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)

    def hear_interrupt(self) -> None:
        self.interrupts += 1

    def progress(self) -> Progress:
        """Return how far the read is; ``rows_total`` is 0 as long as nobody knows."""
        total = self.done if self.ended else max(self.total, self.done) if self.total else 0
        return Progress(
            rows_total=total,
            rows_done=self.done,
            counts={},
            requests=self.requests,
            waiting_seconds=0.0 if self.ended else self.waiting_seconds,
            stopping=self.interrupts > 0,
        )

    def report(self, result: pd.DataFrame, *, speak: bool) -> None:
        """Say what came in one line, and warn once of what did not."""
        missing = len(self.absent) + len(self.untold)
        if speak:
            for note in self.notes:
                say(note)
            brought = f"; {missing:,} asked for brought none" if missing and self.options.ids is not None else ""
            say(f"{self.connection.account}, {self.options.object_type}: {self.records_in(result)} read{brought}.")
        cautions = [*([self.absence()] if self.absent else []), *([self._left_out()] if self.untold else [])]
        cautions += self.cautions
        if cautions:
            try:
                warn("\n".join(cautions), stacklevel=4)
            except Warning:  # made an error by the caller
                remember_frame(result)
                raise

    def absence(self) -> str:
        """Return which ids brought no record."""
        said = self._said()
        if self.options.ids is None:
            have = "has" if len(self.absent) == 1 else "have"
            return (
                f"{len(self.absent):,} of the records of {self.options.object_type} could not be read, and {have} no "
                f"row: {_listed(self.absent)}. HubSpot says: {said}"
            )
        elsewhere = "in use (archived=False reads those)" if self.options.archived else "archived (archived=True)"
        have, they = ("has", "It") if len(self.absent) == 1 else ("have", "They")
        return (
            f"{len(self.absent):,} of the {self._asked} brought no record of {self.options.object_type}, and {have} no "
            f"row: {_listed(self.absent)}. {f'HubSpot says: {said} ' if said else ''}{they} may be {elsewhere}, "
            f"mistyped, or of another type.{self._all_of(self.absent)}"
        )

    def _left_out(self) -> str:
        one = len(self.untold) == 1
        asked = self._asked if self.options.ids is not None else f"records of {self.options.object_type}"
        return (
            f"HubSpot's answers left out {len(self.untold):,} of the {asked}, without saying why, so "
            f"{'it has' if one else 'they have'} no row: {_listed(self.untold)}. Read {'it' if one else 'them'} again: "
            f"hubframe.read({self.options.object_type!r}, ids=[...]){self._all_of(self.untold)}"
        )

    @property
    def _asked(self) -> str:
        return "record ids" if self.options.id_property is None else f"values of {self.options.id_property}"

    def _all_of(self, missing: Collection[str]) -> str:
        if len(missing) <= MOST_LISTED or self.options.ids is None:
            return ""
        return f" All of them: set(map(str, ids)) - set(df[{REQUESTED_ID!r}])"

    def _said(self) -> str:
        return "; ".join(dict.fromkeys(filter(None, self.absent.values())))[:500]

    def records_in(self, result: pd.DataFrame) -> str:
        return "1 record" if len(result) == 1 else f"{len(result):,} records"

    def interrupted(self, result: pd.DataFrame) -> str:
        """Return what is said of a read that was stopped, and keep what came."""
        if not len(result):
            return f"Stopped by hand before any record came. To begin again: {self.options.call}"
        remember_frame(result)  # also where it was stopped when everything had come
        of = f" of {self.total:,}" if self.total > len(result) else ""
        came = "record came. It is" if max(self.total, len(result)) == 1 else "records came. They are"
        return (
            f"Stopped by hand: {len(result):,}{of} {came} in hubframe.last_result(); "
            f"to read everything: {self.options.call}"
        )

    def not_begun(self) -> str:
        return f"Stopped by hand before anything was read. To begin again: {self.options.call}"


def _listed(names: Collection[str]) -> str:
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(cut(name) for name in list(names)[:MOST_LISTED]) + more


async def unless_interrupted(run: ReadRun, work: Coroutine[Any, Any, T]) -> T:
    """Await work; an interrupt cancels it, and what is on the way with it: nothing is lost by not reading it."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done() and not run.interrupts:
            await asyncio.wait({task}, timeout=TICK_SECONDS)
        if not task.done():
            raise asyncio.CancelledError
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
