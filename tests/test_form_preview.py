"""The preview: every change on some page, before and after, the number on the button, and nothing as HTML."""

import re

import pandas as pd
import pytest

import hubframe
from hubframe.update_plan import written_columns
from hubframe.widgets.form.preview import PreviewPanel
from hubframe.widgets.form.preview_html import changes_html, update_words
from hubframe.widgets.form.refused import refused
from tests.form_host import FormHost

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def connected():
    with hubframe.LocalHubSpot() as local:
        yield local, hubframe.connect(local)


def planned(connected, rows, **arguments):
    """A plan of ``rows`` contacts whose first names all change, and of one with an option that is none."""
    local, connection = connected
    ids = [local.portal.add("contacts", {"firstname": f"juniper {n}"}) for n in range(rows + 1)]
    names = [f"Juniper {n}" for n in range(rows)]
    df = pd.DataFrame(
        {
            "Record ID": ids,
            "First Name": [*names, "Hazel"],
            "Preferred channel": [None] * rows + [f"fax {SCRIPT}"],
        }
    )
    return hubframe.plan_update(df, "contacts", progress=False, connection=connection, **arguments)


def panel():
    pressed = []
    made = PreviewPanel(FormHost(), lambda: pressed.append("back"), lambda: pressed.append("update"))
    return made, pressed


def show(shown, plan):
    shown.show(plan, plan.changes(), refused(plan.frame, dict(written_columns(plan))))


def page(shown):
    return re.findall(r"Juniper (\d+)", shown._table.value)


def test_every_change_is_on_some_page_once(connected):
    plan = planned(connected, 23)
    shown, _ = panel()
    show(shown, plan)
    pages = [page(shown)]
    while not shown.pager.next.disabled:
        shown.pager.next.click()
        pages.append(page(shown))
    assert [len(numbers) for numbers in pages] == [10, 10, 3]
    assert [number for numbers in pages for number in numbers] == [str(n) for n in range(23)]


def test_the_button_states_the_number_and_what_can_not_be_taken_back(connected):
    plan = planned(connected, 2)
    shown, pressed = panel()
    show(shown, plan)
    assert (shown.update.description, shown.update.disabled) == ("Update 2 records", False)
    assert "nothing unsends" in shown._warning.value
    shown.update.click()
    shown.back.click()
    assert pressed == ["update", "back"]


def test_problems_by_cause_costs_and_nothing_from_outside_is_a_tag(connected):
    plan = planned(connected, 2)
    shown, _ = panel()
    show(shown, plan)
    everything = shown._facts.value + shown._causes.value + shown._table.value
    assert "2</b> rows would change" in shown._facts.value
    assert "request" in shown._facts.value
    assert "Preferred channel" in shown._causes.value
    assert "Choose one of the options" in shown._causes.value
    assert "&lt;script&gt;" in shown._causes.value
    assert "<script" not in everything


def test_with_nothing_to_do_the_button_is_off(connected):
    plan = hubframe.plan_update(
        pd.DataFrame({"Record ID": [connected[0].portal.add("contacts", {"city": "Oslo"})], "City": ["Oslo"]}),
        "contacts",
        progress=False,
        connection=connected[1],
    )
    shown, _ = panel()
    show(shown, plan)
    assert (shown.update.description, shown.update.disabled) == ("Nothing to update", True)
    assert shown._causes.value == ""


def test_with_problems_alone_it_leads_to_where_they_are_corrected(connected):
    plan = planned(connected, 0)
    shown, _ = panel()
    show(shown, plan)
    assert (shown.update.description, shown.update.disabled) == ("Go on to correct 1 row", False)
    assert shown.pager.box.layout.display == "none"
    assert shown._table.value == ""


def test_unseen_there_are_no_changes_and_it_says_so(connected):
    plan = planned(connected, 2, write="all")
    shown, _ = panel()
    show(shown, plan)
    assert "Not compared" in shown._facts.value
    assert shown.update.description == "Update 2 records"
    assert shown._table.value == ""


@pytest.mark.parametrize(("before", "told"), [("", "(blank)"), (None, "(may not be read)"), (SCRIPT, "&lt;script")])
def test_a_change_tells_blanks_and_what_may_not_be_read(before, told):
    line = {"row": 0, "id": "7", "column": SCRIPT, "property": "city", "before": before, "after": "Oslo"}
    shown = changes_html(pd.DataFrame([line], dtype=object))
    assert told in shown
    assert "<script" not in shown


def test_a_plan_of_millions_says_of_how_many_rows_the_changes_are_shown(connected):
    plan = planned(connected, 3)
    heading, text, _, _ = update_words(plan, 2, 2)
    assert heading == "Every value of the first 2 rows that would change"
    assert text == "Update 3 records"
