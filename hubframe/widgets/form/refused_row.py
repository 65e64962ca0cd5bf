"""One refused cell on the page: what it is, why it was refused, and its editor."""

from __future__ import annotations

import ipaddress
from html import escape
from typing import Any, Protocol
from urllib.parse import urlsplit

import ipywidgets

from hubframe.widgets.form.editors import Editor
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.refused import RefusedCell
from hubframe.widgets.form.style import button, html, row

__all__ = ["RefusedRow", "cell_html"]

LONGEST_SHOWN = 300


class Owner(Protocol):
    """The list a row stands in."""

    def edit(self, row_shown: RefusedRow, text: str) -> None: ...

    def edit_alike(self, row_shown: RefusedRow) -> None: ...

    def tick(self, row_shown: RefusedRow, *, ticked: bool) -> None: ...


class RefusedRow:
    """One refused cell: what it is, why it was refused, and its editor."""

    def __init__(
        self,
        host: Host,
        owner: Owner,
        cell: RefusedCell,
        column: Any,
        control: Editor | None,
        *,
        can_go: bool = True,
        alike: int = 1,
        shown: str | None = None,
    ) -> None:
        self.cell, self.column, self.editor = cell, column, control
        self._now = shown or ""
        self._ticking = False
        self.send = ipywidgets.Checkbox(
            value=False, description="Send", indent=False, layout=ipywidgets.Layout(width="5em", flex="0 0 auto")
        )
        self.send.observe(host.guarded(lambda _: self._ticked(owner)), "value")
        self.send.layout.visibility = "visible" if can_go else "hidden"
        self._info = html(cell_html(cell, shown))
        self._info.layout.flex = "1 1 18em"
        self._note = html(width="100%")
        self.same: ipywidgets.Button | None = None
        parts: list[ipywidgets.Widget] = []
        if control is not None:
            control.widget.observe(host.guarded(lambda _: owner.edit(self, control.text)), "value")
            parts = [control.widget, self._note]
            if alike > 1:
                self.same = button(f"Same for all {alike:,} with this value", hint="Correct them alike, and tick them")
                self.same.on_click(host.guarded(lambda _: owner.edit_alike(self)))
                parts.append(self.same)
        self._right = ipywidgets.VBox(parts, layout=ipywidgets.Layout(width="23em", flex="0 1 auto"))
        children = [self.send, self._info, *([self._right] if parts else [])]
        self.box: ipywidgets.HBox = row(*children, classes=("hf-row",))

    @property
    def confirmed(self) -> str | None:
        """The text that the editor shows in place of the cell's; None where it shows the cell as it is, or nothing."""
        text = "" if self.editor is None else self.editor.text
        return None if text in ("", self._now) else text

    def tick(self, *, ticked: bool) -> None:
        """Show whether the row is to go, which changes nothing by itself."""
        self._ticking = True
        self.send.value = ticked
        self._ticking = False

    def told(self, text: str) -> None:
        """Show a remark under the editor, as plain text."""
        self._note.value = f'<span class="hf-amber">{escape(text)}</span>' if text else ""

    def close(self) -> None:
        """Take the row's widgets back: a page that was turned must leave nothing behind."""
        if self.editor is not None:
            self.editor.close()
        for part in (self.send, self._info, self._note, self.same, self._right, self.box):
            if part is not None:
                for belonging in (part.layout, getattr(part, "style", None)):
                    if belonging is not None:
                        belonging.close()
                part.close()

    def _ticked(self, owner: Owner) -> None:
        if not self._ticking:
            owner.tick(self, ticked=self.send.value)


def cell_html(cell: RefusedCell, shown: str | None = None) -> str:
    """Return a refused cell as HTML: record, property, value and reason, all escaped."""
    record = escape(cell.record or "no record id")
    if cell.record and _may_be_linked(cell.url):
        told = f"Open record {record} in HubSpot"
        record = f'<a href="{escape(cell.url)}" target="_blank" rel="noopener noreferrer" title="{told}">{record}</a>'
    value = cell.value or shown or ""
    value = value if len(value) <= LONGEST_SHOWN else f"{value[: LONGEST_SHOWN - 1]}…"
    what = f"<b>{escape(cell.label)}</b> " if cell.label else ""
    code = f'<code class="hf-value">{escape(value)}</code>' if value else ""
    return (
        f'<div>{record} <span class="hf-dim">row {escape(cell.row_label)}</span></div>'
        f"<div>{what}{code}</div><div>{escape(cell.reason)}</div>"
    )


def _may_be_linked(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" and _is_loopback(parts.hostname or "")
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
