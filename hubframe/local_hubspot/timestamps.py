"""Times as HubSpot writes them, and the ids it stamps on answers."""

from __future__ import annotations

import random
import time
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_random = random.SystemRandom()


def instant(moment: datetime) -> str:
    """Return a time as Java's ``Instant`` prints it: milliseconds only where there are any, then ``Z``."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6]
    return f"{text.removesuffix('.000')}Z"


def now() -> str:
    """Return the present as HubSpot writes it."""
    return instant(datetime.now(UTC))


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the time so many milliseconds after 1970; ``OverflowError`` where no calendar reaches."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def correlation_id() -> str:
    """Return a UUID of version 7, the kind HubSpot's correlation ids are since 2026."""
    bits = (int(time.time() * 1000) << 80) | (0x7 << 76) | (_random.getrandbits(12) << 64)
    return str(uuid.UUID(int=bits | (0b10 << 62) | _random.getrandbits(62)))
