"""Run a notebook without a browser, say what is wrong with its outputs, and save them for committing.

`python -m tests.jupyterlab.notebooks NOTEBOOK...` runs and lists problems; with `--write` a notebook that
has none is also saved with its outputs.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.jupyterlab.lab import isolated_environment
from tests.jupyterlab.notebook_page import ANSI_COLOUR
from tests.jupyterlab.saved_outputs import VIEW, make_stable, widget_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

TIMEOUT_SECONDS = 300
EXCERPT_CHARACTERS = 300

# This machine's folders, and what such folders are called on others'. A URL's path has a word or a dot before
# its slash, HubSpot's own paths (/crm/v3/objects) begin otherwise.
OWN_FOLDERS = {
    *(Path(__file__).parents[2], Path(sys.prefix), Path.home(), Path.cwd()),
    Path(tempfile.gettempdir()),
}
OWN = "|".join(sorted(re.escape(str(folder)) for folder in OWN_FOLDERS if len(folder.parts) > 1))
OTHERS = r"/(?:home|Users|root|tmp|var|private|opt|mnt|usr|srv|workspaces?|builds)/[\w.-]"
REST = r"[^\s'\"<>]*"
ABSOLUTE_PATH = re.compile(
    rf"(?<![\w.])(?:(?:{OWN})(?![\w-])|{OTHERS}){REST}|\b[A-Za-z]:\\\w{REST}|\bFile ~[/\\]{REST}"
)
MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
TRACEBACK = re.compile(r"Traceback \(most recent call last\)")


class _Client(NotebookClient):
    def handle_comm_msg(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        super().handle_comm_msg(outs, msg, cell_index)
        if msg["msg_type"] == "comm_close":  # a widget was closed, which nbclient does not notice
            self.widget_state.pop(msg["content"]["comm_id"], None)


def execute(path: Path, *, timeout_seconds: int = TIMEOUT_SECONDS) -> NotebookNode:
    """Notebook at `path` as it is after running all its cells in its own folder; the file stays as it is.

    A cell that raises ends the run; its traceback is in the outputs and so among the `problems`. A cell that
    runs longer than `timeout_seconds` raises nbclient's CellTimeoutError.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = _Client(
        notebook,
        timeout=timeout_seconds,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    # A "python3" among the user's own kernels may be another interpreter.
    kernels = Path(sys.prefix, "share", "jupyter", "kernels")
    client.create_kernel_manager().kernel_spec_manager.kernel_dirs = [str(kernels)]
    folder = tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True)
    with folder as home, contextlib.suppress(CellExecutionError):
        client.execute(env=isolated_environment(Path(home)))
    return notebook


def problems(notebook: NotebookNode) -> list[str]:
    """What a reader of the saved notebook should not see, one entry each; none if it is fit to be committed.

    Errors (but in cells tagged "raises-exception"), stderr, tracebacks, red progress bars, absolute paths,
    memory addresses, cells that were not run.
    """
    found = []
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        place = f"code cell {number}"
        if cell.source.strip() and cell.execution_count is None:
            found.append(f"{place} was not run")
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                found.append(f"{place} raised {output.ename}: {output.evalue}\n{_plain(output.traceback)}")
            elif output.output_type == "stream" and output.name == "stderr":
                found.append(f"{place} wrote to stderr: {output.text[:EXCERPT_CHARACTERS]}")
            for text in _output_texts(output):
                found += _text_problems(place, text)
    for model in widget_models(notebook).values():
        place = f"a saved {model['model_name'].removesuffix('Model')} widget"
        if model["state"].get("bar_style") == "danger":
            found.append(f"{place} is a red progress bar")
        for text in _strings(model["state"]):
            found += _text_problems(place, text)
    return list(dict.fromkeys(found))


def save_with_outputs(path: Path, *, timeout_seconds: int = TIMEOUT_SECONDS) -> None:
    """Run the notebook at `path` and write it back with its outputs; with problems, raise and leave it."""
    notebook = execute(path, timeout_seconds=timeout_seconds)
    found = problems(notebook)
    if found:
        raise ValueError("\n".join([f"{path} was not saved:", *found]))
    make_stable(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    written = path.with_name(f".{path.name}.new")
    written.write_bytes(text.encode())
    written.replace(path)


def _text_problems(place: str, text: str) -> Iterator[str]:
    if TRACEBACK.search(text):
        yield f"{place} shows a traceback: {text[-EXCERPT_CHARACTERS:]}"
    for pattern, name in ((ABSOLUTE_PATH, "path of a machine"), (MEMORY_ADDRESS, "memory address")):
        for match in pattern.finditer(text):
            yield f"{place} shows a {name}: {match[0]}"


def _output_texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield _plain(output.traceback)
    else:
        for kind, content in output.data.items():
            if kind != VIEW and not kind.startswith("image/"):
                yield from _strings(content)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _plain(traceback: list[str]) -> str:
    return ANSI_COLOUR.sub("", "\n".join(traceback))


def main(arguments: list[str] | None = None) -> int:
    """Command line; 1 if any notebook has problems."""
    parser = argparse.ArgumentParser("python -m tests.jupyterlab.notebooks", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the outputs back into the notebooks")
    parser.add_argument("notebooks", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    failed = False
    for path in options.notebooks:
        try:
            if options.write:
                save_with_outputs(path)
                found = []
            else:
                found = problems(execute(path))
        except (ValueError, OSError) as error:  # among them nbclient's timeout and a file that is not there
            found = [str(error)]
        print("\n".join(found) if found else f"{path}: {'saved' if options.write else 'no problems'}")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
