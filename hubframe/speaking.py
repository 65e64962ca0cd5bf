"""What hubframe says beside what it returns: lines under the bar, and warnings."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from contextvars import ContextVar

from hubframe.errors import HubframeWarning
from hubframe.widgets.rich import line_html

__all__ = ["overheard", "say", "warn"]

_listener: ContextVar[list[str] | None] = ContextVar("hubframe_listener", default=None)


@contextlib.contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect what is said and warned of within, in this thread or task, instead of letting it out.

    For a display of one's own: in a thread, a warning would come out under whichever cell began it.
    """
    heard: list[str] = []
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


def say(line: str) -> None:
    """Show one line under the bar: on a notebook's page, else beside the bar, out of the way of piped output."""
    heard = _listener.get()
    if heard is not None:
        heard.append(line)
        return
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or not hasattr(shell, "kernel"):
        print(line, file=sys.stderr)  # noqa: T201 - it is for people
    else:  # printed, it would break in the middle of a word
        shell.display_pub.publish({"text/plain": line, "text/html": line_html(line)})


def warn(message: str, *, stacklevel: int) -> None:
    """Warn of something; ``stacklevel`` is `warnings.warn`'s, counted from the caller of this."""
    heard = _listener.get()
    if heard is not None:
        heard.append(message)
    else:
        warnings.warn(message, HubframeWarning, stacklevel=stacklevel + 1)
