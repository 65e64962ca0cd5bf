"""A notebook server as a process of its own: a free port, a log, and nothing of it left running."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 10

T = TypeVar("T")


def free_port() -> int:
    """Port that nobody listened on a moment ago; the server tries others if it is taken meanwhile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command: Sequence[str], environment: Mapping[str, str], home: Path, log: Path) -> subprocess.Popen:
    """Start `command` in `home`; what it prints goes to `log`."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [*command],
            cwd=home,  # `python -m` looks here first: nothing in it may be called like the server's package
            env={**environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **_own_group(),
        )


def wait_for(process: subprocess.Popen, answer: Callable[[], T | None], name: str, log: Path) -> T:
    """What `answer` returns once it is not None; an error with the end of the log if it never is."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        # Half-written files, or a port that does not answer yet: the next round.
        with contextlib.suppress(OSError, ValueError):
            answered = answer()
            if answered is not None:
                return answered
        time.sleep(0.1)
    ended = f"ended with {process.returncode}" if process.poll() is not None else "does not answer"
    tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise RuntimeError(f"{name} {ended} within {START_SECONDS} s; the end of its log:\n{tail}")


def stop(process: subprocess.Popen, politely: Callable[[], None]) -> None:
    """End the server as it likes to be ended, then whatever of it and its kernels is still there."""
    import psutil  # noqa: PLC0415  (comes with ipykernel, an optional part)

    # Kernels are in process groups of their own and outlive the server's: they are noted before it goes.
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        server = psutil.Process(process.pid)
        family = [server, *server.children(recursive=True)]
    with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
        politely()
        process.wait(STOP_SECONDS)
    _gone, alive = psutil.wait_procs(family, timeout=1)
    for member in alive:
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(alive, timeout=STOP_SECONDS)
    process.wait(STOP_SECONDS)


def _own_group() -> dict[str, Any]:
    """Ctrl-C in the terminal must reach pytest alone, which then stops the server in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
