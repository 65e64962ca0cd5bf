"""The first step: what is written where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from hubframe.delivery.run import Progress
from hubframe.planning.definitions import Definitions
from hubframe.planning.object_types import type_id
from hubframe.reading import read_definitions
from hubframe.reading_definitions import read_for_plan
from hubframe.widgets.form.choices import (
    UpdateChoices,
    arguments,
    automatic,
    column_problems,
    problems,
)
from hubframe.widgets.form.column_controls import ColumnControls
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.id_controls import IdControls
from hubframe.widgets.form.settings_controls import SettingsControls
from hubframe.widgets.form.style import button, html, labelled, row, title

__all__ = ["ChoosePanel"]

PROBLEMS_SHOWN = 4
UNKNOWN = (
    "The token may not read which properties there are. Beside each column that is to be written, type the internal "
    "name of its property; HubSpot judges whether it is right."
)


class ChoosePanel:
    """Object type, id column, a property per column, and how to write; ``box`` holds the controls.

    ``on_change`` is called after every change, ``on_preview`` where the choices are valid and previewing is asked for.
    Nothing is read before `start`, which the form calls once the panel is in it.
    """

    def __init__(
        self,
        host: Host,
        df: pd.DataFrame,
        object_types: Sequence[tuple[str, str]],
        object_type: str | None,
        on_preview: Callable[[], None],
        on_change: Callable[[], None],
    ) -> None:
        self._host, self._df = host, df
        self._on_preview, self._on_change = on_preview, on_change
        self._choices: UpdateChoices | None = None
        self._problems: list[str] = []
        offered, chosen = _object_types(object_types, object_type)
        self.object_types = ipywidgets.Dropdown(options=offered, value=chosen)
        self.read_again = button("Read again", hint="Read the properties of this object type from HubSpot")
        self.ids = IdControls(host, self._renew)
        self.columns = ColumnControls(host, df, self._renew)
        self.settings = SettingsControls(host, self._set, host.connection.account.time_zone)
        self.preview = button("Preview changes", style="primary", hint="Compare with HubSpot; nothing is sent")
        self._notes, self._why = html(), html()
        records = labelled("Records", self.object_types, f"{len(df):,} rows, {df.shape[1]:,} columns")
        records.children = (*records.children, self.read_again)
        self._chosen = ipywidgets.VBox(
            [self.ids.box, self._notes, self.columns.box, title("How to write"), self.settings.box]
        )
        actions = row(self.preview, self._why, classes=("hf-actions",))
        self.box: ipywidgets.Box = ipywidgets.VBox(
            [title("Choose what is written where"), records, self._chosen, actions]
        )
        self._listen(host)
        self._take(None)

    def start(self) -> None:
        """Read the properties of the object type that is chosen already, if one is and they were not read yet."""
        if self.object_type and self._choices is None:
            self._read()

    @property
    def object_type(self) -> str:
        """The name of the chosen object type; empty where none is."""
        return str(self.object_types.value)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of `hubframe.plan_update`, ``object_type`` among them, defaults left out."""
        if self._choices is None:
            return {"object_type": self.object_type, **self.settings.settings.arguments()}
        return arguments(self._choices)

    @property
    def problems(self) -> list[str]:
        """What is still wrong, in sentences."""
        return list(self._problems)

    @property
    def valid(self) -> bool:
        """Whether the choices can be planned."""
        return not self._problems

    # What is pressed and typed

    def _listen(self, host: Host) -> None:
        self.object_types.observe(host.guarded(lambda _: self._read()), "value")
        self.read_again.on_click(host.guarded(lambda _: self._read()))
        self.preview.on_click(host.guarded(lambda _: self._preview()))

    def _read(self) -> None:
        self._renew(None)
        object_type, connection = self.object_type, self._host.connection
        if not object_type:
            return

        async def read(_: Callable[[Progress], None]) -> tuple[Definitions, Definitions]:
            # Without columns, sensitive properties are read as well: they are among what can be chosen.
            definitions = await read_for_plan(connection, object_type, [], [])
            return await read_definitions(connection, object_type), definitions

        def done(found: tuple[Definitions, Definitions]) -> None:
            if object_type == self.object_type:
                self._begin(*found)

        self._host.run(f"Reading the properties of {object_type}", read, done)

    def _begin(self, first_read: Definitions, definitions: Definitions) -> None:
        choices = automatic(
            list(self._df.columns),
            definitions,
            index_names=list(self._df.index.names),
            first_read=first_read,
            settings=self.settings.settings,
            levels=self._df.columns.nlevels,
        )
        self._notes.value = _notes_html(definitions)
        self.columns.begin(choices, column_problems(choices))
        self._renew(choices)

    def _set(self) -> None:
        self._renew(replace(self._choices, settings=self.settings.settings) if self._choices is not None else None)

    def _preview(self) -> None:
        if self.valid:
            self._on_preview()

    # How it is shown

    def _renew(self, choices: UpdateChoices | None) -> None:
        self._take(choices)
        self._on_change()

    def _take(self, choices: UpdateChoices | None) -> None:
        """Take over choices, and show them and what is wrong with them."""
        self._choices = choices
        self._problems = self._found_problems()
        self._chosen.layout.display = "none" if choices is None else ""
        self.read_again.layout.display = "" if choices is None and self.object_type else "none"
        if choices is not None:
            self.ids.show(choices)
            self.columns.show(choices, column_problems(choices))
        self.preview.disabled = not self.valid
        self._why.value = _why_html(self._problems)

    def _found_problems(self) -> list[str]:
        if not self.object_type:
            return ["Choose what kind of records the rows are."]
        if self._choices is None:
            return [f"The properties of {self.object_type} have not been read yet. Press Read again."]
        nothing = [] if len(self._df) else ["There are no rows to write."]
        return nothing + problems(self._choices)


def _object_types(offered: Sequence[tuple[str, str]], chosen: str | None) -> tuple[list[tuple[str, str]], str]:
    """Return the object types to choose from, and the one that is chosen, by the name that is offered for it."""
    if not chosen:
        return [("Choose one", ""), *offered], ""
    same = [name for _, name in offered if name == chosen or (type_id(name) or name) == (type_id(chosen) or chosen)]
    if same:
        return [*offered], same[0]
    return [*offered, (chosen, chosen)], chosen


def _notes_html(definitions: Definitions) -> str:
    if not definitions.known:
        return f'<div class="hf-message">{escape(UNKNOWN)}</div>'
    typed = " To write one all the same, type its internal name." if definitions.hidden else ""
    return "".join(f'<div class="hf-dim">{escape(note + typed)}</div>' for note in definitions.notes)


def _why_html(problems: Sequence[str]) -> str:
    lines = [f"<div>{escape(one)}</div>" for one in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f'<div class="hf-dim">and {len(problems) - PROBLEMS_SHOWN:,} more</div>')
    return f'<div style="padding-left:10px">{"".join(lines)}</div>'
