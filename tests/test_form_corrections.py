"""Corrections go into the frame by position, a dtype gives way only where it must, and nothing else changes."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.cells import cell_texts
from hubframe.planning.definitions import Property
from hubframe.widgets.form.corrections import (
    ID,
    Corrections,
    cell_text,
    corrected,
    id_values,
    rows_to_send,
    with_texts,
)

NUMBER = Property("n", type="number")
DAY = Property("d", type="date")
MOMENT = Property("m", type="datetime")
FLAG = Property("b", type="bool", field_type="booleancheckbox")
TEXT = Property("s", type="string")

pa = pytest.importorskip("pyarrow")


def arrow(cells, kind):
    return pd.array(cells, dtype=pd.ArrowDtype(kind))


COLUMNS = {
    "int": [1, 2, 3],
    "uint8": np.array([1, 2, 3], dtype="uint8"),
    "Int64": pd.array([1, 2, None], dtype="Int64"),
    "float": [1.5, 2.0, None],
    "float32": np.array([1.5, 2.0, np.nan], dtype="float32"),
    "category": pd.Categorical(["fax", "sms", None]),
    "category of numbers": pd.Categorical([1, 2, None]),
    "moments": pd.to_datetime(["2026-01-01", None, "2026-02-01"]),
    "moments in a zone": pd.to_datetime(["2026-01-01"] * 3).tz_localize("Europe/Oslo"),
    "Arrow text": pd.array(["a", "b", None], dtype="string[pyarrow]"),
    "Arrow large text": arrow(["a", "b", None], pa.large_string()),
    "Arrow numbers": arrow([1, 2, None], pa.int64()),
    "Arrow days": arrow([datetime.date(2026, 1, 1), None, None], pa.date32()),
    "Arrow moments": arrow([pd.Timestamp("2026-01-01"), None, None], pa.timestamp("us")),
    "Arrow lists": arrow([["a", "b"], ["c", "d"], None], pa.list_(pa.string())),
    "boolean": pd.array([True, False, None], dtype="boolean"),
    "bool": [True, False, True],
    "sparse": pd.arrays.SparseArray([1.0, 2.0, np.nan]),
    "period": pd.period_range("2026-01", periods=3, freq="M"),
    "interval": pd.interval_range(0, 3),
    "lists": [["a", "b"], ["c", "d"], ["e", "f"]],
    "text": ["a", None, "c"],
    "objects": pd.Series(["a", 1, None], dtype=object),
}


@pytest.mark.parametrize("definition", [NUMBER, DAY, MOMENT, FLAG, TEXT, None], ids=lambda one: one and one.type)
@pytest.mark.parametrize("name", COLUMNS)
def test_a_text_is_read_back_as_it_was_typed_and_its_neighbours_as_they_were(name, definition):
    column = pd.Series(COLUMNS[name], index=["a", "a", "b"], name="c")
    before = column.copy()
    judge = definition or TEXT
    for text in ("7", "12.5", "2026-03-04", "2026-03-04T10:00:00Z", "true", "x", "007", "300", ""):
        changed = with_texts(column, {1: text}, definition)
        pd.testing.assert_series_equal(column, before)
        assert changed.index.equals(column.index)
        assert changed.name == "c"
        wanted = cell_texts(pd.Series([text or None], dtype=object), judge).texts
        assert cell_texts(changed.iloc[[1]], judge).texts == wanted
        assert cell_texts(changed.iloc[[0, 2]], judge).texts == cell_texts(column.iloc[[0, 2]], judge).texts


@pytest.mark.parametrize(
    ("name", "definition", "text"),
    [
        ("int", NUMBER, "7"),
        ("Int64", NUMBER, "7"),
        ("Int64", NUMBER, ""),
        ("float", NUMBER, "0.1"),
        ("float", NUMBER, ""),
        ("category", TEXT, "pigeon"),
        ("category of numbers", NUMBER, "7"),
        ("moments", DAY, "2027-12-01"),
        ("moments", MOMENT, "2027-12-01T09:30:00"),
        ("moments in a zone", MOMENT, "2027-12-01T09:30:00Z"),
        ("Arrow text", TEXT, "pigeon"),
        ("Arrow large text", TEXT, "pigeon"),
        ("Arrow numbers", NUMBER, "7"),
        ("Arrow days", DAY, "2027-12-01"),
        ("Arrow moments", MOMENT, "2027-12-01T09:30:00"),
        ("boolean", FLAG, "true"),
        ("bool", FLAG, "true"),
        ("text", TEXT, "pigeon"),
        ("int", None, "42"),
    ],
)
def test_a_dtype_stays_where_the_text_has_a_place_in_it(name, definition, text):
    column = pd.Series(COLUMNS[name])
    changed = with_texts(column, {1: text}, definition)
    kind = type(column.dtype) if name.startswith("category") else column.dtype
    assert (type(changed.dtype) if name.startswith("category") else changed.dtype) == kind


@pytest.mark.parametrize(
    ("name", "definition", "text"),
    [
        ("int", NUMBER, "1.5"),
        ("int", NUMBER, ""),
        ("int", TEXT, "007"),
        ("int", None, "007"),
        ("uint8", NUMBER, "300"),
        ("uint8", NUMBER, "-1"),
        ("Int64", NUMBER, "99999999999999999999"),
        ("Int64", NUMBER, "9999999999999999999"),
        ("float", NUMBER, "0.1234567890123456789"),
        ("moments", MOMENT, "2027-12-01T09:30:00Z"),
        ("moments in a zone", MOMENT, "2027-12-01T09:30:00"),
        ("bool", FLAG, ""),
    ],
)
def test_a_dtype_gives_way_where_the_text_would_change_in_it(name, definition, text):
    changed = with_texts(pd.Series(COLUMNS[name]), {1: text}, definition)
    assert changed.dtype == object
    assert changed[1] == (text or None)


IDS = ["101", "102", "101"]


def frame(index=None, **columns):
    made = pd.DataFrame({"Record ID": IDS, "n": [1, 2, 3], **columns})
    return made if index is None else made.set_axis(index)


def test_rows_are_meant_by_position_and_the_frame_given_is_left_alone():
    df = frame(["a", "a", "a"])
    before = df.copy()
    whole = corrected(df, {(1, "n"): "7", (2, ID): "103"}, {"n": NUMBER}, "Record ID")
    pd.testing.assert_frame_equal(df, before)
    assert whole["n"].tolist() == [1, 7, 3]
    assert whole["Record ID"].tolist() == ["101", "102", "103"]
    assert whole.index.tolist() == ["a"] * 3
    assert whole["n"].dtype == df["n"].dtype


@pytest.mark.parametrize("label", [0, True, ("a", "b"), None, 2.5])
def test_a_label_of_any_kind(label):
    df = pd.DataFrame(
        [["101", 1], ["102", 2]], columns=pd.Index(["Record ID", label], dtype=object, tupleize_cols=False)
    )
    whole = corrected(df, {(1, label): "7"}, {label: NUMBER}, "Record ID")
    assert whole.iloc[:, 1].tolist() == [1, 7]


@pytest.mark.parametrize("ids", [["101", "102"], [101, 102]])
def test_an_id_in_the_index(ids):
    df = pd.DataFrame({"n": [1, 2]}, index=pd.Index(ids, name="Record ID"))
    whole = corrected(df, {(1, ID): "103"}, {}, "Record ID")
    assert whole.index.equals(pd.Index([ids[0], type(ids[0])(103)]))
    assert whole.index.name == "Record ID"
    assert whole.index.dtype == df.index.dtype


def test_an_id_in_a_level_of_the_index():
    index = pd.MultiIndex.from_arrays([["x", "x", "y"], [101, 102, 102]], names=["group", "Record ID"])
    df = pd.DataFrame({"n": [1, 2, 3]}, index=index)
    whole = corrected(df, {(1, ID): "103"}, {}, "Record ID")
    assert whole.index.tolist() == [("x", 101), ("x", 103), ("y", 102)]
    assert whole.index.names == ["group", "Record ID"]
    assert id_values(whole, "Record ID").tolist() == [101, 103, 102]


@pytest.mark.parametrize(
    ("ids", "ticked", "going"),
    [
        (IDS, {2}, [0, 2]),
        (IDS, {1}, [1]),
        ([101, "101.0", " 101 "], {0}, [0, 1, 2]),
        ([101.0, None, 101.0], {0}, [0, 2]),
        ([None, None, ""], {0}, [0]),
        (["Hazel@example.com", "hazel@EXAMPLE.com ", "x"], {0}, [0, 1]),
        (["v1.0", "v1", "v1.00"], {0}, [0]),
        (["ab", "AB", None], {0, 2}, [0, 1, 2]),
        (IDS, set(), []),
    ],
)
def test_rows_of_one_record_go_together(ids, ticked, going):
    df = pd.DataFrame({"Record ID": pd.Series(ids, dtype=object)})
    assert rows_to_send(df, "Record ID", ticked).tolist() == going


def test_rows_that_have_gone_are_forgotten_alone():
    typed = Corrections({(0, "n"): "1", (0, ID): "2", (1, "n"): "3"}, {0, 1, 2})
    typed.forget([0, 2])
    assert typed == Corrections({(1, "n"): "3"}, {1})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (0.1, "0.1"),
        (float("inf"), "inf"),
        (np.int64(7), "7"),
        (np.bool_(False), "false"),
        (pd.NA, ""),
        (pd.NaT, ""),
        (datetime.date(2026, 1, 31), "2026-01-31"),
        (["a", None], "a;"),
        ("a\ud83d", "a\\ud83d"),
        ("<b>", "<b>"),
        ({}, "{}"),
    ],
)
def test_a_cell_as_an_editor_has_it(cell, text):
    assert cell_text(cell) == text


@given(st.dictionaries(st.integers(0, 4), st.text(max_size=5)), st.sampled_from([NUMBER, DAY, TEXT, FLAG, None]))
def test_any_text_has_a_place(texts, definition):
    column = pd.Series([1.0, 2.5, None, 4.0, 5.0])
    changed = with_texts(column, texts, definition)
    judge = definition or TEXT
    cells = pd.Series([texts.get(row, column[row]) or None for row in range(5)], dtype=object)
    assert cell_texts(changed, judge).texts == cell_texts(cells, judge).texts
