"""What became of each row, and what was refused put right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from hubframe.delivery.run import Progress
from hubframe.planning.definitions import Property
from hubframe.results.frame import failed_rows
from hubframe.results.retried import runs_of, typed_result, with_rows_replaced
from hubframe.widgets.form.corrections import corrected, rows_to_send
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.recorded_runs import recorded_runs
from hubframe.widgets.form.refused import LEFT, refused
from hubframe.widgets.form.refused_list import RefusedList
from hubframe.widgets.form.results_text import UNDO_WORDS, retried_told, stopped_html, undo_told, undone_told
from hubframe.widgets.form.saving import download_link, save
from hubframe.widgets.form.style import button, html, row, title
from hubframe.widgets.rich import badges_html

__all__ = ["ResultsPanel"]

Positions = np.ndarray[Any, np.dtype[np.intp]]
FILE_NAME = "hubspot-failed-rows"


class ResultsPanel:
    """The rows of a result by what became of them; refused cells to correct, and what can be done next.

    Parameters
    ----------
    host
        The form.
    result
        Of an update, a retry, or put together.
    written
        The columns that were written, with the definitions they were planned with.
    id_label
        The column that says which record a row is; the name of an index level where it is none.
    on_result
        Gets the result whole, whenever it has changed.
    on_again
        Called by "Start again".

    Attributes
    ----------
    result : pandas.DataFrame
        With the corrections that were sent.
    refused : RefusedList
    """

    def __init__(
        self,
        host: Host,
        result: pd.DataFrame,
        written: Sequence[tuple[Any, Property]],
        id_label: Any,
        on_result: Callable[[pd.DataFrame], None],
        on_again: Callable[[], None],
    ) -> None:
        self._host, self._written, self._id_label = host, dict(written), id_label
        self._on_result = on_result
        self._undone_from: pd.DataFrame | None = None
        self._heading, self._counts, self._stopped = title("Results"), html(), html()
        self._saved, self._undo_told = html(), html()
        self.retry = button("Retry", icon="repeat", style="primary", hint="Send the ticked rows")
        self.send_left = button("Send", icon="repeat", hint="Send the rows that were not reached")
        self.undo = button("Undo …", icon="undo", hint="Put the old values back")
        self.confirm = button("Put back", icon="undo", style="danger", hint="Write the old values to HubSpot")
        self.cancel = button("Leave everything as it is")
        self.save = button("Save failed rows as CSV", icon="download")
        self.again = button("Start again", icon="arrow-left", hint="Back to the first step")
        actions: tuple[tuple[ipywidgets.Button, Callable[[], None]], ...] = (
            (self.retry, self._retry),
            (self.send_left, self._send_left),
            (self.undo, lambda: self._ask(asked=True)),
            (self.confirm, self._undo),
            (self.cancel, lambda: self._ask(asked=False)),
            (self.save, self._save),
            (self.again, on_again),
        )
        for control, callback in actions:
            control.on_click(host.guarded(partial(_called, callback)))
        self.refused = RefusedList(host, self._written, id_label, self._label_retry)
        self._question = row(html(), self.confirm, self.cancel)
        bottom = row(self.retry, self.send_left, self.undo, self.save, self.again, classes=("hf-actions",))
        parts = [self._heading, self._counts, self._stopped, self.refused.box, bottom, self._question]
        self.box: ipywidgets.VBox = ipywidgets.VBox([*parts, self._undo_told, self._saved])
        self.show(result)

    def show(self, result: pd.DataFrame) -> None:
        """Show a result in place of the one that was shown, and forget what was typed for that."""
        self._undone_from = None
        self.refused.corrections.forget(range(len(result)))
        self._renew(result)

    def _renew(self, result: pd.DataFrame, runs_before: Collection[str | None] = ()) -> None:
        """Show a result; of the runs before nobody is told again what stopped them."""
        self.result = result
        self._recorded = recorded = recorded_runs(result)
        counts = result["hubspot_status"].value_counts()
        # In the order in which the statuses are listed everywhere.
        by_status = {name: int(counts[name]) for name in result["hubspot_status"].cat.categories if counts[name]}
        self._counts.value = badges_html(by_status, UNDO_WORDS if recorded.is_undo else None)
        self._stopped.value = stopped_html(_stopped(result, runs_before))
        self.refused.show(result, refused(result, self._written), recorded)
        left = sum(by_status.get(status, 0) for status in LEFT)
        can_retry = not recorded.is_undo and not recorded.why_no_retry
        self.send_left.description = f"Send the {left:,} row{'' if left == 1 else 's'} that {_are(left)} left"
        _show(self.send_left, left and can_retry)
        _show(
            self.retry, can_retry and any(cause.fix != "none" and not cause.left for cause in self.refused.all_causes)
        )
        _show(self.undo, recorded.records or self._left_to_undo())
        self.undo.description = "Undo …" if not recorded.is_undo else "Put back what is left …"
        _show(self.save, len(failed_rows(result)))
        self._undo_told.value = f'<span class="hf-dim">{escape(undo_told(recorded))}</span>'
        self._saved.value = ""
        self._ask(asked=False)
        self._label_retry()

    def _left_to_undo(self) -> bool:
        left = self.result["hubspot_status"].isin(["failed", "unsent", "unconfirmed"])
        return self._recorded.is_undo and self._undone_from is not None and bool(left.any())

    def _label_retry(self) -> None:
        count = len(self.refused.corrections.ticked)
        self.retry.description = f"Retry {count:,} row{'' if count == 1 else 's'}"
        self.retry.disabled = not count

    # Sending again

    def _retry(self) -> None:
        ticked = sorted(self.refused.corrections.ticked)
        if not ticked:
            self._host.say("Tick the rows to send first; correcting a cell ticks its row.", "warning")
            return
        texts = self.refused.corrections.texts
        going = set(ticked)
        typed = {key: text for key, text in texts.items() if key[0] in going}
        whole = corrected(self.result, typed, self._written, self._id_label)
        self._go(whole, rows_to_send(whole, self._id_label, ticked), ticked)

    def _send_left(self) -> None:
        left = np.flatnonzero(self.result["hubspot_status"].isin(LEFT).to_numpy(dtype=bool)).tolist()
        self._go(self.result, rows_to_send(self.result, self._id_label, left), left)

    def _go(self, whole: pd.DataFrame, rows: Positions, asked: Sequence[int]) -> None:
        part = whole.iloc[rows]

        def make(progress: Callable[[Progress], None]) -> Coroutine[Any, Any, pd.DataFrame]:
            again: Coroutine[Any, Any, pd.DataFrame] = part.hubspot.retry_async(
                progress=progress, connection=self._host.connection
            )
            return again

        def done(again: pd.DataFrame) -> None:
            merged = with_rows_replaced(typed_result(whole), rows, again)
            self.refused.corrections.forget(asked)
            self._on_result(merged)
            self._renew(merged, set(runs_of(whole)))
            self._host.say(*retried_told(merged["hubspot_status"].iloc[list(asked)].tolist()))

        self._host.run(f"Sending {len(asked):,} row{'' if len(asked) == 1 else 's'} again", make, done)

    # Undoing

    def _ask(self, *, asked: bool) -> None:
        _show(self._question, asked)
        count = self._recorded.records
        told = f"Put back {count:,} record{'' if count == 1 else 's'}?" if count else "Put back what is left?"
        self._question.children[0].value = f"<b>{escape(told)}</b>"
        self.confirm.description = told.removesuffix("?")
        self.undo.disabled = asked

    def _undo(self) -> None:
        original = self.result if not self._recorded.is_undo else self._undone_from
        if original is None:
            return
        original = original.copy()

        def make(progress: Callable[[Progress], None]) -> Coroutine[Any, Any, pd.DataFrame]:
            undone: Coroutine[Any, Any, pd.DataFrame] = original.hubspot.undo_async(
                progress=progress, connection=self._host.connection
            )
            return undone

        def done(undone: pd.DataFrame) -> None:
            self._undone_from = original
            self.refused.corrections.forget(range(len(undone)))
            self._on_result(undone)
            self._renew(undone)
            self._host.say(*undone_told(undone["hubspot_status"].tolist()))

        self._host.run("Putting back the old values", make, done)

    # Saving

    def _save(self) -> None:
        whole = corrected(self.result, self.refused.corrections.texts, self._written, self._id_label)
        failed = failed_rows(whole)
        count = f"{len(failed):,} row{'' if len(failed) == 1 else 's'}"

        def done(path: Path) -> None:
            link = download_link(path.read_bytes(), path.name)
            self._saved.value = f"<div>{count} saved as <code>{escape(str(path))}</code> · {link}</div>"

        self._host.run(f"Saving {count}", lambda _: asyncio.to_thread(save, failed, Path.cwd(), FILE_NAME), done)


def _called(callback: Callable[[], None], _: object) -> None:
    callback()


def _stopped(result: pd.DataFrame, runs_before: Collection[str | None]) -> str | None:
    """Return what ended a run early that was not among those before."""
    runs = pd.Series(runs_of(result), dtype=object)
    for place in np.flatnonzero(~(runs.duplicated() | runs.isin(runs_before)).to_numpy(dtype=bool)).tolist():
        run = result.iloc[[place]].hubspot.summary().run
        if run is not None and run.stopped:
            return str(run.stopped)
    return None


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _show(control: ipywidgets.DOMWidget, shown: object) -> None:
    control.layout.display = "" if shown else "none"
