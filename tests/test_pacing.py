"""No window of ``interval`` seconds, as HubSpot sees it, holds more than ``limit`` requests; and none much fewer."""

from __future__ import annotations

import bisect
import math
import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from hubframe.delivery.pacing import Pacer, pacer_for


def headers(limit, interval_milliseconds=10_000):
    return {
        "X-HubSpot-RateLimit-Max": str(limit),
        "X-HubSpot-RateLimit-Interval-Milliseconds": str(interval_milliseconds),
    }


def drive(pacer, seconds, *, latencies=lambda: 0.0, start=0.0):
    """Send whenever the pacer allows; return when each request left and when it arrived.

    A request arrives when its latency is over, and its answer is there at once.
    """
    now, sent, arrivals, answers = start, [], [], []
    while now < start + seconds:
        while answers and answers[0][0] <= now:
            pacer.learn({}, answers.pop(0)[1])
        wait = pacer.seconds_until_next(now)
        if wait == 0.0:
            latency = latencies()
            sent.append(now)
            arrivals.append(now + latency)
            bisect.insort(answers, (now + latency, latency))
        else:
            assert wait > 0
            now += min(wait, 0.1)
    return sent, sorted(arrivals)


def most_in_a_window(arrivals, interval):
    return max(bisect.bisect_left(arrivals, moment + interval) - index for index, moment in enumerate(arrivals))


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 250),
    st.sampled_from([1.0, 10.0]),
    st.floats(0, 3),
    st.floats(0, 0.05),
    st.randoms(use_true_random=False),
)
def test_no_window_holds_more_than_the_limit(limit, interval, latency, spread, randomness):
    pacer = Pacer(limit, interval)
    shortest, longest = latency, latency + spread * interval
    pacer.learn({}, shortest)
    pacer.learn({}, longest)
    pick = lambda: randomness.choice([shortest, longest, randomness.uniform(shortest, longest)])

    def latencies():  # the extremes stay among the latencies the pacer remembers
        pacer.learn({}, shortest)
        pacer.learn({}, longest)
        return pick()

    _, arrivals = drive(pacer, 4 * interval, latencies=latencies)
    assert most_in_a_window(arrivals, interval) <= limit


@pytest.mark.parametrize("limit", [100, 110, 190, 250])
@pytest.mark.parametrize("latency", [0.0, 0.3, 2.0])
def test_the_limit_is_used_to_the_full(limit, latency):
    sent, _ = drive(Pacer(limit), 200, latencies=lambda: latency)
    assert len(sent) >= 0.98 * limit * 20
    assert most_in_a_window(sent, 10) <= limit


def test_a_spread_costs_no_more_than_itself():
    randomness = random.Random(1)
    sent, arrivals = drive(Pacer(190), 200, latencies=lambda: randomness.uniform(0.2, 0.4))
    assert len(sent) >= 0.97 * 190 * 20
    assert most_in_a_window(arrivals, 10) <= 190


def test_one_slow_answer_does_not_slow_the_run_down():
    pacer = Pacer()
    pacer.learn({}, 0.1)
    pacer.learn({}, 100.0)
    sent, _ = drive(pacer, 200)
    assert len(sent) >= 0.94 * 100 * 20


@pytest.mark.parametrize(
    "kind", [dict, CIMultiDict, lambda given: {name.lower(): value for name, value in given.items()}]
)
def test_the_limit_is_learned_from_the_headers(kind):
    pacer = Pacer()
    pacer.learn(kind(headers(190, 5000)), 0.1)
    assert (pacer.limit, pacer.interval_seconds) == (190, 5.0)
    sent, _ = drive(pacer, 4.9)
    assert len(sent) == 190


@pytest.mark.parametrize("text", ["", "0", "-5", "many", "²", "1e3", "100.5"])
def test_headers_that_say_nothing_change_nothing(text):
    pacer = Pacer()
    pacer.learn({"X-HubSpot-RateLimit-Max": text, "X-HubSpot-RateLimit-Interval-Milliseconds": text}, 0.1)
    assert (pacer.limit, pacer.interval_seconds) == (100, 10.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([60, 100, 190]), min_size=1, max_size=5))
def test_a_limit_that_changes_holds_from_then_on(limits):
    pacer, sent = Pacer(), []
    for turn, limit in enumerate(limits):
        pacer.learn(headers(limit), 0.0)
        taken, _ = drive(pacer, 10, start=10.0 * turn)
        sent += taken
        assert len(taken) <= limit
    assert most_in_a_window(sent, 10) <= max(limits)


def test_nobody_sends_while_held():
    pacer = Pacer()
    pacer.hold(5.0)
    pacer.hold(3.0)
    assert pacer.seconds_until_next(1.0) == 4.0
    sent, _ = drive(pacer, 20)
    assert sent[0] >= 5.0
    assert pacer.seconds_until_next(100.0) == 0.0


def test_a_wait_is_never_too_short_for_a_clock_to_notice():
    pacer = Pacer(1)
    assert pacer.seconds_until_next(1e9) == 0.0
    moment, step = 1e9, math.inf
    for _ in range(200_000):
        step = pacer.seconds_until_next(moment)
        if step == 0.0:
            break
        assert moment + step > moment
        moment += step
    assert step == 0.0


@pytest.mark.parametrize(
    ("limit", "latency", "expected"), [(100, 0.1, 8), (100, 0.5, 10), (190, 1.0, 38), (250, 30.0, 64)]
)
def test_enough_are_on_the_way_for_the_latency_seen(limit, latency, expected):
    pacer = Pacer(limit)
    for _ in range(20):
        pacer.learn({}, latency)
    assert pacer.requests_in_flight() == expected


def test_a_token_has_one_pacer():
    assert pacer_for(("https://a", "t")) is pacer_for(("https://a", "t"))
    assert pacer_for(("https://a", "t")) is not pacer_for(("https://a", "u"))


def test_two_threads_share_the_limit():
    pacer, taken = Pacer(500), []
    ready = threading.Barrier(2)

    def take():
        ready.wait()
        taken.append(sum(pacer.seconds_until_next(0.001 * step) == 0.0 for step in range(2000)))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 500
