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


def drive(pacer, seconds, *, latencies=lambda: 0.0, start=0.0, others=lambda now: 0):
    """Send whenever the pacer allows; return when each request left and when it arrived.

    A request arrives when its latency is over, and its answer is there at once. ``others`` is how many places
    others hold at a moment.
    """
    now, sent, arrivals, answers, let_in = start, [], [], [], []
    while now < start + seconds:
        while answers and answers[0][0] <= now:
            arrived, request, latency = answers.pop(0)
            remaining = pacer.limit - others(arrived) - requests_in(let_in, arrived - pacer.interval_seconds, arrived)
            if remaining > 0:
                let_in.append(arrived)
            said = {"X-HubSpot-RateLimit-Remaining": str(max(0, remaining - 1))}
            pacer.learn(said, latency, request, 200 if remaining > 0 else 429)
        wait = pacer.seconds_until_next(now, len(sent))
        if wait == 0.0:
            latency = latencies()
            bisect.insort(answers, (now + latency, len(sent), latency))
            sent.append(now)
            arrivals.append(now + latency)
        else:
            assert wait > 0
            now = min(now + min(wait, 0.1), answers[0][0] if answers else math.inf)
    return sent, sorted(arrivals)


def requests_in(moments, start, end):
    """Count those after ``start``, up to ``end``."""
    return bisect.bisect_right(moments, end) - bisect.bisect_right(moments, start)


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
    ("limit", "latency", "expected"), [(100, 0.01, 8), (100, 0.1, 20), (100, 0.3, 60), (190, 1.0, 64), (250, 30.0, 64)]
)
def test_enough_are_on_the_way_for_the_latency_seen(limit, latency, expected):
    pacer = Pacer(limit)
    for _ in range(40):
        pacer.learn({}, latency)
    assert pacer.requests_in_flight() == expected


def test_a_start_and_a_pause_are_followed_by_few_requests_at_first():
    pacer, seen = Pacer(), []
    seen.append(pacer.requests_in_flight())
    for request in range(30):
        assert pacer.seconds_until_next(0.0, request) == 0.0
    for request in range(10):
        pacer.learn({}, 0.5, request)
    seen.append(pacer.requests_in_flight())
    pacer.hold(2.0)
    for request in range(10, 20):  # sent before the pause: they tell nothing about afterwards
        pacer.learn({}, 0.5, request)
    seen.append(pacer.requests_in_flight())
    for request in range(20, 30):
        pacer.learn({}, 0.5, request, 503)
    for request in range(40, 43):
        assert pacer.seconds_until_next(2.0, request) == 0.0
        pacer.learn({}, 0.5, request)
        seen.append(pacer.requests_in_flight())
    assert seen == [8, 48, 1, 5, 9, 13]


# Others with the same token ---------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.integers(50, 250), st.floats(0, 3), st.floats(0, 0.05), st.floats(0, 0.8), st.integers())
def test_what_others_take_is_left_to_them(limit, latency, spread, share, seed):
    """Never more than they leave, and not much less, once the first answers told what they take."""
    others = int(share * limit)
    randomness = random.Random(seed)
    pacer, pick = Pacer(limit), lambda: randomness.uniform(latency, latency + 10 * spread)
    for number in range(5):
        pacer.seconds_until_next(0.0, -number)
        pacer.learn({"X-HubSpot-RateLimit-Remaining": str(limit - others - number - 1)}, latency, -number)
    sent, arrivals = drive(pacer, 100, latencies=pick, others=lambda _: others, start=0.1)
    assert most_in_a_window(arrivals, 10) <= limit - others
    assert requests_in(sent, 40, 100) >= 0.85 * 6 * (limit - others - 0.02 * limit - 2)


@settings(max_examples=8, deadline=None)
@given(st.integers(50, 250), st.floats(0, 3), st.floats(0, 0.05), st.integers())
def test_alone_nobody_is_suspected(limit, latency, spread, seed):
    pacer, randomness = Pacer(limit), random.Random(seed)
    drive(pacer, 40, latencies=lambda: randomness.uniform(latency, latency + 10 * spread))
    assert not pacer._others


def test_others_who_leave_are_forgotten():
    pacer = Pacer()
    sent, _ = drive(pacer, 140, latencies=lambda: 0.3, others=lambda now: 40 if now < 60 else 0)
    assert requests_in(sent, 30, 60) <= 181
    assert requests_in(sent, 90, 140) >= 480


def test_whatever_others_take_some_places_are_ours():
    pacer = Pacer()
    sent, _ = drive(pacer, 100, latencies=lambda: 0.3, others=lambda _: 100)
    assert 9 <= requests_in(sent, 50, 60) <= 10


def test_refused_requests_hold_no_place():
    pacer = Pacer(10)
    for request in range(10):
        assert pacer.seconds_until_next(0.0, request) == 0.0
    for request in range(3):
        pacer.learn({}, 0.3, request, 429)
    assert [pacer.seconds_until_next(1.0, request) == 0.0 for request in range(10, 14)] == [True] * 3 + [False]


def test_an_answer_that_never_comes_frees_its_place():
    pacer = Pacer(10)
    for _ in range(10):
        assert pacer.seconds_until_next(0.0, object()) == 0.0
    assert pacer.seconds_until_next(10.5, object()) > 0
    assert pacer.seconds_until_next(10.6, object()) == 0.0


# Several runs -----------------------------------------------------------------------------------------------


def test_askers_are_served_in_turn():
    pacer, served = Pacer(10), []
    for second in range(10):
        assert pacer.seconds_until_next(float(second), object()) == 0.0
    for step in range(2000):
        # "b" is always late: without turns, "a" would get every place that becomes free.
        served += [asker for asker in ("a", "b") if pacer.seconds_until_next(10 + step / 20, object(), asker) == 0.0]
    assert abs(served.count("a") - served.count("b")) <= 1
    assert len(served) >= 90


def test_who_does_not_ask_any_more_keeps_nobody_waiting():
    pacer = Pacer(1)
    assert pacer.seconds_until_next(0.0, 1, "a") == 0.0
    assert pacer.seconds_until_next(1.0, 2, "b") > 0
    assert pacer.seconds_until_next(20.0, 3, "a") == 0.0


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
