"""Lists that became text on their way through a file: pandas' ``to_csv`` writes a cell's list as Python would."""

from __future__ import annotations

import ast
import re

__all__ = ["listed_texts", "looks_listed"]

# Texts in quotes, escaped as Python and JSON do, with a comma between any two: Python would read "'a' 'b'", which is
# how NumPy writes an array, as one text.
_ESCAPED = r"\\(?:[\\'\"nrtbf]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
_QUOTED = rf"(?:'(?:[^'\\\n\r\0]|{_ESCAPED})*'|\"(?:[^\"\\\n\r\0]|{_ESCAPED})*\")"
_LISTED = re.compile(rf"\[\s*(?:{_QUOTED}(?:\s*,\s*{_QUOTED})*)?\s*\]")
_BRACKETS = {"[": "]", "(": ")", "{": "}"}


def listed_texts(text: str) -> list[str] | None:
    """Return the texts of a list that was written as text by Python or as JSON, None where it is anything else.

    >>> listed_texts("['a', 'b']"), listed_texts("['a' 'b']"), listed_texts("a;b")
    (['a', 'b'], None, None)
    """
    text = text.strip()
    if not text.startswith("[") or not _LISTED.fullmatch(text):
        return None
    try:
        found: list[str] = ast.literal_eval(text)
        "".join(found).encode()
    except (ValueError, SyntaxError):  # half a character, or a number that is no character's
        return None
    return None if "\0" in "".join(found) else found


def looks_listed(text: str) -> bool:
    """Tell whether a text has the brackets of a list, tuple, set or array around it."""
    text = text.strip()
    return len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]
