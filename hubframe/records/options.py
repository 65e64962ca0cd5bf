"""Texts of options, owners, pipelines and stages → categories in HubSpot's order; of several options → lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubframe.planning.choices import Choice
from hubframe.planning.definitions import Property
from hubframe.planning.reader import can_be_sent
from hubframe.records.read_back import ReadBack

__all__ = ["list_values", "option_values"]

Within = Mapping[str, Iterable[str | None]]  # by stage, the pipelines of the rows that hold it


def option_values(
    definition: Property, cells: Sequence[str | None], *, labels: bool, pipelines: Sequence[str | None] | None = None
) -> tuple[pd.Categorical[Any] | None, list[str]]:
    """Return a categorical, and the texts that no category stands for (blank in it).

    The categories are the choices, used or not, in HubSpot's order, then what the rows hold besides, sorted. Archived
    owners are among them where a row holds them. None: a text can be in no categorical at all.
    """
    places = [pipeline or None for pipeline in pipelines] if pipelines is not None else [None] * len(cells)
    rows = list(zip(cells, places, strict=True))
    within: dict[str, dict[str | None, None]] = {}
    for cell, place in dict.fromkeys(rows):
        if cell is not None:
            within.setdefault(cell, {})[place] = None
    back = ReadBack(definition)
    shown = _shown(definition, back, within, labels=labels)
    categories = [name for name in shown.values() if name is not None]
    if not all(map(can_be_sent, categories)):
        return None, []
    code_of = {name: code for code, name in enumerate(categories)}
    codes: dict[tuple[str | None, str | None], int] = {(None, place): -1 for place in set(places)}
    lost: dict[str, None] = {}
    for cell, found in within.items():
        name = shown[cell]
        for place in found:
            kept = name is not None and (definition.read_only or back.is_kept(name, cell, place))
            codes[cell, place] = code_of[name] if kept and name is not None else -1
            if not kept:
                lost[cell] = None
    # str: what pandas itself would make of texts, which is another dtype in pandas 2 and 3
    index: pd.Index[Any] = pd.Index(categories, dtype=str)
    return pd.Categorical.from_codes(np.array([codes[row] for row in rows], dtype=np.intp), categories=index), [*lost]


def list_values(
    definition: Property, distinct: Sequence[str], *, labels: bool
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the options that each text names, by text, and the texts that no list stands for."""
    back = ReadBack(definition)
    parts = {text: _parts(definition, text) for text in distinct}
    single = {part: () for found in parts.values() for part in found}
    shown = _shown(definition, back, single, labels=labels)
    lists: dict[str, list[str]] = {}
    lost: list[str] = []
    for text, found in parts.items():
        ways = ([shown.get(part) or part for part in found], found)
        fits = next((way for way in ways if back.is_kept(way, text)), found if definition.read_only else None)
        if fits:
            lists[text] = fits
        elif found:
            lost.append(text)
    return lists, lost


def _parts(definition: Property, text: str) -> list[str]:
    if text in definition.choices:
        return [text]
    return [part for part in text.split(";") if part.strip()]


def _shown(definition: Property, back: ReadBack, held: Within, *, labels: bool) -> dict[str, str | None]:
    """Return what each choice, and each text that is held, is called; None where nothing stands for it.

    A name must mean the value wherever it is read: in rows of every pipeline that hold it, and where the row's
    pipeline is not known.
    """
    known = definition.choices.by_value
    former = sorted(value for value in held if value not in known)
    taken = set(former)
    shown: dict[str, str | None] = {}
    for value, choice in known.items():
        if value and (not choice.retired or value in held):
            places = {None, *held.get(value, ())}
            called = (
                name
                for name in (*(_names(choice) if labels else ()), value)
                if name not in taken and all(back.is_kept(name, value, place) for place in places)
            )
            shown[value] = next(called, value if _stays(definition, value, held, taken) else None)
            taken.add(shown[value] or "")
    for value in former:
        shown[value] = value if definition.read_only or back.is_kept(value, value) else None
    return {value: name for value, name in shown.items() if name is not None or value in held}


def _names(choice: Choice) -> list[str]:
    # Exports say more than the label: "Hazel Yew (Deactivated User)", "Closed Won (Renewals)".
    names = sorted((choice.label, *choice.names), key=lambda name: not name.startswith(f"{choice.label} ("))
    return [name.strip() for name in names if name.strip()]


def _stays(definition: Property, value: str, held: Within, taken: set[str]) -> bool:
    """Tell whether a value is shown though it is not what everybody would read it as."""
    return value not in taken and (definition.read_only or (value in held and bool(definition.pipeline_property)))
