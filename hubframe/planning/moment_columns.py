"""Whole columns of moments at once, as `hubframe.planning.moments` would read them one by one."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.moments import CUT, not_a_day, out_of_time, unsettled, zoneless
from hubframe.planning.texts import Read, Texts, refused

__all__ = ["date_column", "moment_column"]

_Moments = np.ndarray[Any, np.dtype[np.datetime64]]


def date_column(values: pd.Series[Any], name: str) -> Texts:
    """Return the days of a datetime column's cells; midnight is asked in the values' own zone."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    moments = values.to_numpy()
    days = moments.astype("datetime64[D]")
    fits = (days == moments) & ~_outside(moments)
    found = Texts([text if day else None for text, day in zip(_iso(days, "D"), fits.tolist(), strict=True)])
    for position in np.flatnonzero(~fits & ~np.isnat(moments)).tolist():
        value = values.iloc[position]
        outside = not 1 <= value.year <= 9999
        _note(found, position, out_of_time(value, name, "INVALID_DATE") if outside else not_a_day(value, name))
    return found


def moment_column(values: pd.Series[Any], name: str, zone: datetime.tzinfo) -> Texts:
    """Return the moments of a datetime column's cells in UTC; without a zone, they are in ``zone``."""
    cells = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.dt.tz_convert(None).to_numpy()
    given = ~np.isnat(cells)
    outside = _outside(cells)
    moments, settled = cells, given & ~outside
    naive = isinstance(values.dtype, np.dtype)
    if naive and zone is not datetime.UTC:
        local = values.where(settled)
        utc = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert(None)
        moments = utc.to_numpy()
    whole = moments.astype("datetime64[ms]")
    texts = [None if text == "NaT" else f"{text}Z" for text in _iso(whole, "ms")]
    found = Texts(texts)
    for position in np.flatnonzero(given & (np.isnat(moments) | _outside(moments))).tolist():
        value = values.iloc[position]
        texts[position] = None
        settled[position] = False
        wrong = None if outside[position] else unsettled(value.to_pydatetime(warn=False), zone)
        read = refused(value, name, "INVALID_LONG", *wrong) if wrong else out_of_time(value, name)
        _note(found, position, read)
    if naive and settled.any():
        found.converted[zoneless(zone)] = int(settled.sum())
    cut = int((settled & (whole != moments)).sum())
    if cut:
        found.converted[CUT] = cut
    return found


def _note(found: Texts, position: int, read: Read) -> None:
    if read.problem is not None:
        found.note(position, read.problem)


def _outside(moments: _Moments) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which are in no year from 1 to 9999, beyond which a year's text is another."""
    seconds = moments.astype("datetime64[s]")
    early, late = seconds < np.datetime64("0001-01-01"), seconds >= np.datetime64("10000-01-01")
    return np.asarray((early | late) & ~np.isnat(seconds), dtype=np.bool_)


def _iso(moments: _Moments, unit: Any) -> list[str]:
    return list(map(str, np.datetime_as_string(moments, unit=unit).tolist()))
