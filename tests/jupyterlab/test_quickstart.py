"""The quickstart in a real JupyterLab: what an analyst sees after "Run All Cells", in both themes."""

import pytest

from tests.jupyterlab.committed_notebook import assert_bars_are_green, assert_nothing_is_red_or_cut_off, number_of
from tests.jupyterlab.notebook_page import open_notebook, output_area, run_all

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cells(browser_page):
    open_notebook(browser_page, "01-quickstart.ipynb")
    return run_all(browser_page)


def test_the_bar_ends_green_with_the_counts_under_it(page, cells):
    number = number_of(cells, "result = plan.send()")
    text = cells[number - 1].text
    assert "Updating contacts: 100%" in text
    assert "1500/1500" in text
    assert "55 refused" in text
    assert "1,232 updated, 213 unchanged, 35 invalid, 20 failed." in text
    [bar] = output_area(page, number).locator(".progress-bar").all()
    assert "progress-bar-success" in bar.get_attribute("class")
    assert "width: 100%" in bar.get_attribute("style")
    red, green, blue = rgb(bar.evaluate("bar => getComputedStyle(bar).backgroundColor"))
    assert green > 1.5 * max(red, blue)


def test_every_bar_ends_green(page, cells):
    bars_of = (
        "Planning contacts: 100%",
        "Updating contacts: 100%",
        "Retrying contacts: 100%",
        "Updating contracts: 100%",
    )
    assert sum(any(bar in cell.text for bar in bars_of) for cell in cells) == 7
    assert_bars_are_green(page, 7)


def test_the_plan_tells_what_would_change_before_anything_is_written(page, cells):
    area = output_area(page, number_of(cells, 'plan = df.hubspot.plan_update("contacts")'))
    told = " ".join(area.inner_text().split())
    assert "Nothing is written yet. 1,242 rows would change" in told
    assert "3,216 values would change, in 10 of 12 columns." in told
    assert told.endswith("Next: plan.send()")
    columns, examples, causes = area.locator("table").all()
    assert columns.locator("tbody tr").count() == 12
    assert examples.locator("tbody tr").count() == 5
    assert causes.locator("tbody tr").count() == 8


def test_the_failed_rows_stand_in_a_table_with_whole_sentences(page, cells):
    table = output_area(page, number_of(cells, "result.hubspot.failed[[")).locator("table")
    assert table.locator("thead th").all_inner_texts() == ["", "Record ID", "hubspot_status", "hubspot_error"]
    assert table.locator("tbody tr").count() == 8
    sentences = table.locator("tbody tr td:last-child").all_inner_texts()
    assert all(sentence.endswith((".", "?", ")")) for sentence in sentences)  # a hint may end with a line of code
    assert any(len(sentence) > 150 for sentence in sentences)


def test_the_summary_gives_its_room_to_the_reasons(page, cells):
    area = output_area(page, number_of(cells, "result.hubspot.summary()"))
    assert area.get_by_text("1,232 updated").count() == 1
    widths = [head.bounding_box()["width"] for head in area.locator("th").all()]
    assert len(widths) == 4
    assert widths[3] > sum(widths[:3])


def test_nothing_is_red_or_cut_off(page, cells):
    assert_nothing_is_red_or_cut_off(page)


def rgb(colour):
    return [float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
