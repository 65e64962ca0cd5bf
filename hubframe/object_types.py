"""Which object types an account has: HubSpot's own, and the custom ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.blocking import run_blocking
from hubframe.errors import Interrupted
from hubframe.planning.object_types import type_id
from hubframe.reading_facts import Unread, both, read_schemas, read_switched_off
from hubframe.results.frame import TEXT
from hubframe.speaking import say
from hubframe.standard_types import READ_ONLY, STANDARD

__all__ = ["KnownTypes", "object_types", "read_known_types", "read_object_types"]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One object type: ``name`` is what every call takes as ``object_type``."""

    name: str
    label: str
    type_id: str | None
    fully_qualified_name: str | None = None
    custom: bool = False
    writable: bool = True


@dataclass(frozen=True, slots=True)
class KnownTypes:
    """What is known of an account's object types; ``note`` says what could not be read, or is empty."""

    types: tuple[ObjectType, ...]
    note: str = ""


def object_types(*, connection: Connection | None = None) -> pd.DataFrame:
    """Return the object types whose records can be updated or read, HubSpot's own and the account's custom ones.

    Two requests, once per connection: one for the custom types, one for which of HubSpot's own are switched off in the
    account; these are left out. Where the token may not read the one or the other, a line says so.

    Parameters
    ----------
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    pandas.DataFrame
        One row per type: ``name`` (str, to be passed as ``object_type``), ``label`` (str, plural), ``type_id`` (str,
        NA where HubSpot tells none), ``fully_qualified_name`` (str, of custom types), ``custom`` (bool),
        ``writable`` (bool: HubSpot documents a batch update for it). Contacts, companies, deals and tickets come first,
        then the custom types by their labels, then HubSpot's others by their names, those that can only be read last.
        No cell is a list: ``drop_duplicates`` and ``nunique`` take the frame as it is.

    Raises
    ------
    AuthenticationError
        HubSpot does not accept the token.
    HubSpotUnavailable
        The day's requests are used up.
    Interrupted
        Stopped by hand.

    Examples
    --------
    >>> import hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     types = hubframe.object_types(connection=hubframe.connect(local))
    >>> types.loc[0, ["name", "label", "type_id"]].to_list()
    ['contacts', 'Contacts', '0-1']

    Notes
    -----
    HubSpot's pages: `object type ids <https://developers.hubspot.com/docs/guides/crm/using-object-apis>`_, `custom
    objects <https://developers.hubspot.com/docs/api-reference/latest/crm/objects/schemas/get-schemas>`_, `activated
    objects <https://developers.hubspot.com/docs/api-reference/latest/crm/crm-data-model/guide>`_. One of the scopes
    ``crm.schemas.custom.read`` and ``crm.objects.custom.read`` shows the custom ones.
    """
    connection = current_connection(connection)
    try:
        known = run_blocking(lambda: read_known_types(connection))
    except KeyboardInterrupt:
        raise Interrupted("Stopped by hand before HubSpot answered. Again: hubframe.object_types()") from None
    if known.note:
        say(known.note)
    return pd.DataFrame(
        {
            "name": pd.Series([one.name for one in known.types], dtype=TEXT),
            "label": pd.Series([one.label for one in known.types], dtype=TEXT),
            "type_id": pd.Series([one.type_id for one in known.types], dtype=TEXT),
            "fully_qualified_name": pd.Series([one.fully_qualified_name for one in known.types], dtype=TEXT),
            "custom": pd.Series([one.custom for one in known.types], dtype=bool),
            "writable": pd.Series([one.writable for one in known.types], dtype=bool),
        }
    )


async def read_object_types(connection: Connection) -> list[tuple[str, str]]:
    """Return label and name of the types that can be updated, for a list to choose from; labels are told apart."""
    types = [one for one in (await read_known_types(connection)).types if one.writable]
    labels = [one.label for one in types]
    return [(one.label if labels.count(one.label) == 1 else f"{one.label} ({one.name})", one.name) for one in types]


async def read_known_types(connection: Connection) -> KnownTypes:
    """Return an account's object types, and what could not be read of them.

    Raises
    ------
    AuthenticationError, HubSpotUnavailable
    """
    found, switched_off = await both(read_schemas(connection), read_switched_off(connection))
    notes = [_note(found)] if isinstance(found, Unread) else []
    if isinstance(switched_off, Unread):
        notes.append(
            "Some of HubSpot's own object types may be switched off in this account: which could not be read "
            f"({switched_off.why[:200].rstrip('. ')})."
        )
        switched_off = frozenset()
    standard = [one for one in _STANDARD if one.type_id not in switched_off]
    made = [] if isinstance(found, Unread) else filter(None, map(_custom, found))
    custom = sorted(made, key=lambda one: (one.label.casefold(), one.name))
    first = [one for one in standard if one.name in STANDARD[:4]]
    return KnownTypes((*first, *custom, *standard[len(first) :]), " ".join(notes))


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


_STANDARD = tuple(
    ObjectType(name, _label(name), type_id(name), writable=name not in READ_ONLY) for name in (*STANDARD, *READ_ONLY)
)


def _custom(schema: Mapping[str, Any]) -> ObjectType | None:
    """Return a custom type; None of one that is archived, or has no name that a request could go by."""
    full, kind, number = (_text(schema.get(key)) for key in ("fullyQualifiedName", "objectTypeId", "id"))
    kind = kind or (f"2-{number}" if number and number.isdigit() else number)
    name = full or kind
    if name is None or schema.get("archived") is True:
        return None
    labels = schema.get("labels")
    given = labels if isinstance(labels, Mapping) else {}
    label = _text(given.get("plural")) or _text(given.get("singular")) or _text(schema.get("name")) or name
    return ObjectType(name, label, kind, full, custom=True)


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) else None


def _note(unread: Unread) -> str:
    if unread.scopes:
        return (
            "The account's custom objects are not listed: the token may not read them. Give it the scope "
            f"{' or '.join(unread.scopes)} and connect again, or pass a custom object's full name."
        )
    return (
        f"The account's custom objects could not be read ({unread.why[:200].rstrip('. ')}) and are not listed. To use "
        "one, pass its full name or type id."
    )
