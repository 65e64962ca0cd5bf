"""Async code called from anywhere: the result, the error and the interrupt reach the caller; no thread stays."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

import hubframe
from hubframe.delivery.blocking import run_blocking


async def answer():
    await asyncio.sleep(0)
    return 42


async def fail():
    raise ValueError("no")


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "hubframe"]


def test_the_result_comes_back():
    assert run_blocking(answer) == 42
    assert not threads()


def test_the_error_comes_back():
    with pytest.raises(ValueError, match="no"):
        run_blocking(fail)
    assert not threads()


def test_it_works_inside_a_running_loop():
    async def cell():
        return run_blocking(answer)

    assert asyncio.run(cell()) == 42


def test_it_works_outside_the_main_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(run_blocking(answer)))
    thread.start()
    thread.join()
    assert results == [42]


def test_ticks_are_called_in_the_callers_thread():
    seen = []
    run_blocking(lambda: asyncio.sleep(0.2), tick=lambda: seen.append(threading.current_thread()))
    assert set(seen) == {threading.current_thread()}


def test_an_interrupt_cancels_and_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    interrupted = []

    def tick():
        if not interrupted:
            interrupted.append(True)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_blocking(lambda: asyncio.sleep(60), tick=tick)
    assert signal.getsignal(signal.SIGINT) is before
    assert not threads()


def test_an_interrupt_that_the_coroutine_hears_ends_it_its_own_way():
    stop = threading.Event()

    async def work():
        while not stop.is_set():  # noqa: ASYNC110 - it is heard from another thread
            await asyncio.sleep(0.01)
        return "as far as it got"

    def interrupt():
        stop.set()
        return True

    raised = []

    def tick():
        if not raised:
            raised.append(True)
            signal.raise_signal(signal.SIGINT)

    assert run_blocking(work, tick=tick, interrupt=interrupt) == "as far as it got"


def test_a_failing_tick_does_not_leave_the_thread_behind():
    def tick():
        raise RuntimeError("the display broke")

    with pytest.raises(RuntimeError, match="the display broke"):
        run_blocking(lambda: asyncio.sleep(60), tick=tick)
    assert not threads()


SCRIPT = """
    import sys, threading
    import pandas as pd, hubframe
    from hubframe.delivery.blocking import run_blocking
    from hubframe.reading_definitions import read_for_plan

    if __name__ == "__main__":
        with hubframe.LocalHubSpot() as local:
            connection = hubframe.connect(local)
            columns = ["hs_object_id", "firstname"]
            run_blocking(lambda: read_for_plan(connection, "contacts", columns, [None]))
            local.latency_seconds = {latency}  # the update's
            ids = [local.portal.add("contacts", {{"firstname": "juniper"}}) for _ in range(3000)]
            df = pd.DataFrame({{"hs_object_id": ids, "firstname": "Rowan"}})

            def shown(progress):
                if progress.requests:
                    print("stopping" if progress.stopping else "started", flush=True)

            try:
                df.hubspot.batch_update("contacts", write="all", progress=shown)
            except hubframe.Interrupted as stop:
                result = stop.result
                held = [local.portal.record("contacts", record)["firstname"] == "Rowan" for record in ids]
                said = result["hubspot_status"]
                assert (said == "updated").sum() <= sum(held)
                wrong = [s for s, h in zip(said, held) if (s == "updated") != h and s != "unconfirmed"]
                print("wrong", len(wrong), "updated", (said == "updated").sum(), "unsent", (said == "unsent").sum(),
                      "unconfirmed", (said == "unconfirmed").sum())
                print("message", stop)
                print("threads", [t.name for t in threading.enumerate() if t.name == "hubframe"])
                print("same", hubframe.last_result() is result)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT can't be sent to a child alone on Windows")
@pytest.mark.parametrize(("latency", "signals"), [(0.3, 1), (60, 2)])
def test_ctrl_c_in_a_script_keeps_what_was_done(tmp_path, latency, signals):
    script = tmp_path / "update.py"
    script.write_text(textwrap.dedent(SCRIPT.format(latency=latency)))
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ.copy())
    for heard in ("started\n", "stopping\n")[:signals]:
        while process.stdout.readline() != heard:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=50)
    told = dict(line.split(" ", 1) for line in out.splitlines() if " " in line)
    assert told["wrong"].startswith("0 updated")
    assert "to go on" in told["message"]
    assert told["threads"] == "[]"
    assert told["same"] == "True"
    if signals == 2:
        assert not told["wrong"].endswith("unconfirmed 0")
    assert process.returncode == 0


def test_interrupted_is_a_keyboard_interrupt_with_the_frame():
    stop = hubframe.Interrupted("stopped", result=None)
    assert isinstance(stop, KeyboardInterrupt)
    assert not isinstance(stop, Exception)
