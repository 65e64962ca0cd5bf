"""Whole runs, paced: no faster than HubSpot lets them, hardly slower, and considerate of others.

The loop runs in virtual time against LocalHubSpot's own rate limit. A row is a request.
"""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from hubframe.connection import Connection, Token
from hubframe.delivery.driver import Delivery
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer
from hubframe.delivery.run import Run
from hubframe.local_hubspot.rate_limit import OtherClient, RateLimit
from hubframe.local_hubspot.settings import Settings
from hubframe.results.outcomes import Outcomes
from tests.test_driver import BEFORE, ROLLING, Rows
from tests.virtual_time import run as in_virtual_time

QUICK, SLOW = (0.2, 0.4), (1.8, 2.2)


class PacedHubSpot:
    """Accepts everything that its limit lets in, and notes when each request of which run was sent.

    A request arrives when ``arrives`` of its latency is over. ``troubled`` gives the answer at a moment instead.
    """

    def __init__(self, latency, limit, *, arrives=0.5, troubled=lambda now: None):
        loop = asyncio.get_running_loop()
        settings = Settings(token="pat-x", scopes=set(), requests_per_interval=limit)
        self.rate_limit = RateLimit(settings, clock=loop.time, calendar=lambda: 1e6 + loop.time())
        self.random = random.Random(1)
        self.latency, self.arrives, self.troubled = latency, arrives, troubled
        self.sent: dict[object, list[float]] = {}
        self.refused = self.on_the_way = 0
        self.most_on_the_way: dict[int, int] = {}  # by second

    async def request(self, run, body):
        loop = asyncio.get_running_loop()
        start, latency = loop.time(), self.random.uniform(*self.latency)
        self.sent.setdefault(run, []).append(start)
        self.on_the_way += 1
        second = int(start)
        self.most_on_the_way[second] = max(self.most_on_the_way.get(second, 0), self.on_the_way)
        await asyncio.sleep(latency * self.arrives)
        refused, headers = self.rate_limit.refused_by(), self.rate_limit.headers()
        await asyncio.sleep(latency * (1 - self.arrives))
        self.on_the_way -= 1
        seconds = loop.time() - start
        if refused:
            self.refused += 1
            return Answer(429, ROLLING, headers, seconds=seconds)
        trouble = self.troubled(start)
        if trouble is not None:
            return Answer(trouble.status, trouble.body, headers, trouble.text, seconds=seconds)
        results = [{"id": row["id"], "properties": row["properties"]} for row in json.loads(body)["inputs"]]
        return Answer(200, {"status": "COMPLETE", "results": results}, headers, seconds=seconds)


class _Sender:
    def __init__(self, hubspot, run):
        self.hubspot, self.run = hubspot, run

    async def request(self, method, path, body=None):
        return await self.hubspot.request(self.run, body)


def pace(
    requests,
    latency,
    *,
    limit=100,
    others_share=0.0,
    others_after=-20.0,
    starts=(0.0,),
    max_in_flight=None,
    **hubspot_settings,
):
    """Send so many requests in each of several runs; return HubSpot, and when each run began and ended.

    It begins at 20 s; others use the token from ``others_after`` then.
    """

    async def main():
        loop = asyncio.get_running_loop()
        hubspot, pacer = PacedHubSpot(latency, limit, **hubspot_settings), Pacer(limit)
        if others_share:
            hubspot.other = OtherClient(hubspot.rate_limit, others_share * limit / 10)
            hubspot.other._next_at += 20 + others_after
        await asyncio.sleep(20)

        async def one(number, start):
            await asyncio.sleep(start)
            began = loop.time()
            connection = Connection(
                token=Token("pat-x"), base_url="http://127.0.0.1:1", rows_per_request=1, max_in_flight=max_in_flight
            )
            ids = [str(10_000 * (number + 1) + row) for row in range(requests)]
            run = Run(connection, "contacts", outcomes=Outcomes(requests))
            plan = Rows(ids, [{"name": "new"}] * requests)
            await Delivery(plan, run, _Sender(hubspot, number), pacer, write="all").deliver()
            assert run.outcomes.counts["updated"] == requests
            return began, loop.time()

        spans = await asyncio.gather(*(one(number, start) for number, start in enumerate(starts)))
        hubspot.rate_limit.catch_up()
        return hubspot, spans

    return in_virtual_time(main())


def bound(requests, limit, latency):
    return (requests - 1) // limit * 10 + sum(latency) / 2


# Alone ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requests", "limit", "arrives"), [(600, 100, 0.0), (600, 100, 0.5), (600, 100, 1.0), (1140, 190, 0.5)]
)
def test_alone_the_limit_is_used_to_the_full(requests, limit, arrives):
    hubspot, [(began, ended)] = pace(requests, QUICK, limit=limit, arrives=arrives)
    assert hubspot.refused == 0
    assert ended - began <= 1.05 * bound(requests, limit, QUICK)


@pytest.mark.parametrize("latency", [SLOW, (1.5, 2.5)])
def test_alone_nothing_is_refused_where_hubspot_is_slow(latency):
    hubspot, [(began, ended)] = pace(600, latency)
    assert hubspot.refused == 0
    assert ended - began <= 1.2 * bound(600, 100, latency)


@pytest.mark.parametrize("most", [1, 5])
def test_no_more_are_on_the_way_than_the_caller_allows(most):
    hubspot, _ = pace(60, QUICK, max_in_flight=most)
    assert max(hubspot.most_on_the_way.values()) == most


def test_the_callers_number_is_a_cap_and_no_wish():
    hubspot, _ = pace(600, QUICK, max_in_flight=1000)
    assert max(hubspot.most_on_the_way.values()) <= 64


# Beside another client --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latency", "arrives"), [(QUICK, 0.0), (QUICK, 1.0), (SLOW, 0.0), (SLOW, 1.0), ((2.0, 2.0), 0.0)]
)
def test_another_client_is_left_its_share(latency, arrives):
    hubspot, [(began, ended)] = pace(600, latency, others_share=0.4, arrives=arrives)
    assert hubspot.refused <= 0.01 * 600
    assert ended - began <= 1.13 * 600 / 60 * 10
    assert hubspot.other.refused <= 0.02 * hubspot.other.let_in


@pytest.mark.parametrize("latency", [QUICK, SLOW])
def test_another_client_that_comes_later_gets_its_share(latency):
    hubspot, [(began, ended)] = pace(900, latency, others_share=0.4, others_after=25)
    assert hubspot.refused < 0.05 * 900
    assert hubspot.other.let_in >= 0.5 * 4 * (ended - began - 25)


# Several runs at once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "latency"),
    [((0, 0), QUICK), ((0, 0), (0.05, 0.05)), ((0, 5), SLOW), ((0, 12.3), QUICK), ((0, 7, 7), QUICK)],
)
def test_runs_share_one_pacer_fairly(starts, latency):
    hubspot, spans = pace(250, latency, starts=starts)
    assert hubspot.refused == 0
    start, end = spans[-1][0] + 10, min(ended for _, ended in spans)  # all are there, and the first burst is over
    shares = [sum(start <= moment < end for moment in hubspot.sent[number]) for number in range(len(starts))]
    assert max(shares) <= 2 * min(shares)


# In trouble -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["423", "502", "503"])
def test_it_backs_off_and_recovers(fault):
    """HubSpot is in trouble for five seconds in the midst of a burst."""
    trouble = lambda now: BEFORE[fault] if 30 <= now < 35 else None
    hubspot, [(began, ended)] = pace(600, QUICK, troubled=trouble)
    sent = hubspot.sent[0]
    in_trouble = [moment for moment in sent if 30 <= moment < 35]
    assert hubspot.refused == 0
    assert len(in_trouble) <= 40
    assert max(hubspot.most_on_the_way.get(second, 0) for second in (33, 34)) <= 2
    assert max(hubspot.most_on_the_way[second] for second in range(35, 60) if second in hubspot.most_on_the_way) >= 30
    assert ended - began <= bound(600 + len(in_trouble), 100, QUICK) + 15
