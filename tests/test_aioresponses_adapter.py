"""`canned` answers as told, whatever aiohttp asks of a response, and leaves nothing patched behind."""

import asyncio
import json

import aiohttp
import aioresponses.core
import pytest
from aiohttp import web
from aioresponses import CallbackResult

from tests.aioresponses_adapter import canned

URL = "https://api.hubapi.com/crm/objects/2026-03/contacts/batch/update"


def post(url=URL, **options):
    async def request():
        async with aiohttp.ClientSession() as session, session.post(url, **options) as response:
            return response.status, dict(response.headers), await response.read()

    return asyncio.run(request())


def test_a_json_answer():
    with canned() as answers:
        answers.post(URL, status=207, payload={"status": "COMPLETE"}, headers={"X-Trace": "1"})
        status, headers, body = post(data=b"{}")
    assert (status, json.loads(body)) == (207, {"status": "COMPLETE"})
    assert headers == {"Content-Type": "application/json", "X-Trace": "1"}


@pytest.mark.parametrize("kibibytes", [64, 300])
def test_a_long_body_arrives_whole(kibibytes):
    long_body = bytes(range(256)) * 4 * kibibytes
    with canned() as answers:
        answers.post(URL, body=long_body)
        assert post()[2] == long_body


def test_a_long_body_is_read_in_pieces():
    async def read_in_pieces():
        async with aiohttp.ClientSession() as session, session.get(URL) as response:
            return [len(piece) async for piece in response.content.iter_chunked(100_000)]

    with canned() as answers:
        answers.get(URL, body=b"x" * 307_200)
        assert asyncio.run(read_in_pieces()) == [100_000, 100_000, 100_000, 7_200]


def test_an_exception():
    with canned() as answers:
        answers.post(URL, exception=aiohttp.ServerDisconnectedError())
        with pytest.raises(aiohttp.ServerDisconnectedError):
            post()


def test_a_callback_answers_from_the_request():
    def echo(url, **request):
        return CallbackResult(status=200, payload={"name": url.name, "sent": json.loads(request["data"])})

    with canned() as answers:
        answers.post(URL, callback=echo, repeat=True)
        bodies = [json.loads(post(data=json.dumps(number).encode())[2]) for number in (1, 2)]
    assert bodies == [{"name": "update", "sent": 1}, {"name": "update", "sent": 2}]


def test_an_asynchronous_callback_may_raise():
    async def cut(url, **request):
        raise aiohttp.ClientPayloadError("cut")

    with canned() as answers:
        answers.post(URL, callback=cut)
        with pytest.raises(aiohttp.ClientPayloadError, match="cut"):
            post()


def test_a_request_nobody_told_of_is_refused():
    with canned(), pytest.raises(aiohttp.ClientConnectionError, match="Connection refused"):
        post()


async def ask_a_real_server():
    async def answer(request):
        return web.Response(text="the real one")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        session = aiohttp.ClientSession(f"http://{host}:{port}", headers={"Accept": "text/plain"})
        async with session, session.get("/here") as response:
            return await response.text()
    finally:
        await runner.cleanup()


def test_loopback_goes_through_if_asked():
    with canned(loopback=True) as answers:
        assert asyncio.run(ask_a_real_server()) == "the real one"
        answers.assert_not_called()


def test_loopback_is_refused_like_any_other_unasked():
    with canned(), pytest.raises(aiohttp.ClientConnectionError):
        asyncio.run(ask_a_real_server())


def test_nothing_stays_patched():
    before = (aioresponses.core.ClientResponse, aioresponses.core.stream_reader_factory)
    with canned() as answers:
        answers.post(URL, payload={})
        post()
    assert (aioresponses.core.ClientResponse, aioresponses.core.stream_reader_factory) == before
    assert aiohttp.ClientSession._request.__module__ == "aiohttp.client"
