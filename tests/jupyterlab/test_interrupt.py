"""The Stop button during an update: nothing is lost, the kernel lives, and the bar says what is left."""

import re

import pytest

from tests.jupyterlab import notebook_page
from tests.jupyterlab.notebook_page import cell_outputs, open_notebook, output_area, write_notebook

pytestmark = pytest.mark.browser

# 20 requests of half a second, one after the other.
SLOW = """
import hubframe

local = hubframe.LocalHubSpot.demo(contacts=2000, latency_seconds=0.5)
connection = hubframe.connect(local, max_in_flight=1)
df = local.messy_contacts(rows=2000)
"""
READ = """
held = hubframe.last_result()
print(len(held), "rows,", held["hubspot_status"].isna().sum(), "without a status")
print(sorted(set(held["hubspot_status"]) & {"updated", "unsent"}))
"""


def stopped(lab, page, call):
    """The cell that was stopped, and the one that looks at what is there afterwards."""
    write_notebook(lab.root / "stopped.ipynb", SLOW, call, READ)
    open_notebook(page, "stopped.ipynb")
    [kernel] = lab.request("GET", "/api/kernels")
    notebook_page.start_all(page)
    output_area(page, 2).get_by_text(re.compile(r"[1-9]\d\d/2000")).wait_for()
    notebook_page.interrupt_kernel(page)
    notebook_page.wait_until_finished(page, timeout_seconds=20)
    assert cell_outputs(page)[2].state == "not run"

    notebook_page.start_cell(page, 3)
    notebook_page.wait_until_finished(page, timeout_seconds=20)
    [alive] = lab.request("GET", "/api/kernels")
    assert alive["id"] == kernel["id"]
    _, update, after = cell_outputs(page)
    assert after.error is None
    assert after.text.splitlines() == ["2000 rows, 0 without a status", "['unsent', 'updated']"]

    bar = next(line for line in update.text.splitlines() if "/2000" in line)
    assert re.search(r", [\d,]+ unsent\]", bar)
    assert "stopping" not in bar
    assert output_area(page, 2).locator(".progress-bar-warning").count() == 1
    return update


def test_a_stopped_cell_shows_one_sentence_and_the_next_reads_the_frame(lab, browser_page):
    cell = stopped(lab, browser_page, 'result = df.hubspot.batch_update("contacts", write="all")')
    message = re.search(r"^Interrupted: (Stopped by hand: 2,000 rows: .*)$", cell.error, re.MULTILINE)[1]
    assert re.search(r"[\d,]+ updated, .*[\d,]+ unsent", message)
    assert "hubframe.last_result()" in message
    assert "During handling" not in cell.error


def test_a_stopped_await_leaves_the_kernel_and_the_frame(lab, browser_page):
    cell = stopped(lab, browser_page, 'result = await df.hubspot.batch_update_async("contacts", write="all")')
    assert re.match(r"(CancelledError|KeyboardInterrupt)\b", cell.error)
