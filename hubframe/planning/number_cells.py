"""Cells of a number property.

HubSpot takes digits and at most one point: no separators, no currency, no exponent.
https://developers.hubspot.com/docs/guides/api/crm/properties
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np

from hubframe.planning.scalars import cut, is_number, lost_digits, number_text, short_repr
from hubframe.planning.texts import Read, doubted, refused

__all__ = ["PLAIN_NUMBER", "SPACES", "plain_forms", "read_number"]

PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
SPACES = "surrounding spaces dropped"
_PLAINLY = "numbers written as plain digits"
# "+5", ".5", "5.": one number only, written as HubSpot does not.
_NEARLY_PLAIN = re.compile(r"\+?(?P<minus>-?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?")
_CURRENCY = re.compile(r"[$£€¥₹₩₺₽]|\b[A-Z]{3}\b|\b(?:kr|zł|Kč)\b")
_COMMA_GROUPS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POINT_GROUPS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EXPONENT = re.compile(r"-?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,2}")
_ADVICE = "Write digits and at most one point, or leave the cell blank."


def read_number(value: Any, name: str) -> Read:
    """Read a cell that is not blank: a number or a number's text."""
    if isinstance(value, str):
        return _text(value, name)
    if is_number(value):
        text = finite_text(value)
        if text is None:
            return _not_finite(value, name)
        return _lost(text, name) if lost_digits(value) else Read(text)
    message = f"{short_repr(value)} was not a valid number."
    if isinstance(value, bool | np.bool_):
        return refused(value, name, "INVALID_INTEGER", message, "For 1 and 0: df[...] = df[...].astype(int)")
    return refused(value, name, "INVALID_INTEGER", message, _ADVICE)


def read_plain_number(value: Any, name: str) -> Read:
    """Read a number where any text would do."""
    text = finite_text(value)
    if text is None:
        return _not_finite(value, name)
    if lost_digits(value):
        return _lost(text, name)
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return Read(text, converted=(WHOLE,) if whole else ())


WHOLE = "whole numbers written without .0"


def finite_text(value: Any) -> str | None:
    """Return a number's text, None where there is no writing it."""
    try:
        if isinstance(value, int | np.integer):
            return str(int(value))
        return number_text(value) if np.isfinite(float(value)) else None
    except ValueError:  # Python writes no whole number of over 4,300 digits
        return None


def _lost(text: str, name: str) -> Read:
    message = f"{cut(text)} may have lost digits: it was kept as a floating-point number."
    # Of the cell alone: pandas makes 2 of 2.75 where a whole column is made Int64.
    hint = (
        "Read the file again with this column as text: pd.read_csv(..., dtype={...: str}). Where every digit is right, "
        f"write it as text: df[...] = df[...].astype(object); df.loc[row, ...] = {cut(text)!r}"
    )
    return doubted(text, name, "LOST_DIGITS", message, hint)


def _not_finite(value: object, name: str) -> Read:
    message = f"{short_repr(value)} was not a valid number."
    return refused(value, name, "INVALID_INTEGER", message, "Write a finite number, or leave the cell blank.")


def _text(value: str, name: str) -> Read:
    text = value.strip()
    spaces = (SPACES,) if text != value else ()
    if PLAIN_NUMBER.fullmatch(text):
        return Read(text, converted=spaces)
    nearly = _NEARLY_PLAIN.fullmatch(text)
    if nearly and (nearly["whole"] or nearly["part"]):
        plain = nearly["minus"] + (nearly["whole"] or "0") + (f".{nearly['part']}" if nearly["part"] else "")
        return Read(plain, converted=(*spaces, _PLAINLY))
    return doubted(value, name, "INVALID_INTEGER", f"{cut(value)} was not a valid number.", _hint(text))


def _hint(text: str) -> str:
    if text.endswith("%"):
        number = plain_forms(text[:-1])
        if len(number) == 1:
            share = number_text(Decimal(number[0]) / 100)
            return f"Write what is meant without the percent sign: {number[0]} or {share}."
    plain = plain_forms(text)
    return f"Write {' or '.join(cut(form) for form in plain)}." if plain else _ADVICE


def plain_forms(text: str) -> list[str]:
    """Return what a number's text may mean, as HubSpot would take it; nothing where that is anybody's guess.

    >>> plain_forms("$12,500"), plain_forms("1.234,50 EUR"), plain_forms("€12,500"), plain_forms("a dozen")
    (['12500'], ['1234.50'], ['12500', '12.500'], [])
    """
    bare = _CURRENCY.sub("", text)
    bare = re.sub(r"[\s'\u2019]", "", bare).replace("\u2212", "-").removeprefix("+")
    if bare.startswith("(") and bare.endswith(")"):  # as accountants write a negative number
        bare = f"-{bare[1:-1]}"
    if len(bare) > 80:
        return []
    if PLAIN_NUMBER.fullmatch(bare):
        return [bare]
    if _COMMA_GROUPS.fullmatch(bare):
        forms = [bare.replace(",", "")]
        # Beside a dollar or a pound, a comma parts thousands. Elsewhere it may be a decimal point.
        if bare.count(",") == 1 and "." not in bare and not re.search(r"[$£]", text):
            forms.append(bare.replace(",", "."))
        return forms
    if _POINT_GROUPS.fullmatch(bare):
        return [bare.replace(".", "").replace(",", ".")]
    if _DECIMAL_COMMA.fullmatch(bare):
        return [bare.replace(",", ".")]
    if _EXPONENT.fullmatch(bare):
        return [number_text(Decimal(bare))]
    return []
