"""What a column's cells became."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from hubframe.planning.scalars import cut, short_repr
from hubframe.results.outcomes import Problem

__all__ = ["CellSettings", "Checked", "Read", "Refusals", "Texts", "doubted", "refused"]

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
        Cells that HubSpot would refuse, and numbers that may have lost digits. Their text is the cell's own, since
        HubSpot may hold just that already (an option deleted since): then nothing is wrong.
    converted : Counter of str
        Cells whose text differs for a reader from what stands in the frame, by what was done to them, in words that
        go on after the number: ``{"labels read as options": 12}``.
    """

    texts: list[str | None]
    refused: Refusals = field(default_factory=dict)
    doubted: Refusals = field(default_factory=dict)
    converted: Counter[str] = field(default_factory=Counter)

    def note(self, position: int, problem: Problem) -> None:
        """Say what is wrong with a cell: without a text it is refused, with one doubted."""
        found = self.refused if self.texts[position] is None else self.doubted
        found[position] = problem


@dataclass(slots=True)
class Checked:
    """The same without the texts: which cells have one, and what is wrong with the others."""

    has_text: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    refused: Refusals = field(default_factory=dict)
    doubted: Refusals = field(default_factory=dict)
    converted: Counter[str] = field(default_factory=Counter)


class Read(NamedTuple):
    """What one cell became: its text, what HubSpot would say against it, and what was done to it.

    Without a text, a cell with a problem is refused, one without is blank.
    """

    text: str | None = None
    problem: Problem | None = None
    converted: tuple[str, ...] = ()


def doubted(text: str, name: str, code: str, message: str, hint: str) -> Read:
    """Return a text that HubSpot would refuse for the property called ``name``."""
    return Read(text, _invalid(text, name, code, message, hint))


def refused(value: object, name: str, code: str, message: str, hint: str) -> Read:
    """Return no text, for a cell that has none the property called ``name`` could take."""
    return Read(None, _invalid(short_repr(value), name, code, message, hint))


def _invalid(value: str, name: str, code: str, message: str, hint: str) -> Problem:
    return Problem("VALIDATION_ERROR", code, message, property=name, value=cut(value), hint=hint)
