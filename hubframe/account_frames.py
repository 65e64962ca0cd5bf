"""What an account defines, as frames: an object type's properties, and the owners of records."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.blocking import run_blocking
from hubframe.delivery.messages import dicts
from hubframe.errors import HubSpotUnavailable, Interrupted, MissingScope
from hubframe.options import checked_object_type
from hubframe.planning.definitions import Definitions, Property
from hubframe.reading import read_property_objects
from hubframe.reading_facts import Unread, read_owner_objects, read_sensitive_objects
from hubframe.results.frame import TEXT
from hubframe.speaking import say

__all__ = ["owners", "properties"]

Objects = Sequence[Mapping[str, Any]]


def properties(object_type: str, *, connection: Connection | None = None) -> pd.DataFrame:
    """Return an object type's properties, one a row, as they are defined now, in HubSpot's order; sensitive ones last.

    Parameters
    ----------
    object_type : str
        Any of HubSpot's names or ids: ``"contacts"``, ``"0-1"``, ``"2-1234567"``.
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``label``, ``type``, ``field_type``, ``group`` and ``description`` (``string``); ``options`` and
        ``option_labels`` (lists of str, in HubSpot's order; empty where there are none, or where they are owners or
        pipelines: `hubframe.owners`); ``read_only``, ``unique``, ``hidden`` and ``hubspot_defined`` (bool);
        ``sensitivity`` (``string``: non_sensitive, sensitive, highly_sensitive). Sensitive properties are among them
        where the token may read their definitions. pandas' ``drop_duplicates`` and ``nunique`` take no lists: leave
        their columns out, or make texts of them, ``df.astype({"options": "string", "option_labels": "string"})``.

    Raises
    ------
    UnknownObjectType, AuthenticationError, MissingScope, HubSpotUnavailable
        HubSpot gives none.
    Interrupted
        Stopped by hand.

    Examples
    --------
    >>> import hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     found = hubframe.properties("contacts", connection=hubframe.connect(local))
    >>> found.set_index("name").loc["lifecyclestage", "option_labels"][:2]
    ['Subscriber', 'Lead']

    Notes
    -----
    HubSpot's page: `properties <https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide>`_.
    """
    object_type = checked_object_type(object_type)
    at = current_connection(connection)
    again = f"hubframe.properties({object_type!r})"
    return _awaited(lambda: _properties(at, object_type), again)


def owners(*, connection: Connection | None = None) -> pd.DataFrame:
    """Return the account's owners, one a row, in HubSpot's order; those who left come last.

    Parameters
    ----------
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    pandas.DataFrame
        ``id`` (what ``hubspot_owner_id`` holds), ``email``, ``first_name``, ``last_name``, ``name`` and ``user_id``
        (``string``, blanks NA); ``active`` (bool: False for those who left, to whom no record can be given); ``teams``
        (lists of str). pandas' ``drop_duplicates`` and ``nunique`` take no lists: leave that column out, or make texts
        of it, ``df.astype({"teams": "string"})``.

    Raises
    ------
    AuthenticationError, MissingScope, HubSpotUnavailable
        HubSpot gives none.
    Interrupted
        Stopped by hand.

    Examples
    --------
    >>> import hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     _ = local.portal.add_owner("501", email="hazel@example.com", first_name="Hazel", last_name="Yew")
    ...     found = hubframe.owners(connection=hubframe.connect(local))
    >>> found.set_index("id").loc["501", "name"]
    'Hazel Yew'

    Notes
    -----
    HubSpot's page: `owners <https://developers.hubspot.com/docs/api-reference/crm-owners-v3/guide>`_.
    """
    at = current_connection(connection)
    return _awaited(lambda: _owners(at), "hubframe.owners()")


def _awaited(work: Callable[[], Coroutine[Any, Any, pd.DataFrame]], again: str) -> pd.DataFrame:
    try:
        return run_blocking(work)
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped by hand before HubSpot answered. To ask again: {again}") from None


async def _properties(connection: Connection, object_type: str) -> pd.DataFrame:
    body = await read_property_objects(connection, object_type)
    connection.definitions[object_type] = Definitions.from_json(object_type, body)  # what was defined since counts now
    found = (dicts(body.get("results")), *await read_sensitive_objects(connection, object_type))
    hidden = [one for one in found if isinstance(one, Unread)]
    if hidden:
        scopes = tuple(dict.fromkeys(scope for one in hidden for scope in one.scopes))
        say(f"Sensitive properties are left out: the token may not read their definitions{_named(scopes)}.")
    objects = [item for one in found if not isinstance(one, Unread) for item in one if item.get("name")]
    return _properties_frame(list({str(item["name"]): item for item in objects}.values()))


def _properties_frame(objects: Objects) -> pd.DataFrame:
    known = [Property.from_json(item) for item in objects]
    return pd.DataFrame(
        {
            "name": _texts(one.name for one in known),
            "label": _texts(one.label for one in known),
            "type": _texts(one.type for one in known),
            "field_type": _texts(one.field_type for one in known),
            "group": _texts(item.get("groupName") for item in objects),
            "description": _texts(item.get("description") for item in objects),
            "options": _lists([choice.value for choice in one.choices.items] for one in known),
            "option_labels": _lists([choice.label for choice in one.choices.items] for one in known),
            "read_only": _flags(one.read_only for one in known),
            "unique": _flags(one.unique for one in known),
            "hidden": _flags(item.get("hidden") for item in objects),
            "hubspot_defined": _flags(item.get("hubspotDefined") for item in objects),
            "sensitivity": _texts(item.get("dataSensitivity") or "non_sensitive" for item in objects),
        }
    )


async def _owners(connection: Connection) -> pd.DataFrame:
    found = await read_owner_objects(connection)
    if isinstance(found, Unread) and found.refused:
        raise MissingScope(
            f"The token may not read the account's owners{_named(found.scopes)}. Add the scope to the Service Key in "
            f"HubSpot and connect again. HubSpot says: {found.why}",
            found.scopes,
        )
    if isinstance(found, Unread):
        raise HubSpotUnavailable(f"The account's owners could not be read: {found.why} Try again later.")
    listed = [(item, place == 0) for place, part in enumerate(found) for item in part if item.get("id") is not None]
    objects = [item for item, _ in listed]
    parts = [[_text(item.get(part)) or "" for part in ("firstName", "lastName")] for item in objects]
    return pd.DataFrame(
        {
            "id": _texts(item["id"] for item in objects),
            "email": _texts(item.get("email") for item in objects),
            "first_name": _texts(item.get("firstName") for item in objects),
            "last_name": _texts(item.get("lastName") for item in objects),
            "name": _texts(" ".join(filter(None, names)) for names in parts),
            "user_id": _texts(item.get("userIdIncludingInactive") or item.get("userId") for item in objects),
            "active": _flags(active for _, active in listed),
            "teams": _lists([_text(team.get("name")) or "" for team in dicts(item.get("teams"))] for item in objects),
        }
    )


def _named(scopes: Sequence[str]) -> str:
    return f" (scope {' or '.join(scopes)})" if scopes else ""


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _texts(values: Iterable[Any]) -> Any:
    return pd.array([_text(value) for value in values], dtype=TEXT)


def _flags(values: Iterable[Any]) -> pd.Series[Any]:
    return pd.Series([bool(value) for value in values], dtype=bool)


def _lists(values: Iterable[list[str]]) -> pd.Series[Any]:
    return pd.Series(list(values), dtype=object)
