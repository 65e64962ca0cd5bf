"""The blocking face: async code, called from anywhere, and who hears Ctrl-C meanwhile.

A loop of its own in a thread of its own works the same in a script, in IPython, in a notebook cell (whose loop
is running already) and in a widget's callback. The caller's thread only waits: it is where the progress bar
lives and where Ctrl-C and the Stop button arrive.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Generic, Self, TypeVar

__all__ = ["InterruptListener", "interrupts_counted", "run_blocking"]

T = TypeVar("T")
TICK_SECONDS = 0.05
CLEANUP_SECONDS = 2.0  # a name that is being looked up can't be let go of; its thread ends by itself later


class _Worker(Generic[T]):
    """The thread, and what came of it."""

    def __init__(self, start: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.start = start
        self.ended = threading.Event()
        self.value: list[T] = []
        self.error: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task[T] | None = None
        self.cancelled = False

    def __call__(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._main())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the caller's thread
            self.error = self.error or error
        finally:
            self.ended.set()

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.ensure_future(self.start())
        if self.cancelled:
            self.task.cancel()
        try:
            self.value.append(await self.task)
        except BaseException as error:  # noqa: BLE001 - it is raised again in the caller's thread
            self.error = error
        self.ended.set()

    def cancel(self) -> None:
        self.cancelled = True  # also where there is no task yet
        if self.loop is not None and self.task is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self.loop.call_soon_threadsafe(self.task.cancel)


def run_blocking(
    start: Callable[[], Coroutine[Any, Any, T]],
    *,
    tick: Callable[[], None] | None = None,
    interrupt: Callable[[], None] | None = None,
) -> T:
    """Run a coroutine to its end and return its result.

    Parameters
    ----------
    start
        Makes the coroutine, in the worker's thread.
    tick
        Called in the caller's thread about twenty times a second, to show progress.
    interrupt
        Called in the caller's thread for each Ctrl-C or Stop; the coroutine then ends by itself. Without it, the
        coroutine is cancelled and KeyboardInterrupt raised.

    Raises
    ------
    KeyboardInterrupt
        Interrupted, and there is no ``interrupt``.
    """
    worker = _Worker(start)
    stop = interrupt or worker.cancel
    thread = threading.Thread(target=worker, name="hubframe", daemon=True)
    answered = 0
    failure: BaseException | None = None
    with interrupts_counted() as heard:
        thread.start()
        while True:
            try:
                ended = worker.ended.wait(TICK_SECONDS)
                while heard[0] > answered:
                    answered += 1
                    stop()
                if ended:
                    break
                if tick is not None and failure is None:
                    tick()
            except KeyboardInterrupt:  # where signals could not be caught, or raised by the display
                heard[0] += 1
            except BaseException as error:  # noqa: BLE001 - the display's; it is raised when all has ended
                failure = error
                stop()
        thread.join(CLEANUP_SECONDS)
    for _ in range(heard[0] - answered):
        stop()
    if interrupt is None and heard[0]:
        raise KeyboardInterrupt from None
    failure = failure or worker.error
    if failure is None:
        return worker.value[0]
    worker.error = None  # else the error's frames and the worker keep each other alive
    try:
        raise failure
    finally:
        del failure


@contextmanager
def interrupts_counted() -> Iterator[list[int]]:
    """Count interrupts instead of letting them strike at any point, in the main thread."""
    heard = [0]

    def hear(_number: int, _frame: object) -> None:
        heard[0] += 1

    before = _handler()
    if before is not None:
        signal.signal(signal.SIGINT, hear)
    try:
        yield heard
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


class InterruptListener:
    """Hears Ctrl-C for a coroutine in the main thread's loop; a context manager.

    Where nobody else does (IPython in a terminal), an interrupt would strike in the loop itself, and leave the
    coroutine suspended half-way, to go on when the loop next runs. Where somebody does (``asyncio.run``, a kernel), the
    first interrupt cancels the coroutine, and it listens from then on for the second: see `listen`.
    """

    def __init__(self, hear: Callable[[], None]) -> None:
        self._hear = hear

    def __enter__(self) -> Self:
        if _handler() in (signal.default_int_handler, _tell_listeners):
            self.listen()
        return self

    def listen(self) -> None:
        """Hear every interrupt from now on, whoever heard them before."""
        before = _handler()
        if before is None or self._hear in _listeners:
            return
        _listeners.append(self._hear)
        if before is not _tell_listeners:
            _before[:] = [before]
            signal.signal(signal.SIGINT, _tell_listeners)

    def __exit__(self, *_: object) -> None:
        if self._hear in _listeners:
            _listeners.remove(self._hear)
            if not _listeners and _handler() is _tell_listeners:
                signal.signal(signal.SIGINT, _before[0])


_listeners: list[Callable[[], None]] = []
_before: list[Any] = []


def _tell_listeners(number: int, frame: object) -> None:
    for hear in _listeners:
        hear()
    if not _listeners and callable(_before[0]):  # put back by somebody who had taken it for the one before
        _before[0](number, frame)


def _handler() -> Any:
    """Return who hears interrupts; None where that is not to be changed."""
    if threading.current_thread() is not threading.main_thread():
        return None
    handler = signal.getsignal(signal.SIGINT)  # None: set by something that is not Python, and can't be put back
    return None if handler is signal.SIG_IGN else handler
