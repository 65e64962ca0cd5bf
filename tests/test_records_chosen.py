"""Properties are read by name or label; what means none, or several, is an error with what is near."""

import pytest

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.definitions import Definitions, Property
from hubframe.records.chosen import properties_to_read
from hubframe.records.default_properties import default_properties

PROPERTIES = (
    Property("hs_object_id", "Record ID", "number", read_only=True),
    Property("email", "Email", "string"),
    Property("firstname", "First Name", "string"),
    Property("city", "City", "string"),
    Property("town", "City", "string"),
    Property("score", "Score", "number", read_only=True),
)
CONTACTS = Definitions("contacts", {one.name: one for one in PROPERTIES})


def names(definitions, properties):
    found = properties_to_read(definitions, properties)
    return None if found is None else [one.name for one in found]


@pytest.mark.parametrize(
    ("properties", "read"),
    [
        (["city", "email"], ["city", "email"]),
        (["First Name", " first name ", "firstname"], ["firstname"]),
        (("score",), ["score"]),
        ({"city": "ignored"}, ["city"]),
        pytest.param(iter(["town"]), ["town"], id="an iterator"),
        ([], []),
        (["Record ID", "hs_object_id"], ["hs_object_id"]),
        ("all", ["hs_object_id", "email", "firstname", "city", "town", "score"]),
        (None, ["firstname", "email", "city"]),  # the usual ones, as far as they are there, in the usual order
    ],
    ids=repr,
)
def test_which_properties_are_read(properties, read):
    assert names(CONTACTS, properties) == read


def test_a_property_called_like_the_record_id_but_for_case_and_spaces_is_read():
    named = CONTACTS.amended([Property("recordid", "RecordID")])
    assert names(named, ["recordid", "Record ID"]) == ["recordid", "hs_object_id"]
    assert names(named, ["RecordID", "record id"]) == ["recordid", "hs_object_id"]
    assert names(CONTACTS, ["recordid"]) == ["hs_object_id"]


def test_of_a_type_that_hubframe_does_not_know_hubspots_own_choice_is_read():
    assert names(Definitions("2-1234567", {"city": Property("city")}), None) is None
    assert names(Definitions("notes", {"city": Property("city")}), None) is None
    assert names(Definitions("contacts", {}, known=False), None) is None


def test_names_that_mean_nothing_are_listed_with_what_is_near():
    with pytest.raises(ColumnError) as caught:
        properties_to_read(CONTACTS, ["emial", "City", "???", "firstname"])
    assert str(caught.value).splitlines() == [
        "2 names are no property of contacts:",
        "  'emial' (near: 'email' (Email))",
        "  '???'",
        "1 label is shared by several properties:",
        "  'City' may be 'city' (text) or 'town' (text)",
        "Give internal names: hubframe.properties('contacts') lists them all.",
    ]


def test_many_wrong_names_are_cut():
    with pytest.raises(ColumnError, match=r"\n  and 20 more\n"):
        properties_to_read(CONTACTS, [f"???{number}" for number in range(30)])


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("email", r"must be a list of names or labels, or \"all\": properties=\['email'\]"),
        (7, "properties=7 must be a list"),
        (["email", None], "holds None"),
        (["email", " "], "holds ' '"),
    ],
)
def test_what_is_no_list_of_names(properties, message):
    with pytest.raises(PlanError, match=message):
        properties_to_read(CONTACTS, properties)


def test_without_definitions_names_are_taken_at_their_word():
    unknown = Definitions("contacts", {}, known=False)
    assert names(unknown, ["emial"]) == ["emial"]
    with pytest.raises(PlanError, match=r"crm\.schemas"):
        properties_to_read(unknown, "all")


def test_a_name_that_may_be_a_sensitive_property_is_asked_for():
    hidden = CONTACTS.amended(hidden=True)
    assert names(hidden, ["diagnosis"]) == ["diagnosis"]
    with pytest.raises(ColumnError):
        properties_to_read(hidden, ["Diagnosis Of Today"])


@pytest.mark.parametrize("object_type", ["contacts", "COMPANY", "0-3", "tickets", "products", "line_items", "leads",
                                         "calls", "emails", "meetings", "note", "tasks"])  # fmt: skip
def test_standard_types_have_usual_properties(object_type):
    usual = default_properties(object_type)
    assert len(set(usual)) == len(usual) > 3
    assert all(name == name.lower() and " " not in name for name in usual)
