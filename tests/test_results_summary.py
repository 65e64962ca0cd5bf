"""A summary counts every row once and names each cause with an example, for whole results and parts of them."""

import pandas as pd
import pytest

from hubframe.errors import PlanError
from hubframe.results.frame import results_frame
from hubframe.results.outcomes import STATUSES, Outcomes, Problem
from hubframe.results.summary import RUNS_REMEMBERED, RunFacts, next_line, remember, summarize

RUN = "44237313-20261123T1302-7f3a"
BAD_DATE = Problem("VALIDATION_ERROR", "INVALID_DATE", "May was not a date.", "renewal_date", "May")
DAILY = Problem("RATE_LIMITS", "DAILY", "The daily limit is used up.", hint="Go on tomorrow.")
REWRITTEN = Problem("VALUE_REWRITTEN", "VALUE_REWRITTEN", "HubSpot stored '+32'.", "phone", "032")
CALL = 'batch_update("contacts")'
FACTS = RunFacts(
    account="Demo (44237313)",
    object_type="contacts",
    call=CALL,
    requests=12,
    writes=5,
    seconds=3.21,
    waited_for_limit_seconds=1.5,
    stopped="The daily limit is used up.",
    notes=("Left out: x.",),
)


def result(*settled, run=RUN):
    outcomes = Outcomes(len(settled))
    for row, (status, *problems) in enumerate(settled):
        outcomes.settle(row, status, problems=tuple(problems))
    return results_frame(pd.DataFrame({"city": ["x"] * len(settled)}, index=[5] * len(settled)), outcomes, run)


MIXED = [
    ("updated",), ("updated", REWRITTEN), ("unsent", DAILY), ("invalid", BAD_DATE), ("unsent", DAILY), ("unchanged",),
]  # fmt: skip


def test_rows_are_counted_and_causes_named_most_rows_first():
    summary = summarize(result(*MIXED))
    assert summary.rows == 6
    assert summary.counts == {"updated": 2, "unchanged": 1, "invalid": 1, "unsent": 2}
    assert summary.rewritten == 1
    assert summary.causes["rows"].tolist() == [2, 1]
    assert summary.causes["hubspot_error_code"].tolist() == ["DAILY", "INVALID_DATE"]
    assert summary.causes["example"].tolist()[0] == "The daily limit is used up. Go on tomorrow."
    assert summary.next_line is not None


def test_the_text_has_everything():
    remember(RUN, FACTS)
    text = str(summarize(result(*MIXED)))
    assert text == repr(summarize(result(*MIXED)))
    for part in [
        "Demo (44237313), contacts: 6 rows: 2 updated, 1 unchanged, 1 invalid, 2 unsent",
        "12 requests in 3.2 s, 1.5 s of it waiting for HubSpot's limit",
        "Stopped early: The daily limit is used up.",
        "Left out: x.",
        "1 of the updated rows hold",
        "2 unsent      DAILY: The daily limit",
        "1 invalid     INVALID_DATE: renewal_date: 'May'",
        f"Next: result.hubspot.failed.hubspot.{CALL}",
    ]:
        assert part in text


def test_html_escapes_what_came_from_outside():
    script = Problem("A", "B", "<script>alert(1)</script>", "city", "<b>")
    html = summarize(result(("failed", script)))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("settled", [[], [("updated",)], [("unchanged",), ("updated",)]], ids=len)
def test_where_nothing_is_wrong_nothing_is_next(settled):
    summary = summarize(result(*settled, run="nobody's"))
    assert summary.next_line is None
    assert len(summary.causes) == 0
    assert list(summary.causes.columns) == [
        "hubspot_status", "hubspot_error_code", "hubspot_error_property", "rows", "example",
    ]  # fmt: skip
    assert str(summary).startswith(f"{len(settled)} row{'' if len(settled) == 1 else 's'}: ")
    assert summary._repr_html_()


@pytest.mark.parametrize("status", STATUSES)
def test_the_next_line_by_status(status):
    line = next_line({status: 1}, CALL, "hubframe.last_result()") or ""
    recorded = next_line({status: 1}, CALL, "hubframe.last_result()", recorded=True) or ""
    if status in ("unsent", "unconfirmed"):
        assert recorded.startswith("hubframe.last_result().hubspot.retry()  #")
        assert line.startswith(f"hubframe.last_result().hubspot.failed.hubspot.{CALL}  #")
        assert (next_line({status: 1}, None) or "").startswith("result.hubspot.failed.hubspot.batch_update(...)")
    elif status == "planned":
        assert line == recorded == f"df.hubspot.{CALL}  # writes what is planned"
        assert next_line({status: 1}, 'undo("run")') == 'hubframe.undo("run")  # puts back what is left'
    elif status in ("invalid", "failed", "skipped"):
        assert recorded.startswith("hubframe.last_result().hubspot.failed  #")
        assert ("hubframe.last_result().hubspot.retry()" in recorded) == (status != "skipped")
        assert line.startswith("hubframe.last_result().hubspot.failed  #")
    else:
        assert line == ""


def test_parts_concatenations_and_files(tmp_path):
    remember(RUN, FACTS)
    whole = result(*MIXED)
    assert summarize(whole.iloc[2:3]).counts == {"unsent": 1}
    assert summarize(whole.iloc[2:3]).run == FACTS
    assert summarize(whole.iloc[:0]).rows == 0
    two = summarize(pd.concat([whole, result(("failed", BAD_DATE), run="other")]))
    assert (two.rows, two.run) == (7, None)
    whole.to_csv(tmp_path / "result.csv", index=False)
    back = summarize(pd.read_csv(tmp_path / "result.csv"))
    assert (back.counts, back.rewritten, back.run) == (summarize(whole).counts, 1, FACTS)
    assert back.causes.to_numpy().tolist()[0][3:] == summarize(whole).causes.to_numpy().tolist()[0][3:]
    assert summarize(whole[["hubspot_status", "hubspot_run"]]).counts == summarize(whole).counts


def test_a_result_is_retried_where_all_runs_with_rows_left_are_on_record():
    parts = pd.concat([result(("updated",), run="gone"), result(("unsent", DAILY), run="here")])
    assert "retry()" in (summarize(parts, recorded=lambda runs: list(runs) == ["here"]).next_line or "")
    assert "retry()" not in (summarize(parts, recorded=lambda runs: False).next_line or "")


def test_facts_are_kept_for_the_latest_runs():
    for number in range(RUNS_REMEMBERED + 1):
        remember(f"run {number}", FACTS)
    assert summarize(result(("updated",), run="run 0")).run is None
    assert summarize(result(("updated",), run=f"run {RUNS_REMEMBERED}")).run == FACTS


def test_a_frame_that_is_no_result_is_refused():
    with pytest.raises(PlanError, match="batch_update"):
        summarize(pd.DataFrame({"city": ["x"]}))
