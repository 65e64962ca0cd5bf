"""``search``: the records that match, sorted, a page at a time.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from .access import may_read_sensitive
from .answers import Answer, Refusal
from .reading import shown, visible
from .search_filters import ORDERED, Filter, predicate, reader, words
from .search_index import SearchIndex, Window
from .search_request import Group, SearchRequest, Sort, problem, search_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .object_type import ObjectType
    from .portal import Portal
    from .records import Record
    from .settings import Settings

_BY_ID = "hs_object_id"
_OLDEST_FIRST = Sort("createdate", descending=False)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
# Where ``query`` looks; in types not listed, in every text property.
_SEARCHED = {
    "0-1": ("firstname", "lastname", "email", "phone", "hs_additional_emails", "mobilephone", "company"),
    "0-2": ("website", "phone", "name", "domain"),
    "0-3": ("dealname", "pipeline", "dealstage", "description", "dealtype"),
    "0-5": ("subject", "content", "hs_pipeline_stage", "hs_ticket_category"),
}


class Search:
    """Searches one portal. What it held when it was first asked anything is in the index at once."""

    def __init__(self, portal: Portal, settings: Settings) -> None:
        self._portal = portal
        self._settings = settings
        self._indices: dict[str, SearchIndex] = {}
        self._opened_at: float | None = None

    def open(self) -> None:
        """Take note that the account has been asked something."""
        if self._opened_at is None:
            self._opened_at = time.monotonic()

    def answer(self, kind: ObjectType, raw: bytes) -> Answer:
        """Return one page of what a body asks for."""
        asked = search_request(raw)
        with self._portal.lock:
            index = self._index(kind)
            found, within = self._found(index, kind, asked)
            page = within[asked.after : asked.after + asked.limit]
            names = visible(kind, asked.properties or kind.default_properties, self._settings)
            results = [shown(self._portal, kind, index.record(found[at]), names) for at in page]
        body: dict[str, Any] = {"total": len(within), "results": results}
        if asked.after + asked.limit < len(within):
            body["paging"] = {"next": {"after": str(asked.after + asked.limit)}}
        return Answer(200, body)

    def _index(self, kind: ObjectType) -> SearchIndex:
        records = self._portal.records_of(kind.type_id)
        index = self._indices.setdefault(kind.type_id, SearchIndex(records))
        before = time.monotonic() - self._settings.search_lag_seconds
        index.catch_up(before if self._opened_at is None else max(before, self._opened_at))
        return index

    def _found(self, index: SearchIndex, kind: ObjectType, asked: SearchRequest) -> tuple[list[int], range]:
        """Return ids in the order asked for, and the positions of those that are results."""
        sort = asked.sort or _OLDEST_FIRST
        by_id = sort.name == _BY_ID
        window, groups = _windowed(asked.groups) if by_id else (Window([]), asked.groups)
        matches = self._matches(kind, groups, asked.query)
        definition = self._definition(kind, sort.name)
        if by_id:
            # Every group empty is every record: nothing has to be looked at.
            everything = not asked.query and (not groups or () in groups)
            found = index.found((groups, asked.query, kind.times_defined), None if everything else matches, list)
            within = window.of(found)
            return found, within[::-1] if sort.descending else within
        found = index.found(
            (groups, asked.query, sort, kind.times_defined), matches, lambda records: _sorted(records, sort, definition)
        )
        return found, range(len(found))

    def _matches(self, kind: ObjectType, groups: tuple[Group, ...], query: str) -> Callable[[Record], bool]:
        try:
            tests = [[predicate(one, self._definition(kind, one.name)) for one in group] for group in groups]
        except (ValueError, OverflowError):
            raise Refusal(problem()) from None
        wanted = words(query)
        searched = _SEARCHED.get(kind.type_id) or tuple(
            name for name, made in kind.definitions.items() if made["type"] == "string"
        )

        def matches(record: Record) -> bool:
            texts = record.properties
            if tests and not any(all(test(texts) for test in group) for group in tests):
                return False
            if not wanted:
                return True
            held = words(" ".join(texts.get(name, "") for name in searched))
            return all(any(word.startswith(one) for word in held) for one in wanted)

        return matches

    def _definition(self, kind: ObjectType, name: str) -> Mapping[str, Any]:
        made = kind.definitions.get(name)
        hidden = name in kind.sensitive and not may_read_sensitive(self._settings.scopes, kind, kind.sensitive[name])
        if made is None or hidden:
            raise Refusal(problem())
        return made


def _windowed(groups: tuple[Group, ...]) -> tuple[Window, tuple[Group, ...]]:
    """Return the bounds of ids that hold in every group, and the groups without them."""
    windows = {Window((one.operator, int(one.value or 0)) for one in group if _is_bound(one)) for group in groups}
    if len(windows) != 1:
        return Window([]), groups
    return windows.pop(), tuple(tuple(one for one in group if not _is_bound(one)) for group in groups)


def _is_bound(asked: Filter) -> bool:
    return asked.name == _BY_ID and asked.operator in ORDERED and bool(_WHOLE.fullmatch(asked.value or ""))


def _sorted(records: list[Record], sort: Sort, definition: Mapping[str, Any]) -> list[Record]:
    """Return records in order, those without a value last, equals by id."""
    name = sort.name
    read = reader(definition)
    having, without = [], []
    for record in records:
        held = record.properties.get(name)
        try:
            key = read(held) if held else None
        except ValueError:  # held since the property was of another type
            key = None
        if key is None:
            without.append(record)
        else:
            having.append((key, record))
    having.sort(key=lambda pair: pair[0], reverse=sort.descending)
    return [record for _, record in having] + without
