"""Which column or index level says which record each row is, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from hubframe.widgets.form.choices import UpdateChoices, with_id, with_id_property
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.property_names import name_of
from hubframe.widgets.form.style import labelled

__all__ = ["IdControls"]

NOWHERE = -1
RECORD_ID = "HubSpot's record ids"


class IdControls:
    """The controls, in ``box``; ``changed`` gets the choices with what was chosen in them."""

    def __init__(self, host: Host, changed: Callable[[UpdateChoices], None]) -> None:
        self._changed = changed
        self._choices: UpdateChoices | None = None
        self._showing = False
        self.column = ipywidgets.Dropdown(options=[("Choose a column", NOWHERE)])
        self.kind = ipywidgets.Dropdown(options=[(RECORD_ID, "")])
        self.name = ipywidgets.Text(placeholder=f"empty: {RECORD_ID}", continuous_update=False)
        self._kind = labelled("It holds", self.kind, "Or the values of a property that is unique in HubSpot.")
        self._name = labelled(
            "It holds", self.name, "HubSpot's record ids, or type the internal name of a unique property."
        )
        self.box: ipywidgets.Box = ipywidgets.VBox(
            [
                labelled("Records are found by", self.column, "The column that says which record each row is."),
                self._kind,
                self._name,
            ]
        )
        self.column.observe(host.guarded(self._column_chosen), "value")
        self.kind.observe(host.guarded(self._kind_chosen), "value")
        self.name.observe(host.guarded(self._kind_chosen), "value")

    def show(self, choices: UpdateChoices) -> None:
        """Show what is chosen."""
        names = choices.matching.names
        columns = (
            ("Choose a column", NOWHERE),
            *((shown, place) for place, shown in choices.matching.id_places),
        )
        kinds = ((RECORD_ID, ""), *((name_of(one), one.name) for one in names.unique))
        held = choices.id_property.name if choices.id_property is not None else ""
        self._choices = choices
        self._showing = True  # a Dropdown whose options are set chooses the first of them
        try:
            if self.column.options != columns:
                self.column.options = columns
            self.column.value = NOWHERE if choices.id_place is None else choices.id_place
            if self.kind.options != kinds:
                self.kind.options = kinds
            if names.definitions.known:
                self.kind.value = held
            self.name.value = held
        finally:
            self._showing = False
        self._kind.layout.display = "" if names.definitions.known else "none"
        self._name.layout.display = "none" if names.definitions.known else ""

    def _column_chosen(self, change: Any) -> None:
        if self._choices is not None and not self._showing:
            place = change["new"]
            self._changed(with_id(self._choices, None if place == NOWHERE else place))

    def _kind_chosen(self, change: Any) -> None:
        if self._choices is not None and not self._showing:
            self._changed(with_id_property(self._choices, change["new"]))
