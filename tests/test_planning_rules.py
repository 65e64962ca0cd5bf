"""An admin's rule is asked before sending where its meaning is certain; everything else is HubSpot's to judge."""

import pandas as pd
import pytest

from hubframe.planning.cells import cell_texts, check_cells
from hubframe.planning.definitions import Property
from hubframe.planning.rules import LEFT_TO_HUBSPOT, Rule, broken_rule


@pytest.mark.parametrize(
    ("kind", "arguments", "text", "broken"),
    [
        ("MIN_LENGTH", ("3",), "ab", True),
        ("MIN_LENGTH", ("3",), "abc", False),
        ("MAX_LENGTH", ("3",), "abcd", True),
        ("MAX_LENGTH", ("three",), "abcd", False),
        ("MIN_NUMBER", ("1",), "0.99", True),
        ("MIN_NUMBER", ("1",), "1", False),
        ("MAX_NUMBER", ("1.5",), "1.50", False),
        ("MAX_NUMBER", ("1.5",), "1.51", True),
        ("MAX_NUMBER", ("NaN",), "5", False),
        ("MAX_NUMBER", ("1",), "not a number", False),
        ("DECIMAL", ("2",), "1.234", True),
        ("DECIMAL", ("2",), "1.2300", False),
        ("DECIMAL", ("0",), "1", False),
        ("ALPHANUMERIC", ("NUMERIC_ONLY",), "12a", True),
        ("ALPHANUMERIC", ("NUMERIC_ONLY",), "120", False),
        ("ALPHANUMERIC", ("ALPHA_ONLY",), "ab1", True),
        ("ALPHANUMERIC", ("ALPHA_ONLY",), "Zoë", False),
        ("ALPHANUMERIC", ("ALPHANUMERIC",), "ab$", True),
        ("ALPHANUMERIC", ("ALPHANUMERIC",), "ab 1", False),
        ("ALPHANUMERIC", ("SOMETHING_NEW",), "$", False),
        ("REGEX", ("^[A-Z]{2}-[0-9]+$",), "AB-12", False),
        ("REGEX", ("^[A-Z]{2}-[0-9]+$",), "ab-12", True),
        ("REGEX", ("[A-Z]{2}",), "xABx", False),  # it matches somewhere: whether that is enough, HubSpot knows
        ("REGEX", (r"\p{L}+",), "1", False),  # not Python's
        ("REGEX", ("^(a+)+$",), "a" * 199 + "b", False),  # would take Python for ever
        ("REGEX", ("^a*a*a*a*a*$",), "a" * 199 + "b", False),
        ("REGEX", ("^a$",), "b" * 201, False),
        ("START_DATE", ("2026-01-01",), "2025-12-31", True),
        ("START_DATE", ("2026-01-01",), "2026-01-01", False),
        ("END_DATE", ("1767225600000",), "2026-01-02", True),
        ("END_DATETIME", ("2026-01-01T00:00:00Z",), "2026-01-01T00:00:00.001Z", True),
        ("END_DATETIME", ("soon",), "2026-01-01T00:00:00.001Z", False),
        ("EMAIL_BLOCKED_DOMAINS", ("example.org",), "sage@Example.org", True),
        ("EMAIL_BLOCKED_DOMAINS", ("example.org",), "sage@mail.example.org", False),
        ("EMAIL_ALLOWED_DOMAINS", ("example.com",), "sage@example.org", True),
        ("EMAIL_ALLOWED_DOMAINS", ("example.com",), "sage@mail.example.com", False),
        ("EMAIL_ALLOWED_DOMAINS", ("no domain",), "sage@example.org", False),
        ("DAYS_OF_WEEK", ("MONDAY",), "2026-01-31", False),
        ("NEVER_HEARD_OF", ("1",), "2", False),
        ("MAX_LENGTH", (), "abcd", False),
    ],
)
def test_a_rule_is_broken_only_where_that_is_certain(kind, arguments, text, broken):
    problem = broken_rule(text, Property("city", type="string", rules=(Rule(kind, arguments),)))
    assert (problem is not None) == broken
    if problem:
        assert (problem.category, problem.code, problem.property) == ("VALIDATION_ERROR", f"RULE_{kind}", "city")
        assert "rule" in problem.message
        assert problem.hint


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_a_text_that_breaks_a_rule_is_doubted(dtype):
    short = Property("city", type="string", rules=(Rule("MAX_LENGTH", ("5",)),))
    values = pd.Series(["Ghent", "Antwerp", None, "Antwerp"], dtype=dtype)
    found = cell_texts(values, short)
    assert found.texts == ["Ghent", "Antwerp", None, "Antwerp"]
    assert {row: problem.code for row, problem in found.doubted.items()} == {1: "RULE_MAX_LENGTH", 3: "RULE_MAX_LENGTH"}
    assert check_cells(values, short).doubted == found.doubted


def test_a_rule_is_asked_of_the_text_that_is_sent_and_not_of_what_is_wrong_already():
    few = Property("seats", type="number", rules=(Rule("MAX_NUMBER", ("10",)),))
    found = cell_texts(pd.Series([9.0, 11.0, None]), few)
    assert set(found.doubted) == {1}
    assert cell_texts(pd.Series(["many"]), few).doubted[0].code == "INVALID_INTEGER"


@pytest.mark.parametrize("kind", LEFT_TO_HUBSPOT)
def test_what_is_left_to_hubspot_holds_no_row_back(kind):
    definition = Property("city", type="string", rules=(Rule(kind, ("P1D",)),))
    assert broken_rule("anything at all $%", definition) is None
