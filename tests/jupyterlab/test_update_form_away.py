"""While the form is busy the kernel is free, the tab may be closed, and nothing is lost."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

import hubframe
from tests.jupyterlab import notebook_page
from tests.jupyterlab.form_notebooks import FORM, FRAME, answer_after, previewed
from tests.jupyterlab.form_page import ASK, FormPage
from tests.jupyterlab.notebook_page import open_notebook, reopen_notebook, write_notebook
from tests.jupyterlab.voila import leave, open_voila, voila_context

pytestmark = pytest.mark.browser

SOME_WRITTEN = re.compile(r"[1-9][\d,]* of [\d,]+ rows")
WRITTEN = "sum(one['city'] == 'Portland Harbour' for one in held())"
MANY = """
import hubframe

local = hubframe.LocalHubSpot.demo(contacts=50_000, latency_seconds=0.2, requests_per_interval=1_000)
connection = hubframe.connect(local)
df = local.messy_contacts(rows=50_000)
"""
ELSEWHERE = """
import hubframe
import pandas as pd

connection = hubframe.connect({token!r}, base_url={url!r}, max_in_flight=1, rows_per_request=20)
df = pd.DataFrame({{"Record ID": {ids!r}, "city": "Portland Harbour"}})
"""


def test_fifty_thousand_rows_leave_the_kernel_free(lab, browser_page):
    """Another cell answers within a second while the form reads, compares and writes."""
    write_notebook(lab.root / "many.ipynb", MANY, FORM, "print(len(df), form)", ASK)
    open_notebook(browser_page, "many.ipynb")
    notebook_page.run_all(browser_page)
    form = FormPage(browser_page)
    form.wait_for_step("Choose")
    idle = sorted(seconds_until_a_cell_answers(browser_page) for _ in range(3))[1]
    form.press("Preview changes")
    form.button("Stop").wait_for()
    waited = [seconds_until_a_cell_answers(browser_page)]
    while form.button("Stop").count():
        waited.append(seconds_until_a_cell_answers(browser_page))
    form.wait_for_step("Preview")
    form.press("Update")
    form.wait_for_text(SOME_WRITTEN)
    waited += [seconds_until_a_cell_answers(browser_page) for _ in range(3)]
    form.press("Stop")
    form.wait_for_step("Results")
    assert form.ask("int(form.result['hubspot_status'].isna().sum()), len(form.result)") == (0, 50_000)
    # The middle one: a single long wait may be the machine's; and so is what an idle kernel takes.
    assert sorted(waited)[len(waited) // 2] < 1 + idle, (idle, waited)


def seconds_until_a_cell_answers(page):
    began = time.monotonic()
    notebook_page.start_cell(page, 3)
    notebook_page.wait_until_finished(page)
    return time.monotonic() - began


def test_the_tab_may_be_closed_meanwhile_in_jupyterlab(lab, browser_page):
    """The update goes on, and whoever comes back finds the form as it stands then."""
    # 40 requests, one after the other: it is still under way when the page is there again.
    settings = "connection = hubframe.connect(local, max_in_flight=1, rows_per_request=10)"
    write_notebook(lab.root / "closed.ipynb", FRAME.format(rows=400), settings, FORM, "form", ASK)
    open_notebook(browser_page, "closed.ipynb")
    notebook_page.run_all(browser_page)
    form = FormPage(browser_page, number=0)
    previewed(form)
    answer_after(form, 1)
    form.press("Update 397 records")
    form.wait_for_text(SOME_WRITTEN)
    left = form.ask(WRITTEN)

    reopen_notebook(browser_page, "closed.ipynb")
    for cell in (4, 5):
        notebook_page.start_cell(browser_page, cell)
        notebook_page.wait_until_finished(browser_page)
    form = FormPage(browser_page)
    assert left < form.ask(WRITTEN) < 397
    form.button("Stop").wait_for()
    answer_after(form, 0)
    form.wait_for_step("Results")
    assert form.ask("form.result['hubspot_status'].value_counts()[['updated', 'invalid']].tolist()") == [397, 3]
    assert [cell.state for cell in notebook_page.cell_outputs(browser_page)[:3]] == ["not run"] * 3


def test_in_voila_what_the_closed_page_left_is_finished_by_resume(voila, chromium):
    """The kernel ends with its page; the run is on record."""
    with hubframe.LocalHubSpot.demo(contacts=600, latency_seconds=0.2) as local:
        ids = local.portal.ids("contacts")[:400]
        frame = ELSEWHERE.format(token=local.token, url=local.url, ids=ids)
        write_notebook(voila.root / "left.ipynb", frame, FORM)
        context = voila_context(chromium, voila)
        page = open_voila(context, "left.ipynb")
        form = FormPage(page)
        form.wait_for_step("Choose")
        form.press("Preview changes")
        form.wait_for_step("Preview")
        form.press("Update 400 records")
        form.wait_for_text(SOME_WRITTEN)
        leave(page)
        assert not psutil.wait_procs(voila.kernels(), timeout=20)[1]
        context.close()

        def moved():
            return sum(local.portal.record("contacts", one)["city"] == "Portland Harbour" for one in ids)

        assert 0 < moved() < 400
        # In a thread: within Playwright's loop no other can be run in this one.
        with ThreadPoolExecutor(1) as thread:
            result = thread.submit(resumed, local).result()
        assert moved() == 400
        assert set(result["hubspot_status"]) <= {"updated", "unchanged"}


def resumed(local):
    last = hubframe.runs().iloc[0]
    assert last["rows"] == 400
    return hubframe.resume(last["run_id"], connection=hubframe.connect(local), progress=False)
