"""Ids as text, from the first touch: a number that lost digits is another customer's id."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.cells import cell_texts, is_blank, is_number, python_cells, short_repr
from hubframe.planning.definitions import Property
from hubframe.planning.scalars import EXACT_BELOW, lost_digits
from hubframe.planning.texts import Refusals
from hubframe.results.outcomes import Problem

__all__ = ["record_ids", "unique_values"]

_TOO_LARGE = 2**63  # HubSpot's ids are Java's longs
# "101.0": an integer column with a blank in it became floats, and was written to CSV.
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")
# "1.71591E+11": a spreadsheet kept six digits of twelve.
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]*)?[eE]\+?[0-9]+")


def record_ids(values: pd.Series[Any]) -> tuple[list[str | None], Refusals]:
    """Return each cell as a record id (digits), or why it can't be one, by position.

    >>> record_ids(pd.Series([171591000198, "42", 7.0, None]))[0]
    ['171591000198', '42', '7', None]
    """
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "i" and (values > 0).all():
        return list(map(str, values.tolist())), {}
    cells = python_cells(values)
    if _all_plain(cells):
        return cells, {}
    texts: list[str | None] = []
    refusals: Refusals = {}
    for position, value in enumerate(cells):
        text = _text_id(value) if isinstance(value, str) else _number_id(value)
        if isinstance(text, Problem):
            refusals[position] = text
            texts.append(None)
        else:
            texts.append(text)
    return texts, refusals


def unique_values(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    """Return each cell as the value of a unique property, or why it can't be one, by position."""
    found = cell_texts(values, definition)
    texts, refusals = found.texts, found.refused | found.doubted
    for position, value in enumerate(python_cells(values)):
        text = texts[position]
        if lost_digits(value) and text is not None:
            refusals[position] = _damaged(text)
        elif position in refusals:
            continue
        elif text is None or not text.strip():
            refusals[position] = _blank()
        elif definition.is_contact_email:
            texts[position] = text.strip()
    for position in refusals:
        texts[position] = None
    return texts, refusals


def _all_plain(cells: list[Any]) -> bool:
    """Tell whether every cell is an id as it stands, without looking at each in turn."""
    return (
        set(map(type, cells)) <= {str}
        and all(map(str.isdecimal, cells))
        and all(map(str.isascii, cells))
        and not any(text[0] == "0" or len(text) > 18 for text in cells)
    )


def _text_id(value: str) -> str | Problem:
    text = value.strip()
    if not text:
        return _blank()
    whole = _WHOLE_FLOAT.fullmatch(text)
    digits = whole[1] if whole else text
    if digits.isascii() and digits.isdigit() and digits[0] != "0" and len(digits) <= 19 and int(digits) < _TOO_LARGE:
        return _damaged(text) if whole and int(digits) >= EXACT_BELOW[8] else digits
    return _damaged(text) if _SCIENTIFIC.fullmatch(text) else _not_an_id(value)


def _number_id(value: Any) -> str | Problem:
    if is_blank(value):
        return _blank()
    if not is_number(value):
        return _not_an_id(value)
    if lost_digits(value):
        return _damaged(str(value))
    if isinstance(value, np.generic):
        value = value.item()  # beside a float16, _TOO_LARGE would be infinite
    return str(int(value)) if 0 < value < _TOO_LARGE and value == int(value) else _not_an_id(value)


def _blank() -> Problem:
    return Problem(
        category="INVALID_ID",
        code="BLANK_ID",
        message="The row has no id.",
        hint="Fill in the id, or drop the row: hubframe never creates records.",
    )


def _damaged(text: str) -> Problem:
    return Problem(
        category="INVALID_ID",
        code="ID_LOST_DIGITS",
        message=f"The id {text} has lost digits: it was kept as a floating-point number.",
        value=text,
        hint='Read the file again with the ids as text: pd.read_csv(..., dtype={"Record ID": str}).',
    )


def _not_an_id(value: Any) -> Problem:
    shown = short_repr(value)
    return Problem(
        category="INVALID_ID",
        code="NOT_AN_ID",
        message=f"{shown} is not a HubSpot record id, which is a whole number above 0.",
        value=value[:80] if isinstance(value, str) else shown,
        hint="Correct the id; for the values of a unique property, pass id_property=.",
    )
