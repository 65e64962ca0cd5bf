"""One sentence a person can act on, for what became of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hubframe.results.outcomes import Problem

__all__ = ["advised", "sentence"]

LONGEST = 300
# "confirmed: Veza was not one of the allowed options: [none, possible, confirmed]", or option structs (before 2024)
_OPTION = re.compile(r"^.*?was not one of the allowed options: \[(?P<options>.*)\]$", re.DOTALL)
# What HubSpot says, and we with it, that a hint of ours does not make clearer.
_UNCLEAR = re.compile(r"was not a valid (number|long|date)\.$|was not one of the allowed options")
_OPTION_VALUE = re.compile(r'value: "([^"]*)"')


def sentence(problems: Sequence[Problem], record_id: str | None) -> str:
    """Return what is wrong with a row and what to do, as one line.

    >>> sentence([Problem("VALIDATION_ERROR", "INVALID_INTEGER", "1e3 was not a valid number.", "amount", "1e3")], "7")
    "amount: '1e3' is not a number HubSpot takes. Write plain digits with at most one decimal point."
    """
    first = problems[0]
    text = _worded(first, record_id)
    if len(problems) > 1:
        others = ", ".join(dict.fromkeys(problem.property or problem.code for problem in problems[1:]))
        text += f" (Also wrong: {others}.)"
    return text


def advised(problem: Problem) -> Problem:
    """Return the problem with a hint: its own, or ours for its code."""
    known = _known(problem, None) if problem.hint is None else None
    return problem if known is None else problem.with_hint(known[1])


def _worded(problem: Problem, record_id: str | None) -> str:
    where = f"{problem.property}: " if problem.property else ""
    known = _known(problem, record_id) if problem.hint is None or _UNCLEAR.search(problem.message) else None
    if known is not None and problem.hint is not None:
        known = known[0], problem.hint
    what, hint = known or (_short(problem.message or problem.code, LONGEST), problem.hint or "")
    parts = [where + what, hint]
    return " ".join(part if part.endswith((".", ")", "?", "!", ":", "…")) else f"{part}." for part in parts if part)


def _known(problem: Problem, record_id: str | None) -> tuple[str, str] | None:  # noqa: PLR0911 - one a code
    """Return, for a code that HubSpot's words leave unclear, what is wrong and what to do."""
    value = repr(_short(problem.value or ""))
    match problem.code:
        case "INVALID_INTEGER":
            return f"{value} is not a number HubSpot takes.", "Write plain digits with at most one decimal point."
        case "INVALID_LONG":
            return f"{value} is not a date and time.", "Write it as 2026-01-31T09:30:00Z."
        case "INVALID_DATE":
            return f"{value} is not a date.", "Write it as 2026-01-31."
        case "INVALID_EMAIL":
            return f"{value} is not an e-mail address HubSpot takes.", "Correct it."
        case "INVALID_OPTION":
            return f"{value} is not one of the options{_options(problem)}.", "Use an option's internal value."
        case "READ_ONLY_VALUE":
            return "HubSpot keeps this property read-only.", "Leave the column out."
        case "PROPERTY_DOESNT_EXIST":
            return "HubSpot has no property of this name.", "Correct the name, or leave the column out."
        case "OBJECT_NOT_FOUND":
            record = f" {_short(problem.value or record_id or '')}" if problem.value or record_id else " of this id"
            return (
                f"HubSpot has no record{record}: it was deleted or never existed.",
                "Correct the id, or drop the row.",
            )
        case "UNIQUE_VALUE_CONFLICT":
            what = f"Another record already has {value}{_owner(problem)}, and it must be unique."
            return what, "Merge the two in HubSpot, or correct the value."
    return None


def _options(problem: Problem) -> str:
    found = _OPTION.match(problem.message)
    if found is None:
        return ""
    options = _OPTION_VALUE.findall(found["options"]) or found["options"].split(", ")
    return f" ({', '.join(options[:8])}{', …' if len(options) > 8 else ''})"


def _owner(problem: Problem) -> str:
    found = re.search(r"\} on \S+\. (\d+) already has", problem.message)
    return f" (record {found[1]})" if found else ""


def _short(text: str, most: int = 80) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
