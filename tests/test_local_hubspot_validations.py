"""An administrator's rules: shown by type id, one of a type per property, and values held to them; sensitive data."""

from __future__ import annotations

import pytest

from hubframe.local_hubspot import LocalHubSpot, Portal
from hubframe.local_hubspot.settings import Settings
from tests.test_local_hubspot_batch_update import by_trace_id, problems, rows, send
from tests.test_local_hubspot_http import UPDATE, ask, one_row

PATH = "/crm/property-validations/2026-03"


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        yield made


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture
def settings():
    return Settings(token="pat-local-test", scopes={"crm.objects.contacts.write"})


@pytest.mark.parametrize("path", [PATH, "/crm/property-validations/2026-09", "/crm/v3/property-validations"])
def test_rules_are_listed_by_property(local, path):
    assert ask(local, "GET", f"{path}/0-1").body == {"results": []}
    local.portal.validate("contacts", "zip", "ALPHANUMERIC", "NUMERIC_ONLY")
    local.portal.validate("contacts", "seats", "MIN_NUMBER", "1")
    local.portal.validate("contacts", "zip", "MAX_LENGTH", "5")
    local.portal.validate("contacts", "seats", "MIN_NUMBER", "2")  # in place of the one before

    def rule(rule_type, *arguments):
        return {"ruleType": rule_type, "ruleArguments": list(arguments), "shouldApplyNormalization": False}

    assert ask(local, "GET", f"{path}/0-1").body["results"] == [
        {
            "propertyName": "zip",
            "propertyValidationRules": [rule("ALPHANUMERIC", "NUMERIC_ONLY"), rule("MAX_LENGTH", "5")],
        },
        {"propertyName": "seats", "propertyValidationRules": [rule("MIN_NUMBER", "2")]},
    ]
    assert ask(local, "GET", f"{path}/0-2").body == {"results": []}


@pytest.mark.parametrize("name", ["contacts", "contact", "CONTACT", "0-9999"])
def test_types_go_by_their_ids_alone(local, name):
    answer = ask(local, "GET", f"{PATH}/{name}")
    assert (answer.status, answer.body["message"]) == (400, f"Invalid object or event type id: {name}")


@pytest.mark.parametrize(
    ("scopes", "status"),
    [({"crm.objects.contacts.read"}, 200), ({"crm.schemas.contacts.read"}, 200), ({"crm.objects.deals.read"}, 403)],
)
def test_any_right_to_the_type_shows_its_rules(local, scopes, status):
    local.scopes = scopes
    assert ask(local, "GET", f"{PATH}/0-1").status == status


# Property, rule type, arguments, values that pass, values that are refused.
RULES = [
    ("seats", "MIN_NUMBER", ("-10.5",), ["-10.5", "0"], ["-10.51", "-11"]),
    ("seats", "MAX_NUMBER", ("99.99",), ["99.99", "-5"], ["99.991", "100"]),
    ("city", "MIN_LENGTH", ("3",), ["Rye", "Ghent"], ["Ry", "R"]),
    ("city", "MAX_LENGTH", ("3",), ["Rye", "R"], ["Ghent"]),
    ("city", "REGEX", ("^[A-Z]+$",), ["RYE"], ["Rye", "RYE 1"]),
    ("zip", "ALPHANUMERIC", ("NUMERIC_ONLY",), ["01234"], ["B1", "1 2"]),
    ("zip", "ALPHANUMERIC", ("ALPHA_ONLY",), ["Ab"], ["B1"]),
    ("zip", "ALPHANUMERIC", ("ALPHANUMERIC",), ["B1"], ["B-1"]),
]


@pytest.mark.parametrize("validation", ["per_row", "whole_batch"])
@pytest.mark.parametrize(("name", "rule_type", "arguments", "good", "bad"), RULES)
def test_values_are_held_to_the_rules(portal, settings, validation, name, rule_type, arguments, good, bad):
    settings.validation = validation
    record_id = portal.add("contacts", {})
    portal.validate("contacts", name, rule_type, *arguments)
    for value in [*good, ""]:
        assert send(portal, settings, rows((record_id, {name: value}))).status == 200
        assert portal.record("contacts", record_id)[name] == value
    for value in bad:
        answer = send(portal, settings, rows((record_id, {name: value})))
        message = answer.body["message"] if validation == "whole_batch" else by_trace_id(answer)["0"]["message"]
        assert [(item["name"], item["propertyValue"]) for item in problems(message)] == [(name, value)]
        assert portal.record("contacts", record_id)[name] == ""


def test_a_value_that_breaks_several_rules_has_an_item_for_each(portal, settings):
    record_id = portal.add("contacts", {})
    portal.validate("contacts", "zip", "MAX_LENGTH", "2")
    portal.validate("contacts", "zip", "REGEX", "^[0-9]+$", "Digits, please")
    answer = send(portal, settings, rows((record_id, {"zip": "B12"})))
    messages = [item["message"] for item in problems(by_trace_id(answer)["0"]["message"])]
    assert messages == ["B12 is longer than 2 characters.", "Digits, please"]


def test_a_value_of_the_wrong_type_is_told_that_alone(portal, settings):
    record_id = portal.add("contacts", {})
    portal.validate("contacts", "seats", "MIN_NUMBER", "1")
    answer = send(portal, settings, rows((record_id, {"seats": "many"})))
    assert [item["error"] for item in problems(by_trace_id(answer)["0"]["message"])] == ["INVALID_INTEGER"]


def test_values_held_before_the_rule_stay(portal, settings):
    record_id = portal.add("contacts", {"city": "Ghent"})
    portal.validate("contacts", "city", "MAX_LENGTH", "3")
    assert send(portal, settings, rows((record_id, {"state": "Flanders"}))).status == 200
    assert portal.record("contacts", record_id)["city"] == "Ghent"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("city", ("MAXIMUM_LENGTH", "3")),
        ("city", ("MAX_LENGTH",)),
        ("city", ("MAX_LENGTH", "three")),
        ("city", ("REGEX", "(")),
        ("city", ("ALPHANUMERIC", "DIGITS")),
        ("city", ("MIN_NUMBER", "1")),
        ("seats", ("MIN_NUMBER", "one")),
        ("seats", ("MAX_LENGTH", "3")),
    ],
)
def test_rules_that_hubspot_would_not_take_are_refused(portal, name, rule):
    with pytest.raises(ValueError):
        portal.validate("contacts", name, *rule)
    assert portal.object_type("contacts").validations == {}


def test_rules_of_other_types_are_shown_and_no_value_is_held_to_them(portal, settings):
    portal.validate("contacts", "renewal_date", "DAYS_OF_WEEK", "MONDAY")
    record_id = portal.add("contacts", {})
    assert send(portal, settings, rows((record_id, {"renewal_date": "2026-11-24"}))).status == 200


def test_a_rule_is_for_a_property_that_exists(portal):
    with pytest.raises(KeyError):
        portal.validate("contacts", "nope", "MAX_LENGTH", "3")


def test_the_demo_has_no_rules():
    with LocalHubSpot.demo(contacts=5) as demo:
        assert all(not kind.validations for kind in demo.portal.object_types())


# Sensitive data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sensitivity", "name"), [("sensitive", "national_id"), ("highly_sensitive", "iban")])
def test_sensitive_properties_take_scopes_of_their_own(local, sensitivity, name):
    record_id = local.portal.add("contacts", {name: "1"})
    definitions = "/crm/properties/2026-03/contacts"
    own = f"{definitions}?dataSensitivity={sensitivity}"
    one = f"/crm/objects/2026-03/contacts/{record_id}?properties={name}"
    assert name not in [made["name"] for made in ask(local, "GET", definitions).body["results"]]
    assert [made["name"] for made in ask(local, "GET", own).body["results"]] == [name]
    assert ask(local, "GET", one).body["properties"][name] == "1"
    local.scopes -= {f"crm.objects.contacts.{sensitivity}.{action}.v2" for action in ("read", "write")}
    refused = ask(local, "GET", own)
    assert (refused.status, refused.body["category"]) == (403, "MISSING_SCOPES")
    assert name not in ask(local, "GET", one).body["properties"]
    assert ask(local, "POST", UPDATE, one_row(record_id, **{name: "2"})).status == 403
    assert local.portal.record("contacts", record_id)[name] == "1"
