"""Make an executed notebook fit to be committed: the same bytes for the same results, readable in any viewer.

A tqdm bar is saved as text, without its widget:

- GitHub, and JupyterLab until the notebook is trusted (so after every clone), show an output's text/plain.
  tqdm sends that once, when the bar appears, and so it says 0% for ever (tqdm's issue 1120): here it gets the
  bar's end.
- JupyterLab, once the notebook is trusted, draws a saved widget with a red broken link beside each of its
  parts; VS Code draws none without its kernel (vscode-jupyter's issues 4404 and 5424). Text, both show.
- nbviewer and nbconvert would draw the saved widget; they show the text as well.

Other widgets (a form) keep their view and their state: their text/plain says little of them.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = "IPY_MODEL_"

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# No version of Python: it would change with every machine.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
TIMING_KEYS = ("execution", "ExecuteTime")
BAR_WIDTH = 10
# tqdm's " [00:03<00:00, 320.10row/s, failed=2]"; elapsed and remaining time and the rate go, a postfix stays.
TQDM_TIMING = re.compile(r"\s*\[[\d:]+<[\d:?]+,\s*[^\],]+(?:,\s*(?P<postfix>[^\]]*))?\]\s*$")


def make_stable(notebook: NotebookNode) -> None:
    """Take out of `notebook`, just executed, what differs from run to run; save each tqdm bar as text."""
    for cell in notebook.cells:
        for key in TIMING_KEYS:
            cell.metadata.pop(key, None)
    notebook.metadata.kernelspec = dict(KERNELSPEC)
    notebook.metadata.language_info = dict(LANGUAGE)

    models = json.loads(json.dumps(widget_models(notebook)))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _shows_something(output, models)]
    for output in _views(notebook):
        if parts := _bar_parts(output.data[VIEW]["model_id"], models):
            output.data["text/plain"] = _bar_text(*parts)
            del output.data[VIEW]
    _rename_models(notebook, models)


def widget_models(notebook: NotebookNode) -> dict[str, Any]:
    """Saved widgets by model id, empty if there are none."""
    return notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})


def _shows_something(output: NotebookNode, models: dict[str, Any]) -> bool:
    """False for a widget that was closed, as by tqdm's `leave=False`: JupyterLab shows its place empty."""
    view = output.get("data", {}).get(VIEW)
    return view is None or view["model_id"] in models


def _views(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                yield output


def _bar_parts(model_id: str, models: dict[str, Any]) -> list[dict[str, Any]] | None:
    """State of a tqdm bar's three widgets: text, progress, text; None if the model is something else."""
    children = models[model_id]["state"].get("children") or []
    parts = [models.get(child.removeprefix(REFERENCE), {}) for child in children]
    if [part.get("model_name") for part in parts] != ["HTMLModel", "FloatProgressModel", "HTMLModel"]:
        return None
    return [part["state"] for part in parts]


def _bar_text(left: dict[str, Any], bar: dict[str, Any], right: dict[str, Any]) -> str:
    start, end, done = bar.get("min", 0.0), bar.get("max", 100.0), bar.get("value", 0.0)
    filled = round(BAR_WIDTH * (done - start) / (end - start)) if end > start else BAR_WIDTH
    drawn = ("█" * filled).ljust(BAR_WIDTH)
    # tqdm pads with figure spaces (U+2007), which HTML does not collapse.
    before, after = (html.unescape(text["value"]).replace("\u2007", " ").strip() for text in (left, right))
    timing = TQDM_TIMING.search(after)
    if timing:
        after = after[: timing.start()] + (f" [{timing['postfix']}]" if timing["postfix"] else "")
    return f"{before}|{drawn}| {after}"


def _rename_models(notebook: NotebookNode, models: dict[str, Any]) -> None:
    """Number the models that are shown, in the order they are mentioned, and forget the others."""
    shown = [output.data[VIEW]["model_id"] for output in _views(notebook)]
    names = {model_id: f"{number:032x}" for number, model_id in enumerate(_reachable(shown, models), start=1)}
    notebook.metadata.pop("widgets", None)
    if names:
        state = {name: _renamed(models[model_id], names) for model_id, name in names.items()}
        notebook.metadata["widgets"] = {STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    for output in _views(notebook):
        output.data[VIEW]["model_id"] = names[output.data[VIEW]["model_id"]]


def _reachable(shown: list[str], models: dict[str, Any]) -> list[str]:
    """Models that the shown ones consist of, each once, in the order of their first mention."""
    found: dict[str, None] = {}
    waiting = list(reversed(shown))
    while waiting:
        model_id = waiting.pop()
        if model_id in models and model_id not in found:
            found[model_id] = None
            mentioned = re.findall(f'"{REFERENCE}([^"]+)"', json.dumps(models[model_id]["state"]))
            waiting += reversed(mentioned)
    return list(found)


def _renamed(model: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    if model["model_name"] == "LayoutModel":  # its nulls are its defaults, dozens in each
        model = model | {"state": {name: value for name, value in model["state"].items() if value is not None}}
    text = json.dumps(model)
    for model_id, name in names.items():
        text = text.replace(f'"{REFERENCE}{model_id}"', f'"{REFERENCE}{name}"')
    return json.loads(text)
