"""A list that a CSV has made a text of is the list again; what only resembles one is refused, and said so."""

import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hubframe
from hubframe.local_hubspot.definitions import definition
from hubframe.planning.cells import cell_texts, check_cells
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.planning.listed_texts import listed_texts
from tests.cell_table import OPTION, OPTIONS, TEXT

READ = {"lists saved as text read as options": 1}


def read(text, definition_=OPTIONS):
    return cell_texts(pd.Series([text], dtype=object), definition_)


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("['a', 'b']", ["a", "b"]),
        (" ['a', 'b'] ", ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ('["a","b"]', ["a", "b"]),
        ("['a']", ["a"]),
        ("[]", []),
        ("[ ]", []),
        ("""["it's", 'so']""", ["it's", "so"]),
        ("""['it\\'s "so"']""", ['it\'s "so"']),
        (r"['a\xa0b']", ["a\xa0b"]),
        (r"['a\\b']", ["a\\b"]),
        ("['a, b', '[c]']", ["a, b", "[c]"]),
        ("['a', '']", ["a", ""]),
        # None of these is what Python or JSON writes of a list of texts.
        ("['a' 'b']", None),  # a NumPy array: Python would read 'ab'
        ("['a'\n 'b']", None),
        ("['a', 'b'", None),
        ("'a', 'b'", None),
        ("['a', nan]", None),
        ("['a', None]", None),
        ("[1, 2]", None),
        ("['a', ['b']]", None),
        ("[['a']]", None),
        ("('a', 'b')", None),
        ("{'a', 'b'}", None),
        ("['a',]", None),
        ("['a', 'b'].pop()", None),
        ("[open('x')]", None),
        (r"['\d']", None),
        (r"['\xq']", None),
        (r"['\ud83d']", None),
        (r"['a\x00']", None),
        ("['a'" + ", 'a'" * 3, None),
        ("[" * 5000 + "]" * 5000, None),
        ("[a, b]", None),
        ("a;b", None),
        ("", None),
    ],
)
def test_a_list_s_own_text_is_read_and_nothing_else(text, listed):
    assert listed_texts(text) == listed


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_what_python_and_json_write_of_texts_is_read_again(texts):
    assert listed_texts(str(texts)) == texts
    assert listed_texts(json.dumps(texts, ensure_ascii=False)) in (texts, None)


@given(st.text("[]'\", \\nxab", max_size=20))
def test_any_text_is_read_as_texts_or_not_at_all(text):
    found = listed_texts(text)
    assert found is None or all(isinstance(one, str) for one in found)


@pytest.mark.parametrize("text", ["['a', 'b']", "['Apples', 'b']", '["a", "b"]', "[' a', 'b', '']"])
@pytest.mark.parametrize("dtype", ["object", "str", "category", "string"])
def test_its_options_are_written_and_it_is_counted(text, dtype):
    found = cell_texts(pd.Series([text]).astype(dtype), OPTIONS)
    assert found.texts == ["a;b"]
    assert found.converted["lists saved as text read as options"] == 1
    assert not found.doubted
    assert not found.refused
    assert check_cells(pd.Series([text]).astype(dtype), OPTIONS).converted == found.converted


def test_an_empty_one_is_blank_as_an_empty_list_is():
    assert read("[]").texts == [None]
    assert read([]).texts == [None]
    assert not read("[]").refused


def test_one_with_something_that_is_no_option_is_doubted_for_that_and_may_stand_in_hubspot_already():
    found = read("['a', 'dates']")
    assert found.texts == ["a;dates"]
    assert "dates was not one of the allowed options" in found.doubted[0].message
    assert not found.converted


def test_an_option_called_so_goes_before_any_list():
    odd = Choices((Choice("a"), Choice("['a']", "A list's look"), Choice("b", "['b']")))
    several = Property("topics", type="enumeration", field_type="checkbox", choices=odd)
    assert read("['a']", several).texts == ["['a']"]
    assert read("['b']", several).texts == ["b"]


def test_without_known_options_it_is_a_list_too():
    assert read("['a', 'b']", Property("topics", type="enumeration", field_type="checkbox")).texts == ["a;b"]


@pytest.mark.parametrize("text", ["['a' 'b']", "['a'\n 'b']", "('a', 'b')", "{'a', 'b'}", "['a', nan]", "[a, b]"])
def test_what_resembles_a_list_is_refused_with_what_to_do(text):
    (problem,) = read(text).doubted.values()
    assert "looks like a list that was saved as text" in problem.message
    assert "a;b" in problem.hint
    assert '.str.join(";")' in problem.hint
    assert problem.code == "INVALID_OPTION"


def test_an_option_with_brackets_of_its_own_is_no_list():
    brackets = Choices((Choice("[x]", "(Ex)"), Choice("[y]")))
    several = Property("topics", type="enumeration", field_type="checkbox", choices=brackets)
    assert read("[x];[y]", several).texts == ["[x];[y]"]
    assert read("(ex)", several).texts == ["[x]"]


def test_a_list_item_with_a_semicolon_is_refused_as_in_a_list():
    assert read("['a;b']").refused[0].message == "['a;b']: an option can't hold a semicolon, which separates options."


@pytest.mark.parametrize("definition_", [OPTION, TEXT])
def test_where_one_choice_or_any_text_is_wanted_it_stays_a_text(definition_):
    assert read("['gold']", definition_).texts == ["['gold']"]


def test_what_was_read_saved_as_csv_and_read_again_sends_nothing():
    options = [("Apples", "a"), ("Berry's", "b's"), ('Red "best" ones', "r"), ("Nüsse", "ü")]
    with hubframe.LocalHubSpot() as local:
        local.portal.define("contacts", definition("topics", "Topics", "enumeration", "checkbox", options=options))
        values = ("a", "a;b's", "r;ü", "", "ü;a;r")
        ids = [local.portal.add("contacts", {"topics": value}) for value in values]
        connected = hubframe.connect(local)
        for labels in (False, True):
            df = hubframe.read(
                "contacts", properties=["topics"], labels=labels, progress=False, connection=connected, ids=ids
            )
            again = pd.read_csv(io.StringIO(df.to_csv(index=False)), dtype={df.columns[0]: str})
            topics = again.columns.get_loc("Topics" if labels else "topics")
            assert again.iloc[1, topics] == ("['Apples', \"Berry's\"]" if labels else "['a', \"b's\"]")
            result = hubframe.batch_update(again, "contacts", connection=connected, progress=False)
            assert result["hubspot_status"].tolist() == ["unchanged"] * 5
            again.iloc[0, topics] = str([*df.iloc[0, topics], *df.iloc[2, topics]])
            plan = hubframe.plan_update(again, "contacts", connection=connected, progress=False, baseline=df)
            assert plan.changes()["after"].tolist() == ["a;r;ü"]
            assert "lists saved as text read as options" in str(plan)
        assert not [request for request in local.requests if request.path.endswith("/batch/update")]
