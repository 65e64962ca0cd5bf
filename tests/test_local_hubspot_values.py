"""LocalHubSpot's rules of single values: what is stored, what is refused and in which words."""

from __future__ import annotations

import pytest

from hubframe.local_hubspot import Portal
from hubframe.local_hubspot.settings import Settings
from hubframe.local_hubspot.timestamps import from_milliseconds, instant
from tests.test_local_hubspot_batch_update import problems, rows, send


@pytest.fixture
def portal():
    made = Portal()
    made.add_owner("61526374", email="sorrel@example.com", first_name="Sorrel", last_name="Quince")
    return made


@pytest.fixture
def settings():
    return Settings(token="pat-local-test", scopes={"crm.objects.contacts.write"})


TAKEN = [
    ("firstname", "Juniper", "Juniper"),
    ("firstname", " Juniper ", " Juniper "),
    ("firstname", "x" * 65_536, "x" * 65_536),
    ("email", "Juniper.Alder@Example.COM", "juniper.alder@example.com"),
    ("annual_spend", "1200.50", "1200.50"),
    ("annual_spend", "-3", "-3"),
    ("annual_spend", ".5", ".5"),
    ("birthday", "2015-05-01", "2015-05-01"),
    ("birthday", "1430438400000", "2015-05-01"),
    ("birthday", "-86400000", "1969-12-31"),
    ("last_visit_at", "2020-02-29T03:30:17.250Z", "2020-02-29T03:30:17.250Z"),
    ("last_visit_at", "2020-02-29T03:30:17.000Z", "2020-02-29T03:30:17Z"),
    ("last_visit_at", "2020-02-29T04:30:17+01:00", "2020-02-29T03:30:17Z"),
    ("last_visit_at", "1582947017250", "2020-02-29T03:30:17.250Z"),
    ("newsletter", "true", "true"),
    ("gdpr_reviewed", "false", "false"),
    ("lifecyclestage", "marketingqualifiedlead", "marketingqualifiedlead"),
    ("interests", "events;pricing", "events;pricing"),
    ("interests", ";pricing;events", "research;pricing;events"),
    ("interests", ";research", "research"),
    ("hubspot_owner_id", "61526374", "61526374"),
    ("phone", "+1 503 555 0142", "+1 503 555 0142"),
    ("annual_spend", 12.5, "12.5"),
    ("seats", 12, "12"),
    ("newsletter", True, "true"),
]

REFUSED = [
    ("firstname", "x" * 65_537, "INVALID_STRING_LENGTH", None),
    ("email", "juniper@", "INVALID_EMAIL", "Email address juniper@ is invalid"),
    ("email", "a@b@example.com", "INVALID_EMAIL", "Email address a@b@example.com is invalid"),
    (
        "annual_spend",
        "1.4210854715202004e-14",
        "INVALID_INTEGER",
        "1.4210854715202004e-14 was not a valid number.",
    ),
    ("annual_spend", "5,333,222", "INVALID_INTEGER", "5,333,222 was not a valid number."),
    ("annual_spend", "nan", "INVALID_INTEGER", "nan was not a valid number."),
    ("annual_spend", " 5", "INVALID_INTEGER", " 5 was not a valid number."),
    ("annual_spend", "\u0665", "INVALID_INTEGER", "\u0665 was not a valid number."),
    ("birthday", "1786334400000", "INVALID_DATE", "1786334400000 is at 4:0:0.0 UTC, not midnight!"),
    ("birthday", "1521225089103", "INVALID_DATE", "1521225089103 is at 18:31:29.103 UTC, not midnight!"),
    ("birthday", "2027-02-30", "INVALID_DATE", None),
    ("birthday", "31.12.2027", "INVALID_DATE", None),
    ("birthday", "9" * 30, "INVALID_DATE", None),
    (
        "last_visit_at",
        "2019-05-13T12:05:53.602759Z",
        "INVALID_LONG",
        "2019-05-13T12:05:53.602759Z was not a valid long.",
    ),
    ("last_visit_at", "2025-10-23", "INVALID_LONG", "2025-10-23 was not a valid long."),
    ("last_visit_at", "2025-13-23T00:00:00Z", "INVALID_LONG", None),
    (
        "newsletter",
        "True",
        "INVALID_OPTION",
        "True was not one of the allowed options: [true, false]",
    ),
    ("gdpr_reviewed", "yes", "INVALID_BOOLEAN", None),
    ("lifecyclestage", "Lead", "INVALID_OPTION", None),
    (
        "preferred_channel",
        "Telephone",
        "INVALID_OPTION",
        "Telephone was not one of the allowed options: [email, phone, sms]",
    ),
    ("interests", "events; pricing", "INVALID_OPTION", None),
    ("preferred_channel", ";sms", "INVALID_OPTION", None),
    ("hubspot_owner_id", "7", "INVALID_OPTION", None),
    ("nickname", "Juni", "PROPERTY_DOESNT_EXIST", 'Property "nickname" does not exist'),
    ("FirstName", "Juni", "PROPERTY_DOESNT_EXIST", 'Property "FirstName" does not exist'),
    (
        "hs_object_id",
        "5",
        "READ_ONLY_VALUE",
        '"hs_object_id" is a read only property; its value cannot be set.',
    ),
    (
        "hubspotscore",
        "5",
        "READ_ONLY_VALUE",
        '"hubspotscore" is a calculated property; its value cannot be set.',
    ),
]


@pytest.mark.parametrize(("name", "sent", "stored"), TAKEN)
def test_value_is_stored_as_hubspot_would(portal, settings, name, sent, stored):
    record_id = portal.add("contacts", {"interests": "research"})
    answer = send(portal, settings, rows((record_id, {name: sent})))
    assert answer.status == 200
    assert answer.body["results"][0]["properties"][name] == stored
    assert portal.record("contacts", record_id)[name] == stored


@pytest.mark.parametrize(("name", "sent", "code", "message"), REFUSED)
def test_value_is_refused_in_hubspots_words(portal, settings, name, sent, code, message):
    record_id = portal.add("contacts", {"firstname": "Juniper"})
    before = portal.record("contacts", record_id)
    answer = send(portal, settings, rows((record_id, {name: sent, "city": "Portland"})))
    assert answer.status == 207
    (problem,) = problems(answer.body["errors"][0]["message"])
    assert (problem["error"], problem["name"], problem["portalId"]) == (code, name, 44237313)
    assert problem["localizedErrorMessage"] == problem["message"]
    assert message is None or problem["message"] == message
    assert problem.get("propertyValue") == (sent if code.startswith("INVALID") else None)
    assert portal.record("contacts", record_id) == before


def test_empty_text_clears_and_null_is_left_alone(portal, settings):
    record_id = portal.add("contacts", {"city": "Portland", "phone": "1", "birthday": "2001-01-01"})
    answer = send(portal, settings, rows((record_id, {"city": "", "birthday": "", "phone": None})))
    assert answer.body["results"][0]["properties"].items() >= {"city": "", "birthday": ""}.items()
    assert "phone" not in answer.body["results"][0]["properties"]
    held = portal.record("contacts", record_id)
    assert (held["city"], held["birthday"], held["phone"]) == ("", "", "1")


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "1970-01-01T00:00:00Z"), (1_645_125_329_005, "2022-02-17T19:15:29.005Z")]
)
def test_times_drop_a_fraction_of_zero(milliseconds, text):
    assert instant(from_milliseconds(milliseconds)) == text


def test_an_email_of_another_type_is_a_text_like_any_other(portal, settings):
    portal.define("tickets", {"name": "email", "label": "E-mail", "hasUniqueValue": True})
    settings.scopes = {"tickets"}
    first = portal.add("tickets", {"email": "Juniper, in reception"})
    second = portal.add("tickets", {"email": "juniper, in reception"})
    answer = send(portal, settings, rows((first, {"email": "JUNIPER"}), (second, {"email": "Juniper"})), "tickets")
    assert answer.status == 200
    assert [portal.record("tickets", ticket)["email"] for ticket in (first, second)] == ["JUNIPER", "Juniper"]
