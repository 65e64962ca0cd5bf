"""A plan is read in ten seconds: what would change first, nothing from outside as HTML, the same in plain text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import hubframe
from hubframe.results.frame import results_frame
from hubframe.results.outcomes import Outcomes, Problem
from hubframe.widgets.plan import plan_html, plan_text
from hubframe.widgets.plan_facts import left_out, sample, shown_columns

COLUMN_NAMES = ["column", "property", "label", "type", "cells", "differ", "emptied", "conversions"]
CITY = ("City", "city", "City", "string", 90, 7, 0, None)
STAGE = ("Stage", "lifecyclestage", "Lifecycle Stage", "enumeration", 90, 12, 0, "312 labels read as options")
PHONE = ("Phone Number", "phone", "Phone Number", "string", 80, 20, 4, None)
STILL = ("Job Title", "jobtitle", "Job Title", "string", 80, 0, 0, None)
OPTION = Problem("VALIDATION_ERROR", "INVALID_OPTION", "hot is no option.", "lifecyclestage", "hot", hint="Choose one.")
NO_ID = Problem("INVALID_ID", "BLANK_ID", "The row has no id.", hint="Fill it in.")


def columns(*lines):
    frame = pd.DataFrame(lines or [CITY, STAGE, PHONE, STILL], columns=COLUMN_NAMES)
    return frame.astype({"label": "string", "conversions": "string", "differ": "Int64", "emptied": "Int64"})


def changes(*lines):
    return pd.DataFrame(lines, columns=["row", "id", "column", "property", "before", "after"], dtype=object)


@dataclass
class StandIn:
    """What the views read of an UpdatePlan."""

    account: str = "HubSpot account 44237313 (standard)"
    object_type: str = "contacts"
    settled: tuple = ()
    planned: int = 2461
    seen: bool = True
    columns: pd.DataFrame = field(default_factory=columns)
    left_out: tuple = ()
    notes: tuple = ()
    requests: int = 50
    seconds: float = 5.0
    daily_share: float | None = 0.0002
    requests_left_today: int | None = None
    lines: tuple = (("r1", "11", "City", "city", "oslo", "Oslo"),)

    @property
    def counts(self):
        found = {"unchanged": 30} | ({"planned": self.planned} if self.planned else {})
        for status, _ in self.settled:
            found[status] = found.get(status, 0) + 1
        return found

    @property
    def rows(self):
        return sum(self.counts.values())

    @property
    def next_line(self):
        return "plan.send()" if self.planned else None

    @property
    def frame(self):
        outcomes = Outcomes(len(self.settled))
        for row, (status, problem) in enumerate(self.settled):
            outcomes.settle(row, status, problems=(problem,))
        return results_frame(pd.DataFrame(index=range(len(self.settled))), outcomes, "run")

    def changes(self, *, limit=None):
        return changes(*self.lines)


class Visible(HTMLParser):
    """The text of some HTML, and its tags."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.attributes = "", [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.text += " "

    def handle_data(self, data):
        self.text += data


def both(plan):
    return re.sub(r"\s+", " ", Visible(plan_html(plan)).text), plan_text(plan)


def rows_of(html):
    return re.findall(r"<tr.*?</tr>", html)


def test_the_first_line_says_where_and_that_nothing_is_written():
    for told in both(StandIn()):
        first = told[:120]
        assert "HubSpot account 44237313 (standard)" in first
        assert "contacts" in first
        assert "Nothing is written yet." in first


def test_what_would_change_is_told_before_everything_else():
    html, text = both(StandIn(settled=(("invalid", OPTION), ("failed", NO_ID))))
    assert re.search(r"2,461 rows would change\s+30 unchanged\s+1 invalid\s+1 failed", html)
    assert "2,461 rows would change, 30 unchanged, 1 invalid, 1 failed" in text
    for told in (html, text):
        assert "39 values would change, in 3 of 4 columns. 4 of them would be emptied." in told


def test_a_column_is_told_with_its_property_amounts_and_conversions():
    html = plan_html(StandIn())
    [stage] = [row for row in rows_of(html) if "lifecyclestage" in row]
    assert "Lifecycle Stage" in stage
    assert ">12</td>" in stage
    assert "312 labels read as options" in stage
    [city] = [row for row in rows_of(html) if "<code>city" in row]
    assert city.count("City") == 1  # its label is the column's name
    [still] = [row for row in rows_of(html) if "jobtitle" in row]
    assert "opacity" in still
    assert "opacity:.5" not in city
    text = plan_text(StandIn())
    assert re.search(r"^ +12  Stage → lifecyclestage +312 labels read as options$", text, re.MULTILINE)
    assert re.search(r"^ +20  Phone Number → phone +4 emptied$", text, re.MULTILINE)


def test_emptied_values_are_marked_and_have_no_column_where_there_are_none():
    [phone] = [row for row in rows_of(plan_html(StandIn())) if "<code>phone" in row]
    assert re.search(r"color:#\w+;font-weight:bold\">4</td>", phone)
    assert "emptied" not in "".join(both(StandIn(columns=columns(CITY, STAGE))))


@pytest.mark.parametrize(
    ("changing", "still", "shown", "told"),
    [
        (3, 17, 20, ""),
        (3, 18, 3, "… and 18 columns with nothing to change: plan.columns"),
        (22, 0, 20, "… and 2 more with something to change: plan.columns"),
        (21, 1, 20, "… and 1 more with something to change, 1 column with nothing to change: plan.columns"),
        (0, 30, 0, "30 columns with nothing to change: plan.columns"),
    ],
)
def test_of_many_columns_those_that_change_are_shown_and_the_others_counted(changing, still, shown, told):
    lines = [(f"c{n}", f"p{n}", None, "string", 9, n * (n < changing + 1), 0, None) for n in range(1, changing + 1)]
    lines += [(f"s{n}", f"q{n}", None, "string", 9, 0, 0, None) for n in range(still)]
    found, rest = shown_columns(StandIn(columns=columns(*reversed(lines))), 20)
    assert (len(found), rest) == (shown, told)
    if told:
        amounts = [column["amount"] for column in found]
        assert amounts == sorted(amounts, reverse=True)
        assert told in plan_html(StandIn(columns=columns(*lines)))


def test_what_is_left_out_has_a_line_for_each_reason():
    plan = StandIn(left_out=(*((f"Old {n}", "read-only") for n in range(10)), (7, "only in exports")))
    assert left_out(plan) == [
        "Left out (read-only): Old 0, Old 1, Old 2, Old 3, Old 4, Old 5, Old 6, Old 7 and 2 more",
        "Left out (only in exports): 7",
    ]
    for told in both(plan):
        assert "Left out (only in exports): 7" in told


def test_problems_are_told_by_cause_with_rows_code_and_an_example():
    settled = (("invalid", OPTION), ("failed", NO_ID), ("invalid", OPTION))
    html = plan_html(StandIn(settled=settled))
    first, second = rows_of(html)[-2:]
    for part in (">2</td>", "invalid", ">lifecyclestage</td>", "hot is no option. Choose one.", "INVALID_OPTION"):
        assert part in first
    for part in (">1</td>", "failed", "The row has no id. Fill it in.", "BLANK_ID"):
        assert part in second
    text = plan_text(StandIn(settled=settled))
    assert "          2  invalid INVALID_OPTION: lifecyclestage: hot is no option. Choose one." in text


def test_at_most_eight_causes_are_shown_and_the_other_rows_counted():
    settled = tuple(("invalid", Problem("C", f"CODE_{n}", "Wrong.", "city", hint="Right it.")) for n in range(11))
    html, text = plan_html(StandIn(settled=settled)), plan_text(StandIn(settled=settled))
    assert html.count("CODE_") == 8
    assert "… and 3 rows for other reasons: plan.problems" in html
    assert text.count("CODE_") == 4
    assert "… and 7 rows for other reasons: plan.problems" in text


def test_the_sample_shows_each_column_once_before_any_twice():
    lines = [(n, "1", "City", "city", "oslo", "Oslo") for n in range(9)] + [("x", "1", "Job", "jobtitle", "", "Boss")]
    found = sample(StandIn(lines=tuple(lines)), 5)
    assert [what for what, _, _ in found] == ["City, row 0", "Job, row x", "City, row 1", "City, row 2", "City, row 3"]
    assert found[1][1:] == ("(blank)", "'Boss'")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("oslo", "Oslo ", ("'oslo'", "'Oslo '")),
        ("a\nb", "a b", (r"'a\nb'", "'a b'")),
        ("x" * 300 + "old", "x" * 300 + "new", (f"…{'x' * 20}old'", f"…{'x' * 20}new'")),
        ("old" + "x" * 300, "new" + "x" * 300, (f"'old{'x' * 35}…", f"'new{'x' * 35}…")),
        ("x" * 60, "x" * 50, (f"…{'x' * 30}'", f"…{'x' * 20}'")),
        ("it's " + "x" * 60 + "old", "x" * 65 + "new", (f""""it's {"x" * 33}…""", f"'{'x' * 38}…")),
        ("\ud800", "", (r"'\ud800'", "(blank)")),
    ],
)
def test_values_are_cut_around_what_differs_and_spaces_stay_visible(before, after, shown):
    [(_, *told)] = sample(StandIn(lines=(("r", "1", "City", "city", before, after),)), 5)
    assert tuple(told) == shown


@given(before=st.text(max_size=200), after=st.text(max_size=200), longest=st.sampled_from([28, 40]))
@example(before="\x1f" * 40, after="\x1f" * 39 + "x", longest=40)
@example(before="x" * 30 + "old", after="x" * 30 + "new", longest=28)
def test_two_values_that_differ_are_never_told_alike(before, after, longest):
    [(_, *told)] = sample(StandIn(lines=(("r", "1", "City", "city", before, after),)), 5, longest)
    assert (told[0] == told[1]) == (before == after)
    assert max(map(len, told)) <= longest


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"requests": 1, "seconds": 0.0, "daily_share": None}, "1 request, about a second at the account's limit."),
        (
            {"requests": 2},
            "2 requests, about 5 seconds at the account's limit, less than 0.1 % of its requests per day",
        ),
        ({"seconds": 119, "daily_share": 0.025}, "about 119 seconds at the account's limit, 2.5 % of its"),
        ({"seconds": 1260, "daily_share": 0.33}, "about 21 minutes at the account's limit, 33 % of its"),
        ({"seconds": 9000, "daily_share": 12.5}, "about 2.5 hours at the account's limit, 1,250 % of its"),
        ({"requests": 51, "requests_left_today": 50}, "More than the 50 left today"),
    ],
)
def test_what_it_costs(facts, told):
    for view in both(StandIn(**facts)):
        assert told in " ".join(view.split())


def test_what_is_left_today_is_told_only_where_it_does_not_suffice():
    for told in both(StandIn(requests=50, requests_left_today=50)):
        assert "left today" not in told


def test_a_plan_says_what_a_write_may_start_and_how_to_go_on():
    for told in both(StandIn()):
        assert "can start workflows and send e-mails in HubSpot, and nothing unsends them." in told
        assert told.rstrip().endswith("Next: plan.send()")


def test_where_nothing_is_planned_there_is_no_next_line():
    for told in both(StandIn(planned=0, columns=columns(STILL), lines=())):
        assert "0 rows would change" in told
        assert "There is nothing to send." in told
        assert "Next:" not in told
        assert "workflows" not in told


def test_an_empty_frame_has_nothing_to_send():
    with hubframe.LocalHubSpot() as local:
        df = pd.DataFrame({"Record ID": [], "City": []})
        plan = hubframe.plan_update(df, "contacts", progress=False, connection=hubframe.connect(local))
    for told in both(plan):
        assert "0 rows would change" in told
        assert "There is nothing to send." in told


def test_unseen_nothing_is_said_of_differences():
    unknown = columns(CITY, STAGE).assign(differ=pd.NA, emptied=pd.NA)
    for told in both(StandIn(seen=False, columns=unknown.astype({"differ": "Int64", "emptied": "Int64"}))):
        assert "2,461 rows would be sent" in told
        assert 'Not compared: write="all" sends every cell' in told
        assert "would change" not in told
        assert "oslo" not in told


def test_what_could_not_be_checked_is_told():
    for told in both(StandIn(notes=("Rules could not be read.",))):
        assert "Rules could not be read." in told


def nasty(text):
    return StandIn(
        account=text,
        object_type=text,
        settled=(("invalid", Problem(text, text, text, text, text, hint=text)),),
        columns=columns((text, text, f"{text}.", "string", 9, 9, 1, text)),
        left_out=((text, text),),
        notes=(text,),
        lines=((text, "1", text, text, text, f"{text}!"),),
    )


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_nothing_from_outside_is_html(text):
    plain = Visible(plan_html(nasty("x")))
    found = Visible(plan_html(nasty(text)))
    assert sorted(set(found.tags)) == sorted(set(plain.tags))
    assert set(found.attributes) == {"style"}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><b>", "&lt;"]
)
def test_tags_and_entities_are_shown_as_they_are(text):
    html = plan_html(nasty(text))
    assert not re.search(r"<(script|style|img)|&lt;(?!/?\w|;)", html.replace("&amp;lt;", ""))
    assert Visible(html).text.count(text) >= 9


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300), st.integers(0, 60))
def test_the_text_fits_a_terminal_whatever_the_plan(text, count):
    plan = nasty(text)
    plan.columns = columns(*[(f"{text}{n}", f"{text}.{n}", None, "string", n, n, n, text) for n in range(count)])
    plan.left_out = tuple((f"{text}{n}", f"{text}{n % 5}") for n in range(count))
    plan.notes = tuple(f"{text} {n}" * 3 for n in range(count))
    plan.settled = tuple(("invalid", Problem("C", f"{text}{n}", text, text, hint=text)) for n in range(count))
    plan.lines = tuple((f"{text}{n}", "1", text, f"{text}{n}", text, f"{n}") for n in range(count))
    plan.requests_left_today = 1
    lines = plan_text(plan).split("\n")
    assert all(line.isprintable() and len(line) <= 100 for line in lines)
    assert len(lines) <= 35


def test_a_real_plan_tells_what_it_does():
    with hubframe.LocalHubSpot() as local:
        connection = hubframe.connect(local)
        one = local.portal.add("contacts", {"city": "oslo", "phone": "1", "jobtitle": "Baker"})
        two = local.portal.add("contacts", {"city": "Ghent", "phone": "2"})
        df = pd.DataFrame(
            {
                "Record ID": [one, two, None],
                "City": ["<b>Oslo</b>", "Ghent", "Brno"],
                "Phone Number": ["", "2", "3"],
                "Job Title": ["Baker", "", ""],
                "Create Date": ["2026-01-01", "", ""],
            }
        )
        plan = hubframe.plan_update(
            df, "contacts", clear_blanks=["Phone Number"], progress=False, connection=connection
        )
    html, text = plan._repr_html_(), repr(plan)
    assert html == plan_html(plan)
    assert text == plan_text(plan)
    assert "<b>Oslo" not in html
    for told in (re.sub(r"\s+", " ", Visible(html).text), text):
        assert "44237313" in told
        assert "1 row would change" in told
        assert "2 values would change, in 2 of 3 columns. 1 of them would be emptied." in told
        assert "City, row 0" in told
        assert "'<b>Oslo</b>'" in told
        assert "BLANK_ID" in told
        assert "Create Date" in told
        assert told.rstrip().endswith("Next: plan.send()")
