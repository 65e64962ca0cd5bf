"""Which properties are read: those that were named, all of them, or a usual few."""

from __future__ import annotations

from collections.abc import Iterable

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.column_errors import described, nearest
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import RECORD_ID, Headers, could_be_internal
from hubframe.records.default_properties import default_properties

__all__ = ["or_sensitive", "properties_to_read", "property_called"]

_MOST_LISTED = 10


def properties_to_read(
    definitions: Definitions, properties: Iterable[str] | str | None = None
) -> tuple[Property, ...] | None:
    """Return the properties to ask HubSpot for, each once; None where HubSpot's own choice is to be taken.

    Parameters
    ----------
    definitions : Definitions
        All of the object type's properties.
    properties : iterable of str, ``"all"`` or None
        Internal names or labels (case and surrounding space ignored); every property; or, with None, the usual ones
        of the type (`hubframe.records.default_properties`) as far as the account has them.

    Raises
    ------
    ColumnError
        Names that are no property, or the label of several: all of them, each with what is near.
    PlanError
        Anything but texts; ``"all"`` where the token may not read which properties there are.

    Examples
    --------
    >>> phone = Property("phone", "Phone Number")
    >>> [one.name for one in properties_to_read(Definitions("contacts", {"phone": phone}), ["phone number"])]
    ['phone']
    """
    if properties is None:
        usual = (definitions.by_name.get(name) for name in default_properties(definitions.object_type))
        return tuple(one for one in usual if one is not None) or None
    if isinstance(properties, str):
        return _all(definitions, properties)
    if not isinstance(properties, Iterable):
        raise PlanError(f'properties={properties!r} must be a list of names or labels, or "all".')
    wanted = list(properties)
    if not all(isinstance(name, str) and name.strip() for name in wanted):
        wrong = next(name for name in wanted if not (isinstance(name, str) and name.strip()))
        raise PlanError(f"properties= holds {wrong!r}, and a property's name is a text. Take it out.")
    headers = Headers(definitions)
    chosen: dict[str, Property] = {}
    unknown: list[str] = []
    ambiguous: list[str] = []
    for name in wanted:
        found = property_called(name, headers)
        if len(found) == 1:
            chosen.setdefault(found[0].name, found[0])
        else:
            (ambiguous if found else unknown).append(name)
    if unknown or ambiguous:
        raise ColumnError(_message(unknown, ambiguous, headers))
    return tuple(chosen.values())


def property_called(name: str, headers: Headers) -> tuple[Property, ...]:
    """Return the properties that a name or label means; none, several, or as a rule one."""
    if headers.is_record_id(name):
        return (headers.definitions.by_name.get(RECORD_ID) or Property(RECORD_ID, type="number", read_only=True),)
    found = headers.find(name)
    if not found and headers.definitions.hidden and could_be_internal(name) and not headers.nearest(name):
        return (Property(name),)  # a sensitive one, perhaps: HubSpot shows it or leaves it out
    return found


def or_sensitive(definitions: Definitions) -> str:
    """Return what else a name may be that is no property; ``""`` where there is nothing else."""
    return f"Or is it a sensitive property? {' '.join(definitions.notes)}".rstrip() if definitions.hidden else ""


def _all(definitions: Definitions, properties: str) -> tuple[Property, ...]:
    if properties != "all":
        raise PlanError(
            f'properties={properties!r} must be a list of names or labels, or "all": properties=[{properties!r}]'
        )
    if not definitions.known:
        raise PlanError(
            'properties="all" needs the list of properties, and the token may not read it. Name those you want: '
            f'properties=["createdate", ...]; or give the token {definitions.needed_scope}.'
        )
    return tuple(definitions.by_name.values())


def _message(unknown: list[str], ambiguous: list[str], headers: Headers) -> str:
    of_type = headers.definitions.object_type
    said = []
    if unknown:
        count = "1 name is" if len(unknown) == 1 else f"{len(unknown)} names are"
        said += [f"{count} no property of {of_type}:", *_lines(f"{name!r}{nearest(name, headers)}" for name in unknown)]
    if ambiguous:
        count = "1 label is" if len(ambiguous) == 1 else f"{len(ambiguous)} labels are"
        found = (f"{name!r} may be {' or '.join(map(described, headers.find(name)))}" for name in ambiguous)
        said += [f"{count} shared by several properties:", *_lines(found)]
    said.append(f"Give internal names: hubframe.properties({of_type!r}) lists them all.")
    if unknown:
        said += filter(None, [or_sensitive(headers.definitions)])
    return "\n".join(said)


def _lines(items: Iterable[str]) -> list[str]:
    lines = [f"  {item}" for item in items]
    more = [f"  and {len(lines) - _MOST_LISTED} more"] if len(lines) > _MOST_LISTED else []
    return [*lines[:_MOST_LISTED], *more]
