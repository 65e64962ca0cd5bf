"""How cells are written, whatever they are: what of HubSpot's is looked at, blanks, rows of one record, time zones."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from hubframe.widgets.form.choices import Settings
from hubframe.widgets.form.host import Host
from hubframe.widgets.form.style import labelled, row

__all__ = ["SettingsControls"]

WRITE = {
    "changed": (
        "What differs from HubSpot",
        "HubSpot's values are read first, and only cells that differ are sent. The old values are kept for Undo.",
    ),
    "blank": (
        "Only what HubSpot lacks",
        "HubSpot's values are read first, and only properties that are empty there are filled. Nothing is overwritten.",
    ),
    "all": (
        "Everything, without looking",
        "Every cell is sent, whatever HubSpot holds. Half the requests; nothing can be compared, nothing undone.",
    ),
}
BLANKS = {
    False: ("Leave the property alone", "A blank cell changes nothing."),
    True: ("Empty the property", "A blank cell empties the property in HubSpot. The preview counts how many."),
}
DUPLICATES = {
    "refuse": ("Refuse them", "Rows of one record that say different things are not sent, and are listed."),
    "first": ("The first row counts", "Of rows of one record that say different things, the others are left out."),
    "last": ("The last row counts", "Of rows of one record that say different things, the others are left out."),
}
ZONE = "For dates and times that don't say which zone they are in: UTC, or a name such as Europe/Berlin."
BLANK_TEXTS = 'Write the texts "nan", "None", "<NA>" and "NaT" as they stand. Otherwise they count as mistakes.'


class SettingsControls:
    """The controls, in ``box``; ``changed`` is called when one has changed, and `settings` says what they hold."""

    def __init__(self, host: Host, changed: Callable[[], None], account_zone: str = "") -> None:
        self._changed = changed
        self.write, write = _choice("Write", WRITE)
        self.blanks, blanks = _choice("Blank cells", BLANKS)
        self.duplicates, duplicates = _choice("Rows of one record", DUPLICATES)
        self.zone = ipywidgets.Combobox(
            value="UTC",
            options=tuple(dict.fromkeys(("UTC", account_zone or "UTC"))),
            continuous_update=False,
        )
        self.blank_texts = ipywidgets.Checkbox(
            value=False, description="Allow", indent=False, style={"description_width": "initial"}
        )
        account = f" The account's is {account_zone}." if account_zone else ""
        self._more = ipywidgets.VBox(
            [
                labelled("Time zone", self.zone, ZONE + account),
                labelled('Texts like "nan"', self.blank_texts, BLANK_TEXTS),
            ]
        )
        self._more.layout.display = "none"
        # Not an Accordion, whose heading no keyboard reaches in ipywidgets 8.
        self.more = ipywidgets.ToggleButton(
            value=False, description="More", icon="caret-down", layout=ipywidgets.Layout(width="auto")
        )
        self.more.observe(host.guarded(lambda _: self._show_more()), "value")
        self.box: ipywidgets.Box = ipywidgets.VBox([write, blanks, duplicates, row(self.more), self._more])
        for control in (self.write, self.blanks, self.duplicates, self.zone, self.blank_texts):
            control.observe(host.guarded(lambda _: self._changed()), "value")

    def _show_more(self) -> None:
        self._more.layout.display = "" if self.more.value else "none"
        self.more.description, self.more.icon = ("Less", "caret-up") if self.more.value else ("More", "caret-down")

    @property
    def settings(self) -> Settings:
        return Settings(
            write=self.write.value,
            clear_blanks=self.blanks.value,
            duplicate_ids=self.duplicates.value,
            timezone=self.zone.value.strip() or "UTC",
            allow_blank_texts=self.blank_texts.value,
        )


def _choice(label: str, offered: dict[Any, tuple[str, str]]) -> tuple[ipywidgets.Dropdown, ipywidgets.Box]:
    """Return a Dropdown, and the line that it stands in, with what the choice means beside it."""
    control = ipywidgets.Dropdown(options=[(text, value) for value, (text, _) in offered.items()])
    line = labelled(label, control, "-")
    hint: ipywidgets.HTML = line.children[-1]

    def explain(value: Any) -> None:
        hint.value = f'<span class="hf-dim">{escape(offered[value][1])}</span>'

    explain(control.value)
    control.observe(lambda change: explain(change["new"]), "value")
    return control, line
