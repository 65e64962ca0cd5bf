"""A run's file: private, one owner at a time, never overwritten when damaged, listed and forgotten."""

import datetime
import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

from hubframe import HubframeError, journal
from hubframe.journal import RowBlock, RunHeader, SettledRow, file
from hubframe.results.outcomes import STATUSES

RUN = "44237313-20261123T1302-7f3a"
POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
NOW = datetime.datetime(2026, 11, 23, 13, 2, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("hubframe.journal.file.WAIT_SECONDS", 0.01)
    return tmp_path / "home"


def new_run(run_id=RUN, rows=200, **facts):
    known = {"account_id": "44237313", "object_type": "contacts", "properties": ("firstname",), "started_at": NOW}
    told = RunHeader(run_id=run_id, rows=rows, **known | facts)
    return journal.create_run(told, [RowBlock(0, ["1"] * rows, list(range(rows)), [["Juniper"] * rows])])


def past_run(run_id=RUN, days=0, **facts):
    with new_run(run_id, **facts) as run:
        path = run.path
    moment = NOW.timestamp() - days * 86_400
    os.utime(path, (moment, moment))
    return path


def in_another_process(code):
    lines = f"from hubframe import journal\nimport sys\n{code}"
    command = [sys.executable, "-c", lines]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("name", ["plain", "with spaces", "Wacholder-ß-杜松 #1?%20"])
def test_the_folder_is_hubframe_home_whatever_its_name(monkeypatch, tmp_path, name):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path / name))
    assert journal.journal_folder() == tmp_path / name / "runs"
    assert not (tmp_path / name).exists()
    path = past_run()
    assert path.parent == tmp_path / name / "runs"
    journal.open_run(RUN).close()
    assert journal.runs()["path"].tolist() == [str(path)]


def test_without_it_the_folder_is_the_users_own(monkeypatch):
    monkeypatch.delenv("HUBFRAME_HOME")
    folder = journal.journal_folder()
    assert folder.name == "runs"
    assert "hubframe" in folder.parts
    assert folder.is_absolute()


def test_a_home_may_begin_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("HUBFRAME_HOME", "~/hubframe")
    assert journal.journal_folder() == tmp_path / "hubframe" / "runs"


@POSIX
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_nobody_else_can_read_it_whatever_the_umask(umask, home):
    home.mkdir()
    before = os.umask(umask)
    try:
        run = new_run()
        run.settled([SettledRow(0, "updated")])
        modes = {path.suffix: path.stat().st_mode & 0o777 for path in run.path.parent.iterdir()}
        folder = run.path.parent.stat().st_mode & 0o777
        run.close()
    finally:
        os.umask(before)
    assert modes == {".sqlite": 0o600, ".json": 0o600, ".sqlite-journal": 0o600}
    assert folder == 0o700


@POSIX
def test_a_file_is_private_from_its_first_moment(monkeypatch):
    modes = []
    create = os.open

    def spy(path, flags, mode=0o777, **more):
        opened = create(path, flags, mode, **more)
        modes.append(os.fstat(opened).st_mode & 0o777)
        return opened

    monkeypatch.setattr(os, "open", spy)
    before = os.umask(0)
    try:
        past_run()
    finally:
        os.umask(before)
    assert modes == [0o600, 0o600]


@pytest.mark.parametrize("where", ["home", "runs"])
def test_a_folder_that_is_a_file_is_told_before_anything_is_sent(home, where):
    home.parent.mkdir(exist_ok=True)
    place = home if where == "home" else home / "runs"
    place.parent.mkdir(exist_ok=True)
    place.write_text("not a folder", encoding="utf-8")
    with pytest.raises(journal.JournalError) as caught:
        new_run()
    assert isinstance(caught.value, HubframeError)
    assert isinstance(caught.value, OSError)
    message = str(caught.value)
    assert "nothing was sent" in message
    for following in ("HUBFRAME_HOME", "connect(journal=False)", "HUBFRAME_JOURNAL=off"):
        assert following in message.split("Next:")[1]
    assert journal.runs().empty


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that root can't write")
def test_a_folder_that_cant_be_written_is_told(monkeypatch):
    monkeypatch.setenv("HUBFRAME_HOME", "/proc/self")
    with pytest.raises(journal.JournalError, match="Next: set HUBFRAME_HOME"):
        new_run()


def test_a_file_system_without_locks_is_told(monkeypatch):
    def refused(path):
        raise journal.RunIsLive("locked")

    monkeypatch.setattr("hubframe.journal.run_journal.hold", refused)
    with pytest.raises(journal.JournalError, match="no file can be locked there") as caught:
        new_run()
    assert not isinstance(caught.value, journal.RunIsLive)
    assert list(journal.journal_folder().iterdir()) == []


def test_the_lock_is_there_before_anything_is_written_and_until_the_end():
    past_run()
    with journal.open_run(RUN):
        for attempt in (journal.open_run, journal.forget, lambda run_id: journal.read_run(run_id).__enter__()):
            with pytest.raises(journal.RunIsLive, match=RUN):
                attempt(RUN)
        line = journal.runs().iloc[0]
        assert line["live"]
        with pytest.raises(journal.RunIsLive):  # looking at it has not unlocked it
            journal.open_run(RUN)
    journal.open_run(RUN).close()


def test_another_process_sees_a_live_run_and_disturbs_nothing():
    code = f"""
for attempt in (journal.open_run, journal.forget):
    try:
        attempt({RUN!r})
    except journal.RunIsLive as error:
        print(type(error).__name__)
print(journal.runs()[["live", "finished", "object_type", "rows"]].values.tolist(), journal.forget_old())
"""
    with new_run() as run:
        with in_another_process(code) as other:
            said, _ = other.communicate()
        assert said.split("\n")[:2] == ["RunIsLive", "RunIsLive"]
        assert said.split("\n")[2] == "[[True, False, 'contacts', 200]] []"
        run.settled([SettledRow(0, "updated")])
    assert journal.runs()["updated"].tolist() == [1]


def test_of_two_processes_at_once_one_gets_the_run():
    past_run()
    code = f"""
try:
    run = journal.open_run({RUN!r})
    print("mine", flush=True)
except journal.RunIsLive:
    print("live", flush=True)
sys.stdin.readline()
"""
    both = [in_another_process(code) for _ in range(2)]
    said = sorted(process.stdout.readline().strip() for process in both)
    for process in both:
        process.communicate("\n")
    assert said == ["live", "mine"]


def test_of_two_calls_at_once_one_gets_the_run_however_evenly_they_begin(monkeypatch):
    """SQLite's own wait has them get into each other's way every time, about once in six: then nobody gets it."""
    monkeypatch.setattr(file, "WAIT_SECONDS", 0.3)
    past_run()
    for _ in range(20):
        start, told = threading.Barrier(2), []

        def take(start=start, told=told):
            start.wait()
            try:
                held = journal.open_run(RUN)
            except journal.RunIsLive:
                told.append("live")
            else:
                told.append("mine")
                start.wait()
                held.close()
                return
            start.wait()

        both = [threading.Thread(target=take) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(told) == ["live", "mine"]


def test_a_run_that_is_read_can_be_read_by_others_and_taken_by_nobody():
    past_run()
    with journal.read_run(RUN) as one, journal.read_run(RUN) as two:
        assert one.counts() == two.counts() == {"open": 200}
        with pytest.raises(journal.RunIsLive):
            journal.open_run(RUN)


DAMAGES = {
    "text": lambda content: b"Dear juniper," * 1000,
    "no content": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "cut in the head": lambda content: content[:50],
    "zeros from page 2 on": lambda content: content[:4096] + bytes(len(content) - 4096),
    "noise in the middle": lambda content: content[:8192] + os.urandom(4096) + content[12288:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_listed_left_alone_and_can_be_forgotten(damage):
    path = past_run()
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(journal.JournalDamaged, match=r"hubframe\.forget"):
        journal.open_run(RUN)
    line = journal.runs().iloc[0]
    assert (line["run_id"], line["account"], line["live"], line["finished"]) == (RUN, "44237313", False, False)
    assert path.read_bytes() == before
    assert [other.name for other in path.parent.iterdir() if "journal" in other.name] == []
    journal.forget(RUN)
    assert list(path.parent.iterdir()) == []


def test_another_programs_database_is_no_journal():
    path = past_run()
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE rows (position)")
    other.close()
    with pytest.raises(journal.JournalDamaged, match="it is none"):
        journal.open_run(RUN)
    assert journal.runs()["ended"].str.startswith("damaged").all()


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM facts", "UPDATE facts SET value = '{'", "UPDATE facts SET value = '[]'", "DROP TABLE facts"],
)
def test_a_journal_without_its_facts_is_damaged(sql):
    path = past_run()
    with sqlite3.connect(path) as other:
        other.execute(sql)
    other.close()
    with pytest.raises(journal.JournalDamaged):
        journal.open_run(RUN)
    assert journal.runs()["object_type"].tolist() == ["contacts"]  # the facts beside it


@pytest.mark.parametrize("column", ["label", "texts"])
def test_a_row_that_is_no_json_is_damage_not_a_crash(column):
    path = past_run()
    with sqlite3.connect(path) as other:
        other.execute(f"UPDATE rows SET {column} = '[\"' WHERE position = 150")
    other.close()
    with journal.open_run(RUN) as run, pytest.raises(journal.JournalDamaged):
        list(run.rows())


def test_what_goes_wrong_in_a_readers_own_code_is_not_the_journals():
    past_run()
    with pytest.raises(ValueError, match="not in list"), journal.read_run(RUN) as run:
        [["needle"].index("no such leaf") for _ in run.rows()]


def test_a_newer_hubframes_journal_is_not_touched():
    path = past_run()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 2")
    other.close()
    before = path.read_bytes()
    with pytest.raises(journal.JournalError, match="pip install --upgrade hubframe") as caught:
        journal.open_run(RUN)
    assert not isinstance(caught.value, journal.JournalDamaged)
    assert "newer hubframe" in journal.runs()["ended"].iloc[0]
    assert path.read_bytes() == before


@pytest.mark.parametrize("run_id", [RUN, "../../etc/passwd", "", "a/b", "a.b", "a\0b"])
@pytest.mark.parametrize("ask", [journal.open_run, journal.forget, journal.linked_runs])
def test_a_run_that_is_not_there(run_id, ask):
    with pytest.raises(journal.UnknownRun, match=r"hubframe\.runs\(\)"):
        ask(run_id)


def test_runs_are_a_frame_of_fixed_dtypes_newest_first():
    nothing = journal.runs()
    assert list(nothing.columns) == [
        *("run_id", "started_at", "account", "object_type", "kind", "parent", "rows"),
        *STATUSES,
        *("open", "finished", "live", "ended", "bytes", "path"),
    ]
    past_run("44237313-20261101T0900-0001", started_at=NOW - datetime.timedelta(days=22))
    with new_run("44237313-20261123T1302-0002", kind="retry", parent="44237313-20261101T0900-0001") as run:
        run.settled([SettledRow(0, "updated"), SettledRow(1, "failed")])
        run.finished("daily_limit")
    with new_run("44237313-20261124T1302-0003", started_at=NOW + datetime.timedelta(days=1)) as live:
        (live.path.parent / "44237313-20261020T0000-0004.sqlite").write_bytes(b"nonsense" * 100)
        (live.path.parent / "notes.txt").write_text("mine", encoding="utf-8")
        found = journal.runs()
    assert found.dtypes.tolist() == nothing.dtypes.tolist()
    assert found["run_id"].str[-4:].tolist() == ["0003", "0002", "0001", "0004"]
    assert found["live"].tolist() == [True, False, False, False]
    assert found["finished"].tolist() == [False, True, False, False]
    assert found["ended"].tolist()[:3] == ["going on", "daily_limit", "cut off"]
    assert found["updated"].fillna(-1).tolist() == [-1, 1, 0, -1]
    assert found["open"].fillna(-1).tolist() == [-1, 198, 200, -1]
    assert found["started_at"].iloc[1] == pd.Timestamp("2026-11-23T13:02")
    assert found["started_at"].iloc[3] == pd.Timestamp("2026-10-20")  # its name tells
    assert found["parent"].iloc[1] == "44237313-20261101T0900-0001"
    assert (found["bytes"] > 0).all()


def test_the_facts_beside_a_run_hold_no_token_and_no_customers_values():
    path = past_run()
    facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert "Juniper" not in json.dumps(facts)
    assert not {"token", "headers", "authorization"} & set(facts)


def test_linked_runs_are_a_family_without_its_undos():
    past_run("a", started_at=NOW)
    past_run("b", kind="retry", parent="a", started_at=NOW + datetime.timedelta(hours=1))
    past_run("c", kind="resume", parent="b", started_at=NOW + datetime.timedelta(hours=2))
    past_run("d", kind="retry", parent="a", started_at=NOW + datetime.timedelta(hours=3))
    past_run("u", kind="undo", parent="a", started_at=NOW + datetime.timedelta(hours=4))
    past_run("v", kind="retry", parent="u", started_at=NOW + datetime.timedelta(hours=5))
    past_run("x", kind="retry", parent="y")
    past_run("y", kind="retry", parent="x")
    past_run("z", kind="retry", parent="forgotten")
    for run_id in "abcd":
        assert [header.run_id for header in journal.linked_runs(run_id)] == list("abcd")
    assert [header.run_id for header in journal.linked_runs("v")] == ["u", "v"]
    assert "x" in [header.run_id for header in journal.linked_runs("x")]
    assert [header.run_id for header in journal.linked_runs("z")] == ["z"]


def test_runs_are_forgotten_after_30_days_but_no_live_one_and_none_a_younger_one_needs():
    past_run("old", days=31)
    past_run("young", days=29)
    past_run("retried", days=40)
    past_run("retry", days=1, kind="retry", parent="retried")
    damaged = past_run("damaged", days=31)
    damaged.write_bytes(b"nonsense" * 100)
    os.utime(damaged, (0, 0))
    with new_run("live") as live:
        os.utime(live.path, (0, 0))
        assert sorted(journal.forget_old(NOW)) == ["damaged", "old"]
        assert sorted(journal.runs()["run_id"]) == ["live", "retried", "retry", "young"]
    assert {path.stem for path in journal.journal_folder().iterdir()} == {"live", "retried", "retry", "young"}
    later = NOW + datetime.timedelta(days=60)
    assert sorted(journal.forget_old(later)) == ["live", "retried", "retry", "young"]
    assert journal.forget_old(later) == []
    assert journal.runs().empty
