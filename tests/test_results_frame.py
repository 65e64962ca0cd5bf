"""A result has exactly the caller's rows, and columns of fixed types that survive files, filters and concat."""

import copy
import json

import numpy as np
import pandas as pd
import pytest

from hubframe.errors import PlanError
from hubframe.planning.columns import RESULT_COLUMNS
from hubframe.results.frame import failed_rows, problems_frame, results_frame
from hubframe.results.outcomes import STATUSES, Outcomes, Problem

RUN = "44237313-20261123T1302-7f3a"
BAD_DATE = Problem(
    "VALIDATION_ERROR", "INVALID_DATE", "May was not a date.", "renewal_date", "May", raw={"name": "renewal_date"}
)
BAD_SEATS = Problem("VALIDATION_ERROR", "INVALID_INTEGER", "twelve was not a number.", "seats", "twelve")
GONE = Problem("OBJECT_NOT_FOUND", "OBJECT_NOT_FOUND", "Could not get some objects.", correlation_id="019a")
DAILY = Problem("RATE_LIMITS", "DAILY", "The daily limit is used up.", hint="Go on tomorrow.")


def outcomes(rows=5):
    """Row 0 updated, 1 refused twice over, 2 not found, 3 and 4 unsent for the same reason."""
    found = Outcomes(rows)
    found.url_prefix = "https://app.hubspot.com/contacts/44237313/record/0-1/"
    for row in range(rows):
        if row == 0:
            found.settle(row, "updated", "171591000198", "2026-11-23T13:02:11.978Z")
            found.attempts[row] = 2
        elif row == 1:
            found.settle(row, "failed", "102", None, (BAD_DATE, BAD_SEATS))
        elif row == 2:
            found.settle(row, "failed", "103", problems=(GONE,))
        else:
            found.settle(row, "unsent", problems=(DAILY,))
    return found


def frame(rows=5):
    df = pd.DataFrame({"hs_object_id": range(101, 101 + rows), "city": ["Ghent"] * rows})
    df.index = pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("a", 2), ("c", 0), ("b", 1)][:rows], names=["x", None])
    return df


def test_the_rows_index_and_order_are_the_caller_s_and_the_frame_is_left_alone():
    df = frame()
    df.attrs = {"source": ["export"]}
    df.columns.name = "properties"
    before = copy.deepcopy(df)
    result = results_frame(df, outcomes(), RUN)
    pd.testing.assert_frame_equal(df, before)
    pd.testing.assert_frame_equal(result[["hs_object_id", "city"]], before)
    assert list(result.columns) == ["hs_object_id", "city", *RESULT_COLUMNS]
    assert result.columns.name == "properties"
    assert result.attrs == {"source": ["export"]}
    result.loc[:, "city"] = "Bruges"
    assert set(df["city"]) == {"Ghent"}


def test_what_became_of_each_row():
    result = results_frame(frame(), outcomes(), RUN).reset_index(drop=True)
    assert result["hubspot_status"].tolist() == ["updated", "failed", "failed", "unsent", "unsent"]
    assert result["hubspot_id"].tolist()[:3] == ["171591000198", "102", "103"]
    assert result["hubspot_id"].isna().tolist() == [False, False, False, True, True]
    assert result["hubspot_url"][0] == "https://app.hubspot.com/contacts/44237313/record/0-1/171591000198"
    assert result["hubspot_updated_at"].tolist() == [pd.Timestamp("2026-11-23 13:02:11.978"), *[pd.NaT] * 4]
    assert result["hubspot_attempts"].tolist() == [2, 0, 0, 0, 0]
    assert result["hubspot_error_code"].tolist()[1:] == ["INVALID_DATE", "OBJECT_NOT_FOUND", "DAILY", "DAILY"]
    assert result["hubspot_error_property"][1] == "renewal_date"
    assert result["hubspot_error_category"][2] == "OBJECT_NOT_FOUND"
    assert result["hubspot_correlation_id"][2] == "019a"
    assert "'May' is not a date" in result["hubspot_error"][1]
    assert "103" in result["hubspot_error"][2]
    assert result["hubspot_error"][3] == "The daily limit is used up. Go on tomorrow."
    assert result["hubspot_error"].isna().tolist() == [True, False, False, False, False]
    facts = json.loads(result["hubspot_error_details"][1])
    assert [fact["property"] for fact in facts] == ["renewal_date", "seats"]
    assert facts[0]["hubspot"] == {"name": "renewal_date"}
    assert set(result["hubspot_run"]) == {RUN}


def test_dtypes_are_the_same_for_zero_rows():
    full = results_frame(frame(), outcomes(), RUN)
    for other in (results_frame(frame(0), outcomes(0), RUN), results_frame(frame(1), outcomes(1), "another")):
        for name in RESULT_COLUMNS[:-1]:
            assert other[name].dtype == full[name].dtype, name
    assert list(full["hubspot_status"].cat.categories) == list(STATUSES)
    assert full["hubspot_updated_at"].dtype == "datetime64[ms]"
    assert full["hubspot_attempts"].dtype == "int64"
    assert full["hubspot_error"].dtype == "string"
    assert isinstance(full["hubspot_run"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-02-17T19:25:29Z", "2022-02-17 19:25:29"),
        ("2022-02-17T19:25:29.123Z", "2022-02-17 19:25:29.123"),
        ("2022-02-17T20:25:29+01:00", "2022-02-17 19:25:29"),
        ("2022-02-17", "2022-02-17"),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_moments_of_every_form_and_none_that_is_no_moment(text, moment):
    found = Outcomes(2)
    found.settle(0, "updated", "1", text)
    found.settle(1, "updated", "2", "2026-11-23T13:02:11Z")
    times = results_frame(frame(2), found, RUN)["hubspot_updated_at"]
    assert times.tolist() == [pd.NaT if moment is None else pd.Timestamp(moment), pd.Timestamp("2026-11-23 13:02:11")]


def test_a_result_given_again_has_its_result_columns_replaced():
    first = results_frame(frame(), outcomes(), RUN)
    first["note"] = "mine"
    second = results_frame(first, outcomes(), "44237313-20261124T0900-0001")
    assert list(second.columns) == ["hs_object_id", "city", "note", *RESULT_COLUMNS]
    assert set(second["hubspot_run"]) == {"44237313-20261124T0900-0001"}
    assert set(first["hubspot_run"]) == {RUN}


@pytest.mark.parametrize(
    "labels",
    [
        pd.CategoricalIndex(["a", "b"]),
        pd.DatetimeIndex(["2026-01-31", "2026-02-28"]),
        pd.interval_range(0, 2),
        pd.period_range("2026-01", periods=2, freq="M"),
        pd.RangeIndex(2),
        pd.Index([1.5, np.nan]),
        pd.Index([pd.NA, None], dtype=object),
        pd.Index([("a", "b"), "c"], tupleize_cols=False),
        pd.Index([True, False]),
        pd.Index(["a", "b"], dtype="string"),
    ],
    ids=lambda labels: str(labels.dtype)[:20],
)
def test_what_was_written_is_told_whatever_the_column_labels_are(labels):
    df = pd.DataFrame([[1, 2]], columns=labels)
    result = results_frame(df, outcomes(1), RUN)
    assert list(result.columns[2:]) == list(RESULT_COLUMNS)
    again = results_frame(result, outcomes(1), RUN)
    pd.testing.assert_frame_equal(again, result)
    assert result.iloc[:, :2].to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize("rows", [0, 5])
def test_wide_frames_make_no_warning(rows):
    wide = pd.concat(
        [frame(rows), pd.DataFrame({f"c{n}": ["x"] * rows for n in range(150)}, index=frame(rows).index)], axis=1
    )
    assert len(results_frame(wide, outcomes(rows), RUN).columns) == 152 + len(RESULT_COLUMNS)


@pytest.mark.parametrize("rows", [0, 5])
def test_a_result_survives_files(rows, tmp_path):
    result = results_frame(frame(rows), outcomes(rows), RUN).reset_index(drop=True)
    result.to_parquet(tmp_path / "result.parquet")
    back = pd.read_parquet(tmp_path / "result.parquet")
    for name in RESULT_COLUMNS:
        assert back[name].tolist() == result[name].tolist() or back[name].equals(result[name].astype(back[name].dtype))
    result.to_csv(tmp_path / "result.csv", index=False)
    result.to_excel(tmp_path / "result.xlsx", index=False)
    for back in (pd.read_csv(tmp_path / "result.csv"), pd.read_excel(tmp_path / "result.xlsx")):
        assert list(back.columns) == list(result.columns)
        assert back["hubspot_status"].tolist() == result["hubspot_status"].tolist()
        assert back["hubspot_error"].fillna("").tolist() == result["hubspot_error"].fillna("").tolist()
        assert pd.to_datetime(back["hubspot_updated_at"]).notna().tolist() == [row == 0 for row in range(rows)]


def test_a_result_survives_drop_duplicates_and_concat():
    result = results_frame(frame(), outcomes(), RUN)
    assert len(result.drop_duplicates()) == 5
    both = pd.concat([result, result])
    assert both.drop_duplicates().index.tolist() == result.index.tolist()
    assert both.dtypes.equals(result.dtypes)
    other = pd.concat([result, results_frame(frame(), outcomes(), "another run")])
    assert other["hubspot_status"].dtype == result["hubspot_status"].dtype
    assert set(other["hubspot_run"]) == {RUN, "another run"}
    assert len(failed_rows(other)) == 8


def test_failed_rows_are_those_to_look_at():
    found = Outcomes(len(STATUSES))
    for row, status in enumerate(STATUSES):
        found.settle(row, status)
    df = pd.DataFrame({"city": range(len(STATUSES))}, index=[7] * len(STATUSES))
    failed = failed_rows(results_frame(df, found, RUN))
    assert failed["hubspot_status"].tolist() == ["skipped", "invalid", "failed", "unsent", "unconfirmed"]
    assert failed.index.tolist() == [7] * 5
    assert failed["hubspot_status"].dtype.categories.tolist() == list(STATUSES)


def test_problems_have_a_line_each():
    problems = problems_frame(results_frame(frame(), outcomes(), RUN))
    assert list(problems.columns) == ["row", "id", "property", "value", "code", "message", "hint"]
    assert problems["row"].tolist() == [("a", 2), ("a", 2), ("a", 2), ("c", 0), ("b", 1)]
    assert problems["id"].tolist()[:3] == ["102", "102", "103"]
    assert problems["property"].tolist()[:2] == ["renewal_date", "seats"]
    assert problems["value"].tolist()[:2] == ["May", "twelve"]
    assert problems["code"].tolist() == ["INVALID_DATE", "INVALID_INTEGER", "OBJECT_NOT_FOUND", "DAILY", "DAILY"]
    assert problems["hint"].tolist()[4] == "Go on tomorrow."
    none = problems_frame(results_frame(frame(1), outcomes(1), RUN))
    assert none.dtypes.iloc[1:].equals(problems.dtypes.iloc[1:])
    assert len(none) == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_problems_of_a_result_read_back_from_a_file(kind, tmp_path):
    result = results_frame(frame(), outcomes(), RUN).reset_index(drop=True)
    path = tmp_path / f"result.{kind}"
    if kind == "csv":
        result.to_csv(path, index=False)
        back = pd.read_csv(path)
    else:
        result.to_excel(path, index=False)
        back = pd.read_excel(path)
    pd.testing.assert_frame_equal(problems_frame(back), problems_frame(result))
    assert failed_rows(back).index.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("details", ['[{"code": "INVALID_DATE", "mess', "[1, 2]", "null", "{}", None])
def test_where_the_details_are_damaged_the_other_columns_tell_the_first_problem(details):
    result = results_frame(frame(), outcomes(), RUN)
    result["hubspot_error_details"] = details
    problems = problems_frame(result)
    assert problems["code"].tolist() == ["INVALID_DATE", "OBJECT_NOT_FOUND", "DAILY", "DAILY"]
    assert problems["property"].tolist()[0] == "renewal_date"
    assert "'May' is not a date" in problems["message"].tolist()[0]


def test_problems_need_no_more_than_the_columns_that_make_a_result():
    result = results_frame(frame(), outcomes(), RUN)[["hubspot_status", "hubspot_run"]]
    assert len(problems_frame(result)) == 0


@pytest.mark.parametrize("ask", [failed_rows, problems_frame])
def test_a_frame_that_is_no_result_is_refused(ask):
    with pytest.raises(PlanError, match="batch_update"):
        ask(frame())


def test_half_a_character_in_hubspot_s_words_spoils_no_file(tmp_path):
    found = Outcomes(1)
    cut = Problem("VALIDATION_ERROR", "CUT", "too long: \ud83d", "city", "\ud83d", raw={"message": "\ud83d"})
    found.settle(0, "failed", "7", problems=(cut,))
    result = results_frame(pd.DataFrame({"city": ["x"]}), found, RUN)
    result.to_csv(tmp_path / "result.csv")
    result.to_parquet(tmp_path / "result.parquet")
    assert problems_frame(result)["value"].tolist() == ["\\ud83d"]


def test_what_json_can_t_hold_is_told_as_text():
    found = Outcomes(1)
    found.settle(0, "failed", "7", problems=(Problem("A", "B", "c", raw={"when": pd.Timestamp("2026-01-31")}),))
    details = results_frame(pd.DataFrame({"city": ["x"]}), found, RUN)["hubspot_error_details"][0]
    assert json.loads(details)[0]["hubspot"] == {"when": "2026-01-31 00:00:00"}


def test_one_cause_of_many_rows_is_worded_once(monkeypatch):
    asked = []
    monkeypatch.setattr("hubframe.results.frame.sentence", lambda problems, record: asked.append(problems) or "said")
    found = Outcomes(1000)
    for row in range(1000):
        found.settle(row, "unsent", str(row), problems=(DAILY,))
    result = results_frame(pd.DataFrame(index=range(1000)), found, RUN)
    assert len(asked) == 1
    assert set(result["hubspot_error"]) == {"said"}
