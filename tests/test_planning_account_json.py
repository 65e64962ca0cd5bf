"""Owners, pipelines and rules are read from HubSpot's JSON, whatever is missing in it."""

import pytest

from hubframe.planning.account_json import owner_choices, pipelines_from_json, rules_by_property
from hubframe.planning.choices import Choice
from hubframe.planning.rules import Rule


def test_owners_are_called_by_name_and_e_mail_and_as_exports_call_those_who_left():
    juniper = {"id": "1", "email": "juniper@example.com", "firstName": "Juniper", "lastName": "Ash"}
    sage = {"id": 2, "email": "sage@example.com", "firstName": "Sage", "lastName": None}
    team = {"id": "3", "email": "team@example.com"}
    assert owner_choices([juniper, team], [sage]).items == (
        Choice("1", "Juniper Ash", ("juniper@example.com",)),
        Choice("3", "team@example.com", ("team@example.com",)),
        Choice("2", "Sage", ("sage@example.com", "Sage (Deactivated User)"), retired=True),
    )
    assert owner_choices([{"email": "nobody@example.com"}, {"id": "4"}], []).items == (Choice("4"),)


def test_stages_are_told_apart_by_their_pipeline_as_in_exports():
    found = pipelines_from_json(
        [
            {"id": "default", "label": "Sales", "stages": [{"id": "won", "label": "Won"}, {"label": "no id"}, None]},
            {"id": "r", "label": "Renewals", "stages": [{"id": "77", "label": "Won"}]},
            {"id": "empty", "label": "Unused", "stages": None},
            {"label": "no id"},
        ]
    )
    assert [(one.value, one.label) for one in found.pipelines.items] == [
        ("r", "Renewals"),
        ("default", "Sales"),
        ("empty", "Unused"),
    ]
    assert found.stages.items == (
        Choice("77", "Won", ("Won (Renewals)",), within="r"),
        Choice("won", "Won", ("Won (Sales)",), within="default"),
    )
    assert found.stages.value_of("Won") is None
    assert found.stages.value_of("won (renewals)") == "77"


def test_pipelines_and_stages_come_as_hubspot_shows_them_and_those_with_one_place_by_label():
    def item(name, order, **more):
        return {"id": name, "label": name.title(), "displayOrder": order, **more}

    stages = [item("won", 3), item("lost", 3), item("new", 0)]
    found = pipelines_from_json([item("last", -1), item("b", 1, stages=stages), item("c", 0), item("a", 1)])
    assert [one.value for one in found.pipelines.items] == ["c", "a", "b", "last"]
    assert [one.value for one in found.stages.items] == ["new", "lost", "won"]


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ([{"ruleType": "MAX_NUMBER", "ruleArguments": ["5"]}], (Rule("MAX_NUMBER", ("5",)),)),
        ([{"ruleType": "WHITESPACE", "ruleArguments": None}, "odd"], (Rule("WHITESPACE"),)),
        (None, ()),
    ],
)
def test_rules_are_found_by_property(given, rules):
    assert rules_by_property([{"propertyName": "seats", "propertyValidationRules": given}]) == {"seats": rules}
