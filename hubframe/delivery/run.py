"""One run: what is known of it while it goes on and afterwards."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hubframe.connection import Connection
from hubframe.delivery.steps import Stop
from hubframe.results.outcomes import Outcomes

__all__ = ["Progress", "Run"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; what a callable given as ``progress=`` gets.

    Attributes
    ----------
    rows_total, rows_done : int
        Rows of the frame; rows whose outcome is known, those that were not reached left out.
    counts : dict of str to int
        Rows by status.
    requests : int
        Requests sent, reads included.
    waiting_seconds : float
        How long HubSpot's limit, or a pause HubSpot asked for, still keeps the run waiting.
    stopping : bool
        Whether the run is being stopped by hand and only waits for what is on the way.
    """

    rows_total: int
    rows_done: int
    counts: dict[str, int]
    requests: int = 0
    waiting_seconds: float = 0.0
    stopping: bool = False


@dataclass(slots=True)
class Run:
    """The facts of a run that are no row's. ``interrupts`` is raised by whoever wants it stopped, from any thread."""

    connection: Connection
    object_type: str
    id: str = ""
    outcomes: Outcomes = field(default_factory=lambda: Outcomes(0))
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    requests: int = 0
    reads: int = 0
    writes: int = 0
    may_have_written: bool = False
    waiting_seconds: float = 0.0
    waited_for_limit_seconds: float = 0.0
    stop: Stop | None = None
    interrupts: int = 0
    display_failed: bool = False
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M")
        self.id = self.id or f"{self.connection.account.id or 'hubspot'}-{moment}-{secrets.token_hex(2)}"

    def hear_interrupt(self) -> None:
        """Stop the run: once, what is on the way is waited for; twice, nothing is."""
        self.interrupts += 1

    def progress(self) -> Progress:
        outcomes = self.outcomes
        return Progress(
            rows_total=outcomes.rows,
            rows_done=outcomes.settled - outcomes.counts["unsent"],
            counts=dict(outcomes.counts),
            requests=self.requests,
            waiting_seconds=self.waiting_seconds,
            stopping=self.interrupts > 0,
        )
