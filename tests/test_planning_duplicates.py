"""Rows with one id: those that agree are sent once, the policy decides for the others, each has one fate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.planning.duplicates import resolve_duplicates

POLICIES = ["refuse", "first", "last"]


def decide(ids, contents, policy="refuse"):
    return resolve_duplicates(ids, lambda rows: [contents[row] for row in rows], policy, lambda row: f"#{row}")


def fates(ids, contents, policy):
    decided = decide(ids, contents, policy)
    told = {}
    for row in range(len(ids)):
        found = [
            *([f"as {decided.same_as[row]}"] if row in decided.same_as else []),
            *(["refused"] if row in decided.refused else []),
            *(["superseded"] if row in decided.superseded else []),
        ]
        assert len(found) <= 1
        told[row] = found[0] if found else "sent"
    return list(told.values())


@pytest.mark.parametrize(
    ("rows", "refuse", "first", "last"),
    [
        ("", [], [], []),
        ("1A", ["sent"], ["sent"], ["sent"]),
        ("1A 2A", ["sent", "sent"], ["sent", "sent"], ["sent", "sent"]),
        ("-A -B", ["sent", "sent"], ["sent", "sent"], ["sent", "sent"]),  # no id: no duplicate of anything
        ("1A 1A", ["sent", "as 0"], ["sent", "as 0"], ["as 1", "sent"]),
        ("1A 1B", ["refused", "refused"], ["sent", "superseded"], ["superseded", "sent"]),
        (
            "1A 1B 1A",
            ["refused", "refused", "refused"],
            ["sent", "superseded", "as 0"],
            ["as 2", "superseded", "sent"],
        ),
        (
            "1A 2A 1B 2A 3A",
            ["refused", "sent", "refused", "as 1", "sent"],
            ["sent", "sent", "superseded", "as 1", "sent"],
            ["superseded", "as 3", "sent", "sent", "sent"],
        ),
    ],
)
def test_fates(rows, refuse, first, last):
    ids = [None if row[0] == "-" else row[0] for row in rows.split()]
    contents = [row[1] for row in rows.split()]
    for policy, expected in zip(POLICIES, (refuse, first, last), strict=True):
        assert fates(ids, contents, policy) == expected


ROWS = st.lists(st.tuples(st.none() | st.sampled_from("123"), st.sampled_from("AB")), max_size=12)


@settings(deadline=None)
@given(ROWS, st.sampled_from(POLICIES))
def test_each_row_has_one_fate_and_no_id_is_sent_twice(rows, policy):
    ids, contents = [row[0] for row in rows], [row[1] for row in rows]
    told = fates(ids, contents, policy)
    sent = [record for record, fate in zip(ids, told, strict=True) if fate == "sent" and record is not None]
    assert len(sent) == len(set(sent))
    for row, fate in enumerate(told):
        if fate.startswith("as "):
            leader = int(fate[3:])
            assert told[leader] == "sent"
            assert (ids[row], contents[row]) == (ids[leader], contents[leader])
        if ids[row] is None:
            assert fate == "sent"
    for record in {record for record in ids if record is not None}:
        group = [row for row in range(len(ids)) if ids[row] == record]
        disagree = len({contents[row] for row in group}) > 1
        assert all((told[row] == "refused") == (policy == "refuse" and disagree) for row in group)


def test_contents_are_asked_only_of_rows_whose_id_is_repeated():
    asked = []

    def contents(rows):
        asked.extend(rows)
        return ["same"] * len(rows)

    resolve_duplicates(["1", "2", None, "1", None], contents, "refuse", str)
    assert sorted(asked) == [0, 3]
    resolve_duplicates(["1", "2", None, None], lambda rows: pytest.fail("asked"), "refuse", str)


def test_a_refusal_names_the_other_rows_three_at_most():
    refused = decide(["7"] * 6, "ABCDEF").refused
    assert refused[0].message == "Row #1, #2, #3 and 2 more has the same id 7 and other values."
    assert refused[5].message == "Row #0, #1, #2 and 2 more has the same id 7 and other values."
    pair = decide(["7", "7"], "AB")
    assert pair.refused[1].message == "Row #0 has the same id 7 and other values."
    assert 'duplicate_ids="last"' in (pair.refused[0].hint or "")
    superseded = decide(["7", "7"], "AB", "last").superseded
    assert superseded[0].message == "Row #1 has the same id and other values, and is the last one."


def test_a_hundred_thousand_rows_of_one_id_take_no_square_time():
    rows = 100_000
    assert len(decide(["7"] * rows, range(rows)).refused) == rows
