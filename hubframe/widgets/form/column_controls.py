"""The frame's columns, page by page, and the property that each goes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.widgets.form.choices import UpdateChoices, all_off, off_reason, target_text, with_property
from hubframe.widgets.form.column_rows import ColumnRow, ColumnRows
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.pages import Pager
from hubframe.widgets.form.property_names import kind_of, name_of
from hubframe.widgets.form.samples import sample_values
from hubframe.widgets.form.style import button, html, row

__all__ = ["ColumnControls"]

PER_PAGE = 10
SHOWN = {"all": "all columns", "on": "those written", "off": "those not written", "wrong": "those with a problem"}


class ColumnControls:
    """The controls, in ``box``; ``changed`` gets the choices with what was chosen in them."""

    def __init__(self, host: Host, df: pd.DataFrame, changed: Callable[[UpdateChoices], None]) -> None:
        self._df, self._changed = df, changed
        self._choices: UpdateChoices | None = None
        self._wrong: dict[int, str] = {}
        self._samples: dict[int, tuple[str, ...]] = {}
        self._places: list[int] = []
        self.search = ipywidgets.Text(placeholder="Find a column or property", layout=ipywidgets.Layout(width="18em"))
        self.filter = ipywidgets.Dropdown(
            options=[(f"Show {text}", value) for value, text in SHOWN.items()], layout=ipywidgets.Layout(width="15em")
        )
        self.match_again = button("Match again", hint="Undo what was changed here, and match columns by their names")
        self.turn_all_off = button("Turn all off", hint="Write no column")
        self.rows = ColumnRows(host, self._typed)
        self.pager = Pager(host, self._show_rows, what="columns", per_page=PER_PAGE)
        self._count, self._none = html(), html('<span class="hf-dim">No column is like that.</span>')
        several = df.shape[1] > PER_PAGE
        self.search.layout.display = self.filter.layout.display = "" if several else "none"
        tools = row(self.search, self.filter, self.match_again, self.turn_all_off, classes=("hf-actions",))
        self.box: ipywidgets.Box = ipywidgets.VBox([self._count, tools, self.rows.box, self._none, self.pager.box])
        self.search.observe(host.guarded(self._find), "value")
        self.filter.observe(host.guarded(self._find), "value")
        self.match_again.on_click(host.guarded(self._match_again))
        self.turn_all_off.on_click(host.guarded(self._turn_all_off))

    def begin(self, choices: UpdateChoices, wrong: dict[int, str]) -> None:
        """Show other properties' choices, from the first page on."""
        self.rows.offer(choices.matching.names.writable)
        self.show(choices, wrong)
        self._find(None)

    def show(self, choices: UpdateChoices, wrong: dict[int, str]) -> None:
        """Show what is chosen; the columns in sight stay so. ``wrong``: what is wrong with columns, by place."""
        self._choices, self._wrong = choices, wrong
        problems = f" · {len(wrong):,} with a problem" if wrong else ""
        self._count.value = (
            f'<span class="hf-title">Columns</span> <span class="hf-dim">{len(choices.written):,} of '
            f"{len(choices.targets):,} are written{problems}</span>"
        )
        self._show_rows(self.pager.in_sight)

    def _typed(self, place: int, text: str) -> None:
        if self._choices is not None:
            self._changed(with_property(self._choices, place, text))

    def _match_again(self, _: Any) -> None:
        if self._choices is not None:
            self._changed(replace(self._choices, targets=self._choices.matching.targets))
            self._find(None)

    def _turn_all_off(self, _: Any) -> None:
        if self._choices is not None:
            self._changed(all_off(self._choices))
            self._find(None)

    def _find(self, _: Any) -> None:
        """Show the columns that are looked for, from the first on."""
        choices = self._choices
        if choices is None:
            return
        wanted, kind = self.search.value.strip().casefold(), self.filter.value
        self._places = [
            place
            for place in range(len(choices.targets))
            if self._is_shown(choices, place, kind)
            and wanted in f"{choices.matching.shown(place)}\n{target_text(choices, place)}".casefold()
        ]
        self._none.layout.display = "none" if self._places else ""
        self.pager.count(len(self._places))

    def _is_shown(self, choices: UpdateChoices, place: int, kind: str) -> bool:
        if kind == "wrong":
            return place in self._wrong
        is_on = choices.targets[place] != "" and place != choices.id_place
        return kind == "all" or is_on == (kind == "on")

    def _show_rows(self, in_sight: range) -> None:
        choices = self._choices
        if choices is not None:
            self.rows.show([self._row(choices, self._places[one]) for one in in_sight])

    def _row(self, choices: UpdateChoices, place: int) -> ColumnRow:
        matching, target = choices.matching, choices.targets[place]
        kind = kind_of(target) if isinstance(target, Property) else ""
        alone = matching.targets[place]
        if place not in self._samples:
            self._samples[place] = tuple(sample_values(self._df.iloc[:, place]))
        return ColumnRow(
            place=place,
            name=matching.shown(place),
            samples=self._samples[place],
            text=target_text(choices, place),
            told=off_reason(choices, place) or kind,
            problem=self._wrong.get(place, ""),
            again=name_of(alone) if isinstance(alone, Property) else "",
            holds_ids=place == choices.id_place,
        )
