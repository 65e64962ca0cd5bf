"""A property is what HubSpot's definition says, above all whether it may be written."""

import pytest

from hubframe.planning.definitions import Definitions, Property

SCORE = {  # as recorded: calculated, and `calculated` says false
    "name": "hubspotscore",
    "label": "HubSpot Score",
    "type": "number",
    "fieldType": "calculation_score",
    "calculated": False,
    "hasUniqueValue": False,
    "modificationMetadata": {"archivable": True, "readOnlyDefinition": True, "readOnlyValue": True},
}


def test_a_definition_is_read_from_hubspot_s_json():
    assert Property.from_json(SCORE) == Property(
        "hubspotscore", "HubSpot Score", "number", "calculation_score", read_only=True, unique=False
    )


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x"},
        {"name": "x", "label": None, "modificationMetadata": None},
        {"name": "x", "options": "odd", "modificationMetadata": "odd"},
        {"name": "x", "options": ["odd", None]},
    ],
)
def test_what_a_definition_leaves_out_is_not_known(body):
    assert Property.from_json(body) == Property("x", "", "", "", read_only=False, unique=False)


@pytest.mark.parametrize(
    ("kind", "field", "is_bool", "is_text"),
    [
        ("bool", "booleancheckbox", True, False),
        ("enumeration", "booleancheckbox", True, False),
        ("enumeration", "checkbox", False, False),
        ("string", "text", False, True),
        ("number", "number", False, False),
        ("", "", False, True),
    ],
)
def test_kinds(kind, field, is_bool, is_text):
    definition = Property("x", type=kind, field_type=field)
    assert (definition.is_bool, definition.is_text) == (is_bool, is_text)


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": []}, {"results": [{"label": "nameless"}, "odd"]}])
def test_an_object_type_without_properties(body):
    definitions = Definitions.from_json("contacts", body)
    assert definitions.known
    assert definitions.get("firstname") is None


def test_properties_are_found_by_name_exactly():
    definitions = Definitions.from_json("contacts", {"results": [SCORE]})
    found = definitions.get("hubspotscore")
    assert found is not None
    assert found.read_only
    assert definitions.get("HubSpotScore") is None


def test_where_definitions_may_not_be_read_every_name_is_a_property():
    assert Definitions("contacts", {}, known=False).get("anything") == Property("anything")


@pytest.mark.parametrize(
    ("object_type", "name", "is_it"),
    [
        ("contacts", "email", True),
        ("Contact", "email", True),
        ("0-1", "email", True),
        ("contacts", "work_email", False),
        ("tickets", "email", False),
        ("2-77", "email", False),
        ("p7_people", "email", False),
    ],
)
def test_only_contacts_own_email_is_contacts_email(object_type, name, is_it):
    read = Definitions.from_json(object_type, {"results": [{"name": name}]})
    unread = Definitions(object_type, {}, known=False)
    assert [definitions.get(name).is_contact_email for definitions in (read, unread)] == [is_it, is_it]


def test_definitions_are_amended_and_stay_as_they_were():
    plain = Definitions("contacts", {"a": Property("a"), "b": Property("b")})
    told = plain.amended([Property("b", "B"), Property("c")], hidden=True, notes=["One."]).amended(notes=["Two."])
    assert told == Definitions(
        "contacts",
        {"a": Property("a"), "b": Property("b", "B"), "c": Property("c")},
        hidden=True,
        notes=("One.", "Two."),
    )
    assert plain == Definitions("contacts", {"a": Property("a"), "b": Property("b")})


def test_options_come_in_the_order_in_which_hubspot_shows_them():
    options = [
        {"value": "z", "label": "Last", "displayOrder": -1},
        {"value": "b", "label": "Second", "displayOrder": 1},
        {"value": "a", "label": "First", "displayOrder": 0},
    ]
    found = Property.from_json({"name": "x", "options": options})
    assert [choice.value for choice in found.choices.items] == ["a", "b", "z"]
    assert found.choices.value_of("second") == "b"
