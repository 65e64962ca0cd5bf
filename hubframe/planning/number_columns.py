"""Whole columns of numbers at once, as `hubframe.planning.number_cells` would read them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.planning.number_cells import WHOLE, read_number, read_plain_number
from hubframe.planning.scalars import EXACT_BELOW, number_text
from hubframe.planning.texts import Texts

__all__ = ["Numbers", "numbers_of", "numbers_of_objects"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column's numbers in numpy's own dtype, and which of its cells have one that can be written."""

    definition: Property
    values: np.ndarray[tuple[int, ...], np.dtype[Any]]
    finite: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    blank: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @property
    def has_text(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return self.finite

    def problems(self) -> Texts:
        """Return everything but the texts."""
        definition, found = self.definition, Texts([])
        is_number = definition.type == "number"
        read = read_number if is_number else read_plain_number
        for position in np.flatnonzero(~self.finite & ~self.blank).tolist():
            problem = read(self.values[position], definition.name).problem
            if problem is not None:
                found.refused[position] = problem
        if self.values.dtype.kind == "f":
            large = self.finite & (abs(self.values) >= EXACT_BELOW.get(self.values.dtype.itemsize, EXACT_BELOW[8]))
            for position in np.flatnonzero(large).tolist():
                problem = read(self.values[position], definition.name).problem
                if problem is not None:
                    found.doubted[position] = problem
            kept = self.values[self.finite & ~large]
            whole = 0 if is_number else int((np.trunc(kept) == kept).sum())
            if whole:
                found.converted[WHOLE] = whole
        return found

    def texts(self) -> list[str | None]:
        numbers = self.values
        if numbers.dtype.kind == "f":
            safe = np.where(self.finite, numbers, 0)
            below = EXACT_BELOW.get(numbers.dtype.itemsize, 0.0)
            if not ((np.trunc(safe) == safe) & (abs(safe) < below)).all():
                cells = safe.tolist() if numbers.dtype.itemsize == 8 else list(safe)
                return self._spread(list(map(number_text, cells)))
            numbers = safe.astype(np.int64)
        return self._spread(list(map(str, numbers.tolist())))

    def _spread(self, texts: list[str]) -> list[str | None]:
        if self.finite.all():
            return [*texts]
        return [text if finite else None for text, finite in zip(texts, self.finite.tolist(), strict=True)]


def numbers_of(values: pd.Series[Any], definition: Property) -> Numbers | None:
    """Return a column's numbers, or None where its dtype may hold anything else."""
    dtype: Any = values.dtype
    if isinstance(dtype, pd.CategoricalDtype) or dtype.kind not in "iuf":
        return None
    if isinstance(dtype, np.dtype):
        numbers = values.to_numpy()
    elif isinstance(dtype, pd.SparseDtype):
        numbers = np.asarray(values)
    else:  # masked or Arrow-backed
        plain = dtype.numpy_dtype
        numbers = values.to_numpy(dtype=plain, na_value=np.nan if plain.kind == "f" else 0)
    blank = np.isnan(numbers) if numbers.dtype.kind == "f" else values.isna().to_numpy(dtype=np.bool_)
    finite = np.isfinite(numbers) if numbers.dtype.kind == "f" else ~blank
    return Numbers(definition, numbers, finite, blank)


def numbers_of_objects(values: pd.Series[Any], definition: Property) -> Numbers | None:
    """Return the numbers of a column of Python's own, all ints or all floats, beside blanks; None for any other."""
    kinds = set(map(type, values.tolist())) - {type(None), type(pd.NA)}
    if kinds not in ({int}, {float}):
        return None
    blank = values.isna().to_numpy(dtype=np.bool_)
    numbers: np.ndarray[Any, Any] = np.zeros(len(values), dtype=np.int64 if kinds == {int} else np.float64)
    try:
        numbers[~blank] = values.to_numpy()[~blank]
    except OverflowError:
        return None  # ints beyond 64 bits
    finite = ~blank & np.isfinite(numbers)
    return Numbers(definition, numbers, finite, blank)
