"""What a read was asked for, checked as far as it can be without the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.options import checked_object_type
from hubframe.planning.reader import can_be_sent
from hubframe.planning.scalars import short_repr

__all__ = ["Filters", "ReadOptions"]

LONGEST_SHOWN = 200  # characters of an argument in the call as it is told
Filters = Iterable[Sequence[Any] | Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ReadOptions:
    """The arguments of `hubframe.read`, those of display and connection left out."""

    object_type: str
    properties: Any = None  # a list of str from the checks on, "all", or None
    ids: Any = None
    id_property: str | None = None
    where: Any = None  # a list from the checks on, or None
    limit: int | None = None
    labels: bool = False
    archived: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "object_type", checked_object_type(self.object_type))
        if isinstance(self.properties, str) and self.properties != "all":
            raise PlanError(
                f'properties={self.properties!r} must be a list of names or labels, or "all": '
                f"properties=[{self.properties!r}]"
            )
        self._listed("properties")
        self._listed("where")
        for name in self.properties or ():
            if not _is_name(name):
                raise PlanError(f"properties= holds {short_repr(name)}, which can't be the name of a property.")
        self._whole_limit()
        for name in ("labels", "archived"):
            if not isinstance(getattr(self, name), bool):
                raise PlanError(f"{name}={_shown(getattr(self, name))} must be True or False.")
        self._check_together()

    def _whole_limit(self) -> None:
        limit = self.limit
        if limit is None:
            return
        if isinstance(limit, bool) or not isinstance(limit, int | np.integer) or limit < 1:
            raise PlanError(
                f"limit={_shown(limit)} must be a whole number of records, 1 or more, or None for all of them."
            )
        object.__setattr__(self, "limit", int(limit))

    def _check_together(self) -> None:
        if self.id_property is not None and not _is_name(self.id_property):
            raise PlanError(f"id_property={_shown(self.id_property)} must be a property's name or label.")
        if self.ids is not None and self.where is not None:
            raise PlanError("ids= and where= each say which records to read. Give one of them.")
        if self.ids is not None and self.limit is not None:
            raise PlanError("ids= says which records to read. Leave limit= out, or shorten ids: ids[:100]")
        if self.id_property is not None and self.ids is None:
            raise PlanError(
                f"id_property={self.id_property!r} says what ids= are, and there are none. Give ids=[...], or leave "
                "id_property= out."
            )
        if self.archived and self.where is not None:
            raise PlanError(
                "HubSpot's search finds no archived records. Read them all, and filter the frame: "
                f"hubframe.read({self.object_type!r}, archived=True)"
            )

    def _listed(self, name: str) -> None:
        """Keep an argument that can be gone through once as a list."""
        given = getattr(self, name)
        if given is None or (name == "properties" and isinstance(given, str)):
            return
        if name == "where" and isinstance(given, Mapping):
            raise PlanError(
                "where= must be a list. HubSpot's own groups are given as one, without the rest of a search's body: "
                'where=[{"filters": [...]}]'
            )
        if not isinstance(given, Iterable) or isinstance(given, str | bytes | bytearray | Mapping | pd.DataFrame):
            example = '["email", "city"]' if name == "properties" else '[("city", "EQ", "Bergen")]'
            raise PlanError(f"{name}={_shown(given)} must be a list: {name}={example}")
        object.__setattr__(self, name, [str(one) if isinstance(one, str) else one for one in given])

    def id_values(self) -> pd.Series[Any]:
        """Return what ``ids`` holds, numbers as exact as they were given."""
        ids = self.ids
        if isinstance(ids, pd.MultiIndex):
            raise PlanError("ids= is an index of several levels. Say which one has the ids: ids.get_level_values(0)")
        if isinstance(ids, str | bytes | bytearray | Mapping | pd.DataFrame) or not isinstance(ids, Iterable):
            raise PlanError(f'ids={_shown(ids)} must be a list of ids, or a column of them: ids=df["hs_object_id"]')
        if isinstance(ids, pd.Series):
            return ids.reset_index(drop=True)
        if isinstance(ids, pd.Index):
            return pd.Series(ids)
        # In a list beside a blank, pandas would make floats of whole numbers.
        return pd.Series(list(ids), dtype=object)

    @property
    def call(self) -> str:
        """The call, as one would write it again."""
        given = [repr(self.object_type)]
        for option in fields(self)[1:]:
            value = getattr(self, option.name)
            if value is not option.default:
                is_long = option.name == "ids" or len(repr(value)) > LONGEST_SHOWN
                given.append(f"{option.name}={option.name if is_long else repr(value)}")
        return f"hubframe.read({', '.join(given)})"


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and can_be_sent(given)


def _shown(given: Any) -> str:
    """Return how an argument is named in a message: a frame or a column by its type alone."""
    return f"<{type(given).__name__}>" if isinstance(given, pd.DataFrame | pd.Series) else short_repr(given)
