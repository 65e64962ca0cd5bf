"""The step before the first: a form that was given no frame asks for a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from hubframe.delivery.run import Progress
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.style import button, html, labelled, row, title
from hubframe.widgets.form.uploads import Upload, preview_html, read_upload, uploaded

__all__ = ["UploadPanel"]

HINT = (
    "CSV (separated by commas, semicolons or tabs) or Excel (.xlsx). The first line names the columns, and one column "
    "holds the records' ids, as in HubSpot's own exports. Nothing is sent yet."
)


class UploadPanel:
    """A CSV file or a workbook's sheet, looked at before it is used; ``box`` holds the controls.

    ``on_frame`` gets the frame, and the code that reads the same file.
    """

    def __init__(self, host: Host, on_frame: Callable[[pd.DataFrame, str], None]) -> None:
        self._host, self._on_frame = host, on_frame
        self._name, self._content = "", b""
        self.upload: Upload | None = None
        self.file = ipywidgets.FileUpload(
            accept=".csv,.tsv,.txt,.xlsx,.xlsm",
            multiple=False,
            description="Choose a file",
            layout=ipywidgets.Layout(width="auto"),
        )
        self.sheet = ipywidgets.Dropdown(options=[])
        self._sheet_row = labelled("Sheet", self.sheet)
        self._told, self._preview = html(), html(width="100%")
        self.use = button("Use this file", icon="check", style="primary")
        self.file.observe(host.guarded(self._chosen), "value")
        self.sheet.observe(host.guarded(self._sheet_chosen), "value")
        self.use.on_click(host.guarded(self._used))
        self.box: ipywidgets.Box = ipywidgets.VBox(
            [
                title("Choose the file with your rows"),
                html(escape(HINT), "hf-dim"),
                row(self.file, classes=("hf-actions",)),
                self._told,
                self._sheet_row,
                self._preview,
                row(self.use, classes=("hf-actions",)),
            ]
        )
        self._show(None)

    def _chosen(self, _: Any) -> None:
        found = uploaded(self.file.value)
        if found is None:
            return
        self._let_go()
        self._name, self._content = found
        self._read(None)

    def _sheet_chosen(self, _: Any) -> None:
        if self.upload is not None and self.sheet.value not in (None, self.upload.sheet):
            self._read(self.sheet.value)

    def _read(self, sheet: str | None) -> None:
        name, content = self._name, self._content

        async def read(_: Callable[[Progress], None]) -> Upload:
            return await asyncio.to_thread(read_upload, name, content, sheet)

        self._show(None)  # whatever becomes of it, the file before it is not the one in sight
        self._host.run(f"Reading {name}", read, self._show)

    def _show(self, upload: Upload | None) -> None:
        self.upload = None  # so that filling the list of sheets is no choice
        sheets = () if upload is None else upload.sheets
        self.sheet.options = sheets
        self.sheet.value = upload.sheet if upload is not None and sheets else None
        self._sheet_row.layout.display = "" if len(sheets) > 1 else "none"
        self.upload = upload
        self.use.disabled = upload is None
        self._preview.value = "" if upload is None else preview_html(upload.frame)
        notes = "" if upload is None else "".join(f"<li>{escape(note)}</li>" for note in upload.notes)
        named = f"<b>{escape(self._name)}</b>" if upload is not None else ""
        self._told.value = f"{named}<ul>{notes}</ul>" if notes else named

    def _used(self, _: Any) -> None:
        if self.upload is not None:
            self._on_frame(self.upload.frame, self.upload.source)

    def _let_go(self) -> None:
        """Empty the control: what it holds would be saved with the notebook, the file whole."""
        if isinstance(self.file.value, dict):  # ipywidgets 7, whose value is made of these
            with self.file.hold_sync():
                self.file.metadata, self.file.data = [], []
        else:
            self.file.value = ()
