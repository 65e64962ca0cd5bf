"""Whether a record holds what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import exactly, same_value
from hubframe.results.outcomes import Problem

__all__ = ["Evidence", "compare", "not_kept", "rewritten"]

# HubSpot rewrites texts (phones, e-mails, html), never one of these.
STORED_AS_SENT = frozenset({"enumeration", "bool", "number", "date", "datetime"})


@dataclass(slots=True)
class Evidence:
    """A row's properties, by what HubSpot holds now: what was sent, still the old value, or a third one.

    ``absent``: HubSpot's answer does not show the property at all.
    """

    same: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def compare(
    texts: Mapping[str, str],
    known: Mapping[str, str] | None,
    current: Mapping[str, Any],
    definitions: Definitions,
    *,
    whole: bool,
) -> Evidence:
    """Sort a row's properties by what HubSpot holds.

    Parameters
    ----------
    texts
        What was sent, property → text.
    known
        What HubSpot held before, where it was read.
    current
        What HubSpot holds now: an echo, or a record read again.
    whole
        Whether ``current`` has every property with a value: what is missing is then blank.
    """
    evidence = Evidence()
    for name, text in texts.items():
        if name not in current and text and not whole:
            evidence.absent.append(name)
            continue
        held = current.get(name)
        now = None if held is None else str(held)
        definition = definitions.get(name)
        if now == text or same_value(definition, text, now):
            evidence.same.append(name)
        elif known is not None:
            kept = same_value(definition, exactly(definition, known.get(name) or ""), now)
            (evidence.old if kept else evidence.other).append(name)
        elif definition is not None and definition.type in STORED_AS_SENT:
            evidence.old.append(name)
        else:
            evidence.other.append(name)
    return evidence


def not_kept(name: str, texts: Mapping[str, str], current: Mapping[str, Any]) -> Problem:
    held = _held(name, current)
    return Problem(
        category="VALUE_NOT_KEPT",
        code="VALUE_NOT_KEPT",
        message=f"HubSpot accepted the row and still holds {held!r} for {name}, not {texts[name]!r}.",
        property=name,
        value=texts[name],
        hint="HubSpot ignores some changes silently, such as a lifecycle stage set backwards: clear it first.",
    )


def rewritten(name: str, texts: Mapping[str, str], current: Mapping[str, Any]) -> Problem:
    held = _held(name, current)
    return Problem(
        category="VALUE_REWRITTEN",
        code="VALUE_REWRITTEN",
        message=f"HubSpot stored {held!r} for {texts[name]!r}.",
        property=name,
        value=texts[name],
        raw={name: held},  # an undo goes by it
    )


def _held(name: str, current: Mapping[str, Any]) -> str:
    value = current.get(name)
    return "" if value is None else str(value)
