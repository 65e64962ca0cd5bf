"""One JupyterLab and one page for all browser tests; without Chromium they are skipped, except in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.jupyterlab.chromium import missing_part, running_chromium
from tests.jupyterlab.lab import running_lab
from tests.jupyterlab.notebook_page import open_lab

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def require_browser() -> None:
    """Skip the test with the reason, or fail it in CI, where a skipped test would pass for a green one."""
    missing = missing_part()
    if missing and os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"CI is set, and {missing}", pytrace=False)
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Lab whose root is a copy of notebooks/: tests may write there, the committed files stay as they are."""
    require_browser()
    root = tmp_path_factory.mktemp("lab-root")
    if NOTEBOOKS.is_dir():
        ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
        shutil.copytree(NOTEBOOKS, root, dirs_exist_ok=True, ignore=ignored)
    with running_lab(root) as running:
        yield running


# Not for the session: while Playwright runs, asyncio.run raises in this thread, and other folders' tests call
# it.
@pytest.fixture(scope="package")
def browser_page(lab):
    """Page logged in to `lab`, shared by the tests: each begins with `open_notebook`."""
    with running_chromium() as browser:
        page = open_lab(browser, lab)
        yield page
        page.context.close()
