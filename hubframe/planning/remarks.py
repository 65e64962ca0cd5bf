"""What there is to say of a plan besides its rows."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hubframe.planning.columns import Columns
from hubframe.planning.definitions import Definitions
from hubframe.planning.moments import zoneless

__all__ = ["left_out", "unread", "zones"]


def left_out(chosen: Columns) -> list[str]:
    """Return which columns are not written, a sentence for each reason."""
    reasons: dict[str, list[str]] = {}
    for label, why in chosen.left_out:
        reasons.setdefault(why, []).append(str(label))
    return [f"Left out: {', '.join(labels)} ({why})." for why, labels in reasons.items()]


def unread(definitions: Definitions) -> list[str]:
    """Return what could not be read of the account, and so is not checked."""
    if definitions.known:
        return list(definitions.notes)
    nothing_known = (
        "The token may not read property definitions, so every column is taken for an internal name and HubSpot "
        f"judges. To have columns checked, give the token {definitions.needed_scope}."
    )
    return [*definitions.notes, nothing_known]


def zones(converted: Mapping[Any, Counter[str]], zone: datetime.tzinfo, account_zone: str) -> list[str]:
    """Return in which zone moments without one are read, where it is not the account's own."""
    phrase = zoneless(zone)
    count = sum(counted[phrase] for counted in converted.values())
    if not count or not account_zone or account_zone == str(zone):
        return []
    moments = "1 moment" if count == 1 else f"{count:,} moments"
    told = (
        f"{moments} without a zone read in {zone}, and the account's own zone, in which HubSpot's exports are, is "
        f"{account_zone}: timezone={account_zone!r}."
    )
    return [told]
