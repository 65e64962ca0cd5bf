"""Reading records as plain functions: what they take, and what they give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from hubframe.connection import Connection, current_connection
from hubframe.reading_records.options import Filters, ReadOptions
from hubframe.reading_records.reading import read_frame
from hubframe.reading_records.run import ReadRun
from hubframe.running import ProgressOption, await_said, run_said

__all__ = ["read", "read_async"]


def read(
    object_type: str,
    *,
    properties: Iterable[str] | str | None = None,
    ids: Any = None,
    id_property: str | None = None,
    where: Filters | None = None,
    limit: int | None = None,
    labels: bool = False,
    archived: bool = False,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Read records into a typed frame that goes back as it came: written back untouched, it changes nothing.

    Every record comes once, with the values HubSpot holds now: what search finds is read by id, since search shows
    values as they were some seconds ago. What is not in the frame is never silently absent: one `HubframeWarning`
    lists the ids that brought no record, and tells of what else HubSpot holds and did not show. Requests go out
    concurrently (with ``limit`` or ``archived``, one page after the other), as fast as the account's limits allow and
    no faster.

    Parameters
    ----------
    object_type : str
        Any of HubSpot's names or ids: ``"contacts"``, ``"contracts"``, ``"0-1"``, ``"2-1234567"``.
    properties : list of str, or "all", optional
        Internal names or labels; ``"all"`` is every property the token may read. Default: a list for each of HubSpot's
        own object types (`hubframe.records.default_properties`), else what HubSpot gives unasked with the records
        (where there are none, no column but the record id: name them, if the columns are to be there in any case).
    ids : list, Series or Index, optional
        Only these records, in this order; an id given twice has two rows. Default: all of them.
    id_property : str, optional
        The ids are values of this unique property (its internal name or label), instead of record ids.
    where : list of tuples, optional
        Only records for which every filter holds: ``("lifecyclestage", "EQ", "lead")``, ``("createdate", "BETWEEN",
        start, end)``, ``("city", "IN", ["Bergen", "Turku"])``, ``("phone", "HAS_PROPERTY")``, with HubSpot's operators;
        values are Python's or pandas' own, options also by label; times without a zone, and days, are UTC's. Of a
        property of several choices, a filter takes one option: one for each finds records that have them all, ``IN``
        those that have any. Or HubSpot's ``filterGroups``, as a list of dicts. Search runs some seconds behind: what
        was written just now may not be found yet, and a record that was found may hold another value by now.
    limit : int, optional
        At most so many records.
    labels : bool
        Whether headers are labels, and so are options, owners and stages, as in HubSpot's exports ("Closed Won (Sales
        Pipeline)"); where a label would be ambiguous, the internal name stands, or an owner's e-mail.
    archived : bool
        Read records in the recycle bin instead.
    progress : bool or callable
        A tqdm bar and a closing line, nothing, or a callable that gets a `Progress` (``rows_total`` is 0 while HubSpot
        has not told how many there are).
    connection : Connection, optional
        Default: the one that `connect` made last.

    Returns
    -------
    pandas.DataFrame, n rows
        ``hs_object_id`` first (``string``); with ``ids``, then ``hubspot_requested_id`` (``string``), which differs
        where a record was merged into another; then a column per property: ``string``; ``Int64`` where every number is
        whole, else ``Float64`` (``string`` where neither holds a value exactly); ``boolean``; ``datetime64[ms, UTC]``;
        dates as ``datetime64[ms]`` at midnight; choices, owners and stages ``category``, in HubSpot's order; lists of
        str for several choices. Blanks are NA. The index is a RangeIndex. For a file, lists become texts
        (``df[column].str.join(";")``), and for Excel, times lose their zone (``df[column].dt.tz_localize(None)``).
        ``df.copy()`` shares the lists: give a cell a new one rather than changing the one that is there.

    Raises
    ------
    PlanError
        The call can't be right as it stands (a `ColumnError` with the nearest names, an `UnknownObjectType`), or
        HubSpot refuses it; its message, and the filter, are in the error.
    AuthenticationError, MissingScope, HubSpotUnavailable
        HubSpot gives no answer, or none any more; what had come is in `hubframe.last_result`.
    Interrupted
        Stopped by hand (a KeyboardInterrupt); ``.result`` is the frame with what came until then.

    See Also
    --------
    hubframe.batch_update : Write it back.
    hubframe.properties : What there is to read.

    Examples
    --------
    >>> import hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     juniper = local.portal.add("contacts", {"firstname": "Juniper", "city": "Bergen"}, id="101")
    ...     hazel = local.portal.add("contacts", {"firstname": "Hazel"}, id="202")
    ...     connection = hubframe.connect(local)
    ...     df = hubframe.read("contacts", properties=["firstname", "City"], progress=False, connection=connection)
    >>> df
      hs_object_id firstname    city
    0          101   Juniper  Bergen
    1          202     Hazel    <NA>

    Notes
    -----
    HubSpot's pages: `batch read
    <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/read-objects>`_, `list
    <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/basic/get-objects>`_, `search
    <https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide>`_. A hundred records cost one request (two
    where the properties don't fit into an address); found by ``where``, one and a half, of which a third are searches,
    five a second per account.

    ``NEQ`` and ``NOT_IN`` have been seen to leave out records whose value is blank, and ``NOT_CONTAINS_TOKEN`` may do
    so; HubSpot's page (`search the CRM
    <https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm>`_) does not say. A second one of
    HubSpot's own groups, with ``NOT_HAS_PROPERTY``, finds these too.
    """
    run = _run(
        connection,
        ReadOptions(
            object_type=object_type,
            properties=properties,
            ids=ids,
            id_property=id_property,
            where=where,
            limit=limit,
            labels=labels,
            archived=archived,
        ),
    )
    return run_said(lambda: read_frame(run), run, run, progress, f"Reading {run.options.object_type}")


async def read_async(
    object_type: str,
    *,
    properties: Iterable[str] | str | None = None,
    ids: Any = None,
    id_property: str | None = None,
    where: Filters | None = None,
    limit: int | None = None,
    labels: bool = False,
    archived: bool = False,
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> pd.DataFrame:
    """Read records into a typed frame; awaitable, otherwise as `read`.

    Cancelled, it leaves what came until then in `hubframe.last_result`, and ``asyncio.CancelledError`` is raised.

    Examples
    --------
    >>> import asyncio, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "Juniper"})
    ...     connection = hubframe.connect(local)
    ...     df = asyncio.run(hubframe.read_async("contacts", ids=[contact], progress=False, connection=connection))
    >>> len(df)
    1
    """
    run = _run(
        connection,
        ReadOptions(
            object_type=object_type,
            properties=properties,
            ids=ids,
            id_property=id_property,
            where=where,
            limit=limit,
            labels=labels,
            archived=archived,
        ),
    )
    return await await_said(lambda: read_frame(run), run, run, progress, f"Reading {run.options.object_type}")


def _run(connection: Connection | None, options: ReadOptions) -> ReadRun:
    return ReadRun(current_connection(connection), options)
