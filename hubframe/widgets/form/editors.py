"""Editors of refused cells, each of its property's kind."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from hubframe.planning.definitions import Property
from hubframe.widgets.form.editor_kinds import day_of, kind_of, offered, picked, true_of

__all__ = ["Editor", "editor"]

_PLACEHOLDERS = {"moment": "2026-01-31T09:30:00Z", "number": "1234.5"}
_KEPT = object()  # a choice of its own: a Dropdown shows nothing for None
_LABEL = "New value"  # fixed: in ipywidgets 7 a description is HTML


@dataclass(frozen=True, slots=True)
class Editor:
    """A control, and how its value is written in a cell."""

    widget: ipywidgets.DOMWidget
    write: Callable[[Any], str]

    @property
    def text(self) -> str:
        """What is chosen or typed, as a cell holds it; ``""`` for a blank one."""
        return self.write(self.widget.value)

    def close(self) -> None:
        """Take the control off the page, and what belongs to it."""
        for part in (self.widget.layout, getattr(self.widget, "style", None), self.widget):
            if part is not None:
                part.close()


def editor(definition: Property | None, text: str, *, pipeline: str = "", label: str = _LABEL) -> Editor:
    """Return an editor that shows a text as far as it can.

    Parameters
    ----------
    definition
        The property's; None for an id.
    text
        The cell's, or what was typed before.
    pipeline
        Of a stage, the pipeline that the row names.
    label
        What the control is called on the page; never anything from outside.
    """
    kind = kind_of(definition)
    if definition is not None and kind == "choice":
        return _one(definition, text, pipeline, label)
    if definition is not None and kind == "choices":
        return _several(definition, text, label)
    if definition is not None and kind == "flag":
        said = true_of(definition, text)
        box = ipywidgets.Checkbox(value=said, description="Yes", indent=False, layout=_layout())
        return Editor(box, lambda value: "true" if value else "false")
    if kind == "date":
        picker = ipywidgets.DatePicker(value=day_of(text), **_named(label))
        return Editor(picker, _day)
    # A one-line control would drop line breaks.
    made = ipywidgets.Textarea if "\n" in text or "\r" in text else ipywidgets.Text
    typed = made(value=text, placeholder=_PLACEHOLDERS.get(kind, ""), **_named(label))
    return Editor(typed, str)


def _one(definition: Property, text: str, pipeline: str, label: str) -> Editor:
    options: list[tuple[str, Any]] = [("Choose …", _KEPT), ("(leave empty)", "")]
    choices = offered(definition, pipeline)
    options += choices
    named = picked(definition, text, [value for _, value in choices], pipeline)
    start = named[0] if len(named) == 1 else _KEPT if text else ""
    dropdown = ipywidgets.Dropdown(options=options, value=start, **_named(label))
    # Where nothing is chosen the cell stays what it was.
    return Editor(dropdown, lambda value: text if value is _KEPT else value)


def _several(definition: Property, text: str, label: str) -> Editor:
    choices = offered(definition)
    values = [value for _, value in choices]
    chosen = picked(definition, text, values)
    select = ipywidgets.SelectMultiple(
        options=choices, value=tuple(chosen), rows=min(max(len(choices), 2), 5), **_named(label)
    )
    # One that begins with a semicolon adds to what HubSpot holds.
    start = ";" if text.startswith(";") else ""
    return Editor(select, lambda value: start + ";".join(value) if value else "")


def _day(value: datetime.date | None) -> str:
    return "" if value is None else value.isoformat()


def _named(label: str) -> dict[str, Any]:
    return {"description": label, "style": {"description_width": "5.5em"}, "layout": _layout()}


def _layout() -> ipywidgets.Layout:
    return ipywidgets.Layout(width="calc(100% - 4px)")  # its margins
