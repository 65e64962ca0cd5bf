"""When two texts are the same value to HubSpot."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation

import numpy as np

from hubframe.planning.definitions import Property
from hubframe.planning.scalars import EXACT_BELOW

__all__ = ["exactly", "record_key", "same_float", "same_value", "to_the_minute"]

# How hubframe writes a moment that was given without seconds, as HubSpot's exports do: it stands for the minute.
_WHOLE_MINUTE = re.compile(r":00Z$")


def same_value(definition: Property | None, ours: str, theirs: str | None) -> bool:
    """Tell whether HubSpot would take the two texts for one value of this property.

    A missing value and an empty one are the same. A text that begins with ``;`` appends options: it is the
    same where HubSpot holds all of them already.

    >>> same_value(Property("amount", type="number"), "12.50", "12.5")
    True
    >>> same_value(Property("renewal", type="date"), "1430438400000", "2015-05-01")
    True
    """
    theirs = theirs or ""
    if ours == theirs or definition is None or not ours or not theirs:
        return ours == theirs
    if definition.type == "number":
        number = _decimal(ours)
        return number is not None and number == _decimal(theirs)
    if definition.type in ("date", "datetime"):
        return _same_moment(ours, theirs)
    if definition.is_bool:
        return ours.lower() == theirs.lower()
    if definition.is_multiple:
        asked, held = _options(ours), _options(theirs)
        return asked <= held if ours.startswith(";") else asked == held
    return definition.is_contact_email and ours.strip().lower() == theirs.lower()


def same_float(lost: str, theirs: str | None) -> bool:
    """Tell whether a number that a float has kept without its last digits may be another one.

    Below 2**53, it was a float of 32 bits that lost them, and below 2**24 one of 16; above, it is taken for one of
    64, so that a narrower one is called another number rather than the same.

    >>> same_float("12345678901234568", "12345678901234567"), same_float("12345678901234568", "12345678901234570")
    (True, False)
    """
    number, held = _decimal(lost), _decimal(theirs or "")
    if number is None or held is None:
        return False
    kept = np.float64 if abs(number) >= EXACT_BELOW[8] else np.float32 if abs(number) >= EXACT_BELOW[4] else np.float16
    with np.errstate(over="ignore"):
        return bool(kept(float(number)) == kept(float(held)))


def record_key(id_property: Property | None, text: str) -> str:
    """Return what tells a record from others, where it is named by a value of a unique property, or by its id.

    >>> record_key(Property("email", is_contact_email=True), "Juniper@Example.com")
    'juniper@example.com'
    """
    return text.lower() if id_property is not None and id_property.is_contact_email else text


def exactly(definition: Property | None, held: str) -> str:
    """Return a text that HubSpot holds so that it stands for itself alone: its ``:00Z`` is a second like any other."""
    is_moment = definition is not None and definition.type == "datetime"
    return _WHOLE_MINUTE.sub(":00.000Z", held) if is_moment else held


def to_the_minute(moment: str) -> str:
    """Return a moment's text so that it stands for its minute, where it has no seconds."""
    return moment.replace(":00.000Z", ":00Z")


def _same_moment(ours: str, theirs: str) -> bool:
    moment, now = _moment(ours), _moment(theirs)
    if moment is None or now is None:
        return False
    return moment == (now.replace(second=0, microsecond=0) if _WHOLE_MINUTE.search(ours) else now)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(text: str) -> datetime.datetime | None:
    """Return epoch milliseconds or ISO 8601 text as UTC."""
    try:
        if text.lstrip("-").isdigit():
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            return epoch + datetime.timedelta(milliseconds=int(text))
        moment = datetime.datetime.fromisoformat(text)
        return moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def _options(text: str) -> set[str]:
    return {option for option in text.split(";") if option}
