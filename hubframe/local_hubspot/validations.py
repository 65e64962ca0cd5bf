"""An administrator's validation rules for property values.

The kinds of rules and their arguments: https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .answers import Answer

if TYPE_CHECKING:
    from .object_type import ObjectType

# A stored value, to the sentence that refuses it; the empty text where it is fine.
Check = Callable[[str], str]

# HubSpot's code for a value that breaks such a rule, and its words, were not found: both are made up.
CODE = "INVALID_PROPERTY_VALUE"

_CHARACTERS: dict[str, tuple[Callable[[str], bool], str]] = {
    "ALPHANUMERIC": (str.isalnum, "letters and digits"),
    "ALPHA_ONLY": (str.isalpha, "letters"),
    "NUMERIC_ONLY": (str.isdecimal, "digits"),
}
# Can be set and are shown, but values are not held to them here.
_NOT_HELD_TO = frozenset(
    {
        "AFTER_DATETIME_DURATION",
        "AFTER_DURATION",
        "BEFORE_DATETIME_DURATION",
        "BEFORE_DURATION",
        "DAYS_OF_WEEK",
        "DECIMAL",
        "DOMAIN",
        "EMAIL",
        "EMAIL_ALLOWED_DOMAINS",
        "EMAIL_BLOCKED_DOMAINS",
        "END_DATE",
        "END_DATETIME",
        "FORMAT",
        "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
        "SPECIAL_CHARACTERS",
        "START_DATE",
        "START_DATETIME",
        "URL",
        "URL_ALLOWED_DOMAINS",
        "URL_BLOCKED_DOMAINS",
        "WHITESPACE",
    }
)


@dataclass(frozen=True)
class ValidationRule:
    """One rule of one property."""

    rule_type: str
    arguments: tuple[str, ...]
    check: Check


def validation_rule(property_type: str, rule_type: str, arguments: tuple[str, ...]) -> ValidationRule:
    """Return a rule; ``ValueError`` for a kind that HubSpot does not have for such a property, or its arguments."""
    if rule_type in _NOT_HELD_TO:
        return ValidationRule(rule_type, arguments, lambda _text: "")
    if rule_type not in _CHECKS:
        raise ValueError(f"{rule_type} is none of HubSpot's rule types: {', '.join(sorted({*_CHECKS, *_NOT_HELD_TO}))}")
    needed, make = _CHECKS[rule_type]
    if property_type != needed:
        raise ValueError(f"{rule_type} is for properties of type {needed}, not {property_type}")
    try:
        return ValidationRule(rule_type, arguments, make(*arguments))
    except (TypeError, ValueError, KeyError, InvalidOperation, re.error) as error:
        raise ValueError(f"{rule_type} does not take {list(arguments)}") from error


def page(kind: ObjectType) -> Answer:
    """Return the rules of a type's properties; those without any are left out."""
    results: list[dict[str, Any]] = [
        {"propertyName": name, "propertyValidationRules": [_shown(rule) for rule in rules.values()]}
        for name, rules in kind.validations.items()
    ]
    return Answer(200, {"results": results})


def _shown(rule: ValidationRule) -> dict[str, Any]:
    return {
        "ruleType": rule.rule_type,
        "ruleArguments": list(rule.arguments),
        "shouldApplyNormalization": False,
    }


def _least(bound: str) -> Check:
    least = Decimal(bound)
    return lambda text: f"{text} is less than the minimum of {bound}." if Decimal(text) < least else ""


def _most(bound: str) -> Check:
    most = Decimal(bound)
    return lambda text: f"{text} is more than the maximum of {bound}." if Decimal(text) > most else ""


def _shortest(length: str) -> Check:
    least = int(length)
    return lambda text: f"{text} is shorter than {length} characters." if len(text) < least else ""


def _longest(length: str) -> Check:
    most = int(length)
    return lambda text: f"{text} is longer than {length} characters." if len(text) > most else ""


def _expression(pattern: str, message: str = "") -> Check:
    # Whether HubSpot (RE2) wants the whole value to match was not found; its examples are anchored.
    compiled = re.compile(pattern)
    return lambda text: "" if compiled.search(text) else message or f"{text} does not match {pattern}"


def _characters(which: str) -> Check:
    fits, named = _CHARACTERS[which]
    return lambda text: "" if fits(text) else f"{text} may only contain {named}."


_CHECKS: dict[str, tuple[str, Callable[..., Check]]] = {
    "MIN_NUMBER": ("number", _least),
    "MAX_NUMBER": ("number", _most),
    "MIN_LENGTH": ("string", _shortest),
    "MAX_LENGTH": ("string", _longest),
    "REGEX": ("string", _expression),
    "ALPHANUMERIC": ("string", _characters),
}
