"""What a result's rows were refused for: the cells by cause, in words for somebody who writes no code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.results.frame import TO_LOOK_AT, require_result
from hubframe.widgets.form.corrections import cell_text
from hubframe.widgets.form.reasons import reason, short_reason

__all__ = ["Cause", "Fix", "Refused", "RefusedCell", "refused"]

Fix = Literal["cell", "id", "again", "none"]
Facts = Mapping[str, Any]
Key = tuple[bool, str, str]  # whether the row is only left, not refused; code; property
Positions = np.ndarray[Any, np.dtype[np.intp]]

LEFT = ("unsent", "unconfirmed")
ABOUT_THE_ID = ("BLANK_ID", "NOT_AN_ID", "ID_LOST_DIGITS", "DUPLICATE_ID", "OBJECT_NOT_FOUND", "RECORD_MERGED")
HELPED_BY_NOTHING = (
    "CHANGED_SINCE",
    "SUPERSEDED",
    "NOT_IN_BASELINE",
    "NO_OLD_VALUE",
    "READ_ONLY_VALUE",
    "PROPERTY_DOESNT_EXIST",
)
TOLD = (
    "hubspot_error_details",
    "hubspot_error_property",
    "hubspot_error_code",
    "hubspot_error",
    "hubspot_id",
    "hubspot_url",
)
NEXT_PROBLEM = '}, {"category": '  # between two problems of hubspot_error_details
# Cells that were left alone of a row that was written.
LEFT_ALONE = ("CHANGED_SINCE", "NO_OLD_VALUE")


@dataclass(frozen=True, slots=True)
class Cause:
    """Rows that were refused alike.

    Attributes
    ----------
    code, name : str
        HubSpot's code, and the property's internal name; ``""`` where it names none.
    label : str
        What the property is called in HubSpot.
    column : label or None
        The frame's column that was written there.
    fix : str
        What helps: another ``"cell"``, another ``"id"``, the same ``"again"``, or ``"none"``.
    left : bool
        The rows were not refused, but not reached, or nobody knows.
    rows : ndarray of intp
        Their positions.
    """

    code: str
    name: str
    label: str
    column: Any
    fix: Fix
    left: bool
    rows: Positions = field(compare=False)
    told: str = ""

    @property
    def key(self) -> tuple[bool, str, str]:
        """What tells it from other causes."""
        return self.left, self.code, self.name

    @property
    def title(self) -> str:
        count = f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"
        return f"{count} · {self.label}: {self.told}" if self.label else f"{count} · {self.told}"


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """One line of the list; everything as plain text."""

    row: int
    row_label: str
    record: str
    url: str
    label: str
    value: str
    reason: str


class Refused:
    """The rows to look at of a result, by cause. Made once; a page of a cause is worded when it is looked at."""

    def __init__(self, result: pd.DataFrame, causes: Sequence[Cause]) -> None:
        self.causes = tuple(causes)
        self._result = result

    def cells(self, cause: Cause, places: range) -> list[RefusedCell]:
        """Return some lines of a cause, by their places among its rows."""
        rows = cause.rows[places.start : places.stop]
        told = _told(self._result, rows)
        lines = []
        for row, row_label, *said, record, url in zip(rows.tolist(), self._result.index[rows], *told, strict=True):
            fact = next((one for one in _facts(*said) if _names(one) == (cause.code, cause.name)), {})
            lines.append(
                RefusedCell(
                    row,
                    cell_text(row_label) if isinstance(row_label, str) else str(row_label),
                    _text(record),
                    _text(url),
                    cause.label,
                    _text(fact.get("value")),
                    reason(fact, _text(record) or None, cause.fix),
                )
            )
        return lines


def refused(result: pd.DataFrame, written: Mapping[Any, Property]) -> Refused:
    """Return what was refused of a result, most rows first, and last what is only left.

    Parameters
    ----------
    result : pandas.DataFrame, n rows
        Of an update, a retry or an undo.
    written : mapping of label to Property
        The columns that were written.

    Notes
    -----
    It looks at every row, so it is made once per result.
    """
    require_result(result)
    statuses = np.asarray(result["hubspot_status"].astype(object))
    to_look_at = np.isin(statuses.astype(str), TO_LOOK_AT)
    detailed = result["hubspot_error_details"].notna() if "hubspot_error_details" in result.columns else to_look_at
    positions = np.flatnonzero(to_look_at | np.asarray(detailed, dtype=bool))
    found: dict[Key, list[int]] = {}
    invalid: dict[Key, bool] = {}
    looked_at, status_of = to_look_at.tolist(), statuses.tolist()
    for row, *said, _, _ in zip(positions.tolist(), *_told(result, positions), strict=True):
        for code, name in _problems(*said):
            if not looked_at[row] and code not in LEFT_ALONE:
                continue
            key = (status_of[row] in LEFT, code, name)
            found.setdefault(key, []).append(row)
            invalid[key] = invalid.get(key, True) and status_of[row] == "invalid"
    columns = {definition.name: (label, definition) for label, definition in written.items()}
    causes = [_cause(result, key, rows, columns, ours=invalid[key]) for key, rows in found.items()]
    return Refused(result, sorted(causes, key=lambda cause: (cause.left, -len(cause.rows))))


def _cause(
    result: pd.DataFrame, key: Key, rows: list[int], columns: Mapping[str, tuple[Any, Property]], *, ours: bool
) -> Cause:
    left, code, name = key
    column, definition = columns.get(name, (None, None))
    fix = _fix(code, written=definition is not None, named=bool(name), ours=ours)
    [*said, record, _] = [cells[0] for cells in _told(result, np.array(rows[:1], dtype=np.intp))]
    first = next((fact for fact in _facts(*said) if _names(fact) == (code, name)), {})
    return Cause(
        code=code,
        name=name,
        label=(definition.label if definition is not None else "") or name,
        column=column,
        fix="again" if left else fix,
        left=left,
        rows=np.array(rows, dtype=np.intp),
        told=short_reason(code) or reason(first, _text(record) or None, fix),
    )


def _fix(code: str, *, written: bool, named: bool, ours: bool) -> Fix:
    if code in HELPED_BY_NOTHING:
        return "none"
    if written:
        return "cell"
    # What we refuse ourselves is a cell, or the unique value that says which record it is.
    return "id" if code in ABOUT_THE_ID or (named and ours) else "again"


def _told(result: pd.DataFrame, rows: Positions) -> list[list[Any]]:
    """Return what a result tells of some rows, a list per column of `TOLD`."""
    nothing = [None] * len(rows)
    return [result[name].iloc[rows].tolist() if name in result.columns else nothing for name in TOLD]


def _problems(details: object, name: object, code: object, message: object) -> tuple[tuple[str, str], ...]:
    """Return a row's problems by code and property, each once."""
    if isinstance(details, str) and isinstance(code, str) and isinstance(name, str) and NEXT_PROBLEM not in details:
        return ((code, name),)  # one problem, which the other columns tell: no need to read its JSON
    return tuple(dict.fromkeys(map(_names, _facts(details, name, code, message)))) or (("", ""),)


def _facts(details: object, name: object, code: object, message: object) -> list[Facts]:
    """Return a row's problems; where there are no details, the first one as the other columns tell it."""
    try:
        listed = json.loads(details) if isinstance(details, str) else []
    except ValueError:
        listed = []
    found: list[Facts] = [fact for fact in listed if isinstance(fact, dict)] if isinstance(listed, list) else []
    if found or not isinstance(message, str):
        return found
    known = {"property": name, "code": code, "message": message}
    return [{key: value for key, value in known.items() if isinstance(value, str)}]


def _names(fact: Facts) -> tuple[str, str]:
    return _text(fact.get("code")), _text(fact.get("property"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
