"""Cells of date and datetime properties, one by one.

https://developers.hubspot.com/docs/guides/api/crm/properties
"""

from __future__ import annotations

import datetime
import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from hubframe.planning import epochs
from hubframe.planning.number_cells import SPACES
from hubframe.planning.scalars import cut, is_number, number_text, short_repr
from hubframe.planning.texts import Read, doubted, refused

__all__ = ["CUT", "not_a_day", "out_of_time", "read_date", "read_moment", "unsettled", "zoneless"]

CUT = "cut to milliseconds"
_NO_MOMENT = 10**4_000  # over 4,300 digits Python writes no text
_MIDNIGHT = datetime.time()
_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2}(?:[.,](?P<fraction>[0-9]+))?)?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DAY_OR_MONTH_FIRST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})(?:[ ,].*)?")


class _Written(NamedTuple):
    """ISO 8601 text: its moment, how exactly it is written, and whether digits after the milliseconds are lost."""

    moment: datetime.datetime
    to_the: str
    cuts: bool


def read_date(value: Any, name: str) -> Read:
    """Read a cell of a date property that is not blank: the day, where it is midnight in the cell's own zone."""
    if isinstance(value, str):
        return _date_text(value, name)
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime.datetime):  # pandas' Timestamp is one
        if not 1 <= value.year <= 9999:
            return out_of_time(value, name, "INVALID_DATE")
        if value.time() != _MIDNIGHT or _nanoseconds(value):
            return not_a_day(value, name)
        return Read(value.isoformat().partition("T")[0])
    if isinstance(value, datetime.date):
        return Read(value.isoformat())
    if is_number(value):
        return _date_number(value, name)
    message = f"{short_repr(value)} was not a valid date."
    return refused(value, name, "INVALID_DATE", message, "Write dates, or text like 2026-01-31.")


def read_moment(value: Any, name: str, zone: datetime.tzinfo) -> Read:
    """Read a cell of a datetime property that is not blank, in UTC; what names no zone is in ``zone``."""
    if isinstance(value, str):
        return _moment_text(value, name, zone)
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime.datetime):
        return _moment(value, name, zone)
    if isinstance(value, datetime.date):
        return _moment(datetime.datetime.combine(value, _MIDNIGHT), name, zone)
    if is_number(value):
        return _moment_number(value, name)
    message = f"{short_repr(value)} was not a valid long."
    return refused(value, name, "INVALID_LONG", message, "Write datetimes, or text like 2026-01-31T09:30:00Z.")


def zoneless(zone: datetime.tzinfo) -> str:
    return f"moments without a zone read in {zone}"


def unsettled(naive: datetime.datetime, zone: datetime.tzinfo) -> tuple[str, str] | None:
    """Return what is wrong with a local time that the clocks skip or show twice, and what to do; else None."""
    early, late = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return None
    exists = early.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None, fold=0) == naive
    if exists:
        return (
            f"{naive} happened twice in {zone}, when the clocks went back.",
            f'Say which is meant: df[...].dt.tz_localize("{zone}", ambiguous=...)',
        )
    return (
        f"{naive} never was in {zone}: the clocks went forward.",
        f'Say what is meant: df[...].dt.tz_localize("{zone}", nonexistent="shift_forward")',
    )


def out_of_time(value: object, name: str, code: str = "INVALID_LONG") -> Read:
    return refused(value, name, code, f"{value} is in no year that has a text in UTC.", "Correct the year.")


def not_a_day(value: object, name: str) -> Read:
    return refused(value, name, "INVALID_DATE", *_has_time(value, name))


def _has_time(value: object, name: str) -> tuple[str, str]:
    message = f"{value} has a time of day, and {name} is a date."
    return message, "Say which day is meant, for example with .dt.normalize() or .dt.date."


def _date_number(value: Any, name: str) -> Read:
    if isinstance(value, int) and abs(value) >= _NO_MOMENT:
        return out_of_time(short_repr(value), name, "INVALID_DATE")
    milliseconds = epochs.whole_number(value)
    if milliseconds is not None:
        return _date_epoch(milliseconds, str(milliseconds), name)
    if not np.isfinite(float(value)):
        return refused(
            value, name, "INVALID_DATE", f"{value} was not a valid date.", "Write a date, or leave it blank."
        )
    text = number_text(value)
    return doubted(text, name, "INVALID_DATE", f"{cut(text)} was not a valid date.", _how_to_read(text))


def _date_epoch(milliseconds: int, raw: str, name: str) -> Read:
    line = epochs.unlikely(milliseconds)
    if line:
        return doubted(raw, name, "INVALID_DATE", _unlikely_message(milliseconds), f"If it is no milliseconds: {line}")
    day = epochs.day_of(milliseconds)
    if day is None:
        hint = 'Say which day is meant: pd.to_datetime(df[...], unit="ms").dt.normalize()'
        return doubted(raw, name, "INVALID_DATE", epochs.off_midnight(milliseconds), hint)
    return Read(day, converted=("epoch milliseconds read as dates",))


def _date_text(value: str, name: str) -> Read:
    text = value.strip()
    spaces = (SPACES,) if text != value else ()
    if epochs.EPOCH_TEXT.fullmatch(text):
        read = _date_epoch(int(text.partition(".")[0]), value, name)
        return read._replace(converted=(*spaces, *read.converted)) if read.problem is None else read
    written = _written(text)
    if written is None:
        return doubted(value, name, "INVALID_DATE", f"{cut(value)} was not a valid date.", _how_to_read(text))
    if written.moment.time() != _MIDNIGHT or written.cuts:
        return doubted(value, name, "INVALID_DATE", *_has_time(text, name))
    return Read(text[:10], converted=spaces)


def _moment(value: datetime.datetime, name: str, zone: datetime.tzinfo) -> Read:
    if not 1 <= value.year <= 9999:
        return out_of_time(value, name)
    plain = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
    converted = (CUT,) if _nanoseconds(value) or plain.microsecond % 1000 else ()
    try:
        if plain.utcoffset() is not None:
            return Read(_utc_text(plain), converted=converted)
        plain = plain.replace(tzinfo=None, fold=0)
        wrong = unsettled(plain, zone)
        if wrong:
            return refused(value, name, "INVALID_LONG", *wrong)
        return Read(_utc_text(plain.replace(tzinfo=zone)), converted=(*converted, zoneless(zone)))
    except OverflowError:  # at the ends of time, UTC's year is none
        return out_of_time(value, name)


def _moment_number(value: Any, name: str) -> Read:
    if isinstance(value, int) and abs(value) >= _NO_MOMENT:
        return out_of_time(short_repr(value), name, "INVALID_LONG")
    milliseconds = epochs.whole_number(value)
    if milliseconds is not None:
        return _moment_epoch(milliseconds, str(milliseconds), name)
    message = f"{short_repr(value)} was not a valid long."
    if not np.isfinite(float(value)):
        return refused(value, name, "INVALID_LONG", message, "Write a moment, or leave the cell blank.")
    hint = f"Say its unit: {epochs.unlikely(int(value)) or epochs.SECONDS}"
    return doubted(number_text(value), name, "INVALID_LONG", message, hint)


def _moment_epoch(milliseconds: int, raw: str, name: str) -> Read:
    line = epochs.unlikely(milliseconds)
    if line:
        return doubted(raw, name, "INVALID_LONG", _unlikely_message(milliseconds), f"If it is no milliseconds: {line}")
    return Read(_utc_text(epochs.moment_of(milliseconds)), converted=("epoch milliseconds read as moments",))


def _moment_text(value: str, name: str, zone: datetime.tzinfo) -> Read:
    text = value.strip()
    converted = (SPACES,) if text != value else ()
    if epochs.EPOCH_TEXT.fullmatch(text):
        read = _moment_epoch(int(text.partition(".")[0]), value, name)
        return read._replace(converted=(*converted, *read.converted)) if read.problem is None else read
    written = _written(text)
    if written is None:
        return doubted(value, name, "INVALID_LONG", f"{cut(value)} was not a valid long.", _how_to_read(text))
    moment = written.moment
    if moment.tzinfo is None:
        wrong = unsettled(moment, zone)
        if wrong:
            return doubted(value, name, "INVALID_LONG", *wrong)
        moment = moment.replace(tzinfo=zone)
        converted = (*converted, zoneless(zone))
    try:
        utc = _utc_text(moment)
    except OverflowError:
        message = f"{cut(value)} is in no year that has a text in UTC."
        return doubted(value, name, "INVALID_LONG", message, "Correct the year.")
    if written.to_the == "minute":
        utc = utc.replace(".000Z", "Z")
    return Read(utc, converted=(*converted, CUT) if written.cuts else converted)


def _written(text: str) -> _Written | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    fraction = found["fraction"] or ""
    time = f"{found['minute'] or '00:00'}{(found['second'] or ':00')[:3]}.{fraction[:3]:0<3}"
    try:
        moment = datetime.datetime.fromisoformat(f"{found['day']}T{time}{(found['zone'] or '').upper()}")
    except ValueError:
        return None
    to_the = "second" if found["second"] else "minute" if found["minute"] else "day"
    return _Written(moment, to_the, bool(fraction[3:].strip("0")))


def _nanoseconds(moment: datetime.datetime) -> int:
    return moment.nanosecond if isinstance(moment, pd.Timestamp) else 0


def _utc_text(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _unlikely_message(milliseconds: int) -> str:
    try:
        return f"{milliseconds} milliseconds would be {epochs.moment_of(milliseconds):%Y-%m-%d}."
    except OverflowError:
        return f"{milliseconds} milliseconds would be in no year at all."


def _how_to_read(text: str) -> str:
    first = _DAY_OR_MONTH_FIRST.fullmatch(text)
    if not first:
        known = _ISO.match(text)
        return "Correct the day or the time." if known and _written(known["day"]) is None else _SAY_HOW
    if int(first[1]) <= 12 < int(first[3]):
        return "Turn the text into dates: pd.to_datetime(df[...], dayfirst=False)"
    return "Turn the text into dates: pd.to_datetime(df[...], dayfirst=True)"


_SAY_HOW = 'Turn the text into dates, saying how it is written: pd.to_datetime(df[...], format="%d %B %Y")'
