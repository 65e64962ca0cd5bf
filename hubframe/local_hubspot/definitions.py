"""Property definitions in the shape of HubSpot's properties API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFINED_AT = "2024-09-12T14:22:56.844Z"


def definition(
    name: str,
    label: str,
    type_: str = "string",
    field_type: str = "text",
    *,
    group: str = "",
    description: str = "",
    options: Sequence[tuple[str, str]] = (),
    hubspot_defined: bool = True,
    read_only: bool = False,
    unique: bool = False,
    hidden: bool = False,
    sensitivity: str = "non_sensitive",
    external_options: bool = False,
    references: str | None = None,
) -> dict[str, Any]:
    """Return a whole definition; ``options`` are (label, value) pairs in display order."""
    made: dict[str, Any] = {
        "updatedAt": DEFINED_AT,
        "createdAt": "2020-06-30T15:57:37.277Z",
        "name": name,
        "label": label,
        "type": type_,
        "fieldType": field_type,
        "description": description,
        "groupName": group,
        "options": [
            {"label": text, "value": value, "displayOrder": order, "hidden": False}
            for order, (text, value) in enumerate(options)
        ],
        "displayOrder": -1,
        # HubSpot leaves `calculated` false even on its own calculation_* fields; readOnlyValue tells.
        "calculated": False,
        "externalOptions": external_options,
        "archived": False,
        "hasUniqueValue": unique,
        "hidden": hidden,
        "hubspotDefined": hubspot_defined,
        "modificationMetadata": {
            "archivable": not hubspot_defined,
            "readOnlyDefinition": hubspot_defined,
            "readOnlyValue": read_only,
        },
        "formField": not read_only and not hidden,
        "dataSensitivity": sensitivity,
    }
    if references:
        made["referencedObjectType"] = references
    return made


def completed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition whose missing keys are filled in as HubSpot would for a custom property."""
    name = str(given["name"])
    made = definition(name, name, hubspot_defined=False, group="custom_properties", description="")
    made.update(given)
    made["modificationMetadata"] = {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyValue": False,
        **given.get("modificationMetadata", {}),
    }
    made["options"] = [
        {"displayOrder": order, "hidden": False, **option} for order, option in enumerate(made["options"])
    ]
    return made


def system_definitions(modified_property: str, group: str) -> list[dict[str, Any]]:
    """Return the read-only properties that every object type has."""
    return [
        definition("hs_object_id", "Record ID", "number", "number", group=group, read_only=True),
        definition("createdate", "Create Date", "datetime", "date", group=group, read_only=True),
        definition(modified_property, "Last Modified Date", "datetime", "date", group=group, read_only=True),
        definition(
            "hs_merged_object_ids",
            "Merged Record IDs",
            "enumeration",
            "checkbox",
            group=group,
            read_only=True,
            external_options=True,
        ),
        definition("hs_object_source", "Record creation source", group=group, read_only=True, hidden=True),
        definition("hs_object_source_label", "Record source", group=group, read_only=True),
    ]


def yes_no() -> list[tuple[str, str]]:
    """Return the two options of every boolean property."""
    return [("Yes", "true"), ("No", "false")]


def owner_definition(label: str, group: str) -> dict[str, Any]:
    """Return the owner property, whose options HubSpot keeps to itself."""
    return definition(
        "hubspot_owner_id",
        label,
        "enumeration",
        "select",
        group=group,
        external_options=True,
        references="OWNER",
        description="The owner of the record; a HubSpot user.",
    )
