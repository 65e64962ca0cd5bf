"""LocalHubSpot comes and goes without a trace: thread, socket, port, other people's loops."""

from __future__ import annotations

import asyncio
import http.client
import random
import re
import threading
import time
from urllib.parse import urlsplit

import aiohttp
import pytest

from hubframe.local_hubspot import LocalHubSpot
from tests.test_local_hubspot_http import UPDATE, ask, one_row


@pytest.fixture
def local():
    with LocalHubSpot() as made:
        yield made


def threads():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("LocalHubSpot")]


def test_it_listens_when_made_and_is_gone_when_closed():
    before = threads()
    local = LocalHubSpot()
    assert len(threads()) == len(before) + 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", local.url)
    assert ask(local, "GET", "/account-info/2026-03/details").status == 200
    local.close()
    local.close()
    assert threads() == before
    assert "closed" in repr(local)
    with pytest.raises(ConnectionRefusedError):
        ask(local, "GET", "/account-info/2026-03/details")


def test_open_connections_and_slow_answers_do_not_hold_up_closing():
    local = LocalHubSpot(latency_seconds=30)
    host = urlsplit(local.url).netloc
    idle, waiting = http.client.HTTPConnection(host, timeout=10), http.client.HTTPConnection(host, timeout=10)
    try:
        idle.request("GET", "/", headers={})
        idle.getresponse().read()
        waiting.request("GET", "/", headers={"Authorization": f"Bearer {local.token}"})
        deadline = time.monotonic() + 5
        while len(local.requests) < 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        started = time.monotonic()
        local.close()
        assert time.monotonic() - started < 1
    finally:
        idle.close()
        waiting.close()
    assert local.requests[1].status is None


def test_a_port_in_use_is_the_callers_error(local):
    port = urlsplit(local.url).port
    with pytest.raises(OSError, match=f"127.0.0.1:{port} .*choose another port"):
        LocalHubSpot(port=port)
    local.close()
    with LocalHubSpot(port=port) as again:
        assert ask(again, "GET", "/account-info/2026-03/details").status == 200


def test_it_serves_a_program_whose_own_loop_runs():
    async def in_a_notebook():
        with LocalHubSpot() as local:
            headers = {"Authorization": f"Bearer {local.token}"}
            async with aiohttp.ClientSession(headers=headers) as session:
                answers = [session.get(f"{local.url}/account-info/2026-03/details", proxy=None) for _ in range(20)]
                taken = await asyncio.gather(*answers)
                return [answer.status for answer in taken]

    assert asyncio.run(in_a_notebook()) == [200] * 20


def test_a_large_body_is_taken(local):
    record_id = local.portal.add("contacts", {})
    answer = ask(local, "POST", UPDATE, one_row(record_id, message="x" * 65_536, address="y" * 3_000_000))
    assert answer.status == 400
    assert "too long" in answer.body["message"]


def test_answers_take_as_long_as_asked(local):
    local.latency_seconds = 0.05
    started = time.monotonic()
    ask(local, "GET", "/account-info/2026-03/details")
    assert time.monotonic() - started >= 0.05


def test_latency_in_a_range_is_the_same_for_the_same_seed():
    def seconds(seed):
        with LocalHubSpot(latency_seconds=(0.01, 0.09), seed=seed) as local:
            taken = []
            for _ in range(6):
                started = time.monotonic()
                ask(local, "GET", "/account-info/2026-03/details")
                taken.append(time.monotonic() - started)
            return taken

    first = seconds(5)
    assert all(taken >= 0.01 for taken in first)
    # Sleeping is never shorter than asked; how much longer is the machine's affair.
    chance = [random.Random(f"latency:5:{number}").uniform(0.01, 0.09) for number in range(1, 7)]
    assert all(taken >= asked * 0.99 for taken, asked in zip(first, chance, strict=True))
    assert max(chance) - min(chance) > 0.02


def test_another_client_leaves_less_of_the_limit(local):
    local.requests_per_interval = 50
    with local.other_client(requests_per_second=1000) as other:
        time.sleep(0.06)
        assert ask(local, "GET", "/account-info/2026-03/details").status == 429
        assert other.let_in == 50
        assert other.refused > 0
    local.requests_per_interval = 60
    assert ask(local, "GET", "/account-info/2026-03/details").status == 200
