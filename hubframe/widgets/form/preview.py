"""The panel that shows what would change, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets
import pandas as pd

from hubframe.update_plan import UpdatePlan
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.pages import Pager
from hubframe.widgets.form.preview_html import causes_html, changes_html, facts_html, update_words
from hubframe.widgets.form.refused import Refused
from hubframe.widgets.form.style import button, html, row, title

__all__ = ["ROWS_SHOWN", "PreviewPanel"]

ROWS_SHOWN = 200_000  # of a plan of millions, the changes of this many rows can be paged through
PER_PAGE = 10


class PreviewPanel:
    """A plan: what would change, cell by cell, what is wrong, and the button that writes it."""

    def __init__(self, host: Host, on_back: Callable[[], None], on_update: Callable[[], None]) -> None:
        self._changes = pd.DataFrame()
        self._facts, self._causes, self._table = html(), html(), html()
        self._told_of_changes = html()
        self.pager = Pager(host, self._show_page, what="values", per_page=PER_PAGE)
        self.back = button("Back to the choices", icon="arrow-left")
        self.update = button("Update", icon="upload", style="primary")
        self._warning = html("", "hf-dim")
        self.back.on_click(host.guarded(lambda _: on_back()))
        self.update.on_click(host.guarded(lambda _: on_update()))
        self.box: ipywidgets.VBox = ipywidgets.VBox(
            [
                title("What would change", "Nothing is written yet."),
                self._facts,
                self._told_of_changes,
                self._table,
                self.pager.box,
                self._causes,
                row(self.back, self.update, self._warning, classes=("hf-actions",)),
            ]
        )

    def show(self, plan: UpdatePlan, changes: pd.DataFrame, problems: Refused) -> None:
        """Show a plan, its ``changes()`` as far as they are to be paged through, and what would not be sent."""
        self._changes = changes
        self._facts.value = facts_html(plan)
        self._causes.value = causes_html(problems)
        heading, self.update.description, self.update.disabled, warning = update_words(plan, len(changes), ROWS_SHOWN)
        self._told_of_changes.value = title(heading).value if heading else ""
        self._warning.value = escape(warning)
        self.pager.count(len(changes))

    def _show_page(self, shown: range) -> None:
        self._table.value = changes_html(self._changes.iloc[shown.start : shown.stop])
