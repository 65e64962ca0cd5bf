"""A Voila server of its own, which serves notebooks as pages: free port, nobody's settings, nothing left running."""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from tests.jupyterlab import server_process
from tests.jupyterlab.lab import isolated_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psutil
    from playwright.sync_api import Browser, BrowserContext, Page

OPEN_SECONDS = 90
RUNNING_AT = re.compile(r"running at:\s+http://127\.0\.0\.1:(\d+)/")
# Voila draws the widgets after the last cell has run, and only then takes its spinner away.
DRAWN = """() => {
    const cells = document.querySelector("#rendered_cells");
    return cells && cells.style.display !== "none" && !cells.innerText.includes("Loading widget...")
        && cells.querySelectorAll('script[type="application/vnd.voila.cell-output+json"]').length === 0;
}"""


@dataclass(frozen=True)
class Voila:
    """A running Voila: `root` is the folder whose notebooks it serves, `url` has no trailing slash."""

    root: Path
    url: str
    log: Path
    pid: int

    def kernels(self) -> list[psutil.Process]:
        """Kernels that run: one for every page that is open."""
        import psutil  # noqa: PLC0415  (comes with ipykernel, an optional part)

        return [
            child
            for child in psutil.Process(self.pid).children(recursive=True)
            if child.status() != psutil.STATUS_ZOMBIE and "ipykernel_launcher" in child.cmdline()
        ]


@contextlib.contextmanager
def running_voila(root: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Voila]:
    """Voila on `root` for the time of the block; it and its kernels are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="voila-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        log = home / "server.log"
        variables = isolated_environment(home, {"PYTHONUNBUFFERED": "1"} | dict(environment or {}))
        process = server_process.start(_command(root.resolve(), home), variables, home, log)

        def started() -> Voila | None:
            found = RUNNING_AT.search(log.read_text(encoding="utf-8"))
            return Voila(root.resolve(), f"http://127.0.0.1:{found[1]}", log, process.pid) if found else None

        try:
            yield server_process.wait_for(process, started, "Voila", log)
        finally:
            server_process.stop(process, process.terminate)


def voila_context(browser: Browser, voila: Voila, *, width: int = 1280, height: int = 900) -> BrowserContext:
    """Where pages of `voila` open; the caller closes it."""
    return browser.new_context(base_url=voila.url, viewport={"width": width, "height": height})


def open_voila(context: BrowserContext, name: str, *, theme: Literal["light", "dark"] = "light") -> Page:
    """Page of the notebook at `name`, relative to Voila's root, after all its cells have run and are drawn.

    A cell that raises has its traceback on the page. `leave` ends the page, and its kernel with it.
    """
    page = context.new_page()
    page.goto(f"/voila/render/{quote(name)}?theme={theme}", timeout=OPEN_SECONDS * 1000)
    page.wait_for_function(DRAWN, timeout=OPEN_SECONDS * 1000)
    return page


def leave(page: Page) -> None:
    """Close the page as a person does: it tells Voila, which ends the kernel."""
    from playwright.sync_api import Error  # noqa: PLC0415  (an optional part)

    with contextlib.suppress(Error):  # it may be gone before it has answered that it goes
        page.close(run_before_unload=True)


def _command(root: Path, home: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "voila", "--no-browser", "--show_tracebacks=True"),
        *(f"--port={server_process.free_port()}", "--Voila.ip=127.0.0.1"),
        f"--Voila.connection_dir_root={home}",
        # What Voila means to do, end the kernel with its page, it is kept from by its own check (its issue 1458).
        "--Voila.tornado_settings={'disable_check_xsrf': True}",
        str(root),
    ]
