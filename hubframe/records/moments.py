"""Texts of date and datetime properties → days at midnight, and moments in UTC."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.planning.equality import same_value
from hubframe.planning.reader import CellReader
from hubframe.planning.texts import CellSettings
from hubframe.records.read_back import Fitted

__all__ = ["date_values", "moment_values"]

# HubSpot's own forms; anything else (epoch milliseconds, offsets) is read as a cell would be.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?Z")
_FINER = re.compile(r".*\.[0-9]{3,6}(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})", re.DOTALL)
_YEAR_ONE = np.datetime64("0001-01-01")


def date_values(definition: Property, cells: Sequence[str | None]) -> Fitted:
    """Return ``datetime64[ms]`` without a zone, as cells of a date are: their day is the same in every zone.

    >>> date_values(Property("renewal", type="date"), ["2026-01-31", None]).column.tolist()[0]
    datetime.datetime(2026, 1, 31, 0, 0)
    """
    days, unfit = _read(definition, cells, _DAY, "datetime64[D]")
    return Fitted(None, unfit, "no day") if days is None else Fitted(days.astype("datetime64[ms]"), [])


def moment_values(definition: Property, cells: Sequence[str | None]) -> Fitted:
    """Return ``datetime64[ms, UTC]``; with microseconds, if HubSpot holds them in a property of its own."""
    moments, unfit = _read(definition, cells, _MOMENT, "datetime64[ms]")
    if moments is None and definition.read_only:
        moments = _finer(cells, unfit)
    if moments is None:
        return Fitted(None, unfit, "no moment that a cell can hold")
    return Fitted(pd.DatetimeIndex(moments).tz_localize("UTC").array, [])


def _read(
    definition: Property, cells: Sequence[str | None], usual: re.Pattern[str], dtype: str
) -> tuple[np.ndarray[Any, np.dtype[np.datetime64]] | None, list[str]]:
    """Return the moments, or None and the texts that are none."""
    read = _reader(definition)
    written = {text: text.removesuffix("Z") if usual.fullmatch(text) else read(text) for text in _distinct(cells)}
    moments = _parsed(cells, written, dtype)
    if moments is None:  # the 30th of February: which is it?
        written = {text: read(text) for text in written}
        moments = _parsed(cells, written, dtype)
    return moments, [text for text, iso in written.items() if iso is None]


def _reader(definition: Property) -> Callable[[str], str | None]:
    reader = CellReader(definition, CellSettings())

    def read(text: str) -> str | None:
        found = reader(text)
        fits = found.text is not None and found.problem is None and same_value(definition, found.text, text)
        return found.text.removesuffix("Z") if fits and found.text is not None else None

    return read


def _parsed(
    cells: Sequence[str | None], written: dict[str, str | None], dtype: str
) -> np.ndarray[Any, np.dtype[np.datetime64]] | None:
    if None in written.values():
        return None
    try:
        moments = np.array([written[cell] if cell is not None else "NaT" for cell in cells], dtype=dtype)
    except ValueError:
        return None
    return None if (moments < _YEAR_ONE).any() else moments


def _finer(cells: Sequence[str | None], unfit: Sequence[str]) -> np.ndarray[Any, np.dtype[np.datetime64]] | None:
    if not all(map(_FINER.fullmatch, unfit)):
        return None
    utc = datetime.UTC
    try:
        read = {text: datetime.datetime.fromisoformat(text).astimezone(utc) for text in _distinct(cells)}
    except (ValueError, OverflowError):
        return None
    written = {text: moment.replace(tzinfo=None).isoformat() for text, moment in read.items()}
    return _parsed(cells, {**written}, "datetime64[us]")


def _distinct(cells: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys(cell for cell in cells if cell is not None))
