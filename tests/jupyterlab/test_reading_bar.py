"""The bar of `hubframe.read` in a cell: it moves, fills and ends green at a known total, in both themes."""

import re

import pytest

from tests.jupyterlab.committed_notebook import assert_bars_are_green, assert_nothing_is_red_or_cut_off
from tests.jupyterlab.notebook_page import (
    cell_outputs,
    open_notebook,
    output_area,
    screenshot_notebook,
    start_all,
    wait_until_finished,
    write_notebook,
)

pytestmark = pytest.mark.browser

ROWS = 2000
# 20 pages of 100 records, two at a time, each a fifth of a second.
READ = f"""
import hubframe

local = hubframe.LocalHubSpot.demo(contacts={ROWS}, latency_seconds=0.2)
connection = hubframe.connect(local, max_in_flight=2)
df = hubframe.read("contacts")
"""
# How full each bar on the page was drawn, as often as that changes, with the text beside it.
WATCH = """() => {
    window.watched = [];
    const look = () => {
        const bar = document.querySelector(".jp-OutputArea .progress-bar");
        if (!bar) return;
        const text = bar.closest(".widget-hbox, .jupyter-widgets").parentElement.innerText.replaceAll("\\u2007", " ");
        const now = [parseFloat(bar.style.width) || 0, text];
        const last = window.watched.at(-1);
        if (!last || last[0] !== now[0]) window.watched.push(now);
    };
    new MutationObserver(look).observe(document.body,
        {subtree: true, childList: true, attributes: true, attributeFilter: ["style"]});
}"""


@pytest.fixture(scope="module")
def watched(lab, browser_page):
    """What the bar was seen to do, each time it was drawn anew."""
    write_notebook(lab.root / "reading.ipynb", READ, "len(df)")
    open_notebook(browser_page, "reading.ipynb")
    browser_page.evaluate(WATCH)
    start_all(browser_page)
    wait_until_finished(browser_page)
    return browser_page.evaluate("window.watched")


@pytest.fixture(scope="module")
def cells(watched, browser_page):
    return cell_outputs(browser_page)


def test_it_is_seen_to_fill(watched):
    widths = [width for width, _ in watched]
    assert widths == sorted(widths)
    assert widths[-1] == 100
    assert len([width for width in widths if 0 < width < 100]) >= 3
    moving = [int(done) for _, text in watched for done in re.findall(rf"(\d+)/{ROWS}\b", text)]
    assert any(0 < done < ROWS for done in moving)


def test_it_ends_green_with_all_that_was_read(page, cells, tmp_path):
    assert cells[1].text == str(ROWS)
    assert "100%" in cells[0].text
    assert f"{ROWS}/{ROWS}" in cells[0].text
    assert_bars_are_green(page, 1)
    bar = output_area(page, 1).locator(".progress-bar")
    assert "width: 100%" in bar.get_attribute("style")
    colour = bar.evaluate("bar => getComputedStyle(bar).backgroundColor")
    red, green, blue = map(float, re.findall(r"[\d.]+", colour)[:3])
    assert green > 1.5 * max(red, blue)
    assert_nothing_is_red_or_cut_off(page)
    screenshot_notebook(page, tmp_path / "read.png")
    assert (tmp_path / "read.png").stat().st_size > 1000
