"""What the form says was chosen is what planning does with its arguments, for any frame."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.planning.columns import RESULT_COLUMNS, choose_columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.widgets.form import choices as form
from hubframe.widgets.form.choices import Settings, automatic
from hubframe.widgets.form.code import code
from hubframe.widgets.form.property_names import PropertyNames, kind_of, name_of
from hubframe.widgets.form.samples import sample_values

CONTACTS = Definitions(
    "contacts",
    {
        item.name: item
        for item in [
            Property("hs_object_id", "Record ID", "number", "number", read_only=True, unique=True),
            Property("firstname", "First Name", "string", "text"),
            Property("lastname", "Last Name", "string", "text"),
            Property("email", "Email", "string", "text", is_contact_email=True),
            Property("hubspot_owner_id", "Contact owner", "enumeration", "select", references="OWNER"),
            Property("customer_number", "Customer Number", "string", "text", unique=True),
            Property("num_notes", "Number of Sales Activities", "number", "number", read_only=True),
            Property("region", "Region", "string", "text"),
            Property("sales_region", " Region ", "enumeration", "select"),
            Property("score", "Score", "number", "number"),
            Property("old_score", "Score", "number", "number", read_only=True),
            Property("district", "Area\nand  district", "string", "text"),
            Property("tricky", "firstname", "string", "text"),
        ]
    },
)
SECRET = Property("insurance_number", "Insurance Number", "string", "text")
WITH_SECRET = CONTACTS.amended([SECRET])
HIDDEN = CONTACTS.amended(hidden=True, notes=["The token may not read sensitive ones."])
UNKNOWN = Definitions("contacts", {}, known=False)
DEALS = Definitions("deals", {"email": Property("email", "Email"), "amount": Property("amount", "Amount", "number")})


def planned(choices, definitions=CONTACTS):
    """What planning makes of the arguments: the ids' place, what they are, and label → property."""
    given = {
        name: value
        for name, value in form.arguments(choices).items()
        if name in ("id_column", "id_property", "columns")
    }
    labels, levels = choices.matching.labels, choices.matching.index_names
    found = choose_columns(labels, levels, definitions, **given)
    place = found.id_column if found.id_column is not None else len(labels) + found.id_level
    ids = found.id_property.name if found.id_property else None
    return place, ids, [(label, one.name) for label, one in found.properties]


def said(choices):
    """The same, as the form says it."""
    ids = choices.id_property.name if choices.id_property else None
    columns = [(choices.matching.labels[place], one.name) for place, one in choices.written]
    return choices.id_place, ids, columns


def texts(choices):
    return [form.target_text(choices, place) for place in range(len(choices.targets))]


def test_what_matches_by_itself_needs_no_argument():
    choices = automatic(["Record ID", "First Name", "EMAIL ", "num_notes", "Associated Company"], CONTACTS)
    assert form.problems(choices) == []
    assert form.arguments(choices) == {"object_type": "contacts"}
    assert texts(choices) == ["", "First Name (firstname)", "Email (email)", "", ""]
    assert form.off_reason(choices, 3) == "Not written: read-only in HubSpot."
    assert form.off_reason(choices, 4) == "Not written: only in exports, no property."
    assert form.off_reason(choices, 1) == ""


def test_a_property_called_like_the_record_id_is_chosen_as_any_other():
    named = CONTACTS.amended([Property("recordid", "RecordID", unique=True)])
    choices = automatic(["Record ID", "recordid", "email"], named)
    assert form.problems(choices) == []
    assert planned(choices, named) == said(choices) == (0, None, [("recordid", "recordid"), ("email", "email")])
    by_it = form.with_property(form.with_id(choices, 1), 0, "")
    assert form.problems(by_it) == []
    assert planned(by_it, named) == said(by_it) == (1, "recordid", [("email", "email")])


def test_what_matches_nothing_or_several_is_off_with_the_reason_and_columns_are_named():
    choices = automatic(["Record ID", "fristname", "Region", "Email", 7, "zzz"], CONTACTS)
    assert texts(choices) == ["", "", "", "Email (email)", "", ""]
    assert form.problems(choices) == []
    assert form.arguments(choices) == {"object_type": "contacts", "columns": {"Email": "email"}}
    near = form.off_reason(choices, 1)
    assert near.startswith("No property is called 'fristname'. Near it: First Name (firstname)")
    assert form.off_reason(choices, 2) == (
        "Several properties are called so. Choose one: Region (region) or Region (sales_region)."
    )
    assert form.off_reason(choices, 4) == "No property is called so."
    assert form.off_reason(choices, 5) == "No property is called 'zzz'."


def test_a_near_property_that_is_read_only_is_said_to_be():
    choices = automatic(["Record ID", "num_note"], CONTACTS)
    assert "Number of Sales Activities (num_notes), which can't be written" in form.off_reason(choices, 1)


def test_a_column_turned_off_by_hand_stays_off_and_can_go_elsewhere():
    choices = automatic(["Record ID", "First Name", "Email"], CONTACTS)
    off = form.with_property(choices, 1, "")
    assert form.off_reason(off, 1) == "Turned off."
    assert form.arguments(off) == {"object_type": "contacts", "columns": {"Email": "email"}}
    elsewhere = form.with_property(off, 1, " last name")
    assert texts(elsewhere)[1] == "Last Name (lastname)"
    assert form.arguments(elsewhere)["columns"] == {"First Name": "lastname", "Email": "email"}
    assert form.arguments(form.with_property(elsewhere, 1, "firstname")) == {"object_type": "contacts"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("First Name (firstname)", "firstname"),
        ("first name (FIRSTNAME)", "firstname"),
        ("firstname", "firstname"),  # the internal name goes before another's label
        ("FIRST NAME ", "firstname"),
        ("region", "region"),
        ("Region (sales_region)", "sales_region"),
        ("Area and district (district)", "district"),
        ("Score (old_score)", "old_score"),
        ("Region ", "Region"),
        ("  ", ""),
        ("nothing like it", "nothing like it"),
    ],
)
def test_a_text_means_one_property_or_stays_a_text(text, found):
    meant = PropertyNames(CONTACTS).meant(text)
    assert (meant.name if isinstance(meant, Property) else meant) == found


def test_names_offered_are_writable_in_order_and_mean_themselves():
    names = PropertyNames(CONTACTS)
    assert list(names.writable) == sorted(names.writable, key=str.casefold)
    assert not {"Record ID (hs_object_id)", "Score (old_score)"} & set(names.writable)
    assert [names.meant(text).name for text in names.writable] == [
        re.search(r"\((\w+)\)$", text).group(1) for text in names.writable
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("no such", "No property is called 'no such'"),
        ("Region", "Several properties are called so"),
        ("num_notes", "can't be written: HubSpot sets it itself"),
        ("hs_object_id", "can't be written: HubSpot sets it itself"),
    ],
)
def test_what_is_wrong_with_a_column_is_said_at_the_column_and_above(text, wrong):
    choices = form.with_property(automatic(["Record ID", "First Name", "Email"], CONTACTS), 1, text)
    assert list(form.column_problems(choices)) == [1]
    assert wrong in form.column_problems(choices)[1]
    (told,) = form.problems(choices)
    assert told.startswith("First Name: ")
    assert wrong in told


def test_two_columns_on_one_property_are_a_problem_on_both():
    choices = form.with_property(automatic(["Record ID", "First Name", "nick"], CONTACTS), 2, "firstname")
    found = form.column_problems(choices)
    assert found == {
        1: "nick goes to the same property. Turn all but one off.",
        2: "First Name goes to the same property. Turn all but one off.",
    }
    assert len(form.problems(choices)) == 2
    assert form.problems(form.with_property(choices, 1, "")) == []


def test_the_ids_are_not_guessed_where_several_could_be():
    choices = automatic(["Record ID", "hs_object_id", "Email"], CONTACTS)
    assert choices.id_place is None
    assert form.problems(choices) == [
        "Choose the column that says which record each row is. Record ID or hs_object_id or Email could be it."
    ]
    chosen = form.with_id(choices, 1)
    assert form.problems(chosen) == []
    assert form.arguments(chosen)["id_column"] == "hs_object_id"
    assert planned(chosen) == said(chosen) == (1, None, [("Email", "email")])


def test_a_bare_id_is_taken_only_when_chosen():
    choices = automatic(["id", "Email"], CONTACTS)
    assert choices.id_place is None
    assert form.arguments(form.with_id(choices, 0)) == {"object_type": "contacts", "id_column": "id"}


def test_a_column_named_after_a_unique_property_says_what_its_ids_are():
    choices = form.with_id(automatic(["E-Mail", "Email", "First Name"], CONTACTS), 1)
    assert choices.id_property.name == "email"
    assert form.off_reason(choices, 1).startswith("Says which record each row is")
    assert form.arguments(choices) == {
        "object_type": "contacts",
        "id_property": "email",
        "columns": {"First Name": "firstname"},
    }
    by_number = form.with_id_property(choices, "customer_number")
    assert form.arguments(by_number)["id_column"] == "Email"
    assert planned(by_number) == said(by_number)
    assert form.with_id_property(choices, "").id_property is None
    assert form.with_id_property(choices, "hs_object_id").id_property is None
    deals = form.with_id(automatic(["email", "amount"], DEALS), 0)
    assert deals.id_property is None  # only contacts' e-mail is unique without saying so


def test_what_identifies_the_records_is_not_written_too():
    choices = form.with_id_property(
        form.with_id(automatic(["key", "Customer Number", "Email"], CONTACTS), 0), "customer_number"
    )
    assert "identifies the records here" in form.column_problems(choices)[1]
    assert form.problems(form.with_property(choices, 1, "")) == []


def test_the_index_can_hold_the_ids():
    choices = automatic(["First Name"], CONTACTS, index_names=["Record ID"])
    assert choices.id_place == 1
    assert form.arguments(choices) == {"object_type": "contacts"}
    by_level = form.with_id(automatic(["First Name"], CONTACTS, index_names=[None, "key"]), 2)
    assert [shown for _, shown in by_level.matching.id_places] == ["First Name", "key (row labels)"]
    assert form.arguments(by_level) == {"object_type": "contacts", "id_column": "key"}
    assert planned(by_level) == said(by_level)


def test_what_keeps_any_frame_from_being_written_is_said():
    twice = automatic(["Record ID", "Email", "Email"], CONTACTS)
    assert "2 columns are called 'Email'" in form.problems(twice)[0]
    ours = automatic(["Record ID", "Email", "hubspot_status"], CONTACTS)
    assert "hubspot_status" in form.problems(ours)[0]
    levels = automatic([("Record ID", ""), ("Email", "")], CONTACTS, levels=2)
    assert "several levels" in form.problems(levels)[0]
    assert any("Nothing is written yet" in one for one in form.problems(automatic(["Record ID", "x"], CONTACTS)))
    zone = automatic(["Record ID", "Email"], CONTACTS, settings=Settings(timezone="Mars/Olympus"))
    assert form.problems(zone) == ["'Mars/Olympus' is no time zone. Write it as Europe/Berlin or UTC."]


def test_a_result_is_written_again_without_its_result_columns():
    choices = automatic(["Record ID", "Email", *RESULT_COLUMNS], CONTACTS)
    assert form.problems(choices) == []
    assert form.arguments(choices) == {"object_type": "contacts"}
    assert form.off_reason(choices, 3) == "Not written: added by an earlier update."


def test_only_settings_that_were_changed_become_arguments():
    given = Settings("blank", clear_blanks=True, duplicate_ids="last", timezone="Asia/Tokyo", allow_blank_texts=True)
    choices = automatic(["Record ID", "Email"], CONTACTS, settings=given)
    assert form.arguments(choices) == {
        "object_type": "contacts",
        "write": "blank",
        "clear_blanks": True,
        "duplicate_ids": "last",
        "timezone": "Asia/Tokyo",
        "allow_blank_texts": True,
    }


def test_where_no_definition_may_be_read_internal_names_are_taken_at_their_word():
    choices = automatic(["Record ID", "firstname", "Last Name"], UNKNOWN)
    assert texts(choices) == ["", "firstname", ""]
    assert form.off_reason(choices, 2) == "Not written. To write it, type the internal name of its property."
    assert form.arguments(choices)["columns"] == {"firstname": "firstname"}
    both = form.with_property(choices, 2, " lastname ")
    assert form.problems(both) == []
    assert planned(both, UNKNOWN) == said(both) == (0, None, [("firstname", "firstname"), ("Last Name", "lastname")])
    assert "can't be written" in form.column_problems(form.with_property(both, 2, "hs_object_id"))[2]


def test_a_sensitive_property_that_can_not_be_read_may_be_typed():
    choices = form.with_property(automatic(["Record ID", "secret"], HIDDEN), 1, "national_id")
    assert form.problems(choices) == []
    assert form.arguments(choices)["columns"] == {"secret": "national_id"}
    typed = form.with_property(choices, 1, "National Id")
    assert "No property is called 'National Id'" in form.column_problems(typed)[1]


def test_planning_that_reads_no_sensitive_properties_still_does_what_was_chosen():
    labels = ["Record ID", "Email", "insurance_number"]
    choices = automatic(labels, WITH_SECRET, first_read=CONTACTS)
    assert form.problems(choices) == []
    assert planned(choices, WITH_SECRET) == said(choices)
    # Without the sensitive ones, "note" is the label of another property, and planning would write that one.
    misleading = CONTACTS.amended([Property("other", "note")])
    with_note = misleading.amended([Property("note", "A secret")])
    choices = automatic(["Record ID", "note"], with_note, first_read=misleading)
    assert form.problems(choices) == [
        "Two properties can't be told apart by name here. Turn off the column that was chosen last."
    ]


def test_columns_without_a_name_can_neither_be_written_nor_hold_the_ids():
    choices = automatic(["Record ID", float("nan"), None], CONTACTS)
    assert [place for place, _ in choices.matching.id_places] == [0]
    assert "no name" in form.column_problems(form.with_property(choices, 1, "email"))[1]
    written = form.with_property(choices, 2, "email")
    assert form.problems(written) == []
    assert planned(written) == said(written)


LABELS = st.one_of(
    st.sampled_from(
        [
            *("Record ID", "hs_object_id", "First Name", "firstname", "Email", "EMAIL", "Region", "Region.1", "id"),
            *("Score", "score", "Customer Number", "Associated x", "insurance_number", "num_notes", "hubspot_id"),
        ]
    ),
    st.integers(-3, 3),
    st.booleans(),
    st.none(),
    st.just(pd.NA),
    st.just(pd.NaT),
    st.floats(),
    st.text(max_size=5),
    st.tuples(st.sampled_from("ab"), st.integers(0, 1)),
    st.just(pd.Timestamp("2026-01-01")),
    st.just(np.int64(12)),
)
TYPED = st.one_of(
    st.just(""),
    st.sampled_from([*PropertyNames(CONTACTS).writable, "Region", "num_notes", "secret_one", "Email"]),
    st.text(max_size=4),
)
EDITS = st.lists(st.tuples(st.sampled_from(["property", "id", "kind", "off"]), st.integers(0, 9), TYPED), max_size=8)


def edited(choices, edits):
    for what, number, text in edits:
        if what == "property" and choices.targets:
            choices = form.with_property(choices, number % len(choices.targets), text)
        elif what == "id" and choices.matching.id_places:
            places = choices.matching.id_places
            choices = form.with_id(choices, places[number % len(places)][0])
        elif what == "kind":
            choices = form.with_id_property(choices, ["", "email", "customer_number"][number % 3])
        elif what == "off":
            choices = form.all_off(choices)
    return choices


def repaired(choices):
    """The choices as somebody leaves them who does what the problems say."""
    if choices.id_place is None and choices.matching.id_places:
        choices = form.with_id(choices, choices.matching.id_places[-1][0])
    for place in form.column_problems(choices):
        choices = form.with_property(choices, place, "")
    free = [place for place in range(len(choices.targets)) if place != choices.id_place]
    if not choices.written and free:
        name = "amount" if choices.object_type == "deals" else "firstname"
        choices = form.with_property(choices, free[-1], name)
    return choices


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.lists(LABELS, max_size=8), st.lists(LABELS, min_size=2, max_size=8, unique_by=repr)),
    st.lists(st.one_of(st.none(), LABELS), max_size=2),
    st.sampled_from([CONTACTS, WITH_SECRET, HIDDEN, UNKNOWN, DEALS]),
    EDITS,
    st.integers(0, 3),
)
def test_choices_without_problems_are_planned_exactly_so(labels, index_names, definitions, edits, repairs):
    first = CONTACTS if definitions is WITH_SECRET else None
    choices = edited(automatic(labels, definitions, index_names=index_names, first_read=first), edits)
    for _ in range(repairs):
        choices = repaired(choices)
    given_arguments = form.arguments(choices)
    text = code(given_arguments, labels=labels, index_names=index_names)
    compile(text, "form", "exec")
    for place in range(len(labels)):
        assert isinstance(form.off_reason(choices, place), str)
    if not form.problems(choices):
        assert planned(choices, definitions) == said(choices)
        assert run(text, labels, index_names) == given_arguments


class Recorded:
    """A frame whose update is written down instead of done."""

    def __init__(self, labels, index_names):
        self.columns, self.index, self.hubspot = labels, self, self
        self.names = index_names

    def batch_update(self, object_type, **arguments):
        return {"object_type": object_type, **arguments}


def run(text, labels=(), index_names=()):
    scope = {"df": Recorded(labels, index_names)}
    exec(text, scope)
    return scope["result"]


def test_two_thousand_columns_are_matched_and_said_in_full():
    labels = ["Record ID", *(f"column {number}" for number in range(2_000))]
    choices = automatic(labels, CONTACTS)
    for place, text in ((7, "email"), (1_999, "firstname")):
        choices = form.with_property(choices, place, text)
    assert form.problems(choices) == []
    assert form.arguments(choices)["columns"] == {"column 6": "email", "column 1998": "firstname"}
    many = Definitions("contacts", {f"p{number}": Property(f"p{number}") for number in range(2_000)})
    assert form.arguments(automatic(["Record ID", *many.by_name], many)) == {"object_type": "contacts"}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"object_type": "contacts"}, 'result = df.hubspot.batch_update("contacts")'),
        (
            {"object_type": "deals", "id_column": ("a", 1), "clear_blanks": True},
            'result = df.hubspot.batch_update("deals", id_column=("a", 1), clear_blanks=True)',
        ),
        (
            {"object_type": "contacts", "columns": {"it's": "a", 'say "x"': "b"}},
            'result = df.hubspot.batch_update("contacts", columns={"it\'s": "a", \'say "x"\': "b"})',
        ),
        (
            {"object_type": "contacts", "id_property": "customer_number", "write": "blank", "duplicate_ids": "first"},
            """result = df.hubspot.batch_update(
    "contacts", id_property="customer_number", write="blank", duplicate_ids="first"
)""",
        ),
        (
            {"object_type": "contacts", "columns": {f"Column {n}": f"property_{n}" for n in range(3)}, "write": "all"},
            """result = df.hubspot.batch_update(
    "contacts",
    columns={
        "Column 0": "property_0",
        "Column 1": "property_1",
        "Column 2": "property_2",
    },
    write="all",
)""",
        ),
    ],
)
def test_the_code_is_laid_out_as_formatters_do(arguments, text):
    assert code(arguments) == text
    assert run(text) == arguments


def test_the_code_makes_the_frame_first_and_names_the_baseline():
    text = code({"object_type": "contacts"}, frame="cleaned", source='cleaned = pd.read_csv("a.csv")\n', baseline=True)
    assert text == (
        'cleaned = pd.read_csv("a.csv")\nresult = cleaned.hubspot.batch_update("contacts", baseline=baseline)'
    )


def test_labels_that_no_literal_stands_for_are_named_by_their_place():
    when, missing = pd.Timestamp("2026-01-01"), pd.NA
    arguments = {"object_type": "contacts", "id_column": when, "columns": {missing: "email", np.int64(5): "city"}}
    text = code(arguments, labels=["a", missing, 5], index_names=[None, when])
    assert text == (
        "result = df.hubspot.batch_update(\n"
        '    "contacts", id_column=df.index.names[1], columns={df.columns[1]: "email", 5: "city"}\n)'
    )
    assert run(text, ["a", missing, 5], [None, when]) == arguments


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        (Property("x", type="string"), "text"),
        (Property("x", type="phone_number"), "phone number"),
        (Property("x", type="datetime"), "date and time"),
        (Property("x", type="bool"), "yes or no"),
        (Property("x", type="enumeration", references="OWNER"), "owner: a name, an e-mail or an id"),
        (Property("x", type="enumeration", field_type="checkbox"), "several options"),
        (Property("x", type="enumeration"), "one option"),
        (Property("x"), "type not known"),
        (Property("x", type="json"), "json"),
    ],
)
def test_types_are_said_in_plain_words(definition, kind):
    assert kind_of(definition) == kind


def test_a_property_without_a_label_of_its_own_is_called_by_its_internal_name():
    assert [name_of(Property("city", label)) for label in ("", " ", "city", "City")] == ["city"] * 3 + ["City (city)"]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([], []),
        ([None, None], []),
        (["", " ", "Oslo\n", "Oslo"], ["Oslo"]),
        ([1.5, 1.5, float("nan"), 2.0, 3.0], ["1.5", "2.0"]),
        ([["a"], {"b": 1}], ["['a']", "{'b': 1}"]),
        (["x" * 100], ["x" * 39 + "…"]),
        ([None] * 5_000 + ["late"], ["late"]),
        ([pd.Timestamp("2027-01-31"), pd.Timestamp("2027-01-31 09:30")], ["2027-01-31", "2027-01-31 09:30:00"]),
    ],
)
def test_samples_are_the_first_values_that_say_something(cells, shown):
    assert sample_values(pd.Series(cells, dtype=object)) == shown
