"""The results panel: what was refused is corrected and sent again, alone; nothing typed is lost, nothing is a tag."""

import datetime
import warnings

import ipywidgets
import pandas as pd
import pytest

import hubframe
from hubframe.local_hubspot import Fault
from hubframe.results.frame import results_frame
from hubframe.results.outcomes import Outcomes, Problem
from hubframe.update_plan import planned_layout, written_columns
from hubframe.widgets.form.recorded_runs import NOT_RECORDED, recorded_runs
from hubframe.widgets.form.results import ResultsPanel
from hubframe.widgets.form.results_text import retried_told, stopped_html, undone_told
from tests.form_host import FormHost

SCRIPT = "<script>alert(1)</script>"
SEVEN = ipywidgets.__version__.startswith("7.")


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000) as server:
        yield server


@pytest.fixture
def connection(local):
    return hubframe.connect(local)


def contacts(local, count, **properties):
    return [local.portal.add("contacts", {"firstname": f"juniper {n}", **properties}) for n in range(count)]


class Shown(ResultsPanel):
    """A panel of a frame that was sent as the form sends it; ``kept`` is what it told the form."""

    def __init__(self, df, connection, object_type="contacts", **arguments):
        plan = hubframe.plan_update(df, object_type, progress=False, connection=connection, **arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hubframe.HubframeWarning)
            result = plan.send(progress=False)
        self.kept, self.host, self.begun_again = [], FormHost(connection), []
        written, id_label = written_columns(plan), planned_layout(plan).id_label
        super().__init__(self.host, result, written, id_label, self.kept.append, lambda: self.begun_again.append(True))

    @property
    def statuses(self):
        return self.result["hubspot_status"].astype(str).tolist()

    @property
    def rows(self):
        return self.refused.rows

    def choose(self, code):
        [place] = [place for place, cause in enumerate(self.refused.all_causes) if cause.code == code]
        self.refused.causes.value = place


def type_in(row, value):
    row.editor.widget.value = value


def is_shown(control):
    return control.layout.display != "none"


def sent(local):
    return [record for request in local.requests for _, record, _ in request.written]


def html_parts(widget):
    found = [widget.value] if isinstance(widget, ipywidgets.HTML) else []
    return found + [text for child in getattr(widget, "children", ()) for text in html_parts(child)]


def fax(local, count, *more, **columns):
    """Contacts of which each has a channel that is none, unless ``more`` says otherwise."""
    channels = ["fax"] * (count - len(more)) + list(more)
    return pd.DataFrame({"Record ID": contacts(local, count), "Preferred channel": channels, **columns})


def test_only_the_ticked_rows_go_and_the_frame_stays_whole(local, connection):
    df = fax(local, 3, "sms").set_axis(["a", "a", "b"])
    panel = Shown(df, connection)
    assert panel.statuses == ["invalid", "invalid", "updated"]
    assert panel.retry.disabled
    before = len(sent(local))
    type_in(panel.rows[1], "phone")
    assert panel.retry.description == "Retry 1 row"
    panel.retry.click()
    assert sent(local)[before:] == [df["Record ID"].iloc[1]]
    assert panel.statuses == ["invalid", "updated", "updated"]
    assert panel.result["Preferred channel"].tolist() == ["fax", "phone", "sms"]
    assert panel.result.index.tolist() == ["a", "a", "b"]
    assert panel.kept[-1] is panel.result
    assert df["Preferred channel"].tolist() == ["fax", "fax", "sms"]


@pytest.mark.parametrize("way", ["column", "index", "level"])
def test_an_id_that_was_wrong_is_corrected(local, connection, way):
    ids = contacts(local, 3)
    df = pd.DataFrame({"Record ID": [ids[0], "99999999", ids[2]], "First Name": ["A", "B", "C"]})
    if way == "index":
        df = df.set_index("Record ID")
    if way == "level":
        df = df.assign(group=["x", "x", "y"]).set_index(["group", "Record ID"])
    panel = Shown(df, connection)
    assert panel.statuses == ["updated", "failed", "updated"]
    type_in(panel.rows[0], "nonsense")
    assert "Not right yet" in panel.rows[0]._note.value
    type_in(panel.rows[0], ids[1])
    assert panel.rows[0]._note.value == ""
    panel.retry.click()
    assert panel.statuses == ["updated"] * 3
    assert local.portal.record("contacts", ids[1])["firstname"] == "B"
    assert panel.result.index.names == df.index.names


def test_columns_may_be_called_by_numbers(local, connection):
    df = fax(local, 2).set_axis([0, 1], axis="columns")
    panel = Shown(df, connection, id_column=0, columns={1: "preferred_channel"})
    type_in(panel.rows[0], "phone")
    panel.retry.click()
    assert panel.statuses == ["updated", "invalid"]


def test_two_problems_of_one_row_go_in_one_retry(local, connection):
    df = fax(local, 2, "sms", annual_spend=["$1", "2"])
    panel = Shown(df, connection)
    panel.choose("INVALID_OPTION")
    type_in(panel.rows[0], "phone")
    panel.choose("INVALID_INTEGER")
    assert panel.rows[0].send.value  # one row, ticked once
    type_in(panel.rows[0], "1")
    panel.choose("INVALID_OPTION")
    assert panel.rows[0].editor.text == "phone"
    panel.retry.click()
    assert panel.statuses == ["updated", "updated"]
    assert not is_shown(panel.refused.box)


def test_a_box_that_is_off_is_a_no_once_its_row_is_ticked(local, connection):
    ids = contacts(local, 2)
    panel = Shown(pd.DataFrame({"Record ID": ids, "newsletter": ["maybe", "maybe"]}), connection)
    panel.rows[0].send.value = True
    panel.retry.click()
    assert panel.statuses == ["updated", "invalid"]
    assert local.portal.record("contacts", ids[0])["newsletter"] == "false"


def test_a_number_that_may_have_lost_digits_goes_once_it_is_confirmed(local, connection):
    local.portal.define("contacts", {"name": "account_no", "label": "Account", "type": "number", "fieldType": "number"})
    ids = contacts(local, 3)
    panel = Shown(pd.DataFrame({"Record ID": ids, "account_no": [1e16, 1e16, None]}), connection)
    assert panel.statuses[:2] == ["invalid", "invalid"]
    assert "a number that may have lost digits" in panel.refused.all_causes[0].title
    panel.rows[0].send.value = True
    panel.rows[0].same.click()
    panel.retry.click()
    assert panel.statuses[:2] == ["updated", "updated"]
    assert {local.portal.record("contacts", one)["account_no"] for one in ids[:2]} == {"10000000000000000"}


def test_an_editor_that_shows_nothing_empties_nothing_unless_it_was_emptied(local, connection):
    ids = contacts(local, 2, renewal_date="2026-01-31")
    df = pd.DataFrame({"Record ID": ids, "renewal_date": ["31.31.", "31.31."], "First Name": ["A", "B"]})
    panel = Shown(df, connection, clear_blanks=["renewal_date"])
    panel.rows[0].same.click()
    assert panel.refused.corrections.texts == {}
    panel.retry.click()
    assert panel.statuses == ["invalid", "invalid"]
    type_in(panel.rows[0], datetime.date(2027, 1, 1))
    type_in(panel.rows[0], None)
    assert "will be emptied" in panel.rows[0]._note.value
    panel.retry.click()
    assert panel.statuses == ["updated", "invalid"]
    assert not local.portal.record("contacts", ids[0]).get("renewal_date")


def test_an_emptied_cell_leaves_the_property_as_it_is(local, connection):
    ids = contacts(local, 1, preferred_channel="sms")
    df = pd.DataFrame({"Record ID": ids, "Preferred channel": ["fax"], "First Name": ["A"]})
    panel = Shown(df, connection)
    type_in(panel.rows[0], "")
    assert "stays as it is" in panel.rows[0]._note.value
    panel.retry.click()
    assert panel.statuses == ["updated"]
    assert local.portal.record("contacts", ids[0])["preferred_channel"] == "sms"
    assert local.portal.record("contacts", ids[0])["firstname"] == "A"


def test_what_was_typed_outlives_pages_causes_and_a_retry_that_failed(local, connection, caplog):
    df = fax(local, 25, annual_spend=["$1"] * 25)
    panel = Shown(df, connection)
    panel.choose("INVALID_OPTION")
    panel.refused.pager.last.click()
    assert [row.cell.row for row in panel.rows] == [20, 21, 22, 23, 24]
    type_in(panel.rows[4], "phone")
    panel.refused.pager.first.click()
    assert not panel.rows[4].send.value
    panel.choose("INVALID_INTEGER")
    panel.choose("INVALID_OPTION")
    local.token_expired = True
    panel.retry.click()
    assert "does not accept the token" in caplog.text  # ipywidgets logs what a click raises
    local.token_expired = False
    panel.refused.pager.last.click()
    assert panel.rows[4].send.value
    assert panel.rows[4].editor.text == "phone"
    assert panel.retry.description == "Retry 1 row"
    assert panel.result["Preferred channel"].iloc[24] == "fax"


def test_a_value_is_corrected_once_for_all_rows_that_hold_it(local, connection):
    panel = Shown(fax(local, 23, "carrier pigeon", "sms"), connection)
    row = panel.rows[0]
    assert row.same.description == "Same for all 21 with this value"
    type_in(row, "phone")
    row.same.click()
    assert panel.retry.description == "Retry 21 rows"
    panel.retry.click()
    assert panel.statuses == ["updated"] * 21 + ["invalid", "updated"]


def test_a_page_that_was_turned_leaves_no_widgets_behind(local, connection):
    panel = Shown(fax(local, 40), connection)
    known = ipywidgets.Widget.widgets if SEVEN else ipywidgets.widgets.widget._instances
    panel.refused.pager.next.click()
    before = len(known)
    for _ in range(2):
        panel.refused.pager.next.click()
    assert len(panel.rows) == 10
    assert len(known) == before


def test_rows_that_contradict_each_other_are_compared_again(local, connection):
    ids = contacts(local, 2)
    df = pd.DataFrame({"Record ID": [ids[0], ids[0]], "First Name": ["A", "B"]})
    panel = Shown(df, connection)
    assert panel.statuses == ["invalid", "invalid"]
    before = len(sent(local))
    panel.rows[0].send.value = True
    panel.retry.click()
    assert panel.statuses == ["invalid", "invalid"]
    assert sent(local)[before:] == []
    type_in(panel.rows[1], ids[1])
    panel.rows[0].send.value = True
    panel.retry.click()
    assert panel.statuses == ["updated", "updated"]
    assert [local.portal.record("contacts", record)["firstname"] for record in ids] == ["A", "B"]


def test_a_stage_is_corrected_within_its_row_s_pipeline(local, connection):
    deal = local.portal.add("deals", {"dealname": "Hedge"})
    pipeline = local.portal.record("deals", deal).get("pipeline") or "default"
    df = pd.DataFrame({"Record ID": [deal], "pipeline": [pipeline], "dealstage": ["nowhere"]})
    panel = Shown(df, connection, "deals")
    [row] = panel.rows
    stages = [value for _, value in row.editor.widget.options if value]
    assert stages
    type_in(row, stages[-1])
    panel.retry.click()
    assert panel.statuses in (["updated"], ["unchanged"])
    assert local.portal.record("deals", deal)["dealstage"] == stages[-1]


def test_an_owner_whose_name_two_have_is_chosen(local, connection):
    for owner, email in (("71", "alder@example.com"), ("72", "juniper@example.com")):
        local.portal.add_owner(owner, email=email, first_name="Juniper", last_name="Alder")
    df = pd.DataFrame({"Record ID": contacts(local, 1), "hubspot_owner_id": ["Juniper Alder"]})
    panel = Shown(df, connection)
    assert panel.refused.all_causes[0].title == "1 row · Contact owner: several options are called so"
    type_in(panel.rows[0], "72")
    panel.retry.click()
    assert local.portal.record("contacts", df["Record ID"][0])["hubspot_owner_id"] == "72"


def test_undo_asks_once_puts_back_what_retries_wrote_too_and_is_not_offered_twice(local, connection):
    df = fax(local, 4, "sms", **{"First Name": list("ABCD")})
    panel = Shown(df, connection)
    for value in ("phone", "phone", "sms"):  # three retries, the refused rows before the others
        type_in(panel.rows[0], value)
        panel.retry.click()
    assert panel.statuses == ["updated"] * 4
    before = len(sent(local))
    panel.undo.click()
    assert panel.confirm.description == "Put back 4 records"
    panel.cancel.click()
    assert not is_shown(panel._question)
    assert len(sent(local)) == before
    panel.undo.click()
    panel.confirm.click()
    assert panel.statuses == ["updated"] * 4
    assert [local.portal.record("contacts", record)["firstname"] for record in df["Record ID"]] == [
        f"juniper {n}" for n in range(4)
    ]
    assert panel.host.said[-1] == ("note", "4 rows were put back.")
    assert not is_shown(panel.undo)
    assert not is_shown(panel.retry)
    assert "put back" in panel._counts.value


def test_an_undo_that_was_cut_short_goes_on(local):
    connection = hubframe.connect(local, rows_per_request=1, max_in_flight=1)
    ids = contacts(local, 4)
    panel = Shown(pd.DataFrame({"Record ID": ids, "First Name": list("ABCD")}), connection)
    panel.undo.click()
    local.faults.plan(Fault("daily_429"), path="batch/update", after=2, times=None)
    with pytest.warns(hubframe.HubframeWarning):
        panel.confirm.click()
    local.faults.clear()
    assert panel.statuses.count("updated") == 2
    assert "Stopped early" in panel._stopped.value
    assert panel.undo.description == "Put back what is left …"
    assert is_shown(panel.undo)
    panel.undo.click()
    panel.confirm.click()
    assert sorted(panel.statuses) == ["unchanged", "unchanged", "updated", "updated"]
    assert [local.portal.record("contacts", record)["firstname"] for record in ids] == [
        f"juniper {n}" for n in range(4)
    ]
    assert panel._stopped.value == ""


def test_what_is_left_is_sent_and_an_early_end_is_told_of_the_run_it_ended(local):
    connection = hubframe.connect(local, rows_per_request=1, max_in_flight=1)
    ids = contacts(local, 4)
    local.faults.plan(Fault("daily_429"), path="batch/update", after=1, times=None)
    panel = Shown(pd.DataFrame({"Record ID": ids, "First Name": list("ABCD")}), connection)
    local.faults.clear()
    assert panel.statuses.count("unsent") == 3
    assert "Stopped early" in panel._stopped.value
    assert panel.send_left.description == "Send the 3 rows that are left"
    assert not is_shown(panel.retry)
    panel.send_left.click()
    assert panel.statuses == ["updated"] * 4
    assert panel._stopped.value == ""
    assert panel.host.said[-1] == ("note", "All 3 rows are written now.")


@pytest.mark.filterwarnings("ignore:No journal is kept")
def test_without_a_journal_it_says_what_can_not_be_done(local, capsys):
    connection = hubframe.connect(local, journal=False)
    panel = Shown(fax(local, 2, "sms"), connection)
    told = panel._undo_told.value
    assert "sent again" in told
    assert "undone" in told
    assert NOT_RECORDED in told
    assert not any(is_shown(one) for one in (panel.retry, panel.undo, panel.send_left))
    assert panel.rows[0].editor is None
    assert panel.rows[0].send.layout.visibility == "hidden"
    assert is_shown(panel.save)
    assert "sent again" not in Shown(fax(local, 1, "phone"), connection)._undo_told.value
    capsys.readouterr()


def test_what_was_written_unseen_can_not_be_undone_but_sent_again(local, connection):
    panel = Shown(fax(local, 2, "sms"), connection, write="all")
    assert not is_shown(panel.undo)
    assert "did not look" in panel._undo_told.value
    type_in(panel.rows[0], "phone")
    panel.retry.click()
    assert panel.statuses == ["updated", "updated"]
    assert recorded_runs(panel.result).records == 0


def test_failed_rows_are_saved_with_what_was_typed_and_no_file_is_overwritten(local, connection, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    panel = Shown(fax(local, 3, "=1+1", "sms"), connection)
    type_in(panel.rows[0], "phone")
    panel.save.click()
    panel.save.click()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["hubspot-failed-rows-2.csv", "hubspot-failed-rows.csv"]
    saved = pd.read_csv(tmp_path / names[0])
    assert saved["Preferred channel"].tolist() == ["phone", "'=1+1"]
    assert "2 rows saved as" in panel._saved.value
    assert names[0] in panel._saved.value


def test_starting_again_is_the_form_s_business(local, connection):
    panel = Shown(fax(local, 1), connection)
    panel.again.click()
    assert panel.begun_again == [True]


def test_nothing_from_outside_is_a_tag(local, connection):
    ids = contacts(local, 2)
    local.portal.define("contacts", {"name": "shade", "label": SCRIPT, "type": "number", "fieldType": "number"})
    df = pd.DataFrame({"Record ID": [*ids], f"x {SCRIPT}": [SCRIPT, SCRIPT]}, index=[SCRIPT, "b"])
    panel = Shown(df, connection, columns={f"x {SCRIPT}": "shade"})
    type_in(panel.rows[0], SCRIPT * 2)
    shown = html_parts(panel.box)
    assert any("&lt;script" in text for text in shown)
    assert not any("<script" in text for text in shown)
    assert panel.rows[0].editor.widget.description == "New value"


def test_two_hundred_thousand_refused_rows_are_ten_on_a_page(local, connection):
    rows = 200_000
    outcomes = Outcomes(rows)
    for row in range(rows):
        bad = Problem(
            "INVALID_OPTION", "INVALID_OPTION", f"fax {row} was not an option.", "preferred_channel", f"fax {row}"
        )
        outcomes.settle(row, "invalid", str(10_000_000 + row), problems=(bad,))
    panel = Shown(fax(local, 1), connection)
    df = pd.DataFrame({"Record ID": [str(10_000_000 + row) for row in range(rows)], "Preferred channel": "fax"})
    panel.show(results_frame(df, outcomes, panel.result["hubspot_run"].iloc[0]))
    panel.refused.pager.last.click()
    assert [row.cell.row for row in panel.rows] == list(range(rows - 10, rows))
    assert panel.rows[0].same.description == "Same for all 200,000 with this value"
    panel.refused.tick_all.click()
    assert panel.retry.description == "Retry 200,000 rows"
    panel.refused.untick_all.click()
    assert panel.retry.disabled


def test_a_new_result_forgets_what_was_typed_for_the_last(local, connection):
    panel = Shown(fax(local, 2), connection)
    type_in(panel.rows[0], "phone")
    panel.show(panel.result)
    assert panel.retry.disabled
    assert panel.rows[0].editor.text == "fax"


@pytest.mark.parametrize(
    ("told", "statuses", "kind", "words"),
    [
        (retried_told, ["updated"], "note", "The row is written now."),
        (retried_told, ["unsent", "updated"], "warning", "1 is left to send."),
        (retried_told, ["skipped"], "warning", "1 was left alone."),
        (retried_told, ["failed", "invalid"], "warning", "2 were refused again: they are in the list"),
        (undone_told, ["updated"], "note", "1 row was put back."),
        (undone_told, ["failed", "updated"], "warning", "1 could not be put back"),
        (undone_told, ["unsent"], "warning", "1 is left"),
    ],
)
def test_what_came_of_it_in_a_sentence(told, statuses, kind, words):
    text, how = told(statuses)
    assert how == kind
    assert words in text


def test_what_stopped_it_is_plain_text():
    assert stopped_html(None) == ""
    assert "<script" not in stopped_html(SCRIPT)
