"""What takes a while, in a thread and a loop of its own: the kernel stays free, and another thread can stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hubframe.delivery.run import Progress
from hubframe.speaking import overheard
from hubframe.widgets.form.host import Make

__all__ = ["Ended", "Work"]


@dataclass(slots=True)
class Ended:
    """How a piece of work ended.

    ``value`` is what it returned; of work that was stopped, the frame it had by then, or None. ``heard`` is what it
    would have said on the page.
    """

    value: Any = None
    error: BaseException | None = None
    stopped: bool = False
    heard: list[str] = field(default_factory=list)


class Work:
    """One piece of work at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stops = 0
        self._guard = threading.RLock()

    @property
    def is_running(self) -> bool:
        """Whether something is going on, in another thread than this."""
        thread = self._begun()
        return thread is not None and thread is not threading.current_thread() and thread.is_alive()

    def start(self, make: Make[Any], progress: Callable[[Progress], None], ended: Callable[[Ended], None]) -> None:
        """Begin; ``ended`` is called in the thread that did the work, whatever came of it."""
        thread = threading.Thread(target=self._run, args=(make, progress, ended), name="hubframe form", daemon=True)
        with self._guard:  # else somebody might wait for a thread that has not begun
            self._stops, self._thread = 0, thread
            thread.start()

    def stop(self) -> int:
        """Stop what is going on, from any thread, and return how often that was asked for.

        As with an interrupt, once is patient with the requests on the way, twice is not.
        """
        with self._guard:
            self._stops += 1
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
            return self._stops

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the work to end, and tell whether it has; one piece may have begun another."""
        while (thread := self._begun()) not in (None, threading.current_thread()):
            thread.join(timeout_seconds)
            if thread.is_alive():
                return False
            if thread is self._begun():
                break
        return True

    def _begun(self) -> threading.Thread | None:
        with self._guard:
            return self._thread

    def _run(self, make: Make[Any], progress: Callable[[Progress], None], ended: Callable[[Ended], None]) -> None:
        with overheard() as heard:
            how = Ended(heard=heard)
            try:
                with asyncio.Runner() as runner:
                    runner.run(self._awaited(make, progress, how))
            except BaseException as error:  # noqa: BLE001 - it is shown in the form
                how.error = error
            ended(how)

    async def _awaited(self, make: Make[Any], progress: Callable[[Progress], None], how: Ended) -> None:
        with self._guard:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._stops:  # before there was anything to stop
                how.stopped = True
                return
        try:
            how.value = await make(progress)
        except asyncio.CancelledError as stopped:
            how.value = getattr(stopped, "result", None)
        finally:
            with self._guard:
                self._loop = self._task = None
                how.stopped = self._stops > 0
