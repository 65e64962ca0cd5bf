"""Every request becomes an answer, whatever happens on the wire; the token goes to HubSpot and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import traceback
import urllib.request
import warnings

import aiohttp
import pytest
from aiohttp import web

from hubframe.connection import Connection, Token
from hubframe.delivery.proxies import proxy_for
from hubframe.delivery.transport import Transport
from hubframe.errors import SettingsError

SECRET = "pat-na1-0f0e0d0c-secret"
PROXY_VARIABLES = [
    name for lower in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for name in (lower, lower.upper())
]


@pytest.fixture(autouse=True)
def no_proxies_around(monkeypatch):
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REQUEST_METHOD", raising=False)  # urllib takes a CGI script's HTTP_PROXY for an attack


def connection(base_url, **settings):
    return Connection(token=Token(settings.pop("token", SECRET)), base_url=base_url, **settings)


@contextlib.asynccontextmanager
async def serving(handle):
    """Serve every path with ``handle(request)`` on loopback; yields the URL."""
    app = web.Application(client_max_size=16 * 2**20)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def speaking(speak):
    """Serve raw bytes: ``speak(reader, writer)`` for every connection; yields the URL."""

    async def spoken(reader, writer):
        try:
            await speak(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(spoken, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def ask(url, *, method="POST", path="/crm", body=b"{}", **settings):
    async with Transport(connection(url, **settings)) as transport:
        return await transport.request(method, path, body)


def answer_from(handle, server=serving, **asked):
    async def main():
        async with server(handle) as url:
            return await ask(url, **asked)

    answer = asyncio.run(main())
    assert SECRET not in repr(answer)
    return answer


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
    return head, await reader.readexactly(length)


# What is sent -----------------------------------------------------------------------------------------------


def test_a_request_carries_the_token_and_json():
    seen = {}

    async def handle(request):
        seen.update(request.headers, path=request.path_qs, method=request.method, body=await request.json())
        return web.json_response({"ok": True}, headers={"X-HubSpot-RateLimit-Max": "190", "Set-Cookie": "a=b"})

    answer = answer_from(handle, path="/crm/objects/p1_my%20type/batch/update?x=1", body=b'{"inputs":[]}')
    assert (answer.status, answer.body, answer.ok) == (200, {"ok": True}, True)
    assert answer.header("x-hubspot-ratelimit-max") == "190"
    assert answer.seconds > 0
    assert seen["Authorization"] == f"Bearer {SECRET}"
    assert seen["Content-Type"] == "application/json"
    assert (seen["path"], seen["method"]) == ("/crm/objects/p1_my%20type/batch/update?x=1", "POST")
    assert seen["body"] == {"inputs": []}


def test_a_get_has_no_body():
    async def handle(request):
        return web.json_response({"method": request.method, "bytes": len(await request.read())})

    assert answer_from(handle, method="GET", body=None).body == {"method": "GET", "bytes": 0}


def test_large_bodies_go_whole_and_without_a_warning():
    body = json.dumps({"text": "ü" * 3_000_000}, ensure_ascii=False).encode()

    async def handle(request):
        return web.json_response({"bytes": len(await request.read())})

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert answer_from(handle, body=body).body == {"bytes": len(body)}


def test_no_cookies_are_kept():
    cookies = []

    async def handle(request):
        cookies.append(request.headers.get("Cookie"))
        return web.json_response({}, headers={"Set-Cookie": "session=1; Path=/"})

    async def main():
        async with serving(handle) as url, Transport(connection(url.replace("127.0.0.1", "localhost"))) as transport:
            for _ in range(3):
                await transport.request("GET", "/")

    asyncio.run(main())
    assert cookies == [None] * 3


def test_netrc_is_not_read(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    async def handle(request):
        return web.json_response({"right": request.headers["Authorization"] == f"Bearer {SECRET}"})

    assert answer_from(handle).body == {"right": True}


def test_redirects_are_not_followed():
    asked = []

    async def handle(request):
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    answer = answer_from(handle)
    assert (answer.status, asked) == (307, ["/crm"])
    assert not answer.ok


# What comes back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "content_type", "text", "body", "said"),
    [
        (200, "application/json", '{"a": "ü"}', {"a": "ü"}, ""),
        (200, "text/html", '{"a": 1}', {"a": 1}, ""),  # another content type does not matter
        (207, "application/json", '{"status": "COMPL', None, '{"status": "COMPL'),
        (502, "text/html", "<html>\n <h1>Bad  Gateway</h1></html>", None, "<html> <h1>Bad Gateway</h1></html>"),
        (503, "text/plain", "upstream connect error", None, "upstream connect error"),
        (429, "text/plain", "error code: 1015", None, "error code: 1015"),
        (204, "application/json", "", None, ""),
        (200, "application/json", "[" * 100_000, None, "[" * 300),
        (400, "application/json", "[1]", [1], ""),
    ],
)
def test_bodies_are_json_or_the_beginning_of_their_text(status, content_type, text, body, said):
    async def handle(_):
        return web.Response(status=status, text=None if status == 204 else text, content_type=content_type)

    answer = answer_from(handle)
    assert (answer.status, answer.body, answer.text) == (status, body, said)


def test_bytes_that_are_no_text_are_an_answer():
    async def handle(_):
        return web.Response(body=b"\xff\xfe\x00", content_type="application/octet-stream")

    assert answer_from(handle).body is None


@pytest.mark.parametrize("status", [200, 400, 502])
def test_an_echo_of_the_token_is_struck_out(status):
    async def handle(request):
        said = request.headers["Authorization"]
        return web.json_response({"message": said}, status=status, headers={"X-Echo": said})

    assert answer_from(handle).message == "Bearer ***"


# No answer --------------------------------------------------------------------------------------------------


async def cut_before_reading(_, __):
    pass


async def cut_after_reading(reader, _):
    await read_request(reader)


async def cut_within_the_head(reader, writer):
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Ty")


async def cut_within_the_body(reader, writer):
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"status":')


async def cut_within_a_chunk(reader, writer):
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"status":')


async def say_nonsense(reader, writer):
    await read_request(reader)
    writer.write(b"\x16\x03\x01 what?\r\n\r\n")


async def compress_badly(reader, writer):
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")


@pytest.mark.parametrize(
    "speak",
    [
        cut_before_reading,
        cut_after_reading,
        cut_within_the_head,
        cut_within_the_body,
        cut_within_a_chunk,
        say_nonsense,
        compress_badly,
    ],
)
def test_a_cut_connection_may_have_written(speak):
    answer = answer_from(speak, speaking)
    assert (answer.status, answer.body, answer.maybe_written) == (0, None, True)
    assert answer.uncertain
    assert answer.message.startswith("no answer (")


def test_a_refused_connection_has_not_written():
    async def main():
        async with speaking(cut_before_reading) as url:
            pass
        return await ask(url)

    answer = asyncio.run(main())
    assert (answer.status, answer.maybe_written, answer.uncertain) == (0, False, False)


@pytest.mark.parametrize("when", ["at first", "within the body"])
def test_a_slow_answer_is_given_up(when):
    async def speak(reader, writer):
        await read_request(reader)
        if when == "within the body":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
        await reader.read()  # until the client hangs up

    answer = answer_from(speak, speaking, request_timeout_seconds=0.3)
    assert (answer.status, answer.maybe_written, answer.text) == (0, True, "no answer within 0.3 s")
    assert 0.2 < answer.seconds < 5


def test_a_cancelled_request_is_cancelled():
    async def speak(reader, _):
        await reader.read()

    async def main():
        async with speaking(speak) as url:
            task = asyncio.ensure_future(ask(url))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())


def test_a_token_that_is_no_header_is_not_shown():
    """`connect` refuses such tokens; here one gets as far as aiohttp."""
    token = f"{SECRET}\n{SECRET}"

    async def handle(_):
        return web.json_response({})

    answer = answer_from(handle, token=token)
    assert answer.status == 0


def test_a_transport_that_is_not_open_says_so():
    async def main():
        await Transport(connection("http://127.0.0.1:1")).request("GET", "/")

    with pytest.raises(RuntimeError, match="not open"):
        asyncio.run(main())


def test_our_own_frames_hold_no_token_as_text():
    """A traceback with variables (IPython's ``%xmode Verbose``) shows the locals of every frame."""
    held = []

    class Broken:
        def request(self, *_, **__):
            raise ZeroDivisionError

        async def close(self):
            pass

    async def main():
        transport = Transport(connection("http://127.0.0.1:1"))
        transport._session = Broken()
        try:
            await transport.request("GET", "/")
        except ZeroDivisionError as error:
            frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
            ours = [frame for frame in frames if frame.f_code is Transport.request.__code__]
            held.extend(repr(value) for frame in ours for value in frame.f_locals.values())

    asyncio.run(main())
    assert held
    assert not [text for text in held if SECRET in text]


# Proxies ----------------------------------------------------------------------------------------------------


def through_a_proxy(monkeypatch, name, base_url, *, scheme="http://"):
    """Ask with a proxy in the environment that records what it is asked for and makes no connection."""
    recorded = []

    async def speak(reader, writer):
        recorded.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    async def main():
        async with speaking(speak) as url:
            monkeypatch.setenv(name, scheme + url.removeprefix("http://"))
            return await ask(base_url, request_timeout_seconds=5)

    return asyncio.run(main()), recorded


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_environments_proxy_is_asked_to_connect(monkeypatch, name, scheme):
    answer, recorded = through_a_proxy(monkeypatch, name, "https://hubspot.invalid", scheme=scheme)
    assert recorded[0].startswith("CONNECT hubspot.invalid:443 ")
    assert SECRET not in recorded[0]
    assert (answer.status, answer.maybe_written) == (0, False)
    assert "403" in answer.text


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_never_asked_for_through_a_proxy(monkeypatch, name, host):
    async def handle(_):
        return web.json_response({"direct": True})

    async def main():
        async with serving(handle) as url:
            monkeypatch.setenv(name, "http://127.0.0.1:9")
            return await ask(url.replace("127.0.0.1", host))

    assert asyncio.run(main()).body == {"direct": True}


def test_no_proxy_is_heeded(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert proxy_for("https://api.hubapi.com") == "http://proxy.example:3128"
    monkeypatch.setenv("no_proxy", "hubapi.com")
    assert proxy_for("https://api.hubapi.com") is None


def test_a_proxy_that_cannot_be_used_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setenv("all_proxy", "socks5://user:word@proxy.example:1080")
    with pytest.raises(SettingsError, match=r"socks5 proxy.*HTTPS_PROXY.*NO_PROXY=api\.hubapi\.com") as caught:
        Transport(connection("https://api.hubapi.com"))
    assert "word" not in str(caught.value)


def test_the_library_reads_proxies_as_urllib_does(monkeypatch):
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": "http://from-the-system:8080"})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: host == "inside.example")
    assert proxy_for("https://api.hubapi.com") == "http://from-the-system:8080"
    assert proxy_for("https://inside.example") is None


def test_aiohttp_still_raises_what_is_told_apart():
    """Which failures happen before anything reached HubSpot is read off aiohttp's own errors."""
    assert issubclass(aiohttp.ClientProxyConnectionError, aiohttp.ClientConnectorError)
    assert issubclass(aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorError)
    assert issubclass(aiohttp.ConnectionTimeoutError, aiohttp.ServerTimeoutError)
    assert not issubclass(aiohttp.ServerDisconnectedError, aiohttp.ClientConnectorError)
