"""What an update was asked for, checked as far as it can be without the account."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import pandas as pd

from hubframe.errors import PlanError
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.planning.reader import can_be_sent
from hubframe.planning.scalars import short_repr
from hubframe.planning.texts import CellSettings

__all__ = ["UpdateOptions", "Write", "checked_object_type"]

Write = Literal["changed", "blank", "all"]


def checked_object_type(given: Any) -> str:
    """Return an object type's name or id as it goes into a request.

    >>> checked_object_type(" contacts ")
    'contacts'
    """
    if not isinstance(given, str) or not given.strip() or not can_be_sent(given):
        raise PlanError(f'object_type={short_repr(given)} must be a name or id, such as "contacts" or "0-1".')
    return given.strip()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class UpdateOptions:
    """The arguments of `hubframe.batch_update`, those of display and connection left out."""

    object_type: str
    id_column: Any = None
    id_property: str | None = None
    columns: Iterable[Any] | Mapping[Any, str] | None = None
    write: Write = "changed"
    clear_blanks: bool | Sequence[Any] = False
    duplicate_ids: DuplicatesPolicy = "refuse"
    baseline: pd.DataFrame | None = None
    timezone: str = "UTC"
    allow_blank_texts: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "object_type", checked_object_type(self.object_type))
        if self.write not in ("changed", "blank", "all"):
            raise PlanError(f'write={self.write!r} must be "changed", "blank" or "all".')
        if self.baseline is not None and not isinstance(self.baseline, pd.DataFrame):
            raise PlanError(
                f"baseline is a {type(self.baseline).__name__}, and must be a DataFrame: the frame as it was read."
            )
        if self.baseline is not None and self.write == "all":
            raise PlanError('baseline= needs what HubSpot holds now, and write="all" does not look. Leave write= out.')
        if isinstance(self.columns, Iterator):
            object.__setattr__(self, "columns", list(self.columns))  # it is gone through more than once
        self.zone()

    def zone(self) -> datetime.tzinfo:
        """Return the zone in which moments without one are read."""
        try:
            return datetime.UTC if self.timezone == "UTC" else zoneinfo.ZoneInfo(self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise PlanError(
                f'timezone={self.timezone!r} is no time zone. Name one as "Europe/Berlin" or "UTC".'
            ) from None

    def cell_settings(self) -> CellSettings:
        return CellSettings(self.zone(), self.allow_blank_texts)

    @property
    def again(self) -> str:
        """The line that begins again."""
        return f"df.hubspot.{self.call}"

    @property
    def call(self) -> str:
        """The call, as one would write it again."""
        given = [repr(self.object_type)]
        for option in fields(self)[1:]:
            value = getattr(self, option.name)
            if option.name == "baseline":
                given += ["baseline=baseline"] if value is not None else []
            elif value is not option.default and not (isinstance(value, str) and value == option.default):
                given.append(f"{option.name}={value!r}")
        return f"batch_update({', '.join(given)})"
