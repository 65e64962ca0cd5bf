"""What a plan says to do can be done: the line of a hint runs, and the column it gives is taken."""

import datetime
import re

import pandas as pd
import pytest

import hubframe
from hubframe.planning.cells import cell_texts
from hubframe.planning.definitions import Property

LINE = re.compile(r"pd\.to_datetime\(.*\)")
DATE = Property("renewal_date", type="date")
MOMENT = Property("last_visit_at", type="datetime")

WRITTEN = {
    "day first": (["31/01/2026"], "2026-01-31"),
    "day first, with points": (["31.01.26"], "2026-01-31"),
    "month first": (["01/31/2026"], "2026-01-31"),
    "month first, short year": (["01/31/26"], "2026-01-31"),
    "eight digits": ([20260131, 20260131], "2026-01-31"),
    "eight digits beside a blank": ([20260131, None], "2026-01-31"),
    "eight digits as text": (["20260131"], "2026-01-31"),
    "eight digits as text beside a blank": (["20260131", None], "2026-01-31"),
    "a spreadsheet's day": ([46053], "2026-01-31"),
    "a spreadsheet's day as text": (["46053"], "2026-01-31"),
    "seconds": ([1769817600, None], "2026-01-31"),
    "seconds as text": (["1769817600"], "2026-01-31"),
    "microseconds": ([1769817600000000], "2026-01-31"),
}


def read_as_told(values, definition):
    """Do what the hint about a column says, and return the texts it has then."""
    series = pd.Series(values)
    found = cell_texts(series, definition)
    (problem, *_) = [*found.refused.values(), *found.doubted.values()]
    line = LINE.search(problem.hint)
    assert line, problem.hint
    column = eval(line[0], {"pd": pd, "df": {...: series}})
    again = cell_texts(column, definition)
    assert not again.refused
    assert not again.doubted
    return again.texts


@pytest.mark.parametrize("way", WRITTEN)
def test_the_line_that_reads_dates_reads_them(way):
    values, day = WRITTEN[way]
    assert read_as_told(values, DATE)[0] == day
    assert read_as_told(values, MOMENT)[0] == f"{day}T00:00:00.000Z"


def test_a_month_first_text_with_a_time_is_read_with_its_time():
    assert read_as_told(["01/31/2026 09:30"], MOMENT) == ["2026-01-31T09:30:00.000Z"]


def test_a_spreadsheets_day_and_hour_is_not_taken_for_seconds():
    text = read_as_told([46053.5], MOMENT)[0]
    assert datetime.datetime.fromisoformat(text).date() == datetime.date(2026, 1, 31)


def test_the_line_that_clears_a_lifecycle_stage_runs_for_a_column_headed_by_its_label(local, connection):
    contact = local.portal.add("contacts", {"lifecyclestage": "customer"})
    df = pd.DataFrame({"Record ID": [contact], "Lifecycle Stage": ["Lead"]})
    plan = hubframe.plan_update(df, "contacts", progress=False, connection=connection)
    told = re.search(r"clear_blanks=(\[[^\]]*\]|True)", plan.problems["hint"][0])
    clear_blanks = eval(told[1])
    hubframe.batch_update(
        df.assign(**{"Lifecycle Stage": [None]}),
        "contacts",
        clear_blanks=clear_blanks,
        progress=False,
        connection=connection,
    )
    result = hubframe.batch_update(df, "contacts", progress=False, connection=connection)
    assert result["hubspot_status"].tolist() == ["updated"]


def test_an_option_added_in_hubspot_as_told_is_taken(local, connection):
    contact = local.portal.add("contacts", {"preferred_channel": "email"})
    df = pd.DataFrame({"Record ID": [contact], "preferred_channel": ["Fax"]})
    plan = hubframe.plan_update(df, "contacts", progress=False, connection=connection)
    definition = local.portal.object_type("contacts").definitions["preferred_channel"]
    fax = {"label": "Fax", "value": "fax", "displayOrder": 9, "hidden": False}
    local.portal.define("contacts", {**definition, "options": [*definition["options"], fax]})
    if "connect" in plan.problems["hint"][0]:
        connection = hubframe.connect(local)
    result = hubframe.batch_update(df, "contacts", progress=False, connection=connection)
    assert result["hubspot_status"].tolist() == ["updated"]
