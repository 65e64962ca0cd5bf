"""What the columns of a frame that was read are called."""

from __future__ import annotations

from collections.abc import Sequence

from hubframe.planning.columns import RESULT_COLUMNS
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import RECORD_ID, REQUESTED_ID, Headers

__all__ = ["RECORD_ID", "header_names", "record_id_header", "requested_id_header"]

# Headers that begin so are in HubSpot's exports and name no property: an update leaves them out.
_NOT_WRITTEN = "Associated requested id"
_OURS = frozenset((*RESULT_COLUMNS, REQUESTED_ID))


def header_names(chosen: Sequence[Property], definitions: Definitions, *, labels: bool) -> list[str]:
    """Return a header for each property: one by which an update finds this property, and no other.

    ``labels``: its label, unless another property of the type has the same, or is called so inside HubSpot; then its
    internal name. A property called like a column that hubframe adds (``hubspot_id``) goes by its label in any case.

    >>> phone = Property("phone", "Phone Number")
    >>> header_names([phone], Definitions("contacts", {"phone": phone}), labels=True)
    ['Phone Number']
    """
    headers = Headers(definitions)
    names = []
    for one in chosen:
        # A property whose definition nobody may read goes by its name, as an update takes it at its word.
        own = (one.label.strip(), one.name) if labels else (one.name, one.label.strip())
        names.append(next((name for name in own if _means(name, one, headers)), one.name))
    return names


def record_id_header(definitions: Definitions, *, labels: bool) -> str:
    """Return what the column of the record ids is called: ``hs_object_id``, or its label, as in exports."""
    defined = definitions.by_name.get(RECORD_ID)
    if labels and defined is not None and Headers(definitions).is_record_id(defined.label):
        return defined.label
    return RECORD_ID


def requested_id_header(definitions: Definitions) -> str:
    """Return what the column of the ids that were asked for is called: what no update takes for a property."""
    taken = definitions.known and Headers(definitions).find(REQUESTED_ID)
    return _NOT_WRITTEN if taken else REQUESTED_ID


def _means(name: str, definition: Property, headers: Headers) -> bool:
    if not name or name in _OURS or headers.is_record_id(name):
        return False
    found = headers.find(name)
    return [one.name for one in found] == [definition.name] or (name == definition.name and not found)
