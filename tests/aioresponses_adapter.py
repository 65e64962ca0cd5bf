"""aioresponses with the newest aiohttp.

aioresponses 0.7.9 builds its answers by hand, and aiohttp 3.14 asks two things more of them:

* ``ClientResponse`` wants a ``stream_writer``: https://github.com/pnuckowski/aioresponses/pull/288
* a stream over 64 KiB pauses its protocol's parser: https://github.com/pnuckowski/aioresponses/pull/292

Each is added where this aiohttp asks for it and this aioresponses does not do it; elsewhere, and once a
release has both, `canned` is plain aioresponses. An answer with its own ``response_class`` is left as it is.

aioresponses replaces ``ClientSession._request``: nothing is serialised, no connector, timeout or limit is
exercised. What travels on the wire is tested against a server on loopback.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import patch

import aioresponses.core
from aiohttp import ClientResponse
from aiohttp.http import HttpResponseParser
from aioresponses import aioresponses as aioresponses_mock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import StreamReader

LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")

needs_stream_writer = "stream_writer" in inspect.signature(ClientResponse.__init__).parameters
needs_parser = hasattr(HttpResponseParser, "pause_reading")


class CannedResponse(ClientResponse):
    """A response nobody wrote a request for."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("stream_writer", SimpleNamespace(output_size=0))
        super().__init__(*args, **kwargs)


class IdleParser:
    """Stands where a connection's parser would: the whole body is in the stream already."""

    def pause_reading(self):
        pass

    def feed_data(self, data):
        return (), False, b""


bare_stream_reader = aioresponses.core.stream_reader_factory


def stream_reader_with_parser(*args, **kwargs) -> StreamReader:
    reader = bare_stream_reader(*args, **kwargs)
    protocol = reader._protocol
    if protocol._parser is None:
        protocol._parser = IdleParser()
    return reader


@contextmanager
def canned(*, loopback: bool = False, **options) -> Iterator[aioresponses_mock]:
    """Answer requests as told; with `loopback`, those to this machine go to the server they name.

    Other options go to `aioresponses`. A request nobody told of raises `aiohttp.ClientConnectionError`.
    """
    if loopback:
        options["passthrough"] = [*options.get("passthrough", ()), *LOOPBACK]
    with ExitStack() as stack:
        if needs_stream_writer:
            stack.enter_context(patch("aioresponses.core.ClientResponse", CannedResponse))
        if needs_parser:
            stack.enter_context(patch("aioresponses.core.stream_reader_factory", stream_reader_with_parser))
        yield stack.enter_context(aioresponses_mock(**options))
