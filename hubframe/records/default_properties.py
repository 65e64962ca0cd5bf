"""The properties that are read where none are named: those a cleanup is about, by object type.

HubSpot's own choice is smaller (six of contacts, without a phone):
https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
"""

from __future__ import annotations

from hubframe.planning.object_types import type_id

__all__ = ["default_properties"]

_WHEN = ("hubspot_owner_id", "createdate", "hs_lastmodifieddate")
_ACTIVITY = ("hs_timestamp", "hubspot_owner_id", "hs_createdate", "hs_lastmodifieddate")
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "contacts": (
        "firstname", "lastname", "email", "phone", "mobilephone", "jobtitle", "company", "website", "address", "city",
        "state", "zip", "country", "lifecyclestage", "hs_lead_status", "hubspot_owner_id", "createdate",
        "lastmodifieddate",
    ),
    "companies": (
        "name", "domain", "phone", "website", "address", "city", "state", "zip", "country", "industry",
        "numberofemployees", "annualrevenue", "type", "lifecyclestage", "hs_lead_status", *_WHEN,
    ),
    "deals": (
        "dealname", "pipeline", "dealstage", "amount", "deal_currency_code", "closedate", "dealtype", "hs_priority",
        "description", *_WHEN,
    ),
    "tickets": (
        "subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "hs_ticket_category",
        "source_type", *_WHEN,
    ),
    "products": ("name", "description", "price", "hs_sku", "hs_cost_of_goods_sold", "hs_product_type", *_WHEN),
    "line_items": (
        "name", "description", "quantity", "price", "amount", "discount", "hs_discount_percentage", "hs_sku",
        "hs_product_id", "createdate", "hs_lastmodifieddate",
    ),
    "leads": (
        "hs_lead_name", "hs_lead_type", "hs_lead_label", "hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id",
        "hs_createdate", "hs_lastmodifieddate",
    ),
    "quotes": (
        "hs_title", "hs_status", "hs_quote_amount", "hs_currency", "hs_expiration_date", "hubspot_owner_id",
        "hs_createdate", "hs_lastmodifieddate",
    ),
    "calls": (
        "hs_call_title", "hs_call_body", "hs_call_direction", "hs_call_disposition", "hs_call_duration",
        "hs_call_status", *_ACTIVITY,
    ),
    "emails": ("hs_email_subject", "hs_email_text", "hs_email_direction", "hs_email_status", *_ACTIVITY),
    "meetings": (
        "hs_meeting_title", "hs_meeting_body", "hs_meeting_start_time", "hs_meeting_end_time", "hs_meeting_location",
        "hs_meeting_outcome", *_ACTIVITY,
    ),
    "notes": ("hs_note_body", *_ACTIVITY),
    "tasks": (
        "hs_task_subject", "hs_task_body", "hs_task_type", "hs_task_status", "hs_task_priority", *_ACTIVITY,
    ),
    "communications": ("hs_communication_channel_type", "hs_communication_body", *_ACTIVITY),
    "postal_mail": ("hs_postal_mail_body", *_ACTIVITY),
}  # fmt: skip
_BY_ID = {type_id(name): names for name, names in _BY_TYPE.items()}


def default_properties(object_type: str) -> tuple[str, ...]:
    """Return internal names in the order of columns; none for a type of which hubframe knows nothing.

    >>> default_properties("note")[:2], default_properties("2-1234567")
    (('hs_note_body', 'hs_timestamp'), ())
    """
    return _BY_ID.get(type_id(object_type) or "", ())
