"""``df.hubspot``: thin and stateless. pandas makes a new one on every access."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from hubframe import plan_updating, updating
from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.results.frame import failed_rows, problems_frame
from hubframe.results.summary import Summary, summarize
from hubframe.update_plan import UpdatePlan

__all__ = ["HubSpotAccessor"]


@pd.api.extensions.register_dataframe_accessor("hubspot")
class HubSpotAccessor:
    """HubSpot's CRM, from a DataFrame: ``df.hubspot``.

    Examples
    --------
    >>> import pandas as pd, hubframe
    >>> with hubframe.LocalHubSpot() as local:
    ...     contact = local.portal.add("contacts", {"firstname": "juniper"})
    ...     _ = hubframe.connect(local)
    ...     df = pd.DataFrame({"hs_object_id": [contact], "firstname": ["Juniper"]})
    ...     result = df.hubspot.batch_update("contacts", progress=False)
    >>> result["hubspot_status"].tolist()
    ['updated']
    """

    def __init__(self, df: pd.DataFrame) -> None:
        self._df = df

    def batch_update(
        self,
        object_type: str,
        *,
        id_column: Any = None,
        id_property: str | None = None,
        columns: Iterable[Any] | Mapping[Any, str] | None = None,
        write: Literal["changed", "all"] = "changed",
        clear_blanks: bool | Sequence[Any] = False,
        duplicate_ids: Literal["refuse", "first", "last"] = "refuse",
        baseline: pd.DataFrame | None = None,
        timezone: str = "UTC",
        allow_blank_texts: bool = False,
        dry_run: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> pd.DataFrame:
        """Write the rows to HubSpot and return them with what became of each. See `hubframe.batch_update`."""
        return updating.batch_update(
            self._df,
            object_type,
            id_column=id_column,
            id_property=id_property,
            columns=columns,
            write=write,
            clear_blanks=clear_blanks,
            duplicate_ids=duplicate_ids,
            baseline=baseline,
            timezone=timezone,
            allow_blank_texts=allow_blank_texts,
            dry_run=dry_run,
            progress=progress,
            connection=connection,
        )

    async def batch_update_async(
        self,
        object_type: str,
        *,
        id_column: Any = None,
        id_property: str | None = None,
        columns: Iterable[Any] | Mapping[Any, str] | None = None,
        write: Literal["changed", "all"] = "changed",
        clear_blanks: bool | Sequence[Any] = False,
        duplicate_ids: Literal["refuse", "first", "last"] = "refuse",
        baseline: pd.DataFrame | None = None,
        timezone: str = "UTC",
        allow_blank_texts: bool = False,
        dry_run: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> pd.DataFrame:
        """Write the rows to HubSpot; awaitable. See `hubframe.batch_update_async`."""
        return await updating.batch_update_async(
            self._df,
            object_type,
            id_column=id_column,
            id_property=id_property,
            columns=columns,
            write=write,
            clear_blanks=clear_blanks,
            duplicate_ids=duplicate_ids,
            baseline=baseline,
            timezone=timezone,
            allow_blank_texts=allow_blank_texts,
            dry_run=dry_run,
            progress=progress,
            connection=connection,
        )

    def plan_update(
        self,
        object_type: str,
        *,
        id_column: Any = None,
        id_property: str | None = None,
        columns: Iterable[Any] | Mapping[Any, str] | None = None,
        write: Literal["changed", "all"] = "changed",
        clear_blanks: bool | Sequence[Any] = False,
        duplicate_ids: Literal["refuse", "first", "last"] = "refuse",
        baseline: pd.DataFrame | None = None,
        timezone: str = "UTC",
        allow_blank_texts: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> UpdatePlan:
        """Plan an update and return what would change; nothing is written. See `hubframe.plan_update`."""
        return plan_updating.plan_update(
            self._df,
            object_type,
            id_column=id_column,
            id_property=id_property,
            columns=columns,
            write=write,
            clear_blanks=clear_blanks,
            duplicate_ids=duplicate_ids,
            baseline=baseline,
            timezone=timezone,
            allow_blank_texts=allow_blank_texts,
            progress=progress,
            connection=connection,
        )

    async def plan_update_async(
        self,
        object_type: str,
        *,
        id_column: Any = None,
        id_property: str | None = None,
        columns: Iterable[Any] | Mapping[Any, str] | None = None,
        write: Literal["changed", "all"] = "changed",
        clear_blanks: bool | Sequence[Any] = False,
        duplicate_ids: Literal["refuse", "first", "last"] = "refuse",
        baseline: pd.DataFrame | None = None,
        timezone: str = "UTC",
        allow_blank_texts: bool = False,
        progress: bool | Callable[[Progress], None] = True,
        connection: Connection | None = None,
    ) -> UpdatePlan:
        """Plan an update; awaitable. See `hubframe.plan_update_async`."""
        return await plan_updating.plan_update_async(
            self._df,
            object_type,
            id_column=id_column,
            id_property=id_property,
            columns=columns,
            write=write,
            clear_blanks=clear_blanks,
            duplicate_ids=duplicate_ids,
            baseline=baseline,
            timezone=timezone,
            allow_blank_texts=allow_blank_texts,
            progress=progress,
            connection=connection,
        )

    @property
    def failed(self) -> pd.DataFrame:
        """The rows of a result to look at: invalid, failed, unsent, unconfirmed and skipped ones, whole."""
        return failed_rows(self._df)

    @property
    def problems(self) -> pd.DataFrame:
        """One line per problem of a result; a row may have several, or none.

        Columns ``row`` (the index label), ``id``, ``property``, ``value``, ``code``, ``message`` and ``hint``, all
        but ``row`` of dtype string.
        """
        return problems_frame(self._df)

    def summary(self) -> Summary:
        """Count the rows of a result by status and cause, and name the next line to run."""
        return summarize(self._df)
