"""Cells → HubSpot's text, by the property's type.

HubSpot takes every property value as text: https://developers.hubspot.com/docs/guides/api/crm/properties
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.results.outcomes import Problem

__all__ = [
    "Refusals",
    "cell_texts",
    "check_cells",
    "is_blank",
    "is_number",
    "number_text",
    "python_cells",
    "short_repr",
]

Refusals = dict[int, Problem]


def cell_texts(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    """Return the text of each cell (None where it is blank), and what can't be text, by position.

    The same values give the same texts, whatever the dtype that holds them.

    Parameters
    ----------
    values : pandas.Series, shape (n,), any dtype
        NaN, None, NA, NaT and ``""`` are blank.
    definition : Property
        What the texts are for.

    Returns
    -------
    texts : list of str or None, length n
    refusals : dict of int to Problem
        The cells that have no text HubSpot could take. Their place in ``texts`` is None.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _category_texts(values, definition)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu" and not definition.is_bool:
        return list(map(str, values.tolist())), {}
    if _is_plain_number(values, definition):
        return [None if value != value else number_text(value) for value in python_cells(values)], {}  # noqa: PLR0124 - NaN
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype | pd.DatetimeTZDtype) else ""
    if kind == "b":
        return ["true" if value else "false" for value in values.tolist()], {}
    if kind == "M":
        return _datetime_texts(values, definition)
    cells = python_cells(values)
    texts: list[str | None] = []
    refusals: Refusals = {}
    if set(map(type, cells)) <= {str}:  # as most columns are, and a fifth of the time
        texts = [text or None for text in cells]
    else:
        for position, value in enumerate(cells):
            text = value if type(value) is str else _text(value, definition)
            if isinstance(text, Problem):
                refusals[position] = text
                text = None
            texts.append(text or None)
    _refuse_unencodable(texts, definition, refusals)
    return texts, refusals


def check_cells(values: pd.Series[Any], definition: Property) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], Refusals]:
    """Return which cells have a text, and what can't be text: as `cell_texts`, without making texts of numbers."""
    if _is_plain_number(values, definition):
        return values.notna().to_numpy(), {}
    texts, refusals = cell_texts(values, definition)
    return np.array([text is not None for text in texts], dtype=np.bool_), refusals


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
    if not isinstance(dtype, pd.SparseDtype) and dtype.kind == "f" and dtype.itemsize != 8:
        narrow = {2: np.float16, 4: np.float32}.get(dtype.itemsize)  # of numpy, masked or Arrow-backed
        return list(values.to_numpy(dtype=narrow, na_value=np.nan))
    return values.tolist()


def _is_plain_number(values: pd.Series[Any], definition: Property) -> bool:
    """Tell whether a column holds nothing but numbers that have a text, and blanks."""
    dtype = values.dtype
    if not isinstance(dtype, np.dtype) or definition.is_bool:
        return False
    return dtype.kind in "iu" or (dtype.kind == "f" and not np.isinf(values.to_numpy()).any())


def _category_texts(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    # Each category is turned to text once, however many rows hold it.
    values = values.cat.remove_unused_categories()
    categories, refused = cell_texts(pd.Series(values.cat.categories), definition)
    codes = values.cat.codes.tolist()
    texts = [None if code < 0 else categories[code] for code in codes]
    return texts, {position: refused[code] for position, code in enumerate(codes) if code in refused}


def _datetime_texts(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    # Midnight is asked in the values' own zone; naive values stand for UTC.
    to_date = definition.type == "date"
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        moments = (values.dt.tz_localize(None) if to_date else values.dt.tz_convert(None)).to_numpy()
    else:
        moments = values.to_numpy()
    blank = np.isnat(moments)
    if not to_date:
        texts = np.datetime_as_string(moments.astype("datetime64[ms]"), unit="ms").tolist()
        return [None if na else f"{text}Z" for text, na in zip(texts, blank.tolist(), strict=True)], {}
    days = moments.astype("datetime64[D]")
    midnight = days == moments
    refusals = {
        position: _not_a_date(values.iloc[position], definition)
        for position in np.flatnonzero(~midnight & ~blank).tolist()
    }
    texts = np.datetime_as_string(days, unit="D").tolist()
    return [text if whole else None for text, whole in zip(texts, midnight.tolist(), strict=True)], refusals


def _text(value: Any, definition: Property) -> str | Problem | None:
    """Return the text of one cell, None where it is blank."""
    if is_blank(value):
        return None
    if isinstance(value, str):
        return str.__str__(value)  # an enum's member is its value, not "Color.RED"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if is_number(value):
        return _number(value, definition)
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime.datetime):  # pandas' Timestamp is one
        return _moment(value, definition)
    if isinstance(value, datetime.date):
        return f"{value.isoformat()}T00:00:00.000Z" if definition.type == "datetime" else value.isoformat()
    if isinstance(value, list | tuple | set | frozenset | np.ndarray) and definition.field_type == "checkbox":
        return _options(value, definition)
    return Problem(
        category="UNSUPPORTED_VALUE",
        code="UNSUPPORTED_VALUE",
        message=f"{short_repr(value)} is of type {type(value).__name__}, which has no text in HubSpot.",
        property=definition.name,
        value=short_repr(value),
        hint="Turn the column into text, numbers, booleans or dates first.",
    )


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


def _number(value: Any, definition: Property) -> str | Problem:
    if definition.is_bool and value in (0, 1):
        return "true" if value else "false"  # booleans with a blank among them have become floats
    try:
        if isinstance(value, int | np.integer):
            return str(int(value))
        if np.isfinite(float(value)):
            return number_text(value)
    except ValueError:
        pass  # Python writes no whole number of over 4,300 digits
    return Problem(
        category="VALIDATION_ERROR",
        code="INVALID_INTEGER",
        message=f"{short_repr(value)} was not a valid number.",
        property=definition.name,
        value=short_repr(value),
        hint="Replace it with a finite number, or leave the cell blank.",
    )


def _moment(value: datetime.datetime, definition: Property) -> str | Problem:
    if definition.type == "date":
        whole = value.time() == datetime.time() and not getattr(value, "nanosecond", 0)
        return value.isoformat().partition("T")[0] if whole else _not_a_date(value, definition)
    try:
        utc = value.astimezone(datetime.UTC) if value.tzinfo is not None else value
    except (OverflowError, pd.errors.OutOfBoundsDatetime):  # at the ends of time, UTC's year is none
        return _out_of_time(value, definition)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _options(values: Any, definition: Property) -> str | Problem | None:
    ordered = sorted(values, key=str) if isinstance(values, set | frozenset) else values
    texts = [_text(value, definition) for value in ordered]
    for text in texts:
        if isinstance(text, Problem):
            return text
    chosen = [text for text in texts if isinstance(text, str) and text]
    if any(";" in option for option in chosen):
        return Problem(
            category="VALIDATION_ERROR",
            code="INVALID_OPTION",
            message=f"{short_repr(values)}: an option can't hold a semicolon, which separates options.",
            property=definition.name,
            value=short_repr(values),
            hint="Give each option as an element of its own.",
        )
    return ";".join(chosen) or None


def _not_a_date(value: object, definition: Property) -> Problem:
    return Problem(
        category="VALIDATION_ERROR",
        code="INVALID_DATE",
        message=f"{value} has a time of day, and {definition.name} is a date.",
        property=definition.name,
        value=str(value),
        hint="Say which day is meant, for example with .dt.normalize() or .dt.date.",
    )


def _out_of_time(value: object, definition: Property) -> Problem:
    return Problem(
        category="VALIDATION_ERROR",
        code="INVALID_LONG",
        message=f"{value} is in no year that has a text in UTC.",
        property=definition.name,
        value=str(value),
        hint="Correct the year.",
    )


def _refuse_unencodable(texts: list[str | None], definition: Property, refusals: Refusals) -> None:
    try:
        "".join(filter(None, texts)).encode()
    except UnicodeEncodeError:
        pass
    else:
        return
    for position, text in enumerate(texts):
        shown = (text or "").encode(errors="backslashreplace").decode()
        if shown != (text or ""):
            texts[position] = None
            refusals[position] = Problem(
                category="UNSUPPORTED_VALUE",
                code="INVALID_TEXT",
                message=f"{_cut(shown)} holds half a character (a lone surrogate), which no file or request can hold.",
                property=definition.name,
                value=_cut(shown),
                hint="Read the file again with the right encoding=.",
            )


def short_repr(value: object) -> str:
    """Return how a value is named in a message: numbers as they are written, the rest as Python shows it."""
    try:
        return _cut(str(value) if is_number(value) else repr(value))
    except Exception:  # noqa: BLE001 - a stranger's __repr__, or a whole number of over 4,300 digits
        return f"<{type(value).__name__}>"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
