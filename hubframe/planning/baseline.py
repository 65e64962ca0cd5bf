"""What differs from the frame as it was read or exported."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.columns import Columns
from hubframe.planning.duplicates import resolve_duplicates
from hubframe.planning.equality import record_key, same_value, to_the_minute
from hubframe.planning.moments import zoneless
from hubframe.planning.planned_columns import BLOCK, PlannedColumn
from hubframe.planning.row_ids import row_ids
from hubframe.results.outcomes import Problem

__all__ = ["differences"]

NOT_IN_BASELINE = Problem(
    category="NOT_IN_BASELINE",
    code="NOT_IN_BASELINE",
    message="The baseline has no row with this id, so nobody knows which of its cells were edited.",
    hint="Take the baseline whole, or send such rows without baseline=.",
)


def differences(
    columns: Sequence[PlannedColumn],
    df: pd.DataFrame,
    ids: Sequence[str | None],
    baseline: pd.DataFrame,
    chosen: Columns,
) -> tuple[dict[int, dict[str, str]], dict[int, Problem]]:
    """Return, by row, the cells to send that differ from the baseline, with its texts; and rows it does not have.

    Parameters
    ----------
    columns
        The columns to write; the baseline must have each, under the same label.
    df, ids
        The frame, and the id of each of its rows.
    baseline : pandas.DataFrame, any number of rows
        The frame as it was read or exported, with the same id column. Rows with one id must agree.
    chosen
        Where the frame's ids are.
    """
    aligned = _aligned(columns, df, baseline, chosen)
    before = [_of(column, baseline) for column in columns]
    place_of = _places(before, row_ids(baseline, aligned)[0], chosen)
    places = [place_of.get(record_key(chosen.id_property, record or ""), -1) for record in ids]
    unknown = {row: NOT_IN_BASELINE for row, record in enumerate(ids) if record is not None and places[row] < 0}
    rows = np.flatnonzero(np.asarray(places, dtype=np.intp) >= 0)
    theirs = np.asarray(places, dtype=np.intp)[rows]
    found: dict[int, dict[str, str]] = {}
    for column, was in zip(columns, before, strict=True):
        name, definition = column.definition.name, column.definition
        is_to_the_minute = _is_to_the_minute(was)
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            ours = column.texts(block)
            held = was.texts(theirs[start : start + BLOCK]).texts
            for position, (row, new, old) in enumerate(zip(block.tolist(), ours.texts, held, strict=True)):
                if position in ours.refused or (
                    new is not None and new != (old or "") and not same_value(definition, new, old)
                ):
                    found.setdefault(row, {})[name] = to_the_minute(old or "") if is_to_the_minute else old or ""
    return found, unknown


def _aligned(columns: Sequence[PlannedColumn], df: pd.DataFrame, baseline: pd.DataFrame, chosen: Columns) -> Columns:
    """Return where the baseline's ids are; an error where it lacks a column."""
    labels = list(baseline.columns)
    repeated = baseline.columns[baseline.columns.duplicated()].tolist()
    if repeated:
        raise ColumnError(f"baseline= has column {repeated[0]!r} more than once.")
    missing = [column.label for column in columns if column.label not in labels]
    if missing:
        others = [column.label for column in columns if column.label in labels]
        raise ColumnError(
            f"baseline= lacks the column {missing[0]!r}. It must be the frame as it was read or exported, with the "
            f"same column names; or write the other columns alone: columns={others!r}"
        )
    name: Any = df.index.names[chosen.id_level or 0] if chosen.id_column is None else df.columns[chosen.id_column]
    if name in labels:
        return Columns(labels.index(name), None, chosen.id_property, ())
    if name is not None and name in baseline.index.names:
        return Columns(None, list(baseline.index.names).index(name), chosen.id_property, ())
    raise ColumnError(
        f"baseline= has no column {name!r} with the ids. It must be the frame as it was read or exported."
    )


def _places(before: Sequence[PlannedColumn], ids: Sequence[str | None], chosen: Columns) -> dict[str, int]:
    """Return where each record stands in the baseline; an error where its rows don't agree."""
    keys = [None if record is None else record_key(chosen.id_property, record) for record in ids]

    def contents(rows: Sequence[int]) -> list[object]:
        found = [column.texts(np.asarray(rows, dtype=np.intp)) for column in before]
        return [[(texts.texts[place], texts.refused.get(place)) for texts in found] for place in range(len(rows))]

    differing = resolve_duplicates(keys, contents, "refuse", str).refused
    if differing:
        record = ids[min(differing)]
        raise PlanError(
            f"baseline= has several rows with the id {record}, and they differ. Keep the one that was read or exported "
            "last: see baseline.duplicated(...)."
        )
    place_of: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key is not None:
            place_of.setdefault(key, place)
    return place_of


def _is_to_the_minute(column: PlannedColumn) -> bool:
    """Tell whether a column's moments are as in HubSpot's exports, which name neither a zone nor seconds."""
    if column.definition.type != "datetime":
        return False
    for start in range(0, len(column.series), BLOCK):
        found = column.texts(slice(start, start + BLOCK))
        moments = [text for place, text in enumerate(found.texts) if text is not None and place not in found.doubted]
        has_zone = len(moments) > found.converted[zoneless(column.settings.timezone)]
        if has_zone or not all(to_the_minute(text).endswith(":00Z") for text in moments):
            return False
    return True


def _of(column: PlannedColumn, baseline: pd.DataFrame) -> PlannedColumn:
    """Return the same column of the baseline; blank cells there are blank, whatever clears."""
    pipeline = column.pipeline
    if pipeline is not None:
        has = pipeline.label in baseline.columns
        pipeline = _of(pipeline, baseline) if has else None
    series: pd.Series[Any] = baseline[column.label]
    return dataclasses.replace(column, series=series, clears=False, pipeline=pipeline)
