"""A filter finds what HubSpot's documentation says it finds: by type, operator, case and token."""

from __future__ import annotations

import pytest

from hubframe.local_hubspot.definitions import definition, yes_no
from hubframe.local_hubspot.search_filters import OPERATORS, Filter, predicate

TEXT = definition("p", "P")
NUMBER = definition("p", "P", "number", "number")
DATE = definition("p", "P", "date", "date")
MOMENT = definition("p", "P", "datetime", "date")
CHOICE = definition("p", "P", "enumeration", "select", options=[("Lead", "lead"), ("Customer", "Customer")])
CHOICES = definition("p", "P", "enumeration", "checkbox", options=[("A", "a"), ("B", "b"), ("C", "c")])
FLAG = definition("p", "P", "bool", "booleancheckbox", options=yes_no())
NEW_YEAR = "1735689600000"  # 2025-01-01


def finds(made, held, operator, value=None, high=None, values=()):
    return predicate(Filter("p", operator, value, high, tuple(values)), made)({"p": held} if held is not None else {})


@pytest.mark.parametrize(
    ("made", "held", "operator", "value", "found"),
    [
        (TEXT, "Juniper", "EQ", "JUNIPER", True),
        (TEXT, "Juniper", "EQ", "Junipe", False),
        (TEXT, "Juniper", "NEQ", "juniper", False),
        (TEXT, "Hazel", "NEQ", "juniper", True),
        (TEXT, "Hazel", "LT", "juniper", True),
        (NUMBER, "10", "GT", "9", True),
        (NUMBER, "10.0", "EQ", "10", True),
        (NUMBER, "-1", "LT", "0", True),
        (NUMBER, "12345678901234567890.1", "GT", "12345678901234567890", True),
        (NUMBER, "5", "GTE", "5", True),
        (NUMBER, "5", "GT", "5", False),
        (NUMBER, "5", "LTE", "5", True),
        (DATE, "2025-01-01", "EQ", NEW_YEAR, True),
        (DATE, "2025-01-01", "EQ", "2025-01-01", True),
        (DATE, "2024-12-31", "GTE", NEW_YEAR, False),
        (MOMENT, "2025-01-01T00:00:00Z", "EQ", NEW_YEAR, True),
        (MOMENT, "2025-01-01T00:00:00.500Z", "GT", NEW_YEAR, True),
        (MOMENT, "2024-09-19T12:30:46Z", "GTE", "2024-09-19T04:30:45-08:00", True),
        (MOMENT, "1960-05-01T10:00:00Z", "LT", "-1", True),
        (CHOICE, "lead", "EQ", "lead", True),
        (CHOICE, "lead", "EQ", "LEAD", False),
        (CHOICES, "a;c", "EQ", "c", True),
        (CHOICES, "a;c", "EQ", "b", False),
        (CHOICES, "a;c", "NEQ", "c", False),
        (CHOICES, "a;c", "CONTAINS_TOKEN", "a", True),
        (FLAG, "true", "EQ", "true", True),
        (FLAG, "true", "EQ", "false", False),
    ],
)
def test_one_value(made, held, operator, value, found):
    assert finds(made, held, operator, value) is found


@pytest.mark.parametrize(
    ("held", "value", "found"),
    [
        ("juniper@example.com", "*@example.com", True),
        ("juniper@example.com", "*@EXAMPLE.com", True),
        ("juniper@example.com.au", "*@example.com", False),
        ("Hazel Yew Alder", "yew", True),
        ("Hazel Yew Alder", "yew alder", True),
        ("Hazel Yew Alder", "hazel alder", False),
        ("Hazel Yew Alder", "ye", False),
        ("Hazel Yew Alder", "ye*", True),
        ("Hazel (Yew) [x]", "(yew)*", True),
        ("5 * 3 + 2", "4 + *", False),
    ],
)
def test_tokens(held, value, found):
    assert finds(TEXT, held, "CONTAINS_TOKEN", value) is found
    assert finds(TEXT, held, "NOT_CONTAINS_TOKEN", value) is not found


def test_lists_of_texts_must_be_in_lower_case_and_those_of_options_exact():
    assert finds(TEXT, "Austin", "IN", values=["boston", "austin"])
    assert not finds(TEXT, "Austin", "IN", values=["Austin"])
    assert finds(TEXT, "Austin", "NOT_IN", values=["Austin"])
    assert finds(CHOICE, "Customer", "IN", values=["Customer"])
    assert not finds(CHOICE, "Customer", "IN", values=["customer"])
    assert finds(CHOICES, "a;b", "IN", values=["b", "c"])
    assert not finds(CHOICES, "a;b", "NOT_IN", values=["b", "c"])
    assert finds(NUMBER, "7.0", "IN", values=["1", "7"])


def test_a_range_holds_its_ends():
    for held, found in (("0.99", False), ("1", True), ("1.5", True), ("2", True), ("2.01", False)):
        assert finds(NUMBER, held, "BETWEEN", "1", "2") is found


@pytest.mark.parametrize("held", [None, ""])
@pytest.mark.parametrize("operator", sorted(OPERATORS - {"NOT_HAS_PROPERTY"}))
def test_no_value_is_found_by_none_but_not_has_property(held, operator):
    assert not finds(NUMBER if operator == "BETWEEN" else TEXT, held, operator, "1", "2", ["1"])
    assert finds(TEXT, held, "NOT_HAS_PROPERTY")


def test_any_value_is_a_value():
    assert finds(TEXT, " ", "HAS_PROPERTY")
    assert not finds(TEXT, "0", "NOT_HAS_PROPERTY")


@pytest.mark.parametrize(
    ("made", "value"),
    [(NUMBER, "many"), (NUMBER, "1e3"), (NUMBER, ""), (DATE, "soon"), (MOMENT, "2025-01-01T00:00:00"), (DATE, "")],
)
def test_a_value_of_another_type_is_an_error(made, value):
    with pytest.raises(ValueError):
        finds(made, "1", "EQ", value)


def test_what_is_held_since_the_property_was_of_another_type_is_not_found():
    assert not finds(NUMBER, "a dozen", "EQ", "12")
    assert not finds(NUMBER, "a dozen", "NEQ", "12")
