"""The type ids of HubSpot's own object types.

https://developers.hubspot.com/docs/guides/crm/using-object-apis
"""

from __future__ import annotations

import re

__all__ = ["type_id"]

_TYPE_IDS = {
    "appointments": "0-421",
    "calls": "0-48",
    "carts": "0-142",
    "commerce_payments": "0-101",
    "communications": "0-18",
    "companies": "0-2",
    "contacts": "0-1",
    "contracts": "0-721",
    "courses": "0-410",
    "deals": "0-3",
    "discounts": "0-84",
    "emails": "0-49",
    "feedback_submissions": "0-19",
    "fees": "0-85",
    "goal_targets": "0-74",
    "invoices": "0-53",
    "leads": "0-136",
    "line_items": "0-8",
    "listings": "0-420",
    "marketing_events": "0-54",
    "meetings": "0-47",
    "notes": "0-46",
    "orders": "0-123",
    "postal_mail": "0-116",
    "products": "0-7",
    "projects": "0-970",
    "quotes": "0-14",
    "services": "0-162",
    "subscriptions": "0-69",
    "tasks": "0-27",
    "taxes": "0-86",
    "tickets": "0-5",
    "users": "0-115",
}


def type_id(object_type: str) -> str | None:
    """Return the id of an object type, named in the singular or plural, in any case; None for a custom one's name.

    >>> type_id("CONTACT"), type_id("companies"), type_id("2-123"), type_id("p7_rooms")
    ('0-1', '0-2', '2-123', None)
    """
    if re.fullmatch(r"[0-9]+-[0-9]+", object_type):
        return object_type
    name = object_type.casefold()
    singular_of_y = name.removesuffix("y") + "ies"
    return next(
        (_TYPE_IDS[plural] for plural in (name, name + "s", name + "es", singular_of_y) if plural in _TYPE_IDS), None
    )
