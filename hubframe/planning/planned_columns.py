"""The columns that are written: where each goes, and its texts on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import ColumnError
from hubframe.planning.cells import cell_texts, check_cells
from hubframe.planning.columns import Columns, label_list
from hubframe.planning.definitions import Property
from hubframe.planning.texts import CellSettings, Checked, Texts

__all__ = ["BLOCK", "PlannedColumn", "planned_columns"]

BLOCK = 5_000  # rows turned to text at a time: the texts of a whole frame would not fit beside it

Positions = slice | np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A column, the property it goes to, and whether a blank cell empties that property.

    ``pipeline`` is the column that says which pipeline a row's stage belongs to, where there is one.
    """

    label: Any
    definition: Property
    series: pd.Series[Any]
    clears: bool
    settings: CellSettings
    pipeline: PlannedColumn | None = None

    def texts(self, positions: Positions) -> Texts:
        """Return the text of each cell at ``positions``: None leaves the property alone, ``""`` empties it."""
        found = cell_texts(
            self.series.iloc[positions], self.definition, self.settings, pipelines=self._pipelines(positions)
        )
        if self.clears:
            refused = found.refused
            found.texts = [
                "" if text is None and place not in refused else text for place, text in enumerate(found.texts)
            ]
        return found

    def check(self, positions: Positions) -> Checked:
        """Return what `texts` would find, without the texts."""
        found = check_cells(
            self.series.iloc[positions], self.definition, self.settings, pipelines=self._pipelines(positions)
        )
        if self.clears:
            found.has_text = np.ones_like(found.has_text)
        return found

    def _pipelines(self, positions: Positions) -> Sequence[str | None] | None:
        return self.pipeline.texts(positions).texts if self.pipeline is not None else None


def planned_columns(
    df: pd.DataFrame, chosen: Columns, clear_blanks: object, settings: CellSettings
) -> tuple[PlannedColumn, ...]:
    """Return the columns to write, in the frame's order."""
    written = [label for label, _ in chosen.properties]
    if isinstance(clear_blanks, bool):
        clears = set(written if clear_blanks else ())
    else:
        by_name = {definition.name: label for label, definition in chosen.properties}
        listed = label_list(clear_blanks, "clear_blanks")
        clears = {label if label in set(written) else by_name.get(label, label) for label in listed}
    for label in clears.difference(written):
        raise ColumnError(f"clear_blanks= names {label!r}, which is not among the columns to write: {written!r}")
    places = {label: place for place, label in enumerate(df.columns)}

    def planned(label: Any, definition: Property, pipeline: PlannedColumn | None) -> PlannedColumn:
        return PlannedColumn(label, definition, df.iloc[:, places[label]], label in clears, settings, pipeline)

    by_property = {definition.name: (label, definition) for label, definition in chosen.properties}
    columns = []
    for label, definition in chosen.properties:
        pipeline = by_property.get(definition.pipeline_property)
        columns.append(planned(label, definition, planned(*pipeline, None) if pipeline else None))
    return tuple(columns)
