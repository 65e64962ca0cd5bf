"""What one cell of a frame holds: a blank, a number, or something to name in a message."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["cut", "is_blank", "is_number", "number_text", "python_cells", "short_repr"]


def number_text(value: float | np.number[Any] | Decimal) -> str:
    """Return a finite number's shortest text without exponent, separators, ``-0`` or a trailing ``.0``.

    Read as a number of the same type, the text gives the same number again. HubSpot refuses scientific notation
    (``1.4210854715202004e-14 was not a valid number.``).

    >>> number_text(1e-7), number_text(12.0), number_text(Decimal("1.50"))
    ('0.0000001', '12', '1.50')
    """
    text = str(value or 0)
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def python_cells(values: pd.Series[Any]) -> list[Any]:
    """Return the cells one by one; float32 and float16 keep their width.

    As Python floats, 0.1 would become 0.10000000149011612, and an id that lost digits would look exact.
    """
    dtype: Any = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = python_cells(pd.Series(values.cat.categories))
        return [None if code < 0 else categories[code] for code in values.cat.codes.tolist()]
    if isinstance(dtype, pd.SparseDtype):
        dtype = dtype.subtype
    if dtype.kind == "f" and dtype.itemsize != 8:
        narrow = {2: np.float16, 4: np.float32}.get(dtype.itemsize)  # of numpy, masked or Arrow-backed
        return list(values.to_numpy(dtype=narrow, na_value=np.nan))
    return values.tolist()


def is_blank(value: Any) -> bool:
    """Tell whether a cell is empty: None, NA, NaT, NaN (``""`` is its text's business)."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def is_number(value: Any) -> bool:
    """Tell whether a cell is a number; a bool and numpy's timedelta64 are none, though they descend from one."""
    number = isinstance(value, int | float | Decimal | np.integer | np.floating)
    return number and not isinstance(value, bool | np.timedelta64)


# Below, a float of so many bytes holds every whole number.
EXACT_BELOW = {2: 2.0**11, 4: 2.0**24, 8: 2.0**53}


def lost_digits(value: Any) -> bool:
    """Tell whether a number is a float too large to have kept every digit."""
    if not isinstance(value, float | np.floating) or not np.isfinite(value):
        return False
    size = value.dtype.itemsize if isinstance(value, np.floating) else 8
    return abs(float(value)) >= EXACT_BELOW.get(size, EXACT_BELOW[8])


def short_repr(value: object) -> str:
    """Return how a value is named in a message: numbers as they are written, the rest as Python shows it."""
    try:
        return cut(str(value) if is_number(value) else repr(value))
    except Exception:  # noqa: BLE001 - a stranger's __repr__, or a whole number of over 4,300 digits
        return f"<{type(value).__name__}>"


def cut(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
