"""Contacts, the type with a legacy of its own: unique e-mails, ``lastmodifieddate`` without its prefix."""

from __future__ import annotations

from typing import Any

from hubframe.local_hubspot.definitions import definition, owner_definition, system_definitions, yes_no
from hubframe.local_hubspot.object_type import ObjectType

_GROUP = "contactinformation"

LIFECYCLE_STAGES = [
    ("Subscriber", "subscriber"),
    ("Lead", "lead"),
    ("Marketing Qualified Lead", "marketingqualifiedlead"),
    ("Sales Qualified Lead", "salesqualifiedlead"),
    ("Opportunity", "opportunity"),
    ("Customer", "customer"),
    ("Evangelist", "evangelist"),
    ("Other", "other"),
]
LEAD_STATUSES = [
    ("New", "NEW"),
    ("Open", "OPEN"),
    ("In Progress", "IN_PROGRESS"),
    ("Open Deal", "OPEN_DEAL"),
    ("Unqualified", "UNQUALIFIED"),
    ("Attempted to Contact", "ATTEMPTED_TO_CONTACT"),
    ("Connected", "CONNECTED"),
    ("Bad Timing", "BAD_TIMING"),
]
INTERESTS = [
    ("Pricing & plans", "pricing"),
    ("Product news", "product_news"),
    ("Events near you", "events"),
    ("Research reports", "research"),
    ("Partner programme", "partner"),
]


def contacts() -> tuple[ObjectType, list[dict[str, Any]]]:
    """Return the contacts type and its definitions."""
    kind = ObjectType(
        plural="contacts",
        singular="contact",
        type_id="0-1",
        first_id=171_591_000_198,
        legacy_name="CONTACT",
        modified_property="lastmodifieddate",
        default_properties=(
            "createdate",
            "email",
            "firstname",
            "hs_object_id",
            "lastmodifieddate",
            "lastname",
        ),
    )
    return kind, [*system_definitions("lastmodifieddate", _GROUP), *_hubspot_defined(), *_custom()]


def _hubspot_defined() -> list[dict[str, Any]]:
    return [
        definition("firstname", "First Name", group=_GROUP),
        definition("lastname", "Last Name", group=_GROUP),
        {**definition("email", "Email", group=_GROUP), "textDisplayHint": "email"},
        definition(
            "hs_additional_emails",
            "Additional email addresses",
            "enumeration",
            "checkbox",
            group=_GROUP,
            external_options=True,
            read_only=True,
        ),
        definition("phone", "Phone Number", "string", "phonenumber", group=_GROUP),
        definition("mobilephone", "Mobile Phone Number", "string", "phonenumber", group=_GROUP),
        definition("jobtitle", "Job Title", group=_GROUP),
        definition("company", "Company Name", group=_GROUP),
        definition("website", "Website URL", group=_GROUP),
        definition(
            "address",
            "Street Address",
            group=_GROUP,
            description="Contact's street address, including apartment or unit number.",
        ),
        definition("city", "City", group=_GROUP, description="A contact's city of residence"),
        definition("state", "State/Region", group=_GROUP),
        definition("zip", "Postal Code", group=_GROUP),
        definition("country", "Country/Region", group=_GROUP),
        definition(
            "lifecyclestage",
            "Lifecycle Stage",
            "enumeration",
            "radio",
            group=_GROUP,
            options=LIFECYCLE_STAGES,
            external_options=False,
        ),
        definition(
            "hs_lead_status",
            "Lead Status",
            "enumeration",
            "radio",
            group="sales_properties",
            options=LEAD_STATUSES,
        ),
        owner_definition("Contact owner", "sales_properties"),
        definition(
            "associatedcompanyid",
            "Primary Associated Company ID",
            "number",
            "number",
            group=_GROUP,
            external_options=True,
            references="COMPANY",
        ),
        definition(
            "hubspotscore",
            "HubSpot Score",
            "number",
            "calculation_score",
            group="sales_properties",
            read_only=True,
        ),
        definition(
            "num_associated_deals",
            "Number of Associated Deals",
            "number",
            "calculation_rollup",
            group="deal_information",
            read_only=True,
        ),
        definition("hs_email_domain", "Email Domain", group=_GROUP, read_only=True),
        definition(
            "hs_is_unworked",
            "Contact unworked",
            "bool",
            "calculation_equation",
            group=_GROUP,
            options=yes_no(),
            read_only=True,
        ),
        definition(
            "notes_last_contacted",
            "Last Contacted",
            "datetime",
            "date",
            group="sales_properties",
            read_only=True,
        ),
        definition(
            "hs_marketable_status",
            "Marketing contact status",
            "enumeration",
            "select",
            group=_GROUP,
            options=[("Marketing contact", "true"), ("Non-marketing contact", "false")],
            read_only=True,
        ),
        definition("message", "Message", "string", "textarea", group=_GROUP),
    ]


def _custom() -> list[dict[str, Any]]:
    return [
        {
            **made,
            "hubspotDefined": False,
            "createdUserId": "61526374",
            "updatedUserId": "61526374",
            "modificationMetadata": {
                **made["modificationMetadata"],
                "archivable": True,
                "readOnlyDefinition": False,
            },
        }
        for made in (
            definition(
                "customer_number",
                "Customer No.",
                group=_GROUP,
                unique=True,
                description="The customer's number in the billing system.",
            ),
            definition("birthday", "Date of birth (verified)", "date", "date", group=_GROUP),
            definition("renewal_date", "Renewal Date", "date", "date", group=_GROUP),
            definition("last_visit_at", "Last visit", "datetime", "date", group=_GROUP),
            definition("annual_spend", "Annual spend (EUR)", "number", "number", group=_GROUP),
            definition("seats", "Seats", "number", "number", group=_GROUP),
            definition(
                "newsletter",
                "Wants the newsletter",
                "enumeration",
                "booleancheckbox",
                group=_GROUP,
                options=yes_no(),
            ),
            definition("gdpr_reviewed", "GDPR reviewed", "bool", "booleancheckbox", group=_GROUP, options=yes_no()),
            definition("interests", "Interests", "enumeration", "checkbox", group=_GROUP, options=INTERESTS),
            definition(
                "preferred_channel",
                "Preferred channel",
                "enumeration",
                "select",
                group=_GROUP,
                options=[("E-mail", "email"), ("Telephone", "phone"), ("Text message", "sms")],
            ),
            # Two properties under one label, as accounts grown over years have them.
            definition("region", "Region", group=_GROUP),
            definition(
                "sales_region",
                "Region",
                "enumeration",
                "select",
                group=_GROUP,
                options=[("North", "reg_n"), ("South", "reg_s"), ("East", "reg_e"), ("West", "reg_w")],
            ),
            definition("national_id", "National ID", group=_GROUP, sensitivity="sensitive"),
            definition("iban", "Bank account (IBAN)", group=_GROUP, sensitivity="highly_sensitive"),
        )
    ]
