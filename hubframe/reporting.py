"""What the caller sees and keeps of a run: the bar, the line under it, one warning, the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pandas as pd

from hubframe.delivery.run import Progress, Run
from hubframe.earlier_runs import are_recorded
from hubframe.options import UpdateOptions
from hubframe.results.summary import RunFacts, next_line, remember, runs_to_go_on, summarize
from hubframe.speaking import say, warn

__all__ = ["Shown", "interrupted", "last_result", "not_begun", "remember_frame", "remember_result", "report", "show"]

_last: list[pd.DataFrame] = []


def last_result() -> pd.DataFrame | None:
    """Return the frame of the last run in this process, also of one that was interrupted; None before the first.

    A read that was stopped half-way, by hand or by an error, leaves here what had come; others leave nothing.

    Examples
    --------
    >>> import hubframe
    >>> result = hubframe.last_result()
    """
    return _last[0] if _last else None


class Shown(Protocol):
    """What is shown of a run, of any kind."""

    interrupts: int
    display_failed: bool

    def progress(self) -> Progress: ...


def show(display: Callable[[Progress], None], run: Shown) -> None:
    """Show progress; a display that fails never ends a run that writes."""
    if run.display_failed:
        return
    try:
        display(run.progress())
    except KeyboardInterrupt:  # the display's own way to stop the run
        run.interrupts += 1
    except Exception as error:  # noqa: BLE001 - it may be the caller's own
        run.display_failed = True
        warn(
            f"The progress display failed ({type(error).__name__}: {error}); the run goes on without it.",
            stacklevel=2,
        )


def remember_frame(frame: pd.DataFrame) -> None:
    """Keep what came of a read that was stopped: nobody else may have it."""
    _last[:] = [frame]


def remember_result(result: pd.DataFrame, run: Run, options: UpdateOptions) -> None:
    """Keep the frame and the facts of a run as soon as there are any, whatever happens to the caller."""
    _last[:] = [result]
    facts = RunFacts(
        account=str(run.connection.account),
        object_type=run.object_type,
        call=options.call,
        requests=run.requests,
        writes=run.writes,
        seconds=run.seconds,
        waited_for_limit_seconds=run.waited_for_limit_seconds,
        stopped=_stopped(run),
        notes=tuple(run.notes),
    )
    remember(run.id, facts)


def _stopped(run: Run) -> str | None:
    if run.stop is None:
        return None
    parts = filter(None, (run.stop.cause.message, run.stop.cause.hint))
    return " ".join(part if part.endswith((".", ")", "!", "?")) else f"{part}." for part in parts)


def report(run: Run, options: UpdateOptions, *, speak: bool) -> None:
    """Say how the run went in one line, and warn once where it stopped early."""
    counts = {status: count for status, count in run.outcomes.counts.items() if count}
    frame = "hubframe.last_result()" if run.interrupts else "result"
    following = next_line(counts, options.call, frame, recorded=are_recorded([run.id]))
    if speak:
        for note in run.notes:
            say(note)
        told = ", ".join(f"{count:,} {status}" for status, count in counts.items()) or "no rows"
        say(f"{run.connection.account}, {run.object_type}: {told}." + (f" Next: {following}" if following else ""))
    if run.stop is not None and run.stop.kind != "interrupted":
        rest = counts.get("unsent", 0)
        warn(
            f"The update stopped early, {rest:,} rows are unsent: {_stopped(run)} Next: {following}",
            stacklevel=6,
        )


def interrupted(result: pd.DataFrame, options: UpdateOptions) -> str:
    said = summarize(result)
    recorded = are_recorded(runs_to_go_on(result))
    following = next_line(said.counts, options.call, "hubframe.last_result()", recorded=recorded)
    go_on = f"; to go on: {following}" if following else "; nothing is left to do."
    return f"Stopped by hand: {said.sentence}. The frame is in hubframe.last_result(){go_on}"


def not_begun(options: UpdateOptions) -> str:
    return f"Stopped by hand before anything was sent; no record was changed. To begin again: {options.again}"
