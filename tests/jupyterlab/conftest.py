"""One JupyterLab, one Voila and one Chromium for all browser tests; without Chromium they are skipped, except in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.jupyterlab import notebook_page
from tests.jupyterlab.chromium import missing_part, running_chromium
from tests.jupyterlab.form_page import ASK, FormPage
from tests.jupyterlab.lab import running_lab
from tests.jupyterlab.notebook_page import open_lab, open_notebook, write_notebook
from tests.jupyterlab.voila import leave, open_voila, running_voila, voila_context

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def require_browser() -> None:
    """Skip the test with the reason, or fail it in CI, where a skipped test would pass for a green one."""
    missing = missing_part()
    if missing and os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"CI is set, and {missing}", pytrace=False)
    if missing:
        pytest.skip(missing)


def copy_of_notebooks(folder: Path) -> Path:
    """Copy of notebooks/: tests may write there, the committed files stay as they are."""
    if NOTEBOOKS.is_dir():
        ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
        shutil.copytree(NOTEBOOKS, folder, dirs_exist_ok=True, ignore=ignored)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Lab whose root is a copy of notebooks/."""
    require_browser()
    with running_lab(copy_of_notebooks(tmp_path_factory.mktemp("lab-root"))) as running:
        yield running


@pytest.fixture(scope="session")
def voila(tmp_path_factory):
    """Voila whose root is a copy of notebooks/."""
    require_browser()
    with running_voila(copy_of_notebooks(tmp_path_factory.mktemp("voila-root"))) as running:
        yield running


# Not for the session: while Playwright runs, asyncio.run raises in this thread, and other folders' tests call
# it.
@pytest.fixture(scope="package")
def chromium():
    require_browser()
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def browser_page(lab, chromium):
    """Page logged in to `lab`, shared by the tests: each begins with `open_notebook`."""
    page = open_lab(chromium, lab)
    yield page
    page.context.close()


@pytest.fixture(scope="module", params=["JupyterLab Dark", "JupyterLab Light"])
def page(request, browser_page, cells):
    """The page on which a module's `cells` have run, in both themes: each is put on once."""
    notebook_page.set_theme(browser_page, request.param)
    yield browser_page
    notebook_page.set_theme(browser_page, "JupyterLab Light")


@pytest.fixture
def in_lab(lab, browser_page):
    """Function that writes a notebook with the form, runs it in JupyterLab, and gives the form."""

    def opens(*cells, width=1280, theme="light"):
        write_notebook(lab.root / "form.ipynb", *cells, ASK)
        browser_page.set_viewport_size({"width": width, "height": 900})
        open_notebook(browser_page, "form.ipynb")
        notebook_page.set_theme(browser_page, f"JupyterLab {theme.title()}")
        notebook_page.run_all(browser_page)
        return FormPage(browser_page)

    yield opens
    notebook_page.set_theme(browser_page, "JupyterLab Light")
    browser_page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def in_voila(voila, chromium):
    """As `in_lab`, in Voila."""
    contexts = []

    def opens(*cells, width=1280, theme="light"):
        write_notebook(voila.root / "form.ipynb", *cells, ASK)
        contexts.append(voila_context(chromium, voila, width=width))
        return FormPage(open_voila(contexts[-1], "form.ipynb", theme=theme))

    yield opens
    for context in contexts:
        for page in context.pages:
            leave(page)
        context.close()


@pytest.fixture(params=["in_lab", "in_voila"])
def opened(request):
    """Function that shows a notebook with the form, in JupyterLab and in Voila."""
    return request.getfixturevalue(request.param)
