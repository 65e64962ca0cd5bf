"""Voila's page as an analyst sees it: no code, widgets that answer, tracebacks, a kernel that ends with its page."""

import psutil
import pytest

from tests.jupyterlab.notebook_page import write_notebook
from tests.jupyterlab.voila import leave, open_voila, voila_context

pytestmark = pytest.mark.browser

BUTTON = """
import ipywidgets

button, told = ipywidgets.Button(description="Press"), ipywidgets.HTML("not yet")
button.on_click(lambda _: setattr(told, "value", "pressed"))
ipywidgets.VBox([button, told])
"""


@pytest.fixture
def context(voila, chromium):
    context = voila_context(chromium, voila)
    yield context
    for page in context.pages:
        leave(page)
    context.close()
    assert gone(voila.kernels())


def gone(kernels):
    return not psutil.wait_procs(kernels, timeout=20)[1]


def background(page):
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def test_a_button_whose_callback_changes_a_text(voila, context):
    write_notebook(voila.root / "a button.ipynb", BUTTON)
    page = open_voila(context, "a button.ipynb")
    assert page.get_by_text("import ipywidgets").count() == 0
    assert page.get_by_text("not yet").count() == 1
    page.get_by_role("button", name="Press").click()
    page.get_by_text("pressed", exact=True).wait_for()
    assert page.get_by_text("not yet").count() == 0


def test_both_themes(voila, context):
    write_notebook(voila.root / "themes.ipynb", BUTTON)
    assert min(background(open_voila(context, "themes.ipynb", theme="light"))) > 200
    assert max(background(open_voila(context, "themes.ipynb", theme="dark"))) < 60


def test_every_page_has_a_kernel_of_its_own_which_ends_with_it(voila, context):
    write_notebook(voila.root / "kernels.ipynb", BUTTON)
    first, second = open_voila(context, "kernels.ipynb"), open_voila(context, "kernels.ipynb")
    started = voila.kernels()
    assert len(started) == 2
    first.get_by_role("button", name="Press").click()
    first.get_by_text("pressed", exact=True).wait_for()
    assert second.get_by_text("not yet").count() == 1
    for page in (first, second):
        leave(page)
    assert gone(started)


def test_a_cell_that_raises_shows_its_traceback(voila, context):
    write_notebook(voila.root / "raises.ipynb", "rows = 0", "1 / rows")
    assert open_voila(context, "raises.ipynb").get_by_text("ZeroDivisionError: division by zero").count() >= 1
