"""Corrections of refused cells: what was typed, put into the frame without disturbing what stands around it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd

from hubframe.planning.cells import cell_texts, is_blank, is_number, number_text, python_cells
from hubframe.planning.definitions import Property
from hubframe.planning.ids import record_ids

__all__ = ["ID", "Corrections", "cell_text", "column_of", "corrected", "id_values", "rows_to_send", "with_texts"]

Positions = np.ndarray[Any, np.dtype[np.intp]]
Reading = Callable[["pd.Series[Any]"], object]

_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")


class _Id:
    """Stands for whatever says which record a row is: a column, or a level of the index."""

    def __repr__(self) -> str:
        return "ID"


ID = _Id()


@dataclass(slots=True)
class Corrections:
    """What was typed, and which rows are to go.

    Attributes
    ----------
    texts : dict of (row position, column label or ID) to str
        ``""`` empties the cell.
    ticked : set of int
        Positions of rows.
    """

    texts: dict[tuple[int, Any], str] = field(default_factory=dict)
    ticked: set[int] = field(default_factory=set)

    def forget(self, rows: Collection[int]) -> None:
        """Forget what was typed for rows that have gone."""
        gone = set(rows)
        self.texts = {key: text for key, text in self.texts.items() if key[0] not in gone}
        self.ticked -= gone


def cell_text(value: Any) -> str:
    """Return a cell as it is put into an editor.

    >>> cell_text(12.0), cell_text(None), cell_text(True), cell_text(["a", "b"])
    ('12', '', 'true', 'a;b')
    """
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple | set | frozenset | np.ndarray):
        text = ";".join(cell_text(one) for one in value)
    elif is_blank(value):
        text = ""
    elif isinstance(value, bool | np.bool_):
        text = "true" if value else "false"
    elif is_number(value):
        text = _number_text(value)
    elif isinstance(value, datetime.date):
        text = value.isoformat()
    else:
        text = str(value)
    # Half a character fits in no message to a page.
    return text.encode(errors="backslashreplace").decode()


def corrected(
    result: pd.DataFrame, texts: Mapping[tuple[int, Any], str], definitions: Mapping[Any, Property], id_label: Any
) -> pd.DataFrame:
    """Return a copy of a result with what was typed in its cells.

    Parameters
    ----------
    result : pandas.DataFrame, n rows
        Not modified. Index, order and dtypes are kept; a column becomes one of objects only where a text has no place
        in it.
    texts
        By position and column label (or `ID`).
    definitions
        By column label.
    id_label
        The column with the ids; else the name of an index level.
    """
    by_column: dict[Any, dict[int, str]] = {}
    for (row, label), text in texts.items():
        by_column.setdefault(id_label if label is ID and id_label in result.columns else label, {})[row] = text
    whole = result.copy()
    for label, typed in by_column.items():
        if label is ID:
            whole.index = _with_ids(whole.index, id_label, typed)
        else:
            texts_in = with_texts(column_of(whole, label), typed, definitions.get(label))
            whole.isetitem(_place(whole, label), texts_in.array)
    return whole


def with_texts(column: pd.Series[Any], texts: Mapping[int, str], definition: Property | None) -> pd.Series[Any]:
    """Return a column with other texts at some positions; without a definition it holds the ids.

    Parameters
    ----------
    column : pandas.Series, shape (n,), any dtype
    texts : mapping of int to str
        By position; ``""`` is a blank cell.
    definition : Property or None
        What the column is read as: a value stands for its text only if it is read as the text is.
    """
    dtype: Any = column.dtype
    reading = _id_reading if definition is None else _cell_reading(definition)
    values: dict[str, Any] = {}
    for text in dict.fromkeys(texts.values()):
        found = _value(text, dtype, reading)
        if found is None:
            break
        values[text] = found[0]
    else:
        fitted = _put(column, {row: values[text] for row, text in texts.items()})
        if fitted is not None:
            return fitted
    cells = list(python_cells(column))
    for row, text in texts.items():
        cells[row] = text or None
    return pd.Series(cells, index=column.index, name=column.name, dtype=object)


def id_values(result: pd.DataFrame, id_label: Any) -> pd.Series[Any]:
    """Return what says which record each row is, from a column or an index level."""
    if id_label in result.columns:
        return column_of(result, id_label)
    return pd.Series(result.index.get_level_values(_level(result.index, id_label)))


def column_of(df: pd.DataFrame, label: Any) -> pd.Series[Any]:
    """Return a column, whatever its label: by position, since a label may be a tuple, or True."""
    column: Any = df.iloc[:, _place(df, label)]
    return cast("pd.Series[Any]", column)


def _place(df: pd.DataFrame, label: Any) -> int:
    place: Any = df.columns.get_loc(label)
    return int(place)


def rows_to_send(result: pd.DataFrame, id_label: Any, ticked: Collection[int]) -> Positions:
    """Return the rows that are ticked, and with them every other row of the same id, in their order.

    Those are compared with the ticked ones, so that two rows that want different things of one record are still found.
    """
    values = id_values(result, id_label)
    keys = [key or "" for key in record_ids(values)[0]]
    if not all(keys):  # unique values, which HubSpot tells apart without regard to case
        cells = python_cells(values)
        keys = [key or cell_text(cells[row]).strip().casefold() for row, key in enumerate(keys)]
    going = set(ticked)
    wanted = {keys[row] for row in going} - {""}
    return np.array([row for row, key in enumerate(keys) if row in going or key in wanted], dtype=np.intp)


def _with_ids(index: pd.Index[Any], name: Any, typed: Mapping[int, str]) -> pd.Index[Any]:
    level = _level(index, name)
    if not isinstance(index, pd.MultiIndex):
        changed: pd.Index[Any] = pd.Index(with_texts(pd.Series(index), typed, None), name=index.name)
        return changed
    levels = [index.get_level_values(place) for place in range(index.nlevels)]
    levels[level] = pd.Index(with_texts(pd.Series(levels[level]), typed, None))
    return pd.MultiIndex.from_arrays(levels, names=index.names)


def _level(index: pd.Index[Any], name: Any) -> int:
    return list(index.names).index(name)


def _value(text: str, dtype: Any, reading: Reading) -> tuple[Any] | None:
    """Return the value of a dtype that is read as the text is; None where there is none."""
    wanted = reading(pd.Series([text or None], dtype=object))
    inner = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    value = None if not text else _converted(text, inner)
    if text and value is None:
        return None
    try:
        return (value,) if reading(pd.Series([value], dtype=inner)) == wanted else None
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        return None


def _converted(text: str, dtype: Any) -> Any:
    """Return a text as a value of a dtype; None where it is not written like one."""
    kind = getattr(dtype, "kind", "O")
    if (
        (kind == "O" and not isinstance(dtype, pd.ArrowDtype))
        or isinstance(dtype, pd.StringDtype)
        or _is_arrow_text(dtype)
    ):
        return text
    if kind == "b":
        return {"true": True, "false": False}.get(text)
    if kind in "iu":
        return int(text) if _WHOLE.fullmatch(text) and len(text) < 20 else None
    if kind == "f":
        return float(text) if _NUMBER.fullmatch(text) else None
    if kind == "M" and _MOMENT.fullmatch(text):
        try:
            moment = pd.Timestamp(text)
        except ValueError:
            return None
        zoned = getattr(dtype, "tz", None) is not None or "tz=" in str(dtype)
        return moment if (moment.tzinfo is not None) == zoned else None
    return None


def _is_arrow_text(dtype: Any) -> bool:
    return isinstance(dtype, pd.ArrowDtype) and dtype.type is str  # not a list of texts


def _put(column: pd.Series[Any], values: Mapping[int, Any]) -> pd.Series[Any] | None:
    """Return a column with other values, its dtype as it was; None where it can't be."""
    dtype: Any = column.dtype
    try:
        if isinstance(dtype, pd.CategoricalDtype):
            new = [value for value in dict.fromkeys(values.values()) if value is not None]
            column = column.cat.add_categories([value for value in new if value not in dtype.categories])
            dtype = column.dtype
        array = column.array.copy()
        array[np.fromiter(values, np.intp, len(values))] = pd.Series(list(values.values()), dtype=dtype).array
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        return None
    return pd.Series(array, index=column.index, name=column.name, copy=False)


def _cell_reading(definition: Property) -> Reading:
    def reading(cell: pd.Series[Any]) -> object:
        found = cell_texts(cell, definition)
        return found.texts[0], bool(found.refused or found.doubted)

    return reading


def _id_reading(cell: pd.Series[Any]) -> object:
    found, wrong = record_ids(cell)
    # A unique value is no record id: then it has to stand as it was typed.
    return (found[0], False) if not wrong else (cell_text(cell.iloc[0]), True)


def _number_text(value: Any) -> str:
    try:
        return number_text(value) if np.isfinite(float(value)) else str(value)
    except (ValueError, OverflowError):
        return str(value)
