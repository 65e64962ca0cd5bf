"""Nothing that a journal has taken is lost: the process is killed, the disk is full, the folder goes."""

import json
import os
import random
import re
import shutil
import subprocess
import sys

import pytest

from hubframe import journal
from hubframe.journal import RowBlock, RunHeader, SettledRow
from hubframe.results.outcomes import Problem

RUN = "44237313-20261123T1302-7f3a"
ROWS = 20_000
SIZE = 100

# Says what it begins and, once the journal has returned, what it has done; whoever reads may kill it at any line.
WORKER = f"""
from hubframe import journal
from hubframe.journal import RowBlock, RunHeader, SettledRow

def say(*words):
    print(*words, flush=True)

def blocks():
    for first in range(0, {ROWS}, 500):
        rows = range(first, first + 500)
        say("block")
        yield RowBlock(first, [str(row) for row in rows], list(rows), [[f"Juniper {{row}}" for row in rows]])

say("begin")
facts = dict(account_id="44237313", object_type="contacts", properties=("firstname",))
run = journal.create_run(RunHeader(run_id={RUN!r}, rows={ROWS}, **facts), blocks())
say("recorded")
for first in range(0, {ROWS}, {SIZE}):
    rows = range(first, first + {SIZE})
    run.sending(rows, map(str, rows), [{{"firstname": f"juniper {{row}}"}} for row in rows],
                [{{"firstname": f"Juniper {{row}}"}} for row in rows])
    say("sent", first)
    run.settled([SettledRow(row, "updated", str(row), None, 1) for row in rows])
    say("settled", first)
run.finished()
say("finished")
run.close()
"""


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path))


def killed_after(lines):
    """Start a run, kill it once it has said so many lines; return all it said before it died."""
    process = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True)
    said = []
    with process:
        for line in process.stdout:
            said.append(line.split())
            if len(said) == lines:
                process.kill()
    return said


def rows_said(said, what):
    return {int(words[1]) + row for words in said if words[0] == what for row in range(SIZE)}


def check_nothing_is_lost(said):
    frame = journal.runs()
    done = {word[0] for word in said}
    assert not frame["live"].any()
    try:
        run = journal.open_run(RUN)
    except (journal.UnknownRun, journal.JournalDamaged):
        assert "recorded" not in done
        return
    with run:
        rows = list(run.rows())
        assert [row.position for row in rows] == list(range(ROWS))
        assert rows[-1].texts == {"firstname": f"Juniper {ROWS - 1}"}
        settled = {outcome.position for outcome in run.outcomes()}
        assert settled >= rows_said(said, "settled")
        told = rows_said(said, "sent")
        recorded = settled | set(run.in_flight())
        assert told <= recorded
        assert len(recorded - told) in (0, SIZE)  # a commit that was through before it could say so
        assert len(recorded - settled) in (0, SIZE)
        old = {found.record_id: found.before["firstname"] for found in journal.old_values([run])}
        assert old == {str(row): f"juniper {row}" for row in recorded}
        if "finished" in done:
            assert run.end.how == "complete"
        run.settled([SettledRow(row, "unconfirmed") for row in run.in_flight()])  # it goes on


LINES = 2 + ROWS // 500 + 2 * ROWS // SIZE + 1


def kills(count, seed):
    return [random.Random(f"{seed}{number}").randrange(1, LINES) for number in range(count)]


@pytest.mark.parametrize("lines", [20, *kills(4, "journal")])
def test_what_was_taken_before_a_kill_is_there(lines):
    check_nothing_is_lost(killed_after(lines))


@pytest.mark.soak
@pytest.mark.parametrize("lines", [1, 2, LINES, *kills(57, "soak")])
def test_what_was_taken_before_any_of_many_kills_is_there(lines):
    check_nothing_is_lost(killed_after(lines))


def new_run(rows=1000):
    header = RunHeader(run_id=RUN, account_id="44237313", object_type="contacts", rows=rows, properties=("firstname",))
    return journal.create_run(header, [RowBlock(0, ["1"] * rows, list(range(rows)), [["Juniper"] * rows])])


def fill(run, rows=1000):
    """Write until the journal fails; return the positions it has taken."""
    taken = []

    def send_all():
        for row in range(rows):
            run.sending([row], [str(row)], [{"firstname": "juniper" * 50}], [{"firstname": "Juniper"}])
            taken.append(row)

    with pytest.raises(journal.JournalFailed, match=re.escape(f'hubframe.resume("{RUN}")')):
        send_all()
    return taken


def test_a_full_disk_stops_the_writing_and_loses_nothing():
    with new_run() as run:
        pages = run._connection.execute("PRAGMA page_count").fetchone()[0]
        run._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        taken = fill(run)
        assert 0 < len(taken) < 100
        with pytest.raises(journal.JournalFailed):
            run.settled(SettledRow(row, "updated", "x" * 999) for row in range(1000))  # more than a page
        run._connection.execute("PRAGMA max_page_count = 1000000")  # room again
        run.settled([SettledRow(taken[0], "updated")])
    with journal.open_run(RUN) as found:
        assert sorted(found.in_flight()) == taken[1:]
        assert [outcome.position for outcome in found.outcomes()] == taken[:1]


def test_a_problem_that_was_taken_back_is_not_taken_for_kept():
    cause = (Problem("LIMIT", "LIMIT", "Too much."),)

    def broken():
        yield SettledRow(0, "failed", problems=cause)
        raise OverflowError

    with new_run() as run:
        with pytest.raises(journal.JournalFailed):
            run.settled(broken())
        assert list(run.outcomes()) == []
        run.settled([SettledRow(0, "failed", problems=cause)])
        assert next(run.outcomes()).problems == cause


LIMITED = """
import json, resource, sys
from hubframe import journal
from tests.test_journal_survival import new_run, RUN
if "create" in sys.argv:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        new_run()
    except journal.JournalError as error:
        print(json.dumps([type(error).__name__, str(error)]))
else:
    run = new_run()
    most = run.path.stat().st_size + 50_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    taken = []
    try:
        for row in range(1000):
            run.sending([row], [str(row)], [{"firstname": "juniper" * 50}], [{"firstname": "Juniper"}])
            taken.append(row)
    except journal.JournalFailed as error:
        print(json.dumps(taken))
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit of a file's size")
@pytest.mark.parametrize("when", ["create", "later"])
def test_where_the_system_refuses_to_write(when):
    told = subprocess.run([sys.executable, "-c", LIMITED, when], capture_output=True, text=True, check=True)
    said = json.loads(told.stdout)
    if when == "create":
        assert said[0] == "JournalError"
        assert "nothing was sent" in said[1]
        assert list(journal.journal_folder().iterdir()) == []
    else:
        assert len(said) > 10
        with journal.open_run(RUN) as run:
            assert sorted(run.in_flight()) == said


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no open file")
def test_a_journal_that_is_gone_is_no_journal():
    with new_run() as run:
        run.settled([SettledRow(0, "updated")])
        shutil.rmtree(journal.journal_folder())
        with pytest.raises(journal.JournalFailed, match=r"hubframe\.resume"):
            run.settled([SettledRow(1, "updated")])


def test_an_interrupt_in_the_middle_of_a_commit_takes_it_back_whole():
    def interrupted():
        yield SettledRow(0, "updated")
        raise KeyboardInterrupt

    with new_run() as run:
        with pytest.raises(KeyboardInterrupt):
            run.settled(interrupted())
        assert list(run.outcomes()) == []
        run.settled([SettledRow(0, "updated")])
        assert len(list(run.outcomes())) == 1
