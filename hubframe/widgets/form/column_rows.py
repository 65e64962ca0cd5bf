"""A page of the frame's columns: what each holds, the property it goes to, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets

from hubframe.widgets.form.host import Host
from hubframe.widgets.form.style import button, html, row

__all__ = ["ColumnRow", "ColumnRows"]

# Where a page is too narrow for all of them, the last ones wrap.
NAME, SAMPLES, TARGET, TOLD = "3 1 9em", "4 1 11em", "5 1 15em", "4 1 9em"


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """What is shown of a column, as plain text.

    Attributes
    ----------
    place : int
        The column's place in the frame.
    text : str
        What stands in its box.
    told : str
        The property's type, or why the column is off.
    problem : str
        What is wrong, in a sentence; empty where nothing is.
    again : str
        What the box held before the column was turned off, where it matches by itself.
    holds_ids : bool
        Whether it says which record each row is; then it goes nowhere.
    """

    place: int
    name: str
    samples: tuple[str, ...]
    text: str
    told: str
    problem: str = ""
    again: str = ""
    holds_ids: bool = False


class ColumnRows:
    """The columns in sight, in ``box``; ``typed`` is called with a column's place and its box's new text."""

    def __init__(self, host: Host, typed: Callable[[int, str], None]) -> None:
        self._host, self._typed = host, typed
        self._rows: list[_Row] = []
        self._options: tuple[str, ...] = ()
        head = row(
            _head("Column", NAME),
            _head("For example", SAMPLES),
            _head("Goes to the property", TARGET),
            _head("", TOLD),
            classes=("hf-row",),
        )
        self._head = head
        self.box: ipywidgets.Box = ipywidgets.VBox([])

    def offer(self, options: Sequence[str]) -> None:
        """Set the properties to choose from."""
        self._options = tuple(options)
        for one in self._rows:
            one.offer(self._options)

    def show(self, columns: Sequence[ColumnRow]) -> None:
        while len(self._rows) < len(columns):
            self._rows.append(_Row(self._host, self._typed, self._options))
        for one, column in zip(self._rows, columns, strict=False):
            one.show(column)
        shown = (self._head, *(one.box for one in self._rows[: len(columns)]))
        if shown != self.box.children:  # setting them anew would take the focus away
            self.box.children = shown


class _Row:
    def __init__(self, host: Host, typed: Callable[[int, str], None], options: tuple[str, ...]) -> None:
        self._typed = typed
        self._column: ColumnRow | None = None
        self._showing = False
        self._name, self._samples = html(), html()
        self._told = html()
        self._name.layout.flex, self._samples.layout.flex, self._told.layout.flex = NAME, SAMPLES, TOLD
        self._target = ipywidgets.Combobox(
            options=options,
            placeholder="not written",
            continuous_update=False,
            layout=ipywidgets.Layout(width="auto", min_width="0", flex=TARGET),
        )
        self._off = button("Off", hint="Don't write this column", width="4em")
        self._off.layout.flex = "0 0 auto"
        self._target.observe(host.guarded(self._changed), "value")
        self._off.on_click(host.guarded(self._pressed))
        self.box = row(self._name, self._samples, self._target, self._told, self._off, classes=("hf-row",))

    def offer(self, options: tuple[str, ...]) -> None:
        self._target.options = options

    def show(self, column: ColumnRow) -> None:
        self._column = column
        self._name.value = f'<b class="hf-value">{escape(column.name)}</b>'
        self._samples.value = "<br>".join(f'<span class="hf-value">{escape(one)}</span>' for one in column.samples)
        self._told.value = _told_html(column)
        self._showing = True
        try:
            self._target.value = "" if column.holds_ids else column.text
        finally:
            self._showing = False
        self._target.disabled = column.holds_ids
        self._target.placeholder = "identifies the record" if column.holds_ids else "not written"
        turns_on = not column.text and bool(column.again)
        self._off.description = "On" if turns_on else "Off"
        self._off.tooltip = "Write this column again" if turns_on else "Don't write this column"
        self._off.disabled = column.holds_ids or not (column.text or turns_on)
        is_off = not column.text and not column.holds_ids
        (self.box.add_class if is_off else self.box.remove_class)("hf-row-off")

    def _changed(self, change: Any) -> None:
        column = self._column
        if not self._showing and column is not None and change["new"] != column.text:
            self._typed(column.place, change["new"])

    def _pressed(self, _: Any) -> None:
        if self._column is not None:
            self._typed(self._column.place, "" if self._column.text else self._column.again)


def _head(text: str, flex: str) -> ipywidgets.HTML:
    made = html(f'<span class="hf-dim">{escape(text)}</span>')
    made.layout.flex = flex
    return made


def _told_html(column: ColumnRow) -> str:
    if column.problem:
        told = f'<span class="hf-amber">{escape(column.problem)}</span>'
        return f"{escape(column.told)}<br>{told}" if column.told else told
    return escape(column.told)
