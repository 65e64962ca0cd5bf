"""The paths: which rule answers which request. Order of checks: type (400), scopes (403), body."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import account, answers, batch_update, object_library, owners, pipelines, reading, schema, schemas, validations
from .access import require_any_object, require_custom_schemas, require_objects, require_owners, require_schema
from .answers import Answer, Refusal
from .inputs import parsed_json
from .portal import TYPE_ID, UnknownObjectTypeError
from .search import Search
from .timestamps import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .batch_update import Written
    from .object_type import ObjectType
    from .portal import Portal
    from .rate_limit import RateLimit
    from .settings import Settings

_APIS = "objects|properties|owners|pipelines|property-validations"
# The version stands after the API's name in dated paths, before it in those of v3.
_PATH = re.compile(
    rf"/(?:crm/(?P<api>{_APIS})/(?:2026-03|2026-09)"
    rf"|crm/v3/(?P<old_api>{_APIS})"
    r"|(?P<account>account-info)/(?:2026-03|2026-09|v3))"
    r"(?P<rest>(?:/[^/]+)*)"
)
_SEARCH = re.compile(r"/[^/]+/search")


class Routes:
    """Answers requests by path, against one portal."""

    def __init__(self, portal: Portal, settings: Settings, rate_limit: RateLimit) -> None:
        self._portal = portal
        self._settings = settings
        self._rate_limit = rate_limit
        self._search = Search(portal, settings)

    def answer(self, method: str, path: str, query: Mapping[str, str], raw: bytes) -> tuple[Answer, list[Written]]:
        """Return the answer and what was written; ``Refusal`` where the answer is an error."""
        self._search.open()
        if schemas.PATH.fullmatch(path):
            return self._schemas(method, query), []
        if object_library.PATH.fullmatch(path):
            return self._object_library(method), []
        match = _PATH.fullmatch(path)
        if match is None:
            raise Refusal(answers.unknown_route())
        parts = match["rest"].split("/")[1:]
        if match["account"]:
            return self._account(method, parts), []
        api = match["api"] or match["old_api"]
        if api == "owners":
            return self._owners(method, parts, query, path), []
        if not parts:
            raise Refusal(answers.unknown_route())
        if api == "properties":
            return self._schema(method, parts, query), []
        if api == "objects":
            return self._objects(method, parts, query, raw, path)
        return self._about_type(method, api, parts), []

    def _account(self, method: str, parts: list[str]) -> Answer:
        if parts not in (["details"], ["api-usage", "daily", "private-apps"]):
            raise Refusal(answers.unknown_route())
        _only("GET", method)
        if parts == ["details"]:
            return account.details(self._portal)
        resets_at = instant(datetime.fromtimestamp(self._rate_limit.resets_at_seconds, UTC))
        return account.daily_usage(self._rate_limit.used_today, self._settings.requests_per_day, resets_at)

    def _owners(self, method: str, parts: list[str], query: Mapping[str, str], path: str) -> Answer:
        if parts:
            raise Refusal(answers.unknown_route())
        _only("GET", method)
        require_owners(self._settings.scopes)
        with self._portal.lock:
            return owners.page(self._portal.all_owners(), query, path)

    def _schemas(self, method: str, query: Mapping[str, str]) -> Answer:
        _only("GET", method)
        require_custom_schemas(self._settings.scopes)
        with self._portal.lock:
            return schemas.page(self._portal, query)

    def _object_library(self, method: str) -> Answer:
        _only("GET", method)
        with self._portal.lock:
            require_any_object(self._settings.scopes, self._portal.object_types())
            return object_library.enablement(self._portal)

    def _about_type(self, method: str, api: str, parts: list[str]) -> Answer:
        """Answer for a type's pipelines, or its validation rules; any right to the type is enough."""
        if len(parts) > 1:
            raise Refusal(answers.unknown_route())
        _only("GET", method)
        if api == "property-validations" and not TYPE_ID.fullmatch(parts[0]):
            raise Refusal(answers.error(400, f"Invalid object or event type id: {parts[0]}", None))
        kind = self._kind(parts[0])
        require_schema(self._settings.scopes, kind)
        with self._portal.lock:
            return pipelines.page(kind) if api == "pipelines" else validations.page(kind)

    def _schema(self, method: str, parts: list[str], query: Mapping[str, str]) -> Answer:
        if len(parts) > 2:
            raise Refusal(answers.unknown_route())
        _only("GET", method)
        kind = self._kind(parts[0])
        require_schema(self._settings.scopes, kind)
        if len(parts) == 1:
            return schema.properties(self._portal, kind, query, self._settings)
        return schema.one_property(self._portal, kind, parts[1], query, self._settings)

    def _objects(
        self, method: str, parts: list[str], query: Mapping[str, str], raw: bytes, path: str
    ) -> tuple[Answer, list[Written]]:
        portal, settings = self._portal, self._settings
        if parts[1:] == ["batch", "update"]:
            _only("POST", method)
            kind = self._kind(parts[0])
            require_objects(settings.scopes, kind, "write")
            return batch_update.update(portal, kind, parsed_json(raw), settings)
        if parts[1:] == ["batch", "read"]:
            _only("POST", method)
            kind = self._kind(parts[0])
            require_objects(settings.scopes, kind, "read")
            body: Any = parsed_json(raw)
            archived = query.get("archived", "").lower() == "true"
            return reading.batch_read(portal, kind, body, archived, settings), []
        if parts[1:] == ["search"]:
            _only("POST", method)
            kind = self._kind(parts[0])
            require_objects(settings.scopes, kind, "read")
            return self._search.answer(kind, raw), []
        if len(parts) > 2:
            raise Refusal(answers.unknown_route())
        _only("GET", method)
        kind = self._kind(parts[0])
        require_objects(settings.scopes, kind, "read")
        if len(parts) == 1:
            return reading.page(portal, kind, query, settings, path), []
        return reading.one(portal, kind, parts[1], query, settings), []

    def _kind(self, name: str) -> ObjectType:
        try:
            return self._portal.object_type(name)
        except UnknownObjectTypeError as unknown:
            raise Refusal(answers.error(400, unknown.message, None)) from None


def is_search(path: str) -> bool:
    """Return whether a path leads to a search of records, which has a limit of its own."""
    match = _PATH.fullmatch(path)
    return (
        match is not None
        and "objects" in (match["api"], match["old_api"])
        and _SEARCH.fullmatch(match["rest"]) is not None
    )


def _only(expected: str, method: str) -> None:
    if method != expected:
        raise Refusal(answers.wrong_method())
