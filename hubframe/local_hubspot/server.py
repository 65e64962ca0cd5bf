"""A thread with a loop of its own that serves an aiohttp handler on loopback and leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

HOST = "127.0.0.1"
_GRACE_SECONDS = 0.25
_LONGEST_LINE = 1_048_576  # an address too long is answered as HubSpot does, not by the HTTP parser


def _without_headers(record: logging.LogRecord) -> bool:
    """Cut what a log line would quote of a request that cannot be read: the token may be in it."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if isinstance(error, HttpProcessingError):
        record.exc_info = record.exc_text = None
        record.msg = f"{record.msg}: {type(error).__name__}"
    return True


_logger = logging.getLogger("hubframe.local_hubspot")
_logger.addFilter(_without_headers)


class ServerThread:
    """Serves from the moment it is made until it is stopped; with an ``ssl_context``, over TLS.

    Raises
    ------
    OSError
        The port is taken.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        port: int,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._handler = handler
        self._ssl_context = ssl_context
        self._transports: weakref.WeakSet[asyncio.Transport] = weakref.WeakSet()
        # Bound here rather than in the thread: a port in use is the caller's error.
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._lock = threading.Lock()
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name=f"LocalHubSpot-{self.port}", daemon=True
        )
        self._thread.start()
        started.result()

    @property
    def running(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop serving and wait for the thread; a second call does nothing."""
        with self._lock:
            if self._thread.is_alive():
                self._loop.call_soon_threadsafe(self._stopping.set)
                self._thread.join()

    def _run(self, started: Future[None]) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(started))
        except BaseException as error:  # noqa: BLE001 (the caller is waiting for it)
            if not started.done():
                started.set_exception(error)
        finally:
            self._socket.close()
            asyncio.set_event_loop(None)
            self._loop.close()

    async def _serve(self, started: Future[None]) -> None:
        server = web.Server(self._handle, access_log=None, logger=_logger, max_line_size=_LONGEST_LINE)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_GRACE_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, self._socket, ssl_context=self._ssl_context, backlog=512).start()
            started.set_result(None)
            await self._stopping.wait()
        finally:
            await runner.cleanup()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            # A client that reads no more, or says no goodbye in TLS, would keep its connection open.
            for transport in list(self._transports):
                transport.abort()
            await asyncio.sleep(0)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.transport is not None:
            self._transports.add(request.transport)
        return await self._handler(request)


def _listening(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # Lets a port be taken again right after a server left it; on Windows it would let two share one.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
        made.listen(512)
    except OSError as error:
        made.close()
        raise OSError(
            error.errno,
            f"cannot listen on {HOST}:{port} ({error.strerror}); choose another port, or 0 for a free one",
        ) from None
    return made
