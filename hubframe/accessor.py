"""``df.hubspot``: thin and stateless. pandas makes a new one on every access."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pandas as pd

from hubframe import forms, plan_updating, updating
from hubframe.connection import Connection
from hubframe.delivery.run import Progress
from hubframe.result_accessor import ResultMethods
from hubframe.update_plan import UpdatePlan

if TYPE_CHECKING:
    from hubframe.widgets.form.form import UpdateForm

__all__ = ["HubSpotAccessor"]

Method = TypeVar("Method", bound=Callable[..., Any])
_FRAME = re.compile(r"^df : pandas\.DataFrame.*\n(?: {4}.*\n)+", re.MULTILINE)


def _told_by(function: Callable[..., Any]) -> Callable[[Method], Method]:
    """Give a method the whole docstring of its plain function: in a notebook, it is the method that is asked about."""

    def told(method: Method) -> Method:
        method.__doc__ = _FRAME.sub("", inspect.cleandoc(function.__doc__ or ""))
        return method

    return told


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

    @_told_by(updating.batch_update)
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

    @_told_by(updating.batch_update_async)
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

    @_told_by(plan_updating.plan_update)
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

    @_told_by(plan_updating.plan_update_async)
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

    @_told_by(forms.update_form)
    def update_form(self, object_type: str | None = None, *, connection: Connection | None = None) -> UpdateForm:
        return forms.update_form(self._df, object_type, connection=connection)
