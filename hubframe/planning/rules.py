"""Rules that an account's admins gave a property.

``GET /crm/property-validations/{version}/{objectTypeId}``:
https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: HubSpot's ``ruleType`` and ``ruleArguments``."""

    kind: str
    arguments: tuple[str, ...] = ()
