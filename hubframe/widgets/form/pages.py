"""Pages of a long list: which rows are in sight, and the buttons that turn them."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from hubframe.widgets.form.host import Host
from hubframe.widgets.form.style import button, html, row

__all__ = ["Pager"]


class Pager:
    """The pages of ``total`` things. ``box`` holds the buttons, and hides itself where one page is enough.

    ``turned`` is called with the positions that are in sight: at once by `count`, and whenever a button is pressed.
    """

    def __init__(self, host: Host, turned: Callable[[range], None], *, what: str = "rows", per_page: int = 10) -> None:
        self._turned, self._what, self._per_page = turned, what, per_page
        self._total = self._page = 0
        self.first = button("First", hint="The first page")
        self.previous = button("Previous", icon="chevron-left", hint="The page before")
        self.next = button("Next", icon="chevron-right", hint="The next page")
        self.last = button("Last", hint="The last page")
        self._told = html()
        self.first.on_click(host.guarded(lambda _: self.turn_to(0)))
        self.previous.on_click(host.guarded(lambda _: self.turn_to(self._page - 1)))
        self.next.on_click(host.guarded(lambda _: self.turn_to(self._page + 1)))
        self.last.on_click(host.guarded(lambda _: self.turn_to(self._pages - 1)))
        self.box: ipywidgets.HBox = row(self.first, self.previous, self._told, self.next, self.last)

    @property
    def _pages(self) -> int:
        return max(1, -(-self._total // self._per_page))

    @property
    def in_sight(self) -> range:
        start = self._page * self._per_page
        return range(start, min(start + self._per_page, self._total))

    def count(self, total: int, *, keep_page: bool = False) -> None:
        """Say how many there are; the first page is shown, or with ``keep_page`` the one that was."""
        self._total = total
        self.turn_to(self._page if keep_page else 0)

    def turn_to(self, page: int) -> None:
        self._page = min(max(page, 0), self._pages - 1)
        shown = self.in_sight
        self._told.value = (
            f'<span style="padding:0 8px">{shown.start + 1:,} to {shown.stop:,} of {self._total:,} {self._what}</span>'
        )
        self.first.disabled = self.previous.disabled = self._page == 0
        self.last.disabled = self.next.disabled = self._page == self._pages - 1
        self.box.layout.display = "none" if self._pages == 1 else ""
        self._turned(shown)
