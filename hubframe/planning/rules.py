"""Rules that an account's admins gave a property.

``GET /crm/property-validations/{version}/{objectTypeId}``:
https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from hubframe.planning.scalars import cut
from hubframe.results.outcomes import Problem

if TYPE_CHECKING:
    from hubframe.planning.definitions import Property

__all__ = ["LEFT_TO_HUBSPOT", "Rule", "broken_rule", "rule_check"]

# Not asked here, since they depend on the time of writing, or what exactly they allow is not on record. A row that
# HubSpot would have taken must not be held back.
LEFT_TO_HUBSPOT = (
    "AFTER_DATETIME_DURATION",
    "AFTER_DURATION",
    "BEFORE_DATETIME_DURATION",
    "BEFORE_DURATION",
    "DAYS_OF_WEEK",
    "DOMAIN",
    "EMAIL",
    "FORMAT",
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
    "SPECIAL_CHARACTERS",
    "URL",
    "URL_ALLOWED_DOMAINS",
    "URL_BLOCKED_DOMAINS",
    "WHITESPACE",
)
_LONGEST_FOR_REGEX = 200
# Python's engine goes back and forth where HubSpot's does not: a repeated group, or repetition upon repetition, can
# take it hours.
_REPEATED_GROUP = re.compile(r"\)[*+?{]")
_REPETITION = re.compile(r"(?<!\\)[*+]|\{[0-9]+,[0-9]*\}")
# Sets within sets, intersections and differences: Python takes their signs for characters.
_SET_ALGEBRA = re.compile(r"(?<!\\)\[[^\]]*(?:\[|&&|--|~~|\|\|)")
_MOST_REPETITIONS = 3
_DAY_MILLISECONDS = re.compile(r"-?[0-9]{11,14}")
_FOREIGN = {  # characters that each kind of ALPHANUMERIC rule certainly bars
    "NUMERIC_ONLY": (re.compile(r"[^\d\s]"), "holds digits only"),
    "ALPHA_ONLY": (re.compile(r"[0-9!-/:-@\[-`{-~]"), "holds letters only"),
    "ALPHANUMERIC": (re.compile(r"[!-/:-@\[-`{-~]"), "holds letters and digits only"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: HubSpot's ``ruleType`` and ``ruleArguments``."""

    kind: str
    arguments: tuple[str, ...] = ()


def broken_rule(text: str, definition: Property) -> Problem | None:
    """Return the first rule of the property's that a text breaks; None where it breaks none that is asked here."""
    return rule_check(definition)(text)


def rule_check(definition: Property) -> Callable[[str], Problem | None]:
    """Return `broken_rule` for many texts of one property."""
    demands = [(rule, demand) for rule in definition.rules if (demand := _demand(rule)) is not None]

    def check(text: str) -> Problem | None:
        for rule, (is_met, words) in demands:
            if not is_met(text):
                return Problem(
                    "VALIDATION_ERROR",
                    f"RULE_{rule.kind}",
                    f"{cut(text)} breaks a rule of the property: it {words}.",
                    property=definition.name,
                    value=cut(text),
                    hint="Correct the cell, or have an admin change the property's rules in HubSpot's settings.",
                )
        return None

    return check


_Demand = tuple[Callable[[str], bool], str]  # what is asked of a text, and the same in words


@lru_cache(maxsize=256)
def _demand(rule: Rule) -> _Demand | None:
    """Return what a rule asks, None where HubSpot alone can tell."""
    makers: dict[str, Callable[..., _Demand | None]] = {
        "ALPHANUMERIC": _characters,
        "DECIMAL": _decimals,
        "EMAIL_ALLOWED_DOMAINS": _email_domains,
        "EMAIL_BLOCKED_DOMAINS": _email_domains,
        "END_DATE": _moments,
        "END_DATETIME": _moments,
        "MAX_LENGTH": _lengths,
        "MAX_NUMBER": _numbers,
        "MIN_LENGTH": _lengths,
        "MIN_NUMBER": _numbers,
        "REGEX": _pattern,
        "START_DATE": _moments,
        "START_DATETIME": _moments,
    }
    if rule.kind not in makers or not rule.arguments:
        return None
    try:
        return makers[rule.kind](rule)
    except (ValueError, InvalidOperation, OverflowError, re.error):
        return None  # an argument that is not what the guide says


def _lengths(rule: Rule) -> _Demand:
    limit = int(rule.arguments[0])
    if rule.kind == "MIN_LENGTH":
        return (lambda text: len(text) >= limit), f"must have {limit} characters at least"
    return (lambda text: len(text) <= limit), f"may have {limit} characters at most"


def _numbers(rule: Rule) -> _Demand | None:
    limit = Decimal(rule.arguments[0])
    if not limit.is_finite():
        return None
    if rule.kind == "MIN_NUMBER":
        return (lambda text: (number := _number(text)) is None or number >= limit), f"must be {limit:f} or more"
    return (lambda text: (number := _number(text)) is None or number <= limit), f"must be {limit:f} or less"


def _decimals(rule: Rule) -> _Demand:
    most = int(rule.arguments[0])

    def is_met(text: str) -> bool:
        return _number(text) is None or len(text.partition(".")[2].rstrip("0")) <= most

    return is_met, f"may have {most} decimals at most"


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _characters(rule: Rule) -> _Demand | None:
    if rule.arguments[0] not in _FOREIGN:
        return None
    foreign, words = _FOREIGN[rule.arguments[0]]
    return (lambda text: foreign.search(text) is None), words


def _pattern(rule: Rule) -> _Demand | None:
    # Whether HubSpot wants the whole text to match is not on record: what matches nowhere is refused either way.
    pattern = rule.arguments[0]
    slow = _REPEATED_GROUP.search(pattern) or len(_REPETITION.findall(pattern)) > _MOST_REPETITIONS
    if slow or _SET_ALGEBRA.search(pattern):
        return None
    compiled = re.compile(pattern)
    return (
        lambda text: len(text) > _LONGEST_FOR_REGEX or compiled.search(text) is not None
    ), f"must match {cut(pattern)}"


def _email_domains(rule: Rule) -> _Demand | None:
    domains = tuple(argument.strip().lower().lstrip("@") for argument in rule.arguments)
    if not all(re.fullmatch(r"[\w-]+(\.[\w-]+)+", domain) for domain in domains):
        return None
    listed = cut(", ".join(domains))
    if rule.kind == "EMAIL_BLOCKED_DOMAINS":
        return (lambda text: text.strip().lower().rpartition("@")[2] not in domains), f"must be at none of {listed}"
    inside = tuple(f".{domain}" for domain in domains)
    return (lambda text: f".{text.strip().lower().rpartition('@')[2]}".endswith(inside)), f"must be at one of {listed}"


def _moments(rule: Rule) -> _Demand | None:
    limit = _moment(rule.arguments[0])
    if limit is None:
        return None
    # The day or moment itself is left to HubSpot.
    if rule.kind.startswith("START"):
        return (
            lambda text: (moment := _moment(text)) is None or moment >= limit
        ), f"must be {rule.arguments[0]} or later"
    return (
        lambda text: (moment := _moment(text)) is None or moment <= limit
    ), f"must be {rule.arguments[0]} or earlier"


def _moment(text: str) -> datetime.datetime | None:
    try:
        if _DAY_MILLISECONDS.fullmatch(text):
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            return epoch + datetime.timedelta(milliseconds=int(text))
        moment = datetime.datetime.fromisoformat(text)
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
