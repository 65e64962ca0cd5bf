"""Texts of a number property → whole numbers, else floating-point numbers, where those hold every value exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.scalars import lost_digits, number_text
from hubframe.records.read_back import Fitted

__all__ = ["number_values"]

_WHOLE = re.compile(r"-?[0-9]{1,18}")
# Python reads more than this as a number: "1_000", "infinity", Arabic digits.
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_FIRST, _LAST = -(2**63), 2**63 - 1
_MOST_DIGITS = 19  # of a whole number of 64 bits


def number_values(cells: Sequence[str | None]) -> Fitted:
    """Return ``Int64`` where every value is whole, else ``Float64``.

    >>> number_values(["1", "2.50"]).column.tolist(), number_values(["1", "12345678901234567.5"]).unfit
    ([1.0, 2.5], ['12345678901234567.5'])
    """
    present = [cell for cell in cells if cell is not None]
    blank = np.array([cell is None for cell in cells], dtype=np.bool_)
    if all(map(_WHOLE.fullmatch, present)):
        return Fitted(pd.arrays.IntegerArray(_spread(list(map(int, present)), blank, np.int64), blank), [])
    distinct = list(dict.fromkeys(present))
    unread = [text for text in distinct if not _NUMBER.fullmatch(text)]
    if unread:
        return Fitted(None, unread, "no number")
    wholes = _wholes(distinct)
    if wholes is not None:
        whole = _spread([wholes[text] for text in present], blank, np.int64)
        return Fitted(pd.arrays.IntegerArray(whole, blank), [])
    inexact = [text for text in distinct if not _is_exact(text)]
    if inexact:
        return Fitted(None, inexact, "not exact as a floating-point number")
    return Fitted(pd.arrays.FloatingArray(_spread(list(map(float, present)), blank, np.float64), blank), [])


def _wholes(texts: Sequence[str]) -> dict[str, int] | None:
    wholes = {}
    for text in texts:
        number = Decimal(text)
        # The size first: a number of a billion digits is soon written, and never read.
        if number and not -_MOST_DIGITS < number.adjusted() < _MOST_DIGITS:
            return None
        whole = int(number)
        if whole != number or not _FIRST <= whole <= _LAST:
            return None
        wholes[text] = whole
    return wholes


def _is_exact(text: str) -> bool:
    number = float(text)
    if not np.isfinite(number) or lost_digits(number):  # as large as that, an update would doubt it
        return False
    again = number_text(number)
    return again == text or Decimal(again) == Decimal(text)


def _spread(numbers: list[Any], blank: np.ndarray[Any, np.dtype[np.bool_]], dtype: Any) -> np.ndarray[Any, Any]:
    values = np.zeros(len(blank), dtype=dtype)
    values[~blank] = numbers
    return values
