"""Which editor a property's values need, what it offers, and what is still wrong with what was typed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.planning.ids import record_ids
from hubframe.planning.reader import CellReader
from hubframe.planning.rules import broken_rule
from hubframe.planning.texts import CellSettings
from hubframe.widgets.form.reasons import reason

__all__ = ["MOST_OFFERED", "Kind", "day_of", "kind_of", "offered", "picked", "still_wrong", "true_of"]

Kind = Literal["choice", "choices", "flag", "date", "moment", "number", "text"]

# A page has ten editors, and each carries all its options to the browser: 5,000 owners are typed instead.
MOST_OFFERED = 300


def kind_of(definition: Property | None) -> Kind:
    """Return the kind of editor; without a definition it is text."""
    if definition is None:
        return "text"
    few = 0 < len(definition.choices.items) <= MOST_OFFERED
    if definition.is_bool:
        return "flag"
    if few:
        return "choices" if definition.is_multiple else "choice"
    if definition.choices or definition.is_multiple or definition.is_owner or definition.type == "enumeration":
        return "text"
    kinds: Mapping[str, Kind] = {"date": "date", "datetime": "moment", "number": "number"}
    return kinds.get(definition.type, "text")


def offered(definition: Property, pipeline: str = "") -> list[tuple[str, str]]:
    """Return the options, as (what is shown, internal value), each shown in another way.

    ``pipeline``: of a stage, the id of the pipeline that the row names; only its stages are offered then.
    """
    choices = [choice for choice in _inside(definition, pipeline).items if not choice.retired]
    several = len({choice.within for choice in choices}) > 1
    return [(_shown(choice, several=several), choice.value) for choice in choices]


def _inside(definition: Property, pipeline: str) -> Choices:
    return (definition.choices.within(pipeline) if pipeline else None) or definition.choices


def _shown(choice: Choice, *, several: bool) -> str:
    label = choice.label or choice.value
    shown = label if label == choice.value else f"{label} ({choice.value})"
    return f"{shown} · pipeline {choice.within}" if several and choice.within else shown


def picked(definition: Property, text: str, values: Sequence[str], pipeline: str = "") -> list[str]:
    """Return which of the values a cell names; what is none of them is left out.

    >>> from hubframe.planning.choices import Choice, Choices
    >>> roles = Choices((Choice("ux", "Design"), Choice("qa", "Tests")))
    >>> picked(Property("role", field_type="checkbox", choices=roles), "design; cooking", ["ux", "qa"])
    ['ux']
    """
    parts = text.split(";") if definition.is_multiple else [text]
    choices = _inside(definition, pipeline)
    named = {choices.value_of(part.strip()) for part in parts}
    return [value for value in values if value in named]


def true_of(definition: Property, text: str) -> bool:
    """Tell whether a cell is read as true."""
    read = _read(definition, text)
    return read.problem is None and read.text == "true"


def day_of(text: str) -> datetime.date | None:
    """Return the day a cell names, None where it names none."""
    read = _read(Property("day", type="date"), text)
    if read.problem is not None or not read.text:
        return None
    try:
        return datetime.date.fromisoformat(read.text)
    except ValueError:
        return None


def still_wrong(definition: Property | None, text: str, *, record_id: bool = False) -> str:
    """Return why HubSpot would refuse a text, ``""`` where nothing is known against it.

    Parameters
    ----------
    definition
        The property's; None for what says which record the row is.
    text
        What was typed; an empty one is never wrong, except as an id.
    record_id
        Whether the rows are named by HubSpot's own record ids.
    """
    if definition is None:
        if text.strip() and not record_id:
            return ""
        wrong = record_ids(pd.Series([text], dtype=object))[1].get(0)
        return reason(wrong.facts(), None, "id") if wrong is not None else ""
    read = _read(definition, text)
    wrong = read.problem
    if wrong is None and read.text and definition.rules:
        wrong = broken_rule(read.text, definition)
    return reason(wrong.facts(), None, "cell") if wrong is not None else ""


def _read(definition: Property, text: str) -> Any:
    return CellReader(definition, CellSettings())(text)
