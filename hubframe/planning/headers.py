"""Which property a column's header means: by internal name, else by label."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from hubframe.planning.choices import folded
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.nearness import nearest_names

__all__ = [
    "RECORD_ID",
    "RECORD_ID_NAMES",
    "REQUESTED_ID",
    "Headers",
    "could_be_internal",
    "is_export_only",
    "without_number",
]

RECORD_ID = "hs_object_id"
RECORD_ID_NAMES = (RECORD_ID, "Record ID")
REQUESTED_ID = "hubspot_requested_id"  # in a frame that was read by ids: what was asked for
# What HubSpot's exports add that is no property: associations, and a label that stood there twice (pandas' ".1").
_EXPORT_ONLY = re.compile(r"(Associated .*|.*\.\d+)", re.DOTALL)


@dataclass(frozen=True)
class Headers:
    """An object type's properties, by what a column may be headed.

    >>> phone = Property("phone", "Phone Number")
    >>> headers = Headers(Definitions("contacts", {"phone": phone}))
    >>> [headers.find(header) == (phone,) for header in ("phone", " phone number", "Phone")]
    [True, True, False]
    """

    definitions: Definitions
    _by_label: dict[str, tuple[Property, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_label: dict[str, tuple[Property, ...]] = {}
        for one in self.definitions.by_name.values():
            if one.label.strip():
                by_label[folded(one.label)] = (*by_label.get(folded(one.label), ()), one)
        object.__setattr__(self, "_by_label", by_label)

    def find(self, header: Any) -> tuple[Property, ...]:
        """Return the property of exactly this internal name, else every one with this label; none for no text."""
        if not isinstance(header, str) or not header.strip():
            return ()
        named = self.definitions.get(header)
        return (named,) if named is not None else self._by_label.get(folded(header), ())

    def is_record_id(self, header: Any) -> bool:
        """Tell whether a header means the record id; case and spaces are ignored, but where it is another's name.

        Of the label "RecordID", HubSpot makes the internal name ``recordid``: where the account has that, it is meant.
        """
        if not isinstance(header, str) or _without_spaces(header) not in map(_without_spaces, RECORD_ID_NAMES):
            return False
        if header in RECORD_ID_NAMES or not self.definitions.known:
            return True
        found = self.find(header)
        return not found or any(one.name == RECORD_ID for one in found)

    def nearest(self, header: Any, most: int = 3) -> list[Property]:
        """Return the properties whose name or label a header may have been meant for, the nearest first."""
        known: dict[str, list[Property]] = {}
        for one in self.definitions.by_name.values():
            for name in dict.fromkeys((one.name, one.label)):
                known.setdefault(name, []).append(one)
        near = nearest_names(str(header), known, len(known))
        return list({one.name: one for name in near for one in known[name]}.values())[:most]


def is_export_only(header: Any) -> bool:
    return isinstance(header, str) and _EXPORT_ONLY.fullmatch(header) is not None


def without_number(header: Any) -> Any:
    """Return the label that pandas read twice, without the ".1" it gave the second one."""
    return re.sub(r"\.\d+$", "", header) if isinstance(header, str) else header


def could_be_internal(header: Any) -> bool:
    """Tell whether a text could be an internal name; labels have capitals and spaces, internal names have none."""
    return isinstance(header, str) and header != "" and header == header.lower() and not re.search(r"\s", header)


def _without_spaces(header: str) -> str:
    return header.casefold().replace(" ", "")
