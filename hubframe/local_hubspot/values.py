"""What HubSpot makes of one property value: the text it stores, or the reason it refuses.

A property's rule is compiled once, when the property is defined, since every row of every batch goes through
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from .timestamps import from_milliseconds, instant

LONGEST_TEXT = 65_536

# The value sent and the value stored now (needed to append), to the value stored next.
Rule = Callable[[str, str], str]

_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")

_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_HANDLER = re.compile(r"""\son\w+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)(?=[^<>]*>)""", re.IGNORECASE)


class InvalidValueError(ValueError):
    """A value HubSpot refuses, with its code (``INVALID_DATE``, …) and its words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def compile_rule(
    definition: Mapping[str, Any], external: Callable[[], Collection[str]] | None = None, *, is_email: bool = False
) -> Rule:
    """Return the rule for a property's values, from its definition and the options kept elsewhere.

    ``is_email``: it is contacts' own e-mail, which alone is checked for being one, and lower-cased.
    """
    kind = definition["type"]
    if kind == "enumeration":
        return _enumeration_rule(definition, external)
    if is_email:
        return _email
    return _RULES.get(kind, _text)


def rewritten(definition: Mapping[str, Any], text: str) -> str:
    """Return a checked value as HubSpot's own formatting leaves it: phones without ornament, html without scripts."""
    if definition["fieldType"] == "phonenumber":
        digits = re.sub(r"\D", "", text)
        # Ten digits are taken for a North American number, as an account's country code would have it.
        return f"+1{digits}" if len(digits) == 10 else f"+{digits}" if digits else text
    if definition["fieldType"] == "html":
        return _HANDLER.sub("", _SCRIPT.sub("", text))
    return text


def _text(value: str, _current: str) -> str:
    if len(value) > LONGEST_TEXT:
        # No recording of HubSpot's words for this was found.
        raise InvalidValueError(
            "INVALID_STRING_LENGTH",
            f"Property value is too long: {len(value)} characters, the maximum is {LONGEST_TEXT}.",
        )
    return value


def _email(value: str, _current: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise InvalidValueError("INVALID_EMAIL", f"Email address {value} is invalid")
    return value.lower()


def _number(value: str, _current: str) -> str:
    if not _NUMBER.fullmatch(value):
        # HubSpot's code says integer for every number property.
        raise InvalidValueError("INVALID_INTEGER", f"{value} was not a valid number.")
    return value


def _date(value: str, _current: str) -> str:
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        moment = from_milliseconds(int(value)) if _WHOLE.fullmatch(value) else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        # HubSpot's words for text that is no date at all were not found.
        raise InvalidValueError("INVALID_DATE", f"{value} was not a valid date.")
    if moment.time() != time():
        clock = f"{moment.hour}:{moment.minute}:{moment.second}.{moment.microsecond // 1000}"
        raise InvalidValueError("INVALID_DATE", f"{value} is at {clock} UTC, not midnight!")
    return moment.date().isoformat()


def _datetime(value: str, _current: str) -> str:
    try:
        if _TIME.fullmatch(value):
            return instant(datetime.fromisoformat(value).astimezone(UTC))
        if _WHOLE.fullmatch(value):
            return instant(from_milliseconds(int(value)))
    except (ValueError, OverflowError):
        pass
    raise InvalidValueError("INVALID_LONG", f"{value} was not a valid long.")


def _bool(value: str, _current: str) -> str:
    if value not in {"true", "false"}:
        # HubSpot refuses these since a bugfix it announced; its words were not found.
        raise InvalidValueError("INVALID_BOOLEAN", f"{value} was not a valid boolean.")
    return value


def _enumeration_rule(definition: Mapping[str, Any], external: Callable[[], Collection[str]] | None) -> Rule:
    if external is not None:
        return lambda value, _current: _option(value, external())
    if definition.get("externalOptions"):
        return _text
    options = {str(option["value"]): None for option in definition["options"]}
    if definition["fieldType"] != "checkbox":
        return lambda value, _current: _option(value, options)

    def several(value: str, current: str) -> str:
        chosen = [part for part in value.split(";") if part]
        for part in chosen:
            _option(part, options)
        kept = [part for part in current.split(";") if part] if value.startswith(";") else []
        return ";".join(dict.fromkeys(kept + chosen))

    return several


def _option(value: str, options: Collection[str]) -> str:
    if value not in options:
        raise InvalidValueError("INVALID_OPTION", f"{value} was not one of the allowed options: [{', '.join(options)}]")
    return value


_RULES: dict[str, Rule] = {"number": _number, "date": _date, "datetime": _datetime, "bool": _bool}
