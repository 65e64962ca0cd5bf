"""The body of a search, and how much HubSpot takes in one.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

__all__ = [
    "FOUND_AT_ONCE",
    "MOST_CHARACTERS",
    "MOST_FILTERS",
    "MOST_GROUPS",
    "MOST_IN_GROUP",
    "search_body",
    "search_length",
    "windowed",
]

FOUND_AT_ONCE = 200  # HubSpot's most for a page
MOST_GROUPS, MOST_IN_GROUP, MOST_FILTERS = 5, 6, 18
MOST_CHARACTERS = 3_000  # of the whole body
_LAST_PAGE = "10000"  # HubSpot's paging goes no further
_GREATEST_ID = 2**63 - 1

Groups = Sequence[Mapping[str, Any]]


def search_body(groups: Groups, *, limit: int, after: str = "", direction: str = "ASCENDING") -> bytes:
    """Return the body of a search for record ids alone, in their order."""
    body: dict[str, Any] = {
        "filterGroups": list(groups),
        "sorts": [{"propertyName": "hs_object_id", "direction": direction}],
        "properties": ["hs_object_id"],
        "limit": limit,
    }
    return orjson.dumps({**body, "after": after} if after else body)


def search_length(groups: Groups) -> int:
    """Return the characters of a search's longest body."""
    return len(search_body(groups, limit=FOUND_AT_ONCE, after=_LAST_PAGE).decode())


def windowed(groups: Groups, last: int) -> list[dict[str, Any]] | None:
    """Return filter groups that find only records after the last one found; None where HubSpot takes no more filters.

    Whether it does, is the same for every ``last``.
    """
    counts = [len(group.get("filters", ())) for group in groups]
    if any(count >= MOST_IN_GROUP for count in counts) or sum(counts) + len(counts) > MOST_FILTERS:
        return None
    fits = search_length(_with_window(groups, _GREATEST_ID)) <= MOST_CHARACTERS
    return _with_window(groups, last) if fits else None


def _with_window(groups: Groups, last: int) -> list[dict[str, Any]]:
    more = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
    return [{**group, "filters": [*group.get("filters", ()), more]} for group in groups] or [{"filters": [more]}]
