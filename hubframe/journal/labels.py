"""Index labels as JSON, and back.

What JSON knows is itself; a tuple is a list; everything else is an object with one key, its kind.
"""

from __future__ import annotations

import base64
import json
import math
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import orjson
import pandas as pd

__all__ = ["json_from", "json_text", "label_from", "label_text"]


def json_text(value: Any) -> str:
    """Return a value as JSON; any text survives, half characters too (they are escaped)."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a character, a number of more than 64 bits
        return json.dumps(value, default=str)


def json_from(text: str) -> Any:
    """Return what `json_text` was given, if no number is in it that it could round."""
    try:
        return orjson.loads(text)
    except ValueError:  # half a character
        return json.loads(text)


def label_text(label: Any) -> str:
    """Return an index label as JSON that `label_from` turns back; an object of an unknown kind stays its repr."""
    plain = type(label) is str or type(label) is int
    return json_text(label if plain else _encoded(label))


def label_from(text: str) -> Any:
    # orjson rounds integers of more than 64 bits, which no shorter text holds.
    return _decoded(json_from(text) if len(text) < 19 else json.loads(text))


def _encoded(label: Any) -> Any:
    if label is None or isinstance(label, bool | int | str):
        return str(label) if isinstance(label, str) else label
    if isinstance(label, tuple):
        return [_encoded(item) for item in label]
    for kind, known, encode in _ENCODERS:
        if isinstance(label, known):
            return {kind: encode(label)}
    if isinstance(label, float):
        return float(label) if math.isfinite(label) else {"float": str(float(label))}
    if isinstance(label, np.generic):
        plain = pd.Timestamp(label) if isinstance(label, np.datetime64) else label.item()
        if not isinstance(plain, np.generic):
            return _encoded(plain)
    return {"object": repr(label)}


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decoded(item) for item in value)
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        return _DECODERS[kind](content)
    return value


def _moment(label: pd.Timestamp) -> list[Any]:
    offset = label.utcoffset()
    count = int(label.asm8.view("int64"))  # of its own unit: nothing is rounded
    return [count, label.unit, *((str(label.tz), offset.total_seconds()) if offset is not None else ())]


def _moment_from(content: list[Any]) -> pd.Timestamp:
    count, unit, *zone = content
    moment = pd.Timestamp(np.datetime64(count, unit))
    if not zone:
        return moment
    name, offset = zone
    in_utc = moment.tz_localize("UTC")
    try:
        return in_utc.tz_convert(name)
    except (KeyError, ValueError, OSError):  # a zone this machine does not know by that name
        return in_utc.tz_convert(timezone(timedelta(seconds=offset)))


def _span_from(content: list[Any]) -> pd.Timedelta:
    count, unit = content
    return pd.Timedelta(np.timedelta64(count, unit))


# In this order: a NaT is a datetime, a Timestamp too, a datetime is a date, a Timedelta is a timedelta.
_ENCODERS: tuple[tuple[str, type, Callable[[Any], Any]], ...] = (
    ("NaT", type(pd.NaT), lambda _: None),
    ("NA", type(pd.NA), lambda _: None),
    ("timestamp", pd.Timestamp, _moment),
    ("datetime", datetime, datetime.isoformat),
    ("date", date, date.isoformat),
    ("timedelta", pd.Timedelta, lambda label: [int(label.asm8.view("int64")), label.unit]),
    ("period", pd.Period, lambda label: [label.ordinal, label.freqstr]),
    ("interval", pd.Interval, lambda label: [_encoded(label.left), _encoded(label.right), label.closed]),
    ("decimal", Decimal, str),
    ("uuid", uuid.UUID, str),
    ("bytes", bytes, lambda label: base64.b64encode(label).decode()),
)
_DECODERS: dict[str, Callable[[Any], Any]] = {
    "NaT": lambda _: pd.NaT,
    "NA": lambda _: pd.NA,
    "timestamp": _moment_from,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "timedelta": _span_from,
    "period": lambda content: pd.Period(ordinal=content[0], freq=content[1]),
    "interval": lambda content: pd.Interval(_decoded(content[0]), _decoded(content[1]), content[2]),
    "decimal": Decimal,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
    "float": float,
    "object": str,
}
