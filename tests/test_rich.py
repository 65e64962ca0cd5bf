"""Rich output escapes what came from outside, and says what the plain text says."""

import pandas as pd
import pytest

from hubframe.results.summary import RunFacts, Summary
from hubframe.widgets.rich import line_html, summary_html


@pytest.fixture
def summary():
    causes = pd.DataFrame(
        {
            "hubspot_status": ["failed", "invalid"],
            "hubspot_error_code": ["INVALID_EMAIL", "BLANK_ID"],
            "hubspot_error_property": ["email", None],
            "rows": [1_200, 1],
            "example": ["email: '<script>x</script>' is not an e-mail address.", "The row has no id."],
        }
    )
    facts = RunFacts(
        "HubSpot account <7>",
        "contacts",
        "batch_update()",
        28,
        14,
        1.25,
        0.4,
        stopped="<b>",
        notes=("<i>left out</i>",),
    )
    return Summary(1_201, {"failed": 1_200, "invalid": 1}, causes, 3, facts, "result.hubspot.failed  # <all>")


def test_nothing_from_outside_is_html(summary):
    html = summary_html(summary)
    for tag in ("<script", "<i>", "<7>", "<all>", "early: <b>"):
        assert tag not in html
    for text in ("&lt;script&gt;", "&lt;i&gt;left out", "account &lt;7&gt;", "# &lt;all&gt;", "early: &lt;b&gt;"):
        assert text in html


def test_a_property_that_has_a_column_is_not_said_twice(summary):
    html = summary_html(summary)
    assert ">email</td>" in html
    assert "email: " not in html
    assert ">1,200</td>" in html
    assert ">The row has no id.</td>" in html


def test_a_run_without_trouble_has_no_table(summary):
    fine = Summary(2, {"updated": 2}, summary.causes.iloc[:0], 0, None, None)
    html = summary_html(fine)
    assert "<table" not in html
    assert "Next:" not in html
    assert "<b>2</b> updated" in html


def test_the_line_under_a_bar_sets_the_next_line_apart():
    assert line_html("a <b> & c") == "<div>a &lt;b&gt; &amp; c</div>"
    assert line_html("1 failed. Next: f(<x>)  # why") == (
        "<div>1 failed.</div><div>Next: <code>f(&lt;x&gt;)  # why</code></div>"
    )
