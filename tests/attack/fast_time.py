"""An event loop on which seconds pass faster: real sockets, and waits a fraction as long."""

import asyncio
import selectors
import time


class _Selector(selectors.DefaultSelector):
    def __init__(self, factor):
        super().__init__()
        self._factor = factor

    def select(self, timeout=None):
        return super().select(timeout if timeout is None or timeout <= 0 else timeout / self._factor)


class FastLoop(asyncio.SelectorEventLoop):
    """``time()`` runs ``factor`` times as fast as the clock on the wall."""

    def __init__(self, factor):
        self._factor = factor
        super().__init__(_Selector(factor))

    def time(self):
        return time.monotonic() * self._factor


def run(coroutine, factor=100.0):
    """Run a coroutine with its waits shortened, as ``asyncio.run`` would."""
    with asyncio.Runner(loop_factory=lambda: FastLoop(factor)) as runner:
        return runner.run(coroutine)
