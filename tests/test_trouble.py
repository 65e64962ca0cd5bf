"""Answers about the whole request and no row of it: bounded patience, and reads that have nothing to look at.

The statuses one by one stand in ``test_decide.py``.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.delivery.messages import Answer
from hubframe.delivery.steps import History, Limits, Look, Settle, Split, Stop, Wait
from hubframe.delivery.trouble import decide_trouble, halves

ROWS = tuple(range(7))
TROUBLES = st.builds(
    Answer,
    st.sampled_from([0, 204, 302, 401, 403, 408, 423, 429, 477, 500, 502, 503, 524]),
    st.none(),
    st.just({}) | st.sampled_from(["0", "1", "30", "90000"]).map(lambda text: {"Retry-After": text}),
    maybe_written=st.booleans(),
)


@pytest.mark.parametrize("answer", [Answer(200, {}), Answer(207, {}), Answer(400, {}), Answer(404), Answer(409, {})])
def test_answers_about_rows_are_left_to_others(answer):
    assert decide_trouble(answer, ROWS, History(), Limits()) is None


@settings(deadline=None)
@given(st.integers(0, 300))
def test_halves_are_halves(count):
    groups = halves(tuple(range(count)))
    assert tuple(row for group in groups for row in group) == tuple(range(count))
    assert all(groups)
    assert len(groups) == min(count, 2)
    assert max(map(len, groups), default=0) - min(map(len, groups), default=0) <= 1


def patience(answers, limits, *, reading, jitter):
    """Send one request until something else than waiting is decided; return that, and what it took."""
    history = History(attempts=0)
    for requests, answer in enumerate(answers, 1):
        history = History(history.attempts + 1, history.waited_seconds, jitter, history.maybe_written)
        (step,) = decide_trouble(answer, ROWS, history, limits, reading=reading)
        if not isinstance(step, Wait):
            return step, requests, history.waited_seconds
        assert step.seconds > 0
        assert step.rows == ROWS
        history = History(
            history.attempts - (not step.is_attempt),
            history.waited_seconds + step.seconds,
            jitter,
            history.maybe_written or answer.uncertain,
        )
    raise AssertionError("it waits for ever")


@settings(deadline=None)
@given(
    st.lists(TROUBLES, min_size=1, max_size=4),
    st.builds(Limits, st.integers(1, 8), st.floats(0.1, 600)),
    st.booleans(),
    st.floats(0, 0.99),
)
def test_waiting_ends_within_the_limits(answers, limits, reading, jitter):
    step, _, waited = patience(answers * 700, limits, reading=reading, jitter=jitter)
    assert isinstance(step, Stop | Look | Split)
    assert waited <= limits.max_wait_seconds + 1  # a 477 of no seconds is waited for a second
    if reading:
        assert not isinstance(step, Look)


def test_an_outage_takes_as_many_requests_as_attempts():
    step, requests, waited = patience([Answer(503)] * 99, Limits(), reading=False, jitter=0.5)
    assert isinstance(step, Look)
    assert (requests, waited) == (6, 31)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(503), Stop),
        (Answer(0, maybe_written=True), Stop),
        (Answer(500, {}), Split),
    ],
)
def test_a_read_that_fails_for_good_leaves_nothing_to_look_at(answer, expected):
    (step,) = decide_trouble(answer, ROWS, History(attempts=6), Limits(), reading=True)
    assert isinstance(step, expected)


def test_a_single_record_that_hubspot_breaks_on_is_failed_when_read():
    (step,) = decide_trouble(Answer(500, {"message": "oops"}), (0,), History(attempts=3), Limits(), reading=True)
    assert isinstance(step, Settle)
    assert step.outcomes[0].status == "failed"


def test_giving_up_says_after_what():
    (stop,) = decide_trouble(Answer(423), ROWS, History(6, 31.4), Limits())
    assert "6 tries" in stop.cause.hint
    assert "31 of 600 s" in stop.cause.hint
