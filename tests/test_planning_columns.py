"""Columns go to properties by internal name; what can't be right is an error that says what to do."""

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
            Property("email", "Email", "string", "text"),
            Property("hubspot_owner_id", "Contact owner", "enumeration", "select"),
            Property("customer_number", "Customer Number", "string", "text", unique=True),
            Property("num_notes", "Number of Sales Activities", "number", "number", read_only=True),
        ]
    },
)
UNREADABLE = Definitions("contacts", {}, known=False)


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
    ],
)
def test_ids_and_properties_are_found(labels, index_names, arguments, ids, written):
    found, properties = chosen(labels, index_names, **arguments)
    assert found == ids
    assert list(properties.values()) == written


def test_what_is_left_out_is_said_with_the_reason():
    labels = ["hs_object_id", "firstname", "num_notes", "Associated Company", "Email.1"]
    found = choose_columns(labels, [None], CONTACTS)
    assert [definition.name for _, definition in found.properties] == ["firstname"]
    assert dict(found.left_out) == {
        "num_notes": "read-only in HubSpot",
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
        (["hs_object_id", "First Name"], {}, ["is the label of 'firstname'", "columns={'First Name': 'firstname'}"]),
        (["hs_object_id", "fristname", "email"], {}, ["'fristname'", "near: 'firstname'"]),
        (["hs_object_id", "hubspot_status", "email"], {}, ["'hubspot_status'", "rename(columns="]),
        (["hs_object_id", "email"], {"columns": ["emial"]}, ["'emial'", "Did you mean 'email'?"]),
        (["hs_object_id", "email"], {"columns": ["zzz"]}, ["'zzz'", "'hs_object_id', 'email'"]),
        (["hs_object_id", "email"], {"columns": ["hs_object_id", "email"]}, ["holds the ids", "Take it out"]),
        (["hs_object_id", "num_notes"], {"columns": ["num_notes"]}, ["read-only", "Take it out"]),
        (["hs_object_id", "a"], {"columns": {"a": "emial"}}, ["'emial' is no property", "near: 'email'"]),
        (["hs_object_id", "a"], {"columns": {"a": 5}}, ["5 is no property"]),
        (["hs_object_id", "a", "b"], {"columns": {"a": "email", "b": "email"}}, ["'a', 'b'", "'email'", "Keep one"]),
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


def test_only_contacts_have_an_email_that_is_unique_without_saying_so():
    companies = Definitions("companies", CONTACTS.by_name)
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


LABELS = st.sampled_from(["hs_object_id", "Record ID", "firstname", "email", "num_notes", "nonsense", 5, None, pd.NA])


@settings(deadline=None)
@given(st.lists(LABELS, max_size=6), st.sampled_from([None, "email", "customer_number", "hs_object_id", "nonsense"]))
def test_every_column_is_the_id_written_or_left_out_or_there_is_an_error(labels, id_property):
    try:
        found = choose_columns(labels, [None], CONTACTS, id_property=id_property)
    except PlanError as error:
        assert str(error)  # noqa: PT017 - either is right
        return
    told = [labels[found.id_column], *(label for label, _ in found.properties), *(label for label, _ in found.left_out)]
    assert sorted(map(str, told)) == sorted(map(str, labels))
