"""Sending a plan: the one loop that waits, sends, and does what was decided."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import random
import urllib.parse

from hubframe.delivery.choosing import Chooser
from hubframe.delivery.decide import decide
from hubframe.delivery.found import Found
from hubframe.delivery.fruitless import Fruitless
from hubframe.delivery.looking import ALWAYS_READ, decide_look, decide_read, unconfirmed
from hubframe.delivery.messages import Answer, read_body, update_body
from hubframe.delivery.outbox import Outbox, Sender
from hubframe.delivery.pacing import Pacer
from hubframe.delivery.recording import Recording
from hubframe.delivery.run import Run
from hubframe.delivery.stages import STAGE_CLEARED, Stages
from hubframe.delivery.steps import History, Limits, Look, Settle, Split, Step, Stop, Wait
from hubframe.delivery.work import Backlog, Work
from hubframe.errors import HubframeError
from hubframe.journal.run_journal import Journal
from hubframe.planning.sendable import Sendable
from hubframe.results.outcomes import Problem

__all__ = ["Delivery"]

TICK_SECONDS = 0.1  # the longest the loop sleeps: a Stop button is heard by a kernel only when its loop wakes
GRACE_SECONDS = 10.0  # how long requests on the way are waited for after an interrupt
STOPS_THAT_CAN_LOOK = ("refused_alike", "interrupted", "scope", "unavailable", "journal")
STOPS_IN_A_HURRY = ("interrupted", "unavailable")  # a look is tried once, and no more


class Delivery:
    """Sends a plan's rows and settles each of them, exactly once."""

    def __init__(
        self,
        plan: Sendable,
        run: Run,
        sender: Sender,
        pacer: Pacer,
        *,
        write: str,
        dry_run: bool = False,
        journal: Journal | None = None,
        undo: bool = False,
    ) -> None:
        connection = run.connection
        self.plan, self.run, self.sender, self.pacer = plan, run, sender, pacer
        self.limits = Limits(connection.max_attempts, connection.max_wait_seconds)
        # HubSpot refuses contacts' e-mail as idProperty on update: the read gives the record ids.
        id_property = plan.definitions.get(plan.id_property or "")
        read_first = write != "all" or (id_property is not None and id_property.is_contact_email)
        self.backlog = Backlog(
            plan.batches(connection.rows_per_request), connection.rows_per_request, read_first=read_first
        )
        object_type = urllib.parse.quote(plan.definitions.object_type, safe="")
        self.path = f"/crm/objects/{connection.api_version}/{object_type}/batch/"
        self.read_properties = list(dict.fromkeys([*plan.properties_to_read, *ALWAYS_READ]))
        self.on_the_way: dict[asyncio.Task[Answer], Work] = {}
        chooser = Chooser.of(plan, write, undo=undo)
        self.recording = Recording(journal, run.outcomes)
        self.stages = Stages(plan.definitions) if undo else None
        self.outbox = Outbox(self.backlog, self.recording, self.stages)
        self.found = Found(chooser, by_property=plan.id_property is not None, dry_run=dry_run)
        self.fruitless = Fruitless(self.backlog.families)
        self.grace_ends: float | None = None
        self.answering: Work | None = None

    async def deliver(self) -> None:
        """Send everything; on return every row of the plan is settled, even where hubframe itself failed midway."""
        try:
            await self._loop()
        except Exception as error:
            if not self.run.may_have_written:
                raise
            self._broke(error)
        except KeyboardInterrupt:  # a second one, from asyncio itself
            self._doubt_answering(Problem("INTERRUPTED", "INTERRUPTED", "The run was stopped by hand."))
            raise
        finally:
            for task in self.on_the_way:
                task.cancel()
            await asyncio.gather(*self.on_the_way, return_exceptions=True)
        self._settle_the_rest(asyncio.get_running_loop().time())

    async def _loop(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now = loop.time()
            if self.run.interrupts and not self._go_on_after_interrupt(now):
                return
            most = min(self.run.connection.max_in_flight or math.inf, self.pacer.requests_in_flight())
            room = int(most) - len(self.on_the_way)
            reading = any(work.kind == "read" for work in self.on_the_way.values())
            stopped = self.run.stop is not None
            work = self.outbox.next(now, room, reads_on_the_way=reading, only_looks=stopped)
            if isinstance(work, Stop):
                self._stop(work, None)
                continue
            if work is None:
                if not self.on_the_way and self.backlog.is_empty():
                    return
                wait = self.backlog.seconds_until_due(now) or TICK_SECONDS
            else:
                wait = self.pacer.seconds_until_next(now, work, id(self))
                if wait <= 0.0:
                    self._send(work)
                    continue
                self.backlog.put_back([work])
                self.run.waiting_seconds = wait
            if self.grace_ends is not None and not self.on_the_way and now + wait > self.grace_ends:
                return  # what is left to look at can't be looked at in time
            await self._sleep(min(wait, TICK_SECONDS))

    async def _sleep(self, seconds: float) -> None:
        """Sleep, or until an answer comes; then do what it calls for."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        if self.on_the_way:
            await asyncio.wait(self.on_the_way, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(seconds)
        now = loop.time()
        if self.run.waiting_seconds:
            self.run.waited_for_limit_seconds += now - start
            self.run.waiting_seconds = max(0.0, self.run.waiting_seconds - (now - start))
        for task in [task for task in self.on_the_way if task.done()]:
            self.answering = self.on_the_way.pop(task)
            self._answered(self.answering, task.result(), now)
            self.answering = None
        self._stop_if(self.recording.settled())

    def _send(self, work: Work) -> None:
        batch = work.batch
        self.run.requests += 1
        self.run.waiting_seconds = 0.0
        if work.kind == "write":
            self.run.writes += 1
            attempts = self.run.outcomes.attempts
            for row in batch.rows:
                attempts[row] += 1
            path, body = "update", update_body(batch)
        else:
            self.run.reads += 1
            path, body = "read", read_body(batch.ids, self.read_properties, batch.id_property)
        work.history = dataclasses.replace(
            work.history,
            attempts=work.history.attempts + 1,
            jitter=random.random(),  # noqa: S311 - no secret
        )
        request = self.sender.request("POST", self.path + path, body)
        self.on_the_way[asyncio.ensure_future(request)] = work

    def _answered(self, work: Work, answer: Answer, now: float) -> None:
        self.pacer.learn(answer.headers, answer.seconds, work, answer.status)
        if self.run.outcomes.url_prefix is None:
            self.run.outcomes.url_prefix = answer.url_prefix
        batch, history, definitions = work.batch, work.history, self.plan.definitions
        if answer.ok and work.kind != "look":
            self.fruitless.answered(work.kind, work.family)
        if work.kind == "write":
            self.run.may_have_written |= answer.ok or answer.uncertain
            steps = decide(batch, answer, definitions, history, self.limits)
        elif work.kind == "look":
            cause = work.cause or answer.problem()
            last = self.run.stop is not None and self.run.stop.kind in STOPS_IN_A_HURRY
            steps = decide_look(
                batch, answer, definitions, cause, history, self.limits, last=last, pending=work.pending
            )
        else:
            compared = decide_read(batch, answer, self.found.chooser, history, self.limits)
            steps = compared.steps
            writes = self.found.rows_to_write(compared, self.run.outcomes)
            if writes.rows and self.run.stop is None:
                self.backlog.differing(writes, now)
        for step in steps:
            self._do(step, work, answer, now)

    def _do(self, step: Step, work: Work, answer: Answer, now: float) -> None:
        batch, history = work.batch, work.history
        uncertain = history.maybe_written or (work.kind == "write" and answer.uncertain)
        if isinstance(step, Settle):
            self._settle(step, work)
        elif isinstance(step, Wait):
            history = dataclasses.replace(
                history,
                attempts=history.attempts - (not step.is_attempt),
                waited_seconds=history.waited_seconds + step.seconds,
                maybe_written=uncertain,
            )
            if step.everyone:
                self.pacer.hold(now + step.seconds)
                self.run.waiting_seconds = step.seconds
            again = Work(work.kind, batch.part(step.rows), history, work.cause, work.family, work.pending)
            self._again(again, step.cause, now + step.seconds)
        elif isinstance(step, Split):
            if step.blind and work.family is None:
                work.family = self.fruitless.follow(work.kind, step.cause, len(batch))
            history = History(attempts=0, waited_seconds=history.waited_seconds, maybe_written=uncertain)
            for group in reversed(step.groups):
                part = Work(work.kind, batch.part(group), history, work.cause, work.family, work.pending)
                self._again(part, step.cause)
        elif isinstance(step, Look):
            look = Work("look", batch.part(step.rows), History(attempts=0), step.cause, work.family, step.pending)
            self._again(look, step.cause, now + step.seconds)
            if step.gave_up:
                self._stop_if(self.fruitless.gave_up(work.kind, step.cause))
        else:
            self._stop(step, work)

    def _settle(self, step: Settle, work: Work) -> None:
        outcomes, batch, settled = self.run.outcomes, work.batch, list(step.outcomes)
        if self.stages is not None:
            settled, stages = self.stages.following(batch, settled)
            if stages.rows:  # where the run is stopped now, what became of these has to be found out
                self._again(Work("write", stages, History(attempts=0, maybe_written=True)), STAGE_CLEARED)
        for index, status, record, updated_at, problems in settled:
            address = record or (batch.ids[index] if batch.id_property is None else None)
            row = batch.rows[index]
            outcomes.settle(row, status, address, updated_at, (*problems, *self.found.left_alone(row)))
        self._stop_if(self.fruitless.settled(work.family, step, alone=len(batch) == 1))

    def _stop_if(self, stop: Stop | None) -> None:
        if stop is not None:
            self._stop(stop, None)

    def _stop(self, step: Stop, work: Work | None) -> None:
        self.run.stop = self.run.stop or step
        stuck = list(self.backlog.drain())
        if work is not None:
            history = dataclasses.replace(work.history, maybe_written=step.maybe_written)
            stuck.append(Work(work.kind, work.batch.part(step.rows), history, work.cause))
        for left in stuck:
            self._again(left, step.cause)

    def _again(self, work: Work, cause: Problem, due: float | None = None) -> None:
        """Queue what was tried before; once the run is stopped, only look at what may have been written."""
        if self.run.stop is not None:
            if work.kind != "look" and not (work.kind == "write" and work.history.maybe_written):
                return  # it stays open, and is unsent in the end
            if self.run.stop.kind not in STOPS_THAT_CAN_LOOK:
                self._settle(unconfirmed(range(len(work.batch)), work.cause or cause), work)
                return
            if work.kind != "look":
                work = Work("look", work.batch, History(attempts=0), cause)
        if due is None:
            self.backlog.again(work)
        else:
            self.backlog.later(work, due)

    def _broke(self, error: Exception) -> None:
        """Keep what is known when hubframe itself failed: a frame with the truth is worth more than a traceback."""
        cause = Problem("UNAVAILABLE", "UNAVAILABLE", str(error))
        if not isinstance(error, HubframeError):
            told = f"hubframe itself failed ({type(error).__name__}: {error})."
            cause = Problem(
                "HUBFRAME_DEFECT", "HUBFRAME_DEFECT", told, hint="Please report it, and send the rest again."
            )
        self._stop(Stop((), "defect", cause), None)
        self._doubt_answering(cause)

    def _doubt_answering(self, cause: Problem) -> None:
        """Settle what an answer was just being made of, as far as it is not."""
        work, self.answering = self.answering, None
        if work is not None and work.kind != "read":
            rows = work.batch.rows
            still_open = [index for index in range(len(rows)) if self.run.outcomes.is_open(rows[index])]
            left = Work(work.kind, work.batch.part(still_open))
            self._settle(unconfirmed(range(len(still_open)), cause), left)

    def _go_on_after_interrupt(self, now: float) -> bool:
        """Send nothing new; wait a little for what is on the way, unless interrupted again."""
        if self.grace_ends is None:
            self.grace_ends = now + GRACE_SECONDS
            cause = Problem("INTERRUPTED", "INTERRUPTED", "The run was stopped by hand.")
            self._stop(Stop((), "interrupted", cause), None)
        return self.run.interrupts < 2 and now < self.grace_ends

    def _settle_the_rest(self, now: float) -> None:
        """Settle what was on the way when the loop ended, what was never sent, and rows that say what others say."""
        outcomes, stop = self.run.outcomes, self.run.stop
        if stop is None or stop.kind != "defect":
            for task in [task for task in self.on_the_way if not task.cancelled() and task.exception() is None]:
                self._answered(self.on_the_way.pop(task), task.result(), now)
        cause = stop.cause if stop is not None else Problem("INTERRUPTED", "INTERRUPTED", "The run ended early.")
        for work in [*self.on_the_way.values(), *self.backlog.drain()]:
            if work.kind != "read":
                self._settle(unconfirmed(range(len(work.batch)), cause), work)
        by_id = self.plan.id_property is None
        for row in outcomes.open_rows():
            if row not in self.plan.same_as:
                outcomes.settle(row, "unsent", self.plan.ids[row] if by_id else None, problems=(cause,))
        for row, leader in self.plan.same_as.items():
            outcomes.share(row, leader)
        self._stop_if(self.recording.settled())
