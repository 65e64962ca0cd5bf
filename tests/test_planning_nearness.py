"""What is advised is what was meant, misspelt or cut short; of anything else nothing is advised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import Headers
from hubframe.planning.nearness import nearest_names

STAGES = (
    *("Subscriber", "Lead", "Marketing Qualified Lead", "Sales Qualified Lead"),
    *("Opportunity", "Customer", "Evangelist", "Other"),
)
STATUSES = ("New", "Open", "In progress", "Open deal", "Unqualified", "Attempted to contact", "Connected", "Bad timing")
COUNTRIES = (
    *("Albania", "Australia", "Austria", "Belgium", "China", "France", "Germany", "Greece", "Iceland", "Iran", "Iraq"),
    *("Ireland", "Italy", "Netherlands", "Norway", "Poland", "Slovakia", "Slovenia", "Spain", "Sweden", "Switzerland"),
    *("Turkey", "United Kingdom", "United States"),
)
MEMBERS = ("Gold", "Silver", "Not interested", "Tier 1", "Tier 2", "2024", "2025", "E-mail")
PEOPLE = ("hazel.birch@example.com", "rowan.ash@example.com", "Hazel Birch", "Rowan Ash", "Juniper Alder")


@pytest.mark.parametrize(
    ("names", "text", "first"),
    [
        (STAGES, "customr", "Customer"),
        (STAGES, "Leed", "Lead"),
        (STAGES, "laed", "Lead"),
        (STAGES, "Othr", "Other"),
        (STAGES, "Customers", "Customer"),
        (STAGES, "marketing-qualified-lead", "Marketing Qualified Lead"),
        (STAGES, "MarketingQualifiedLead", "Marketing Qualified Lead"),
        (STAGES, "marketing", "Marketing Qualified Lead"),
        (STAGES, "sales lead", "Sales Qualified Lead"),
        (STAGES, "Customer (paying)", "Customer"),
        (STATUSES, "IN_PROGRESS", "In progress"),
        (STATUSES, "open  deal", "Open deal"),
        (STATUSES, "oepn", "Open"),
        (STATUSES, "unqualifed", "Unqualified"),
        (STATUSES, "progress", "In progress"),
        (("Customer No.",), "customer", "Customer No."),
        (COUNTRIES, "Germny", "Germany"),
        (COUNTRIES, "Untied Sttaes", "United States"),
        (COUNTRIES, "United States of America", "United States"),
        (COUNTRIES, "Swizerland", "Switzerland"),
        (COUNTRIES, "Irland", "Ireland"),
        (MEMBERS, "gld", "Gold"),
        (MEMBERS, "e mial", "E-mail"),
        (MEMBERS, "Tier1", "Tier 1"),
        (MEMBERS, "not intrested", "Not interested"),
        (PEOPLE, "hazel burch", "Hazel Birch"),
        (PEOPLE, "Hazel", "Hazel Birch"),
        (PEOPLE, "hazel.brich@example.com", "hazel.birch@example.com"),
        (PEOPLE, "rowan.ash@exmaple.com", "rowan.ash@example.com"),
    ],
)
def test_what_was_misspelt_or_cut_short_is_advised(names, text, first):
    assert nearest_names(text, names)[0] == first


@pytest.mark.parametrize(
    ("names", "text"),
    [
        *((STAGES, text) for text in ("hot", "x", "", " ", "?", "cold", "Kunde", "cliente", "Gelegenheit", "prospect")),
        *((STAGES, text) for text in ("lost", "leadership", "not a customer", "ed", "q" * 90)),
        *((STATUSES, text) for text in ("qualified", "lead qualified", "disconnected", "no connected")),
        *((STATUSES, text) for text in ("offen", "neu", "pending")),
        *((COUNTRIES, text) for text in ("Deutschland", "Alemania", "Allemagne", "Schweiz", "Japan", "UK")),
        *((MEMBERS, text) for text in ("cold", "interested", "Tier 3", "Tier 12", "2026", "Bronze", "1")),
        *((PEOPLE, text) for text in ("reed.ash@example.com", "willow@example.com", "Willow Elm", "@example.com")),
    ],
)  # fmt: skip
def test_what_is_something_else_gets_no_advice(names, text):
    assert nearest_names(text, names) == []


def test_the_nearest_comes_first_and_no_more_than_asked_for():
    names = ["Closed", "Closed lost", "Closed won", "closed_won"]
    assert nearest_names("closed wom", names)[:2] == ["Closed won", "closed_won"]
    assert len(nearest_names("closed", names, 2)) == 2
    assert nearest_names("closed", []) == []


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_answered_with_some_of_the_names(text, names):
    assert set(nearest_names(text, names)) <= set(names)


def _is_one_letter(letter):
    return len(letter.casefold()) == 1  # of "ŉ" or "ß", the case that is ignored makes two


@given(st.text(st.characters(categories=["L"]).filter(_is_one_letter), min_size=6, max_size=20), st.data())
def test_one_letter_too_few_is_always_found(name, data):
    place = data.draw(st.integers(1, len(name) - 1))
    assert nearest_names(name[:place] + name[place + 1 :], [name]) == [name]


def test_a_choice_is_advised_once_and_none_that_is_retired():
    choices = Choices(
        (
            Choice("lead", "Lead"),
            Choice("mql", "Marketing Qualified Lead", ("MQL",)),
            Choice("leader", "Leader", retired=True),
        )
    )
    assert [choice.value for choice in choices.nearest("leed")] == ["lead"]
    assert [choice.value for choice in choices.nearest("marketing qualified")] == ["mql"]
    assert choices.nearest("hot") == []


HEADERS = Headers(
    Definitions(
        "contacts",
        {
            name: Property(name, label)
            for name, label in [
                ("firstname", "First Name"),
                ("lastname", "Last Name"),
                ("email", "Email"),
                ("phone", "Phone Number"),
                ("mobilephone", "Mobile Phone Number"),
                ("jobtitle", "Job Title"),
                ("company", "Company Name"),
                ("country", "Country/Region"),
                ("city", "City"),
                ("message", "Message"),
                ("hubspot_owner_id", "Contact owner"),
                ("hs_lead_status", "Lead Status"),
                ("lifecyclestage", "Lifecycle Stage"),
                ("seats", "Seats"),
            ]
        },
    )
)


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("emial", "email"),
        ("E-Mail", "email"),
        ("Mail", "email"),
        ("E-Mail Address", "email"),
        ("citty", "city"),
        ("Fristname", "firstname"),
        ("FirstName", "firstname"),
        ("first-name", "firstname"),
        ("First", "firstname"),
        ("Compny", "company"),
        ("Phone", "phone"),
        ("Title", "jobtitle"),
        ("Owner", "hubspot_owner_id"),
        ("Lead", "hs_lead_status"),
        ("lifecycle", "lifecyclestage"),
        ("City name", "city"),
        ("Contry", "country"),
    ],
)
def test_a_column_is_told_the_property_it_means(header, first):
    assert HEADERS.nearest(header)[0].name == first


@pytest.mark.parametrize(
    "header", ["hot", "x", "id", "age", "notes", "Stadt", "Umsatz", "segment", 7, None, ("a", 1), ""]
)
def test_a_column_that_means_no_property_is_told_none(header):
    assert HEADERS.nearest(header) == []
