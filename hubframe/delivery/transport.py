"""The wire: the only place that speaks HTTP."""

from __future__ import annotations

import asyncio
import io
import json
import urllib.parse
import urllib.request
from typing import Any, Self

import aiohttp

from hubframe.connection import Connection
from hubframe.delivery.messages import Answer

__all__ = ["Transport"]


class Transport:
    """One session on one event loop. Every request becomes an `Answer`, whatever happens to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: aiohttp.ClientSession | None = None
        self._proxy = _proxy(connection.base_url)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            # How many requests are on the way is the driver's business: a queue here would count as time-out.
            connector=aiohttp.TCPConnector(limit=0, ssl=self._connection.ssl_context or True),
            timeout=aiohttp.ClientTimeout(total=self._connection.request_timeout_seconds, sock_connect=30),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": "hubframe",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # it would also read ~/.netrc, and send loopback through a proxy
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Send one request; ``path`` begins with ``/`` and may have a query."""
        session = self._session
        if session is None:
            raise RuntimeError("the transport is not open")
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with session.request(
                method,
                self._connection.base_url + path,
                # aiohttp warns of bodies over 1 MiB given as bytes; a stream of the same bytes is no different.
                data=None if body is None else io.BytesIO(body),
                headers={"Authorization": self._connection.token.authorization()},
                proxy=self._proxy,
                allow_redirects=False,  # a redirect would carry the token to another host
            ) as response:
                raw = await response.read()
                status, headers = response.status, response.headers
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
            reached = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            return _no_answer(error, maybe_written=reached, seconds=loop.time() - start)
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            return _no_answer(error, maybe_written=True, seconds=loop.time() - start)
        parsed, text = _parsed(raw)
        return Answer(status, parsed, headers, text, seconds=loop.time() - start)


def _parsed(raw: bytes) -> tuple[Any, str]:
    """Return the body as JSON, or None and the beginning of its text (a proxy's page, half an answer)."""
    try:
        return json.loads(raw), ""
    except ValueError:
        return None, " ".join(raw[:300].decode(errors="replace").split())


def _no_answer(error: BaseException, *, maybe_written: bool, seconds: float) -> Answer:
    what = "no answer in time" if isinstance(error, TimeoutError) else f"no answer ({type(error).__name__}: {error})"
    return Answer(0, text=what, maybe_written=maybe_written, seconds=seconds)


def _proxy(url: str) -> str | None:
    """Return the environment's (on Windows and macOS: the system's) proxy for a URL; never one for loopback."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127.") or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
