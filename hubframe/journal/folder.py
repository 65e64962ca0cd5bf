"""Where runs are kept, and that nobody else can read them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from hubframe.journal.errors import JournalError, UnknownRun

__all__ = ["HOW_TO_GO_ON", "create_private", "delete_run", "facts_path", "journal_folder", "run_path", "run_paths"]

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
SUFFIX = ".sqlite"
HOW_TO_GO_ON = (
    "Next: set HUBFRAME_HOME to a folder that can be written; or go without, and without resume() and undo(): "
    "hubframe.connect(journal=False) or HUBFRAME_JOURNAL=off."
)


def journal_folder() -> Path:
    """Return the folder with a file per run: ``HUBFRAME_HOME``, or else the user's state directory, and there ``runs``.

    Nothing is created by asking.
    """
    home = os.environ.get("HUBFRAME_HOME")
    return (Path(home).expanduser().absolute() if home else platformdirs.user_state_path("hubframe")) / "runs"


def run_path(run_id: str) -> Path:
    if not RUN_ID.fullmatch(run_id):  # it may come from a file, and must not lead out of the folder
        raise UnknownRun(f"{run_id!r} is no id of a run. Next: hubframe.runs() lists them.")
    return journal_folder() / f"{run_id}{SUFFIX}"


def run_paths() -> Iterator[Path]:
    folder = journal_folder()
    if folder.is_dir():
        yield from (path for path in folder.glob(f"*{SUFFIX}") if RUN_ID.fullmatch(path.stem))


def facts_path(path: Path) -> Path:
    return path.with_suffix(".json")


def delete_run(path: Path) -> None:
    """Delete a run's file and what stands beside it: its facts, SQLite's own journal."""
    for left in (facts_path(path), path, path.with_name(f"{path.name}-journal")):
        left.unlink(missing_ok=True)


def create_private(path: Path, content: bytes = b"") -> None:
    """Create a file that only its owner may read, from its first moment; one that exists is an error.

    Raises
    ------
    JournalError
        The folder or the file can't be made.
    """
    try:
        _make_folder(path.parent)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)  # whatever the umask
            file.write(content)
    except OSError as error:
        why = error.strerror or error
        raise JournalError(
            f"The journal can't be kept in {path.parent} ({why}), and nothing was sent. {HOW_TO_GO_ON}"
        ) from error


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
