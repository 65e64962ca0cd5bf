"""A JupyterLab server of its own: free port, random token, nobody's settings, nothing left running."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from tests.jupyterlab import server_process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the page would otherwise do by itself: ask about news, save over the notebook under test, ask which
# kernel to start, leave cells off the page until they are scrolled to.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {
        "autoStartDefaultKernel": True,
        "windowingMode": "none",
        "scrollPastEnd": False,
    },
}
DISABLED_EXTENSIONS = {"@jupyterlab/apputils-extension:announcements": True}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: `root` is the folder it shows, `url` has no trailing slash."""

    root: Path
    url: str
    log: Path
    pid: int
    token: str = field(repr=False)

    def login_url(self) -> str:
        """Address that answers with the cookie that every later request and websocket needs."""
        return f"{self.url}/login?token={quote(self.token)}&next=/api"

    def request(self, method: str, path: str) -> Any:
        """Answer of the server's REST API (`/api/kernels`, ...), None where it has no body."""
        address = urlsplit(self.url)
        # No urllib: it would send this through the machine's proxy.
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, headers={"Authorization": f"token {self.token}"})
            response = connection.getresponse()
            body = response.read()
        if response.status >= 400:
            raise OSError(f"{method} {path}: {response.status} {body[:200]!r}")
        return json.loads(body) if body else None


def isolated_environment(home: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment in which Jupyter and IPython keep everything below `home` and see no one's settings.

    `sys.prefix/share/jupyter` stays on Jupyter's path, so "python3" is the running interpreter's kernel, and
    JupyterLab finds its pages and the widgets' extension.
    """
    foreign = ("JUPYTER", "JPY_", "IPYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    folders = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    shared = {"JUPYTER_PATH": Path(sys.prefix, "share", "jupyter")}
    return kept | {name: str(path) for name, path in (folders | shared).items()} | dict(environment or {})


@contextlib.contextmanager
def running_lab(root: Path, *, environment: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """JupyterLab on `root` for the time of the block; it and its kernels are gone afterwards.

    `environment` is added to the server's, and so to every kernel's.
    """
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        token = secrets.token_hex(16)
        variables = isolated_environment(home, {"JUPYTER_TOKEN": token} | dict(environment or {}))
        _write_settings(Path(variables["JUPYTER_CONFIG_DIR"]) / "labconfig")
        log, runtime = home / "server.log", Path(variables["JUPYTER_RUNTIME_DIR"])
        process = server_process.start(_command(root.resolve()), variables, home, log)
        lab = None

        def started() -> Lab | None:
            for info in runtime.glob("jpserver-*.json"):
                port = json.loads(info.read_text(encoding="utf-8"))["port"]
                found = Lab(root.resolve(), f"http://127.0.0.1:{port}", log, process.pid, token)
                found.request("GET", "/api/status")
                return found
            return None

        def politely() -> None:
            if lab is not None:
                with contextlib.suppress(http.client.HTTPException):
                    lab.request("POST", "/api/shutdown")

        try:
            lab = server_process.wait_for(process, started, "JupyterLab", log)
            yield lab
        finally:
            server_process.stop(process, politely)


def _write_settings(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    page_config = {"disabledExtensions": DISABLED_EXTENSIONS}
    (folder / "page_config.json").write_text(json.dumps(page_config), encoding="utf-8")


def _command(root: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser"),
        # Taken by another program meanwhile? Then the server tries its neighbours and tells in its info file.
        *(f"--ServerApp.port={server_process.free_port()}", "--ServerApp.port_retries=50", "--ServerApp.ip=127.0.0.1"),
        f"--ServerApp.root_dir={root}",
        *("--ServerApp.allow_root=True", "--ServerApp.terminals_enabled=False"),
        *("--ServerApp.use_redirect_file=False", "--ServerApp.shutdown_no_activity_timeout=0"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
        # JupyterLab 4.6 and 4.2 alike then offer `window.jupyterapp`, through which commands are run.
        *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
    ]
