"""What reading records needs to know of an account: its properties, and what their values are chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hubframe.connection import Connection
from hubframe.planning.column_errors import quoted
from hubframe.planning.definitions import Definitions
from hubframe.planning.headers import Headers
from hubframe.reading import read_definitions
from hubframe.reading_definitions import pipeline_properties, with_owners, with_pipelines, with_sensitive
from hubframe.reading_facts import Unread, both, nothing, read_owners, read_pipelines, read_sensitive
from hubframe.reading_records.options import ReadOptions

__all__ = ["read_defined", "with_choices"]


async def read_defined(connection: Connection, options: ReadOptions) -> Definitions:
    """Return an object type's definitions; sensitive ones only where all are read, or a name is no other's."""
    definitions = await read_definitions(connection, options.object_type)
    if not definitions.known:
        return definitions
    headers = Headers(definitions)
    unknown = [name for name in _named(options) if not headers.find(name)]
    if options.properties == "all" or unknown:
        definitions = with_sensitive(definitions, await read_sensitive(connection, options.object_type))
    return definitions


def _named(options: ReadOptions) -> Iterable[Any]:
    if options.properties is not None and options.properties != "all":
        yield from options.properties
    if options.id_property is not None:
        yield options.id_property
    for one in options.where or ():
        if isinstance(one, Mapping):
            filters = one.get("filters")
            if isinstance(filters, list | tuple):
                yield from (each.get("propertyName") for each in filters if isinstance(each, Mapping))
        elif isinstance(one, list | tuple) and one:
            yield one[0]


async def with_choices(connection: Connection, definitions: Definitions, names: Iterable[str] | None) -> Definitions:
    """Return definitions with the account's owners and pipelines, where one of these properties is chosen from them.

    ``names`` None: any of the type's may be.
    """
    concerned = set(definitions.by_name if names is None else names)
    owned = [one.name for one in definitions.by_name.values() if one.is_owner and one.name in concerned]
    pipeline_name, stage_name = pipeline_properties(definitions.object_type)
    staged = sorted(concerned & {pipeline_name, stage_name} & definitions.by_name.keys())
    owners, pipelines = await both(
        read_owners(connection) if owned else nothing(),
        read_pipelines(connection, definitions.object_type) if staged else nothing(),
    )
    notes = []
    if isinstance(owners, Unread):
        scopes = f" The scope {' or '.join(owners.scopes)} would let it." if owners.scopes else ""
        notes.append(f"The token may not read the account's owners: {quoted(owned)} holds their ids, no names.{scopes}")
    elif owners is not None:
        definitions = with_owners(definitions, owners)
    if isinstance(pipelines, Unread):
        if not pipelines.refused or names is not None:
            notes.append(
                f"The pipelines of {definitions.object_type} could not be read ({pipelines.why[:200].rstrip('. ')}): "
                f"{quoted(staged)} holds HubSpot's internal values."
            )
    elif pipelines is not None:
        definitions = with_pipelines(definitions, pipelines)
    return definitions.amended(notes=notes)
