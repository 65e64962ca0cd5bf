"""Pages of a list: how many are asked for, and where the next one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answers import Refusal, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def limit_and_cursor(query: Mapping[str, str], *, usual: int, largest: int) -> tuple[int, int]:
    """Return how many are asked for, and the id after which they begin."""
    limit, after = query.get("limit", str(usual)), query.get("after", "0")
    if not limit.isdecimal() or not 1 <= int(limit) <= largest:
        # HubSpot's words for this were not found.
        raise Refusal(error(400, f"Invalid limit {limit}: it must be between 1 and {largest}."))
    if not after.isdecimal():
        raise Refusal(error(400, f"Invalid paging cursor: {after}"))
    return int(limit), int(after)


def next_page(path: str, query: Mapping[str, str], cursor: str, kept: Iterable[str]) -> dict[str, Any]:
    """Return the ``paging`` that leads on from this id; the link keeps what the query had of ``kept``."""
    rest = "".join(f"&{name}={query[name]}" for name in kept if name in query)
    return {"next": {"after": cursor, "link": f"https://api.hubapi.com{path}?after={cursor}{rest}"}}
