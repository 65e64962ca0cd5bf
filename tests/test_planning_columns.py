"""Columns go to properties by internal name or label; what can't be right is an error that says what to do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.columns import RESULT_COLUMNS, choose_columns, is_result
from hubframe.planning.definitions import Definitions, Property

CONTACTS = Definitions(
    "contacts",
    {
        item.name: item
        for item in [
            Property("hs_object_id", "Record ID", "number", "number", read_only=True, unique=True),
            Property("firstname", "First Name", "string", "text"),
            Property("lastname", "Last Name", "string", "text"),
            Property("email", "Email", "string", "text", is_contact_email=True),
            Property("hubspot_owner_id", "Contact owner", "enumeration", "select"),
            Property("customer_number", "Customer Number", "string", "text", unique=True),
            Property("num_notes", "Number of Sales Activities", "number", "number", read_only=True),
            Property("region", "Region", "string", "text"),
            Property("sales_region", " Region ", "enumeration", "select"),
            Property("score", "Score", "number", "number"),
            Property("old_score", "Score", "number", "number", read_only=True),
            Property("created", "Created", "datetime", "date", read_only=True),
            Property("created_here", "Created", "datetime", "date", read_only=True),
            Property("associated_dogs", "Associated dogs", "number", "number"),
            Property("release_2", "Release.2", "string", "text"),
        ]
    },
)
BOTH_TO_EMAIL = {"columns": {"a": "email", "b": "email"}}
UNREADABLE = Definitions("contacts", {}, known=False)

LABELLED = ["firstname", "email", "hubspot_owner_id"]


def chosen(labels, index_names=(None,), definitions=CONTACTS, **arguments):
    found = choose_columns(list(labels), list(index_names), definitions, **arguments)
    ids = labels[found.id_column] if found.id_column is not None else (found.id_level,)
    return ids, {label: definition.name for label, definition in found.properties}


def refusal(labels, index_names=(None,), definitions=CONTACTS, error=ColumnError, **arguments):
    with pytest.raises(error) as caught:
        choose_columns(list(labels), list(index_names), definitions, **arguments)
    assert isinstance(caught.value, PlanError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("labels", "index_names", "arguments", "ids", "written"),
    [
        (["hs_object_id", "firstname"], [None], {}, "hs_object_id", ["firstname"]),
        (["firstname", "Record ID"], [None], {}, "Record ID", ["firstname"]),
        (["firstname", "record id"], [None], {}, "record id", ["firstname"]),
        (["firstname", "RecordID"], [None], {}, "RecordID", ["firstname"]),
        (["firstname", " HS_Object_Id"], [None], {}, " HS_Object_Id", ["firstname"]),
        (["firstname"], ["hs_object_id"], {}, (0,), ["firstname"]),
        (["firstname"], ["region", "Record ID"], {}, (1,), ["firstname"]),
        (["firstname"], ["region", 7], {"id_column": 7}, (1,), ["firstname"]),
        (["id", "firstname"], [None], {"id_column": "id"}, "id", ["firstname"]),
        ([0, "firstname"], [None], {"id_column": 0}, 0, ["firstname"]),
        (["customer_number", "lastname"], [None], {"id_property": "customer_number"}, "customer_number", ["lastname"]),
        (["email", "lastname"], [None], {"id_property": "email"}, "email", ["lastname"]),
        (["hs_object_id", "email"], [None], {"id_property": "hs_object_id"}, "hs_object_id", ["email"]),
        (["key", "lastname"], [None], {"id_property": "customer_number", "id_column": "key"}, "key", ["lastname"]),
        (["hs_object_id", "hubspot_owner_id"], [None], {}, "hs_object_id", ["hubspot_owner_id"]),
        (["hs_object_id", "lastname", "x"], [None], {"columns": ["lastname"]}, "hs_object_id", ["lastname"]),
        (["hs_object_id", "lastname", "x"], [None], {"columns": pd.Index(["lastname"])}, "hs_object_id", ["lastname"]),
        (["hs_object_id", "a", "b"], [None], {"columns": {"a": "email"}}, "hs_object_id", ["email"]),
        (["hs_object_id", ("a", 1)], [None], {"columns": {("a", 1): "email"}}, "hs_object_id", ["email"]),
        (["hs_object_id", pd.NA, "email"], [None], {"columns": ["email"]}, "hs_object_id", ["email"]),
        (["Record ID", "First Name", "EMAIL ", "contact owner"], [None], {}, "Record ID", LABELLED),
        (["Record ID", "region"], [None], {}, "Record ID", ["region"]),  # the internal name goes before the label
        (["Record ID", "region", "Region.1"], [None], {}, "Record ID", ["region"]),
        (["Record ID", "Associated dogs", "Release.2"], [None], {}, "Record ID", ["associated_dogs", "release_2"]),
        (["Record ID", "x", "Email"], [None], {"columns": ["Email"]}, "Record ID", ["email"]),
        (["Record ID", "x"], [None], {"columns": {"x": "first name"}}, "Record ID", ["firstname"]),
        (["Customer Number", "Email"], [None], {"id_property": "customer_number"}, "Customer Number", ["email"]),
        (["customer_number", "Email"], [None], {"id_property": "Customer number"}, "customer_number", ["email"]),
        (["Email", "First Name"], [None], {"id_property": "Email"}, "Email", ["firstname"]),
        (["First Name"], ["Email"], {"id_property": "email"}, (0,), ["firstname"]),
        (["Record ID", "Email"], [None], {"id_property": "Record ID"}, "Record ID", ["email"]),
    ],
)
def test_ids_and_properties_are_found(labels, index_names, arguments, ids, written):
    found, properties = chosen(labels, index_names, **arguments)
    assert found == ids
    assert list(properties.values()) == written


def test_what_is_left_out_is_said_with_the_reason():
    labels = [
        "hs_object_id",
        "firstname",
        "num_notes",
        "created",
        "CREATED",
        "Associated Company",
        "Email.1",
        "Created.1",
    ]
    found = choose_columns(labels, [None], CONTACTS)
    assert [definition.name for _, definition in found.properties] == ["firstname"]
    assert dict(found.left_out) == {
        "num_notes": "read-only in HubSpot",
        "created": "read-only in HubSpot",
        "CREATED": "read-only in HubSpot",  # both properties with this label are
        "Created.1": "only in exports, no property",
        "Associated Company": "only in exports, no property",
        "Email.1": "only in exports, no property",
    }
    by_number = choose_columns(
        ["customer_number", "Record ID", "email"], [None], CONTACTS, id_property="customer_number"
    )
    assert [label for label, _ in by_number.left_out] == ["Record ID"]


@pytest.mark.parametrize(
    ("labels", "arguments", "said"),
    [
        ([], {}, ["No column named 'hs_object_id' or 'Record ID'", "id_column="]),
        (["id", "firstname"], {}, ["No column named", "id_column=", "'id', 'firstname'"]),
        (["firstname"], {"id_column": "Record"}, ["id_column='Record'", "'firstname'"]),
        (["firstname"], {"id_column": ["hs_object_id"]}, ["id_column=['hs_object_id']"]),
        (["firstname", pd.NA], {"id_column": pd.NaT}, ["id_column=NaT"]),
        (["firstname", pd.NA], {"id_column": np.array(["a", "b"])}, ["is not in the frame"]),
        (["hs_object_id", "Record ID", "firstname"], {}, ["'hs_object_id', 'Record ID'", "id_column='hs_object_id'"]),
        (["hs_object_id"], {}, ["no column to write", "contacts"]),
        (["hs_object_id", "num_notes"], {}, ["no column to write"]),
        (["hs_object_id", "email"], {"columns": []}, ["no column to write"]),
        (["hs_object_id", "email", "email"], {}, ["'email'", "more than once", "duplicated()"]),
        (["hs_object_id", "hs_object_id", "email"], {}, ["'hs_object_id'", "more than once"]),
        (["hs_object_id", 5, "email"], {}, ["1 column matches no property", "5", "columns=['email']"]),
        (["hs_object_id", None, "email"], {}, ["None"]),
        (["hs_object_id", ("a", "b"), "email"], {}, ["('a', 'b')"]),
        (["hs_object_id", "fristname", "email"], {}, ["'fristname'", "near: 'firstname' (First Name)"]),
        (["hs_object_id", "FirstName"], {}, ["near: 'firstname'", "df.rename(columns={'FirstName': 'firstname'})"]),
        (["hs_object_id", "Mail", "mail"], {}, ["2 columns match no property", "rename(columns={'Mail': 'email'})"]),
        (["hs_object_id", "num_note", "email"], {}, ["near: 'num_notes' (Number of Sales Activities, read-only)"]),
        (
            ["hs_object_id", "Region", "email"],
            {},
            ["'region' (text) or 'sales_region' (choice)", "rename(columns={'Region': 'region'})", "columns=['email']"],
        ),
        (
            ["hs_object_id", "Region", "Region.1"],
            {},
            ["'Region.1'", "rename(columns={'Region': 'region', 'Region.1': 'sales_region'})"],
        ),
        (["hs_object_id", "a"], {"columns": {"a": "region "}}, ["'a': 'region ' may be", "columns={'a': 'region'}"]),
        (["hs_object_id", "Score"], {}, ["'score' (number) or 'old_score' (number, read-only)"]),
        (
            ["hs_object_id", "firstname", " first name"],
            {},
            ["'firstname', ' first name' go to 'firstname'", "keep one", "columns=['firstname']"],
        ),
        (
            ["hs_object_id", "Region", "x9", "email", "Email"],
            {},
            ["1 column matches no", "1 column has a label", "1 property has several"],
        ),
        (["hs_object_id", "hubspot_status", "email"], {}, ["'hubspot_status'", "rename(columns="]),
        (["hs_object_id", "email"], {"columns": ["emial"]}, ["'emial'", "Did you mean 'email'?"]),
        (["hs_object_id", "email"], {"columns": ["zzz"]}, ["'zzz'", "'hs_object_id', 'email'"]),
        (["hs_object_id", "email"], {"columns": ["hs_object_id", "email"]}, ["holds the ids", "Take it out"]),
        (["hs_object_id", "num_notes"], {"columns": ["num_notes"]}, ["read-only in HubSpot", "Take them out"]),
        (["hs_object_id", "a"], {"columns": {"a": "emial"}}, ["'a': 'emial' (near: 'email'", "columns={'a': 'email'}"]),
        (
            ["hs_object_id", "a", "b"],
            {"columns": {"a": "emial", "b": "email"}},
            ["'a': 'emial'", "To write only the others: columns={'b': 'email'}"],
        ),
        (["hs_object_id", "a"], {"columns": {"a": 5}}, ["matches no property", "'a': 5", "Take them out"]),
        (["hs_object_id", "a", "b"], BOTH_TO_EMAIL, ["'a', 'b' go to 'email': keep one", "columns={'a': 'email'}"]),
        (["email", "firstname"], {"id_property": "emial"}, ["id_property='emial'", "near: 'email'"]),
        (["email", "firstname"], {"id_property": "firstname"}, ["unique values", "'customer_number'"]),
        (["email", "firstname"], {"id_property": ["email"]}, ["id_property=['email']"]),
        (["firstname"], {"id_property": "email"}, ["No column named 'email'"]),
        (["k", "email", "firstname"], {"id_property": "email", "id_column": "k"}, ["'email'", "df.drop(columns="]),
    ],
)
def test_a_call_that_can_t_be_right_says_what_to_do(labels, arguments, said):
    message = refusal(labels, **arguments)
    assert all(part in message for part in said), message


@pytest.mark.parametrize(
    ("columns", "said"),
    [("email", "columns=['email']"), (5, "columns=[5]"), ([["email"]], "['email']"), ([([],)], "([],)")],
)
def test_columns_must_be_a_list_of_labels(columns, said):
    assert said in refusal(["hs_object_id", "email"], error=PlanError, columns=columns)


def test_levels_that_could_both_hold_the_ids_are_asked_about():
    assert "could each hold the ids" in refusal(["firstname"], ["a", "a"], id_column="a")
    assert "could each hold the ids" in refusal(["hs_object_id", "firstname"], ["Record ID"])


def test_a_unique_property_is_not_written_even_where_the_index_has_the_ids():
    arguments = {"id_property": "customer_number", "id_column": "key"}
    assert "identifies the records" in refusal(["customer_number", "email"], ["key"], **arguments)


def test_another_propertys_name_comes_before_the_record_ids_with_case_and_spaces_ignored():
    named = CONTACTS.amended([Property("recordid", "RecordID", unique=True), Property("member_no", "Record ID")])
    for header in ("recordid", "RecordID", "recordID "):
        labels = ["hs_object_id", header, "email"]
        assert chosen(labels, definitions=named) == ("hs_object_id", {header: "recordid", "email": "email"})
        assert chosen([header, "email"], definitions=named, id_property=header) == (header, {"email": "email"})
        assert chosen([header, "email"], definitions=CONTACTS)[0] == header
        assert chosen([header, "email"], definitions=UNREADABLE)[0] == header
    for header in ("Record ID", "record id", "Hs_Object_Id"):  # HubSpot's own names for it, whoever else has them
        assert chosen([header, "email"], definitions=named) == (header, {"email": "email"})


def test_only_contacts_have_an_email_that_is_unique_without_saying_so():
    companies = Definitions("companies", {**CONTACTS.by_name, "email": Property("email", "Email")})
    assert "unique values" in refusal(["email", "firstname"], definitions=companies, id_property="email")
    for name in ("contacts", "CONTACT", "0-1"):
        contacts = Definitions(name, CONTACTS.by_name)
        assert chosen(["email", "firstname"], definitions=contacts, id_property="email")[0] == "email"


def test_a_result_s_own_columns_are_passed_over():
    labels = ["hs_object_id", "firstname", *RESULT_COLUMNS]
    assert is_result(labels)
    assert chosen(labels) == ("hs_object_id", {"firstname": "firstname"})
    assert chosen(labels, id_column="hubspot_id")[0] == "hubspot_id"
    assert not is_result(["hubspot_status", "firstname"])
    assert not is_result([5, None, ("hubspot_status", "hubspot_run")])
    assert "my_hubspot_id" in refusal(["hs_object_id", "firstname", "hubspot_id"])


def test_without_definitions_names_are_taken_at_their_word():
    labels = ["hs_object_id", "anything", "Record ID.1", "Associated Deal"]
    assert chosen(labels, definitions=UNREADABLE) == ("hs_object_id", {"anything": "anything"})
    assert chosen(["code", "x"], definitions=UNREADABLE, id_property="code") == ("code", {"x": "x"})
    assert "5" in refusal(["hs_object_id", 5], definitions=UNREADABLE)


def test_many_unmatched_columns_are_listed_in_short():
    message = refusal(["hs_object_id", *(f"column {number}" for number in range(2000))])
    assert "2000 columns match no property" in message
    assert "and 1990 more" in message
    assert len(message) < 1000
    assert "columns=" not in message  # there is nothing that could stand in the list


def test_what_may_be_sensitive_is_sent_only_when_asked_for_by_its_internal_name():
    hidden = CONTACTS.amended(hidden=True, notes=["The token may not read all (scope x.y.read)."])
    told = refusal(["hs_object_id", "SSN", "email"], definitions=hidden)
    assert "sensitive" in told
    assert "scope x.y.read" in told
    assert "columns={'SSN': 'internal_name', ...}" in told
    assert "sensitive" not in refusal(["hs_object_id", "SSN", "email"])
    read_by_name = ["hs_object_id", "iban", "emial", "SSN", "ssn", "email"]
    told = refusal(read_by_name, definitions=hidden)
    assert "To send 'iban', 'ssn' anyway: columns=['email', 'iban', 'ssn']" in told
    assert chosen(read_by_name, definitions=hidden, columns=["email", "iban", "ssn"])[1]["iban"] == "iban"
    many = refusal(["hs_object_id", "email", *(f"x_{number}q" for number in range(30))], definitions=hidden)
    assert "columns={'x_0q': 'internal_name', ...}" in many
    for columns in (["ssn"], {"SSN": "ssn"}):
        found = choose_columns(["hs_object_id", "SSN", "ssn"], [None], hidden, columns=columns)
        assert [definition for _, definition in found.properties] == [Property("ssn")]
    assert "'SSN'" in refusal(["hs_object_id", "SSN"], definitions=hidden, columns=["SSN"])  # no internal name
    assert "5" in refusal(["hs_object_id", 5], definitions=hidden, columns=[5])


def test_an_id_property_may_be_a_label_only_if_one_unique_property_has_it():
    twins = [Property("number_a", "Number", unique=True), Property("number_b", "number", unique=True)]
    told = refusal(["Number", "email"], definitions=CONTACTS.amended(twins), id_property="Number")
    assert "'number_a' or 'number_b'" in told
    assert "id_property='number_a'" in told
    one = [twins[0], Property("number_b", "Number")]
    assert chosen(["Number", "email"], definitions=CONTACTS.amended(one), id_property="Number")[0] == "Number"


def test_at_most_twenty_columns_are_named_in_the_line_to_run():
    many = CONTACTS.amended(Property(f"p{number}", f"P {number}") for number in range(30))
    told = refusal(["hs_object_id", "nonsense", *(f"p{number}" for number in range(30))], definitions=many)
    assert "df = df.drop(columns=['nonsense'])" in told


KNOWN = [
    name
    for item in CONTACTS.by_name.values()
    for name in (item.name, item.label, item.label.upper(), f"{item.label}.1")
]
LABELS = st.one_of(
    st.sampled_from(
        ["Record ID", "nonsense", "Associated Company", "Email.1", "hubspot_run", "hubspot_status", *KNOWN]
    ),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.sampled_from([None, pd.NA, pd.NaT, True, pd.Timestamp("2026-11-23"), b"email"]),
    st.tuples(st.text(max_size=3), st.integers()),
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(LABELS, max_size=8),
    st.lists(LABELS, min_size=1, max_size=2),
    st.sampled_from([CONTACTS, UNREADABLE, CONTACTS.amended(hidden=True)]),
    st.one_of(st.none(), LABELS),
    st.sampled_from([None, "email", "Email", "customer_number", "hs_object_id", "nonsense"]),
    st.one_of(st.none(), st.lists(LABELS, max_size=3), st.dictionaries(LABELS, LABELS, max_size=3)),
)
def test_every_column_is_the_id_written_or_left_out_or_there_is_an_error(
    labels, index_names, definitions, id_column, id_property, columns
):
    try:
        found = choose_columns(
            labels, index_names, definitions, id_column=id_column, id_property=id_property, columns=columns
        )
    except PlanError as error:
        assert str(error)  # noqa: PT017 - either is right
        return
    ids = [] if found.id_column is None else [labels[found.id_column]]
    told = [*ids, *(label for label, _ in found.properties), *(label for label, _ in found.left_out)]
    assert len(set(map(id, told))) == len(told)
    if columns is None:
        assert sorted(map(repr, told)) == sorted(
            repr(label) for label in labels if not (isinstance(label, str) and label in RESULT_COLUMNS)
        )
    assert len({definition.name for _, definition in found.properties}) == len(found.properties)


@settings(deadline=None)
@given(st.permutations(["hs_object_id", "First Name", "email", "Created", "Email.1", "Associated dogs"]))
def test_the_order_of_columns_decides_nothing(labels):
    found = choose_columns(labels, [None], CONTACTS)
    assert {definition.name for _, definition in found.properties} == {"firstname", "email", "associated_dogs"}
    assert {label for label, _ in found.left_out} == {"Created", "Email.1"}


def test_the_id_that_was_asked_for_is_left_out_by_itself():
    found = choose_columns(
        ["hs_object_id", "hubspot_requested_id", "firstname"],
        [None],
        Definitions("contacts", {"firstname": Property("firstname", "First Name", "string")}),
    )
    assert [label for label, _ in found.properties] == ["firstname"]
    assert ("hubspot_requested_id", "the id that was asked for") in found.left_out
