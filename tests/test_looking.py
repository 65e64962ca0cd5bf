"""A batch read's answer: records found, missing, merged or unknown, told apart by id and never by order.

Before a write the rows that differ come back ready to be sent; after one that went unanswered, what the record
holds now settles the row.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.delivery.choosing import Chooser
from hubframe.delivery.evidence import compare
from hubframe.delivery.looking import decide_look, decide_read
from hubframe.delivery.messages import Answer
from hubframe.delivery.steps import History, Limits, Settle, Split, Stop, Wait
from hubframe.planning.definitions import Definitions, Property
from hubframe.results.outcomes import Problem
from tests.test_decide import (
    ANSWERS,
    BATCHES,
    DEFINITIONS,
    HISTORIES,
    NEW_403,
    NOT_FOUND,
    batch,
    complete,
    outcome_text,
    result,
    rows_of,
    the,
)

CAUSE = Problem("HTTP_502", "HTTP_502", "Bad Gateway", correlation_id="c-9")
LAST_TRY = History(attempts=6)


def missing(*ids):
    return {"status": "error", "category": "OBJECT_NOT_FOUND", "message": NOT_FOUND, "context": {"ids": list(ids)}}


def compared(rows, answer, history=None, *, changed_only=True):
    chooser = Chooser(DEFINITIONS, changed_only=changed_only)
    return decide_read(rows, answer, chooser, history or History(), Limits())


def looked(rows, answer, history=None, *, last=False):
    return decide_look(rows, answer, DEFINITIONS, CAUSE, history or History(), Limits(), last=last)


def told(rows, steps, writes=()):
    """Return in a few words what is done with each row; assert that each has one thing done with it."""
    made = dict.fromkeys((rows.rows.index(row) for row in writes), "write")
    for step in steps:
        for index in rows_of(step):
            assert index not in made
            made[index] = type(step).__name__.lower()
        if isinstance(step, Settle):
            made |= {outcome.index: outcome_text(outcome) for outcome in step.outcomes}
    assert sorted(made) == list(range(len(rows)))
    return [made[index] for index in range(len(rows))]


def read_told(rows, answer, history=None):
    comparison = compared(rows, answer, history)
    return told(rows, comparison.steps, comparison.writes.rows)


def look_told(rows, answer, history=None, *, last=False):
    return told(rows, looked(rows, answer, history, last=last))


# Before a write ---------------------------------------------------------------------------------------------


def test_what_differs_is_written_by_record_id_and_the_rest_is_unchanged():
    rows = batch(
        {"firstname": "new", "amount": "1.0", "topics": ";a"},
        {"firstname": "same", "amount": "2"},
        {"firstname": "", "amount": ""},
        {"firstname": ""},
    )
    answer = complete(
        [
            result("104", firstname="gone"),
            result("103", firstname=None, amount=None),
            result("101", firstname="old", amount="1", topics="a;b"),
            result("102", firstname="same", amount="2.0"),
        ]
    )
    comparison = compared(rows, answer)
    assert told(rows, comparison.steps, comparison.writes.rows) == ["write", "unchanged", "unchanged", "write"]
    writes = comparison.writes
    assert writes.id_property is None
    assert dict(zip(writes.ids, zip(writes.texts, writes.known, strict=True), strict=True)) == {
        "101": ({"firstname": "new"}, {"firstname": "old"}),
        "104": ({"firstname": ""}, {"firstname": "gone"}),
    }


def test_values_that_differ_in_case_are_two_records_where_they_are_no_contacts_emails():
    people = Definitions("2-77", {"email": Property("email", unique=True)})
    rows = batch({"firstname": "A"}, {"firstname": "b"}, ids=["A@b.c", "a@b.c"], id_property="email")
    answer = complete([result("8", firstname="b", email="a@b.c"), result("7", firstname="a", email="A@b.c")])
    comparison = decide_read(rows, answer, Chooser(people), History(), Limits())
    assert (comparison.writes.ids, comparison.writes.texts) == (["7"], [{"firstname": "A"}])
    looked = decide_look(rows, answer, people, CAUSE, History(), Limits())
    assert told(rows, looked) == ["unconfirmed UNCONFIRMED", "updated"]


def test_everything_is_written_where_the_read_is_only_for_the_ids():
    rows = batch({"firstname": "same"}, ids=["Ann@B.c"], id_property="email")
    comparison = compared(rows, complete([result("7", firstname="same", email="ann@b.c")]), changed_only=False)
    assert (comparison.writes.ids, comparison.writes.texts) == (["7"], [{"firstname": "same"}])
    assert comparison.steps == ()


SURVIVOR = result("900", firstname="x", hs_merged_object_ids="101; 55")


@pytest.mark.parametrize(
    ("ids", "results", "errors", "expected"),
    [
        (["101"], [], [missing("101")], ["failed OBJECT_NOT_FOUND"]),
        (["101", "102"], [], [missing("101", 102)], ["failed OBJECT_NOT_FOUND"] * 2),
        (["101"], [], [], ["wait"]),
        # merged: the survivor says so, or nobody else can have asked for it
        (["101", "102"], [SURVIVOR, result("102")], [], ["failed RECORD_MERGED", "write"]),
        (["101", "102"], [result("900"), result("102")], [], ["failed RECORD_MERGED", "write"]),
        (["101"], [result("900")], [], ["failed RECORD_MERGED"]),
        # two unnamed rows, one stranger that names one of them
        (["101", "102", "103"], [SURVIVOR, result("103")], [], ["failed RECORD_MERGED", "split", "write"]),
        # two unnamed rows, strangers that name nobody
        (["101", "102"], [result("900"), result("901")], [], ["split", "split"]),
        # the survivor was asked for as well: its own row has it
        (["101", "900"], [result("900")], [], ["wait", "write"]),
    ],
)
def test_rows_that_come_back_otherwise(ids, results, errors, expected):
    rows = batch(len(ids), ids=ids)
    assert read_told(rows, complete(results, errors)) == expected


def test_a_merged_row_names_the_survivor():
    (outcome,) = the(Settle, compared(batch(1), complete([SURVIVOR])).steps).outcomes
    assert "merged into 900" in outcome.problems[0].message


@pytest.mark.parametrize(
    ("ids", "results", "errors", "expected"),
    [
        (["Ann@B.c"], [result("7", email="ann@b.c")], [], ["write"]),
        (["Ann@B.c"], [], [missing("ann@b.c")], ["failed OBJECT_NOT_FOUND"]),
        # an older address of the contact: the answer shows its present one
        (["ann@old.c", "bob@b.c"], [result("7", email="ann@b.c"), result("8", email="bob@b.c")], [], ["write"] * 2),
        (["ann@old.c", "bob@old.c"], [result("7", email="ann@b.c"), result("8", email="bob@b.c")], [], ["split"] * 2),
        # two spellings of one address: the second is asked for again, alone
        (["ann@b.c", "Ann@b.c"], [result("7", email="ann@b.c")], [], ["write", "wait"]),
    ],
)
def test_rows_addressed_by_e_mail(ids, results, errors, expected):
    rows = batch(len(ids), ids=ids, id_property="email")
    assert read_told(rows, complete(results, errors)) == expected


def test_a_row_that_no_answer_mentions_is_unsent_in_the_end():
    rows = batch(2)
    answer = complete([result("101", firstname="x")])
    assert read_told(rows, answer) == ["write", "wait"]
    assert read_told(rows, answer, LAST_TRY) == ["write", "unsent NOT_IN_ANSWER"]


@pytest.mark.parametrize(
    ("answer", "history", "expected"),
    [
        (Answer(503), History(), Wait),
        (Answer(429, {"policyName": "TEN_SECONDLY_ROLLING"}), History(), Wait),
        (Answer(503), LAST_TRY, Stop),  # nothing was written: there is nothing to look at
        (Answer(0, maybe_written=True), LAST_TRY, Stop),
        (Answer(500, {}), History(attempts=3), Split),
        (Answer(404, None, text="<html>"), History(), Split),
        (NEW_403, History(), Stop),
        (Answer(401, {}), History(), Stop),
    ],
)
def test_a_read_refused_or_unanswered(answer, history, expected):
    rows = batch(3)
    comparison = compared(rows, answer, history)
    assert [type(step) for step in comparison.steps] == [expected]
    assert not comparison.writes.rows
    told(rows, comparison.steps)
    if expected is Stop:
        assert not comparison.steps[0].maybe_written


@pytest.mark.parametrize("answer", [Answer(404, {}), Answer(500, {"message": "internal error"}), Answer(400, None)])
def test_a_record_that_cannot_be_read_alone_is_failed(answer):
    assert read_told(batch(1), answer, History(attempts=3))[0].startswith("failed ")


# After a write that went unanswered -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "known", "held", "expected"),
    [
        ({"firstname": "new"}, None, {"firstname": "new"}, "updated"),
        ({"firstname": "new"}, {"firstname": "old"}, {"firstname": "old"}, "failed NOT_WRITTEN"),
        ({"firstname": "new"}, None, {"firstname": "old"}, "unconfirmed UNCONFIRMED"),
        ({"firstname": "new"}, {"firstname": "old"}, {"firstname": "third"}, "updated VALUE_REWRITTEN"),
        ({"amount": "1"}, None, {"amount": "2"}, "failed NOT_WRITTEN"),
        ({"amount": "1"}, None, {}, "failed NOT_WRITTEN"),
        ({"firstname": ""}, {"firstname": "old"}, {}, "updated"),
        ({"firstname": ""}, {"firstname": "old"}, {"firstname": "old"}, "failed NOT_WRITTEN"),
        (
            {"firstname": "new", "lifecyclestage": "lead"},
            {"firstname": "old", "lifecyclestage": "customer"},
            {"firstname": "new", "lifecyclestage": "customer"},
            "failed VALUE_NOT_KEPT",
        ),
        ({"firstname": "new", "phone": "1"}, None, {"firstname": "new", "phone": "+1"}, "unconfirmed UNCONFIRMED"),
    ],
)
def test_what_the_record_holds_settles_the_row(sent, known, held, expected):
    rows = batch(sent, known=[known])
    assert look_told(rows, complete([result("101", **held)])) == [expected]


@pytest.mark.parametrize(
    ("answer", "history", "last", "expected"),
    [
        (complete([], [missing("101")]), History(), False, "failed OBJECT_NOT_FOUND"),
        (complete([SURVIVOR]), History(), False, "failed RECORD_MERGED"),
        (complete([]), History(), False, "wait"),
        (complete([]), History(), True, "unconfirmed UNCONFIRMED"),
        (complete([]), LAST_TRY, False, "unconfirmed UNCONFIRMED"),
        (Answer(503), History(), False, "wait"),
        (Answer(503), History(), True, "unconfirmed UNCONFIRMED"),
        (Answer(503), LAST_TRY, False, "unconfirmed UNCONFIRMED"),
        (Answer(500, {}), History(attempts=3), False, "unconfirmed UNCONFIRMED"),
        (Answer(404, {}), History(), False, "unconfirmed UNCONFIRMED"),
        (NEW_403, History(), False, "unconfirmed UNCONFIRMED"),
        (Answer(401, {}), History(), False, "unconfirmed UNCONFIRMED"),
    ],
)
def test_a_row_stays_unconfirmed_only_where_looking_fails_too(answer, history, last, expected):
    assert look_told(batch({"firstname": "x"}), answer, history, last=last) == [expected]


def test_an_unconfirmed_row_says_why_it_was_looked_at():
    (outcome,) = the(Settle, looked(batch(1), Answer(401, {}))).outcomes
    assert "Bad Gateway" in outcome.problems[0].message
    assert outcome.problems[0].correlation_id == "c-9"


# Comparing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "known", "now", "whole", "expected"),
    [
        ("firstname", "a", None, "a", False, "same"),
        ("firstname", "a", None, None, False, "absent"),
        ("firstname", "a", None, None, True, "other"),
        ("firstname", "a", "", None, True, "old"),
        ("firstname", "a", "b", "b", False, "old"),
        ("firstname", "a", "b", "c", False, "other"),
        ("firstname", "a", None, "c", False, "other"),
        ("firstname", "", "b", None, False, "same"),
        ("amount", "1", None, "2", False, "old"),
        ("amount", "1", "3", "2", False, "other"),
        ("amount", "1", "2.0", "2", False, "old"),
        ("topics", "a;b", None, "b;a", False, "same"),
        ("email", "A@b.c", None, "a@b.c", False, "same"),
        ("undefined", "a", None, "b", False, "other"),
    ],
)
def test_a_property_is_same_old_other_or_absent(name, text, known, now, whole, expected):
    current = {} if now is None else {name: now}
    before = None if known is None else {name: known}
    evidence = compare({name: text}, before, current, DEFINITIONS, whole=whole)
    for kind in ("same", "old", "other", "absent"):
        assert getattr(evidence, kind) == ([name] if kind == expected else [])


# Whatever comes ---------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(BATCHES, ANSWERS, HISTORIES)
def test_each_row_is_compared_settled_or_asked_for_again(rows, answer, history):
    comparison = compared(rows, answer, history)
    told(rows, comparison.steps, comparison.writes.rows)
    assert not {"unconfirmed"} & {outcome_text(outcome) for step in comparison.steps for outcome in outcomes(step)}
    json.dumps(comparison.writes.texts)


@settings(max_examples=100, deadline=None)
@given(BATCHES, ANSWERS, HISTORIES, st.booleans())
def test_each_row_looked_at_is_settled_or_asked_for_again(rows, answer, history, last):
    steps = looked(rows, answer, history, last=last)
    told(rows, steps)
    assert all(isinstance(step, Settle | Wait | Split) for step in steps)
    if last:
        assert not [step for step in steps if isinstance(step, Wait)]


def outcomes(step):
    return step.outcomes if isinstance(step, Settle) else ()


def test_while_hubspot_is_still_at_it_an_old_value_means_nothing_yet():
    rows = batch(2)
    cause = Problem("NOT_IN_ANSWER", "NOT_IN_ANSWER", "no word of it")
    answer = complete([result("101", firstname="name 0"), result("102", firstname="old")])

    def looked(history, **how):
        steps = decide_look(rows, answer, DEFINITIONS, cause, history, Limits(), pending=True, **how)
        return {type(step).__name__: step for step in steps}, steps

    first, steps = looked(History(attempts=1))
    assert [outcome.status for outcome in first["Settle"].outcomes] == ["updated"]
    assert first["Wait"].rows == (1,)
    _, steps = looked(LAST_TRY)
    assert [outcome.status for step in steps for outcome in step.outcomes] == ["updated", "unconfirmed"]
