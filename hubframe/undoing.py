"""Putting back what a run has overwritten, as plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.run import Run
from hubframe.errors import PlanError
from hubframe.journal import RunHeader, linked_runs
from hubframe.options import UpdateOptions
from hubframe.overwritten import overwritten_records
from hubframe.planning.definitions import Definitions
from hubframe.planning.undone import UndonePlan
from hubframe.reading import read_definitions
from hubframe.reopened_run import check_account
from hubframe.reporting import remember_result
from hubframe.results.frame import require_result, results_frame
from hubframe.results.retried import runs_of
from hubframe.run_journal import begun_journal
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.undone_rows import UndoneRows, rows_of_result, rows_of_run
from hubframe.update_run import deliver, unless_interrupted

__all__ = ["undo", "undo_async", "undo_result", "undo_result_async"]


def undo(
    run_id: str, *, dry_run: bool = False, progress: ProgressOption = True, connection: Connection | None = None
) -> pd.DataFrame:
    """Put back what a run and its retries have overwritten, and return the rows with what became of each.

    Of each cell the oldest value known goes back, and only where HubSpot, looked at just before, still holds what was
    written; a cell that somebody has changed since is left alone (``CHANGED_SINCE``; a row of which nothing goes back
    is ``skipped``). Rows of which nobody knows whether they were written are looked at, too. An undo is a run like
    any other, and can be undone. It does not unsend e-mails, and workflows that the write has started go on.

    Parameters
    ----------
    run_id : str
        As it stands in ``hubspot_run`` and in ``hubframe.runs()``.
    dry_run : bool
        Do everything but write; rows of which something would go back have the status ``planned``.
    progress : bool or callable
        As in `batch_update`.
    connection : Connection, optional
        Default: the one that `connect` made last. To the account of the run.

    Returns
    -------
    pandas.DataFrame, n rows
        The rows of the run with the index they had: ``hs_object_id``, a column per property with the texts that go back
        (string, NA where none does), and the result columns of `batch_update`. Rows that hold their old values already
        are ``unchanged``; so are those that the run did not write (``NOTHING_TO_UNDO``). Rows that were written
        unseen (``write="all"``) are ``skipped`` (``NO_OLD_VALUE``).

    Raises
    ------
    UnknownRun, JournalDamaged
        There is no such run, or a file of it or its retries can't be read; it is left as it is.
    RunIsLive
        It, a retry or an undo of it is going on.
    PlanError
        The connection is to another account.
    AuthenticationError, MissingScope, Interrupted
        As in `batch_update`.

    Examples
    --------
    >>> import pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
    ...     connection = hubframe.connect(local)
    ...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
    ...     result = df.hubspot.batch_update("contacts", progress=False)
    ...     undone = undo(result["hubspot_run"].iloc[0], progress=False)
    >>> undone[["firstname", "hubspot_status"]].values.tolist()
    [['juniper', 'updated']]

    Notes
    -----
    A lifecycle stage that goes back is cleared first, in a request of its own: HubSpot ignores a backward move.
    """
    return _begun(linked_runs(run_id), run_id, lambda: rows_of_run(run_id), connection).now(progress, dry_run=dry_run)


async def undo_async(
    run_id: str, *, dry_run: bool = False, progress: ProgressOption = True, connection: Connection | None = None
) -> pd.DataFrame:
    """Put back what a run has overwritten; awaitable, otherwise as `undo`."""
    work = _begun(linked_runs(run_id), run_id, lambda: rows_of_run(run_id), connection)
    return await work.awaited(progress, dry_run=dry_run)


def undo_result(
    result: pd.DataFrame,
    *,
    dry_run: bool = False,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Put back what was overwritten by the rows of a result, or of any part of one; otherwise as `undo`.

    The rows come back as they are, with new result columns.

    Raises
    ------
    PlanError
        The frame is no result, or one of several runs that did not retry each other. Nothing was sent.
    """
    return _of_result(result, connection).now(progress, dry_run=dry_run)


async def undo_result_async(
    result: pd.DataFrame,
    *,
    dry_run: bool = False,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Put back what was overwritten by the rows of a result; awaitable, otherwise as `undo_result`."""
    return await _of_result(result, connection).awaited(progress, dry_run=dry_run)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _UndoOptions(UpdateOptions):
    """What is asked for, in the terms of an update."""

    run_id: str

    @property
    def call(self) -> str:
        return f'undo("{self.run_id}")'

    @property
    def again(self) -> str:
        return f"hubframe.{self.call}"


@dataclass(frozen=True, slots=True)
class _Undo:
    """An undo that can begin: the runs that are undone, and where the rows come from."""

    runs: Sequence[RunHeader]
    options: _UndoOptions
    run: Run
    rows: Callable[[], UndoneRows]

    def now(self, progress: ProgressOption, *, dry_run: bool) -> pd.DataFrame:
        return run_now(lambda: self._frame(dry_run=dry_run), self.run, self.options, progress, self._title(dry_run))

    async def awaited(self, progress: ProgressOption, *, dry_run: bool) -> pd.DataFrame:
        work = lambda: self._frame(dry_run=dry_run)  # noqa: E731
        return await run_awaitable(work, self.run, self.options, progress, self._title(dry_run))

    def _title(self, dry_run: bool) -> str:  # noqa: FBT001
        return f"{'Planning an undo of' if dry_run else 'Undoing'} {self.run.object_type}"

    async def _frame(self, *, dry_run: bool) -> pd.DataFrame:
        """Read what was overwritten, deliver it, and return the rows with what became of each."""
        run, options = self.run, self.options
        rows = await unless_interrupted(run, asyncio.to_thread(self.rows))
        overwritten = await unless_interrupted(run, asyncio.to_thread(overwritten_records, rows.ids, self.runs))
        definitions = Definitions(options.object_type, {}, known=False)
        if overwritten:
            definitions = await unless_interrupted(run, read_definitions(run.connection, options.object_type))
        plan = UndonePlan(
            definitions,
            rows.ids,
            overwritten,
            refused=rows.refused,
            never=rows.never,
            unseen=rows.unseen,
            chosen=rows.chosen,
        )
        run.outcomes = plan.outcomes
        df = rows.shown(plan)
        parent = options.run_id
        journal = None if dry_run else await begun_journal(df, plan, options, run, kind="undo", parent=parent)
        await deliver(plan, options, run, dry_run=dry_run, journal=journal, undo=True)
        for row, problems in plan.left_alone.items():
            plan.outcomes.problems[row] = (*plan.outcomes.problems.get(row, ()), *problems)
        result = results_frame(df, plan.outcomes, run.id)
        remember_result(result, run, options)
        return result


def _of_result(result: pd.DataFrame, connection: Connection | None) -> _Undo:
    require_result(result)
    named = [run for run in dict.fromkeys(runs_of(result)) if run is not None]
    if not named:
        raise PlanError("No row of the frame has a hubspot_run, so there is nothing to undo in it.")
    runs = linked_runs(named[0])
    others = set(named).difference(header.run_id for header in runs)
    if others:
        newest = max(named, key=lambda run: run.partition("-")[2])
        raise PlanError(
            f"The rows are of several runs that did not retry each other: {', '.join(named)}. Next: undo them one by "
            f'one, the newest first: result[result["hubspot_run"] == "{newest}"].hubspot.undo()'
        )
    return _begun(runs, named[-1], lambda: rows_of_result(result, runs), connection)


def _begun(
    runs: Sequence[RunHeader], run_id: str, rows: Callable[[], UndoneRows], connection: Connection | None
) -> _Undo:
    connection = current_connection(connection)
    header = runs[0]
    check_account(header, connection)
    options = _UndoOptions(object_type=header.object_type, run_id=run_id)
    return _Undo(runs, options, Run(connection, header.object_type), rows)
