"""A filled account: contacts, companies, deals, contracts and tickets, the same ones for the same seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .demo_names import (
    CITIES,
    COMPANY_WORDS,
    DOMAINS,
    FAMILY_NAMES,
    FORMER_OWNER,
    GIVEN_NAMES,
    JOB_TITLES,
    NAMESAKES,
    OWNERS,
    day,
    phone,
)
from .object_types.tickets import PIPELINES as TICKET_PIPELINES

if TYPE_CHECKING:
    from .portal import Portal

COMPANIES, DEALS, CONTRACTS, TICKETS = 400, 300, 200, 30
_STAGES = (
    "subscriber",
    "lead",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
)
_STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "CONNECTED", "")
_SUBJECTS = ("Wilted delivery", "Invoice unclear", "Wrong seeds", "Watering plan", "Greenhouse sensor offline")
_INTERESTS = ("pricing", "product_news", "events", "research", "partner")


def fill(portal: Portal, *, contacts: int, seed: int) -> None:
    """Fill an empty portal; of every 100 contacts about one more was merged away, and one archived."""
    chance = random.Random(f"demo:{seed}")  # noqa: S311 (the same every time, on purpose)
    for owner_id, first_name, last_name in OWNERS:
        email = f"{first_name}.{last_name}@example.com".lower()
        portal.add_owner(owner_id, email=email, first_name=first_name, last_name=last_name)
    for owner_id, first_name, last_name in (*NAMESAKES, FORMER_OWNER):
        email = f"{first_name}.{last_name}.{owner_id[-2:]}@example.com".lower()
        portal.add_owner(owner_id, email=email, first_name=first_name, last_name=last_name)
    with portal.lock:
        for number in range(COMPANIES):
            portal.add("companies", _company(chance, number))
        extra = contacts // 100
        others = _unusual_owners(seed, contacts + 2 * extra)
        ids = [
            portal.add("contacts", {**_contact(chance, number), **others.get(number, {})})
            for number in range(contacts + 2 * extra)
        ]
        # A merge turns two contacts into one new one.
        gone = chance.sample(ids, 3 * extra)
        for first, second in zip(gone[:extra], gone[extra : 2 * extra], strict=True):
            portal.merge("contacts", first, second)
        for record_id in gone[2 * extra :]:
            portal.archive("contacts", record_id)
        for number in range(DEALS):
            portal.add("deals", _deal(chance, number))
        for number in range(CONTRACTS):
            portal.add("contracts", _contract(chance, number))
        of_tickets = random.Random(f"tickets:{seed}")  # noqa: S311 (the same every time, on purpose)
        for number in range(TICKETS):
            portal.add("tickets", _ticket(of_tickets, number))
        portal.archive_owner(FORMER_OWNER[0])


def _unusual_owners(seed: int, contacts: int) -> dict[int, dict[str, str]]:
    """Return, by number, the few contacts that the namesakes and the former owner have."""
    chance = random.Random(f"owners:{seed}")  # noqa: S311 (the same every time, on purpose)
    owners = (*NAMESAKES, FORMER_OWNER)
    few = min(contacts, len(owners) * (3 + contacts // 1000))
    numbers = chance.sample(range(contacts), few)
    return {number: {"hubspot_owner_id": owners[place % len(owners)][0]} for place, number in enumerate(numbers)}


def _contact(chance: random.Random, number: int) -> dict[str, str]:
    given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
    city, state, area = chance.choice(CITIES)
    # As the years and many hands have left it: names shouted or whispered, numbers in every style.
    case = chance.choice((str, str, str, str.upper, str.lower))
    clock = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:07.{number % 1000:03d}Z"
    return {
        "createdate": f"{day(chance, 2019, 2025)}T{clock.replace('.000Z', 'Z')}",
        "firstname": case(given),
        "lastname": case(family),
        "email": f"{given}.{family}.{number}@{chance.choice(DOMAINS)}".lower(),
        "phone": phone(area, number, chance.randrange(4)) if chance.random() < 0.9 else "",
        "jobtitle": chance.choice(JOB_TITLES),
        "company": f"{chance.choice(FAMILY_NAMES)} {chance.choice(COMPANY_WORDS)}",
        "city": chance.choice((city, city, city.lower(), city.upper())),
        "state": state,
        "country": "United States",
        "lifecyclestage": chance.choice(_STAGES),
        "hs_lead_status": chance.choice(_STATUSES),
        "hubspot_owner_id": chance.choice(OWNERS)[0],
        "customer_number": f"C-{100000 + number}",
        "birthday": day(chance, 1955, 2003) if chance.random() < 0.7 else "",
        "renewal_date": day(chance, 2026, 2028),
        "last_visit_at": f"{day(chance, 2024, 2026)}T09:30:00Z",
        "annual_spend": f"{chance.randrange(0, 90_000)}.{chance.randrange(10, 100)}",
        "seats": str(chance.randint(1, 250)),
        "newsletter": chance.choice(("true", "false")),
        "interests": ";".join(chance.sample(_INTERESTS, chance.randint(0, 3))),
        "preferred_channel": chance.choice(("email", "phone", "sms")),
        "sales_region": chance.choice(("reg_n", "reg_s", "reg_e", "reg_w")),
        "hubspotscore": str(chance.randint(0, 100)),
    }


def _company(chance: random.Random, number: int) -> dict[str, str]:
    name = f"{chance.choice(FAMILY_NAMES)} {chance.choice(COMPANY_WORDS)}"
    city, state, area = chance.choice(CITIES)
    return {
        "name": f"{name} {number}",
        "domain": f"{name.partition(' ')[0].lower()}-{number}.{chance.choice(DOMAINS)}",
        "phone": phone(area, number, chance.randrange(4)),
        "city": city,
        "state": state,
        "country": "United States",
        "industry": chance.choice(("RESTAURANTS", "FOOD_BEVERAGES", "COMPUTER_SOFTWARE", "BUILDING_MATERIALS")),
        "type": chance.choice(("PROSPECT", "PARTNER", "RESELLER", "VENDOR")),
        "hubspot_owner_id": chance.choice(OWNERS)[0],
        "annualrevenue": str(chance.randrange(50_000, 9_000_000)),
        "numberofemployees": str(chance.randint(2, 4000)),
        "supplier_number": f"S-{5000 + number}",
    }


def _deal(chance: random.Random, number: int) -> dict[str, str]:
    return {
        "dealname": f"{chance.choice(FAMILY_NAMES)} {chance.choice(COMPANY_WORDS)}, order {number}",
        "amount": str(chance.randrange(500, 120_000)),
        "closedate": f"{day(chance, 2025, 2027)}T17:00:00Z",
        "pipeline": "default",
        "dealstage": chance.choice(("appointmentscheduled", "qualifiedtobuy", "contractsent", "closedwon")),
        "dealtype": chance.choice(("newbusiness", "existingbusiness")),
        "hubspot_owner_id": chance.choice(OWNERS)[0],
        "order_number": f"O-{70000 + number}",
    }


def _contract(chance: random.Random, number: int) -> dict[str, str]:
    year = chance.randint(2022, 2026)
    return {
        "hs_name": f"{chance.choice(FAMILY_NAMES)} {chance.choice(COMPANY_WORDS)} service agreement",
        "contract_number": f"K-{year}-{number:04d}",
        "hs_status": chance.choice(("draft", "awaiting_signature", "active", "active", "terminated")),
        "hs_start_date": day(chance, year, year),
        "hs_end_date": day(chance, year + 1, year + 3),
        "signed_at": f"{day(chance, year, year)}T11:15:00Z",
        "contract_value": f"{chance.randrange(1_000, 250_000)}.00",
        "notice_days": chance.choice(("30", "60", "90")),
        "auto_renew": chance.choice(("true", "false")),
        "services": ";".join(chance.sample(("support_5x8", "support_24x7", "training", "hosting"), 2)),
        "hubspot_owner_id": chance.choice(OWNERS)[0],
    }


def _ticket(chance: random.Random, number: int) -> dict[str, str]:
    pipeline = chance.choice(TICKET_PIPELINES.each)
    return {
        "subject": f"{chance.choice(_SUBJECTS)} ({number + 1})",
        "content": f"{chance.choice(FAMILY_NAMES)} {chance.choice(COMPANY_WORDS)} asks for a call back.",
        "hs_pipeline": pipeline.id,
        "hs_pipeline_stage": chance.choice(pipeline.stages).id,
        "hs_ticket_priority": chance.choice(("LOW", "MEDIUM", "HIGH", "")),
        "hubspot_owner_id": chance.choice(OWNERS)[0],
    }
