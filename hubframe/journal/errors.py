"""What the journal raises.

::

HubframeError
└── JournalError (also OSError)      it can't be kept or read; raised before anything is sent
    ├── JournalFailed                it failed while the run was on its way
    ├── JournalDamaged               a file that is no journal, or no longer
    ├── RunIsLive                    another kernel, or another call, has the run's file
    └── UnknownRun                   there is no file of this run
"""

from __future__ import annotations

from hubframe.errors import HubframeError

__all__ = ["JournalDamaged", "JournalError", "JournalFailed", "RunIsLive", "UnknownRun"]


class JournalError(HubframeError, OSError):
    """The journal can't be kept, or not be read. Nothing was sent."""


class JournalFailed(JournalError):
    """The journal can't be written any more; what it holds so far stays. Nothing may be sent without it."""


class JournalDamaged(JournalError):
    """A run's file is no journal, or is no longer whole. It was left as it is."""


class RunIsLive(JournalError):
    """Another kernel, or another call in this one, has the run's file."""


class UnknownRun(JournalError):
    """There is no journal of this run."""
