"""The schemas API's list of an account's custom object types; HubSpot's own types are not in it.

https://developers.hubspot.com/docs/api-reference/latest/crm/objects/schemas/get-schemas
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .answers import Answer
from .definitions import DEFINED_AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .object_type import ObjectType
    from .portal import Portal

# The path of v3 that is still found in much code, beside the one its API description gives.
PATH = re.compile(r"/(?:crm-object-schemas/(?:2026-03|2026-09|v3)|crm/v3)/schemas")


def page(portal: Portal, query: Mapping[str, str]) -> Answer:
    """Return the custom object types, with their properties unless asked not to; no pages."""
    if query.get("archived", "").lower() == "true":
        return Answer(200, {"results": []})
    custom = [kind for kind in portal.object_types() if kind.type_id.startswith("2-")]
    whole = query.get("includePropertyDefinitions", "true").lower() == "true"
    return Answer(200, {"results": [_shown(kind, portal.portal_id, whole=whole) for kind in custom]})


def _shown(kind: ObjectType, portal_id: int, *, whole: bool) -> dict[str, Any]:
    properties = [made for made in kind.definitions.values() if made["dataSensitivity"] == "non_sensitive"]
    return {
        "id": kind.type_id.partition("-")[2],
        "objectTypeId": kind.type_id,
        "name": kind.singular,
        "fullyQualifiedName": kind.fully_qualified_name or f"p{portal_id}_{kind.singular}",
        "labels": {
            "singular": kind.singular.replace("_", " ").capitalize(),
            "plural": kind.plural.replace("_", " ").capitalize(),
        },
        "properties": properties if whole else [],
        "associations": [],
        "requiredProperties": [],
        "searchableProperties": [],
        "secondaryDisplayProperties": [],
        "allowsSensitiveProperties": bool(kind.sensitive),
        "archived": False,
        "createdAt": DEFINED_AT,
        "updatedAt": DEFINED_AT,
    }
