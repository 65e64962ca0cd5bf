"""Records read: ``batch/read``, the paged list, and one record by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import answers
from .access import may_read_sensitive
from .answers import Answer, Refusal
from .batch_update import record_url
from .inputs import batch_inputs, value_text
from .paging import limit_and_cursor, next_page
from .timestamps import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .object_type import ObjectType
    from .portal import Portal
    from .records import Record, Records
    from .settings import Settings

LARGEST_PAGE = 100


def batch_read(portal: Portal, kind: ObjectType, body: Any, archived: bool, settings: Settings) -> Answer:  # noqa: FBT001
    """Return the records asked for; ids that merges absorbed bring the survivor, under its own id.

    Each record comes once, however often it is asked for.
    """
    started = now()
    inputs = [value_text(item["id"]) for item in batch_inputs(body)]
    asked = body.get("properties") or []
    id_property = body.get("idProperty") or None
    if id_property and id_property not in kind.identifying:
        raise Refusal(answers.not_unique(kind.type_id, id_property, portal.portal_id))
    with portal.lock:
        records = portal.records_of(kind.type_id)
        found: dict[str, Record] = {}
        missing: dict[str, None] = {}
        for text in inputs:
            record = _found(records, text, id_property, archived=archived)
            if record is None:
                missing[text] = None
            else:
                found[record.id] = record
        names = visible(kind, asked or kind.default_properties, settings)
        results = [shown(portal, kind, record, names) for record in found.values()]
        portal.order.shuffle(results)
    errors = [answers.not_found(kind.shouted, list(missing), [])] if missing else []
    return answers.batch(results, errors, started, now())


def page(portal: Portal, kind: ObjectType, query: Mapping[str, str], settings: Settings, path: str) -> Answer:
    """Return one page of a type's records in id order, with the cursor of the next."""
    limit, after = limit_and_cursor(query, usual=10, largest=LARGEST_PAGE)
    with portal.lock:
        records = portal.records_of(kind.type_id)
        found, more = records.after(after, archived=_is_true(query, "archived"), limit=limit)
        names = visible(kind, _names(query) or kind.default_properties, settings)
        body: dict[str, Any] = {"results": [shown(portal, kind, record, names) for record in found]}
    if more:
        body["paging"] = next_page(path, query, found[-1].id, ("limit", "properties", "archived"))
    return Answer(200, body)


def one(portal: Portal, kind: ObjectType, record_id: str, query: Mapping[str, str], settings: Settings) -> Answer:
    """Return one record by id or unique property; an id that a merge absorbed finds the survivor."""
    id_property = query.get("idProperty") or None
    if id_property and id_property not in kind.identifying:
        raise Refusal(answers.not_unique(kind.type_id, id_property, portal.portal_id))
    with portal.lock:
        records = portal.records_of(kind.type_id)
        record = _found(records, record_id, id_property, archived=_is_true(query, "archived"))
        if record is None:
            raise Refusal(answers.no_such_record(record_id))
        names = visible(kind, _names(query) or kind.default_properties, settings)
        return Answer(200, shown(portal, kind, record, names))


def _found(records: Records, text: str, id_property: str | None, *, archived: bool) -> Record | None:
    by_value = id_property is not None and id_property != "hs_object_id"
    if archived:
        # An archived record has given its unique values back; whether HubSpot still finds it by them was not found.
        return None if by_value else records.archived.get(records.survivor(text))
    if by_value and id_property is not None:
        owner = records.owner_of(id_property, text)
        return None if owner is None else records.live[owner]
    return records.live.get(records.survivor(text))


def visible(kind: ObjectType, asked: Iterable[str], settings: Settings) -> list[str]:
    """Return the known ones of the properties asked for, with those that always come."""
    always = ("createdate", "hs_object_id", kind.modified_property)
    return sorted(
        name
        for name in {*asked, *always}
        if name in kind.definitions
        and (name not in kind.sensitive or may_read_sensitive(settings.scopes, kind, kind.sensitive[name]))
    )


def shown(portal: Portal, kind: ObjectType, record: Record, names: list[str]) -> dict[str, Any]:
    held = record.properties
    result: dict[str, Any] = {
        "id": record.id,
        # A property never set is null, one that was cleared is the empty text.
        "properties": {name: held.get(name) for name in names},
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
        "archived": record.archived_at is not None,
        "url": record_url(portal, kind, record.id),
    }
    if record.archived_at is not None:
        result["archivedAt"] = record.archived_at
    return result


def _names(query: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in query.get("properties", "").split(",") if name.strip()]


def _is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() == "true"
