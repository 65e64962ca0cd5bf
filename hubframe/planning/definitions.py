"""An object type's properties, as HubSpot defines them.

``GET /crm/properties/{version}/{objectType}``:
https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.object_types import type_id
from hubframe.planning.rules import Rule

__all__ = ["Definitions", "Property", "display_order"]

NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class Property:
    """One property's definition, as far as an update needs it.

    Attributes
    ----------
    type : str
        ``string``, ``number``, ``date``, ``datetime``, ``enumeration``, ``bool``; ``""`` where it is not known.
    choices : Choices
        The options of an enumeration, an account's owners, pipelines or stages; none where they are not known.
    references : str
        What the values are ids of: ``"OWNER"``.
    pipeline_property : str
        For a stage, the property that says which pipeline's stages it is chosen from.
    rules : tuple of Rule
        What the account's admins demand of a value.
    is_contact_email : bool
        Whether it is contacts' own e-mail, which HubSpot keeps in lower case, and of which no two records have the
        same, though its definition does not say so.
    """

    name: str
    label: str = ""
    type: str = ""
    field_type: str = ""
    read_only: bool = False
    unique: bool = False
    choices: Choices = NO_CHOICES
    references: str = ""
    pipeline_property: str = ""
    rules: tuple[Rule, ...] = ()
    is_contact_email: bool = False

    @classmethod
    def from_json(cls, body: Mapping[str, Any], object_type: str = "") -> Property:
        # `calculated` is false even for HubSpot's own calculated properties: readOnlyValue is what counts.
        modification = body.get("modificationMetadata")
        options = sorted(_objects(body.get("options")), key=display_order)
        return cls(
            name=str(body["name"]),
            label=str(body.get("label") or ""),
            type=str(body.get("type") or ""),
            field_type=str(body.get("fieldType") or ""),
            read_only=isinstance(modification, Mapping) and bool(modification.get("readOnlyValue")),
            unique=bool(body.get("hasUniqueValue")),
            choices=Choices(tuple(Choice(str(one.get("value")), str(one.get("label") or "")) for one in options)),
            references=str(body.get("referencedObjectType") or ""),
            is_contact_email=_is_contact_email(object_type, str(body["name"])),
        )

    def lacks_option(self, text: str) -> bool:
        """Tell whether a text names an option that is none of this property's."""
        chosen = text.split(";") if self.is_multiple else [text]
        return bool(self.choices) and any(option not in self.choices for option in chosen if option)

    @property
    def is_bool(self) -> bool:
        return self.type == "bool" or self.field_type == "booleancheckbox"

    @property
    def is_multiple(self) -> bool:
        """Whether a value may be several options, joined by semicolons."""
        return self.field_type == "checkbox"

    @property
    def is_owner(self) -> bool:
        return self.references == "OWNER"

    @property
    def is_text(self) -> bool:
        return self.type in ("string", "")


def _is_contact_email(object_type: str, name: str) -> bool:
    return name == "email" and type_id(object_type) == "0-1"


def _objects(found: Any) -> list[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list | tuple) else []


def display_order(item: Mapping[str, Any]) -> tuple[bool, int]:
    """Return what HubSpot's own pages sort by: from 0 on, then those with -1."""
    order = item.get("displayOrder")
    order = order if isinstance(order, int) else 0
    return order < 0, order


@dataclass(frozen=True, slots=True)
class Definitions:
    """The properties of one object type, by internal name.

    ``known`` is False where the token may not read definitions: then every name is taken at its word, and
    HubSpot judges; any one of ``scopes`` would let the token read them. ``hidden``: there may be sensitive
    properties more, whose definitions the token may not read.
    ``notes`` is what could not be read, in sentences.
    """

    object_type: str
    by_name: Mapping[str, Property]
    known: bool = True
    hidden: bool = False
    notes: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, object_type: str, body: Mapping[str, Any]) -> Definitions:
        properties = (
            Property.from_json(item, object_type) for item in _objects(body.get("results")) if item.get("name")
        )
        return cls(object_type, {definition.name: definition for definition in properties})

    def amended(
        self, properties: Iterable[Property] = (), *, hidden: bool = False, notes: Iterable[str] = ()
    ) -> Definitions:
        """Return these definitions with some properties added or told in more detail."""
        by_name = {**self.by_name, **{one.name: one for one in properties}}
        return replace(self, by_name=by_name, hidden=self.hidden or hidden, notes=(*self.notes, *notes))

    @property
    def needed_scope(self) -> str:
        """What a token lacks that may not read these definitions, in words."""
        return f"the scope {' or '.join(self.scopes)}" if self.scopes else "the crm.schemas read scope"

    def get(self, name: str) -> Property | None:
        if self.known:
            return self.by_name.get(name)
        return Property(name, is_contact_email=_is_contact_email(self.object_type, name))
