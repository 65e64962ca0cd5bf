"""Requests that only read: several on the way at once, paced, and sent again where HubSpot is in trouble."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hubframe.delivery.messages import Answer
from hubframe.delivery.no_answer import advice_on
from hubframe.delivery.outbox import Sender
from hubframe.delivery.pacing import Pacer
from hubframe.delivery.steps import History, Limits, Stop, Wait
from hubframe.delivery.trouble import decide_trouble
from hubframe.reading_records.requests import next_cursor
from hubframe.reading_records.run import ReadRun

__all__ = ["Asker", "ReadStopped", "has_results", "task_group"]

TICK_SECONDS = 0.1  # the longest it sleeps in one go
TRIES_OF_A_STRANGER = 3  # until the page of a proxy, say, is taken for the answer


class ReadStopped(Exception):
    """HubSpot will answer nothing more of this read: a bad token, no scope, a used-up day, an outage."""

    def __init__(self, stop: Stop, advice: str) -> None:
        super().__init__(stop.cause.message)
        self.stop = stop
        self.advice = advice


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks together; the first error ends them all, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


def has_results(answer: Answer) -> bool:
    return isinstance(answer.json.get("results"), list)


def _is_strangers(answer: Answer) -> bool:
    """Tell whether a refusal is none of HubSpot's, which come as JSON; one of the size is about the request."""
    return not answer.ok and answer.body is None and answer.status not in (413, 414)


class Asker:
    """Sends reads, first come, first served, and never faster than one of HubSpot's limits allows."""

    def __init__(self, run: ReadRun, sender: Sender, pacer: Pacer) -> None:
        self.run, self.sender, self.pacer = run, sender, pacer
        self.limits = Limits(run.connection.max_attempts, run.connection.max_wait_seconds)
        self._turn = asyncio.Lock()
        self._landed = asyncio.Event()
        self._on_the_way = 0
        self._strangers_answer = False

    async def ask(
        self, method: str, path: str, body: bytes | None = None, usable: Callable[[Answer], bool] = has_results
    ) -> Answer:
        """Return the answer once there is one: good, or a refusal that is about this request.

        Raises
        ------
        ReadStopped
            There will be none, or for no request any more.
        """
        history = History(attempts=0)
        while True:
            answer = await self.once(method, path, body)
            if answer.ok and not usable(answer):
                answer = dataclasses.replace(answer, body=None, text="The answer has no list of results.")
            jitter = random.random()  # noqa: S311 - no secret
            history = dataclasses.replace(history, attempts=history.attempts + 1, jitter=jitter)
            steps = decide_trouble(answer, (0,), history, self.limits, reading=True)
            if steps is None and self._is_the_answer(answer, history.attempts):
                return answer
            step = steps[0] if steps else Wait((0,), 1.0 + jitter, answer.problem())
            if isinstance(step, Stop):
                raise ReadStopped(step, advice_on(answer))
            if not isinstance(step, Wait):  # it breaks HubSpot every time
                return answer
            history = dataclasses.replace(
                history,
                attempts=history.attempts - (not step.is_attempt),
                waited_seconds=history.waited_seconds + step.seconds,
            )
            if step.everyone:
                self.pacer.hold(asyncio.get_running_loop().time() + step.seconds)
            self.run.waiting_seconds = step.seconds
            await asyncio.sleep(step.seconds)

    async def ask_page(
        self, method: str, path: str, body: bytes | None = None, is_doubtful_end: Callable[[Answer], bool] | None = None
    ) -> Answer:
        """Return a page. Where it is empty or a doubtful end, that nothing follows is believed when said twice."""
        answer = await self.ask(method, path, body)
        is_end = answer.ok and not next_cursor(answer)
        if is_end and (not answer.results or (is_doubtful_end is not None and is_doubtful_end(answer))):
            answer = await self.ask(method, path, body)
        return answer

    def _is_the_answer(self, answer: Answer, attempts: int) -> bool:
        """Tell whether an answer is to be taken for HubSpot's; a stranger's is once it came again and again."""
        if answer.ok:
            self._strangers_answer = False
        elif _is_strangers(answer):
            self._strangers_answer |= attempts >= TRIES_OF_A_STRANGER
            return self._strangers_answer
        return True

    async def once(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Send a request as soon as it may go, and return whatever comes back."""
        key = object()
        async with self._turn:
            await self._place(key)
            self._on_the_way += 1
        self.run.requests += 1
        self.run.waiting_seconds = 0.0
        try:
            answer = await self.sender.request(method, path, body)
        finally:
            self._on_the_way -= 1
            self._landed.set()
        self.pacer.learn(answer.headers, answer.seconds, key, answer.status)
        return answer

    async def _place(self, key: object) -> None:
        loop = asyncio.get_running_loop()
        while self._on_the_way >= min(self.run.connection.max_in_flight or math.inf, self.pacer.requests_in_flight()):
            self._landed.clear()
            await self._landed.wait()
        while (wait := self.pacer.seconds_until_next(loop.time(), key, id(self))) > 0:
            self.run.waiting_seconds = wait
            await asyncio.sleep(min(wait, TICK_SECONDS))
