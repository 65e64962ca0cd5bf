"""One filter of a search as a predicate over a record's texts, by the type of its property.

Values ignore case, except that an enumeration's are exact and that those of ``IN`` and ``NOT_IN`` must be given in
lower case for text: https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm. That a record
without a value matches nothing but ``NOT_HAS_PROPERTY`` is not documented; nor is how texts are cut into tokens.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Predicate = Callable[[Mapping[str, str]], bool]
Comparable = Any  # a Decimal, an int or a str, one kind for one property

ORDERED: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "GT": operator.gt,
    "GTE": operator.ge,
    "LT": operator.lt,
    "LTE": operator.le,
}
LISTS = ("IN", "NOT_IN")
TAKE_NOTHING = ("HAS_PROPERTY", "NOT_HAS_PROPERTY")
TOKENS = ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")
OPERATORS = frozenset({"EQ", "NEQ", "BETWEEN", *ORDERED, *LISTS, *TAKE_NOTHING, *TOKENS})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """One condition, as it was sent."""

    name: str
    operator: str
    value: str | None = None
    high: str | None = None
    values: tuple[str, ...] = ()


def predicate(asked: Filter, definition: Mapping[str, Any]) -> Predicate:
    """Return the test of a record's texts; ``ValueError`` where a value is none of the property's type."""
    name = asked.name
    if asked.operator == "HAS_PROPERTY":
        return lambda texts: bool(texts.get(name))
    if asked.operator == "NOT_HAS_PROPERTY":
        return lambda texts: not texts.get(name)
    test = _test(asked, definition)

    def matches(texts: Mapping[str, str]) -> bool:
        held = texts.get(name)
        if not held:
            return False
        try:
            return test(held)
        except ValueError:  # held since the property was of another type
            return False

    return matches


def reader(definition: Mapping[str, Any]) -> Callable[[str], Comparable]:
    """Return what makes of a text what it is ordered and compared by; ``ValueError`` if it is none of the type."""
    kind = definition["type"]
    if kind == "number":
        return _number
    if kind in {"date", "datetime"}:
        return _milliseconds
    return str if kind in {"enumeration", "bool"} else str.lower


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _milliseconds(text: str) -> int:
    """Return a time since 1970. Clients in use send milliseconds, and ISO 8601 with a zone."""
    if _WHOLE.fullmatch(text):
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if len(text) != len("2026-01-31"):
            raise ValueError(text)
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def _test(asked: Filter, definition: Mapping[str, Any]) -> Callable[[str], bool]:
    """Return the test of one text that is there."""
    value = asked.value or ""
    if asked.operator.startswith("NOT_") or asked.operator == "NEQ":
        positive = "EQ" if asked.operator == "NEQ" else asked.operator.removeprefix("NOT_")
        test = _test(Filter(asked.name, positive, asked.value, asked.high, asked.values), definition)
        return lambda held: not test(held)
    if asked.operator == "CONTAINS_TOKEN":
        return _contains(value, definition)
    if asked.operator in {"EQ", "IN"}:
        return _equal(asked, definition)
    read = reader(definition)
    low = read(value)
    if asked.operator == "BETWEEN":
        high = read(asked.high or "")
        return lambda held: low <= read(held) <= high
    compare = ORDERED[asked.operator]
    return lambda held: compare(read(held), low)


def _equal(asked: Filter, definition: Mapping[str, Any]) -> Callable[[str], bool]:
    if definition["type"] == "string" and asked.operator == "IN":
        exact = set(asked.values)
        return lambda held: held.lower() in exact
    read = reader(definition)
    wanted = {read(one) for one in (asked.values if asked.operator == "IN" else [asked.value or ""])}
    if definition["fieldType"] == "checkbox":
        return lambda held: not wanted.isdisjoint(held.split(";"))
    return lambda held: read(held) in wanted


def _contains(value: str, definition: Mapping[str, Any]) -> Callable[[str], bool]:
    if definition["type"] in {"enumeration", "bool"}:
        option = _wildcards(value)
        return lambda held: any(option.fullmatch(part) for part in held.split(";"))
    if "*" in value:
        pattern = _wildcards(value.lower())
        return lambda held: any(pattern.fullmatch(part) for part in [held.lower(), *held.lower().split()])
    wanted = words(value)
    if not wanted:
        raise ValueError(value)

    def contains(held: str) -> bool:
        found = words(held)
        return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))

    return contains


def _wildcards(value: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, value.split("*"))), re.DOTALL)


def words(text: str) -> list[str]:
    """Return a text's words, in lower case."""
    return re.findall(r"\w+", text.lower())
