"""Editors are of their property's kind, show a cell as far as they can, and write what HubSpot takes."""

import datetime

import ipywidgets
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.cells import cell_texts
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.widgets.form.editor_kinds import MOST_OFFERED, kind_of, offered
from hubframe.widgets.form.editors import editor

SCRIPT = "<script>alert(1)</script>"
CHANNELS = Choices((Choice("email", "E-mail"), Choice("sms", "Text message"), Choice("phone", "phone")))
CHANNEL = Property("channel", "Channel", "enumeration", "select", choices=CHANNELS)
INTERESTS = Property("interests", "Interests", "enumeration", "checkbox", choices=CHANNELS)
OWNER = Property(
    "hubspot_owner_id",
    "Owner",
    "enumeration",
    "select",
    choices=Choices(
        (
            Choice("1", "Juniper Alder", ("juniper@example.com",)),
            Choice("2", "Juniper Alder", ("alder@example.com",)),
            Choice("3", "Hazel Yew", retired=True),
        )
    ),
    references="OWNER",
)
STAGE = Property(
    "dealstage",
    "Stage",
    "enumeration",
    "radio",
    choices=Choices(
        (
            Choice("s1", "Open", within="sales"),
            Choice("s2", "Won", within="sales"),
            Choice("r1", "Open", within="renewals"),
        )
    ),
    pipeline_property="pipeline",
)
DAY = Property("renewal_date", type="date", field_type="date")
FLAG = Property("newsletter", type="enumeration", field_type="booleancheckbox")


@pytest.mark.parametrize(
    ("definition", "kind", "control"),
    [
        (CHANNEL, "choice", ipywidgets.Dropdown),
        (OWNER, "choice", ipywidgets.Dropdown),
        (STAGE, "choice", ipywidgets.Dropdown),
        (INTERESTS, "choices", ipywidgets.SelectMultiple),
        (DAY, "date", ipywidgets.DatePicker),
        (FLAG, "flag", ipywidgets.Checkbox),
        (Property("b", type="bool"), "flag", ipywidgets.Checkbox),
        (Property("n", type="number"), "number", ipywidgets.Text),
        (Property("m", type="datetime"), "moment", ipywidgets.Text),
        (Property("s", type="string"), "text", ipywidgets.Text),
        (Property("x"), "text", ipywidgets.Text),
        (Property("e", type="enumeration"), "text", ipywidgets.Text),
        (Property("o", type="enumeration", references="OWNER"), "text", ipywidgets.Text),
        (None, "text", ipywidgets.Text),
    ],
)
def test_each_kind_of_property_has_its_control(definition, kind, control):
    assert kind_of(definition) == kind
    made = editor(definition, "")
    assert isinstance(made.widget, control)
    made.close()


def test_more_choices_than_a_page_should_carry_are_typed():
    many = Choices.of(str(n) for n in range(MOST_OFFERED + 1))
    assert kind_of(Property("o", type="enumeration", references="OWNER", choices=many)) == "text"
    assert kind_of(Property("i", type="enumeration", field_type="checkbox", choices=many)) == "text"


def test_owners_of_one_name_are_told_apart_and_one_who_left_is_not_offered():
    assert offered(OWNER) == [("Juniper Alder (1)", "1"), ("Juniper Alder (2)", "2")]
    made = editor(OWNER, "juniper alder")
    assert made.widget.label == "Choose …"
    assert made.text == "juniper alder"
    made.widget.value = "2"
    assert made.text == "2"
    assert editor(OWNER, "ALDER@example.com").text == "2"


@pytest.mark.parametrize(
    ("pipeline", "values", "shown"),
    [
        ("sales", ["s1", "s2"], "Open (s1)"),
        ("renewals", ["r1"], "Open (r1)"),
        ("", ["s1", "s2", "r1"], "Open (s1) · pipeline sales"),
        ("unheard of", ["s1", "s2", "r1"], "Open (s1) · pipeline sales"),
    ],
)
def test_a_stage_is_chosen_from_its_row_s_pipeline(pipeline, values, shown):
    found = offered(STAGE, pipeline)
    assert [value for _, value in found] == values
    assert found[0][0] == shown
    assert len({label for label, _ in found}) == len(found)
    assert editor(STAGE, "open", pipeline="renewals").text == "r1"
    assert editor(STAGE, "open").text == "open"  # two are called so


def test_where_nothing_is_chosen_the_cell_stays_and_empty_is_a_choice_of_its_own():
    made = editor(CHANNEL, "fax")
    assert (made.widget.label, made.text) == ("Choose …", "fax")
    made.widget.value = ""
    assert made.text == ""
    assert editor(CHANNEL, "").widget.label == "(leave empty)"
    made.widget.value = "sms"
    assert editor(CHANNEL, made.text).widget.value == "sms"  # as after a page was turned


@pytest.mark.parametrize(
    ("text", "chosen", "written"),
    [
        ("E-mail; cooking", ("email",), "email"),
        ("sms;email", ("email", "sms"), "email;sms"),
        (";sms", ("sms",), ";sms"),
        ("cooking", (), ""),
        ("", (), ""),
    ],
)
def test_several_options(text, chosen, written):
    made = editor(INTERESTS, text)
    assert made.widget.value == chosen
    assert made.text == written
    made.widget.value = ("phone",)
    assert made.text == (";phone" if text.startswith(";") else "phone")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-12-01", datetime.date(2027, 12, 1)),
        ("2027-12-01 00:00:00", datetime.date(2027, 12, 1)),
        ("31.12.2027", None),
        ("2027-13-01", None),
        ("", None),
        ("0000-00-00", None),
    ],
)
def test_a_day_is_picked(text, day):
    made = editor(DAY, text)
    assert made.widget.value == day
    made.widget.value = datetime.date(2026, 2, 28)
    assert made.text == "2026-02-28"
    made.widget.value = None
    assert made.text == ""


@pytest.mark.parametrize(("text", "on"), [("true", True), ("TRUE", True), ("no", False), ("maybe", False), ("", False)])
def test_a_box_says_yes_or_no(text, on):
    made = editor(Property("b", type="bool"), text)
    assert made.widget.value is on
    assert made.text == ("true" if on else "false")


def test_line_breaks_survive():
    made = editor(Property("s", type="string"), "a\nb")
    assert isinstance(made.widget, ipywidgets.Textarea)
    assert made.text == "a\nb"


def test_the_format_of_a_moment_is_shown_in_its_place():
    placeholder = editor(Property("m", type="datetime"), "").widget.placeholder
    assert cell_texts(pd.Series([placeholder]), Property("m", type="datetime")).refused == {}


def test_nothing_from_outside_is_in_a_description():
    hostile = Choices((Choice(SCRIPT, SCRIPT), Choice("x", SCRIPT)))
    for definition in (
        Property(SCRIPT, SCRIPT, "enumeration", "select", choices=hostile),
        Property(SCRIPT, SCRIPT, "enumeration", "checkbox", choices=hostile),
        Property(SCRIPT, SCRIPT, "bool"),
        Property(SCRIPT, SCRIPT, "date"),
        Property(SCRIPT, SCRIPT),
        None,
    ):
        made = editor(definition, SCRIPT)
        assert SCRIPT not in made.widget.description
        made.close()


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=4), st.text(max_size=4)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[0],
    ),
    st.text(max_size=4),
    st.booleans(),
)
def test_any_options_and_any_cell_make_an_editor_whose_every_value_is_read_back(options, cell, multiple):
    choices = Choices(tuple(Choice(value, label) for value, label in options))
    definition = Property("p", "P", "enumeration", "checkbox" if multiple else "select", choices=choices)
    made = editor(definition, cell)
    values = [value for _, value in offered(definition)]
    assert values == [value for value, _ in options]
    for value in values:
        made.widget.value = (value,) if multiple else value
        assert made.text.removeprefix(";" if multiple else "") == value.removeprefix(";" if multiple else "")
    made.close()
