"""The panel while something goes on: a bar of its own, since tqdm's appears nowhere from a callback, and Stop."""

from __future__ import annotations

import time
from collections.abc import Callable

import ipywidgets

from hubframe.delivery.run import Progress
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.progress_text import progress_text, share_done
from hubframe.widgets.form.style import button, html, row, title

__all__ = ["ProgressPanel"]

KEPT = "What is done by then is kept."
AT_MOST = "Stopping: the requests on the way are waited for, 10 seconds at most."


class ProgressPanel:
    """What is being done, how far it is, and a button to stop it.

    ``stop`` is asked to stop, and returns how often it was.
    """

    def __init__(self, host: Host, stop: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask_to_stop, self._clock = stop, clock
        self._began: float | None = None
        self._before = 0
        self._title = html()
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout=ipywidgets.Layout(width="100%"))
        self.text = html()
        self.stop = button("Stop", icon="stop", style="danger", hint="Stop, and keep what is done")
        self._told = html("", "hf-dim")
        self.stop.on_click(host.guarded(lambda _: self._stop()))
        self.box: ipywidgets.VBox = ipywidgets.VBox(
            [self._title, self.bar, self.text, row(self.stop, self._told, classes=("hf-actions",))]
        )

    def begin(self, what: str) -> None:
        """Begin at nothing."""
        self._title.value = title(what).value
        self._began, self._before = None, 0
        self.bar.value = 0.0
        self.text.value = "Asking HubSpot…"
        self.stop.description, self.stop.disabled = "Stop", False
        self._told.value = KEPT

    def tell(self, progress: Progress) -> None:
        """Show how far it is."""
        if self._began is None and progress.rows_total:
            self._began, self._before = self._clock(), progress.rows_done
        seconds = self._clock() - self._began if self._began is not None else 0.0
        self.bar.value = share_done(progress)
        self.text.value = progress_text(progress, seconds, self._before)

    def _stop(self) -> None:
        if self._ask_to_stop() == 1:
            self.stop.description = "Stop without waiting"
            self._told.value = AT_MOST
        else:
            self.stop.disabled = True
            self._told.value = "Stopping now. What is on the way is called unconfirmed."
