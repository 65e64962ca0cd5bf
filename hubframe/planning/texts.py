"""What a column's cells became."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from hubframe.results.outcomes import Problem

__all__ = ["CellSettings", "Checked", "Refusals", "Texts"]

Refusals = dict[int, Problem]  # by position in the column


@dataclass(frozen=True, slots=True)
class CellSettings:
    """How cells are read: the zone of moments that name none, and whether ``"nan"`` may be a text like any other."""

    timezone: datetime.tzinfo = datetime.UTC
    allow_blank_texts: bool = False


@dataclass(slots=True)
class Texts:
    """A column's cells as HubSpot's texts.

    Attributes
    ----------
    texts : list of str or None
        None where a cell is blank, or ``refused``.
    refused : dict of int to Problem
        Cells that have no text at all.
    doubted : dict of int to Problem
        Cells that HubSpot would refuse. Their text is the cell's own, since HubSpot may hold just that already (an
        option deleted since): then nothing is wrong.
    converted : Counter of str
        Cells whose text differs for a reader from what stands in the frame, by what was done to them, in words that
        go on after the number: ``{"labels read as options": 12}``.
    """

    texts: list[str | None]
    refused: Refusals = field(default_factory=dict)
    doubted: Refusals = field(default_factory=dict)
    converted: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Checked:
    """The same without the texts: which cells have one, and what is wrong with the others."""

    has_text: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    refused: Refusals = field(default_factory=dict)
    doubted: Refusals = field(default_factory=dict)
    converted: Counter[str] = field(default_factory=Counter)
