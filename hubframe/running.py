"""A blocking and an awaitable face for everything that takes a while: the bar, interrupts, what is raised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pandas as pd

from hubframe.delivery.blocking import InterruptListener, interrupts_counted, run_blocking
from hubframe.delivery.run import Progress, Run
from hubframe.errors import Interrupted
from hubframe.options import UpdateOptions
from hubframe.progress import progress_display
from hubframe.reporting import interrupted, not_begun, report, show

__all__ = ["ProgressOption", "run_awaitable", "run_now"]

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]
ProgressOption = bool | Callable[[Progress], None]
TICK_SECONDS = 0.1


def run_now(work: Work[T], run: Run, options: UpdateOptions, progress: ProgressOption, title: str) -> T:
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
            raise Interrupted(not_begun(options)) from None
        except Exception as error:
            if run.interrupts and not run.may_have_written:
                raise Interrupted(not_begun(options)) from error
            raise
        finally:
            display.close()
        if isinstance(result, pd.DataFrame):
            report(run, options, speak=progress is True)
        run.interrupts += late[0]
    if run.interrupts and isinstance(result, pd.DataFrame):
        raise Interrupted(interrupted(result, options), result)
    return result


async def run_awaitable(work: Work[T], run: Run, options: UpdateOptions, progress: ProgressOption, title: str) -> T:
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
        raise asyncio.CancelledError(not_begun(options))
    result = task.result()
    if isinstance(result, pd.DataFrame):
        report(run, options, speak=progress is True)
        if run.interrupts:
            stopped = asyncio.CancelledError(interrupted(result, options))
            stopped.result = result  # type: ignore[attr-defined]  # as `Interrupted` has it
            raise stopped
    return result
