"""An object type's properties, as HubSpot defines them.

``GET /crm/properties/{version}/{objectType}``:
https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Definitions", "Property"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property's definition, as far as an update needs it."""

    name: str
    label: str = ""
    type: str = ""  # string, number, date, datetime, enumeration, bool; "" where it is not known
    field_type: str = ""
    read_only: bool = False
    unique: bool = False
    options: frozenset[str] = frozenset()  # internal values; none where HubSpot keeps them elsewhere (owners)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Property:
        # `calculated` is false even for HubSpot's own calculated properties: readOnlyValue is what counts.
        modification = body.get("modificationMetadata") or {}
        return cls(
            name=str(body["name"]),
            label=str(body.get("label") or ""),
            type=str(body.get("type") or ""),
            field_type=str(body.get("fieldType") or ""),
            read_only=bool(modification.get("readOnlyValue")),
            unique=bool(body.get("hasUniqueValue")),
            options=frozenset(str(option.get("value")) for option in body.get("options") or ()),
        )

    def lacks_option(self, text: str) -> bool:
        """Tell whether a text names an option that is none of this property's."""
        chosen = text.split(";") if self.field_type == "checkbox" else [text]
        return bool(self.options) and any(option not in self.options for option in chosen if option)

    @property
    def is_bool(self) -> bool:
        return self.type == "bool" or self.field_type == "booleancheckbox"

    @property
    def is_text(self) -> bool:
        return self.type in ("string", "")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The properties of one object type, by internal name.

    ``known`` is False where the token may not read definitions: then every name is taken at its word, and
    HubSpot judges.
    """

    object_type: str
    by_name: Mapping[str, Property]
    known: bool = True

    @classmethod
    def from_json(cls, object_type: str, body: Mapping[str, Any]) -> Definitions:
        properties = (Property.from_json(item) for item in body.get("results") or () if item.get("name"))
        return cls(object_type, {definition.name: definition for definition in properties})

    def get(self, name: str) -> Property | None:
        return self.by_name.get(name) if self.known else Property(name)
