"""What to do with the rows of one request, now that its answer is known.

The steps of one decision divide the request's rows among them: each row is in exactly one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hubframe.results.outcomes import Outcome, Problem

__all__ = ["History", "Limits", "Look", "Settle", "Split", "Step", "Stop", "Wait"]

Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient a run is, from the connection's settings."""

    max_attempts: int = 6
    max_wait_seconds: float = 600


@dataclass(frozen=True, slots=True)
class History:
    """What the rows of a request went through already: requests sent (this one included), seconds waited.

    ``jitter``, in [0, 1), spreads waits; it is drawn by whoever asks, so that deciding stays pure.
    ``maybe_written`` tells whether an earlier try may have changed the records.
    """

    attempts: int = 1
    waited_seconds: float = 0.0
    jitter: float = 0.5
    maybe_written: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """These rows' fate is known."""

    outcomes: tuple[Outcome, ...]

    @property
    def rows(self) -> Rows:
        return tuple(outcome.index for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Wait:
    """Send these rows again, as one request, after ``seconds``. ``everyone``: other requests had better wait too."""

    rows: Rows
    seconds: float
    cause: Problem
    everyone: bool = False
    is_attempt: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Send each group as a request of its own. ``blind``: nobody knows which row was refused, if any."""

    groups: tuple[Rows, ...]
    cause: Problem
    blind: bool = False

    @property
    def rows(self) -> Rows:
        return tuple(row for group in self.groups for row in group)


@dataclass(frozen=True, slots=True)
class Look:
    """Read these records after ``seconds``: HubSpot did not say what became of them.

    ``gave_up``: it was asked as often and as long as the limits allow. ``pending``: HubSpot said that it is still
    at it, so that an old value means nothing yet.
    """

    rows: Rows
    cause: Problem
    seconds: float = 0.0
    gave_up: bool = False
    pending: bool = False


StopKind = Literal[
    "defect",
    "authentication",
    "scope",
    "object_type",
    "daily_limit",
    "unavailable",
    "refused_alike",
    "interrupted",
    "journal",
]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run: the cause is no row's. These rows were not written, or ``maybe_written``."""

    rows: Rows
    kind: StopKind
    cause: Problem
    maybe_written: bool = False
    scopes: tuple[str, ...] = ()


Step = Settle | Wait | Split | Look | Stop
