"""Which column goes to which property, and which one holds the ids."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.definitions import Definitions, Property

__all__ = ["RESULT_COLUMNS", "Columns", "choose_columns", "is_result", "label_list"]

RESULT_COLUMNS = (
    "hubspot_status",
    "hubspot_id",
    "hubspot_error",
    "hubspot_error_category",
    "hubspot_error_code",
    "hubspot_error_property",
    "hubspot_error_details",
    "hubspot_attempts",
    "hubspot_updated_at",
    "hubspot_url",
    "hubspot_correlation_id",
    "hubspot_run",
)
_RECORD_ID_NAMES = ("hs_object_id", "recordid")
# What HubSpot's exports add that is no property: associations, and a label that stood there twice (pandas' ".1").
_EXPORT_ONLY = re.compile(r"^(Associated .*|.*\.\d+)$")


@dataclass(frozen=True, slots=True)
class Columns:
    """What `choose_columns` decided.

    ``id_column`` is the position of the column with the ids, or None where ``id_level``, the position of an index
    level, holds them. ``properties`` are the labels to write and where each goes.
    """

    id_column: int | None
    id_level: int | None
    id_property: Property | None
    properties: tuple[tuple[Any, Property], ...]
    left_out: tuple[tuple[Any, str], ...] = ()


def is_result(labels: Iterable[Any]) -> bool:
    """Tell whether a frame with these column labels is itself a result of an update."""
    return {"hubspot_status", "hubspot_run"} <= {label for label in labels if isinstance(label, str)}


def choose_columns(
    labels: Sequence[Any],
    index_names: Sequence[Any],
    definitions: Definitions,
    *,
    id_column: Any = None,
    id_property: str | None = None,
    columns: Iterable[Any] | Mapping[Any, str] | None = None,
) -> Columns:
    """Match a frame's columns to properties, by internal name.

    Parameters
    ----------
    labels, index_names
        The frame's column labels and the names of its index levels.
    definitions
        The object type's properties.
    id_column, id_property, columns
        As in `hubframe.batch_update`.

    Raises
    ------
    ColumnError
        A label that stands twice, no id column, a column that matches no property, or none to write.
    """
    repeated = [label for label, count in Counter(labels).items() if count > 1]
    if repeated:
        raise ColumnError(
            f"Column {_quoted(repeated)} stands in the frame more than once. "
            "Keep one: df.loc[:, ~df.columns.duplicated()]"
        )
    ours = [label for label in labels if isinstance(label, str) and label in RESULT_COLUMNS]
    if ours and not is_result(labels):
        raise ColumnError(
            f"Column {_quoted(ours)} has a name that the result needs. Rename it: "
            f"df.rename(columns={{{ours[0]!r}: {'my_' + ours[0]!r}}})"
        )
    unique = _unique_property(definitions, id_property)
    column, level = _find_id(labels, index_names, id_column, unique)
    if columns is None:
        ids_or_ours = {*ours} if column is None else {*ours, labels[column]}
        chosen, left_out = _every_writable([label for label in labels if label not in ids_or_ours], definitions)
    else:
        chosen, left_out = _asked_for(columns, labels, column, definitions), []
    if not chosen:
        raise ColumnError(
            "There is no column to write. Besides the ids, the frame needs at least one column named after a "
            f"writable property of {definitions.object_type}: df[[..., 'firstname']]"
        )
    for name, count in Counter(definition.name for _, definition in chosen).items():
        several = [label for label, definition in chosen if definition.name == name]
        if count > 1:
            raise ColumnError(f"Columns {_quoted(several)} all go to property {name!r}. Keep one of them.")
        if unique is not None and name == unique.name:
            raise ColumnError(
                f"Property {name!r} identifies the records here, and can't be written at the same time. "
                f"Leave column {several[0]!r} out: df.drop(columns={several!r})"
            )
    return Columns(column, level, unique, tuple(chosen), tuple(left_out))


def label_list(labels: Any, argument: str) -> list[Any]:
    """Return an argument that must be a list of labels as one."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise PlanError(f"{argument}={labels!r} must be a list of column labels: {argument}=[{labels!r}]")
    found = list(labels)
    for label in found:
        if not _is_hashable(label):
            raise PlanError(f"{argument}= holds {label!r}, and no column can have that label.")
    return found


def _unique_property(definitions: Definitions, id_property: str | None) -> Property | None:
    if id_property is None or id_property == "hs_object_id":
        return None  # HubSpot refuses hs_object_id as idProperty: the record id is the default way to address
    found = definitions.get(id_property) if isinstance(id_property, str) else None
    if found is None:
        raise ColumnError(
            f"id_property={id_property!r} is no property of {definitions.object_type}."
            + _nearest(id_property, definitions)
        )
    email = found.name == "email" and definitions.object_type.casefold() in ("contacts", "contact", "0-1")
    if definitions.known and not found.unique and not email:
        names = [definition.name for definition in definitions.by_name.values() if definition.unique]
        has = f"Properties that have: {_quoted(names)}." if names else "No property of this type has."
        raise ColumnError(f"id_property={id_property!r} does not have unique values in HubSpot. {has}")
    return found


def _find_id(
    labels: Sequence[Any], index_names: Sequence[Any], id_column: Any, unique: Property | None
) -> tuple[int | None, int | None]:
    """Return (position of a column, None) or (None, position of an index level)."""
    if id_column is not None:
        wanted: Any = [id_column]
        columns = [place for place, label in enumerate(labels) if _same(label, id_column)]
        levels = [] if columns else [place for place, name in enumerate(index_names) if _same(name, id_column)]
        if not columns and not levels:
            raise ColumnError(f"id_column={id_column!r} is not in the frame. Its columns: {_quoted(labels)}")
    else:
        wanted = [unique.name] if unique is not None else ["hs_object_id", "Record ID"]
        folded = {_folded(name) for name in wanted}
        columns = [place for place, label in enumerate(labels) if _folded(label) in folded]
        levels = [place for place, name in enumerate(index_names) if name is not None and _folded(name) in folded]
    found = [labels[place] for place in columns] + [index_names[place] for place in levels]
    if len(found) > 1:
        raise ColumnError(f"{_quoted(found)} could each hold the ids. Say which: id_column={found[0]!r}")
    if not found:
        raise ColumnError(
            f"No column named {' or '.join(map(repr, wanted))} says which record each row is. Name the one that does, "
            f"id_column=...; the columns are: {_quoted(labels)}"
        )
    return (columns[0], None) if columns else (None, levels[0])


def _every_writable(
    labels: Sequence[Any], definitions: Definitions
) -> tuple[list[tuple[Any, Property]], list[tuple[Any, str]]]:
    chosen: list[tuple[Any, Property]] = []
    left_out: list[tuple[Any, str]] = []
    unmatched: list[Any] = []
    for label in labels:
        definition = definitions.get(label) if isinstance(label, str) else None
        if isinstance(label, str) and _folded(label) in _RECORD_ID_NAMES:
            left_out.append((label, "the record id, which HubSpot gives"))
        elif isinstance(label, str) and _EXPORT_ONLY.match(label):
            left_out.append((label, "only in exports, no property"))
        elif definition is None:
            unmatched.append(label)
        elif definition.read_only:
            left_out.append((label, "read-only in HubSpot"))
        else:
            chosen.append((label, definition))
    if unmatched:
        lines = [f"  {label!r}{_nearest(label, definitions)}" for label in unmatched[:10]]
        lines += [f"  and {len(unmatched) - 10} more"] if len(unmatched) > 10 else []
        names = [label for label, _ in chosen]
        which = f", or say which columns to write: columns={names!r}" if names else ""
        raise ColumnError(
            f"{'1 column matches' if len(unmatched) == 1 else f'{len(unmatched)} columns match'} no property of "
            f"{definitions.object_type}:\n" + "\n".join(lines) + f"\nRename or drop them{which}"
        )
    return chosen, left_out


def _asked_for(
    columns: Iterable[Any] | Mapping[Any, str],
    labels: Sequence[Any],
    id_column: int | None,
    definitions: Definitions,
) -> list[tuple[Any, Property]]:
    asked = label_list(columns, "columns")
    names = list(columns.values()) if isinstance(columns, Mapping) else asked
    known = set(labels)
    chosen = []
    for label, name in zip(asked, names, strict=True):
        if label not in known:
            near = difflib.get_close_matches(str(label), map(str, labels), 1)
            meant = f" Did you mean {near[0]!r}?" if near else f" Its columns: {_quoted(labels)}"
            raise ColumnError(f"columns= names {label!r}, which is not in the frame.{meant}")
        if id_column is not None and _same(labels[id_column], label):
            raise ColumnError(f"Column {label!r} holds the ids, and is never written. Take it out of columns=.")
        definition = definitions.get(name) if isinstance(name, str) else None
        if definition is None:
            raise ColumnError(
                f"Column {label!r}: {name!r} is no property of {definitions.object_type}.{_nearest(name, definitions)}"
            )
        if definition.read_only:
            raise ColumnError(
                f"Column {label!r}: HubSpot calculates {name!r} or keeps it read-only. Take it out of columns=."
            )
        chosen.append((label, definition))
    return chosen


def _nearest(label: Any, definitions: Definitions) -> str:
    folded = _folded(label)
    names = {_folded(name): name for name in definitions.by_name}
    labelled = {_folded(item.label): item.name for item in definitions.by_name.values() if not item.read_only}
    if folded in labelled:
        return f" is the label of {labelled[folded]!r}: columns={{{label!r}: {labelled[folded]!r}}}"
    known = {**labelled, **names}
    near = dict.fromkeys(known[match] for match in difflib.get_close_matches(folded, known, 3, 0.6))
    return f" (near: {', '.join(map(repr, near))})" if near else ""


def _folded(label: Any) -> str:
    return str(label).casefold().replace(" ", "")


def _same(label: Any, asked: Any) -> bool:
    # By hash first: pd.NA and arrays have no true or false when compared.
    return _is_hashable(asked) and hash(label) == hash(asked) and (label is asked or label == asked)


def _is_hashable(label: Any) -> bool:
    try:
        hash(label)
    except TypeError:
        return False
    return True


def _quoted(labels: Iterable[Any]) -> str:
    shown = [repr(label) for label in labels]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")
