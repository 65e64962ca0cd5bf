"""Batch updates, whole: plan the rows, deliver them, return the frame."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.delivery.blocking import run_blocking
from hubframe.delivery.driver import Delivery
from hubframe.delivery.pacing import pacer_for
from hubframe.delivery.run import Progress, Run
from hubframe.delivery.transport import Transport
from hubframe.errors import HubframeWarning, Interrupted, PlanError
from hubframe.planning.definitions import Definitions
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.planning.plan import plan_rows
from hubframe.progress import progress_display, say
from hubframe.reading import read_definitions, stop_error
from hubframe.results.frame import results_frame
from hubframe.results.summary import RunFacts, next_line, remember, summarize

__all__ = ["batch_update", "batch_update_async", "last_result"]

Write = Literal["changed", "all"]
ProgressOption = bool | Callable[[Progress], None]
STOPS_THAT_RAISE = ("authentication", "scope", "object_type")
TICK_SECONDS = 0.1

_last: list[pd.DataFrame] = []


@dataclass(frozen=True, slots=True)
class _Options:
    object_type: str
    id_column: Any
    id_property: str | None
    columns: Iterable[Any] | Mapping[Any, str] | None
    write: Write
    clear_blanks: bool | Sequence[Any]
    duplicate_ids: DuplicatesPolicy

    def __post_init__(self) -> None:
        if not isinstance(self.object_type, str) or not self.object_type.strip():
            raise PlanError(f'object_type={self.object_type!r} must be a name or id, such as "contacts" or "0-1".')
        if self.write not in ("changed", "all"):
            raise PlanError(f'write={self.write!r} must be "changed" or "all".')

    @property
    def call(self) -> str:
        """The call, as one would write it again."""
        defaults: dict[str, Any] = {"id_column": None, "id_property": None, "columns": None, "write": "changed"}
        defaults |= {"clear_blanks": False, "duplicate_ids": "refuse"}
        given = {name: getattr(self, name) for name, default in defaults.items() if getattr(self, name) != default}
        arguments = [repr(self.object_type), *(f"{name}={value!r}" for name, value in given.items())]
        return f"batch_update({', '.join(arguments)})"


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
    options = _Options(object_type, id_column, id_property, columns, write, clear_blanks, duplicate_ids)
    run = _new_run(df, options, connection)
    display = progress_display(progress, f"Updating {object_type}")

    def interrupt() -> bool:
        run.interrupts += 1
        return run.outcomes.rows > 0

    try:
        result = run_blocking(lambda: _update(df, options, run), tick=lambda: _show(display, run), interrupt=interrupt)
        _show(display, run)
    except KeyboardInterrupt:
        raise Interrupted("Stopped before anything was sent.") from None
    finally:
        display.close()
    _report(result, run, options, speak=progress is True)
    if run.interrupts:
        raise Interrupted(_interrupted(result, options), result) from None
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
    options = _Options(object_type, id_column, id_property, columns, write, clear_blanks, duplicate_ids)
    run = _new_run(df, options, connection)
    display = progress_display(progress, f"Updating {object_type}")
    cancelled = False
    task = asyncio.ensure_future(_update(df, options, run))
    try:
        while not task.done():
            try:
                await asyncio.wait({task}, timeout=TICK_SECONDS)
            except asyncio.CancelledError:
                cancelled = True
                run.interrupts += 1
                if not run.outcomes.rows:
                    task.cancel()
            _show(display, run)
        if task.cancelled():
            raise asyncio.CancelledError
        result = task.result()
    finally:
        display.close()
    _report(result, run, options, speak=progress is True)
    if cancelled:
        raise asyncio.CancelledError(_interrupted(result, options))
    return result


def last_result() -> pd.DataFrame | None:
    """Return the frame of the last run in this process, also of one that was interrupted; None before the first.

    Examples
    --------
    >>> import hubframe
    >>> result = hubframe.last_result()
    """
    return _last[0] if _last else None


def _new_run(df: pd.DataFrame, options: _Options, connection: Connection | None) -> Run:
    if not isinstance(df, pd.DataFrame):
        raise PlanError(f"df is a {type(df).__name__}, and must be a pandas DataFrame: pd.DataFrame(...)")
    return Run(current_connection(connection), options.object_type)


async def _update(df: pd.DataFrame, options: _Options, run: Run) -> pd.DataFrame:
    """Read the definitions, plan, deliver, and make the result frame."""
    if len(df):
        definitions = await read_definitions(run.connection, options.object_type)
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
    async with Transport(run.connection) as transport:
        delivery = Delivery(plan, run, transport, pacer_for(run.connection.pacing_key), write=options.write)
        await delivery.deliver()
    run.seconds = time.monotonic() - run.started
    if run.stop is not None and run.stop.kind in STOPS_THAT_RAISE and not run.may_have_written:
        error = stop_error(run.stop, run.connection)
        if run.stop.kind == "scope" and options.write != "all" and not run.writes:
            error.args = (f'{error.args[0]} Without a read scope: write="all", which sends every cell unseen.',)
        raise error
    return results_frame(df, plan.outcomes, run.id)


def _show(display: Callable[[Progress], None], run: Run) -> None:
    """Show progress; a display that fails never ends a run that writes."""
    if run.display_failed:
        return
    try:
        display(run.progress())
    except Exception as error:  # noqa: BLE001 - it may be the caller's own
        run.display_failed = True
        warnings.warn(
            f"The progress display failed ({type(error).__name__}: {error}); the update goes on without it.",
            HubframeWarning,
            stacklevel=2,
        )


def _report(result: pd.DataFrame, run: Run, options: _Options, *, speak: bool) -> None:
    """Remember the run, say how it went in one line, and warn once where it stopped early."""
    _last[:] = [result]
    account = str(run.connection.account)
    stopped = None
    if run.stop is not None:
        stopped = " ".join(filter(None, (run.stop.cause.message, run.stop.cause.hint)))
    facts = RunFacts(
        account=account,
        object_type=run.object_type,
        call=options.call,
        requests=run.requests,
        writes=run.writes,
        seconds=run.seconds,
        waited_for_limit_seconds=run.waited_for_limit_seconds,
        stopped=stopped,
        notes=tuple(run.notes),
    )
    remember(run.id, facts)
    counts = {status: count for status, count in run.outcomes.counts.items() if count}
    following = next_line(counts, options.call, "hubframe.last_result()" if run.interrupts else "result")
    if speak:
        for note in run.notes:
            say(note)
        told = ", ".join(f"{count:,} {status}" for status, count in counts.items()) or "no rows"
        say(f"{account}, {run.object_type}: {told}." + (f" Next: {following}" if following else ""))
    if run.stop is not None and run.stop.kind != "interrupted":
        rest = counts.get("unsent", 0)
        warnings.warn(
            f"The update stopped early, {rest:,} rows are unsent: {stopped} Next: {following}",
            HubframeWarning,
            stacklevel=4,
        )


def _interrupted(result: pd.DataFrame, options: _Options) -> str:
    return (
        f"Stopped by hand: {summarize(result).sentence}. The frame is in hubframe.last_result(); to go on: "
        f"hubframe.last_result().hubspot.failed.hubspot.{options.call}"
    )
