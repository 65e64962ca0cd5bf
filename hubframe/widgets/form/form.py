"""The form whole: one panel at a time, the account always in sight, and what is going on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, TypeVar

import ipywidgets
import pandas as pd

from hubframe.connection import Connection
from hubframe.errors import HubframeError
from hubframe.plan_updating import plan_update_async
from hubframe.settings import HUBSPOT_URL
from hubframe.update_plan import UpdatePlan, planned_layout, written_columns
from hubframe.widgets.form.choose import ChoosePanel
from hubframe.widgets.form.code import code
from hubframe.widgets.form.host import Callback, Make, Panel
from hubframe.widgets.form.page_text import Kind, Step, error_html, head_html, message_html, steps_html
from hubframe.widgets.form.preview import ROWS_SHOWN, PreviewPanel
from hubframe.widgets.form.progress_panel import ProgressPanel
from hubframe.widgets.form.refused import Refused, refused
from hubframe.widgets.form.results import ResultsPanel
from hubframe.widgets.form.style import STYLE, html
from hubframe.widgets.form.upload import UploadPanel
from hubframe.widgets.form.work import Ended, Work

__all__ = ["UpdateForm"]

T = TypeVar("T")
Planned = tuple[UpdatePlan, pd.DataFrame, Refused]
STOPPED = "Stopped before anything was written. No record was changed."


class UpdateForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The form that `hubframe.update_form` shows.

    Attributes
    ----------
    plan : UpdatePlan or None
        What was previewed last.
    result : pandas.DataFrame or None
        What became of the rows, once some were sent; later what retries and an undo made of it.
    code : str
        The lines that do the same as the form's choices.
    """

    def __init__(
        self,
        df: pd.DataFrame | None,
        object_type: str | None,
        *,
        connection: Connection,
        object_types: Sequence[tuple[str, str]],
    ) -> None:
        self.plan: UpdatePlan | None = None
        self.result: pd.DataFrame | None = None
        self.connection = connection
        self._lock = threading.RLock()
        self._work = Work()
        self._object_types, self._object_type = object_types, object_type
        self._source: str | None = None
        self._uploads = df is None
        self._head, self._steps, self._message = html(_head(connection), "hf-head"), html(), html()
        self._panel = ipywidgets.VBox([])
        self._panel.add_class("hf-panel")
        self._code = html()
        self.show_code = ipywidgets.ToggleButton(
            value=False,
            description="Show the code",
            icon="code",
            layout=ipywidgets.Layout(width="auto", align_self="flex-start"),
        )
        self.show_code.observe(self.guarded(lambda _: self._show_code()), "value")
        self.progress = ProgressPanel(self, self._work.stop)
        self.preview = PreviewPanel(self, on_back=self._to_choose, on_update=self._update)
        self.upload: UploadPanel | None = None
        self.choose: ChoosePanel | None = None
        self.results: ResultsPanel | None = None
        self._shown: Panel | None = None
        super().__init__([html(STYLE), self._head, self._steps, self._message, self._panel, self.show_code, self._code])
        self.add_class("hubframe-form")
        self._message.layout.display = "none"
        with self._lock:
            if df is None:
                self._to_upload()
            else:
                self._choose_for(df, None)

    @property
    def code(self) -> str:
        if self.choose is None:
            return ""
        labels, levels = list(self._df.columns), list(self._df.index.names)
        return code(self.choose.arguments, source=self._source, labels=labels, index_names=levels)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until what the form is doing has ended, and tell whether it has; a stop or an error ends it, too."""
        return self._work.wait(timeout_seconds)

    def __repr__(self) -> str:
        of_type = f", {self.choose.object_type}" if self.choose is not None and self.choose.object_type else ""
        return f"<hubframe.UpdateForm: {self.connection.account}{of_type}>"

    # What the panels ask for

    def guarded(self, callback: Callback) -> Callback:
        def guard(event: Any) -> None:
            with self._lock:
                try:
                    callback(event)
                except Exception as error:  # noqa: BLE001 - a callback that fails is shown in the form, never nowhere
                    self._tell(error)

        return guard

    def say(self, text: str, kind: Kind = "note") -> None:
        self._message.value = message_html(text, kind)
        self._message.layout.display = "" if text else "none"

    def run(self, title: str, make: Make[T], done: Callable[[T], None]) -> None:
        with self._lock:
            if self._work.is_running:
                raise HubframeError("Something is still going on. Wait for it to end, or press Stop.")
            self.say("")
            before = self._shown
            self.progress.begin(title)
            self._show(self.progress)
            self._work.start(make, self._progressed, lambda ended: self._ended(ended, done, before))

    # What happens, in the order of the steps

    def _to_upload(self) -> None:
        if self.upload is None:
            self.upload = UploadPanel(self, on_frame=self._choose_for)
        self._show(self.upload, "file")

    def _choose_for(self, df: pd.DataFrame, source: str | None) -> None:
        self._df, self._source = df, source
        self.choose = ChoosePanel(
            self,
            df,
            self._object_types,
            self._object_type,
            on_preview=self._preview,
            on_change=self._show_code,
        )
        self._to_choose()
        self.choose.start()

    def _to_choose(self) -> None:
        assert self.choose is not None
        self._show(self.choose, "choose")

    def _preview(self) -> None:
        assert self.choose is not None
        arguments = dict(self.choose.arguments)

        async def planned(progress: Callable[..., None]) -> Planned:
            plan = await plan_update_async(self._df, **arguments, progress=progress, connection=self.connection)
            return await asyncio.to_thread(_planned, plan)

        self.run(f"Reading what HubSpot holds of the {arguments['object_type']}", planned, self._previewed)
        self._at("preview")

    def _previewed(self, found: Planned) -> None:
        self.plan = found[0]
        self.preview.show(*found)
        self._show(self.preview, "preview")

    def _update(self) -> None:
        plan = self.plan
        assert plan is not None
        self.run(f"Updating {plan.object_type}", lambda progress: plan.send_async(progress=progress), self._sent)
        self._at("update")

    def _sent(self, result: pd.DataFrame) -> None:
        assert self.plan is not None
        self.result = result
        self.results = ResultsPanel(
            self,
            result,
            written_columns(self.plan),
            planned_layout(self.plan).id_label,
            on_result=self._keep,
            on_again=self._again,
        )
        self._show(self.results, "results")

    def _keep(self, result: pd.DataFrame) -> None:
        self.result = result

    def _again(self) -> None:
        self.say("")
        if self._uploads:
            self._to_upload()
        else:
            self._to_choose()

    # How it is shown

    def _show(self, panel: Panel | None, step: Step | None = None) -> None:
        self._panel.children = () if panel is None else (panel.box,)
        if panel is not self.progress:
            self._shown = panel
        if step is not None:
            self._at(step)

    def _at(self, step: Step) -> None:
        self._steps.value = steps_html(step, uploads=self._uploads)
        self._show_code()

    def _show_code(self) -> None:
        shown = self.show_code.value and self.code
        self._code.value = f"<pre>{escape(self.code)}</pre>" if shown else ""
        self.show_code.layout.display = "" if self.choose is not None else "none"

    def _progressed(self, progress: Any) -> None:
        with self._lock:
            self.progress.tell(progress)

    def _ended(self, ended: Ended, done: Callable[[Any], None], before: Panel | None) -> None:
        with self._lock:
            if ended.error is not None:
                self._tell(ended.error)
            elif ended.stopped and ended.value is None:
                self.say(STOPPED, "warning")
            else:
                self.say("\n".join(ended.heard), "warning")
                self.guarded(done)(ended.value)
            # Only now: before, the panel would have been in sight for a moment without what came.
            if self._panel.children == (self.progress.box,) and not self._work.is_running:
                self._show(before, self._step_of(before))

    def _step_of(self, panel: Panel | None) -> Step:
        if panel is None or panel is self.choose:
            return "choose"
        if panel is self.upload:
            return "file"
        return "preview" if panel is self.preview else "results"

    def _tell(self, error: BaseException) -> None:
        self._message.value = error_html(error)
        self._message.layout.display = ""


def _planned(plan: UpdatePlan) -> Planned:
    return plan, plan.changes(limit=ROWS_SHOWN), refused(plan.frame, dict(written_columns(plan)))


def _head(connection: Connection) -> str:
    if connection.local is not None:
        return head_html(str(connection.account), "a demo on this machine; nothing leaves it")
    return head_html(str(connection.account), "" if connection.base_url == HUBSPOT_URL else connection.base_url)
