"""Whatever HubSpot holds, an update of the frame that was read sends nothing: the planner itself says so."""

import datetime
import zoneinfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubframe.delivery.choosing import Chooser, Chosen
from hubframe.planning.cells import cell_texts
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.equality import same_value
from hubframe.planning.plan import plan_rows
from hubframe.planning.texts import CellSettings
from hubframe.records.frame import records_frame
from hubframe.records.read_back import ReadBack
from hubframe.records.typed import typed_column

ZONES = (datetime.UTC, zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("America/St_Johns"))
WORDS = [
    "a", "A", "b", "B ", " a ", "Open", "open", "Open (Sales)", "Won", "1", "1.0", "true", "false", "Yes", "no", "nan",
    "None", "<NA>", "a;b", ";a", "a;", ";", "x\0", "x\0y", "\ud800", "İ", "ß", "ss", "-", " ", "\t", "\u2003",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "0.0", "007", "12", "12.50", "12.", ".5", "+5", "1e5", "1E+400", "1e-400", "1e999999999",
    "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999",
    "-1e-999999999", "0.1", "0.30000000000000004", "0.12345678901234567", "123456789.123456789", "1" * 5_000, "1_000",
    "١٢", "NaN",
    "Infinity", " 7", "7\n", "1,5", "0x1F", "abc",
]  # fmt: skip
DATES = [
    "2026-01-31", "2026-02-30", "0001-01-01", "0000-01-01", "1600-02-29", "1677-09-21", "2262-04-12", "9999-12-31",
    "12026-01-01", "-0001-01-01", "1430438400000", "1430438400001", "-62135596800000", "0", "20260131", "2026-01",
    "2026-W05-6", "2026-01-31T00:00:00Z", "2026-01-31T00:00:00+02:00", "2026-01-31T05:00:00Z", " 2026-01-31", "soon",
]  # fmt: skip
MOMENTS = [
    "2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z", "2026-01-31T09:30:59.999Z", "2026-01-31T09:30Z",
    "2026-01-31T09:30:00.123456Z", "2026-01-31T09:30:00.1Z", "2026-01-31T09:30:00.123000Z", "2026-01-31T09:30:00",
    "2026-03-29T02:30:00", "2026-01-31T09:30:00+05:30", "2026-01-31T09:30:00.123456789Z", "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999-05:00", "1600-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T23:59:60Z", "1430438400123", "-1", "20260131T093000Z",
    "2026-01-31t09:30:00z", "2026-01-31 09:30:00Z", "12026-01-01T00:00:00Z", "soon",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
POOL = st.sampled_from([*WORDS, *NUMBERS, *DATES, *MOMENTS]) | ANY_TEXT
WORD = st.sampled_from(WORDS) | ANY_TEXT
PIPELINES = Choices((Choice("sales", "Sales"), Choice("renewals", "Renewals"), Choice("again", "Sales")))


@st.composite
def choices(draw, most=6, within=("",)):
    made = draw(
        st.lists(
            st.builds(
                Choice,
                value=WORD,
                label=WORD | st.just(""),
                names=st.lists(WORD, max_size=2).map(tuple),
                within=st.sampled_from(within),
                retired=st.booleans() if within == ("",) else st.just(False),
            ),
            max_size=most,
            unique_by=lambda one: one.value,
        )
    )
    return Choices(tuple(made))


def held(definition):
    """Texts that HubSpot may hold for a property: rather those that mean something to it."""
    known = [text for one in definition.choices.items for text in (one.value, one.label, *one.names)]
    likely = {
        "number": [*NUMBERS, "1", "2", "3.5"],
        "date": [*DATES, "2026-01-01", "2026-01-02"],
        "datetime": [*MOMENTS, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z"],
    }.get(definition.type, [*WORDS, *known, *known, "true", "false"])
    text = st.none() | st.sampled_from(likely) | POOL
    if definition.is_multiple:
        return text | st.lists(st.sampled_from([*WORDS, *known]), min_size=1, max_size=4).map(";".join)
    return text


@st.composite
def properties(draw):
    read_only = draw(st.booleans()) and draw(st.booleans())
    kind = draw(
        st.sampled_from(
            [
                ("string", "text", ""), ("", "", ""), ("json", "text", ""), ("number", "number", ""),
                ("date", "date", ""), ("datetime", "date", ""), ("bool", "booleancheckbox", ""),
                ("enumeration", "booleancheckbox", ""), ("enumeration", "select", ""), ("enumeration", "checkbox", ""),
                ("enumeration", "checkbox", "OWNER"), ("enumeration", "select", "OWNER"), ("number", "number", "OWNER"),
                ("string", "text", "OWNER"),
            ]
        )
    )  # fmt: skip
    made = draw(choices()) if kind[0] not in ("date", "datetime", "json") else Choices()
    return Property("p", "P", *kind[:2], read_only=read_only, choices=made, references=kind[2])


SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SETTINGS
@given(data=st.data(), definition=properties(), labels=st.booleans(), zone=st.sampled_from(ZONES))
def test_a_cell_that_was_read_is_read_as_the_text_it_came_from(data, definition, labels, zone):
    texts = data.draw(st.lists(held(definition), max_size=6))
    made = typed_column(definition, texts, labels=labels)
    column = pd.Series(made.cells)
    assert len(column) == len(texts)
    if definition.read_only:
        return
    found = cell_texts(column, definition, CellSettings(zone))
    assert not found.refused
    back = ReadBack(definition)
    for text, ours in zip(texts, found.texts, strict=True):
        if ours is None:
            # Blank, or nothing that could be written would be the same: the caution says so.
            lost = bool(text) and not (definition.is_multiple and not text.strip("; \t\u2003"))
            if lost and not definition.is_multiple:
                assert not back.is_kept(text, text), text
                assert "Those cells are blank here" in made.caution
        else:
            assert ours == text or same_value(definition, ours, text), (text, ours)


@SETTINGS
@given(data=st.data(), labels=st.booleans(), zone=st.sampled_from(ZONES), allow=st.booleans())
def test_a_plan_of_what_was_read_sends_nothing(data, labels, zone, allow):
    drawn = data.draw(st.lists(properties(), min_size=1, max_size=3))
    made = [
        Property(f"p{place}", data.draw(st.sampled_from(["P", "Q", "p0", "Record ID", "hubspot_id", "Stage", ""])),
                 one.type, one.field_type, read_only=one.read_only, choices=one.choices, references=one.references)
        for place, one in enumerate(drawn)
    ]  # fmt: skip
    stages = data.draw(choices(within=("sales", "renewals", "again")))
    pipeline = Property("pipeline", "Pipeline", "enumeration", "select", choices=PIPELINES)
    stage = Property("stage", "Stage", "enumeration", "radio", choices=stages, pipeline_property="pipeline")
    definitions = Definitions("deals", {one.name: one for one in (*made, pipeline, stage)})
    chosen = [*made, stage, *([pipeline] if data.draw(st.booleans()) else [])]
    count = data.draw(st.integers(0, 5))
    texts = {
        one.name: data.draw(st.lists(held(one), min_size=count, max_size=count)) for one in definitions.by_name.values()
    }
    frame, _, _ = records_frame([str(number + 1) for number in range(count)], texts, chosen, definitions, labels=labels)
    assert list(frame.index) == list(range(count))
    plan = plan_rows(frame, definitions, settings=CellSettings(zone, allow))
    chooser = Chooser.of(plan, "changed", undo=False)
    positions = plan.to_send
    for row, ours in zip(positions.tolist(), plan.row_texts(positions), strict=True):
        current = {name: column[row] or "" for name, column in texts.items()}
        assert chooser.choose(row, ours, current) == Chosen({}, "unchanged"), (ours, current)
    settled = set(range(count)) - set(positions.tolist())
    assert all(plan.outcomes.status_of(row) == "unchanged" for row in settled)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    ("type_", "pool"), [("number", NUMBERS), ("date", DATES), ("datetime", MOMENTS), ("string", WORDS), ("bool", WORDS)]
)
def test_each_odd_text_alone_comes_back(type_, pool, zone):
    definition = Property("p", type=type_)
    for text in pool:
        column = pd.Series(typed_column(definition, [text, None]).cells)
        found = cell_texts(column, definition, CellSettings(zone))
        ours = found.texts[0]
        assert not found.refused
        assert found.texts[1] is None
        assert ours is None or ours == text or same_value(definition, ours, text)
