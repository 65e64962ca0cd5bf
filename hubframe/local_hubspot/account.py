"""The account: its details, and how much of the day's calls is used. Every token may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import Answer
from .timestamps import now

if TYPE_CHECKING:
    from .portal import Portal


def details(portal: Portal) -> Answer:
    """Return the account's details."""
    return Answer(
        200,
        {
            "portalId": portal.portal_id,
            "accountType": "DEVELOPER_TEST",
            "timeZone": "UTC",
            "companyCurrency": "EUR",
            "additionalCurrencies": [],
            "utcOffset": "+00:00",
            "utcOffsetMilliseconds": 0,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        },
    )


def daily_usage(used: int, limit: int, resets_at: str) -> Answer:
    """Return the calls of this day so far."""
    usage = {
        "name": "LocalHubSpot",
        "usageLimit": limit,
        "currentUsage": used,
        "collectedAt": now(),
        "fetchStatus": "SUCCESS",
        "resetsAt": resets_at,
    }
    return Answer(200, {"results": [usage]})
