"""The refused cells of a result, a page of one cause at a time, each with an editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.widgets.form.corrections import ID, Corrections, cell_text, column_of, id_values
from hubframe.widgets.form.editor_kinds import still_wrong
from hubframe.widgets.form.editors import editor
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.pages import Pager
from hubframe.widgets.form.recorded_runs import RecordedRuns
from hubframe.widgets.form.refused import Cause, Refused, RefusedCell
from hubframe.widgets.form.refused_row import RefusedRow
from hubframe.widgets.form.style import button, labelled, row

__all__ = ["RefusedList"]


class RefusedList:
    """Causes to choose from, and the rows of the one that is chosen.

    Parameters
    ----------
    host
        The form.
    written
        The columns that were written, by label.
    id_label
        What says which record a row is.
    on_change
        Called when something was typed or ticked.
    """

    def __init__(
        self, host: Host, written: Mapping[Any, Property], id_label: Any, on_change: Callable[[], None]
    ) -> None:
        self._host, self._written, self._id_label, self._on_change = host, written, id_label, on_change
        self.corrections = Corrections()
        self.rows: list[RefusedRow] = []
        self._quiet = False
        self._refused: Refused | None = None
        self._alike: np.ndarray[Any, Any] | None = None
        self.causes = ipywidgets.Dropdown(options=[], layout=ipywidgets.Layout(width="100%", max_width="52em"))
        self.causes.observe(host.guarded(lambda _: self._chosen()), "value")
        self.tick_all = button("Tick all", hint="Send every row of this cause")
        self.untick_all = button("Untick all", hint="Send no row of this cause")
        self.tick_all.on_click(host.guarded(lambda _: self._tick(every=True)))
        self.untick_all.on_click(host.guarded(lambda _: self._tick(every=False)))
        self.pager = Pager(host, self._turned)
        self._rows = ipywidgets.VBox([], layout=ipywidgets.Layout(width="100%"))
        self._ticks = row(self.tick_all, self.untick_all)
        self.box: ipywidgets.VBox = ipywidgets.VBox(
            [labelled("What was refused", self.causes, width="9em"), self._ticks, self._rows, self.pager.box]
        )

    def show(self, result: pd.DataFrame, refused: Refused, recorded: RecordedRuns) -> None:
        """Show the refused cells of a result; what was typed is kept."""
        before = self.cause
        self._result, self._refused, self._recorded = result, refused, recorded
        causes = refused.causes
        self._quiet = True  # the options' change is not the user's choice
        self.causes.options = [(cause.title, place) for place, cause in enumerate(causes)]
        same = [place for place, cause in enumerate(causes) if before is not None and cause.key == before.key]
        self.causes.value = (same or [0])[0] if causes else None
        self._quiet = False
        self.box.layout.display = "" if causes else "none"
        self._open()

    @property
    def all_causes(self) -> tuple[Cause, ...]:
        return () if self._refused is None else self._refused.causes

    @property
    def cause(self) -> Cause | None:
        place = self.causes.value
        return None if place is None or self._refused is None else self._refused.causes[place]

    def edit(self, row_shown: RefusedRow, text: str) -> None:
        """Keep what was typed in a row, and tick it."""
        self.corrections.texts[row_shown.cell.row, row_shown.column] = text
        self.corrections.ticked.add(row_shown.cell.row)
        row_shown.told(self._told(row_shown, text))
        row_shown.tick(ticked=True)
        self._on_change()

    def tick(self, row_shown: RefusedRow, *, ticked: bool) -> None:
        """Send a row, or not. What its editor shows is what goes: a box that is off is a no, without a click on it."""
        position = row_shown.cell.row
        (self.corrections.ticked.add if ticked else self.corrections.ticked.discard)(position)
        text = self._meant(row_shown) if ticked else None
        if text is not None:
            self.corrections.texts[position, row_shown.column] = text
        self._on_change()

    def edit_alike(self, row_shown: RefusedRow) -> None:
        """Write what a row's editor shows in every row of the cause that holds the same value, and tick them."""
        text = self._meant(row_shown)
        for other in self._like(row_shown):
            if text is not None:
                self.corrections.texts[other, row_shown.column] = text
            self.corrections.ticked.add(other)
        self._turned(self.pager.in_sight)
        self._on_change()

    def _meant(self, row_shown: RefusedRow) -> str | None:
        """Return what was typed in a row, else what its editor shows; None for the cell as it is."""
        return self.corrections.texts.get((row_shown.cell.row, row_shown.column), row_shown.confirmed)

    def _chosen(self) -> None:
        if not self._quiet:
            self._open()

    def _open(self) -> None:
        cause = self.cause
        self._alike = _alike(self._column(cause), cause) if cause is not None else None
        self._ticks.layout.display = "" if cause is not None and self._can_go(cause) else "none"
        self.pager.count(len(cause.rows) if cause is not None else 0)

    def _column(self, cause: Cause) -> pd.Series[Any] | None:
        if cause.fix == "cell":
            return column_of(self._result, cause.column)
        return id_values(self._result, self._id_label) if cause.fix == "id" else None

    def _can_go(self, cause: Cause) -> bool:
        return cause.fix != "none" and not self._recorded.is_undo and not self._recorded.why_no_retry

    def _turned(self, places: range) -> None:
        cause = self.cause
        old, self.rows = self.rows, []
        if cause is not None and self._refused is not None:
            column = self._column(cause)
            for place, cell in zip(places, self._refused.cells(cause, places), strict=True):
                self.rows.append(self._row(cause, cell, place, column))
        self._rows.children = [one.box for one in self.rows]
        for one in old:
            one.close()

    def _row(self, cause: Cause, cell: RefusedCell, place: int, column: pd.Series[Any] | None) -> RefusedRow:
        if column is None or not self._can_go(cause):
            made = RefusedRow(self._host, self, cell, None, None, can_go=self._can_go(cause))
        else:
            now = cell_text(column.iloc[cell.row])
            key = cause.column if cause.fix == "cell" else ID
            typed = self.corrections.texts.get((cell.row, key))
            definition = self._written.get(cause.column) if cause.fix == "cell" else None
            control = editor(definition, now if typed is None else typed, pipeline=self._pipeline(definition, cell.row))
            alike = 1 if self._alike is None else int(np.count_nonzero(self._alike == self._alike[place]))
            # As a text, a number that may have lost digits is another cell: confirmed, it goes as that.
            shown = None if cause.code == "LOST_DIGITS" else now
            made = RefusedRow(self._host, self, cell, key, control, alike=alike, shown=shown)
            if typed is not None:
                made.told(self._told(made, typed))
        made.tick(ticked=cell.row in self.corrections.ticked)
        return made

    def _like(self, row_shown: RefusedRow) -> list[int]:
        cause = self.cause
        if cause is None or self._alike is None:
            return [row_shown.cell.row]
        place = self.pager.in_sight.start + self.rows.index(row_shown)
        found: list[int] = cause.rows[self._alike == self._alike[place]].tolist()
        return found

    def _pipeline(self, definition: Property | None, position: int) -> str:
        """Return the pipeline that the row itself names, for a stage."""
        if definition is None or not definition.pipeline_property:
            return ""
        for label, other in self._written.items():
            if other.name == definition.pipeline_property:
                typed = self.corrections.texts.get((position, label))
                text = cell_text(column_of(self._result, label).iloc[position]) if typed is None else typed
                return other.choices.value_of(text) or ""
        return ""

    def _told(self, row_shown: RefusedRow, text: str) -> str:
        label = row_shown.column
        definition = None if label is ID else self._written.get(label)
        if definition is not None and not text:
            if label in self._recorded.clears:
                return "Empty: the property will be emptied in HubSpot."
            return "Empty: the property stays as it is in HubSpot."
        wrong = still_wrong(definition, text, record_id=self._recorded.id_property is None)
        return f"Not right yet: {wrong}" if wrong else ""

    def _tick(self, *, every: bool) -> None:
        cause = self.cause
        if cause is None:
            return
        rows = set(cause.rows.tolist())
        if every:
            self.corrections.ticked |= rows
        else:
            self.corrections.ticked -= rows
        for one in self.rows:
            one.tick(ticked=every)
        self._on_change()


def _alike(column: pd.Series[Any] | None, cause: Cause) -> np.ndarray[Any, Any] | None:
    """Return a number per row of a cause, the same where the cells are; None where nobody can tell."""
    if column is None or cause.fix != "cell":
        return None
    try:
        codes, _ = pd.factorize(column.iloc[cause.rows].astype(object), use_na_sentinel=False)
    except TypeError:  # lists, say
        return None
    return codes
