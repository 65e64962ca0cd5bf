"""A choice is read by internal value, else by a label or name that no other has; anything else is doubted."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.cells import cell_texts, check_cells
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from tests.cell_table import BOOL, OPTION, OPTIONS, OWNER, STAGE

CHANNEL = Property(
    "channel", type="enumeration", choices=Choices((Choice("email", "E-mail"), Choice("phone"), Choice("sms")))
)


def read(cells, definition, pipelines=None):
    return cell_texts(pd.Series(cells, dtype=object), definition, pipelines=pipelines)


@pytest.mark.parametrize(
    ("definition", "cells", "texts", "converted"),
    [
        (OPTION, ["gold", "silver"], ["gold", "silver"], {}),
        (OPTION, ["Gold plan", "gold", "GOLD PLAN"], ["gold"] * 3, {"labels read as options": 2}),
        (OPTION, [" gold "], ["gold"], {"surrounding spaces dropped": 1}),
        (OPTION, [30, 30.0, "30"], ["30"] * 3, {"whole numbers written without .0": 1}),
        (OPTIONS, ["a;b", "Apples;b", "a; b"], ["a;b"] * 3,
         {"labels read as options": 1, "surrounding spaces dropped": 1}),
        (OPTIONS, ["a;a", ["b", "Berries"]], ["a", "b"],
         {"repeated options written once": 2, "labels read as options": 1}),
        (OWNER, [101, "hazel@example.com", "Hazel Birch"], ["101"] * 3, {"names or e-mails read as owners": 2}),
        (BOOL, [True, "true", "Yes", 0, " FALSE"], ["true", "true", "true", "false", "false"],
         {"cells read as true or false": 3}),
        (STAGE, ["s1", "Renewed"], ["s1", "r2"], {"labels read as options": 1}),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_was_done_to_a_cell_is_counted(definition, cells, texts, converted):
    found = read(cells, definition)
    assert found.texts == texts
    assert found.converted == converted
    assert not found.doubted
    as_category = cell_texts(pd.Series(cells[:1] * 3).astype("category"), definition)
    assert sum(as_category.converted.values()) in (0, 3)


@pytest.mark.parametrize(
    ("definition", "cell", "code", "message", "hint"),
    [
        (CHANNEL, "fax", "INVALID_OPTION", "fax was not one of the allowed options: [email, phone, sms]", "add"),
        (CHANNEL, "e-mial", "INVALID_OPTION", "not one of the allowed options", "Did you mean 'E-mail' (email)?"),
        (OWNER, "???", "INVALID_OPTION", "no owner in this account", "e-mail"),
        (OWNER, "hazel burch", "INVALID_OPTION", "no owner", "Did you mean 'Hazel Birch' (101)?"),
        (OWNER, "Rowan Ash", "AMBIGUOUS_OPTION", "2 owners: [103, 104]", "e-mail or id"),
        (OWNER, "Willow Reed", "INVALID_OPTION", "deactivated", "active"),
        (STAGE, "Open", "AMBIGUOUS_OPTION", "2 pipelines: [sales, renewals]", "column pipeline"),
        (BOOL, "perhaps", "INVALID_BOOLEAN", "not a valid boolean", "true or false"),
        (OPTIONS, "a;dates", "INVALID_OPTION", "dates was not one of", ""),
        (OPTIONS, " ; ", "INVALID_OPTION", "names no option", "blank"),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_doubt_says_what_is_wrong_and_what_to_do(definition, cell, code, message, hint):
    (problem,) = read([cell], definition).doubted.values()
    assert (problem.category, problem.code, problem.property) == ("VALIDATION_ERROR", code, definition.name)
    assert message in problem.message
    assert hint in (problem.hint or "")


def test_a_doubted_text_is_the_cell_s_own_since_hubspot_may_hold_it_already():
    assert read(["fax", " Fax"], CHANNEL).texts == ["fax", " Fax"]
    assert read([["a", "dates"]], OPTIONS).texts == ["a;dates"]
    assert read(["Willow Reed"], OWNER).texts == ["105"]


def test_without_options_any_text_passes():
    bare = Property("tier", type="enumeration")
    found = read(["anything", " x ", 3], bare)
    assert found.texts == ["anything", " x ", "3"]
    assert not found.doubted


def test_a_long_list_of_options_is_cut():
    many = Property("tier", type="enumeration", choices=Choices.of(f"option {number}" for number in range(500)))
    (problem,) = read(["?"], many).doubted.values()
    assert "and 480 more]" in problem.message
    assert len(problem.message) < 500


@pytest.mark.parametrize(
    ("cell", "pipeline", "expected"),
    [
        ("Open", "sales", "s1"),
        ("Open", "renewals", "r1"),
        ("r2", "renewals", "r2"),
        ("Open (Renewals)", "renewals", "r1"),
        ("Open", None, "AMBIGUOUS_OPTION"),
        ("Open", "", "AMBIGUOUS_OPTION"),
        ("Renewed", None, "r2"),
        ("Renewed", "sales", "INVALID_OPTION"),
        ("r2", "sales", "INVALID_OPTION"),
        ("lost", "sales", "INVALID_OPTION"),
        ("s1", "unheard of", "s1"),  # the pipeline is its own column's problem
        (None, "sales", None),
    ],
)
def test_a_stage_is_one_of_its_row_s_pipeline(cell, pipeline, expected):
    found = read(["s2", cell, "s1"], STAGE, ["sales", pipeline, None])
    wrong = found.refused | found.doubted
    assert set(wrong) <= {1}
    assert (wrong[1].code if wrong else found.texts[1]) == expected
    assert (found.texts[0], found.texts[2]) == ("s2", "s1")
    checked = check_cells(pd.Series(["s2", cell, "s1"], dtype=object), STAGE, pipelines=["sales", pipeline, None])
    assert checked.doubted == found.doubted


def test_a_stage_of_another_pipeline_is_told_apart_from_no_stage():
    found = read(["Renewed", "lost"], STAGE, ["sales", "sales"])
    assert found.doubted[0].message == "Renewed is a stage of the pipeline renewals, not of sales."
    assert "Open, Won" in (found.doubted[0].hint or "")
    assert "allowed options: [s1, s2]" in found.doubted[1].message


@given(st.lists(st.sampled_from(["a", "Apples", " b", "", "c "]), max_size=5), st.booleans())
def test_several_options_are_each_there_once_and_in_order(parts, appends):
    text = (";" if appends else "") + ";".join(parts)
    (found,) = read([text], OPTIONS).texts
    if not "".join(parts).strip():
        assert found in (None, text)
        return
    values = [{"Apples": "a"}.get(part.strip(), part.strip()) for part in parts if part.strip()]
    assert (found or "").removeprefix(";").split(";") == list(dict.fromkeys(values))
    assert (found or "").startswith(";") == text.startswith(";")
