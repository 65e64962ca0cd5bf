"""One notebook in JupyterLab's page: open it, run it, read what an analyst would see."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.jupyterlab.lab import Lab

OPEN_SECONDS = 60
SETTLE_SECONDS = 10

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-notebook"
SPLASH = "#jupyterlab-splash"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# The panel in front. `window.jupyterapp` is JupyterLab's own application object (expose_app_in_browser).
PANEL = "const panel = window.jupyterapp?.shell?.currentWidget;"
READY = f"""name => {{ {PANEL}
    return panel?.context?.path === name && panel.context.isReady && panel.sessionContext.isReady
        && panel.sessionContext.session?.kernel?.connectionStatus === "connected"
        && !document.querySelector({SPLASH!r});
}}"""
# Changing notebooks within the page takes a third of the time that loading JupyterLab anew does. False: there
# is no page yet, or a dialog is in the way.
LEAVE = """async () => {
    const lab = window.jupyterapp;
    if (!lab || document.querySelector(".jp-Dialog")) return false;
    await lab.serviceManager.sessions.shutdownAll();
    for (const tab of [...lab.shell.widgets("main")]) {
        if (tab.context) tab.context.model.dirty = false;
        tab.close();
    }
    window.startedRun = undefined;
    return true;
}"""
OPEN = "path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }"
START_ALL = """() => {
    const run = window.startedRun = {settled: false};
    const settle = () => { run.settled = true; };
    window.jupyterapp.commands.execute("notebook:run-all-cells").then(settle, settle);
}"""
START_CELL = f"""number => {{ {PANEL}
    const codeCells = panel.content.widgets.filter(cell => cell.model.type === "code");
    panel.content.deselectAll();
    panel.content.activeCellIndex = panel.content.widgets.indexOf(codeCells[number - 1]);
    const run = window.startedRun = {{settled: false}};
    const settle = () => {{ run.settled = true; }};
    window.jupyterapp.commands.execute("notebook:run-cell").then(settle, settle);
}}"""
# tqdm pads its texts with figure spaces (U+2007).
CELLS = f"""() => {{ {PANEL}
    const outputs = ".jp-Cell-outputArea > .jp-OutputArea-child > .jp-OutputArea-output";
    const read = output => output.innerText.replaceAll("\\u2007", " ");
    return panel.content.widgets.filter(cell => cell.model.type === "code").map(cell => ({{
        source: cell.model.sharedModel.source,
        prompt: cell.node.querySelector(".jp-InputArea-prompt")?.textContent ?? "",
        execution_count: cell.model.executionCount,
        outputs: cell.model.outputs.toJSON(),
        text: [...cell.node.querySelectorAll(outputs)].map(read).join("\\n"),
        may_raise: (cell.model.getMetadata("tags") ?? []).includes("raises-exception"),
    }}));
}}"""
# A cell shows [*] once queued; the kernel may be idle while all cells still wait for it to start.
FINISHED = f"""() => {{ {PANEL}
    const waits = cell => cell.node.querySelector(".jp-InputArea-prompt")?.textContent.includes("*");
    return (window.startedRun?.settled ?? true) && !panel.content.widgets.some(waits)
        && !["busy", "starting", "restarting"].includes(panel.sessionContext.session?.kernel?.status);
}}"""
# A widget's view is drawn after the cell that displayed it has finished.
DRAWN = f"""() => !document.querySelector({NOTEBOOK!r})?.innerText.includes("Loading widget...")"""
HIDDEN_HEIGHT = f"""() => {{
    const notebook = document.querySelector({NOTEBOOK!r});
    const scrolled = notebook.querySelector(".jp-WindowedPanel-outer") ?? notebook;
    scrolled.scrollTop = 0;
    return scrolled.scrollHeight - scrolled.clientHeight;
}}"""
# Not the borders: a badge may have a red one.
RED = f"""() => {{
    const isRed = colour => {{
        const [r, g, b, opacity = 1] = colour.match(/[\\d.]+/g).map(Number);
        return opacity > 0 && r - Math.max(g, b) > 30;
    }};
    const warm = [...document.querySelectorAll("{NOTEBOOK} .jp-OutputArea-output, {NOTEBOOK} .jp-OutputArea-output *")];
    return warm.filter(element => {{
        const style = getComputedStyle(element);
        return isRed(style.backgroundColor) || (element.textContent && isRed(style.color));
    }}).map(element => `${{element.className}}: ${{element.textContent.slice(0, 80)}}`);
}}"""
CUT_OFF = f"""() => [...document.querySelectorAll("{NOTEBOOK} .jp-OutputArea-output")]
    .filter(output => output.scrollWidth > output.clientWidth + 1).map(output => output.innerText)"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@dataclass(frozen=True)
class CodeCell:
    """A code cell as it stands on the page.

    `number` counts code cells from 1. `state` is "running" for a cell with [*], which may also be waiting for
    its turn; "finished" with [n]; "not run" with [ ]. `outputs` are as in the notebook's file; `text` is what
    stands on the page, widgets included.
    """

    number: int
    source: str
    state: Literal["running", "finished", "not run"]
    execution_count: int | None
    outputs: list[dict[str, Any]]
    text: str
    may_raise: bool

    @property
    def error(self) -> str | None:
        """Traceback as plain text, if the cell raised."""
        for output in self.outputs:
            if output["output_type"] == "error":
                head = f"{output['ename']}: {output['evalue']}"
                return ANSI_COLOUR.sub("", "\n".join([head, *output["traceback"]]))
        return None


def write_notebook(path: Path, *sources: str) -> None:
    """Write a notebook of code cells that have not run."""
    # As text: importing nbformat takes seconds (its validator builds grammars of web addresses).
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "source": source.strip()}
        | {"metadata": {}, "outputs": [], "execution_count": None}
        for number, source in enumerate(sources)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def open_lab(browser: Browser, lab: Lab, *, width: int = 1280, height: int = 900) -> Page:
    """Blank page that is logged in to `lab`; its context is the caller's to close."""
    context = browser.new_context(base_url=lab.url, viewport={"width": width, "height": height})
    answer = context.request.get(lab.login_url())
    assert answer.ok, f"JupyterLab does not let us in: {answer.status}"
    page = context.new_page()
    # Leaving a notebook with unsaved outputs asks; Playwright by itself would stay.
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def open_notebook(page: Page, name: str) -> None:
    """Open the notebook at `name`, relative to the lab's root with "/" between folders, with a fresh kernel.

    Whatever was open before is closed unsaved, its kernel ended. The kernel of `name` is ready on return,
    nothing has run. Files on disk change only if a test saves.
    """
    if page.evaluate(LEAVE):
        page.evaluate(OPEN, name)
    else:
        page.goto(f"/lab/tree/{quote(name)}?reset")
    _wait(page, READY, OPEN_SECONDS, f"{name} did not open", argument=name)


def reopen_notebook(page: Page, name: str) -> None:
    """Close JupyterLab's page and come back to the notebook at `name`, whose kernel has gone on meanwhile.

    Outputs that were not saved are gone from the page.
    """
    page.goto("about:blank")
    page.goto(f"/lab/tree/{quote(name)}?reset")
    _wait(page, READY, OPEN_SECONDS, f"{name} did not open again", argument=name)


def start_all(page: Page) -> None:
    """Start all cells and return at once; `wait_until_finished` follows."""
    page.evaluate(START_ALL)


def start_cell(page: Page, number: int) -> None:
    """Start the code cell `number`, counted from 1, and return at once; `wait_until_finished` follows."""
    page.evaluate(START_CELL, number)


def wait_until_finished(page: Page, timeout_seconds: float = 120) -> None:
    """Wait until no cell waits or runs, the kernel is idle and widgets are drawn. Cells may have raised."""
    _wait(page, FINISHED, timeout_seconds, "The notebook did not finish")
    _wait(page, DRAWN, SETTLE_SECONDS, "A widget was not drawn")
    page.evaluate(TWO_FRAMES)


def run_all(page: Page, timeout_seconds: float = 120) -> list[CodeCell]:
    """Run all cells as the menu does, wait, and fail with the traceback if one raised."""
    start_all(page)
    wait_until_finished(page, timeout_seconds)
    dialogs = page.locator(".jp-Dialog").all_inner_texts()
    if dialogs:
        raise AssertionError(f"JupyterLab asks: {dialogs}")  # a kernel that died, for one
    cells = cell_outputs(page)
    assert_clean(cells)
    return cells


def cell_outputs(page: Page) -> list[CodeCell]:
    """All code cells from top to bottom, as they are now."""
    return [
        CodeCell(number, state=_state(cell.pop("prompt")), **cell)
        for number, cell in enumerate(page.evaluate(CELLS), start=1)
    ]


def assert_clean(cells: list[CodeCell]) -> None:
    """Fail if a cell raised (unless tagged "raises-exception"), was not run, or has a broken widget."""
    for cell in cells:
        if cell.error and not cell.may_raise:
            raise AssertionError(f"code cell {cell.number} raised {cell.error}")
    for cell in cells:
        if cell.source.strip() and cell.state != "finished":
            raise AssertionError(f"code cell {cell.number} is {cell.state}:\n{cell.source}")
        if "Error displaying widget" in cell.text:
            raise AssertionError(f"code cell {cell.number}: {cell.text}")


def output_area(page: Page, number: int) -> Locator:
    """Outputs of the code cell `number`, counted from 1, for Playwright's own look-ups and clicks."""
    return page.locator(f"{NOTEBOOK} .jp-CodeCell").nth(number - 1).locator(".jp-Cell-outputArea")


def red_elements(page: Page) -> list[str]:
    """Elements of all outputs whose text or background is red, as in a traceback, on stderr or in a stopped bar."""
    return page.evaluate(RED)


def cut_off_outputs(page: Page) -> list[str]:
    """Outputs that are wider than the page, as their text."""
    return page.evaluate(CUT_OFF)


def interrupt_kernel(page: Page) -> None:
    """Press the toolbar's stop button; `wait_until_finished` follows."""
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")


def set_theme(page: Page, theme: Literal["JupyterLab Light", "JupyterLab Dark"]) -> None:
    """Change JupyterLab's theme at once; it stays for the notebooks opened after."""
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    milliseconds = SETTLE_SECONDS * 1000
    page.wait_for_selector(f'body[data-jp-theme-name="{theme}"]', state="attached", timeout=milliseconds)
    page.wait_for_selector(SPLASH, state="detached", timeout=milliseconds)
    page.evaluate(TWO_FRAMES)


def screenshot_notebook(page: Page, path: Path) -> None:
    """Picture of the whole notebook with its outputs, however long, without JupyterLab's frame around it."""
    size = page.viewport_size
    assert size, "the page has no fixed viewport"
    try:
        hidden = page.evaluate(HIDDEN_HEIGHT)
        if hidden:
            page.set_viewport_size({"width": size["width"], "height": size["height"] + hidden})
            page.evaluate(TWO_FRAMES)
        path.parent.mkdir(parents=True, exist_ok=True)
        page.locator(NOTEBOOK).screenshot(path=path)
    finally:
        page.set_viewport_size(size)


def _state(prompt: str) -> Literal["running", "finished", "not run"]:
    if "*" in prompt:
        return "running"
    return "finished" if any(map(str.isdigit, prompt)) else "not run"


def _wait(page: Page, condition: str, seconds: float, complaint: str, *, argument: Any = None) -> None:
    from playwright.sync_api import TimeoutError as PlaywrightTimeoutError  # noqa: PLC0415

    try:
        page.wait_for_function(condition, arg=argument, timeout=seconds * 1000)
    except PlaywrightTimeoutError:
        dialogs = [f"dialog: {text}" for text in page.locator(".jp-Dialog").all_inner_texts()]
        prompts = page.locator(f"{NOTEBOOK} .jp-InputArea-prompt").all_inner_texts()
        seen = "; ".join([*dialogs, f"cells: {' '.join(filter(None, prompts)) or 'none'}"])
        raise AssertionError(f"{complaint} within {seconds:g} s ({seen})") from None
