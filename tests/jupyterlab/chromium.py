"""The Chromium that the machine has, headless; Playwright never downloads one of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: containers and root cannot have one. Most of the rest keeps Chromium from calling home, which
# costs seconds on a closed network and fills the log.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nothing outside this machine is asked: Voila's page wants the icons' font from a public address, and waits.
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


def chromium_path() -> str | None:
    """`HUBFRAME_CHROMIUM` if set (a path or a name on PATH), else the first of the usual names on PATH."""
    chosen = os.environ.get("HUBFRAME_CHROMIUM")
    return next(filter(None, map(shutil.which, [chosen] if chosen else NAMES)), None)


def missing_part() -> str | None:
    """What a browser test lacks on this machine, with the line that brings it; None if nothing."""
    for module in ("jupyterlab", "voila", "ipykernel", "playwright"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: pip install 'hubframe[test]'"
    if chromium_path() is None:
        chosen = os.environ.get("HUBFRAME_CHROMIUM")
        if chosen:
            return f"HUBFRAME_CHROMIUM is {chosen!r}, which is no program"
        return f"none of {', '.join(NAMES)} is on PATH: install one, or set HUBFRAME_CHROMIUM to its path"
    return None


@contextlib.contextmanager
def running_chromium() -> Iterator[Browser]:
    """Chromium for the time of the block.

    Within the block Playwright's event loop counts as running in this thread: `asyncio.run` raises there.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (an optional part)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
