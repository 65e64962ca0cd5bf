"""Contracts.

HubSpot's pages have an update of this type in one version and reading alone in another. Here it is an object like the
others: https://developers.hubspot.com/docs/api-reference/crm-contracts-v3/guide
"""

from __future__ import annotations

from typing import Any

from hubframe.local_hubspot.definitions import definition, owner_definition, system_definitions
from hubframe.local_hubspot.object_type import ObjectType

_GROUP = "contract_information"

STATUSES = [
    ("Draft", "draft"),
    ("Awaiting signature", "awaiting_signature"),
    ("In force", "active"),
    ("Ended", "terminated"),
]


def contracts() -> tuple[ObjectType, list[dict[str, Any]]]:
    """Return the contracts type and its definitions."""
    kind = ObjectType(
        plural="contracts",
        singular="contract",
        type_id="0-721",
        first_id=402_118_730_455,
        default_properties=("createdate", "hs_lastmodifieddate", "hs_object_id", "hs_name"),
    )
    return kind, [
        *system_definitions("hs_lastmodifieddate", _GROUP),
        definition("hs_name", "Contract name", group=_GROUP),
        definition("contract_number", "Contract No.", group=_GROUP, unique=True, hubspot_defined=False),
        definition("hs_status", "Status", "enumeration", "select", group=_GROUP, options=STATUSES),
        definition("hs_start_date", "Start date", "date", "date", group=_GROUP),
        definition("hs_end_date", "End date", "date", "date", group=_GROUP),
        definition("signed_at", "Signed at", "datetime", "date", group=_GROUP, hubspot_defined=False),
        definition("contract_value", "Contract value", "number", "number", group=_GROUP, hubspot_defined=False),
        definition("notice_days", "Notice period (days)", "number", "number", group=_GROUP, hubspot_defined=False),
        definition(
            "auto_renew",
            "Renews automatically",
            "enumeration",
            "booleancheckbox",
            group=_GROUP,
            options=[("Yes", "true"), ("No", "false")],
            hubspot_defined=False,
        ),
        definition(
            "services",
            "Services covered",
            "enumeration",
            "checkbox",
            group=_GROUP,
            options=[
                ("Support, weekdays", "support_5x8"),
                ("Support, always", "support_24x7"),
                ("Training days", "training"),
                ("Hosting", "hosting"),
            ],
            hubspot_defined=False,
        ),
        owner_definition("Contract owner", _GROUP),
        definition("hs_days_left", "Days left", "number", "calculation_equation", group=_GROUP, read_only=True),
        definition("terms", "Special terms", "string", "textarea", group=_GROUP, hubspot_defined=False),
    ]
