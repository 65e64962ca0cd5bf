"""Sending again what is left of a result, run by run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.run import Run
from hubframe.delivery.steps import Stop
from hubframe.earlier_runs import EarlierRun, earlier_run, edited_rows, expected_texts
from hubframe.errors import PlanError
from hubframe.journal import JournalError
from hubframe.layout import Layout
from hubframe.options import UpdateOptions
from hubframe.planning.retried import RetriedPlan
from hubframe.reporting import remember_result
from hubframe.results.frame import results_frame
from hubframe.results.outcomes import Outcomes, Problem
from hubframe.results.retried import runs_of, typed_result, unsettled, with_rows_replaced
from hubframe.run_journal import begun_journal
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.speaking import say, warn
from hubframe.update_run import deliver, made_plan

__all__ = ["retry", "retry_async"]

Positions = np.ndarray[Any, np.dtype[np.intp]]


def retry(
    result: pd.DataFrame, *, progress: ProgressOption = True, connection: Connection | None = None
) -> pd.DataFrame:
    """Send the rows of a result that are not updated or unchanged again. See ``result.hubspot.retry``."""
    asked = _asked(result, connection)
    if asked is None:
        return _nothing_left(result, speak=progress is True)
    run, options, title = asked.run, asked.parts[0].options, asked.title
    whole = run_now(lambda: _retried(asked), run, options, progress, title)
    _warn_of_edits(asked)
    return whole


async def retry_async(
    result: pd.DataFrame, *, progress: ProgressOption = True, connection: Connection | None = None
) -> pd.DataFrame:
    """Send the rows of a result that are left again; awaitable, otherwise as `retry`."""
    asked = _asked(result, connection)
    if asked is None:
        return _nothing_left(result, speak=progress is True)
    run, options, title = asked.run, asked.parts[0].options, asked.title
    whole = await run_awaitable(lambda: _retried(asked), run, options, progress, title)
    _warn_of_edits(asked)
    return whole


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _RetryOptions(UpdateOptions):
    """A recorded run's arguments; ``first_call`` is how the caller had put them."""

    first_call: str

    @property
    def again(self) -> str:
        return "result.hubspot.retry()"

    @property
    def call(self) -> str:
        return self.first_call


@dataclass(slots=True)
class _Part:
    """The rows of one run that go again: their positions in the result, and in the rows they are compared with."""

    recorded: EarlierRun
    options: UpdateOptions
    rows: Positions
    compared: Positions

    @property
    def places(self) -> Positions:
        return np.searchsorted(self.compared, self.rows)


@dataclass(slots=True)
class _Asked:
    result: pd.DataFrame
    run: Run
    parts: list[_Part]
    known: Mapping[str, EarlierRun]
    settled: Mapping[str, Positions]  # by run
    edited: dict[str, int] = field(default_factory=dict)  # by run, how many

    @property
    def title(self) -> str:
        return f"Retrying {self.run.object_type}"


def _asked(result: pd.DataFrame, connection: Connection | None) -> _Asked | None:
    """Find out what is to be sent, and how, with no request; None where nothing is left."""
    left = unsettled(result)
    if not len(left):
        return None
    connection = current_connection(connection)
    runs = runs_of(result)
    wanted = list(dict.fromkeys(str(runs[row]) for row in left.tolist()))
    _check_account(wanted, connection)
    known = {run_id: earlier_run(run_id) for run_id in wanted}
    for run_id in set(runs).difference(wanted, [None]):
        with contextlib.suppress(PlanError, JournalError):
            known[str(run_id)] = earlier_run(str(run_id))
    names = np.array(runs, dtype=object)
    goes = np.zeros(len(result), dtype=np.bool_)
    goes[left] = True
    parts = []
    for run_id in wanted:
        recorded = known[run_id]
        elsewhere = [other for other, theirs in known.items() if not theirs.same_target(recorded)]
        parts.append(
            _Part(
                recorded,
                _options(recorded, result),
                rows=np.flatnonzero(goes & (names == run_id)),
                compared=np.flatnonzero(~np.isin(names.astype(str), elsewhere)),
            )
        )
    settled = {run_id: np.flatnonzero(~goes & (names == run_id)) for run_id in known}
    run = Run(connection, parts[0].options.object_type)
    return _Asked(result, run, parts, known, settled)


def _check_account(run_ids: list[str], connection: Connection) -> None:
    ours = connection.account.id or "hubspot"
    for run_id in run_ids:
        theirs = run_id.partition("-")[0]
        if theirs != ours:
            raise PlanError(
                f"The run {run_id} wrote to account {theirs}, and the connection is to {connection.account}. "
                f"Next: hubframe.connect(...) with a token of {theirs}, then result.hubspot.retry()"
            )


def _options(recorded: EarlierRun, result: pd.DataFrame) -> UpdateOptions:
    layout = _fitted(recorded, result)
    return _RetryOptions(**layout.arguments(), first_call=recorded.call)


def _fitted(recorded: EarlierRun, result: pd.DataFrame) -> Layout:
    """Return a run's layout with the labels this frame has: a file turns the label 2024 into the text ``2024``."""
    labels = [*result.columns, *result.index.names]
    by_text = {str(label): label for label in reversed(labels)}
    layout = recorded.layout

    def here(label: Any) -> Any:
        if label in labels:
            return label
        if str(label) in by_text:
            return by_text[str(label)]
        raise PlanError(
            f"The run {recorded.run_id} used the column {label!r}, and this frame has none of that name. Put it back, "
            "or send what is left with other columns: result.hubspot.failed.hubspot.batch_update(...)"
        )

    return replace(
        layout,
        id_label=here(layout.id_label),
        columns=tuple((here(label), name) for label, name in layout.columns),
        clears=tuple(here(label) for label in layout.clears),
    )


async def _retried(asked: _Asked) -> pd.DataFrame:
    """Plan every run's rows, then send them run by run; one that stops early leaves the rows of the next as they were.

    It is one `Run` throughout, so that one interrupt, or one change in HubSpot, is known to all that follows.
    """
    run, parts = asked.run, asked.parts
    notes: list[str] = []
    plans = []
    for part in parts:
        plans.append(await _planned(part, asked))
        notes += run.notes
    run.notes = list(dict.fromkeys(notes))
    whole = typed_result(asked.result)
    done: list[Outcomes] = []
    for part, plan in zip(parts, plans, strict=True):
        if done and (run.stop is not None or run.interrupts):
            run.notes.append("Rows of later runs were not reached, and are as they were.")
            break
        if not await _sent(part, plan, asked):
            continue
        done.append(plan.outcomes)
        frame = results_frame(asked.result.iloc[part.rows], plan.outcomes, run.id)
        whole = with_rows_replaced(whole, part.rows, frame)
        remember_result(whole, run, part.options)
    run.outcomes = _together(done)
    return whole


async def _planned(part: _Part, asked: _Asked) -> RetriedPlan:
    df = asked.result.iloc[part.compared]
    plan = await made_plan(df, part.options, asked.run)
    expected = await asyncio.to_thread(expected_texts, part.recorded, df, plan, part.places.tolist())
    for recorded, rows in _unchecked(part, asked):
        places = np.searchsorted(part.compared, rows).tolist()
        found = await asyncio.to_thread(edited_rows, recorded, df, plan, places)
        asked.edited[recorded.run_id] = len(found)
    return RetriedPlan(plan, part.places, expected, had_baseline=part.recorded.had_baseline)


def _unchecked(part: _Part, asked: _Asked) -> Iterator[tuple[EarlierRun, Positions]]:
    """Yield the runs whose rows are compared with this part's, with those that are settled, each run once."""
    for run_id, recorded in asked.known.items():
        rows = asked.settled[run_id]
        if run_id not in asked.edited and len(rows) and recorded.same_target(part.recorded):
            yield recorded, rows


async def _sent(part: _Part, plan: RetriedPlan, asked: _Asked) -> bool:
    """Send one run's rows as a run of its own; False where it could not be recorded, after others were written."""
    run = asked.run
    run.id = Run(run.connection, part.options.object_type).id
    run.object_type, run.outcomes = part.options.object_type, plan.outcomes
    df = asked.result.iloc[part.rows]
    try:
        journal = await begun_journal(df, plan, part.options, run, kind="retry", parent=part.recorded.run_id)
    except JournalError as error:
        if not run.may_have_written:
            raise
        told, _, following = str(error).partition(" Next: ")
        run.stop = Stop((), "journal", Problem("JOURNAL_FAILED", "JOURNAL_FAILED", told, hint=following))
        return False
    await deliver(plan, part.options, run, journal=journal)
    return True


def _together(parts: list[Outcomes]) -> Outcomes:
    """Return the statuses of all parts, to be counted."""
    together = Outcomes(sum(part.rows for part in parts))
    rows = iter(range(together.rows))
    for part in parts:
        for row in range(part.rows):
            together.settle(next(rows), part.status_of(row))
    return together


def _nothing_left(result: pd.DataFrame, *, speak: bool) -> pd.DataFrame:
    if speak:
        say(
            "Nothing to retry: every row is updated or unchanged. To send cells edited since: "
            "result.hubspot.batch_update(...)"
        )
    return result.copy()


def _warn_of_edits(asked: _Asked) -> None:
    edited = sum(asked.edited.values())
    if edited:
        call = next(asked.known[run_id].call for run_id, count in asked.edited.items() if count)
        warn(
            f"{edited:,} rows that are already updated or unchanged hold other cells than were sent then; retry() "
            f"leaves them alone. To send what was edited in them: result.hubspot.{call}",
            stacklevel=4,
        )
