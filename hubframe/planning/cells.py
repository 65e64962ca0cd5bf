"""Cells → HubSpot's text, by the property's type.

HubSpot takes every property value as text: https://developers.hubspot.com/docs/guides/api/crm/properties
"""

from __future__ import annotations

import datetime
import numbers
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.results.outcomes import Problem

__all__ = ["Refusals", "cell_texts", "number_text"]

Refusals = dict[int, Problem]


def cell_texts(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    """Return the text of each cell (None where it is blank), and what can't be text, by position.

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
    refusals: Refusals = {}
    dtype = values.dtype
    plain = isinstance(dtype, np.dtype) and not definition.is_bool
    if plain and dtype.kind in "iu":
        return list(map(str, values.tolist())), refusals
    if plain and dtype.kind == "f" and not np.isinf(values.to_numpy()).any():
        # value == value fails for NaN alone
        return [number_text(value) if value == value else None for value in _float_cells(values)], refusals  # noqa: PLR0124
    if isinstance(dtype, pd.DatetimeTZDtype) or (isinstance(dtype, np.dtype) and dtype.kind == "M"):
        texts = _datetime_texts(values, definition, refusals)
    else:
        if isinstance(dtype, np.dtype) and dtype.kind == "f":
            cells = _float_cells(values)
        else:
            cells = values.tolist()
        texts = []
        for position, (value, blank) in enumerate(zip(cells, values.isna().tolist(), strict=True)):
            if blank:
                texts.append(None)
            elif type(value) is str:
                texts.append(value or None)
            else:
                text = _text(value, definition)
                if isinstance(text, Problem):
                    refusals[position] = text
                    text = None
                texts.append(text)
    _refuse_unencodable(texts, definition, refusals)
    return texts, refusals


def number_text(value: float | np.floating[Any] | Decimal) -> str:
    """Return a finite number's shortest text without exponent, separators or a trailing ``.0``.

    HubSpot refuses scientific notation (``1.4210854715202004e-14 was not a valid number.``).

    >>> number_text(1e-7), number_text(12.0), number_text(Decimal("1.50"))
    ('0.0000001', '12', '1.50')
    """
    text = str(value)
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text


def _category_texts(values: pd.Series[Any], definition: Property) -> tuple[list[str | None], Refusals]:
    # Each category is turned to text once, however many rows hold it.
    categories, refused = cell_texts(pd.Series(values.cat.categories), definition)
    codes = values.cat.codes.tolist()
    texts = [None if code < 0 else categories[code] for code in codes]
    return texts, {position: refused[code] for position, code in enumerate(codes) if code in refused}


def _float_cells(values: pd.Series[Any]) -> list[Any]:
    # float32 and float16 keep their own shortest text: as float64, 0.1 would become 0.10000000149011612.
    return values.tolist() if values.dtype == np.float64 else list(values.to_numpy())


def _datetime_texts(values: pd.Series[Any], definition: Property, refusals: Refusals) -> list[str | None]:
    blank = values.isna().to_numpy()
    # Midnight is asked in the values' own zone; naive values stand for UTC.
    midnight = (values.dt.normalize() == values).to_numpy()
    local = values.dt.tz_localize(None) if values.dt.tz is not None else values
    if definition.type == "date":
        days = np.datetime_as_string(local.to_numpy().astype("datetime64[D]"), unit="D").tolist()
        for position in np.flatnonzero(~midnight & ~blank).tolist():
            refusals[position] = _not_a_date(str(values.iloc[position]), definition)
        return [day if whole else None for day, whole in zip(days, midnight.tolist(), strict=True)]
    utc = values.dt.tz_convert("UTC").dt.tz_localize(None) if values.dt.tz is not None else values
    moments = np.datetime_as_string(utc.to_numpy().astype("datetime64[ms]"), unit="ms").tolist()
    return [None if na else f"{moment}Z" for moment, na in zip(moments, blank.tolist(), strict=True)]


def _text(value: Any, definition: Property) -> str | Problem | None:  # noqa: PLR0911 - one line a type
    """Return the text of one cell that is neither blank nor a ``str``."""
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, numbers.Number):
        return _number(value, definition)
    if isinstance(value, datetime.datetime):  # pandas' Timestamp is one
        refusals: Refusals = {}
        texts = _datetime_texts(pd.Series([value]), definition, refusals)
        return refusals.get(0) or texts[0]
    if isinstance(value, datetime.date):
        return value.isoformat() if definition.type != "datetime" else f"{value.isoformat()}T00:00:00.000Z"
    if isinstance(value, list | tuple | set | frozenset | np.ndarray) and definition.field_type == "checkbox":
        return _options(value, definition)
    return Problem(
        category="UNSUPPORTED_VALUE",
        code="UNSUPPORTED_VALUE",
        message=f"{_short(value)} is a {type(value).__name__}, which has no text in HubSpot.",
        property=definition.name,
        value=_short(value),
        hint="Turn the column into text, numbers, booleans or dates first.",
    )


def _number(value: Any, definition: Property) -> str | Problem:
    if isinstance(value, numbers.Integral):
        if definition.is_bool and value in (0, 1):
            return "true" if value else "false"
        return str(int(value))
    if isinstance(value, numbers.Real | Decimal) and np.isfinite(float(value)):
        if definition.is_bool and value in (0, 1):
            return "true" if value else "false"  # booleans with a blank among them have become floats
        if isinstance(value, float | np.floating | Decimal):
            return number_text(value)
    return Problem(
        category="VALIDATION_ERROR",
        code="INVALID_INTEGER",
        message=f"{value} was not a valid number.",
        property=definition.name,
        value=str(value),
        hint="Replace it with a finite number, or leave the cell blank.",
    )


def _options(values: Any, definition: Property) -> str | Problem | None:
    chosen = [str(value) for value in (sorted(values, key=str) if isinstance(values, set | frozenset) else values)]
    if any(";" in option for option in chosen):
        return Problem(
            category="VALIDATION_ERROR",
            code="INVALID_OPTION",
            message=f"{_short(values)}: an option can't hold a semicolon, which separates options.",
            property=definition.name,
            value=_short(values),
            hint="Give each option as an element of its own.",
        )
    return ";".join(chosen) or None


def _not_a_date(value: str, definition: Property) -> Problem:
    return Problem(
        category="VALIDATION_ERROR",
        code="INVALID_DATE",
        message=f"{value} has a time of day, and {definition.name} is a date.",
        property=definition.name,
        value=value,
        hint="Say which day is meant, for example with .dt.normalize() or .dt.date.",
    )


def _refuse_unencodable(texts: list[str | None], definition: Property, refusals: Refusals) -> None:
    try:
        "".join(text for text in texts if text is not None).encode()
    except UnicodeEncodeError:
        for position, text in enumerate(texts):
            shown = (text or "").encode(errors="backslashreplace").decode()
            if text is not None and shown != text and not _encodable(text):
                texts[position] = None
                refusals[position] = Problem(
                    category="UNSUPPORTED_VALUE",
                    code="INVALID_TEXT",
                    message=f"{shown} holds half a character (a lone surrogate), which no file or request can hold.",
                    property=definition.name,
                    value=shown,
                    hint="Read the file again with the right encoding=.",
                )


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
