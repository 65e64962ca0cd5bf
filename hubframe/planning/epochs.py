"""Whole numbers as moments: HubSpot counts milliseconds since 1970; seconds, microseconds and 20260131 look alike."""

from __future__ import annotations

import datetime
import re
from typing import Any

import numpy as np

from hubframe.planning.scalars import is_number

__all__ = ["EPOCH_TEXT", "day_of", "moment_of", "off_midnight", "unlikely", "whole_number"]

EPOCH_TEXT = re.compile(r"-?[0-9]{1,20}(?:\.0+)?")
SECONDS = 'pd.to_datetime(pd.to_numeric(df[...]), unit="s")'
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_DAY = 86_400_000
_EARLY = 10**10  # up to here, milliseconds are in early 1970, and seconds in our time
_LATE = 4_102_444_800_000  # 2100-01-01
_FIRST = -62_135_596_800_000  # 0001-01-01
_SHEET_DAYS = range(20_000, 80_000)  # a spreadsheet's own dates from 1954 to 2119


def whole_number(value: Any) -> int | None:
    """Return a whole number or its text as an int."""
    if isinstance(value, str):
        return int(value.partition(".")[0]) if EPOCH_TEXT.fullmatch(value) else None
    if not is_number(value):
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    return int(value) if np.isfinite(float(value)) and value == int(value) else None


def unlikely(milliseconds: int) -> str | None:
    """Return the line that reads a number as what it seems to be, where that is not milliseconds; else None."""
    if -_EARLY < milliseconds < _EARLY:
        if _is_day_number(milliseconds):
            return 'pd.to_datetime(df[...].astype("Int64").astype("string"), format="%Y%m%d")'
        if milliseconds in _SHEET_DAYS:
            return 'pd.to_datetime(pd.to_numeric(df[...]), unit="D", origin="1899-12-30")'
        return 'pd.to_datetime(pd.to_numeric(df[...]), unit="s")'
    if milliseconds > _LATE or milliseconds < _FIRST:
        return f'pd.to_datetime(pd.to_numeric(df[...]), unit="{"us" if abs(milliseconds) < 10**17 else "ns"}")'
    return None


def moment_of(milliseconds: int) -> datetime.datetime:
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)


def day_of(milliseconds: int) -> str | None:
    """Return the day whose midnight in UTC this is."""
    return None if milliseconds % _DAY else moment_of(milliseconds).date().isoformat()


def off_midnight(milliseconds: int) -> str:
    """Return what HubSpot says of milliseconds that are not midnight.

    >>> off_midnight(1786334400000)
    '1786334400000 is at 4:0:0.0 UTC, not midnight!'
    """
    at = moment_of(milliseconds)
    return f"{milliseconds} is at {at.hour}:{at.minute}:{at.second}.{at.microsecond // 1000} UTC, not midnight!"


def _is_day_number(number: int) -> bool:
    try:
        return 1900 <= datetime.date.fromisoformat(f"{number:08d}").year <= 2100
    except ValueError:
        return False
