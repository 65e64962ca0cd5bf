"""``df.hubspot``: thin and stateless. pandas makes a new one on every access."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from hubframe import forms, plan_updating, updating
from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.result_accessor import ResultMethods
from hubframe.update_plan import UpdatePlan

if TYPE_CHECKING:
    from hubframe.widgets.form.form import UpdateForm

__all__ = ["HubSpotAccessor"]


@pd.api.extensions.register_dataframe_accessor("hubspot")
class HubSpotAccessor(ResultMethods):
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
        write: Literal["changed", "blank", "all"] = "changed",
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
        write: Literal["changed", "blank", "all"] = "changed",
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
        write: Literal["changed", "blank", "all"] = "changed",
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
        write: Literal["changed", "blank", "all"] = "changed",
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

    def update_form(self, object_type: str | None = None, *, connection: Connection | None = None) -> UpdateForm:
        """Return a form to choose, preview, update, correct and undo without code. See `hubframe.update_form`."""
        return forms.update_form(self._df, object_type, connection=connection)
