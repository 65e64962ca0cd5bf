"""What the form does in the background: one thing at a time, stopped from another thread, its frame never lost."""

import asyncio
import threading
import warnings

import pandas as pd
import pytest

from hubframe.speaking import say, warn
from hubframe.widgets.form.work import Work

SECONDS = 20


def ended(make, *, stop_when=None, stops=1):
    """How a piece of work ended; it is stopped when it sets the event it is given."""
    work, how, reached = Work(), [], threading.Event()

    async def made(progress):
        return await make(progress, reached)

    work.start(made, lambda _: None, how.append)
    if stop_when is not None:
        assert reached.wait(SECONDS)
        assert [work.stop() for _ in range(stops)] == list(range(1, stops + 1))
    assert work.wait(SECONDS)
    assert not work.is_running
    [only] = how
    return only


def test_it_returns_what_the_coroutine_does():
    async def make(progress, reached):
        await asyncio.sleep(0)
        return threading.current_thread()

    how = ended(make)
    assert how.value not in (None, threading.main_thread())
    assert (how.error, how.stopped, how.heard) == (None, False, [])


def test_an_error_is_handed_over():
    async def make(progress, reached):
        raise ZeroDivisionError("rows")

    how = ended(make)
    assert isinstance(how.error, ZeroDivisionError)
    assert how.value is None


@pytest.mark.parametrize("stops", [1, 2, 5])
def test_stopped_it_keeps_the_frame_that_the_cancellation_brings(stops):
    frame = pd.DataFrame({"a": [1]})

    async def make(progress, reached):
        heard = 0
        reached.set()
        while heard < stops:
            try:
                await asyncio.sleep(SECONDS)
            except asyncio.CancelledError:
                heard += 1
        stopped = asyncio.CancelledError("stopped")
        stopped.result = frame
        raise stopped

    async def at_once(progress, reached):  # two stops may come before the first is heard: one of them is enough
        reached.set()
        try:
            await asyncio.sleep(SECONDS)
        except asyncio.CancelledError as stopped:
            stopped.result = frame
            raise

    how = ended(make if stops == 1 else at_once, stop_when=True, stops=stops)
    assert how.value is frame
    assert how.stopped
    assert how.error is None


def test_stopped_without_a_frame_there_is_none():
    async def make(progress, reached):
        reached.set()
        await asyncio.sleep(SECONDS)

    how = ended(make, stop_when=True)
    assert (how.value, how.error, how.stopped) == (None, None, True)


def test_a_stop_before_the_loop_runs_is_a_stop():
    work, how, made = Work(), [], []

    async def make(progress):
        made.append(True)

    start = threading.Thread.start

    def stopped_first(thread):
        assert work.stop() == 1
        start(thread)

    threading.Thread.start = stopped_first
    try:
        work.start(make, lambda _: None, how.append)
    finally:
        threading.Thread.start = start
    assert work.wait(SECONDS)
    assert how[0].stopped
    assert not made


def test_a_stop_after_the_end_does_nothing():
    async def make(progress, reached):
        return 1

    work, how = Work(), []
    work.start(lambda progress: make(progress, None), lambda _: None, how.append)
    assert work.wait(SECONDS)
    work.stop()
    work.start(lambda progress: make(progress, None), lambda _: None, how.append)
    assert work.wait(SECONDS)
    assert [(one.value, one.stopped) for one in how] == [(1, False), (1, False)]


def test_what_it_would_say_is_heard_and_does_not_come_out(capsys):
    async def make(progress, reached):
        say("a line")
        await asyncio.to_thread(lambda: warn("a warning", stacklevel=1))

    with warnings.catch_warnings(record=True) as out:
        warnings.simplefilter("always")
        how = ended(make)
    assert how.heard == ["a line", "a warning"]
    assert out == []
    assert capsys.readouterr() == ("", "")
    say("after it, as ever")
    assert "as ever" in capsys.readouterr().err


def test_one_piece_may_begin_the_next_from_its_own_end():
    work, values = Work(), []

    async def number(progress):
        return len(values)

    def again(how):
        values.append(how.value)
        if len(values) < 3:
            assert not work.is_running
            work.start(number, lambda _: None, again)

    work.start(number, lambda _: None, again)
    assert work.wait(SECONDS)
    assert values == [0, 1, 2]
