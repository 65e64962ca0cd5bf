"""An update from its plan to its frame: read what the account defines, plan, deliver."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.driver import Delivery
from hubframe.delivery.pacing import pacer_for
from hubframe.delivery.run import Run
from hubframe.delivery.transport import Transport
from hubframe.errors import PlanError
from hubframe.journal import Journal, JournalFailed
from hubframe.options import UpdateOptions
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.planning.plan import Plan, plan_rows
from hubframe.planning.sendable import Recordable, Sendable
from hubframe.reading import stop_error
from hubframe.reading_definitions import read_for_plan
from hubframe.reporting import remember_result
from hubframe.results.frame import results_frame
from hubframe.run_journal import begun_journal

__all__ = ["deliver", "made_plan", "new_run", "send_frame", "unless_interrupted", "update_frame"]

T = TypeVar("T")
STOPS_THAT_RAISE = ("authentication", "scope", "object_type")
TICK_SECONDS = 0.1


def new_run(df: pd.DataFrame, options: UpdateOptions, connection: Connection | None) -> Run:
    if not isinstance(df, pd.DataFrame):
        raise PlanError(f"df is a {type(df).__name__}, and must be a pandas DataFrame: pd.DataFrame(...)")
    return Run(current_connection(connection), options.object_type)


async def update_frame(df: pd.DataFrame, options: UpdateOptions, run: Run, *, dry_run: bool = False) -> pd.DataFrame:
    """Plan a frame's rows, deliver them, and return the frame with what became of each."""
    plan = await made_plan(df, options, run)
    return await send_frame(df, plan, options, run, dry_run=dry_run)


async def send_frame(
    df: pd.DataFrame, plan: Recordable, options: UpdateOptions, run: Run, *, dry_run: bool = False
) -> pd.DataFrame:
    """Deliver a plan's rows, and return their frame with what became of each."""
    journal = None if dry_run else await begun_journal(df, plan, options, run)
    await deliver(plan, options, run, dry_run=dry_run, journal=journal)
    result = results_frame(df, plan.outcomes, run.id)
    remember_result(result, run, options)
    return result


async def made_plan(df: pd.DataFrame, options: UpdateOptions, run: Run) -> Plan:
    """Read what the account defines, and plan.

    Raises
    ------
    asyncio.CancelledError
        Interrupted before anything was planned. Later, an interrupt or a cancellation shows in the frame.
    """
    if len(df):
        reading = read_for_plan(
            run.connection,
            options.object_type,
            list(df.columns) if df.columns.nlevels == 1 else [],
            list(df.index.names),
            id_column=options.id_column,
            id_property=options.id_property,
            columns=options.columns,
        )
        definitions = await unless_interrupted(run, reading)
    else:
        definitions = Definitions(options.object_type, {}, known=False)  # nothing to send, nothing to ask
    plan = plan_rows(
        df,
        definitions,
        id_column=options.id_column,
        id_property=options.id_property,
        columns=options.columns,
        clear_blanks=options.clear_blanks,
        duplicate_ids=options.duplicate_ids,
        baseline=options.baseline,
        settings=options.cell_settings(),
        reads_first=options.write != "all",
        account_zone=run.connection.account.time_zone,
    )
    run.outcomes = plan.outcomes
    run.notes = plan.notes if len(df) else []
    return plan


async def deliver(
    plan: Sendable,
    options: UpdateOptions,
    run: Run,
    *,
    dry_run: bool = False,
    journal: Journal | None = None,
    undo: bool = False,
) -> Batch:
    """Send a plan's rows, or with ``dry_run`` only find out which would be; return those, with what HubSpot holds.

    ``undo``: they put back what a run has overwritten. The journal is closed in the end.
    """
    if dry_run and options.write == "all":
        for batch in plan.batches(run.connection.rows_per_request):
            for row, record in zip(batch.rows, batch.ids, strict=True):
                plan.outcomes.settle(row, "planned", record if plan.id_property is None else None)
        for row, leader in plan.same_as.items():
            plan.outcomes.share(row, leader)
        return Batch([], [], [])
    transport = Transport(run.connection)
    pacer = pacer_for(run.connection.pacing_key)
    delivery = Delivery(plan, run, transport, pacer, write=options.write, dry_run=dry_run, journal=journal, undo=undo)
    with journal or contextlib.nullcontext():
        try:
            async with transport:
                await delivery.deliver()
        except (asyncio.CancelledError, KeyboardInterrupt):
            run.interrupts += 2  # the loop is being closed; what was on the way is abandoned
            if plan.outcomes.open_rows():
                await delivery.deliver()  # sends nothing more, and settles what is open
        if journal is not None and (run.stop is None or run.stop.kind != "journal"):
            with contextlib.suppress(JournalFailed):  # it looks cut off then, and nothing is left to do
                journal.keep("url_prefix", plan.outcomes.url_prefix)
                journal.finished("complete" if run.stop is None else run.stop.kind)
    run.seconds = time.monotonic() - run.started
    if run.stop is not None and run.stop.kind in STOPS_THAT_RAISE and not run.may_have_written:
        error = stop_error(run.stop, run.connection)
        if run.stop.kind == "scope" and options.write != "all" and not run.writes and not undo:
            error.args = (f'{error.args[0]} Without a read scope: write="all", which sends every cell unseen.',)
        raise error
    return delivery.found.planned


async def unless_interrupted(run: Run, work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    try:
        while not task.done() and not run.interrupts:
            await asyncio.wait({task}, timeout=TICK_SECONDS)
        if run.interrupts:
            raise asyncio.CancelledError
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
