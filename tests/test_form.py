"""The form whole, by its controls: it does what code does, says what it did, and loses nothing."""

import datetime
import re
import threading

import ipywidgets
import pandas as pd
import pytest

import hubframe
from hubframe.errors import PlanError
from tests.test_form_upload import choose

SECONDS = 60
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000) as server:
        yield server


@pytest.fixture
def connection(local):
    return hubframe.connect(local)


def contacts(local, count, **properties):
    return [local.portal.add("contacts", {"firstname": f"juniper {n}", **properties}) for n in range(count)]


def frame(local, count=5):
    """Contacts whose first names change; the last three have a value of another kind that is refused."""
    ids = contacts(local, count, city="Oslo")
    df = pd.DataFrame(
        {
            "Record ID": ids,
            "First Name": [f"Juniper {n}" for n in range(count)],
            "Preferred channel": [None] * count,
            "renewal_date": [None] * count,
            "annual_spend": [None] * count,
        },
        dtype=object,
    )
    df.loc[count - 3, "Preferred channel"] = "fax"
    df.loc[count - 2, "renewal_date"] = "2027-13-01"
    df.loc[count - 1, "annual_spend"] = "$12"
    return df


def opened(df, *arguments, **options):
    form = hubframe.update_form(df, *arguments, **options)
    assert form.wait(SECONDS)
    return form


def previewed(form):
    assert form.choose.problems == []
    form.choose.preview.click()
    assert form.wait(SECONDS)
    return form


def updated(form):
    previewed(form).preview.update.click()
    assert form.wait(SECONDS)
    return form


def panel(form):
    """Which panel is in sight."""
    [box] = form._panel.children
    named = {"upload": form.upload, "choose": form.choose, "preview": form.preview, "results": form.results}
    return next((name for name, one in named.items() if one is not None and one.box is box), "progress")


def writes(local):
    return [request for request in local.requests if request.path.endswith("batch/update")]


def all_texts(widget):
    """Everything that a form shows as HTML, and all that its controls offer."""
    found = [str(getattr(widget, name)) for name in ("value", "description") if hasattr(widget, name)]
    for child in getattr(widget, "children", ()):
        found += all_texts(child)
    return found


def html_parts(widget):
    """All that a form shows as HTML."""
    found = [widget] if isinstance(widget, ipywidgets.HTML) else []
    return found + [one for child in getattr(widget, "children", ()) for one in html_parts(child)]


def test_from_choices_to_results_as_code_would(local, connection):
    df = frame(local)
    before = df.copy()
    form = opened(df, "contacts")
    assert panel(form) == "choose"
    assert form.code == 'result = df.hubspot.batch_update("contacts")'
    previewed(form)
    assert panel(form) == "preview"
    assert form.preview.update.description == "Update 2 records"
    assert form.result is None
    assert not writes(local)
    form.preview.update.click()
    assert form.wait(SECONDS)
    assert panel(form) == "results"
    assert form.result["hubspot_status"].tolist() == ["updated"] * 2 + ["invalid"] * 3
    pd.testing.assert_frame_equal(df, before)
    pd.testing.assert_frame_equal(form.result[df.columns], df)
    by_code = df.hubspot.batch_update("contacts", progress=False)
    assert by_code["hubspot_status"].tolist() == ["unchanged"] * 2 + ["invalid"] * 3
    assert local.portal.record("contacts", df["Record ID"][0])["firstname"] == "Juniper 0"


RIGHT = {"Preferred channel": "phone", "renewal_date": datetime.date(2027, 12, 1), "annual_spend": "12"}


def test_three_refused_cells_of_different_kinds_are_corrected_retried_and_undone(local, connection):
    df = frame(local)
    form = updated(opened(df, "contacts"))
    refused = form.results.refused
    for _, place in refused.causes.options:
        refused.causes.value = place
        [shown] = refused.rows
        assert not shown.send.value
        shown.editor.widget.value = RIGHT[shown.column]
        assert shown.send.value
    assert form.results.retry.description == "Retry 3 rows"
    form.results.retry.click()
    assert form.wait(SECONDS)
    assert form.result["hubspot_status"].tolist() == ["updated"] * 5
    records = [local.portal.record("contacts", contact) for contact in df["Record ID"]]
    assert records[2]["preferred_channel"] == "phone"
    assert (records[3]["renewal_date"], records[3]["firstname"]) == ("2027-12-01", "Juniper 3")
    assert records[4]["annual_spend"] == "12"

    form.results.undo.click()
    assert form.results.confirm.description == "Put back 5 records"
    form.results.confirm.click()
    assert form.wait(SECONDS)
    assert form.result["hubspot_status"].tolist() == ["updated"] * 5
    for number, contact in enumerate(df["Record ID"]):
        record = local.portal.record("contacts", contact)
        assert record["firstname"] == f"juniper {number}"
        assert not record.get("renewal_date")
        assert record.get("preferred_channel") != "phone"


def test_rows_that_are_all_refused_can_be_corrected_too(local, connection):
    df = frame(local)[4:]
    form = updated(opened(df, "contacts"))
    assert form.result["hubspot_status"].tolist() == ["invalid"]
    assert not writes(local)
    form.results.refused.rows[0].editor.widget.value = "12"
    form.results.retry.click()
    assert form.wait(SECONDS)
    assert form.result["hubspot_status"].tolist() == ["updated"]
    assert local.portal.record("contacts", df["Record ID"].iloc[0])["annual_spend"] == "12"


def test_stop_keeps_what_is_done_and_the_rest_can_be_sent(local):
    connection = hubframe.connect(local, rows_per_request=1, max_in_flight=1)
    df = frame(local, 60)[["Record ID", "First Name"]]
    form = previewed(opened(df, "contacts", connection=connection))
    answered = threading.Event()
    tell = form.progress.tell

    def told(progress):
        tell(progress)
        if progress.counts.get("updated"):
            answered.set()

    form.progress.tell = told
    form.preview.update.click()
    assert panel(form) == "progress"
    assert answered.wait(SECONDS)
    form.progress.stop.click()
    assert form.wait(SECONDS)
    assert panel(form) == "results"
    counts = form.result["hubspot_status"].value_counts()
    assert counts["updated"] > 0
    assert counts["unsent"] > 0
    assert len(writes(local)) == counts["updated"]
    assert form.results.send_left.description == f"Send the {counts['unsent']:,} rows that are left"
    form.results.send_left.click()
    assert form.wait(SECONDS)
    assert set(form.result["hubspot_status"]) == {"updated"}
    assert len(writes(local)) == 60


def test_stopped_while_planning_nothing_happened_and_the_choices_are_back(local, connection):
    form = opened(frame(local), "contacts")
    run = form._work.start

    def stopped(*arguments):
        run(*arguments)
        form.progress.stop.click()

    form._work.start = stopped
    form.choose.preview.click()
    assert form.wait(SECONDS)
    if form.plan is None:  # else it had planned before it heard
        assert panel(form) == "choose"
        assert "No record was changed" in form._message.value
    assert not writes(local)


def test_the_choices_are_in_sight_only_with_the_properties_that_were_read(local, connection):
    form = hubframe.update_form(frame(local))
    seen = []
    form._panel.observe(lambda _: seen.append((panel(form), form.choose.valid)), "children")
    form.choose.object_types.value = "contacts"
    assert form.wait(SECONDS)
    assert seen == [("progress", False), ("choose", True)]


def test_one_thing_at_a_time(local, connection):
    form = previewed(opened(frame(local), "contacts"))
    form.preview.update.click()
    form.preview.update.click()  # a second press, before the page has changed
    assert form.wait(SECONDS)
    assert len(writes(local)) == 1


def test_back_to_the_choices_they_are_as_they_were_and_the_code_is_true_to_them(local, connection):
    form = previewed(opened(frame(local), "contacts"))
    form.show_code.value = True
    form.preview.back.click()
    assert panel(form) == "choose"
    form.choose.settings.write.value = "blank"
    assert form.code == 'result = df.hubspot.batch_update("contacts", write="blank")'
    assert "write=&quot;blank&quot;" in form._code.value
    form.show_code.value = False
    assert form._code.value == ""


def test_a_callback_that_fails_says_so_in_the_form(local, connection):
    form = opened(frame(local), "contacts")
    form.choose._on_preview = lambda: {}["rows"]
    form.choose.preview.click()
    assert "mistake in hubframe" in form._message.value
    assert "KeyError" in form._message.value
    assert form._message.layout.display == ""


def test_an_error_of_hubspot_is_shown_and_the_choices_stay(local, connection):
    form = opened(frame(local), "contacts")
    local.token_expired = True
    form.choose.preview.click()
    assert form.wait(SECONDS)
    assert panel(form) == "choose"
    assert "That did not work" in form._message.value


def test_nothing_from_outside_is_a_tag(local, connection):
    df = frame(local)
    local.portal.set("contacts", df["Record ID"][0], {"firstname": SCRIPT})
    df = df.rename(columns={"annual_spend": f"spend {SCRIPT}"})
    df.loc[1, "First Name"] = SCRIPT
    df.loc[2, "Preferred channel"] = SCRIPT
    form = updated(opened(df, "contacts"))
    shown = [one.value for box in (form, form.choose.box, form.preview.box) for one in html_parts(box)]
    assert any("&lt;script" in text for text in shown)
    assert not any("<script" in text for text in shown)


def test_the_token_is_nowhere(local, connection):
    form = updated(opened(frame(local), "contacts"))
    assert local.token not in "".join(all_texts(form))
    assert local.token not in repr(form) + form.code
    assert re.fullmatch(r"<hubframe\.UpdateForm: HubSpot account \d+ .*, contacts>", repr(form))


def test_without_an_object_type_it_asks(local, connection):
    form = opened(frame(local))
    assert form.choose.problems == ["Choose what kind of records the rows are."]
    offered = {name: label for label, name in form.choose.object_types.options}
    assert offered["contacts"] == "Contacts"
    form.choose.object_types.value = "contacts"
    assert form.wait(SECONDS)
    assert form.choose.problems == []


def test_no_frame_is_an_error_and_none_is_a_question(local, connection):
    with pytest.raises(PlanError, match="DataFrame"):
        hubframe.update_form([1, 2])
    form = hubframe.update_form(object_type="contacts")
    assert panel(form) == "upload"
    assert form.code == ""


def test_an_uploaded_file_goes_the_same_way(local, connection):
    ids = contacts(local, 2)
    lines = ["Record ID;First Name", f"{ids[0]};Juniper", f"{ids[1]};Hazel"]
    content = "\r\n".join(lines).encode("utf-8-sig")
    form = hubframe.update_form(object_type="contacts")
    choose(form.upload, "cleaned.csv", content)
    assert form.wait(SECONDS)
    form.upload.use.click()
    assert form.wait(SECONDS)
    assert form.code.splitlines()[-1] == 'result = df.hubspot.batch_update("contacts")'
    assert "cleaned.csv" in form.code
    updated(form)
    assert form.result["hubspot_status"].tolist() == ["updated"] * 2
    form.results.again.click()
    assert panel(form) == "upload"
