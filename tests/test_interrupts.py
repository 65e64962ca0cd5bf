"""Ctrl-C and Stop at any point: the frame tells the truth of the portal's state, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import signal
import socket
import sys
import textwrap
import threading
import time

import pandas as pd
import psutil
import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_core.utils import ensure_event_loop

import hubframe
from hubframe import progress as progresses
from hubframe import reporting, update_run, updating
from hubframe.delivery import pacing
from hubframe.delivery.driver import Delivery
from hubframe.reading_definitions import read_for_plan

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process can't send itself SIGINT alone on Windows")

ROWS = 240
AN_ANSWER = 60  # seconds: longer than any call here may take
PATIENCE = 30  # seconds: half of that, and more than a busy machine needs


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch):
    """A signal that comes too late is no harm to the tests; no thread of ours outlives a call."""
    monkeypatch.setattr(pacing, "_pacers", {})
    ours = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is ours
    assert threads() == []


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(requests_per_interval=10_000) as server:
        yield server


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith(("hubframe", "asyncio"))]


def frame(local, rows=ROWS):
    ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(rows)]
    return pd.DataFrame({"hs_object_id": ids, "firstname": [f"Rowan {number}" for number in range(rows)]})


def untruths(result, local):
    """The rows of which the frame says something else than the portal's state shows."""
    held = [local.portal.record("contacts", record)["firstname"] for record in result["hs_object_id"]]
    wrong = []
    for row, (status, wanted, name) in enumerate(zip(result["hubspot_status"], result["firstname"], held, strict=True)):
        allowed = {
            "updated": {wanted},
            "failed": {"juniper"},
            "unsent": {"juniper"},
            "unconfirmed": {wanted, "juniper"},
        }
        if name not in allowed.get(status, ()):
            wrong.append((row, status, name))
    return wrong


def sockets_to(local):
    """Our ends of connections to the embedded server, once those being closed had a moment."""
    port = int(local.url.rpartition(":")[2])
    deadline = time.monotonic() + PATIENCE
    while True:
        of_us = psutil.Process().net_connections("tcp")
        found = [one for one in of_us if one.raddr and one.raddr.port == port and one.status != "TIME_WAIT"]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def sent(local, count=1, path=""):
    """Return what says whether so many more requests have come to the portal, of a path if one is given."""
    first = len(local.requests)
    return lambda: sum(request.path.endswith(path) for request in local.requests[first:]) >= count


def since(seconds, condition):
    """Return what says that a condition holds, so many seconds after it began to."""
    return lambda: condition() and not time.sleep(seconds)


async def until(condition):
    while not condition():  # noqa: ASYNC110 - it is the server's thread that makes it hold
        await asyncio.sleep(0.005)


@contextlib.contextmanager
def striking(*whens):
    """SIGINT when each of these holds or, if it is a number, so many seconds after the one before."""
    over = threading.Event()

    def strike():
        for when in whens:
            if callable(when):
                while not when():
                    if over.wait(0.005):
                        return
            else:
                time.sleep(when)
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def signals(*whens):
    """As `striking`; one that comes after the call is heard by nobody."""
    late = []
    before = signal.signal(signal.SIGINT, lambda *_: late.append(1))
    try:
        with striking(*whens):
            yield late
    finally:
        time.sleep(0)
        signal.signal(signal.SIGINT, before)


def once(points):
    """A callable that interrupts when called for the first time, or as often as asked."""
    left = [points]

    def strike(*_):
        if left[0]:
            left[0] -= 1
            signal.raise_signal(signal.SIGINT)

    return strike


# The blocking face ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(14))
def test_at_a_random_point_the_frame_tells_the_truth(local, seed):
    chance = random.Random(seed)
    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=10, max_in_flight=chance.choice([1, 4, 8]))
    local.latency_seconds = (0.0, 0.08)
    if seed % 3 == 0:
        local.faults.random(probability=0.2, seed=seed)
    strikes = [chance.uniform(0, 0.6), chance.uniform(0.0, 0.1)][: chance.choice([1, 2])]
    write = chance.choice(["all", "changed"])
    interrupted = False
    with signals(*strikes) as late:
        try:
            result = hubframe.batch_update(df, "contacts", write=write, connection=connection, progress=False)
        except hubframe.Interrupted as stop:
            result, interrupted = stop.result, True
    assert interrupted or len(late) == len(strikes)
    if result is None:
        assert not [request for request in local.requests if request.path.endswith("/batch/update")]
    else:
        assert hubframe.last_result() is result
        assert len(result) == ROWS
        assert untruths(result, local) == []
    assert sockets_to(local) == []


def test_during_connect(local):
    local.latency_seconds = AN_ANSWER
    begun = time.monotonic()
    with signals(sent(local)), pytest.raises(hubframe.Interrupted, match=r"hubframe\.connect\(\)$") as stop:
        hubframe.connect(local)
    assert stop.value.result is None
    assert time.monotonic() - begun < PATIENCE
    assert sockets_to(local) == []


def test_before_the_worker_has_begun(local, monkeypatch):
    """An interrupt before there is anything to cancel is not lost."""
    start = threading.Thread.start

    def strike_first(thread):
        if thread.name == "hubframe":
            signal.raise_signal(signal.SIGINT)
        start(thread)

    local.latency_seconds = AN_ANSWER
    with signals():
        monkeypatch.setattr(threading.Thread, "start", strike_first)
        with pytest.raises(hubframe.Interrupted):
            hubframe.connect(local)


def test_while_a_name_is_looked_up(monkeypatch):
    """A lookup can't be cancelled: the call ends without it, and its thread when it does."""
    asked, looked_up = threading.Event(), threading.Event()

    def look_up(*_, **__):
        asked.set()
        looked_up.wait(AN_ANSWER)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    begun = time.monotonic()
    try:
        with signals(asked.is_set), pytest.raises(hubframe.Interrupted):
            hubframe.connect("pat-x", base_url="https://hubspot.invalid")
        assert time.monotonic() - begun < PATIENCE
    finally:
        looked_up.set()
        for thread in threads():
            thread.join()


def test_during_the_reading_of_definitions(local):
    df = frame(local)
    connection = hubframe.connect(local)
    local.latency_seconds = AN_ANSWER
    with signals(sent(local)), pytest.raises(hubframe.Interrupted, match="before anything was sent") as stop:
        df.hubspot.batch_update("contacts", connection=connection, progress=False)
    assert stop.value.result is None
    assert "batch_update('contacts')" in str(stop.value)
    assert sockets_to(local) == []


def test_during_planning_nothing_is_sent(local, monkeypatch):
    df = frame(local)
    connection = hubframe.connect(local)
    plan = update_run.plan_rows

    def slow_plan(*given, **named):
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.2)
        return plan(*given, **named)

    monkeypatch.setattr(update_run, "plan_rows", slow_plan)
    with signals(), pytest.raises(hubframe.Interrupted) as stop:
        df.hubspot.batch_update("contacts", connection=connection, progress=False)
    assert set(stop.value.result["hubspot_status"]) == {"unsent"}
    assert not [request for request in local.requests if "/batch/" in request.path]


def test_an_interrupt_outweighs_an_error_of_the_plan(local, monkeypatch):
    connection = hubframe.connect(local)

    def fail(*_, **__):
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.1)
        raise hubframe.PlanError("no")

    df = frame(local, 2)
    monkeypatch.setattr(update_run, "plan_rows", fail)
    with signals(), pytest.raises(hubframe.Interrupted) as stop:
        df.hubspot.batch_update("contacts", connection=connection, progress=False)
    assert isinstance(stop.value.__cause__, hubframe.PlanError)


@pytest.mark.parametrize("waiting_for", ["a retry", "the limit"])
def test_in_a_wait(waiting_for):
    limit = 10_000 if waiting_for == "a retry" else 4
    with hubframe.LocalHubSpot(requests_per_interval=limit) as local:
        df = frame(local)
        connection = hubframe.connect(local, rows_per_request=20, max_in_flight=2)
        if waiting_for == "a retry":
            local.faults.plan(hubframe.local_hubspot.Fault("text_503", retry_after_seconds=AN_ANSWER))
            waits = sent(local, path="/batch/update")
        else:
            waits = sent(local, 2)
        begun = time.monotonic()
        with signals(since(0.3, waits)), pytest.raises(hubframe.Interrupted) as stop:
            df.hubspot.batch_update("contacts", write="all", connection=connection, progress=False)
        assert time.monotonic() - begun < PATIENCE
        assert untruths(stop.value.result, local) == []
        assert "unsent" in set(stop.value.result["hubspot_status"])
        assert sockets_to(local) == []


@pytest.mark.parametrize(
    ("where", "target"),
    [
        ("the bar is drawn", (progresses.ProgressBar, "__call__")),
        ("the bar is closed", (progresses.ProgressBar, "close")),
        ("the closing line is said", (reporting, "say")),
        ("the frame is made", (update_run, "results_frame")),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_while_something_is_shown_or_at_the_very_end(local, monkeypatch, capsys, where, target, times):
    owner, name = target
    real, strike = getattr(owner, name), once(times)

    def struck(*given, **named):
        strike()
        return real(*given, **named)

    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=20)
    monkeypatch.setattr(owner, name, struck)
    with signals() as late, pytest.raises(hubframe.Interrupted) as stop:
        df.hubspot.batch_update("contacts", write="all", connection=connection)
    assert late == []
    assert hubframe.last_result() is stop.value.result
    assert untruths(stop.value.result, local) == []
    if where != "the bar is drawn":
        assert set(stop.value.result["hubspot_status"]) == {"updated"}
        assert str(stop.value).endswith("nothing is left to do.")


def test_a_display_may_stop_the_run(local):
    def display(progress):
        if progress.counts["updated"]:
            raise KeyboardInterrupt

    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=5, max_in_flight=1)
    local.latency_seconds = 0.03
    with pytest.raises(hubframe.Interrupted) as stop:
        df.hubspot.batch_update("contacts", write="all", connection=connection, progress=display)
    assert untruths(stop.value.result, local) == []
    assert {"updated", "unsent"} <= set(stop.value.result["hubspot_status"])


def test_a_display_that_ends_the_program_leaves_the_frame(local):
    def display(progress):
        if progress.requests:
            sys.exit(3)

    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=5, max_in_flight=1)
    local.latency_seconds = 0.03
    with pytest.raises(SystemExit):
        df.hubspot.batch_update("contacts", write="all", connection=connection, progress=display)
    assert untruths(hubframe.last_result(), local) == []


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_on_the_way_is_waited_for_unless_interrupted_again(local, times):
    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=20)
    asyncio.run(read_for_plan(connection, "contacts", list(df.columns), [None]))  # kept, and not asked for again
    local.latency_seconds = 1.5 if times == 1 else AN_ANSWER
    begun = time.monotonic()
    with signals(*[sent(local, path="/batch/update"), 0.3][:times]), pytest.raises(hubframe.Interrupted) as stop:
        df.hubspot.batch_update("contacts", write="all", connection=connection, progress=False)
    counts = stop.value.result["hubspot_status"].value_counts()
    assert untruths(stop.value.result, local) == []
    assert counts["updated" if times == 1 else "unconfirmed"] > 0
    assert time.monotonic() - begun < PATIENCE


def test_an_ignored_sigint_stays_ignored(local):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        df = frame(local, 20)
        connection = hubframe.connect(local)
        local.latency_seconds = 0.2
        with striking(sent(local)):
            result = df.hubspot.batch_update("contacts", connection=connection, progress=False)
        assert set(result["hubspot_status"]) == {"updated"}
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


# The async face ---------------------------------------------------------------------------------------------


# With Python's own handler in place, as in a program.


def prepared(local, latency=(0.02, 0.1)):
    df = frame(local)
    connection = hubframe.connect(local, rows_per_request=5, max_in_flight=4)
    asyncio.run(read_for_plan(connection, "contacts", list(df.columns), [None]))  # kept, and not asked for again
    local.latency_seconds = latency
    return df.hubspot.batch_update_async("contacts", write="all", connection=connection, progress=False)


@pytest.mark.parametrize(("requests", "again"), [(1, ()), (16, ()), (10, (0.01,))])
def test_asyncio_run_ends_as_asyncio_does_and_the_frame_is_kept(local, requests, again):
    update = prepared(local)
    with striking(sent(local, requests), *again), pytest.raises(KeyboardInterrupt):
        asyncio.run(update)
    assert untruths(hubframe.last_result(), local) == []
    assert {"updated", "unsent"} & set(hubframe.last_result()["hubspot_status"])
    assert sockets_to(local) == []


def test_asyncio_run_interrupted_twice_ends_at_once(local):
    update = prepared(local, latency=AN_ANSWER)
    begun = time.monotonic()
    with striking(sent(local), 0.5), pytest.raises(KeyboardInterrupt):
        asyncio.run(update)
    assert time.monotonic() - begun < PATIENCE
    assert set(hubframe.last_result()["hubspot_status"]) == {"unconfirmed", "unsent"}
    assert untruths(hubframe.last_result(), local) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_loop_that_nobody_guards_is_not_left_half_way(local, times):
    """As IPython in a terminal runs ``await``: an interrupt would strike in the loop itself."""
    update = prepared(local, latency=(0.02, 0.1) if times == 1 else AN_ANSWER)
    loop = asyncio.new_event_loop()
    begun = time.monotonic()
    try:
        with striking(*[sent(local), 0.3][:times]), pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(update)
        assert asyncio.all_tasks(loop) == set()
    finally:
        loop.close()
    assert time.monotonic() - begun < PATIENCE
    assert untruths(hubframe.last_result(), local) == []
    assert sockets_to(local) == []


def test_everything_cancelled_at_once_keeps_the_frame(local):
    update = prepared(local)

    async def main():
        under_way = sent(local, 10)
        task = asyncio.ensure_future(update)
        await until(under_way)
        for other in asyncio.all_tasks() - {asyncio.current_task()}:
            other.cancel()
        with pytest.raises(asyncio.CancelledError, match="Stopped by hand"):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert untruths(hubframe.last_result(), local) == []
    assert sockets_to(local) == []


def test_a_timeout_of_the_callers_keeps_the_frame(local):
    update = prepared(local)

    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(update, 0.3)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert untruths(hubframe.last_result(), local) == []


def test_cancelled_before_anything_was_planned(local):
    df = frame(local, 2)
    connection = hubframe.connect(local)
    local.latency_seconds = AN_ANSWER

    async def main():
        update = df.hubspot.batch_update_async("contacts", connection=connection, progress=False)
        asked = sent(local)
        task = asyncio.ensure_future(update)
        await until(asked)
        task.cancel()
        with pytest.raises(asyncio.CancelledError, match="before anything was sent"):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert sockets_to(local) == []


# A kernel ---------------------------------------------------------------------------------------------------

SETUP = """
    import asyncio, signal, threading
    import pandas as pd, hubframe
    local = hubframe.LocalHubSpot(requests_per_interval=10_000)
    connection = hubframe.connect(local, rows_per_request=10, max_in_flight=2)
    from hubframe.delivery.blocking import run_blocking
    from hubframe.reading_definitions import read_for_plan
    columns = ["hs_object_id", "firstname"]
    run_blocking(lambda: read_for_plan(connection, "contacts", columns, [None]))  # a long latency is the update's
    ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(600)]
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})

    def show(progress):
        if progress.requests > 1:
            print("under way", flush=True)

    def read_show(progress):
        if progress.rows_done:
            print("under way", flush=True)

    def truth():
        result = hubframe.last_result()
        wrong = 0
        for record, status in zip(ids, result["hubspot_status"]):
            held = local.portal.record("contacts", record)["firstname"] == "Rowan"
            wrong += status not in (("updated", "unconfirmed") if held else ("unsent", "unconfirmed"))
        left = [t.name for t in threading.enumerate() if t.name == "hubframe"]
        try:
            tasks = [t for t in asyncio.all_tasks() if "hubframe" in repr(t.get_coro())]
        except RuntimeError:
            tasks = []
        print("rows", len(result), "wrong", wrong, "left", left, tasks, sorted(set(result["hubspot_status"])))
"""
TRUTH = "rows 600 wrong 0 left [] []"


class Kernel:
    """A kernel without a page: runs cells and, once the cell says it is under way, interrupts it."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, code, interrupts=0):
        said, errors = [], []

        def strike():
            for _ in range(interrupts):
                self.manager.interrupt_kernel()
                time.sleep(0.3)
            ensure_event_loop().close()  # Jupyter's, of this thread, which would be left open

        striking = threading.Thread(target=strike)

        def hook(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
                if "under way" in content["text"] and striking.ident is None:
                    striking.start()
            elif message["msg_type"] == "error":
                errors.append("\n".join(content["traceback"]))
            elif message["msg_type"] in ("display_data", "execute_result"):
                said.append(repr(content["data"]))

        self.client.execute_interactive(textwrap.dedent(code), output_hook=hook, timeout=AN_ANSWER)
        if striking.ident is not None:
            striking.join()
        return "".join(said), "".join(errors)


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    try:
        made = Kernel(manager, client)
        assert made.run(SETUP) == ("", "")
        yield made
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("face", ["batch_update", "await batch_update_async"])
def test_a_kernel_lives_on(kernel, face, times):
    awaiting, _, name = face.rpartition(" ")
    kernel.run(f"local.latency_seconds = {0.1 if times == 1 else AN_ANSWER}")
    begun = time.monotonic()
    call = f'{awaiting} df.hubspot.{name}("contacts", write="all", connection=connection, progress=show)'.strip()
    _, error = kernel.run(call, interrupts=times)
    assert time.monotonic() - begun < PATIENCE
    assert ("CancelledError" if awaiting else "Interrupted") in error
    assert "Stopped by hand" in error
    assert TRUTH in kernel.run("truth()")[0]
    assert kernel.run("print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)")[0] == "True\n"
    assert kernel.run("await asyncio.sleep(0); print('alive')")[0] == "alive\n"
    for_the_next = 'pd.DataFrame({"hs_object_id": ids, "firstname": "juniper"})'
    back = f'hubframe.batch_update({for_the_next}, "contacts", write="all", connection=connection, progress=False)'
    assert kernel.run(f"local.latency_seconds = 0\n_ = {back}") == ("", "")


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("face", ["read", "await read_async"])
def test_a_kernel_lives_on_after_a_read_that_was_stopped(kernel, face, times):
    awaiting, _, name = face.rpartition(" ")
    kernel.run("one_by_one = hubframe.connect(local, max_in_flight=1)")
    kernel.run("local.latency_seconds = 0.3")
    begun = time.monotonic()
    options = 'ids=ids, properties=["firstname"], connection=one_by_one, progress=read_show'
    _, error = kernel.run(f'{awaiting} hubframe.{name}("contacts", {options})'.strip(), interrupts=times)
    assert time.monotonic() - begun < PATIENCE
    assert ("CancelledError" if awaiting else "Interrupted") in error
    assert "records came. They are in hubframe.last_result()" in error
    came = "came = hubframe.last_result()['hs_object_id'].tolist(); print(0 < len(came) < 600, came == ids[:len(came)])"
    assert kernel.run(came)[0] == "True True\n"
    assert kernel.run("print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)")[0] == "True\n"
    assert kernel.run("await asyncio.sleep(0); print('alive')")[0] == "alive\n"
    kernel.run("local.latency_seconds = 0")


# IPython in a terminal --------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["batch_update", "await batch_update_async"])
def test_ipython_in_a_terminal(tmp_path, face):
    pexpect = pytest.importorskip("pexpect")
    script = tmp_path / "setup.py"
    script.write_text(textwrap.dedent(SETUP) + "\nlocal.latency_seconds = 0.1\n")
    environment = os.environ | {"IPYTHONDIR": str(tmp_path), "TERM": "dumb", "COLUMNS": "200"}
    arguments = ["-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "-i", str(script)]
    shell = pexpect.spawn(
        sys.executable, arguments, env=environment, encoding="utf-8", timeout=AN_ANSWER, dimensions=(50, 200)
    )
    try:
        shell.expect(r"In \[1\]: ")
        awaiting, _, name = face.rpartition(" ")
        shell.sendline(
            f'{awaiting} df.hubspot.{name}("contacts", write="all", connection=connection, progress=show)'.strip()
        )
        shell.expect("under way")
        shell.sendintr()
        shell.expect("Stopped by hand: 600 rows")
        shell.expect(r"In \[2\]: ")
        shell.sendline("truth()")
        shell.expect_exact(TRUTH)
        shell.expect(r"In \[3\]: ")
        shell.sendline("import asyncio; await asyncio.sleep(0.3); print('goes', 'on')")
        shell.expect("goes on")
        shell.expect(r"In \[4\]: ")
        shell.sendline("truth()")  # the loop ran again, and nothing more was sent
        shell.expect_exact(TRUTH)
    finally:
        shell.close(force=True)


@pytest.mark.parametrize("awaited", [False, True])
def test_after_a_write_nobody_says_that_no_record_was_changed(local, connection, monkeypatch, awaited):
    """A defect while the frame is made reaches the caller as what it is, stopped by hand or not."""
    df = pd.DataFrame(
        {"hs_object_id": [local.portal.add("contacts", {"firstname": "juniper"})], "firstname": ["Rowan"]}
    )
    runs = []
    make_run = updating.new_run
    monkeypatch.setattr(updating, "new_run", lambda *arguments: (runs.append(make_run(*arguments)), runs[-1])[1])

    def fail(*_):
        runs[-1].hear_interrupt()
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(update_run, "results_frame", fail)
    update = df.hubspot.batch_update_async if awaited else df.hubspot.batch_update
    with pytest.raises(ZeroDivisionError):
        asyncio.run(update("contacts", progress=False)) if awaited else update("contacts", progress=False)


def test_an_interrupt_that_strikes_in_the_loop_itself_keeps_the_frame(local, monkeypatch):
    """As the second of two in asyncio.run does, which asyncio raises wherever the loop happens to be."""
    update = prepared(local)
    answered, count = Delivery._answered, itertools.count()

    def struck_answer(self, *arguments):
        if next(count) == 5:
            raise KeyboardInterrupt
        answered(self, *arguments)

    monkeypatch.setattr(Delivery, "_answered", struck_answer)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(update)
    result = hubframe.last_result()
    assert untruths(result, local) == []
    assert {"updated", "unconfirmed", "unsent"} == set(result["hubspot_status"])
