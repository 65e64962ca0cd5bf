"""The progress bar: rows settled, failures, and what is being waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hubframe.delivery.run import Progress
from hubframe.errors import PlanError
from hubframe.planning.scalars import short_repr

__all__ = ["ProgressBar", "progress_display"]

Display = Callable[[Progress], None]


class ProgressBar:
    """A tqdm bar over the rows of a run, in the notebook or the terminal.

    It is made at the first rows to count, and always in the caller's thread: a notebook shows it in the cell that
    is running, and nowhere else.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.time()  # tqdm's clock; the bar is made later, and its rate is that of the run
        self._bar: Any = None
        self._shown = ""
        self._ended_early = False

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            if not progress.rows_total and not progress.rows_done:
                return
            from tqdm.auto import tqdm  # noqa: PLC0415 - in a kernel it imports ipywidgets

            # dynamic_ncols: on a page, the bar takes the room there is, and a long postfix a line of its own.
            total = progress.rows_total or None
            self._bar = tqdm(total=total, desc=self._what, unit=" rows", dynamic_ncols=True)
            self._bar.start_t = self._begun
            if hasattr(self._bar, "container"):
                self._bar.container.children[1].layout.min_width = "6em"
        if progress.rows_total and progress.rows_total != self._bar.total:
            self._set_total(progress.rows_total)
        postfix = _postfix(progress)
        self._ended_early = _all_settled(progress) and progress.rows_done < progress.rows_total
        if progress.rows_done != self._bar.n or postfix != self._shown:
            self._shown = postfix
            self._bar.set_postfix_str(postfix, refresh=False)
            self._bar.n = progress.rows_done
            self._bar.refresh()

    def _set_total(self, total: int) -> None:
        """Change how many rows there are: of a read, that may be known late, or only nearly."""
        self._bar.reset(total)
        self._bar.start_t = self._begun

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            if self._ended_early and hasattr(self._bar, "container"):
                self._bar.container.children[1].bar_style = "warning"  # every row is accounted for: not tqdm's red


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
    """Return what shows progress: a bar, the caller's own display, or nothing.

    Every call that takes ``progress`` comes by here before anything is sent.
    """
    if callable(progress):
        return _Called(progress)
    if not isinstance(progress, bool):
        raise PlanError(
            f"progress={short_repr(progress)} must be True (a bar and a closing line), False (neither) or a callable "
            "that gets a hubframe.Progress."
        )
    return ProgressBar(what) if progress else _Silent()


def _postfix(progress: Progress) -> str:
    refused = progress.counts.get("failed", 0) + progress.counts.get("invalid", 0)
    parts = [f"{refused:,} refused"] if refused else []
    if _all_settled(progress):
        unsent = progress.counts.get("unsent", 0)
        parts += [f"{unsent:,} unsent"] if unsent else []
    elif progress.stopping:
        parts.append("stopping, waiting for requests on the way")
    elif progress.waiting_seconds >= 0.5:
        parts.append(f"waiting {progress.waiting_seconds:.0f} s for HubSpot's limit")
    return ", ".join(parts)


def _all_settled(progress: Progress) -> bool:
    return sum(progress.counts.values()) == progress.rows_total
