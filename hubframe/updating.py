"""Batch updates as plain functions: what they take, and what they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hubframe.connection import Connection
from hubframe.options import UpdateOptions, Write
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.reporting import last_result
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.update_run import new_run, update_frame

__all__ = ["batch_update", "batch_update_async", "last_result"]


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
    baseline: pd.DataFrame | None = None,
    timezone: str = "UTC",
    allow_blank_texts: bool = False,
    dry_run: bool = False,
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
        The ids are values of this unique property (its internal name or label), instead of record ids.
    columns : list of labels, or mapping label → property, optional
        What to write. Default: every column that names a writable property by its internal name or, as HubSpot's
        exports do, by its label; a column that matches nothing is an error, read-only ones are left out and said so.
    write : {"changed", "blank", "all"}
        ``"changed"`` reads each batch's current values right before writing it, and sends only the cells that
        differ (one more request per 100 rows). ``"blank"`` does the same, and only where HubSpot's value is blank.
        ``"all"`` sends every cell unseen.
    clear_blanks : bool or list of labels
        What a blank cell (NaN, None, NA, NaT, ``""``) does: False leaves the property alone, True empties it, a
        list does so for these columns.
    duplicate_ids : {"refuse", "first", "last"}
        Rows with one id whose cells agree are sent once and share the outcome. Where they differ: none is sent
        and all are ``invalid``, or the first or the last is sent and the others are ``skipped``.
    baseline : pandas.DataFrame, optional
        The frame as it was read or exported. Only cells that differ from it are sent, and only where HubSpot still
        holds its value; the others are left alone (``CHANGED_SINCE``; a row of which nothing goes is ``skipped``).
        In a column of moments that name neither zone nor seconds, as exports have them, each stands for its minute.
    timezone : str
        The zone of moments that name none, such as ``"Europe/Berlin"``.
    allow_blank_texts : bool
        Whether the texts ``nan``, ``None``, ``<NA>`` and ``NaT`` may be written to text properties. Mostly they are
        blanks that ``astype(str)`` has left, and make their row ``invalid`` (``BLANK_AS_TEXT``).
    dry_run : bool
        Do everything but write; rows that would be sent have the status ``planned``.
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
    options = UpdateOptions(
        object_type=object_type,
        id_column=id_column,
        id_property=id_property,
        columns=columns,
        write=write,
        clear_blanks=clear_blanks,
        duplicate_ids=duplicate_ids,
        baseline=baseline,
        timezone=timezone,
        allow_blank_texts=allow_blank_texts,
    )
    run = new_run(df, options, connection)
    title = f"{'Planning' if dry_run else 'Updating'} {options.object_type}"
    return run_now(lambda: update_frame(df, options, run, dry_run=dry_run), run, options, progress, title)


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
    baseline: pd.DataFrame | None = None,
    timezone: str = "UTC",
    allow_blank_texts: bool = False,
    dry_run: bool = False,
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
    options = UpdateOptions(
        object_type=object_type,
        id_column=id_column,
        id_property=id_property,
        columns=columns,
        write=write,
        clear_blanks=clear_blanks,
        duplicate_ids=duplicate_ids,
        baseline=baseline,
        timezone=timezone,
        allow_blank_texts=allow_blank_texts,
    )
    run = new_run(df, options, connection)
    title = f"{'Planning' if dry_run else 'Updating'} {options.object_type}"
    return await run_awaitable(lambda: update_frame(df, options, run, dry_run=dry_run), run, options, progress, title)
