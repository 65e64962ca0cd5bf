"""Going on with a run that was cut off."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import numpy as np
import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.run import Run
from hubframe.errors import PlanError
from hubframe.journal import JournalFailed, open_run, read_run
from hubframe.options import UpdateOptions
from hubframe.planning.definitions import Definitions
from hubframe.planning.plan import plan_rows
from hubframe.planning.remarks import unread
from hubframe.planning.resumed import first_difference
from hubframe.reading_definitions import read_for_plan
from hubframe.reopened_run import ReopenedRun, check_account, kept_layout
from hubframe.reporting import remember_result
from hubframe.results.frame import results_frame
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.update_run import deliver, unless_interrupted

__all__ = ["resume", "resume_async"]


def resume(
    run_id: str,
    df: pd.DataFrame | None = None,
    *,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Go on with a run that was cut off or stopped, and return its rows with what became of each.

    What is settled is not sent again. Rows that were on their way are looked at first: where HubSpot holds what was
    sent, they are ``updated``; where it still holds what it held before, they are sent again; where it holds a third
    value, somebody has edited it since, and they are ``skipped`` (``CHANGED_SINCE``). Rows that were never sent are
    read and sent where they differ, even those of ``write="all"``. Resuming may be interrupted, and resumed.

    Parameters
    ----------
    run_id : str
        As it stands in ``hubspot_run`` and in ``hubframe.runs()``.
    df : pandas.DataFrame, optional
        The frame of the run: as many rows, with the same ids and cells. It gets the result columns. Without it, the
        rows come from the journal.
    progress : bool or callable
        As in `batch_update`.
    connection : Connection, optional
        Default: the one that `connect` made last. To the account of the run.

    Returns
    -------
    pandas.DataFrame, n rows
        The rows of ``df`` as `batch_update` returns them; without ``df``, with the index they had, a column with the
        ids, and the texts that were to be written under their columns' names (string).

    Raises
    ------
    UnknownRun, JournalDamaged
        There is no such run, or its file can't be read; it is left as it is.
    RunIsLive
        Another kernel, or another call, is at it.
    PlanError
        The connection is to another account, or ``df`` is not the run's frame. Nothing was sent.
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
    ...     again = resume(result["hubspot_run"].iloc[0], progress=False)
    >>> again[["firstname", "hubspot_status"]].values.tolist()
    [['Juniper', 'updated']]
    """
    run, options = _begun(run_id, df, connection)
    return run_now(lambda: _resumed(run, options, df), run, options, progress, f"Resuming {run.object_type}")


async def resume_async(
    run_id: str,
    df: pd.DataFrame | None = None,
    *,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Go on with a run that was cut off; awaitable, otherwise as `resume`."""
    run, options = _begun(run_id, df, connection)
    title = f"Resuming {run.object_type}"
    return await run_awaitable(lambda: _resumed(run, options, df), run, options, progress, title)


def _begun(run_id: str, df: pd.DataFrame | None, connection: Connection | None) -> tuple[Run, UpdateOptions]:
    if df is not None and not isinstance(df, pd.DataFrame):
        raise PlanError(f"df is a {type(df).__name__}, and must be a pandas DataFrame, or be left out.")
    if not isinstance(run_id, str):
        raise PlanError(f"run_id={run_id!r} must be a text, as in hubframe.runs()['run_id'].")
    to = current_connection(connection)
    with read_run(run_id) as journal:
        check_account(journal.header, to)
        options = UpdateOptions(**kept_layout(journal).arguments())
    return Run(to, options.object_type, run_id), options


async def _resumed(run: Run, options: UpdateOptions, df: pd.DataFrame | None) -> pd.DataFrame:
    with await asyncio.to_thread(open_run, run.id) as journal:
        recorded = await asyncio.to_thread(ReopenedRun.read, journal)
        run.outcomes = recorded.outcomes
        definitions = Definitions(options.object_type, {}, known=False)
        left = run.outcomes.open_rows()
        if left or df is not None:
            definitions = await unless_interrupted(run, _read_definitions(run, recorded))
            run.notes = unread(definitions)
        if df is None:
            df = recorded.frame()
        else:
            _check_same(df, recorded, definitions, options, run)
        if left:
            journal.goes_on()
            # How it stands may be hours old: read first, whatever the call said.
            reading = replace(options, write="changed" if options.write == "all" else options.write)
            undo = recorded.header.kind == "undo"
            await deliver(recorded.plan(definitions), reading, run, journal=journal, undo=undo)
        elif journal.end is None:
            with contextlib.suppress(JournalFailed):  # it looks cut off then, and nothing is left to do
                journal.finished()
    result = results_frame(df, run.outcomes, run.id)
    remember_result(result, run, options)
    return result


async def _read_definitions(run: Run, recorded: ReopenedRun) -> Definitions:
    names = list(recorded.cells)
    ids = ("ids",)  # what no property is called
    return await read_for_plan(
        run.connection,
        run.object_type,
        [ids, *names],
        [None],
        id_column=ids,
        id_property=recorded.header.id_property,
        columns={name: name for name in names},
    )


def _check_same(
    df: pd.DataFrame, recorded: ReopenedRun, definitions: Definitions, options: UpdateOptions, run: Run
) -> None:
    """Raise where a frame is not the run's.

    Raises
    ------
    PlanError
        Says where it differs first.
    """
    without = f"Next: hubframe.resume({run.id!r}) without a frame, or with the run's own."
    if len(df) != recorded.header.rows:
        raise PlanError(f"df has {len(df):,} rows, and the run {run.id} had {recorded.header.rows:,}. {without}")
    plan = plan_rows(
        df,
        definitions,
        id_column=options.id_column,
        id_property=options.id_property,
        columns=options.columns,
        clear_blanks=options.clear_blanks,
        duplicate_ids=options.duplicate_ids,
        settings=options.cell_settings(),
        account_zone=run.connection.account.time_zone,
    )
    rows = plan.row_texts(np.arange(len(df)))
    cells = {name: [texts.get(name) for texts in rows] for name in recorded.cells}
    found = first_difference(
        (recorded.ids, recorded.cells), (plan.ids, cells), only_recorded=recorded.expected is not None
    )
    if found is not None:
        row, name, then, now = found
        labels = {column.definition.name: column.label for column in plan.columns}
        what = f"column {labels.get(name, name)!r}" if name is not None else "the id"
        raise PlanError(
            f"df is not the frame of the run {run.id}: in row {recorded.labels[row]!r}, {what} was {then!r} and is "
            f"{now!r}. {without}"
        )
