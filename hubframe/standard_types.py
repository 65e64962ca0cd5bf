"""HubSpot's own object types, by the names that every call takes.

https://developers.hubspot.com/docs/guides/crm/using-object-apis
"""

from __future__ import annotations

__all__ = ["READ_ONLY", "STANDARD"]

# Those that HubSpot's API description has a batch update for, the most common ones first. Left out are
# partner_clients and partner_services, which its solutions partners alone have: no id of theirs is published.
STANDARD = (
    *("contacts", "companies", "deals", "tickets"),
    *("appointments", "calls", "carts", "commerce_payments", "communications", "courses", "discounts", "emails"),
    *("fees", "goal_targets", "invoices", "leads", "line_items", "listings", "meetings", "notes", "orders"),
    *("postal_mail", "products", "projects", "quotes", "services", "subscriptions", "tasks", "taxes", "users"),
)
READ_ONLY = ("contracts", "feedback_submissions")
