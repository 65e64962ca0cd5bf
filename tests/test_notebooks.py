"""Every notebook runs, is committed with outputs fit to be read, and still does what its outputs say."""

import copy
import re
from pathlib import Path

import nbformat
import pytest

from hubframe.results.outcomes import STATUSES
from tests.jupyterlab.notebooks import execute, problems
from tests.jupyterlab.saved_outputs import make_stable, widget_models

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
COUNT = re.compile(rf"([\d,]+) ({'|'.join(STATUSES)})\b")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def committed(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def fresh(path):
    return execute(path)


def counts(notebook):
    """Rows by status as each code cell's outputs tell them, its bars and lines, summaries and tables."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {
        cell.source: [COUNT.findall(text) for text in map(told, cell.outputs) if COUNT.search(text)] for cell in cells
    }


def told(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def told_by_widgets(notebook):
    """Texts of the form that is saved with a notebook, in the order in which it mentions them."""
    saved = copy.deepcopy(notebook)
    make_stable(saved)
    return [
        model["state"].get("value") for model in widget_models(saved).values() if model["model_name"] == "HTMLModel"
    ]


def test_a_quickstart_a_cleanup_session_and_a_form():
    names = [path.name for path in NOTEBOOKS]
    assert names == ["01-quickstart.ipynb", "02-cleanup-session.ipynb", "03-update-form.ipynb"]


def test_it_runs_without_problems(fresh):
    assert problems(fresh) == []


def test_the_committed_outputs_have_no_problems(committed):
    assert problems(committed) == []


def test_the_committed_outputs_are_those_of_a_fresh_run(committed, fresh):
    assert any(counts(committed).values()) or told_by_widgets(committed)
    assert counts(committed) == counts(fresh)
    assert told_by_widgets(committed) == told_by_widgets(fresh)


def test_it_was_saved_so_that_only_results_change_it(committed):
    saved = copy.deepcopy(committed)
    make_stable(saved)
    assert nbformat.writes(saved) == nbformat.writes(committed), (
        "save it with: python -m tests.jupyterlab.notebooks --write"
    )
