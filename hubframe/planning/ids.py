"""Ids as text, from the first touch: a number that lost digits is another customer's id."""

from __future__ import annotations

import math
import numbers
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.cells import Refusals, cell_texts
from hubframe.planning.definitions import Property
from hubframe.results.outcomes import Problem

__all__ = ["record_ids", "unique_values"]

# The first whole number that each float type can't tell from its neighbour.
_EXACT_BELOW = {2: 2**11, 4: 2**24, 8: 2**53}


def record_ids(values: pd.Series[Any]) -> tuple[list[str | None], Refusals]:
    """Return each cell as a record id (digits), or why it can't be one, by position.

    >>> record_ids(pd.Series([171591000198, "42", 7.0, None]))[0]
    ['171591000198', '42', '7', None]
    """
    return _checked(values, _record_id)


def unique_values(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    """Return each cell as the value of a unique property, or why it can't be one, by position."""
    texts, refusals = cell_texts(values, definition)
    for position, value in enumerate(_cells(values)):
        if position in refusals:
            continue
        if texts[position] is None or not str(texts[position]).strip():
            texts[position] = None
            refusals[position] = _blank()
        elif _lost_digits(value):
            refusals[position] = _damaged(texts[position] or "")
            texts[position] = None
    return texts, refusals


def _checked(values: pd.Series[Any], convert: Any) -> tuple[list[str | None], Refusals]:
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu" and (values > 0).all():
        return [str(value) for value in values.tolist()], {}
    texts: list[str | None] = []
    refusals: Refusals = {}
    for position, (value, blank) in enumerate(zip(_cells(values), values.isna().tolist(), strict=True)):
        text = _blank() if blank else convert(value)
        if isinstance(text, Problem):
            refusals[position] = text
        texts.append(None if isinstance(text, Problem) else text)
    return texts, refusals


def _cells(values: pd.Series[Any]) -> list[Any]:
    # to_numpy keeps float32 what it is; tolist() would make it a float64 that looks exact.
    narrow = isinstance(values.dtype, np.dtype) and values.dtype.kind == "f" and values.dtype.itemsize < 8
    if isinstance(values.dtype, pd.Float32Dtype):
        return [None if value is pd.NA else np.float32(value) for value in values.tolist()]
    return list(values.to_numpy()) if narrow else values.tolist()


def _record_id(value: Any) -> str | Problem:
    if isinstance(value, bool | np.bool_):
        return _not_an_id(value)
    if isinstance(value, numbers.Integral):
        return str(int(value)) if value > 0 else _not_an_id(value)
    if isinstance(value, float | np.floating | Decimal):
        return _whole(value)
    if not isinstance(value, str):
        return _not_an_id(value)
    text = value.strip()
    if not text:
        return _blank()
    if text.isascii() and text.isdigit():
        return _not_an_id(value) if text.startswith("0") else text
    head, dot, tail = text.partition(".")
    if dot and head.isascii() and head.isdigit() and set(tail) == {"0"}:
        # "101.0": an integer column with a blank in it, written to CSV. Whole, and exact below 2**53.
        return _damaged(text) if int(head) >= _EXACT_BELOW[8] else _record_id(head)
    if "e" in text.lower() and head.lstrip("+").isascii() and head.lstrip("+").isdigit():
        return _damaged(text)  # 1.71591E+11: a spreadsheet kept six digits of twelve
    return _not_an_id(value)


def _whole(value: Any) -> str | Problem:
    if not math.isfinite(value) or value != int(value) or value <= 0:
        return _not_an_id(value)
    return _damaged(str(value)) if _lost_digits(value) else str(int(value))


def _lost_digits(value: Any) -> bool:
    if not isinstance(value, float | np.floating) or not math.isfinite(value):
        return False
    size = value.dtype.itemsize if isinstance(value, np.floating) else 8
    return abs(value) >= _EXACT_BELOW.get(size, 2**53)


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
    return Problem(
        category="INVALID_ID",
        code="NOT_AN_ID",
        message=f"{str(value)[:80]!r} is not a HubSpot record id, which has only digits.",
        value=str(value)[:80],
        hint="Correct the id; for the values of a unique property, pass id_property=.",
    )
