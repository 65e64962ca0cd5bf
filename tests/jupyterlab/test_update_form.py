"""The form in JupyterLab and in Voila, against a LocalHubSpot that takes its time: from the choices to the undo."""

import re
from pathlib import Path

import pytest

from tests.jupyterlab.form_notebooks import FORM, FRAME, answer_after, previewed

pytestmark = pytest.mark.browser


def test_from_the_choices_to_the_undo(opened):
    form = opened(FRAME.format(rows=40), FORM)
    form.wait_for_step("Choose")
    assert "HubSpot account" in form.form.inner_text()
    previewed(form)
    assert form.ask("held() == before")
    told = form.form.inner_text()
    assert "Nothing is written yet" in told
    assert "Portland Harbour" in told
    assert form.ask("form.plan.counts['planned'], form.plan.counts['invalid']") == (37, 3)

    form.press("Update 37 records")
    form.wait_for_step("Results")
    assert form.ask("form.result['hubspot_status'].value_counts()[['updated', 'invalid']].tolist()") == [37, 3]

    # An option, a day, yes or no: each with an editor of its kind.
    [option] = form.refused("Preferred channel", "not one of the options").all()
    assert "carrier pigeon" in option.inner_text()
    form.pick(option.locator("select"), "Text message")
    [day] = form.refused("Renewal Date", "not a date").all()
    day.locator("input[type=date]").fill("2027-03-01")
    [flag] = form.refused("Wants the newsletter", "not one of the options").all()
    flag.locator("input[type=checkbox]").last.check()
    form.press("Retry 3 rows")
    form.wait_for_text("All 3 rows are written now")
    assert form.ask("sorted(set(form.result['hubspot_status']))") == ["updated"]
    corrected = form.ask("[held()[3]['preferred_channel'], held()[5]['renewal_date'], held()[8]['newsletter']]")
    assert corrected == ["sms", "2027-03-01", "true"]
    assert form.ask("{one['city'] for one in held()}") == {"Portland Harbour"}

    form.press("Undo")
    form.press("Put back")
    form.wait_for_text(re.compile("rows were put back"))
    assert form.ask("[(one, was) for one, was in zip(held(), before) if one != was]") == []


def test_stop_keeps_what_is_done(opened):
    # 20 requests of 20 rows each, one after the other: the first are written when Stop is pressed.
    settings = "connection = hubframe.connect(local, max_in_flight=1, rows_per_request=20)"
    form = opened(FRAME.format(rows=400), settings, FORM)
    previewed(form)
    answer_after(form, 0.5)
    form.press("Update 397 records")
    form.wait_for_text(re.compile(r"[1-9]\d of 400 rows"))
    form.press("Stop")
    form.wait_for_step("Results")
    answer_after(form, 0)
    counts = form.ask("form.result['hubspot_status'].value_counts().to_dict()")
    assert counts["updated"] >= 20
    assert counts["unsent"] >= 20
    assert counts["updated"] + counts["unsent"] == 397
    assert form.ask("sum(one['city'] == 'Portland Harbour' for one in held())") == counts["updated"]

    form.press(f"Send the {counts['unsent']} rows that are left")
    form.wait_for_text("rows are written now")
    assert form.ask("form.result['hubspot_status'].value_counts()[['updated', 'invalid']].tolist()") == [397, 3]


SCRIPT = """<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"><b>Juniper</b>"""


def test_a_script_as_a_name_is_a_text(opened):
    hostile = f"""
script = {SCRIPT!r}
local.portal.set("contacts", ids[0], {{"firstname": script}})
local.portal.define("contacts", {{"name": "nickname", "label": script, "type": "string", "fieldType": "text"}})
before = held()
df[script] = "x"
df.loc[1, "firstname"] = script + "2"
df.loc[3, "preferred_channel"] = script
"""
    form = opened(FRAME.format(rows=12), hostile, FORM)

    def harmless():
        form.page.wait_for_timeout(300)  # an image that can't be loaded says so a moment later
        assert form.page.evaluate("window.hacked ?? null") is None
        assert form.form.locator("img, script").count() == 0

    form.wait_for_step("Choose")
    harmless()
    form.press("Show the code")
    harmless()
    previewed(form)
    assert SCRIPT[:40] in form.form.inner_text()
    harmless()
    form.press("Update")
    form.wait_for_step("Results")
    [row] = form.refused("Preferred channel", "not one of the options").all()
    assert SCRIPT[:40] in row.inner_text()
    harmless()
    assert form.ask("held()[1]['firstname']") == SCRIPT + "2"


def test_a_file_is_asked_for_where_there_is_no_frame(in_voila):
    form = in_voila(FRAME.format(rows=10), "form = hubframe.update_form(None, 'contacts')\nform")
    form.wait_for_step("File")
    ids = form.ask("ids")
    lines = ["Record ID;city;First Name", *(f"{one};'=Elm+Town;0{number}" for number, one in enumerate(ids))]
    form.upload("<b>my.csv", "\r\n".join(lines).encode("utf-8-sig"))
    form.wait_for_text("Elm+Town")
    form.press("Use this file")
    form.wait_for_step("Choose")
    form.press("Preview changes")
    form.wait_for_step("Preview")
    form.press("Update 10 records")
    form.wait_for_step("Results")
    assert form.ask("[one['city'] for one in held()]") == ["=Elm+Town"] * 10
    assert form.ask("[one['firstname'] for one in held()]") == [f"0{number}" for number in range(10)]


def test_the_failed_rows_are_saved_beside_the_notebook(in_lab):
    form = in_lab(FRAME.format(rows=20), "df.loc[3, 'Town'] = '=1+1'", FORM)
    previewed(form)
    form.press("Update 17 records")
    form.wait_for_step("Results")
    with form.page.expect_download() as downloading:
        form.press("Save failed rows as CSV")
        form.form.locator("a[download]").click()
    saved = Path(downloading.value.path()).read_bytes().decode("utf-8-sig")
    assert saved.count("carrier pigeon") >= 1
    assert form.ask("[path.name for path in __import__('pathlib').Path().glob('hubspot-failed-rows*.csv')]")
