"""HubSpot's own object types that an account can switch on and off, and which of them are on.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/crm-data-model/get-object-library
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .answers import Answer

if TYPE_CHECKING:
    from .portal import Portal

PATH = re.compile(r"/crm/(?:object-library/(?:2026-03|2026-09)|v3/object-library)/enablement")
# HubSpot's page shows four (0-162, 0-410, 0-420, 0-421) and says of contacts, companies, deals and tickets that they
# can't be switched off. Which others can is not on record: here it is every type that has a published id.
_ACTIVATABLE = (
    *("0-7", "0-8", "0-14", "0-18", "0-19", "0-27", "0-46", "0-47", "0-48", "0-49", "0-53", "0-54", "0-69", "0-74"),
    *("0-84", "0-85", "0-86", "0-101", "0-115", "0-116", "0-123", "0-136", "0-142", "0-162", "0-410", "0-420", "0-421"),
    *("0-721", "0-970"),
)


def enablement(portal: Portal) -> Answer:
    """Return, by type id, whether a type is on: those that the portal has are."""
    own = {kind.type_id for kind in portal.object_types()}
    return Answer(200, {"enablementByObjectTypeId": {kind: kind in own for kind in _ACTIVATABLE}})
