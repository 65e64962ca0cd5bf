"""What is looked at alike in every committed notebook, once all its cells have run in JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jupyterlab.notebook_page import NOTEBOOK, cut_off_outputs, red_elements

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.jupyterlab.notebook_page import CodeCell


def number_of(cells: list[CodeCell], code: str) -> int:
    """Number of the first cell with this code."""
    return next(cell.number for cell in cells if code in cell.source)


def assert_bars_are_green(page: Page, count: int) -> None:
    """Fail unless there are so many bars, and each has ended well."""
    bars = page.locator(f"{NOTEBOOK} .progress-bar")
    assert bars.count() == count
    assert page.locator(f"{NOTEBOOK} .progress-bar-success").count() == count


def assert_nothing_is_red_or_cut_off(page: Page) -> None:
    """Fail with what is red, or wider than the page."""
    assert red_elements(page) == []
    assert cut_off_outputs(page) == []
