"""What a panel of the form may ask of the form it stands in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

import ipywidgets

from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.widgets.form.page_text import Kind

__all__ = ["Callback", "Host", "Make", "Panel"]

T = TypeVar("T")
Callback = Callable[[Any], None]
Make = Callable[[Callable[[Progress], None]], Coroutine[Any, Any, T]]


class Panel(Protocol):
    """One step of the form."""

    @property
    def box(self) -> ipywidgets.Box: ...


class Host(Protocol):
    """The form, as its panels see it."""

    @property
    def connection(self) -> Connection: ...

    def guarded(self, callback: Callback) -> Callback:
        """Return a widget's callback that never fails unseen.

        It runs with the form's lock held, and what it raises is shown in the form.
        """
        ...

    def say(self, text: str, kind: Kind = "note") -> None:
        """Show a message above the panel, as plain text; an empty one takes the last away."""
        ...

    def run(self, title: str, make: Make[T], done: Callable[[T], None]) -> None:
        """Do something that takes a while, and show its progress and a Stop button instead of the panel meanwhile.

        Parameters
        ----------
        title
            What is being done: "Updating contacts".
        make
            Returns the coroutine; what it is given is its ``progress=``.
        done
            Gets what the coroutine returns, also the frame of an update that was stopped; called in the thread that did
            the work, with the form's lock held. The panel is shown again afterwards, unless ``done`` shows another. Not
            called where the work failed, or was stopped before it had anything to return: the form says so.
        """
        ...
