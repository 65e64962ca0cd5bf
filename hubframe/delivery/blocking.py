"""The blocking face: async code, called from anywhere.

A loop of its own in a thread of its own works the same in a script, in IPython, in a notebook cell (whose loop
is running already) and in a widget's callback. The caller's thread only waits: it is where the progress bar
lives and where Ctrl-C and the Stop button arrive.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

__all__ = ["run_blocking"]

T = TypeVar("T")
TICK_SECONDS = 0.05


class _Worker(Generic[T]):
    """The thread, and what came of it."""

    def __init__(self, start: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.start = start
        self.done = threading.Event()
        self.value: list[T] = []
        self.error: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task[T] | None = None

    def __call__(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self.value.append(runner.run(self._main()))
        except BaseException as error:  # noqa: BLE001 - it is raised again in the caller's thread
            self.error = error
        finally:
            self.done.set()

    async def _main(self) -> T:
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.ensure_future(self.start())
        return await self.task

    def cancel(self) -> None:
        if self.loop is not None and self.task is not None and not self.done.is_set():
            self.loop.call_soon_threadsafe(self.task.cancel)


def run_blocking(
    start: Callable[[], Coroutine[Any, Any, T]],
    *,
    tick: Callable[[], None] | None = None,
    interrupt: Callable[[], bool] | None = None,
) -> T:
    """Run a coroutine to its end and return its result.

    Parameters
    ----------
    start
        Makes the coroutine, in the worker's thread.
    tick
        Called in the caller's thread about twenty times a second, to show progress.
    interrupt
        Called in the caller's thread for each Ctrl-C or Stop. Returns whether the coroutine ends by itself then;
        else, and without it, the coroutine is cancelled and KeyboardInterrupt raised.

    Raises
    ------
    KeyboardInterrupt
        Interrupted, and the coroutine could not end by itself.
    """
    worker = _Worker(start)
    thread = threading.Thread(target=worker, name="hubframe", daemon=True)
    with _interrupts() as heard:
        thread.start()
        answered, cancelled = 0, False
        try:
            while True:
                try:
                    if worker.done.wait(TICK_SECONDS):
                        break
                    if heard[0] > answered:
                        answered += 1
                        if interrupt is None or not interrupt():
                            cancelled = True
                            worker.cancel()
                    if tick is not None:
                        tick()
                except KeyboardInterrupt:  # where signals could not be caught, or raised by the display
                    heard[0] += 1
        except BaseException:
            worker.cancel()
            raise
        finally:
            thread.join()
    if cancelled and not worker.value:
        raise KeyboardInterrupt from None
    if worker.error is not None:
        try:
            raise worker.error
        finally:
            del worker  # else the error's frames and this one keep each other alive
    return worker.value[0]


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Count interrupts instead of letting them strike at any point, in the main thread."""
    heard = [0]

    def hear(_number: int, _frame: object) -> None:
        heard[0] += 1

    before = None
    if threading.current_thread() is threading.main_thread():
        before = signal.getsignal(signal.SIGINT)
        if before is not None:  # None: set by something that is not Python, and can't be put back
            signal.signal(signal.SIGINT, hear)
    try:
        yield heard
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
