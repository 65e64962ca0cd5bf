"""A number goes without exponent or separators; any other text is doubted, with the plain form where there is one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.cells import cell_texts, python_cells
from hubframe.planning.number_cells import PLAIN_NUMBER, plain_forms
from tests.cell_table import NUMBER, TEXT


@pytest.mark.parametrize(
    ("text", "sent", "converted"),
    [
        ("12", "12", {}),
        ("-12.50", "-12.50", {}),
        ("007", "007", {}),
        (" 12\n", "12", {"surrounding spaces dropped": 1}),
        ("+5", "5", {"numbers written as plain digits": 1}),
        (".5", "0.5", {"numbers written as plain digits": 1}),
        ("-.5", "-0.5", {"numbers written as plain digits": 1}),
        ("5.", "5", {"numbers written as plain digits": 1}),
    ],
)
def test_a_number_s_text_is_sent_plain(text, sent, converted):
    found = cell_texts(pd.Series([text]), NUMBER)
    assert (found.texts, found.converted, found.doubted) == ([sent], converted, {})


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("$12,500", "Write 12500."),
        ("12,500.75", "Write 12500.75."),
        ("1,234,567", "Write 1234567."),
        ("12,500", "Write 12500 or 12.500."),
        ("1.234.567", "Write 1234567."),
        ("1.234,50 €", "Write 1234.50."),
        ("12,5", "Write 12.5."),
        ("1 234", "Write 1234."),
        ("1\u00a0234", "Write 1234."),
        ("1'234", "Write 1234."),
        ("USD 5", "Write 5."),
        ("(500)", "Write -500."),
        ("\u22125", "Write -5."),
        ("1e5", "Write 100000."),
        ("1.4210854715202004e-14", "Write 0.000000000000014210854715202004."),
        ("12.5%", "Write what is meant without the percent sign: 12.5 or 0.125."),
        ("a dozen", "Write digits"),
        ("-", "Write digits"),
        (".", "Write digits"),
        ("٤٢", "Write digits"),
        ("9" * 400 + "e", "Write digits"),
        ("1e999", "Write digits"),
    ],
)
def test_any_other_text_is_doubted_with_the_plain_form_where_there_is_one(text, hint):
    found = cell_texts(pd.Series([text]), NUMBER)
    assert found.texts == [text]
    problem = found.doubted[0]
    assert problem.code == "INVALID_INTEGER"
    assert problem.message.endswith(" was not a valid number.")
    assert (problem.hint or "").startswith(hint)


@given(st.text("0123456789.,-+$€% e()'", max_size=12))
def test_every_form_that_is_offered_is_plain(text):
    for form in plain_forms(text):
        assert PLAIN_NUMBER.fullmatch(form)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "Float64", "object", "category"])
def test_whole_floats_in_a_text_property_are_counted(dtype):
    found = cell_texts(pd.Series([101.0, 0.5, None, 7.0], dtype=dtype), TEXT)
    assert found.texts == ["101", "0.5", None, "7"]
    assert found.converted == {"whole numbers written without .0": 2}
    assert not cell_texts(pd.Series([101.0], dtype=dtype), NUMBER).converted


def test_true_is_no_number_and_the_hint_says_how_it_would_be():
    found = cell_texts(pd.Series([True, False]), NUMBER)
    assert sorted(found.refused) == [0, 1]
    assert ".astype(int)" in (found.refused[0].hint or "")


@pytest.mark.parametrize("definition", [NUMBER, TEXT], ids=["number", "text"])
@pytest.mark.parametrize(
    ("number", "dtype", "text"),
    [
        (12345678901234567, "float64", "12345678901234568"),
        (-12345678901234567, "Float64", "-12345678901234568"),
        (171591000198, "float32", "171591010000"),
        (171591000198, "Float32", "171591010000"),
        (2**24, "float32", "16777216"),
        (2050, "float16", "2050"),
    ],
)
def test_a_float_that_may_have_lost_digits_is_doubted(number, dtype, text, definition):
    """It would overwrite the number that HubSpot holds by one that nobody meant. The hint says how to write it."""
    narrow = pd.Series([number, 5, None], dtype="Float64").astype(dtype)
    as_categories = [narrow.astype("category")] if dtype != "float16" else []  # pandas has none of 16 bits
    for values in (narrow, pd.Series(python_cells(narrow), dtype=object), *as_categories):
        found = cell_texts(values, definition)
        assert found.texts == [text, "5", None]
        assert {place: problem.code for place, problem in found.doubted.items()} == {0: "LOST_DIGITS"}
        assert "dtype={...: str}" in (found.doubted[0].hint or "")
        assert f"df.loc[row, ...] = {text!r}" in (found.doubted[0].hint or "")


@pytest.mark.parametrize("dtype", ["float64", "Float64", "float32"])
def test_the_hint_for_lost_digits_as_it_stands_mends_the_cell_and_leaves_the_others(dtype):
    df = pd.DataFrame({"spend": pd.Series([1e17, 2.75, None], dtype="Float64").astype(dtype)})
    before = cell_texts(df["spend"], NUMBER)
    hint = before.doubted[0].hint
    code = hint.partition("write it as text: ")[2].replace("df[...]", "df['spend']").replace("...", "'spend'")
    exec(code, {"df": df, "row": 0})
    found = cell_texts(df["spend"], NUMBER)
    assert found.texts == before.texts == ["100000000000000000", "2.75", None]
    assert not found.doubted
    assert not found.refused


@pytest.mark.parametrize("values", [[2.0**53 - 1], [-(2.0**53) + 1], [0.1], [1e15], [10**18], ["10000000000000000"]])
def test_a_number_that_kept_its_digits_is_written(values):
    assert not cell_texts(pd.Series(values), NUMBER).doubted
    assert not cell_texts(pd.Series(values, dtype=object), NUMBER).doubted
