"""Refused cells by cause: every row to look at stands under each of its problems, in words that need no code."""

import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.errors import PlanError
from hubframe.planning.definitions import Property
from hubframe.results.frame import TO_LOOK_AT, problems_frame, results_frame
from hubframe.results.outcomes import STATUSES, Outcomes, Problem
from hubframe.widgets.form.editor_kinds import still_wrong
from hubframe.widgets.form.reasons import reason, short_reason
from hubframe.widgets.form.refused import RefusedCell, refused
from hubframe.widgets.form.refused_row import cell_html

SCRIPT = "<script>alert(1)</script>"
CHANNEL = Property("preferred_channel", "Preferred channel", "enumeration", "select")
WRITTEN = {"Channel": CHANNEL, 7: Property("annual_spend", "Annual spend", "number")}
OPTION = Problem(
    "INVALID_OPTION", "INVALID_OPTION", "fax was not one of the allowed options: [sms]", "preferred_channel", "fax"
)
NUMBER = Problem("VALIDATION_ERROR", "INVALID_INTEGER", "$1 was not a valid number.", "annual_spend", "$1")
NO_ID = Problem("INVALID_ID", "BLANK_ID", "The row has no id.", hint="Fill in the id, or drop the row.")
GONE = Problem(
    "OBJECT_NOT_FOUND",
    "OBJECT_NOT_FOUND",
    "Object not found",
    raw={"category": "OBJECT_NOT_FOUND", "context": {"ids": ["7"]}},
)
CHANGED = Problem("CHANGED_SINCE", "CHANGED_SINCE", "It holds another value now.", "annual_spend", "1")
EXPIRED = Problem("EXPIRED", "EXPIRED_AUTHENTICATION", "The token has expired.")


def result_of(*rows, index=None):
    """A result of rows, each a status and its problems."""
    outcomes = Outcomes(len(rows), url_prefix="https://app.hubspot.com/contacts/1/record/0-1/")
    for row, (status, *problems) in enumerate(rows):
        outcomes.settle(row, status, str(100 + row), problems=tuple(problems))
    df = pd.DataFrame({"Channel": ["fax"] * len(rows), 7: ["$1"] * len(rows)}, index=index)
    return results_frame(df, outcomes, "1-20261124T0000-0000")


def by_code(result, written=WRITTEN):
    return {(cause.code, cause.name): cause for cause in refused(result, written).causes}


def test_a_row_stands_under_each_of_its_problems_and_causes_are_in_order_of_their_rows():
    result = result_of(("invalid", OPTION, NUMBER), ("updated",), ("invalid", NUMBER), ("unsent", EXPIRED), ("unsent",))
    causes = refused(result, WRITTEN).causes
    assert [(cause.code, cause.rows.tolist(), cause.left) for cause in causes] == [
        ("INVALID_INTEGER", [0, 2], False),
        ("INVALID_OPTION", [0], False),
        ("EXPIRED_AUTHENTICATION", [3], True),
        ("", [4], True),
    ]
    assert causes[0].title == "2 rows · Annual spend: not a number"
    assert [cause.column for cause in causes] == [7, "Channel", None, None]


@pytest.mark.parametrize(
    ("status", "problem", "fix"),
    [
        ("invalid", OPTION, "cell"),
        ("failed", NUMBER, "cell"),
        ("invalid", NO_ID, "id"),
        ("failed", GONE, "id"),
        ("skipped", CHANGED, "none"),
        ("unsent", EXPIRED, "again"),
        ("failed", Problem("X", "SOMETHING_NEW", "No."), "again"),
        # the unique value that says which record it is: no column that is written
        ("invalid", Problem("X", "INVALID_EMAIL", "No.", "email", "x"), "id"),
        ("failed", Problem("X", "INVALID_EMAIL", "No.", "email", "x"), "again"),
        ("failed", Problem("X", "READ_ONLY_VALUE", "Read only.", "annual_spend"), "none"),
    ],
)
def test_what_helps(status, problem, fix):
    [cause] = refused(result_of((status, problem)), WRITTEN).causes
    assert cause.fix == fix


def test_what_was_done_is_no_refusal_but_a_cell_left_alone_of_a_written_row_is_told():
    rewritten = Problem("VALUE_REWRITTEN", "VALUE_REWRITTEN", "Stored in another form.", "annual_spend")
    assert refused(result_of(("updated", rewritten), ("unchanged",)), WRITTEN).causes == ()
    [cause] = refused(result_of(("updated", CHANGED)), WRITTEN).causes
    assert (cause.code, cause.fix) == ("CHANGED_SINCE", "none")


def test_hubspots_own_error_objects_are_no_further_problems():
    raw = {"category": "VALIDATION_ERROR", "errors": [{"category": "A"}, {"category": "B", "code": "X"}]}
    told = Problem("VALIDATION_ERROR", "INVALID_INTEGER", 'a "}, {"category": " text', "annual_spend", raw=raw)
    assert list(by_code(result_of(("failed", told)))) == [("INVALID_INTEGER", "annual_spend")]


PROBLEMS = st.lists(
    st.sampled_from([OPTION, NUMBER, NO_ID, GONE, CHANGED, EXPIRED]), max_size=3, unique_by=lambda one: one.code
)


@given(st.lists(st.tuples(st.sampled_from(STATUSES), PROBLEMS), min_size=1, max_size=12))
def test_every_row_to_look_at_is_under_exactly_its_problems(rows):
    result = result_of(*((status, *problems) for status, problems in rows))
    found = {}
    for cause in refused(result, WRITTEN).causes:
        for row in cause.rows.tolist():
            found.setdefault(row, set()).add((cause.code, cause.name))
    for row, (status, problems) in enumerate(rows):
        named = {(problem.code, problem.property or "") for problem in problems} or {("", "")}
        if status in TO_LOOK_AT:
            assert found[row] == named
        else:
            assert found.get(row, set()) == {(code, name) for code, name in named if code == "CHANGED_SINCE"}
    assert len(problems_frame(result)) == sum(len(problems) for _, problems in rows)


@pytest.mark.parametrize("lost", ["hubspot_error_details", "hubspot_url", "hubspot_error_property"])
def test_columns_that_were_dropped_are_not_needed(lost):
    found = refused(result_of(("invalid", OPTION)).drop(columns=lost), WRITTEN)
    [cause] = found.causes
    [cell] = found.cells(cause, range(1))
    assert "not one of the options" in cell.reason


def test_a_spreadsheet_that_cut_the_details_leaves_the_first_problem():
    result = result_of(("invalid", OPTION, NUMBER))
    result["hubspot_error_details"] = result["hubspot_error_details"].str[:40]
    assert list(by_code(result)) == [("INVALID_OPTION", "preferred_channel")]


def test_a_frame_that_is_no_result_is_an_error():
    with pytest.raises(PlanError, match="not the result"):
        refused(pd.DataFrame({"Channel": ["fax"]}), WRITTEN)


def test_cells_tell_their_row_by_position_where_labels_repeat():
    result = result_of(("invalid", OPTION), ("invalid", OPTION), index=["a", "a"])
    found = refused(result, WRITTEN)
    cells = found.cells(found.causes[0], range(2))
    assert [(cell.row, cell.row_label, cell.record, cell.value) for cell in cells] == [
        (0, "a", "100", "fax"),
        (1, "a", "101", "fax"),
    ]
    assert found.cells(found.causes[0], range(1, 2)) == cells[1:]
    assert cells[0].url.endswith("/0-1/100")


def test_half_a_character_in_a_row_s_label_can_be_shown():
    result = result_of(("invalid", OPTION), index=pd.Index(["a\ud83d"], dtype=object))
    found = refused(result, WRITTEN)
    [cell] = found.cells(found.causes[0], range(1))
    cell.row_label.encode()


CELL = RefusedCell(3, "r", "101", "https://app.hubspot.com/c/101", "Spend", "$1", "Not a number.")


@pytest.mark.parametrize("name", ["row_label", "record", "label", "value", "reason"])
def test_nothing_of_a_cell_is_a_tag(name):
    facts = {field: getattr(CELL, field) for field in CELL.__slots__} | {name: SCRIPT + '"'}
    shown = cell_html(RefusedCell(**facts), SCRIPT)
    assert "<script" not in shown
    assert "&lt;script" in shown
    assert not re.search(r'title="[^"]*"[^ >]', shown)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://app.hubspot.com/c/1", True),
        ("http://127.0.0.1:80/c/1", True),
        ("http://[::1]/c/1", True),
        ("http://localhost/c/1", True),
        ("http://app.hubspot.com/c/1", False),
        ("http://localhost.example.com/", False),
        ("javascript:alert(1)", False),
        ("https:///x", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_what_is_safe_to_open_is_a_link(url, linked):
    shown = cell_html(RefusedCell(0, "0", "1", url, "", "", ""))
    assert ("<a " in shown) == linked


CODE = re.compile(r"\bdf\b|pd\.|hubframe\.|\(\)|dtype|[a-z]+=")


@pytest.mark.parametrize(
    "fact",
    [
        {"code": "ID_LOST_DIGITS", "message": "The id 1.7E+11 has lost digits.", "hint": "pd.read_csv(..., dtype=str)"},
        {"code": "NOT_AN_ID", "message": "'x' is not a record id.", "value": "x", "hint": "pass id_property=."},
        {"code": "INVALID_DATE", "message": "31.12. was not a valid date.", "hint": "pd.to_datetime(df[...])"},
        {"code": "DUPLICATE_ID", "message": "Row 2 has the same id.", "hint": 'Pass duplicate_ids="first".'},
        {"code": "PROPERTY_DOESNT_EXIST", "message": "No such property", "property": "x"},
        {"code": "BLANK_AS_TEXT", "message": "It says nan.", "hint": "allow_blank_texts=True"},
        {"code": "CHANGED_SINCE", "message": "It holds another value.", "hint": "df.hubspot.batch_update(...)"},
    ],
)
def test_a_reason_is_a_sentence_with_what_to_do_and_without_code(fact):
    told = reason(fact, "101", "cell")
    assert told.endswith((".", ")"))
    assert not CODE.search(told)
    assert len(told.split(". ")) > 1
    assert short_reason(fact["code"])


def test_reasons_keep_hubspots_words_where_nothing_better_is_known():
    assert reason({"code": "NEW", "message": "The moon is full."}, None, "again").startswith("The moon is full.")
    assert reason({}, None, "again") == "HubSpot was not reached."
    assert short_reason("NEW") == ""


def test_details_of_another_make_are_read_or_passed_over():
    result = result_of(("invalid", OPTION), ("invalid", OPTION), ("invalid", OPTION))
    result["hubspot_error_details"] = pd.array([json.dumps({"code": 1}), "null", "[3]"], dtype=pd.StringDtype("python"))
    assert by_code(result)["INVALID_OPTION", "preferred_channel"].rows.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("definition", "text", "wrong"),
    [
        (WRITTEN[7], "12", False),
        (WRITTEN[7], "$12", True),
        (WRITTEN[7], "", False),
        (None, "42", False),
        (None, "x", True),
        (None, "", True),
    ],
)
def test_what_is_still_wrong_with_what_was_typed(definition, text, wrong):
    assert bool(still_wrong(definition, text, record_id=True)) == wrong
