"""The body of a search, read and held to HubSpot's limits.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm (Limits). The words for a filter without
its operands were recorded (HubSpot/hubspot-api-nodejs, issues 128, 226 and 251), and so was the answer that names no
cause; those for too many filters, and for a body too long, were not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .answers import Answer, Refusal, error, unreadable_body
from .inputs import parsed_json, value_text
from .search_filters import LISTS, OPERATORS, TAKE_NOTHING, Filter

LONGEST_BODY = 3_000
LARGEST_PAGE = 200
MOST_RESULTS = 10_000
MOST_GROUPS = 5
MOST_FILTERS_IN_A_GROUP = 6
MOST_FILTERS = 18
_JAVA_FILTER = "com.hubspot.inbounddb.publicobject.core.v3.search.Filter"

Group = tuple[Filter, ...]


@dataclass(frozen=True)
class Sort:
    """The one rule by which results are sorted."""

    name: str
    descending: bool


@dataclass(frozen=True)
class SearchRequest:
    """What is looked for. No group matches every record; of several, one is enough."""

    groups: tuple[Group, ...]
    query: str
    sort: Sort | None
    limit: int
    after: int
    properties: tuple[str, ...]


def problem() -> Answer:
    """Return the 400 that gives no reason: an unknown property, a value of the wrong type, a page too far."""
    return error(400, "There was a problem with the request.", None)


def search_request(raw: bytes) -> SearchRequest:
    """Return the request that a body makes; ``Refusal`` where HubSpot would not read it, or finds it too large."""
    body = parsed_json(raw)
    if not isinstance(body, dict):
        raise Refusal(_unreadable("PublicObjectSearchRequest", "not an object"))
    if len(raw.decode()) > LONGEST_BODY:
        raise Refusal(error(400, f"The request body is too long: it must be at most {LONGEST_BODY} characters."))
    limit = _whole(body.get("limit"), usual=10)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refusal(error(400, f"Invalid limit {limit}: it must be between 1 and {LARGEST_PAGE}."))
    after = _whole(body.get("after"), usual=0)
    if after + limit > MOST_RESULTS:
        raise Refusal(problem())
    return SearchRequest(
        groups=_groups(body),
        query=value_text(body.get("query") or ""),
        sort=_sort(_listed(body, "sorts")),
        limit=limit,
        after=after,
        properties=tuple(value_text(name) for name in _listed(body, "properties")),
    )


def _groups(body: dict[str, Any]) -> tuple[Group, ...]:
    groups = _listed(body, "filterGroups")
    if not groups and _listed(body, "filters"):
        # One group may be sent without its brackets.
        groups = [{"filters": body["filters"]}]
    made = []
    for group in groups:
        if not isinstance(group, dict):
            raise Refusal(_unreadable("FilterGroup", "not an object"))
        made.append(tuple(_filter(item) for item in _listed(group, "filters")))
    for many, most, what in (
        (len(made), MOST_GROUPS, "filter groups"),
        (max(map(len, made), default=0), MOST_FILTERS_IN_A_GROUP, "filters in a filter group"),
        (sum(map(len, made)), MOST_FILTERS, "filters"),
    ):
        if many > most:
            raise Refusal(error(400, f"The maximum number of {what} is {most}; the request has {many}."))
    return tuple(made)


def _filter(item: Any) -> Filter:
    if not isinstance(item, dict):
        raise Refusal(_unreadable("Filter", "not an object"))
    unset = [name for name in ("propertyName", "operator") if not item.get(name)]
    if unset:
        message = f"Cannot build Filter, some of required attributes are not set [{', '.join(unset)}]"
        raise Refusal(unreadable_body(1, 1, message))
    asked = Filter(
        name=value_text(item["propertyName"]),
        operator=value_text(item["operator"]),
        value=_text(item.get("value")),
        high=_text(item.get("highValue")),
        values=tuple(value_text(one) for one in _listed(item, "values")),
    )
    if asked.operator not in OPERATORS:
        raise Refusal(_unreadable("Filter", f"unknown operator {asked.operator}"))
    if asked.operator in LISTS:
        if not asked.values:
            raise Refusal(_unreadable("Filter", f"operator {asked.operator} requires values"))
    elif asked.operator not in TAKE_NOTHING:
        if asked.value is None:
            raise Refusal(_unreadable("Filter", f"operator {asked.operator} requires a value"))
        if asked.operator == "BETWEEN" and asked.high is None:
            raise Refusal(_unreadable("Filter", "operator BETWEEN requires a highValue"))
    return asked


def _sort(sorts: list[Any]) -> Sort | None:
    """Return the first rule, the only one HubSpot applies; it may be a property's bare name."""
    if not sorts:
        return None
    if isinstance(sorts[0], str):
        return Sort(sorts[0], descending=False)
    if not isinstance(sorts[0], dict) or not sorts[0].get("propertyName"):
        raise Refusal(problem())
    direction = sorts[0].get("direction") or "ASCENDING"
    if direction not in {"ASCENDING", "DESCENDING"}:
        raise Refusal(problem())
    return Sort(value_text(sorts[0]["propertyName"]), descending=direction == "DESCENDING")


def _listed(body: dict[str, Any], name: str) -> list[Any]:
    held = body.get(name)
    if held is None:
        return []
    if not isinstance(held, list):
        raise Refusal(unreadable_body(1, 1, f"Cannot deserialize value of type `java.util.ArrayList` of {name}"))
    return held


def _whole(value: Any, *, usual: int) -> int:
    text = str(usual) if value is None or value == "" else value_text(value)
    if not text.isascii() or not text.isdecimal():
        raise Refusal(problem())
    return int(text)


def _text(value: Any) -> str | None:
    return None if value is None else value_text(value)


def _unreadable(kind: str, reason: str) -> Answer:
    java = _JAVA_FILTER.removesuffix("Filter") + kind
    return unreadable_body(1, 1, f"Cannot construct instance of `{java}`, problem: {reason}")
