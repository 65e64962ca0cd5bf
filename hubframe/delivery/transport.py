"""The wire: the only place that speaks HTTP."""

from __future__ import annotations

import asyncio
import io
from typing import Any, Self

import aiohttp
import orjson

from hubframe.connection import Connection, Token
from hubframe.delivery.messages import Answer
from hubframe.delivery.no_answer import NEVER_SENT, no_answer, untrusted
from hubframe.delivery.proxies import proxy_for
from hubframe.errors import HubSpotUnavailable

__all__ = ["Transport"]

HEADERS_READ = ("x-hubspot-", "retry-after")


class Transport:
    """One session on one event loop. Every request becomes an `Answer`, whatever happens to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._timeout_seconds = connection.request_timeout_seconds
        self._session: aiohttp.ClientSession | None = None
        self._proxy = proxy_for(connection.base_url)
        self._heard = False

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            # How many requests are on the way is the driver's business: a queue here would count as time-out.
            connector=aiohttp.TCPConnector(limit=0, ssl=self._connection.ssl_context or True),
            timeout=aiohttp.ClientTimeout(total=self._timeout_seconds, sock_connect=min(30, self._timeout_seconds / 2)),
            headers={"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "hubframe"},
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
        except aiohttp.ClientConnectorCertificateError as error:
            if not self._heard:  # trying again changes nothing
                raise HubSpotUnavailable(untrusted(self._connection.base_url, error)) from None
            text = "the certificate is not trusted any more"
            return Answer(0, None, {}, text, maybe_written=False, seconds=loop.time() - start)
        except (aiohttp.ClientError, OSError, EOFError, ValueError) as error:  # TimeoutError is an OSError
            seconds = loop.time() - start
            text, advice = no_answer(error, self._connection, self._proxy)
            return Answer(0, None, {}, text, not isinstance(error, NEVER_SENT), seconds, advice)
        except Exception as error:  # noqa: BLE001 - unknown; it goes on without aiohttp's frames, which hold the header
            raise error.with_traceback(None) from None
        self._heard = True
        token = self._connection.token
        headers = {
            name: _without(token, text.encode(errors="replace")).decode(errors="replace")
            for name, text in response.headers.items()
            if name.lower().startswith(HEADERS_READ)
        }
        parsed, text = _parsed(_without(token, raw))
        return Answer(response.status, parsed, headers, text, seconds=loop.time() - start)


def _without(token: Token, raw: bytes) -> bytes:
    # Something on the way may echo what it was sent.
    return raw.replace(token.authorization().partition(" ")[2].encode(errors="replace"), b"***")


def _parsed(raw: bytes) -> tuple[Any, str]:
    """Return the body as JSON, or None and the beginning of its text (a proxy's page, half an answer)."""
    try:
        return orjson.loads(raw), ""
    except ValueError:
        return None, " ".join(raw[:300].decode(errors="replace").split())
