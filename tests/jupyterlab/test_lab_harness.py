"""The harness sees what an analyst sees: a finished bar, a table, a traceback, a stopped cell."""

import json
import re
import sys

import pytest

from tests.jupyterlab import notebook_page
from tests.jupyterlab.notebook_page import cell_outputs, open_notebook, output_area, run_all, write_notebook

pytestmark = pytest.mark.browser

BAR = """
from tqdm.auto import tqdm
for _ in tqdm(range(30), desc="Writing"):
    pass
"""
TABLE = """
import pandas as pd
pd.DataFrame({"id": range(60), "name": "Ada"})
"""
SLOW = """
print("started")
import time
time.sleep(60)
"""


def test_a_finished_bar_and_a_table(lab, browser_page, tmp_path):
    write_notebook(lab.root / "bar and table.ipynb", BAR, "", TABLE)
    before = (lab.root / "bar and table.ipynb").read_bytes()
    open_notebook(browser_page, "bar and table.ipynb")
    assert [cell.state for cell in cell_outputs(browser_page)] == ["not run"] * 3

    bar, empty, table = run_all(browser_page, timeout_seconds=60)

    assert (bar.state, empty.state, table.state) == ("finished", "not run", "finished")
    assert "Writing" in bar.text
    assert "30/30" in bar.text
    style = output_area(browser_page, 1).locator(".progress-bar.progress-bar-success").get_attribute("style")
    assert "width: 100%" in style
    assert output_area(browser_page, 3).locator("table tbody tr").count() == 60

    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook_page.set_theme(browser_page, theme)
        picture = tmp_path / f"{theme}.png"
        notebook_page.screenshot_notebook(browser_page, picture)
        width, height = png_size(picture)
        assert width > 600
        assert height > 60 * 20  # all of it, not what fits a window
    assert browser_page.viewport_size == {"width": 1280, "height": 900}
    assert (lab.root / "bar and table.ipynb").read_bytes() == before


def test_a_cell_that_raises_fails_the_test_with_its_traceback(lab, browser_page):
    write_notebook(lab.root / "raises.ipynb", "rows = 0", "1 / rows", "print('never')")
    open_notebook(browser_page, "raises.ipynb")
    with pytest.raises(AssertionError, match=r"code cell 2 raised ZeroDivisionError") as failure:
        run_all(browser_page, timeout_seconds=60)
    assert re.search(r"-+> 1 1 / rows", str(failure.value))
    assert "\x1b" not in str(failure.value)
    assert [cell.state for cell in cell_outputs(browser_page)] == ["finished", "finished", "not run"]


def test_what_is_red_or_wider_than_the_page_is_found(lab, browser_page):
    red_bar = "from tqdm.auto import tqdm; tqdm(total=10).close()"
    wide = "import pandas as pd; pd.DataFrame([['wide' * 20] * 10])"
    write_notebook(
        lab.root / "ugly.ipynb", red_bar, "import sys; print('told', file=sys.stderr)", wide, "print('fine')"
    )
    open_notebook(browser_page, "ugly.ipynb")
    run_all(browser_page, timeout_seconds=60)
    found = notebook_page.red_elements(browser_page)
    assert any("progress-bar-danger" in element for element in found)
    assert any(element.endswith("told\n") for element in found)
    assert not any("fine" in element for element in found)
    [cut_off] = notebook_page.cut_off_outputs(browser_page)
    assert "widewide" in cut_off


def test_interrupt(lab, browser_page):
    write_notebook(lab.root / "slow.ipynb", SLOW)
    open_notebook(browser_page, "slow.ipynb")
    notebook_page.start_all(browser_page)
    output_area(browser_page, 1).get_by_text("started").wait_for()
    assert cell_outputs(browser_page)[0].state == "running"
    with pytest.raises(AssertionError, match=r"did not finish within 0\.2 s \(cells: \[\*\]:\)"):
        notebook_page.wait_until_finished(browser_page, timeout_seconds=0.2)
    notebook_page.interrupt_kernel(browser_page)
    notebook_page.wait_until_finished(browser_page, timeout_seconds=20)
    assert "KeyboardInterrupt" in cell_outputs(browser_page)[0].error


def test_one_kernel_at_a_time_and_it_is_this_interpreter(lab, browser_page):
    write_notebook(lab.root / "which.ipynb", "import json, sys; print(json.dumps(sys.prefix))")
    open_notebook(browser_page, "which.ipynb")
    [cell] = run_all(browser_page, timeout_seconds=60)
    assert json.loads(cell.text) == sys.prefix
    assert len(lab.request("GET", "/api/kernels")) == 1


def png_size(path):
    header = path.read_bytes()[16:24]
    return int.from_bytes(header[:4]), int.from_bytes(header[4:])
