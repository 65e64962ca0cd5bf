"""What goes next, and is on record before it does."""

from __future__ import annotations

from typing import Protocol

from hubframe.delivery.messages import Answer
from hubframe.delivery.recording import Recording
from hubframe.delivery.stages import Stages
from hubframe.delivery.steps import Stop
from hubframe.delivery.work import Backlog, Work

__all__ = ["Outbox", "Sender"]

RECORDED_AT_ONCE = 16  # requests


class Sender(Protocol):
    """What the loop needs of a transport."""

    async def request(self, method: str, path: str, body: bytes | None = None) -> Answer: ...


class Outbox:
    """Takes from the backlog, and puts writes on record: a few at a time, and mostly while there is time to wait.

    A commit takes milliseconds in which nothing else happens; where the limit lets a hundred requests go at once, one
    for each would cost as much as the wait that it makes up for.
    """

    def __init__(self, backlog: Backlog, recording: Recording, stages: Stages | None) -> None:
        self._backlog, self._recording, self._stages = backlog, recording, stages

    def next(self, now: float, room: int, *, reads_on_the_way: bool, only_looks: bool) -> Work | Stop | None:
        """Return what to send now, if anything, or a stop where it can't be put on record; see `Backlog.take`."""
        works: list[Work] = []
        while len(works) < min(room, RECORDED_AT_ONCE):
            work = self._backlog.take(
                now, room=room - len(works), reads_on_the_way=reads_on_the_way, only_looks=only_looks
            )
            if work is None:
                break
            works.append(work)
            if work.kind != "write" or work.recorded:
                break
            if self._stages is not None:
                work.batch = self._stages.cleared(work.batch)
        stop = self._recording.sending(works)
        self._backlog.put_back(works if stop else works[1:])
        return stop or (works[0] if works else None)
