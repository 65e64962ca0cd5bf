"""Dates are days, moments are milliseconds in UTC; what names no zone is read in the one asked for, and counted."""

import datetime
import zoneinfo

import numpy as np
import pandas as pd
import pytest

from hubframe.planning.cells import cell_texts
from hubframe.planning.texts import CellSettings
from tests.cell_table import DATE, MOMENT

BERLIN = CellSettings(timezone=zoneinfo.ZoneInfo("Europe/Berlin"))
IN_BERLIN = "moments without a zone read in Europe/Berlin"
EPOCH = "epoch milliseconds read as "


@pytest.mark.parametrize(
    ("definition", "cell", "text", "converted"),
    [
        (MOMENT, "2026-01-31T09:30:17.123Z", "2026-01-31T09:30:17.123Z", set()),
        (MOMENT, "2026-01-31T09:30:17.123456Z", "2026-01-31T09:30:17.123Z", {"cut to milliseconds"}),
        (MOMENT, "2026-01-31T09:30:17.123000Z", "2026-01-31T09:30:17.123Z", set()),
        (MOMENT, "2026-01-31 09:30:17+01:00", "2026-01-31T08:30:17.000Z", set()),
        (MOMENT, "2026-01-31 09:30:17", "2026-01-31T08:30:17.000Z", {IN_BERLIN}),
        (MOMENT, "2026-01-31 09:30", "2026-01-31T08:30:00Z", {IN_BERLIN}),
        (MOMENT, "2026-01-31T09:30Z", "2026-01-31T09:30:00Z", set()),
        (MOMENT, " 2026-01-31 ", "2026-01-30T23:00:00.000Z", {IN_BERLIN, "surrounding spaces dropped"}),
        (MOMENT, datetime.date(2026, 7, 1), "2026-06-30T22:00:00.000Z", {IN_BERLIN}),
        (MOMENT, pd.Timestamp("2026-01-31 09:30:00.0001"), "2026-01-31T08:30:00.000Z",
         {IN_BERLIN, "cut to milliseconds"}),
        (MOMENT, "1580947200017", "2020-02-06T00:00:00.017Z", {EPOCH + "moments"}),
        (MOMENT, 1580947200017.0, "2020-02-06T00:00:00.017Z", {EPOCH + "moments"}),
        (MOMENT, -631152000000, "1950-01-01T00:00:00.000Z", {EPOCH + "moments"}),
        (DATE, "1430438400000.0", "2015-05-01", {EPOCH + "dates"}),
        (DATE, " 2026-01-31", "2026-01-31", {"surrounding spaces dropped"}),
        (DATE, "2026-01-31 00:00:00+01:00", "2026-01-31", set()),
        (DATE, pd.Timestamp("2026-01-31", tz="Europe/Berlin"), "2026-01-31", set()),
    ],
    ids=range(17),
)  # fmt: skip
def test_a_moment_s_text_and_what_was_done_to_it(definition, cell, text, converted):
    found = cell_texts(pd.Series([cell], dtype=object), definition, BERLIN)
    assert found.texts == [text]
    assert set(found.converted) == converted


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_column_counts_what_its_cells_would(unit):
    values = pd.Series(pd.to_datetime(["2026-01-31 09:30:00.0005", "2026-07-01", None], format="ISO8601")).astype(
        f"datetime64[{unit}]"
    )
    found = cell_texts(values, MOMENT, BERLIN)
    assert found.texts == ["2026-01-31T08:30:00.000Z", "2026-06-30T22:00:00.000Z", None]
    assert found.converted == cell_texts(values.astype(object), MOMENT, BERLIN).converted
    assert found.converted == {IN_BERLIN: 2} | ({} if unit == "ms" else {"cut to milliseconds": 1})


@pytest.mark.parametrize("held_as", ["datetime64[s]", "datetime64[ns]", "object", "text"])
@pytest.mark.parametrize(
    ("wall", "says", "hint"),
    [("2026-03-29 02:30:00", "never was", "nonexistent="), ("2026-10-25 02:30:00", "happened twice", "ambiguous=")],
)
def test_a_local_time_that_the_clocks_skip_or_show_twice_is_not_guessed(wall, says, hint, held_as):
    values = pd.Series([wall, "2026-01-31 00:00:00"])
    if held_as != "text":
        values = pd.to_datetime(values).astype(held_as)
    found = cell_texts(values, MOMENT, BERLIN)
    (problem,) = (found.doubted if held_as == "text" else found.refused).values()
    assert (problem.code, problem.message[:19]) == ("INVALID_LONG", wall)
    assert says in problem.message
    assert hint in (problem.hint or "")
    assert found.converted == {IN_BERLIN: 1}
    assert not cell_texts(values, MOMENT).refused  # UTC has no such times


@pytest.mark.parametrize(
    ("cell", "message", "hint"),
    [
        (1786334400000, "1786334400000 is at 4:0:0.0 UTC, not midnight!", "normalize()"),
        (1521225089103, "1521225089103 is at 18:31:29.103 UTC, not midnight!", "normalize()"),
        (1738281600, "1738281600 milliseconds would be 1970-01-21.", 'unit="s"'),
        (1738281600000000, "would be", 'unit="us"'),
        (1738281600000000000, "in no year", 'unit="ns"'),
        (20260131, "would be 1970-01-01", 'format="%Y%m%d"'),
        (46053, "would be 1970-01-01", 'origin="1899-12-30"'),
        (0, "would be 1970-01-01", 'unit="s"'),
        (1.5, "1.5 was not a valid date.", "pd.to_datetime"),
        ("31.01.2026", "31.01.2026 was not a valid date.", "pd.to_datetime(df[...], dayfirst=True)"),
        ("1/2/2026", "1/2/2026 was not a valid date.", "pd.to_datetime(df[...], dayfirst=True)"),
        ("1/31/2026", "1/31/2026 was not a valid date.", "dayfirst=False"),
        ("31 January 2026", "was not a valid date.", 'format="%d %B %Y"'),
        ("2026-02-30", "was not a valid date.", "Correct the day"),
        ("2026-01-31T09:30:00Z", "has a time of day", ".dt.date"),
        ("2026-01-31T00:00:00.0001Z", "has a time of day", ".dt.date"),
    ],
)
def test_what_is_no_day_is_doubted_with_the_line_to_run(cell, message, hint):
    found = cell_texts(pd.Series([cell], dtype=object), DATE, BERLIN)
    problem = found.doubted[0]
    assert found.texts == [str(cell)]
    assert problem.code == "INVALID_DATE"
    assert message in problem.message
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("cell", ["31.01.2026 09:30", "soon", "9999-12-31T23:59:59-01:00", "2026-01-31T25:00:00", 2.5])
def test_what_is_no_moment_is_doubted(cell):
    found = cell_texts(pd.Series([cell], dtype=object), MOMENT, BERLIN)
    assert (found.texts, found.doubted[0].code) == ([str(cell)], "INVALID_LONG")


def test_moments_at_the_ends_of_time_are_no_crash():
    values = pd.Series(np.array(["0001-01-01", "9999-12-31", "1800-06-01", "20200-01-01"], dtype="datetime64[s]"))
    for column in (values, values.astype(object)):
        found = cell_texts(column, MOMENT, BERLIN)
        assert found.texts == [None, "9999-12-30T23:00:00.000Z", "1800-05-31T23:06:32.000Z", None]
        assert {problem.code for problem in found.refused.values()} == {"INVALID_LONG"}


@pytest.mark.parametrize("definition", [DATE, MOMENT])
def test_infinity_and_colossal_numbers_are_no_moments(definition):
    found = cell_texts(pd.Series([float("inf"), 10**30, -(10**30)], dtype=object), definition)
    assert set(found.refused) == {0}
    assert set(found.doubted) == {1, 2}
