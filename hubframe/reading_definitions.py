"""What planning an update needs to know of an account, read once per connection and object type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hubframe.connection import Connection
from hubframe.errors import PlanError
from hubframe.planning.account_json import Pipelines
from hubframe.planning.choices import Choices
from hubframe.planning.column_errors import quoted
from hubframe.planning.columns import choose_columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.object_types import type_id
from hubframe.planning.rules import Rule
from hubframe.reading import read_definitions
from hubframe.reading_facts import Unread, both, nothing, read_owners, read_pipelines, read_rules, read_sensitive

__all__ = ["pipeline_properties", "read_for_plan", "with_owners", "with_pipelines", "with_sensitive"]

Chosen = list[tuple[Any, Property]]


async def read_for_plan(
    connection: Connection,
    object_type: str,
    labels: Sequence[Any],
    index_names: Sequence[Any],
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
) -> Definitions:
    """Return an object type's definitions with what the columns to write need: owners, pipelines, admins' rules.

    Sensitive properties are asked for only where the columns can't be chosen without. Columns that can't be chosen
    at all are no error here: planning says what is wrong with them. What could not be read is in the notes.

    Parameters
    ----------
    labels, index_names, id_column, id_property, columns
        As in `hubframe.planning.columns.choose_columns`.

    Raises
    ------
    UnknownObjectType, AuthenticationError, HubSpotUnavailable
        No definitions. Owners, pipelines and rules can be done without, unless the token is bad or the day used up.
    """

    def chosen(of: Definitions) -> Chosen | None:
        try:
            found = choose_columns(
                labels, index_names, of, id_column=id_column, id_property=id_property, columns=columns
            )
        except PlanError:
            return None
        return list(found.properties)

    definitions, rules = await both(read_definitions(connection, object_type), read_rules(connection, object_type))
    if not definitions.known:
        return definitions
    written = chosen(definitions)
    if written is None:
        definitions = with_sensitive(definitions, await read_sensitive(connection, object_type))
        written = chosen(definitions) or []
    pipeline_property, stage_property = pipeline_properties(object_type)
    owned = [label for label, one in written if one.is_owner]
    staged = [label for label, one in written if one.name in (pipeline_property, stage_property)]
    owners, pipelines = await both(
        read_owners(connection) if owned else nothing(),
        read_pipelines(connection, object_type) if staged else nothing(),
    )
    if isinstance(owners, Unread):
        definitions = definitions.amended(notes=[_no_owners(owners, owned)])
    elif owners is not None:
        definitions = with_owners(definitions, owners)
    if isinstance(pipelines, Unread):
        definitions = definitions.amended(notes=[_no_pipelines(pipelines, object_type, staged)])
    elif pipelines is not None:
        definitions = with_pipelines(definitions, pipelines)
    return _with_rules(definitions, rules)


def pipeline_properties(object_type: str) -> tuple[str, str]:
    return ("pipeline", "dealstage") if type_id(object_type) == "0-3" else ("hs_pipeline", "hs_pipeline_stage")


def with_sensitive(definitions: Definitions, found: Sequence[Definitions | Unread]) -> Definitions:
    unread = [one for one in found if isinstance(one, Unread)]
    for one in found:
        if isinstance(one, Definitions):
            definitions = definitions.amended(one.by_name.values())
    if not unread:
        return definitions
    scopes = dict.fromkeys(scope for one in unread for scope in one.scopes)
    if scopes:
        note = f"The token may not read the definitions of sensitive properties (scope {' or '.join(scopes)})."
    else:
        note = f"The definitions of sensitive properties could not be read ({_why(unread[0])})."
    return definitions.amended(hidden=True, notes=[note])


def with_owners(definitions: Definitions, owners: Choices) -> Definitions:
    return definitions.amended(replace(one, choices=owners) for one in definitions.by_name.values() if one.is_owner)


def with_pipelines(definitions: Definitions, found: Pipelines) -> Definitions:
    pipeline_property, stage_property = pipeline_properties(definitions.object_type)
    pipeline, stage = definitions.get(pipeline_property), definitions.get(stage_property)
    known = []
    if pipeline is not None:
        known.append(replace(pipeline, choices=found.pipelines))
    if stage is not None and found.stages:
        known.append(replace(stage, choices=found.stages, pipeline_property=pipeline_property if pipeline else ""))
    return definitions.amended(known)


def _no_owners(owners: Unread, labels: Sequence[Any]) -> str:
    scopes = f" Give the token the scope {' or '.join(owners.scopes)} to have that done." if owners.scopes else ""
    return (
        f"The account's owners could not be read ({_why(owners)}): {quoted(labels)} is neither checked nor turned from "
        f"names or e-mails into owners' ids.{scopes}"
    )


def _no_pipelines(pipelines: Unread, object_type: str, labels: Sequence[Any]) -> str:
    return (
        f"The pipelines of {object_type} could not be read ({_why(pipelines)}): for {quoted(labels)}, HubSpot alone "
        "says which stage is in which pipeline."
    )


def _with_rules(definitions: Definitions, rules: Mapping[str, tuple[Rule, ...]] | Unread) -> Definitions:
    if not isinstance(rules, Unread):
        ruled = [(definitions.get(name), given) for name, given in rules.items()]
        return definitions.amended(replace(one, rules=given) for one, given in ruled if one is not None)
    if rules.refused:
        return definitions
    return definitions.amended(
        notes=[f"The rules that admins set for values could not be read ({_why(rules)}): HubSpot alone checks them."]
    )


def _why(unread: Unread) -> str:
    return unread.why[:200].rstrip(". ")
