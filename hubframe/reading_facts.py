"""What planning does better with and can do without: an account's owners, an object type's pipelines and rules.

Each is read once per connection. Where one can't be read, planning goes on, and HubSpot judges.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hubframe.connection import Connection
from hubframe.delivery.messages import Answer, dicts
from hubframe.delivery.steps import Stop
from hubframe.planning.account_json import Pipelines, owner_choices, pipelines_from_json, rules_by_property
from hubframe.planning.choices import Choices
from hubframe.planning.definitions import Definitions
from hubframe.planning.object_types import type_id
from hubframe.planning.rules import Rule
from hubframe.reading import ask, definitions_path, stop_error

__all__ = [
    "Unread",
    "both",
    "nothing",
    "read_owner_objects",
    "read_owners",
    "read_pipelines",
    "read_rules",
    "read_schemas",
    "read_sensitive",
    "read_sensitive_objects",
    "read_switched_off",
]

A = TypeVar("A")
B = TypeVar("B")
OWNERS_PER_PAGE = 500

Objects = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why something could not be read, in HubSpot's words. ``refused``: it said no, and will say so again."""

    why: str
    refused: bool = False
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results, and where the next one begins."""

    results: list[dict[str, Any]]
    after: str = ""


async def read_owners(connection: Connection) -> Choices | Unread:
    """Return the account's owners, those who left included."""
    return await _once(connection, f"/crm/owners/{connection.api_version}", lambda: _owners(connection))


async def _owners(connection: Connection) -> Choices | Unread:
    found = await read_owner_objects(connection)
    return found if isinstance(found, Unread) else owner_choices(*found)


async def read_owner_objects(connection: Connection) -> tuple[Objects, Objects] | Unread:
    """Return the owners as HubSpot has them, and those who left; asked anew each time."""
    active, archived = await both(
        _pages(connection, f"/crm/owners/{connection.api_version}?limit={OWNERS_PER_PAGE}&archived=false"),
        _pages(connection, f"/crm/owners/{connection.api_version}?limit={OWNERS_PER_PAGE}&archived=true"),
    )
    if isinstance(active, Unread):
        return active
    return archived if isinstance(archived, Unread) else (active, archived)


async def read_pipelines(connection: Connection, object_type: str) -> Pipelines | Unread:
    """Return an object type's pipelines with their stages."""
    path = f"/crm/pipelines/{connection.api_version}/{urllib.parse.quote(object_type, safe='')}"
    return await _once(connection, path, lambda: _pipelines(connection, path))


async def _pipelines(connection: Connection, path: str) -> Pipelines | Unread:
    page = await _page(connection, path)
    if isinstance(page, Unread):
        return page
    found = pipelines_from_json(page.results)
    return found if found.pipelines else Unread("There are none.", refused=True)


async def read_rules(connection: Connection, object_type: str) -> Mapping[str, tuple[Rule, ...]] | Unread:
    """Return the rules that admins set for an object type's properties, by property."""
    kind = type_id(object_type)
    if kind is None:  # HubSpot asks for the id here, and a custom type's is not in its name
        return {}
    path = f"/crm/property-validations/{connection.api_version}/{kind}"
    return await _once(connection, path, lambda: _rules(connection, path))


async def _rules(connection: Connection, path: str) -> Mapping[str, tuple[Rule, ...]] | Unread:
    page = await _page(connection, path)
    return page if isinstance(page, Unread) else rules_by_property(page.results)


async def read_schemas(connection: Connection) -> list[dict[str, Any]] | Unread:
    """Return the account's custom object types, in HubSpot's JSON, without their properties."""
    path = f"/crm-object-schemas/{connection.api_version}/schemas"
    return await _once(connection, path, lambda: _schemas(connection, path))


async def _schemas(connection: Connection, path: str) -> list[dict[str, Any]] | Unread:
    bare = "includePropertyDefinitions=false&includeAssociationDefinitions=false&includeAuditMetadata=false"
    page = await _page(connection, f"{path}?{bare}")
    return page if isinstance(page, Unread) else page.results


async def read_switched_off(connection: Connection) -> frozenset[str] | Unread:
    """Return the ids of HubSpot's own types that the account has switched off.

    https://developers.hubspot.com/docs/api-reference/2026-03/crm/crm-data-model/get-object-library
    """
    path = f"/crm/object-library/{connection.api_version}/enablement"
    return await _once(connection, path, lambda: _switched_off(connection, path))


async def _switched_off(connection: Connection, path: str) -> frozenset[str] | Unread:
    answer = await _asked(connection, path)
    if isinstance(answer, Unread):
        return answer
    enabled = answer.json.get("enablementByObjectTypeId")
    if not isinstance(enabled, Mapping):
        return Unread("Its answer does not say.")
    return frozenset(str(kind) for kind, is_enabled in enabled.items() if is_enabled is False)


async def read_sensitive(connection: Connection, object_type: str) -> tuple[Definitions | Unread, Definitions | Unread]:
    """Return the definitions of sensitive properties, and of highly sensitive ones."""
    return await both(
        _sensitive(connection, object_type, "sensitive"), _sensitive(connection, object_type, "highly_sensitive")
    )


async def _sensitive(connection: Connection, object_type: str, sensitivity: str) -> Definitions | Unread:
    path = f"{definitions_path(connection, object_type)}?dataSensitivity={sensitivity}"
    return await _once(connection, path, lambda: _definitions(connection, object_type, path))


async def _definitions(connection: Connection, object_type: str, path: str) -> Definitions | Unread:
    page = await _page(connection, path)
    return page if isinstance(page, Unread) else Definitions.from_json(object_type, {"results": page.results})


async def read_sensitive_objects(connection: Connection, object_type: str) -> tuple[Objects | Unread, Objects | Unread]:
    """Return sensitive properties as HubSpot has them, and highly sensitive ones; asked anew each time."""
    path = f"{definitions_path(connection, object_type)}?dataSensitivity="
    return await both(_pages(connection, f"{path}sensitive"), _pages(connection, f"{path}highly_sensitive"))


async def both(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Await two reads at the same time; both have ended when the first error is raised."""
    one, other = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(other, BaseException):
        raise other
    return one, other


async def nothing() -> None:
    """Await nothing, beside something."""
    return


async def _once(connection: Connection, key: str, read: Callable[[], Awaitable[A]]) -> A:
    """Return what an earlier call found, else what a read finds; only trouble that may pass is asked about again."""
    if key in connection.facts:
        known: A = connection.facts[key]
        return known
    found = await read()
    if not isinstance(found, Unread) or found.refused:
        connection.facts[key] = found
    return found


async def _pages(connection: Connection, path: str) -> list[dict[str, Any]] | Unread:
    results: list[dict[str, Any]] = []
    page = await _page(connection, path)
    seen = {""}
    while isinstance(page, Page):
        results += page.results
        if page.after in seen:
            return results
        seen.add(page.after)
        page = await _page(connection, f"{path}&after={urllib.parse.quote(page.after, safe='')}")
    return page


async def _asked(connection: Connection, path: str) -> Answer | Unread:
    """Return a good answer; a bad token and a used-up day are errors, as everywhere: the update would meet them too."""
    answer, advice = await ask(connection, path)
    if not isinstance(answer, Stop):
        return answer if answer.ok else Unread(answer.message, refused=answer.status in (403, 404))
    if answer.kind in ("authentication", "daily_limit"):
        raise stop_error(answer, connection, advice)
    return Unread(answer.cause.message, refused=answer.kind == "scope", scopes=answer.scopes)


async def _page(connection: Connection, path: str) -> Page | Unread:
    answer = await _asked(connection, path)
    if isinstance(answer, Unread):
        return answer
    results = answer.json.get("results")
    if not isinstance(results, list):
        return Unread("Its answer has no list of results.")
    paging = answer.json.get("paging")
    following = paging.get("next") if isinstance(paging, Mapping) else None
    after = following.get("after") if isinstance(following, Mapping) else None
    return Page(dicts(results), "" if after is None else str(after))
