"""The progress bar: rows settled, failures, and what is being waited for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from hubframe.delivery.run import Progress

__all__ = ["ProgressBar", "progress_display"]

Display = Callable[[Progress], None]


class ProgressBar:
    """A tqdm bar over the rows of a run, in the notebook or the terminal.

    It is made at the first rows to count, and always in the caller's thread: a notebook shows it in the cell that
    is running, and nowhere else.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: Any = None
        self._shown = ""

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            if not progress.rows_total:
                return
            from tqdm.auto import tqdm  # noqa: PLC0415 - in a kernel it imports ipywidgets

            self._bar = tqdm(total=progress.rows_total, desc=self._what, unit="row", unit_scale=False)
        postfix = _postfix(progress)
        if progress.rows_done != self._bar.n or postfix != self._shown:
            self._shown = postfix
            self._bar.set_postfix_str(postfix, refresh=False)
            self._bar.n = progress.rows_done
            self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Called:
    """A progress display of the caller's own."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._shown: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        if progress != self._shown:
            self._shown = progress
            self._display(progress)

    def close(self) -> None:
        pass


class _Silent:
    def __call__(self, progress: Progress) -> None:
        pass

    def close(self) -> None:
        pass


def progress_display(progress: bool | Display, what: str) -> ProgressBar | _Called | _Silent:  # noqa: FBT001
    """Return what shows progress: a bar, the caller's own display, or nothing."""
    if callable(progress):
        return _Called(progress)
    return ProgressBar(what) if progress else _Silent()


def say(line: str) -> None:
    """Print one line under the bar: on a notebook's page, else beside the bar, out of the way of piped output."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    in_kernel = shell is not None and hasattr(shell, "kernel")
    print(line, file=sys.stdout if in_kernel else sys.stderr)


def _postfix(progress: Progress) -> str:
    refused = progress.counts.get("failed", 0) + progress.counts.get("invalid", 0)
    parts = [f"{refused:,} refused"] if refused else []
    if progress.stopping:
        parts.append("stopping, waiting for requests on the way")
    elif progress.waiting_seconds >= 0.5:
        parts.append(f"waiting {progress.waiting_seconds:.0f} s for HubSpot's limit")
    return ", ".join(parts)
