"""What a filter's values are held against: HubSpot's texts, read as a cell of the property would be.

Several choices are one text in a record (``a;b``), and search knows them one by one: held against the whole text, a
filter finds nothing.
https://community.hubspot.com/t5/APIs-Integrations/Search-endpoint-filter-enumeration-properties/td-p/774485
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.planning.definitions import Property
from hubframe.planning.headers import RECORD_ID
from hubframe.planning.ids import record_ids
from hubframe.planning.reader import CellReader
from hubframe.planning.scalars import is_blank, lost_digits, python_cells, short_repr
from hubframe.planning.texts import CellSettings
from hubframe.records.operators import BOUNDS
from hubframe.results.outcomes import Problem

__all__ = ["as_list", "filter_value", "is_several"]

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)
# What a hint says of a column's cells, and of a single value.
_OF_CELLS = (
    (", or leave the cell blank", ""),
    (", or leave it blank", ""),
    ("Turn the column into", "Turn it into"),
    (".dt.date.", ".date()."),
    (".dt.", "."),
    (".str.", "."),
)
_ONE = (str, bytes, bytearray, Mapping, pd.DataFrame)


def is_several(value: Any) -> bool:
    """Tell whether a value is several: a list, a column, a range, a generator."""
    return isinstance(value, Iterable) and not isinstance(value, _ONE)


def as_list(values: Iterable[Any]) -> list[Any]:
    if isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        return python_cells(pd.Series(values))
    return list(np.atleast_1d(values) if isinstance(values, np.ndarray) else values)


def filter_value(definition: Property, operator: str, value: Any, settings: CellSettings, named: str) -> str:
    """Return the text that HubSpot's search compares a property with.

    Parameters
    ----------
    definition, operator, value
        Of one filter; the value is one, and a list only for a property of several choices.
    settings : CellSettings
        The zone of moments that name none.
    named : str
        What the filter is called in an error.

    Raises
    ------
    PlanError
        A blank, or what the property can't hold.

    Examples
    --------
    >>> filter_value(Property("seats", type="number"), "GT", 12.0, CellSettings(), "Filter 1")
    '12'
    """
    value = _there(value, definition.name, named)
    if definition.name == RECORD_ID:
        ids, refused = record_ids(pd.Series([value], dtype=object))
        if ids[0] is not None:
            return ids[0]
        if operator not in BOUNDS or refused[0].code == "ID_LOST_DIGITS":  # a bound need be no record's: 0
            raise PlanError(f"{named}: {_no_id(refused[0])}")
    if definition.is_owner and not definition.choices:
        _check_owner(value, named)
    is_part = operator.endswith("CONTAINS_TOKEN") and isinstance(value, str) and not definition.choices.value_of(value)
    read_as = Property(definition.name, type="string") if is_part else definition
    # The word "nan" was written on purpose here: no column of texts made it of a blank.
    read = CellReader(read_as, replace(settings, allow_blank_texts=True))(value)
    is_bound = operator in BOUNDS and read.problem is not None and read.problem.code == "LOST_DIGITS"
    if read.problem is not None and not is_bound and not _is_retired(definition, read.text):
        raise PlanError(f"{named}: {_said(read.problem, definition, value)}")
    if read.text is None:
        raise PlanError(f"{named}: {short_repr(value)} is no value. Leave the filter out.")
    if read_as.type in ("date", "datetime"):
        return _milliseconds(read.text)
    return _one_option(definition, operator, read.text, named)


def _there(value: Any, name: str, named: str) -> Any:
    if isinstance(value, pd.DataFrame):
        raise PlanError(f"{named}: a frame is no value. Give a column of it: df[column]")
    if is_several(value):
        return as_list(value)
    if is_blank(value) or (isinstance(value, str) and not value.strip()):
        raise PlanError(
            f"{named}: a blank is no value. For records where {name!r} is blank: "
            f'("{name}", "NOT_HAS_PROPERTY"); where it is not: "HAS_PROPERTY".'
        )
    return value


def _one_option(definition: Property, operator: str, text: str, named: str) -> str:
    if not definition.is_multiple or ";" not in text or text in definition.choices:
        return text
    name, options = definition.name, [one for one in text.split(";") if one]
    listed = ", ".join(f'"{one}"' for one in options)
    if len(options) == 1:
        instead = f'Write ("{name}", "{operator}", {listed}).'
    elif operator.startswith("N"):
        instead = f'For records that have none of them: ("{name}", "NOT_IN", [{listed}]).'
    else:
        each = ", ".join(f'("{name}", "EQ", "{one}")' for one in options)
        instead = f'For records that have any of them: ("{name}", "IN", [{listed}]). That have all of them: {each}.'
    raise PlanError(f"{named}: a search looks for one option at a time, and {text!r} is none. {instead}")


def _no_id(problem: Problem) -> str:
    hint = "Write the id as text, with all its digits." if problem.code == "ID_LOST_DIGITS" else "Correct the id."
    return f"{problem.message} {hint}"


def _check_owner(value: Any, named: str) -> None:
    """Without the account's owners, a name or an e-mail would silently find nothing."""
    if isinstance(value, str) and not value.strip().isdecimal():
        raise PlanError(
            f"{named}: which owner {short_repr(value)} is can't be looked up, since the account shows none. Write the "
            "owner's id, or give the token the scope crm.objects.owners.read and connect again."
        )


def _is_retired(definition: Property, text: str | None) -> bool:
    """Tell whether records may hold a value that no record can be given: to find those is what a filter is for."""
    choice = definition.choices.by_value.get(text or "")
    return choice is not None and choice.retired


def _said(problem: Problem, definition: Property, value: Any) -> str:
    said = f"{problem.message} {_hint(problem, definition, value)}".rstrip()
    if problem.code != "INVALID_OPTION" or definition.is_owner:
        return said
    own = f'{{"propertyName": "{definition.name}", "operator": "EQ", "value": {problem.value!r}}}'
    return f'{said} A value that is no option any more goes in HubSpot\'s own form: where=[{{"filters": [{own}]}}]'


def _hint(problem: Problem, definition: Property, value: Any) -> str:
    """Return what to do about a value that stands in a filter; hints are about a frame's cells."""
    hint = problem.hint or ""
    alike = definition.choices.named(value) if isinstance(value, str) and definition.pipeline_property else ()
    if alike:
        names = dict.fromkeys(name for choice in alike for name in choice.names)
        return f"Write {' or '.join(map(repr, names))}, or the stage's id."
    if isinstance(value, bool) and definition.type == "number":
        return "Write 1 or 0."
    if lost_digits(value):
        return "Write it as text, with all its digits."
    if problem.code == "BLANK_AS_TEXT":
        return 'For records where it is blank: "NOT_HAS_PROPERTY".'
    for of_cells, of_values in _OF_CELLS:
        hint = hint.replace(of_cells, of_values)
    return hint.replace("df[...]", short_repr(value))


def _milliseconds(text: str) -> str:
    moment = datetime.datetime.fromisoformat(text)
    utc = moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment
    return str((utc - _EPOCH) // _MILLISECOND)
