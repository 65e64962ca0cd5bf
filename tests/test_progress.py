"""The bar counts rows, ends full where every row is accounted for, and prints nothing when told so."""

import pandas as pd
import pytest

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


def test_a_display_that_fails_does_not_end_a_run_that_writes(local, connection):
    df = frame(local, 300)

    def display(progress):
        if progress.rows_done:
            raise RuntimeError("the display broke")

    with pytest.warns(hubframe.HubframeWarning, match="the display broke"):
        result = df.hubspot.batch_update("contacts", write="all", progress=display)
    assert set(result["hubspot_status"]) == {"updated"}
