"""Companies."""

from __future__ import annotations

from typing import Any

from hubframe.local_hubspot.definitions import definition, owner_definition, system_definitions
from hubframe.local_hubspot.object_type import ObjectType

from .contacts import LIFECYCLE_STAGES

_GROUP = "companyinformation"

INDUSTRIES = [
    ("Restaurants", "RESTAURANTS"),
    ("Food & Beverages", "FOOD_BEVERAGES"),
    ("Computer Software", "COMPUTER_SOFTWARE"),
    ("Building Materials", "BUILDING_MATERIALS"),
    ("Hospital & Health Care", "HOSPITAL_HEALTH_CARE"),
    ("Higher Education", "HIGHER_EDUCATION"),
]


def companies() -> tuple[ObjectType, list[dict[str, Any]]]:
    """Return the companies type and its definitions."""
    kind = ObjectType(
        plural="companies",
        singular="company",
        type_id="0-2",
        first_id=209_447_120_361,
        legacy_name="COMPANY",
        default_properties=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    )
    return kind, [
        *system_definitions("hs_lastmodifieddate", _GROUP),
        definition("name", "Company name", group=_GROUP),
        definition("domain", "Company Domain Name", group=_GROUP),
        definition("website", "Website URL", group=_GROUP),
        definition("phone", "Phone Number", "string", "phonenumber", group=_GROUP),
        definition("address", "Street Address", group=_GROUP),
        definition("address2", "Street Address 2", group=_GROUP),
        definition("city", "City", group=_GROUP),
        definition("state", "State/Region", group=_GROUP),
        definition("zip", "Postal Code", group=_GROUP),
        definition("country", "Country/Region", group=_GROUP),
        definition("description", "Description", "string", "textarea", group=_GROUP),
        definition("about_us", "About Us", "string", "textarea", group=_GROUP),
        definition("industry", "Industry", "enumeration", "select", group=_GROUP, options=INDUSTRIES),
        definition(
            "type",
            "Type",
            "enumeration",
            "select",
            group=_GROUP,
            options=[
                ("Prospect", "PROSPECT"),
                ("Partner", "PARTNER"),
                ("Reseller", "RESELLER"),
                ("Vendor", "VENDOR"),
                ("Other", "OTHER"),
            ],
        ),
        definition(
            "lifecyclestage",
            "Lifecycle Stage",
            "enumeration",
            "radio",
            group=_GROUP,
            options=LIFECYCLE_STAGES,
        ),
        owner_definition("Company owner", _GROUP),
        definition("annualrevenue", "Annual Revenue", "number", "number", group=_GROUP),
        definition("numberofemployees", "Number of Employees", "number", "number", group=_GROUP),
        definition("founded_year", "Year Founded", group=_GROUP),
        definition(
            "is_public",
            "Is Public",
            "bool",
            "booleancheckbox",
            group=_GROUP,
            options=[("Yes", "true"), ("No", "false")],
        ),
        definition(
            "hs_num_open_deals",
            "Number of open deals",
            "number",
            "calculation_rollup",
            group=_GROUP,
            read_only=True,
        ),
        definition(
            "num_associated_contacts",
            "Number of Associated Contacts",
            "number",
            "calculation_rollup",
            group=_GROUP,
            read_only=True,
        ),
        definition("supplier_number", "Supplier No.", group=_GROUP, unique=True, hubspot_defined=False),
        definition("audited_on", "Audited on", "date", "date", group=_GROUP, hubspot_defined=False),
    ]
