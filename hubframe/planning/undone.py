"""The rows of an undo: what goes back where, and what HubSpot must hold for it to go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.batches import Batch
from hubframe.planning.columns import Columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.equality import exactly
from hubframe.planning.planned_columns import PlannedColumn
from hubframe.planning.texts import CellSettings
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Overwritten", "UndonePlan"]

NOTHING_TO_UNDO = Problem(
    category="NOTHING_TO_UNDO",
    code="NOTHING_TO_UNDO",
    message="The run did not write the row.",
)


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A record as it was before runs wrote to it, and what they wrote.

    Attributes
    ----------
    before : mapping of str to str
        Property → the oldest text known; ``""`` where it was blank.
    written : mapping of str to sequence of str
        The same properties → all texts sent since, oldest first.
    certain : bool
        Whether the last of these are what HubSpot stored; else any of them may be.
    also : mapping of str to sequence of str
        Other texts that come from hubframe: what HubSpot made of those written, or what an undo left half-way.
    unknown : sequence of str
        Properties that were written unseen.
    """

    before: Mapping[str, str]
    written: Mapping[str, Sequence[str]]
    certain: bool
    also: Mapping[str, Sequence[str]]
    unknown: Sequence[str] = ()


class UndonePlan:
    """Old values, each to go back only where HubSpot still holds what was written over it.

    Parameters
    ----------
    definitions
        The object type's properties.
    ids
        Record ids by row; rows of one record share its outcome.
    overwritten
        What is known of records, by id.
    refused
        Rows whose id can't be one.
    never
        Rows that were never written, whatever became of their record.
    unseen
        Rows that were written, or may have been, by a run that did not look.
    chosen
        Which column of the frame holds the ids.
    """

    id_property: str | None = None
    sent: Mapping[int, Mapping[str, str]] = {}
    doubts: Mapping[int, tuple[Problem, ...]] = {}

    def __init__(
        self,
        definitions: Definitions,
        ids: Sequence[str | None],
        overwritten: Mapping[str, Overwritten],
        *,
        refused: Mapping[int, Problem],
        never: Collection[int],
        unseen: Collection[int],
        chosen: Columns,
    ) -> None:
        self.definitions, self.ids, self.chosen = definitions, ids, chosen
        self.outcomes = Outcomes(len(ids))
        self.same_as: dict[int, int] = {}
        self.expected: dict[int, dict[str, tuple[str, ...]]] = {}
        self.left_alone: dict[int, tuple[Problem, ...]] = {}
        self._texts: dict[int, dict[str, str]] = {}
        self._settle(overwritten, refused, never, unseen)
        self.property_names = list(dict.fromkeys(name for texts in self._texts.values() for name in texts))
        self.properties_to_read = self.property_names
        self.columns: Sequence[PlannedColumn] = tuple(map(self._column, self.property_names))

    def _settle(
        self,
        overwritten: Mapping[str, Overwritten],
        refused: Mapping[int, Problem],
        never: Collection[int],
        unseen: Collection[int],
    ) -> None:
        """Settle the rows of which nothing goes back, and note of the others what does."""
        leaders: dict[str, int] = {}
        for row, record in enumerate(self.ids):
            known = overwritten.get(record or "")
            if row in refused:
                self.outcomes.settle(row, "invalid", problems=(refused[row],))
            elif row in never or (known is None and row not in unseen):
                self.outcomes.settle(row, "unchanged", record, problems=(NOTHING_TO_UNDO,))
            elif known is None or not known.before:
                names = known.unknown if known is not None else (None,)
                self.outcomes.settle(row, "skipped", record, problems=tuple(map(_no_old_value, names)))
            elif leaders.setdefault(record or "", row) != row:
                self.same_as[row] = leaders[record or ""]
            else:
                self._texts[row] = {
                    name: exactly(self.definitions.get(name), text) for name, text in known.before.items()
                }
                self.expected[row] = {name: self._standing(name, known) for name in known.before}
                if known.unknown:
                    self.left_alone[row] = tuple(map(_no_old_value, known.unknown))

    def _standing(self, name: str, known: Overwritten) -> tuple[str, ...]:
        """Return the texts that HubSpot may hold if nobody else has written to a cell."""
        definition = self.definitions.get(name)
        held = known.before[name]
        texts = []
        for text in known.written[name]:
            held = _appended(held, text) if definition is not None and definition.is_multiple else text
            texts.append(exactly(definition, held))
        standing = texts[-1:] if known.certain else texts
        return tuple(dict.fromkeys([*known.also.get(name, ()), *standing]))

    def _column(self, name: str) -> PlannedColumn:
        definition = self.definitions.get(name) or Property(name)
        return PlannedColumn(name, definition, pd.Series(dtype=object), clears=True, settings=CellSettings())

    def row_texts(self, positions: np.ndarray[Any, Any]) -> list[dict[str, str]]:
        """Return, for each of the rows at ``positions``, property → text that is to go back."""
        return [self._texts.get(self.same_as.get(row, row), {}) for row in positions.tolist()]

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield the rows to send in requests of at most ``size`` rows."""
        rows = [row for row in self.outcomes.open_rows() if row not in self.same_as]
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            yield Batch(part, [self.ids[row] or "" for row in part], [self._texts[row] for row in part])


def _appended(held: str, text: str) -> str:
    """Return what becomes of several options where a text that begins with ``;`` adds some."""
    if not text.startswith(";"):
        return text
    return ";".join(dict.fromkeys(option for option in [*held.split(";"), *text.split(";")] if option))


def _no_old_value(name: str | None) -> Problem:
    return Problem(
        category="NO_OLD_VALUE",
        code="NO_OLD_VALUE",
        message='Left alone: the run was made with write="all", which does not look at what it overwrites.',
        property=name,
        hint="Look it up in HubSpot, in the record's property history.",
    )
