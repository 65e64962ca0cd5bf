"""What a run's journal was told, it tells; the oldest old value stays the first."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe import journal
from hubframe.journal import OPEN, OldValues, RowBlock, RunHeader, Sent, SettledRow
from hubframe.results.outcomes import STATUSES, Problem

NAMES = ("firstname", "lastname")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
numbers = itertools.count()
on_disk = settings(deadline=None, max_examples=40)  # a commit waits for the disk


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path))


def header(rows=3, **facts):
    run_id = f"44237313-20261123T1302-{next(numbers):04x}"
    return RunHeader(**{"run_id": run_id, "account_id": "44237313", "object_type": "contacts"} | facts, rows=rows)


def block(rows=3, first=0):
    cells = [[f"Juniper {row}" for row in range(rows)], [None] * rows]
    return RowBlock(first, [str(100 + row) for row in range(rows)], list(range(rows)), cells)


def new_run(rows=3, **facts):
    return journal.create_run(header(rows, properties=NAMES, **facts), [block(rows)])


def problem(message="no"):
    raw = {"message": message, "context": {"ids": ["1"]}}
    return Problem("VALIDATION_ERROR", "INVALID", message, "firstname", "x", "Mend it.", "c-1", raw)


@on_disk
@given(
    st.lists(st.tuples(st.none() | ANY_TEXT, ANY_TEXT, st.none() | ANY_TEXT, st.none() | ANY_TEXT), max_size=9),
    st.integers(1, 4),
    ANY_TEXT,
)
def test_rows_come_back_with_every_text_whatever_the_blocks(rows, size, call):
    told = header(len(rows), properties=NAMES, call=call, index_names=(call, pd.NaT), id_property="email")
    blocks = []
    for start in range(0, len(rows), size):
        addresses, labels, *cells = (list(column) for column in zip(*rows[start : start + size], strict=True))
        blocks.append(RowBlock(start, addresses, labels, cells))
    leaders = {1: 0} if len(rows) > 1 else {}
    with journal.create_run(told, blocks, same_as=leaders):
        pass
    with journal.open_run(told.run_id) as found:
        assert found.header == told
        assert found.end is None
        for position, (row, expected) in enumerate(zip(found.rows(), rows, strict=True)):
            address, label, *texts = expected
            sent = {name: text for name, text in zip(NAMES, texts, strict=True) if text is not None}
            assert row == (position, address, label, sent, leaders.get(position))


def test_rows_without_properties_are_rows():
    told = header(2, properties=())
    with journal.create_run(told, [RowBlock(0, ["1", "2"], ["a", "b"], [])]) as run:
        assert [(row.label, row.texts) for row in run.rows()] == [("a", {}), ("b", {})]


@on_disk
@given(
    st.lists(
        st.tuples(st.sampled_from(STATUSES), st.none() | st.just("101"), st.lists(ANY_TEXT, max_size=2)), max_size=6
    )
)
def test_outcomes_come_back_with_every_problem(outcomes):
    rows = [
        SettledRow(position, status, record, "2026-11-23T13:02:03Z", position, tuple(map(problem, messages)))
        for position, (status, record, messages) in enumerate(outcomes)
    ]
    told = header(len(rows), properties=NAMES)
    with journal.create_run(told, [block(len(rows))], settled=rows[:2]) as run:
        run.settled(rows[2:])
    with journal.read_run(told.run_id) as found:
        assert list(found.outcomes()) == rows


def test_what_a_million_rows_share_is_kept_once():
    with new_run(50) as run:
        cause = (problem("The daily limit is used up."),)
        run.settled(SettledRow(row, "unsent", problems=cause) for row in range(25))
        for row in range(25, 50):
            run.settled([SettledRow(row, "unsent", problems=(problem("The daily limit is used up."),))])
        assert run._connection.execute("SELECT count(*) FROM problems").fetchone() == (1,)
        assert all(row.problems == cause for row in run.outcomes())


def test_rows_can_be_asked_for_by_status_while_others_are_settled():
    with new_run(12_000) as run:
        run.settled([SettledRow(0, "updated"), SettledRow(1, "unsent")])
        assert run.counts() == {"updated": 1, "unsent": 1, OPEN: 11_998}
        seen = []
        for row in run.rows({OPEN, "unsent"}):
            seen.append(row.position)
            if row.position % 1000 == 999:
                run.settled([SettledRow(row.position, "updated")])
        assert seen == list(range(1, 12_000))
        assert [row.position for row in run.rows({"updated"})] == [0, *range(999, 12_000, 1000)]
        assert list(run.rows(())) == []


def test_a_row_is_in_flight_from_its_sending_to_its_outcome():
    with new_run() as run:
        assert run.in_flight() == {}
        run.sending([0, 1], ["100", None], [{"firstname": "juniper"}, None], [{"firstname": "J"}, {"lastname": "H"}])
        assert run.in_flight() == {
            0: Sent(0, "100", {"firstname": "juniper"}, {"firstname": "J"}),
            1: Sent(1, None, None, {"lastname": "H"}),
        }
        run.settled([SettledRow(0, "unsent")])
        assert list(run.in_flight()) == [1]
        run.sending([0], ["100"], [{"firstname": "J"}], [{"firstname": "J"}])  # sent again: it is open again
        assert run.in_flight()[0] == Sent(0, "100", {"firstname": "juniper"}, {"firstname": "J"}, 2)
        assert run.counts() == {OPEN: 3}
        run.settled([SettledRow(0, "unconfirmed")])  # nobody knows, as before
        assert run.in_flight()[0] == Sent(0, "100", {"firstname": "juniper"}, {"firstname": "J"}, 2)


def test_what_was_blank_is_known_and_what_was_not_read_is_not():
    with new_run() as run:
        blank = {"firstname": ""}
        run.sending([0, 1, 2], ["100", "101", "102"], [blank, None, {}], [{"firstname": "J"}] * 3)
        assert list(journal.old_values([run])) == [
            OldValues("100", {"firstname": ""}, {"firstname": ("J",)}, ((run.header.run_id, 0),)),
            OldValues("101", {}, {}, ((run.header.run_id, 1),), unknown=("firstname",)),
            OldValues("102", {}, {}, ((run.header.run_id, 2),), unknown=("firstname",)),
        ]


def test_an_old_value_is_never_replaced_within_a_run():
    with new_run() as run:
        run.sending([0], ["100"], [{"lifecyclestage": "customer"}], [{"lifecyclestage": ""}])
        run.sending([0], ["100"], [{"firstname": "juniper"}], [{"lifecyclestage": "lead", "firstname": "Juniper"}])
        (found,) = journal.old_values([run])
        assert found.before == {"lifecyclestage": "customer", "firstname": "juniper"}
        assert found.written == {"lifecyclestage": ("", "lead"), "firstname": ("Juniper",)}


def test_across_linked_runs_the_oldest_value_wins_whatever_order_records_come_in():
    with new_run() as first, new_run(kind="retry") as second, new_run(kind="retry") as third:
        first.sending([0, 1], ["9", "10"], [{"firstname": "a"}, None], [{"firstname": "A"}, {"firstname": "B"}])
        read = [{"firstname": "B"}, {"firstname": "A", "lastname": "h"}]
        second.sending([5, 6], ["10", "9"], read, [{"firstname": "C"}] * 2)
        third.sending([7], ["9"], [{"firstname": "C", "lastname": "h"}], [{"firstname": "C", "lastname": "H"}])
        one, two, three = (run.header.run_id for run in (first, second, third))
        assert list(journal.old_values([first, second, third])) == [
            OldValues("10", {}, {}, ((one, 1), (two, 5)), unknown=("firstname",)),
            OldValues(
                "9",
                {"firstname": "a", "lastname": "h"},
                {"firstname": ("A", "C"), "lastname": ("H",)},
                ((one, 0), (two, 6), (three, 7)),
            ),
        ]
        assert [found.record_id for found in journal.old_values([second])] == ["10", "9"]


@on_disk
@given(st.lists(st.tuples(st.sampled_from("abc"), ANY_TEXT, ANY_TEXT), max_size=12), st.data())
def test_the_first_old_value_of_each_record_wins_however_the_writes_are_spread(writes, data):
    expected = {}
    cut = data.draw(st.integers(0, len(writes)))  # it may end the example: nothing is open yet
    runs = [new_run(), new_run()]
    try:
        for number, (record, old, new) in enumerate(writes):
            runs[number >= cut].sending([0], [record], [{"firstname": old}], [{"firstname": new}])
            expected.setdefault(record, old)
        found = {old.record_id: old.before["firstname"] for old in journal.old_values(runs)}
    finally:
        for run in runs:
            run.close()
    assert found == expected


def test_a_run_ends_once_it_says_so_and_goes_on_when_it_says_so():
    with new_run() as run:
        run.keep("url_prefix", "https://app.hubspot.com/contacts/44237313/record/0-1/")
        run.finished("daily_limit")
        assert run.end.how == "daily_limit"
        assert run.end.at.tzinfo is not None
        run.goes_on()
        assert run.end is None
        run.finished()
    with journal.open_run(run.header.run_id) as found:
        assert found.end.how == "complete"
        assert found.kept("url_prefix").endswith("0-1/")
        assert found.kept("another") is None


def test_what_the_rows_raise_passes_through_and_leaves_nothing():
    def rows():
        yield block()
        raise ZeroDivisionError

    told = header(properties=NAMES)
    with pytest.raises(ZeroDivisionError):
        journal.create_run(told, rows())
    assert list(journal.journal_folder().iterdir()) == []


def test_a_closed_journal_takes_nothing_more():
    run = new_run()
    run.close()
    run.close()
    with pytest.raises(journal.JournalFailed):
        run.settled([SettledRow(0, "updated")])
