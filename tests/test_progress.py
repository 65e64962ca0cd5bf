"""The bar counts rows, ends full where every row is accounted for, and prints nothing when told so."""

import asyncio
import functools
import re

import pandas as pd
import pytest
import tqdm.auto
import tqdm.std

import hubframe
from hubframe.delivery.run import Progress
from hubframe.progress import ProgressBar


def frame(local, rows):
    ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(rows)]
    return pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})


def test_the_bar_ends_full_and_one_line_follows(local, connection, capsys):
    df = pd.concat([frame(local, 150), pd.DataFrame({"hs_object_id": ["x"], "firstname": ["y"]})])
    df.hubspot.batch_update("contacts")
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.replace("\r", "\n").strip().splitlines()
    assert "151/151" in lines[-2]
    assert "100%" in lines[-2]
    assert "1 refused" in lines[-2]
    assert lines[-1].startswith("HubSpot account 44237313 (developer test), contacts: 150 updated, 1 invalid.")
    assert lines[-1].endswith("Next: result.hubspot.failed  # correct these in result, then result.hubspot.retry()")


def test_a_callable_gets_progress_that_ends_with_every_row_done(local, connection):
    seen = []
    frame(local, 120).hubspot.batch_update("contacts", progress=seen.append)
    assert all(isinstance(progress, Progress) for progress in seen)
    assert seen[-1].rows_done == seen[-1].rows_total == 120
    assert seen[-1].counts["updated"] == 120
    assert [p.rows_done for p in seen] == sorted(p.rows_done for p in seen)


def test_an_empty_frame_shows_no_bar(local, connection, capsys):
    frame(local, 1).iloc[:0].hubspot.batch_update("contacts")
    told = capsys.readouterr()
    assert "%|" not in told.err
    assert "no rows" in told.err


def test_a_bar_says_what_it_waits_for(capsys):
    bar = ProgressBar("Updating contacts")
    counts = {"failed": 2, "invalid": 1}
    bar(Progress(100, 40, counts, waiting_seconds=7.2))
    bar(Progress(100, 60, counts, stopping=True))
    bar.close()
    told = capsys.readouterr().err
    assert "3 refused, waiting 7 s for HubSpot's limit" in told
    assert "stopping, waiting for requests on the way" in told


def test_the_rate_is_that_of_the_whole_run(monkeypatch, capsys):
    clock = [1000.0]
    monkeypatch.setattr("tqdm.std.time", lambda: clock[0])
    monkeypatch.setattr("hubframe.progress.time.time", lambda: clock[0])
    bar = ProgressBar("Reading contacts")
    clock[0] += 10
    bar(Progress(0, 200, {}))
    bar(Progress(300, 300, {}))
    bar.close()
    assert "300/300 [00:10<00:00, 30.00 rows/s]" in capsys.readouterr().err


def test_a_bar_that_the_environment_switches_off_is_no_trouble(monkeypatch, capsys):
    monkeypatch.setattr("tqdm.auto.tqdm", functools.partial(tqdm.std.tqdm, disable=True))
    bar = ProgressBar("Reading contacts")
    bar(Progress(0, 200, {}))
    bar(Progress(300, 300, {}))
    bar.close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("progress", ["yes", [], None, 1, 0], ids=repr)
def test_progress_is_a_switch_or_a_callable_and_anything_else_an_error_before_anything_is_sent(
    local, connection, progress
):
    df = frame(local, 1)
    asked = len(local.requests)
    wrong = re.escape(f"progress={progress!r} must be True (a bar and a closing line), False (neither) or a callable")
    for call in (
        lambda: df.hubspot.batch_update("contacts", progress=progress),
        lambda: df.hubspot.plan_update("contacts", progress=progress),
        lambda: hubframe.read("contacts", progress=progress),
        lambda: asyncio.run(hubframe.read_async("contacts", progress=progress)),
        lambda: asyncio.run(df.hubspot.batch_update_async("contacts", progress=progress)),
    ):
        with pytest.raises(hubframe.PlanError, match=wrong):
            call()
    assert len(local.requests) == asked
    result = df.hubspot.batch_update("contacts", progress=False)
    runs, asked = len(hubframe.runs()), len(local.requests)
    for call in (
        lambda: hubframe.undo(result["hubspot_run"].iloc[0], progress=progress),
        lambda: hubframe.resume(result["hubspot_run"].iloc[0], progress=progress),
        lambda: result.hubspot.undo(progress=progress),
    ):
        with pytest.raises(hubframe.PlanError, match=wrong):
            call()
    assert (len(hubframe.runs()), len(local.requests)) == (runs, asked)


def test_a_display_that_fails_does_not_end_a_run_that_writes(local, connection):
    df = frame(local, 300)

    def display(progress):
        if progress.rows_done:
            raise RuntimeError("the display broke")

    with pytest.warns(hubframe.HubframeWarning, match="the display broke"):
        result = df.hubspot.batch_update("contacts", write="all", progress=display)
    assert set(result["hubspot_status"]) == {"updated"}
