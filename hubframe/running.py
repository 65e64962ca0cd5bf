"""A blocking and an awaitable face for everything that takes a while: the bar, interrupts, what is raised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

import pandas as pd

from hubframe.delivery.blocking import InterruptListener, interrupts_counted, run_blocking
from hubframe.delivery.run import Progress, Run
from hubframe.errors import Interrupted
from hubframe.options import UpdateOptions
from hubframe.progress import progress_display
from hubframe.reporting import Shown, interrupted, not_begun, report, show

__all__ = ["ProgressOption", "Words", "await_said", "run_awaitable", "run_now", "run_said"]

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]
ProgressOption = bool | Callable[[Progress], None]
TICK_SECONDS = 0.1


class Stoppable(Shown, Protocol):
    """What can be stopped by hand."""

    may_have_written: bool

    def hear_interrupt(self) -> None: ...


class Words(Protocol):
    """What is said when something ends: of its frame, of one that was cut short, or where there is none."""

    def report(self, result: pd.DataFrame, *, speak: bool) -> None: ...
    def interrupted(self, result: pd.DataFrame) -> str: ...
    def not_begun(self) -> str: ...


class _UpdateWords:
    def __init__(self, run: Run, options: UpdateOptions) -> None:
        self._run, self._options = run, options

    def report(self, _result: pd.DataFrame, *, speak: bool) -> None:
        report(self._run, self._options, speak=speak)

    def interrupted(self, result: pd.DataFrame) -> str:
        return interrupted(result, self._options)

    def not_begun(self) -> str:
        return not_begun(self._options)


def run_now(work: Work[T], run: Run, options: UpdateOptions, progress: ProgressOption, title: str) -> T:
    """Run an update's ``work``, as `run_said` does."""
    return run_said(work, run, _UpdateWords(run, options), progress, title)


async def run_awaitable(work: Work[T], run: Run, options: UpdateOptions, progress: ProgressOption, title: str) -> T:
    """Await an update's ``work``, as `await_said` does."""
    return await await_said(work, run, _UpdateWords(run, options), progress, title)


def run_said(work: Work[T], run: Stoppable, words: Words, progress: ProgressOption, title: str) -> T:
    """Run ``work`` in a loop and a thread of its own, and wait for it; `Interrupted` where it was stopped by hand.

    ``work`` returns a result frame, with every row settled however it ended, or something else; then it has to
    raise ``asyncio.CancelledError`` where it was stopped.
    """
    display = progress_display(progress, title)
    with interrupts_counted() as late:  # from here to the end, none strikes in the middle and takes the frame along
        try:
            result = run_blocking(work, tick=lambda: show(display, run), interrupt=run.hear_interrupt)
            show(display, run)
        except asyncio.CancelledError:
            raise Interrupted(words.not_begun()) from None
        except Exception as error:
            if run.interrupts and not run.may_have_written:
                raise Interrupted(words.not_begun()) from error
            raise
        finally:
            display.close()
        if isinstance(result, pd.DataFrame):
            words.report(result, speak=progress is True)
        run.interrupts += late[0]
    if run.interrupts and isinstance(result, pd.DataFrame):
        raise Interrupted(words.interrupted(result), result)
    return result


async def await_said(work: Work[T], run: Stoppable, words: Words, progress: ProgressOption, title: str) -> T:
    """Await ``work``; cancelled, it ends as an interrupt does, and ``asyncio.CancelledError`` is raised.

    What is raised has the frame, where there is one, in its ``result``.
    """
    display = progress_display(progress, title)
    task = asyncio.ensure_future(work())
    with InterruptListener(run.hear_interrupt) as listener:
        try:
            while not task.done():
                try:
                    await asyncio.wait({task}, timeout=TICK_SECONDS)
                except asyncio.CancelledError:
                    run.hear_interrupt()
                    listener.listen()
                show(display, run)
        finally:
            display.close()
    if task.cancelled() or (run.interrupts and not run.may_have_written and task.exception() is not None):
        raise asyncio.CancelledError(words.not_begun())
    result = task.result()
    if isinstance(result, pd.DataFrame):
        words.report(result, speak=progress is True)
        if run.interrupts:
            stopped = asyncio.CancelledError(words.interrupted(result))
            stopped.result = result  # type: ignore[attr-defined]  # as `Interrupted` has it
            raise stopped
    return result
