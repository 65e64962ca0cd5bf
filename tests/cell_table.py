"""What HubSpot is sent for a cell, by property type and by what holds the cell.

``python -m tests.cell_table`` prints the table.
"""

# ruff: noqa: DTZ001 - a frame's moments often have no zone
import datetime
import zoneinfo
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from hubframe.planning.cells import cell_texts
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.planning.texts import CellSettings

YES_NO = Choices((Choice("true", "Yes"), Choice("false", "No")))
TIERS = Choices((Choice("gold", "Gold plan"), Choice("silver", "Silver plan"), Choice("30", "Thirty days")))
TOPICS = Choices((Choice("a", "Apples"), Choice("b", "Berries"), Choice("c", "Cherries")))
OWNER_CHOICES = Choices(
    (
        Choice("101", "Hazel Birch", ("hazel@example.com",)),
        Choice("102", "Juniper Sage", ("juniper@example.com",)),
        Choice("103", "Rowan Ash", ("rowan@example.com",)),
        Choice("104", "Rowan Ash", ("rowan.ash@example.com",)),
        Choice("105", "Willow Reed", ("willow@example.com",), retired=True),
    )
)
STAGE_CHOICES = Choices(
    (
        Choice("s1", "Open", ("Open (Sales)",), within="sales"),
        Choice("s2", "Won", ("Won (Sales)",), within="sales"),
        Choice("r1", "Open", ("Open (Renewals)",), within="renewals"),
        Choice("r2", "Renewed", ("Renewed (Renewals)",), within="renewals"),
    )
)
TEXT = Property("city", type="string", field_type="text")
NUMBER = Property("seats", type="number", field_type="number")
DATE = Property("renewal_date", type="date", field_type="date")
MOMENT = Property("last_visit", type="datetime", field_type="date")
BOOL = Property("opted_in", type="bool", field_type="booleancheckbox", choices=YES_NO)
CHECKBOX = Property("is_customer", type="enumeration", field_type="booleancheckbox", choices=YES_NO)
OPTION = Property("tier", type="enumeration", field_type="select", choices=TIERS)
OPTIONS = Property("interests", type="enumeration", field_type="checkbox", choices=TOPICS)
OWNER = Property("hubspot_owner_id", type="enumeration", field_type="select", choices=OWNER_CHOICES, references="OWNER")
STAGE = Property("dealstage", type="enumeration", choices=STAGE_CHOICES, pipeline_property="pipeline")
SETTINGS = CellSettings(timezone=zoneinfo.ZoneInfo("Europe/Berlin"))

_NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
_ARROW = pd.ArrowDtype

# The property, the cell, the dtype that holds it, and the text sent or the code of what is wrong.
ROWS = [
    (TEXT, "Ghent", "str", "Ghent"),
    (TEXT, "Ghent", "category", "Ghent"),
    (TEXT, "Ghent", _ARROW(pa.string()), "Ghent"),
    (TEXT, " Ghent ", "object", " Ghent "),
    (TEXT, 101.0, "float64", "101"),
    (TEXT, 101.5, "Float64", "101.5"),
    (TEXT, 7, "Int64", "7"),
    (TEXT, True, "boolean", "true"),
    (TEXT, datetime.date(2026, 1, 31), "object", "2026-01-31"),
    (TEXT, "nan", "str", "BLANK_AS_TEXT"),
    (TEXT, "a\0b", "object", "INVALID_TEXT"),
    (TEXT, "\ud83d", "object", "INVALID_TEXT"),
    (TEXT, "x" * 65_537, "str", "INVALID_STRING_LENGTH"),
    (TEXT, ["a"], "object", "UNSUPPORTED_VALUE"),
    (NUMBER, 7, "int64", "7"),
    (NUMBER, 12.0, "float64", "12"),
    (NUMBER, 1e-7, "float64", "0.0000001"),
    (NUMBER, 1e15, "float64", "1000000000000000"),
    (NUMBER, 1e16, "float64", "LOST_DIGITS"),
    (NUMBER, 10**16, "Int64", "10000000000000000"),
    (NUMBER, 25_000_000, "float32", "LOST_DIGITS"),
    (NUMBER, 0.1, "float32", "0.1"),
    (NUMBER, 0.1, "float16", "0.1"),
    (NUMBER, 0.5, _ARROW(pa.float32()), "0.5"),
    (NUMBER, 7, "Sparse[int64]", "7"),
    (NUMBER, Decimal("1.50"), "object", "1.50"),
    (NUMBER, Decimal("12.50"), _ARROW(pa.decimal128(10, 2)), "12.50"),
    (NUMBER, " 12.5 ", "str", "12.5"),
    (NUMBER, "+.5", "str", "0.5"),
    (NUMBER, "$12,500", "str", "INVALID_INTEGER"),
    (NUMBER, "1e5", "str", "INVALID_INTEGER"),
    (NUMBER, True, "bool", "INVALID_INTEGER"),
    (NUMBER, float("inf"), "float64", "INVALID_INTEGER"),
    (DATE, datetime.date(2026, 1, 31), "object", "2026-01-31"),
    (DATE, datetime.date(2026, 1, 31), _ARROW(pa.date32()), "2026-01-31"),
    (DATE, datetime.datetime(2026, 1, 31), "datetime64[s]", "2026-01-31"),
    (DATE, datetime.datetime(2026, 1, 31), "datetime64[ns]", "2026-01-31"),
    (DATE, pd.Timestamp("2026-01-31", tz=_NEW_YORK), "datetime64[us, America/New_York]", "2026-01-31"),
    (DATE, datetime.datetime(2026, 1, 31, 9, 30), "datetime64[us]", "INVALID_DATE"),
    (DATE, "2026-01-31", "str", "2026-01-31"),
    (DATE, "2026-01-31T00:00:00Z", "str", "2026-01-31"),
    (DATE, 1430438400000, "int64", "2015-05-01"),
    (DATE, 1430438400000.0, "float64", "2015-05-01"),
    (DATE, "1430438400000", "str", "2015-05-01"),
    (DATE, 1786334400000, "int64", "INVALID_DATE"),
    (DATE, 1738281600, "int64", "INVALID_DATE"),
    (DATE, 20260131, "int64", "INVALID_DATE"),
    (DATE, "31.01.2026", "str", "INVALID_DATE"),
    (MOMENT, datetime.datetime(2026, 1, 31, 9, 30), "datetime64[ms]", "2026-01-31T08:30:00.000Z"),
    (MOMENT, pd.Timestamp("2026-01-31 09:30:17.123456789"), "datetime64[ns]", "2026-01-31T08:30:17.123Z"),
    (MOMENT, pd.Timestamp("2026-01-31 09:30", tz=_NEW_YORK), "object", "2026-01-31T14:30:00.000Z"),
    (MOMENT, pd.Timestamp("2026-01-31", tz="UTC"), "datetime64[s, UTC]", "2026-01-31T00:00:00.000Z"),
    (MOMENT, datetime.datetime(2026, 3, 29, 2, 30), "datetime64[us]", "INVALID_LONG"),
    (MOMENT, datetime.datetime(2026, 10, 25, 2, 30), "datetime64[us]", "INVALID_LONG"),
    (MOMENT, datetime.date(2026, 1, 31), "object", "2026-01-30T23:00:00.000Z"),
    (MOMENT, "2026-01-31", "str", "2026-01-30T23:00:00.000Z"),
    (MOMENT, "2026-01-31 09:30", "str", "2026-01-31T08:30:00Z"),
    (MOMENT, "2026-01-31T09:30:17+02:00", "str", "2026-01-31T07:30:17.000Z"),
    (MOMENT, 1580947200017, "int64", "2020-02-06T00:00:00.017Z"),
    (MOMENT, 1580947200, "int64", "INVALID_LONG"),
    (BOOL, True, "bool", "true"),
    (BOOL, False, "boolean", "false"),
    (BOOL, 1, "int64", "true"),
    (BOOL, 0.0, "float64", "false"),
    (BOOL, "TRUE", "str", "true"),
    (BOOL, "Yes", "str", "true"),
    (BOOL, "perhaps", "str", "INVALID_BOOLEAN"),
    (CHECKBOX, "No", "category", "false"),
    (CHECKBOX, 2, "int64", "INVALID_OPTION"),
    (OPTION, "gold", "str", "gold"),
    (OPTION, "gold plan ", "str", "gold"),
    (OPTION, "Silver plan", "category", "silver"),
    (OPTION, 30.0, "float64", "30"),
    (OPTION, "bronze", "str", "INVALID_OPTION"),
    (OPTION, "None", "str", "BLANK_AS_TEXT"),
    (OPTIONS, "a;b", "str", "a;b"),
    (OPTIONS, "Apples; Berries", "str", "a;b"),
    (OPTIONS, ";c", "str", ";c"),
    (OPTIONS, "['a', 'Berries']", "str", "a;b"),
    (OPTIONS, '["a", "b"]', "category", "a;b"),
    (OPTIONS, "['a' 'b']", "str", "INVALID_OPTION"),
    (OPTIONS, ["b", "Apples", "b"], "object", "b;a"),
    (OPTIONS, {"b", "a"}, "object", "a;b"),
    (OPTIONS, ["a", "dates"], "object", "INVALID_OPTION"),
    (OWNER, 101, "int64", "101"),
    (OWNER, 101.0, "float64", "101"),
    (OWNER, "Hazel@Example.com", "str", "101"),
    (OWNER, "juniper sage", "str", "102"),
    (OWNER, "Rowan Ash", "str", "AMBIGUOUS_OPTION"),
    (OWNER, "willow@example.com", "str", "INVALID_OPTION"),
    (STAGE, "s2", "str", "s2"),
    (STAGE, "Renewed", "str", "r2"),
    (STAGE, "Open (Renewals)", "str", "r1"),
    (STAGE, "Open", "str", "AMBIGUOUS_OPTION"),
]


def held(cell, dtype):
    """Return a column of the one cell, with a blank beside it where the dtype has blanks."""
    if str(dtype).startswith(("int", "float", "bool", "Sparse", "datetime")) and "boolean" not in str(dtype):
        return pd.Series(pd.Series([cell]).array, dtype=dtype)
    return pd.Series([cell, None], dtype=dtype)


def sent(definition, cell, dtype):
    """Return the text that goes to HubSpot, or the code of why none does."""
    found = cell_texts(held(cell, dtype), definition, SETTINGS)
    wrong = found.refused.get(0) or found.doubted.get(0)
    return wrong.code if wrong else found.texts[0]


def table():
    yield "| type | cell | dtype | text sent |"
    yield "| --- | --- | --- | --- |"
    for definition, cell, dtype, _ in ROWS:
        shown = repr(cell) if len(repr(cell)) <= 60 else f"{repr(cell)[:20]}... ({len(cell):,} characters)"
        kind = definition.field_type if definition.field_type.endswith("checkbox") else definition.type
        kind = {"hubspot_owner_id": "owner", "dealstage": "stage"}.get(definition.name, kind)
        yield f"| {kind} | `{shown}` | {dtype} | `{sent(definition, cell, dtype)}` |"


if __name__ == "__main__":
    print("\n".join(table()))
