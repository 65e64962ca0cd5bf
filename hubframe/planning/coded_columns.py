"""Whole columns of few different cells at once: each is read once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.scalars import python_cells
from hubframe.planning.texts import Read, Texts

__all__ = ["Coded", "coded"]


@dataclass(frozen=True, slots=True)
class Coded:
    """What each different cell became, and which of them each row holds; -1 is a blank."""

    reads: list[Read]
    codes: np.ndarray[Any, np.dtype[np.intp]]

    @property
    def has_text(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        has_text = np.array([*(bool(read.text) for read in self.reads), False], dtype=np.bool_)
        return has_text.take(self.codes)

    def problems(self) -> Texts:
        """Return everything but the texts."""
        found = Texts([])
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.reads)).tolist()
        for code, read in enumerate(self.reads):
            found.converted.update(dict.fromkeys(read.converted, counts[code]))
            if read.problem is not None:
                where = found.refused if read.text is None else found.doubted
                where.update(dict.fromkeys(np.flatnonzero(self.codes == code).tolist(), read.problem))
        return found

    def texts(self) -> list[str | None]:
        texts = np.array([*(read.text for read in self.reads), None], dtype=object)
        return list(texts.take(self.codes))


def coded(values: pd.Series[Any], reader: Callable[[Any], Read]) -> Coded:
    """Read each different cell of a column whose dtype tells its cells apart."""
    codes, kept = pd.factorize(values)
    if isinstance(kept, pd.CategoricalIndex):
        kept = kept.categories[kept.codes]  # of all its categories, those in use
    return Coded([reader(value) for value in python_cells(pd.Series(kept))], codes)
