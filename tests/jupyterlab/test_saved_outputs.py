"""A saved notebook is the same bytes on every run; its bars are text and say how they ended."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.jupyterlab.notebooks import execute, main, problems
from tests.jupyterlab.saved_outputs import STATE, VIEW, make_stable

BARS = """
from tqdm.auto import tqdm
for _ in tqdm(range(250), desc="Writing <b>", unit="row"):
    pass
bar = tqdm(total=4)
bar.update()
bar.set_postfix(failed=2)
for _ in tqdm(range(3), leave=False):
    pass
"""
FORM = """
import ipywidgets
ipywidgets.VBox([ipywidgets.Dropdown(options=["email", "phone"]), ipywidgets.HTML("<b>ready</b>")])
"""


def notebook_of(*outputs, tags=(), metadata=None):
    cell = new_code_cell("shown()", execution_count=1, outputs=list(outputs), metadata={"tags": list(tags)})
    return new_notebook(cells=[cell], metadata=metadata or {})


def shown(text, kind="text/plain"):
    return new_output("display_data", data={kind: text})


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


RAISED = new_output("error", ename="ValueError", evalue="no id", traceback=["\x1b[31mValueError\x1b[0m: no id"])


def test_saving_twice_gives_the_same_bytes(tmp_path, capfd):
    path = tmp_path / "bars.ipynb"
    cells = [new_code_cell(source.strip(), id=f"c{number}") for number, source in enumerate([BARS, FORM])]
    cells[0].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    nbformat.write(new_notebook(cells=cells), path)

    assert main(["--write", str(path)]) == 0
    first = path.read_bytes()
    assert main(["--write", str(path)]) == 0
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["bars.ipynb"]

    saved = nbformat.reads(first.decode(), as_version=4)
    assert problems(saved) == []
    assert [output.data for output in saved.cells[0].outputs] == [
        {"text/plain": "Writing <b>: 100%|██████████| 250/250"},
        {"text/plain": "25%|██        | 1/4 [failed=2]"},
    ]
    [form] = saved.cells[1].outputs
    models = saved.metadata.widgets[STATE]["state"]
    assert models[form.data[VIEW]["model_id"]]["model_name"] == "VBoxModel"
    assert "FloatProgressModel" not in first.decode()
    assert set(json.loads(first)["metadata"]) == {"kernelspec", "language_info", "widgets"}
    assert saved.cells[0].metadata == {}


def test_a_cell_that_raises_is_a_problem_and_nothing_is_written(tmp_path, capfd):
    path = tmp_path / "raises.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("{}['id']"), new_code_cell("1")]), path)
    before = path.read_bytes()
    found = problems(execute(path))
    assert found[0].startswith("code cell 1 raised KeyError: 'id'\n")
    assert found[-1] == "code cell 2 was not run"
    assert main(["--write", str(path)]) == 1
    assert "was not saved:\ncode cell 1 raised KeyError" in capfd.readouterr().out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (RAISED, "code cell 1 raised ValueError: no id\nValueError: no id"),
        (printed("careful", "stderr"), "code cell 1 wrote to stderr: careful"),
        (printed("x\nTraceback (most recent call last):\n y"), "code cell 1 shows a traceback"),
        (printed(f"{Path.home()}/x.csv"), f"code cell 1 shows a path of a machine: {Path.home()}/x.csv"),
        (shown("<a href='file:///home/ada/x'>", "text/html"), "path of a machine: /home/ada/x"),
        (shown("PosixPath('/Users/ada/x')"), "path of a machine: /Users/ada/x"),
        (shown(r"C:\Users\ada"), r"path of a machine: C:\Users\ada"),
        (shown("File ~/project/hubframe/x.py:3"), "path of a machine: File ~/project/hubframe/x.py:3"),
        (shown("<hubframe.Thing object at 0x7f00aa00bb00>"), "memory address: at 0x7f00aa00bb00"),
    ],
)
def test_a_problem(output, problem):
    [found] = problems(notebook_of(output))
    assert problem in found


@pytest.mark.parametrize(
    "output",
    [
        printed("POST /crm/v3/objects/contacts/batch/update"),
        printed("https://example.com/home/ada and notebooks/home/ada.csv"),
        shown("ratio 3/4, 1/10/2026, a:\\ b"),
        shown("iVBOR/tmp/w0KGgo", "image/png"),
    ],
)
def test_no_problem(output):
    assert problems(notebook_of(output)) == []


def test_an_error_that_the_notebook_means_to_show():
    assert problems(notebook_of(RAISED, tags=["raises-exception"])) == []


def test_a_red_bar_and_a_path_in_a_widget():
    state = {
        "1": {"model_name": "FloatProgressModel", "state": {"bar_style": "danger"}},
        "2": {"model_name": "HTMLModel", "state": {"value": "saved to /tmp/x"}},
    }
    assert problems(notebook_of(metadata={"widgets": {STATE: {"state": state}}})) == [
        "a saved FloatProgress widget is a red progress bar",
        "a saved HTML widget shows a path of a machine: /tmp/x",
    ]


def test_a_closed_widget_leaves_no_output():
    view = new_output("display_data", data={VIEW: {"model_id": "gone"}, "text/plain": "IntSlider(value=0)"})
    notebook = notebook_of(view, printed("done"))
    make_stable(notebook)
    assert notebook.cells[0].outputs == [printed("done")]
