"""Planning an update without writing, as plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hubframe.connection import Connection
from hubframe.delivery.run import Run
from hubframe.errors import HubSpotUnavailable
from hubframe.options import UpdateOptions, Write
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.reading import stop_error
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.update_plan import UpdatePlan
from hubframe.update_run import deliver, made_plan, new_run

__all__ = ["plan_update", "plan_update_async"]


def plan_update(
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
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> UpdatePlan:
    """Plan a batch update, read what HubSpot holds now, and return what would change. Writes nothing.

    The arguments are those of `batch_update`. Every row is read (one request per 100 rows), so that each cell's value
    can be shown before and after; with ``write="all"`` nothing is read, and every cell would be sent.

    Returns
    -------
    UpdatePlan
        What maps to what, what would change and what is wrong; ``send()`` writes what was shown and nothing else.

    Raises
    ------
    PlanError
        The call can't be right as it stands.
    AuthenticationError, MissingScope, HubSpotUnavailable
        HubSpot could not be read.
    Interrupted
        Stopped by hand. Nothing was written.

    Examples
    --------
    >>> import pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper", "city": "Oslo"})
    ...     df = pd.DataFrame({"Record ID": [contact], "First Name": ["Juniper"], "City": ["Oslo"]})
    ...     plan = hubframe.plan_update(df, "contacts", progress=False, connection=hubframe.connect(local))
    ...     changes = plan.changes()
    ...     result = plan.send(progress=False)
    >>> changes[["column", "before", "after"]].values.tolist()
    [['First Name', 'juniper', 'Juniper']]
    >>> result["hubspot_status"].tolist()
    ['updated']

    Notes
    -----
    HubSpot's page: `batch read
    <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/read-objects>`_.
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
    return run_now(lambda: _planned(df, options, run), run, options, progress, f"Planning {options.object_type}")


async def plan_update_async(
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
    progress: ProgressOption = True,
    connection: Connection | None = None,
) -> UpdatePlan:
    """Plan a batch update; awaitable, otherwise as `plan_update`."""
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
    return await run_awaitable(
        lambda: _planned(df, options, run), run, options, progress, f"Planning {options.object_type}"
    )


async def _planned(df: pd.DataFrame, options: UpdateOptions, run: Run) -> UpdatePlan:
    df = df.copy()  # the plan shows, and sends, the cells of this moment
    plan = await made_plan(df, options, run)
    shown = await deliver(plan, options, run, dry_run=True)
    if run.interrupts:
        raise asyncio.CancelledError
    if run.stop is not None:
        raise stop_error(run.stop, run.connection)
    if plan.outcomes.counts["unsent"]:
        raise HubSpotUnavailable("HubSpot did not answer for some rows, so the plan is not whole. Plan again.")
    return UpdatePlan(df, plan, shown, options, run)
