"""What delivery and journal need to know of a plan, however it was made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from hubframe.planning.batches import Batch
from hubframe.planning.columns import Columns
from hubframe.planning.definitions import Definitions
from hubframe.planning.planned_columns import PlannedColumn
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Recordable", "Sendable"]


class Sendable(Protocol):
    """What a delivery needs to know of a plan."""

    @property
    def definitions(self) -> Definitions: ...
    @property
    def ids(self) -> Sequence[str | None]: ...
    @property
    def same_as(self) -> Mapping[int, int]: ...
    @property
    def outcomes(self) -> Outcomes: ...
    @property
    def doubts(self) -> Mapping[int, tuple[Problem, ...]]: ...
    @property
    def expected(self) -> Mapping[int, Mapping[str, str | Sequence[str]]] | None: ...
    @property
    def sent(self) -> Collection[int]: ...
    @property
    def id_property(self) -> str | None: ...
    @property
    def property_names(self) -> Sequence[str]: ...
    @property
    def properties_to_read(self) -> Sequence[str]: ...
    def row_texts(self, positions: np.ndarray[Any, Any]) -> list[dict[str, str]]: ...
    def batches(self, size: int) -> Iterator[Batch]: ...


class Recordable(Sendable, Protocol):
    """What the journal keeps of a plan besides: which column went where."""

    @property
    def columns(self) -> Sequence[PlannedColumn]: ...
    @property
    def chosen(self) -> Columns: ...
