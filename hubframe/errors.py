"""What hubframe raises.

A row that HubSpot or hubframe refuses is data, in the result frame, never an exception. These are for
the call as a whole::

    Exception
    ├── HubframeError
    │   ├── PlanError (also ValueError)             the call can't be right as it stands; nothing was sent
    │   │   ├── ColumnError                         columns that match nothing, twice, or not at all
    │   │   ├── SettingsError                       a setting of connect() that can't work
    │   │   └── UnknownObjectType                   HubSpot knows no object type of this name
    │   ├── AuthenticationError (also PermissionError)   no token, or HubSpot does not accept it
    │   ├── MissingScope (also PermissionError)     the token may not do this; .scopes names what is missing
    │   ├── HubSpotUnavailable (also ConnectionError)    no usable answer before anything was sent
    │   └── JournalError (also OSError)             a run can't be recorded, or its record not be read; its kinds are
    │                                               drawn in hubframe/journal/errors.py
    └── KeyboardInterrupt
        └── Interrupted                             stopped by hand; .result is the frame as far as it got

Once a request may have changed a record, a call returns its frame instead (``Interrupted`` carries it).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    import pandas as pd

__all__ = [
    "AuthenticationError",
    "ColumnError",
    "HubSpotUnavailable",
    "HubframeError",
    "HubframeWarning",
    "Interrupted",
    "MissingScope",
    "PlanError",
    "SettingsError",
    "UnknownObjectType",
]


class _Told(BaseException):
    """Shown by IPython as its sentence, under the lines of the caller's that led to it; our own say nothing more.

    The lines are named, not quoted: one may hold a token.
    """

    def _render_traceback_(self) -> list[str]:
        return [*_callers_lines(self.__traceback__), f"{type(self).__name__}: {self}"]


def _callers_lines(traceback: TracebackType | None) -> list[str]:
    """Return where the caller's code was when it called ours: cells and files, outermost first."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    lines = []
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        module = str(frame.f_globals.get("__name__")).partition(".")[0]
        if module == "hubframe":
            break
        if module not in ("IPython", "ipykernel", "asyncio"):
            name = frame.f_code.co_filename
            cell = shell.compile.format_code_name(name) if shell is not None else None
            where = " ".join(cell) if cell else f"File {name}"
            function = frame.f_code.co_name
            lines.append(f"{where}, line {line}" + ("" if function.startswith("<") else f", in {function}"))
        traceback = traceback.tb_next
    return lines


class HubframeError(_Told, Exception):
    """Base of everything hubframe raises, save `Interrupted`."""


class PlanError(HubframeError, ValueError):
    """The call can't be right as it stands. Nothing was sent."""


class ColumnError(PlanError):
    """Columns that match no property, several, or none at all. Nothing was sent."""


class SettingsError(PlanError):
    """A setting of `connect` that can't work. Nothing was sent."""


class UnknownObjectType(PlanError):
    """HubSpot knows no object type of this name or id. Nothing was sent."""


class AuthenticationError(HubframeError, PermissionError):
    """There is no token, or HubSpot does not accept the one there is. Nothing was written."""


class MissingScope(HubframeError, PermissionError):
    """The token lacks a scope. Nothing was written.

    Attributes
    ----------
    scopes : tuple of str
        HubSpot's names of the scopes, any one of which would do; empty where HubSpot names none.
    """

    def __init__(self, message: str, scopes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.scopes = scopes


class HubSpotUnavailable(HubframeError, ConnectionError):
    """HubSpot gave no usable answer before anything was sent."""


class Interrupted(_Told, KeyboardInterrupt):
    """The run was stopped by hand (Stop button, Ctrl-C).

    Attributes
    ----------
    result : pandas.DataFrame or None
        The result frame as far as the run got, every row with its status; None where nothing had been
        planned yet, and nothing sent. `hubframe.last_result()` returns it too.
    """

    def __init__(self, message: str, result: pd.DataFrame | None = None) -> None:
        super().__init__(message)
        self.result = result


class HubframeWarning(UserWarning):
    """Something the caller should know about a run that went on, or stopped early."""
