"""How an answer is put on the wire: whole, or in one of the ways in which it can fail to arrive."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

_PIECES = 20
# Closing then sends a reset instead of an orderly end.
_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Encoded:
    """An answer as bytes."""

    status: int
    headers: dict[str, str]
    body: bytes


Wire = Callable[[web.BaseRequest, Encoded, float], Awaitable[web.StreamResponse]]


async def whole(_request: web.BaseRequest, encoded: Encoded, _seconds: float) -> web.StreamResponse:
    """Send everything at once."""
    return web.Response(status=encoded.status, headers=encoded.headers, body=encoded.body)


async def nothing(request: web.BaseRequest, _encoded: Encoded, _seconds: float) -> web.StreamResponse:
    """Close the connection without a word."""
    _close(request)
    return _unsendable()


async def reset(request: web.BaseRequest, _encoded: Encoded, _seconds: float) -> web.StreamResponse:
    """Reset the connection without a word."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
        transport.abort()
    return _unsendable()


async def half_then_cut(request: web.BaseRequest, encoded: Encoded, _seconds: float) -> web.StreamResponse:
    """Announce the whole, send half and close the connection."""
    response = await _begun(request, encoded)
    await response.write(encoded.body[: len(encoded.body) // 2])
    _close(request)
    return response


async def half_as_whole(_request: web.BaseRequest, encoded: Encoded, _seconds: float) -> web.StreamResponse:
    """Send half, and say that this is all."""
    return web.Response(status=encoded.status, headers=encoded.headers, body=encoded.body[: len(encoded.body) // 2])


async def drip(request: web.BaseRequest, encoded: Encoded, seconds: float) -> web.StreamResponse:
    """Send everything in small pieces over that many seconds."""
    response = await _begun(request, encoded)
    size = max(len(encoded.body) // _PIECES, 1)
    pieces = [encoded.body[at : at + size] for at in range(0, len(encoded.body), size)]
    for piece in pieces:
        await asyncio.sleep(seconds / len(pieces))
        await response.write(piece)
    await response.write_eof()
    return response


async def headers_only(request: web.BaseRequest, encoded: Encoded, seconds: float) -> web.StreamResponse:
    """Send the headers, then nothing for that many seconds, then close the connection."""
    response = await _begun(request, encoded)
    await asyncio.sleep(seconds)
    _close(request)
    return response


# These take their seconds themselves; before the others the wait comes first.
LASTING: frozenset[Wire] = frozenset({drip, headers_only})


async def _begun(request: web.BaseRequest, encoded: Encoded) -> web.StreamResponse:
    response = web.StreamResponse(status=encoded.status, headers=encoded.headers)
    response.content_length = len(encoded.body)
    await response.prepare(request)
    return response


def _close(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()


def _unsendable() -> web.StreamResponse:
    """Return what the server finds it cannot send any more."""
    response = web.Response()
    response.force_close()
    return response
