"""Columns of cells → HubSpot's texts, by the property's type.

HubSpot takes every property value as text: https://developers.hubspot.com/docs/guides/api/crm/properties

One cell is `hubframe.planning.reader`'s business. Here, columns are read at once where their dtype says what they
hold, and otherwise each different text once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.coded_columns import Coded, coded
from hubframe.planning.definitions import Property
from hubframe.planning.moment_columns import date_column, moment_column
from hubframe.planning.number_cells import PLAIN_NUMBER
from hubframe.planning.number_columns import Numbers, numbers_of, numbers_of_objects
from hubframe.planning.reader import BLANK_TEXTS, LONGEST, CellReader, can_be_sent
from hubframe.planning.rules import rule_check
from hubframe.planning.scalars import is_blank, is_number, number_text, python_cells, short_repr
from hubframe.planning.texts import CellSettings, Checked, Refusals, Texts

__all__ = [
    "Refusals",
    "cell_texts",
    "check_cells",
    "is_blank",
    "is_number",
    "number_text",
    "python_cells",
    "short_repr",
]

_USUAL = CellSettings()
Pipelines = Sequence[str | None]


def cell_texts(
    values: pd.Series[Any],
    definition: Property,
    settings: CellSettings = _USUAL,
    *,
    pipelines: Pipelines | None = None,
) -> Texts:
    """Return the text of each cell (None where it is blank), and what is wrong with which.

    The same values give the same texts, whatever the dtype that holds them.

    Parameters
    ----------
    values : pandas.Series, shape (n,), any dtype
        NaN, None, NA, NaT and ``""`` are blank.
    definition : Property
        What the texts are for.
    settings : CellSettings
        How moments without a zone, and texts like ``"nan"``, are read.
    pipelines : sequence of str or None, length n
        For a stage, the id of the row's pipeline where it is known.

    Returns
    -------
    Texts
        ``texts`` has n elements; a cell is among ``refused``, ``doubted`` or neither.

    Examples
    --------
    >>> cell_texts(pd.Series([12.0, None, 0.5]), Property("seats", type="number")).texts
    ['12', None, '0.5']
    """
    found = _texts(values, definition, settings, pipelines)
    if definition.rules:
        _ask_rules(found, definition)
    return found


def check_cells(
    values: pd.Series[Any],
    definition: Property,
    settings: CellSettings = _USUAL,
    *,
    pipelines: Pipelines | None = None,
) -> Checked:
    """Return which cells have a text, and what is wrong with which: as `cell_texts`, but numbers stay numbers."""
    if not definition.rules:
        column = _column(values, definition, settings, pipelines)
        if column is not None:
            found = column.problems()
            return Checked(column.has_text, found.refused, found.doubted, found.converted)
        if _is_any_text(definition) and _holds_text(values):
            has_text = _plain_texts(values) if _is_arrow_text(values.dtype) else None
            if has_text is not None:
                return Checked(has_text)
            cells = _cells(values)
            if _stand_as_they_are(cells, definition, settings):
                return Checked(_has_text(cells))
    found = cell_texts(values, definition, settings, pipelines=pipelines)
    return Checked(_has_text(found.texts), found.refused, found.doubted, found.converted)


def _texts(values: pd.Series[Any], definition: Property, settings: CellSettings, pipelines: Pipelines | None) -> Texts:
    if pipelines is not None and definition.pipeline_property:
        return _stage_texts(values, definition, settings, pipelines)
    dtype: Any = values.dtype
    column = _column(values, definition, settings, pipelines)
    if column is not None:
        found = column.problems()
        found.texts = column.texts()
        return found
    if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind == "M":
        moments = _moment_texts(values, definition, settings)
        if moments is not None:
            return moments
    cells = _cells(values)
    if _stand_as_they_are(cells, definition, settings):
        return Texts([text or None for text in cells])
    return _read_each(cells, CellReader(definition, settings))


def _column(
    values: pd.Series[Any], definition: Property, settings: CellSettings, pipelines: Pipelines | None
) -> Numbers | Coded | None:
    """Return a column that can be read at once, or None where its cells are to be looked at."""
    if pipelines is not None and definition.pipeline_property:
        return None
    numbers = _numbers(values, definition)
    if numbers is None and _is_factored(values.dtype, definition):
        return coded(values, CellReader(definition, settings))
    return numbers


def _moment_texts(values: pd.Series[Any], definition: Property, settings: CellSettings) -> Texts | None:
    if definition.type == "date":
        return date_column(values, definition.name)
    if definition.type != "datetime" and not _is_any_text(definition):
        return None
    try:
        return moment_column(values, definition.name, settings.timezone)
    except OverflowError:  # pandas 2 can't place the year 1 in a zone: one by one, then
        return None


def _is_factored(dtype: Any, definition: Property) -> bool:
    """Tell whether a column has few different cells, as a rule, and pandas is quick to tell them apart."""
    if isinstance(dtype, pd.CategoricalDtype):
        return True
    if isinstance(dtype, pd.StringDtype):
        if not _is_arrow_text(dtype):  # pandas' own hash tables end a text at a NUL character
            return False
        return definition.type not in ("number", "datetime") and not _is_any_text(definition)
    if dtype.kind == "f":  # not of any other width, and not where NaN may stand beside NA
        return isinstance(dtype, np.dtype) and dtype.itemsize in (4, 8)
    return dtype.kind in "biu" and not isinstance(dtype, pd.SparseDtype)


def _is_any_text(definition: Property) -> bool:
    """Tell whether any text would do."""
    chosen = definition.is_bool or definition.is_multiple or definition.is_owner or definition.pipeline_property
    return not chosen and definition.type not in ("number", "date", "datetime", "enumeration")


def _numbers(values: pd.Series[Any], definition: Property) -> Numbers | None:
    """Return a column of numbers, for a property that takes numbers as they are."""
    is_number_property = definition.type == "number" and not (definition.is_bool or definition.is_owner)
    if is_number_property and values.dtype == object:
        return numbers_of_objects(values, definition)
    return numbers_of(values, definition) if is_number_property or _is_any_text(definition) else None


def _holds_text(values: pd.Series[Any]) -> bool:
    return values.dtype.kind == "O" and not isinstance(values.dtype, pd.CategoricalDtype | pd.SparseDtype)


def _is_arrow_text(dtype: Any) -> bool:
    return isinstance(dtype, pd.StringDtype) and dtype.storage != "python"


def _plain_texts(values: pd.Series[Any]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    """Return which cells of an Arrow column have a text, or None where not all of them stand as they are."""
    lengths = values.str.len().to_numpy(dtype=np.int64, na_value=0)
    fits = lengths.max(initial=0) <= LONGEST
    if not fits or values.isin(BLANK_TEXTS).any() or values.str.contains("\0", regex=False).any():
        return None
    return np.asarray(lengths > 0)


def _has_text(texts: list[str | None]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    if all(texts):
        return np.ones(len(texts), dtype=np.bool_)
    return np.fromiter(map(bool, texts), np.bool_, len(texts))


def _cells(values: pd.Series[Any]) -> list[Any]:
    """Return the cells one by one, blanks as None."""
    if isinstance(values.dtype, pd.StringDtype):
        return list(values.array.to_numpy(dtype=object, na_value=None))
    cells = python_cells(values)
    if set(map(type, cells)) <= {str, type(None)}:
        return cells
    return [cell if type(cell) is str or not is_blank(cell) else None for cell in cells]


def _stand_as_they_are(cells: list[Any], definition: Property, settings: CellSettings) -> bool:
    """Tell whether every cell is blank or its own text, asking all at once: most columns of texts and numbers do."""
    is_text = _is_any_text(definition)
    if not is_text and (definition.type != "number" or definition.is_bool or definition.is_owner):
        return False
    if not set(map(type, cells)) <= {str, type(None)}:
        return False
    present = list(filter(None, cells))
    if not present:
        return True
    if not is_text:
        return all(map(PLAIN_NUMBER.fullmatch, present))
    if not (settings.allow_blank_texts and definition.is_text) and not BLANK_TEXTS.isdisjoint(present):
        return False
    return max(map(len, present)) <= LONGEST and can_be_sent("".join(present))


def _read_each(cells: list[Any], reader: CellReader) -> Texts:
    """Read every cell, each different text once."""
    counts = Counter(cell for cell in cells if type(cell) is str)
    reads = {text: reader(text) for text in counts}
    lookup = {text: read.text for text, read in reads.items()}
    found = Texts([lookup[cell] if type(cell) is str else None for cell in cells])
    for text, read in reads.items():
        for done in read.converted:
            found.converted[done] += counts[text]
    wrong = {text: read.problem for text, read in reads.items() if read.problem is not None}
    if wrong or not set(map(type, cells)) <= {str, type(None)}:
        for position, cell in enumerate(cells):
            if type(cell) is not str:
                if cell is not None:
                    read = reader(cell)
                    found.texts[position] = read.text
                    found.converted.update(read.converted)
                    if read.problem is not None:
                        found.note(position, read.problem)
            elif cell in wrong:
                found.note(position, wrong[cell])
    return found


def _stage_texts(values: pd.Series[Any], definition: Property, settings: CellSettings, pipelines: Pipelines) -> Texts:
    """Read stages, each row's among those of its pipeline."""
    cells = _cells(values)
    rows: dict[str | None, list[int]] = {}
    for position, pipeline in enumerate(pipelines):
        rows.setdefault(pipeline or None, []).append(position)
    found = Texts([None] * len(cells))
    for pipeline, positions in rows.items():
        part = _read_each([cells[position] for position in positions], CellReader(definition, settings, pipeline))
        for position, text in zip(positions, part.texts, strict=True):
            found.texts[position] = text
        for index, problem in (*part.refused.items(), *part.doubted.items()):
            found.note(positions[index], problem)
        found.converted.update(part.converted)
    return found


def _ask_rules(found: Texts, definition: Property) -> None:
    """Doubt every text, not doubted yet, that breaks a rule of the account's admins."""
    check = rule_check(definition)
    broken = {text: check(text) for text in set(found.texts) if text is not None}
    wrong = {text: problem for text, problem in broken.items() if problem is not None}
    if wrong:
        for position, text in enumerate(found.texts):
            if text in wrong and position not in found.doubted:
                found.doubted[position] = wrong[text]
