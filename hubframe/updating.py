"""Batch updates, whole: plan the rows, deliver them, return the frame."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.blocking import InterruptListener, interrupts_counted, run_blocking
from hubframe.delivery.driver import Delivery
from hubframe.delivery.pacing import pacer_for
from hubframe.delivery.run import Progress, Run
from hubframe.delivery.transport import Transport
from hubframe.errors import Interrupted, PlanError
from hubframe.options import UpdateOptions, Write
from hubframe.planning.definitions import Definitions
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.planning.plan import plan_rows
from hubframe.progress import progress_display
from hubframe.reading import read_definitions, stop_error
from hubframe.reporting import interrupted, last_result, not_begun, remember_result, report, show
from hubframe.results.frame import results_frame

__all__ = ["batch_update", "batch_update_async", "last_result"]

T = TypeVar("T")
ProgressOption = bool | Callable[[Progress], None]
STOPS_THAT_RAISE = ("authentication", "scope", "object_type")
TICK_SECONDS = 0.1


def batch_update(
    df: pd.DataFrame,
    object_type: str,
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
    write: Write = "changed",
    clear_blanks: bool | Sequence[Any] = False,
    duplicate_ids: DuplicatesPolicy = "refuse",
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Write a frame's rows to HubSpot and return them with what became of each.

    A row that is refused, here or by HubSpot, never stops another: it comes back with its status and the reason.
    Requests go out concurrently, as fast as the account's limit allows and no faster.

    Parameters
    ----------
    df : pandas.DataFrame, n rows
        One row per record. Never modified.
    object_type : str
        Any of HubSpot's names or ids: ``"contacts"``, ``"contracts"``, ``"0-1"``, ``"2-1234567"``.
    id_column : label, optional
        The column (or index level) with the ids. Default: the one named ``hs_object_id`` or ``Record ID``; with
        ``id_property``, the one named like it. A bare ``id`` is never taken unasked.
    id_property : str, optional
        The ids are values of this unique property, instead of record ids.
    columns : list of labels, or mapping label → property, optional
        What to write. Default: every column named after a writable property; a column that matches nothing is
        an error, read-only ones are left out and said so.
    write : {"changed", "all"}
        ``"changed"`` reads each batch's current values right before writing it, and sends only the cells that
        differ (one more request per 100 rows). ``"all"`` sends every cell unseen.
    clear_blanks : bool or list of labels
        What a blank cell (NaN, None, NA, NaT, ``""``) does: False leaves the property alone, True empties it, a
        list does so for these columns.
    duplicate_ids : {"refuse", "first", "last"}
        Rows with one id whose cells agree are sent once and share the outcome. Where they differ: none is sent
        and all are ``invalid``, or the first or the last is sent and the others are ``skipped``.
    progress : bool or callable
        A tqdm bar and a closing line, nothing, or a callable that gets a `Progress`.
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    pandas.DataFrame, n rows
        The rows of ``df``, in its order, with its index and columns, and these columns more: ``hubspot_status``
        (categorical: updated, unchanged, skipped, invalid, failed, unsent, unconfirmed, planned), ``hubspot_id``,
        ``hubspot_error`` (one sentence), ``hubspot_error_category``, ``hubspot_error_code``,
        ``hubspot_error_property``, ``hubspot_error_details`` (JSON text), ``hubspot_attempts`` (int64, update
        requests that carried the row), ``hubspot_updated_at`` (datetime64[ms], UTC), ``hubspot_url``,
        ``hubspot_correlation_id`` and ``hubspot_run`` (categorical); the others are ``string``.

    Raises
    ------
    PlanError
        The call can't be right as it stands (a `ColumnError`, an `UnknownObjectType`). Nothing was sent.
    AuthenticationError, MissingScope
        HubSpot refused the token before anything was written. Afterwards, the frame comes back instead, the rest
        of its rows ``unsent``, with one `HubframeWarning`.
    Interrupted
        Stopped by hand (a KeyboardInterrupt); ``.result`` is the frame.

    Examples
    --------
    >>> import pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot(portal_id=44237313) as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
    ...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
    ...     connection = hubframe.connect(local)
    ...     result = hubframe.batch_update(df, "contacts", progress=False, connection=connection)
    >>> result["hubspot_status"].tolist()
    ['updated']

    Notes
    -----
    HubSpot's page: `batch update
    <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/update-objects>`_. A write can start
    workflows and send e-mails in HubSpot.
    """
    options = UpdateOptions(object_type, id_column, id_property, columns, write, clear_blanks, duplicate_ids)
    run = _new_run(df, options, connection)
    display = progress_display(progress, f"Updating {object_type}")
    with interrupts_counted() as late:  # from here to the end, none strikes in the middle and takes the frame along
        try:
            result = run_blocking(
                lambda: _update(df, options, run),
                tick=lambda: show(display, run),
                interrupt=run.hear_interrupt,
            )
            show(display, run)
        except asyncio.CancelledError:
            raise Interrupted(not_begun(options)) from None
        except Exception as error:
            if run.interrupts and not run.may_have_written:
                raise Interrupted(not_begun(options)) from error
            raise
        finally:
            display.close()
        report(run, options, speak=progress is True)
        run.interrupts += late[0]
    if run.interrupts:
        raise Interrupted(interrupted(result, options), result)
    return result


async def batch_update_async(
    df: pd.DataFrame,
    object_type: str,
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
    write: Write = "changed",
    clear_blanks: bool | Sequence[Any] = False,
    duplicate_ids: DuplicatesPolicy = "refuse",
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Write a frame's rows to HubSpot; awaitable, otherwise as `batch_update`.

    Cancelling it stops as an interrupt does: what is on the way is waited for (10 s at most), the frame is in
    `hubframe.last_result`, and ``asyncio.CancelledError`` is raised.

    Examples
    --------
    >>> import asyncio, pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
    ...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
    ...     connection = hubframe.connect(local)
    ...     update = hubframe.batch_update_async(df, "contacts", progress=False, connection=connection)
    ...     result = asyncio.run(update)
    >>> result["hubspot_status"].tolist()
    ['updated']
    """
    options = UpdateOptions(object_type, id_column, id_property, columns, write, clear_blanks, duplicate_ids)
    run = _new_run(df, options, connection)
    display = progress_display(progress, f"Updating {object_type}")
    task = asyncio.ensure_future(_update(df, options, run))
    with InterruptListener(run.hear_interrupt) as listener:
        try:
            while not task.done():
                try:
                    await asyncio.wait({task}, timeout=TICK_SECONDS)
                except asyncio.CancelledError:
                    run.hear_interrupt()
                    listener.listen()
                show(display, run)
        finally:
            display.close()
    if task.cancelled() or (run.interrupts and not run.may_have_written and task.exception() is not None):
        raise asyncio.CancelledError(not_begun(options))
    result = task.result()
    report(run, options, speak=progress is True)
    if run.interrupts:
        raise asyncio.CancelledError(interrupted(result, options))
    return result


def _new_run(df: pd.DataFrame, options: UpdateOptions, connection: Connection | None) -> Run:
    if not isinstance(df, pd.DataFrame):
        raise PlanError(f"df is a {type(df).__name__}, and must be a pandas DataFrame: pd.DataFrame(...)")
    return Run(current_connection(connection), options.object_type)


async def _update(df: pd.DataFrame, options: UpdateOptions, run: Run) -> pd.DataFrame:
    """Read the definitions, plan, deliver, and make the result frame.

    Raises
    ------
    asyncio.CancelledError
        Interrupted before anything was planned. Later, an interrupt or a cancellation shows in the frame.
    """
    if len(df):
        definitions = await _unless_interrupted(run, read_definitions(run.connection, options.object_type))
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
    )
    run.outcomes = plan.outcomes
    run.notes = plan.notes if len(df) else []
    transport = Transport(run.connection)
    delivery = Delivery(plan, run, transport, pacer_for(run.connection.pacing_key), write=options.write)
    try:
        async with transport:
            await delivery.deliver()
    except asyncio.CancelledError:  # the loop is being closed; what was on the way is abandoned
        run.interrupts += 2
        if plan.outcomes.open_rows():
            await delivery.deliver()  # sends nothing more, and settles what is open
    run.seconds = time.monotonic() - run.started
    if run.stop is not None and run.stop.kind in STOPS_THAT_RAISE and not run.may_have_written:
        error = stop_error(run.stop, run.connection)
        if run.stop.kind == "scope" and options.write != "all" and not run.writes:
            error.args = (f'{error.args[0]} Without a read scope: write="all", which sends every cell unseen.',)
        raise error
    result = results_frame(df, plan.outcomes, run.id)
    remember_result(result, run, options)
    return result


async def _unless_interrupted(run: Run, work: Coroutine[Any, Any, T]) -> T:
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
