"""Names and places for the demo's records: plants for people, reserved domains, fictional numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

GIVEN_NAMES = (
    "Acacia",
    "Aspen",
    "Basil",
    "Briar",
    "Bryony",
    "Cedar",
    "Cicely",
    "Clover",
    "Dahlia",
    "Elder",
    "Fern",
    "Flax",
    "Hazel",
    "Heather",
    "Hyacinth",
    "Indigo",
    "Ivy",
    "Jasmine",
    "Juniper",
    "Larch",
    "Laurel",
    "Lavender",
    "Linden",
    "Magnolia",
    "Marigold",
    "Myrtle",
    "Olive",
    "Peony",
    "Primrose",
    "Rosemary",
    "Rowan",
    "Rue",
    "Saffron",
    "Sage",
    "Sorrel",
    "Tansy",
    "Thyme",
    "Verbena",
    "Willow",
    "Yarrow",
)
FAMILY_NAMES = (
    "Alder",
    "Ashwood",
    "Beechnut",
    "Birchbark",
    "Blackthorn",
    "Bramble",
    "Broomfield",
    "Burdock",
    "Cloudberry",
    "Coppice",
    "Cornflower",
    "Cottonwood",
    "Cypress",
    "Dogwood",
    "Elderberry",
    "Foxglove",
    "Gorse",
    "Greenbriar",
    "Hawthorn",
    "Hemlock",
    "Hollybush",
    "Hornbeam",
    "Lichen",
    "Lupine",
    "Mapleleaf",
    "Meadowsweet",
    "Mulberry",
    "Nettle",
    "Oakapple",
    "Pinecone",
    "Quince",
    "Rosehip",
    "Rushes",
    "Spindle",
    "Sweetbriar",
    "Tamarack",
    "Teasel",
    "Thistle",
    "Wildrose",
    "Yew",
)
DOMAINS = ("example.com", "example.org", "example.net")
# City, state, area code: with the exchange 555 and 01xx, numbers nobody has.
CITIES = (
    ("Portland", "Oregon", "503"),
    ("Seattle", "Washington", "206"),
    ("Denver", "Colorado", "303"),
    ("Austin", "Texas", "512"),
    ("Boston", "Massachusetts", "617"),
    ("Chicago", "Illinois", "312"),
    ("Atlanta", "Georgia", "404"),
    ("Phoenix", "Arizona", "602"),
    ("Madison", "Wisconsin", "608"),
    ("San Diego", "California", "619"),
    ("Baton Rouge", "Louisiana", "225"),
    ("St. Paul", "Minnesota", "651"),
)
JOB_TITLES = (
    "Head Gardener",
    "Operations Manager",
    "Buyer",
    "Finance Director",
    "Site Engineer",
    "Office Manager",
    "Plant Manager",
    "Procurement Lead",
    "Founder",
    "Quality Analyst",
)
COMPANY_WORDS = ("Nursery", "Orchards", "Botanics", "Greenhouse", "Seed Co.", "Timber", "Gardens", "Kitchens")
OWNERS = (
    ("61526374", "Sorrel", "Quince"),
    ("61526375", "Linden", "Teasel"),
    ("61526376", "Myrtle", "Hornbeam"),
    ("61526377", "Basil", "Coppice"),
)
# Two people of one name: who is meant, only the id or the e-mail tells.
NAMESAKES = (
    ("61526378", "Juniper", "Alder"),
    ("61526379", "Juniper", "Alder"),
)
# Left the company, and still owns a few contacts.
FORMER_OWNER = ("61526380", "Hazel", "Yew")


def phone(area: str, line: int, style: int) -> str:
    """Return a fictional number, written in one of four ways."""
    last = f"01{line % 100:02d}"
    return (
        f"+1 {area} 555 {last}",
        f"({area}) 555-{last}",
        f"{area}.555.{last}",
        f"1{area}555{last}",
    )[style % 4]


def day(chance: random.Random, first_year: int, last_year: int) -> str:
    """Return a date in these years."""
    return f"{chance.randint(first_year, last_year)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
