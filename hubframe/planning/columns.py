"""Which column goes to which property, and which one holds the ids."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.column_errors import Matched, described, matching_error, nearest, quoted
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import (
    RECORD_ID_NAMES,
    REQUESTED_ID,
    Headers,
    could_be_internal,
    is_export_only,
    without_number,
)

__all__ = [
    "RESULT_COLUMNS",
    "Columns",
    "choose_columns",
    "every_writable",
    "is_result",
    "label_list",
    "unique_property",
]

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
    """Match a frame's columns to properties: by internal name, else by label (case and surrounding space ignored).

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
        A label that stands twice, no id column, columns that match no property or several, several for one property,
        or none to write.
    """
    repeated = [label for label, count in Counter(labels).items() if count > 1]
    if repeated:
        raise ColumnError(
            f"Column {quoted(repeated)} stands in the frame more than once. "
            "Keep one: df.loc[:, ~df.columns.duplicated()]"
        )
    ours = [label for label in labels if isinstance(label, str) and label in RESULT_COLUMNS]
    if ours and not is_result(labels):
        raise ColumnError(
            f"Column {quoted(ours)} has a name that the result needs. Rename it: "
            f"df.rename(columns={{{ours[0]!r}: {'my_' + ours[0]!r}}})"
        )
    headers = Headers(definitions)
    unique = unique_property(headers, id_property)
    column, level = _find_id(labels, index_names, id_column, unique, headers)
    if columns is None:
        ids_or_ours = {*ours} if column is None else {*ours, labels[column]}
        matched = every_writable([label for label in labels if label not in ids_or_ours], headers)
    else:
        matched = _asked_for(columns, labels, column, headers)
    error = matching_error(matched, headers, asked=columns is not None)
    if error is not None:
        raise error
    if not matched.chosen:
        raise ColumnError(
            "There is no column to write. Besides the ids, the frame needs at least one column named after a "
            f"writable property of {definitions.object_type}: df[[..., 'firstname']]"
        )
    for label, definition in matched.chosen:
        if unique is not None and definition.name == unique.name:
            raise ColumnError(
                f"Property {unique.name!r} identifies the records here, and can't be written at the same time. "
                f"Leave column {label!r} out: df.drop(columns={label!r})"
            )
    return Columns(column, level, unique, tuple(matched.chosen), tuple(matched.left_out))


def label_list(labels: Any, argument: str) -> list[Any]:
    """Return an argument that must be a list of labels as one."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise PlanError(f"{argument}={labels!r} must be a list of column labels: {argument}=[{labels!r}]")
    found = list(labels)
    for label in found:
        if not _is_hashable(label):
            raise PlanError(f"{argument}= holds {label!r}, and no column can have that label.")
    return found


def unique_property(headers: Headers, id_property: str | None) -> Property | None:
    if id_property is None or headers.is_record_id(id_property):
        return None  # HubSpot refuses hs_object_id as idProperty: the record id is the default way to address
    definitions = headers.definitions
    found = headers.find(id_property)
    if not found:
        raise ColumnError(
            f"id_property={id_property!r} is no property of {definitions.object_type}{nearest(id_property, headers)}. "
            f"Which there are: hubframe.properties({definitions.object_type!r})"
        )
    unique = [one for one in found if not definitions.known or one.unique or one.is_contact_email]
    if not unique:
        names = [one.name for one in definitions.by_name.values() if one.unique or one.is_contact_email]
        has = f"Properties that have: {quoted(names)}." if names else "No property of this type has."
        raise ColumnError(f"id_property={id_property!r} does not have unique values in HubSpot. {has}")
    if len(unique) > 1:
        raise ColumnError(
            f"id_property={id_property!r} is the label of several properties: {' or '.join(map(described, unique))}. "
            f"Give the internal name: id_property={unique[0].name!r}"
        )
    return unique[0]


def _find_id(
    labels: Sequence[Any], index_names: Sequence[Any], id_column: Any, unique: Property | None, headers: Headers
) -> tuple[int | None, int | None]:
    """Return (position of a column, None) or (None, position of an index level)."""

    def names_the_ids(header: Any) -> bool:
        return headers.is_record_id(header) if unique is None else _names(header, unique, headers)

    if id_column is not None:
        columns = [place for place, label in enumerate(labels) if _same(label, id_column)]
        levels = [] if columns else [place for place, name in enumerate(index_names) if _same(name, id_column)]
        if not columns and not levels:
            raise ColumnError(f"id_column={id_column!r} is not in the frame. Its columns: {quoted(labels)}")
    else:
        columns = [place for place, label in enumerate(labels) if names_the_ids(label)]
        levels = [place for place, name in enumerate(index_names) if names_the_ids(name)]
    found = [labels[place] for place in columns] + [index_names[place] for place in levels]
    if len(found) > 1:
        raise ColumnError(f"{quoted(found)} could each hold the ids. Say which: id_column={found[0]!r}")
    if not found:
        wanted = RECORD_ID_NAMES if unique is None else dict.fromkeys(filter(None, (unique.name, unique.label)))
        raise ColumnError(
            f"No column named {' or '.join(map(repr, wanted))} says which record each row is. Name the one that does, "
            f"id_column=...; the columns are: {quoted(labels)}"
        )
    return (columns[0], None) if columns else (None, levels[0])


def _names(header: Any, unique: Property, headers: Headers) -> bool:
    named_so = isinstance(header, str) and header.casefold().strip() == unique.name.casefold()
    return named_so or unique in headers.find(header)


def every_writable(labels: Sequence[Any], headers: Headers) -> Matched:
    """Match columns by their headers alone: which go where, and why the others go nowhere."""
    matched = Matched()
    together = {label for label in labels if isinstance(label, str)}
    for label in labels:
        # Where every name is taken at its word, an export's own column would be a property.
        at_its_word = not headers.definitions.known and is_export_only(label)
        found = () if headers.is_record_id(label) or at_its_word else headers.find(label)
        first = without_number(label)
        namesakes = headers.find(first) if isinstance(label, str) and first != label and first in together else ()
        if headers.is_record_id(label):
            matched.left_out.append((label, "the record id, which HubSpot gives"))
        elif _is_requested_id(label, headers):
            matched.left_out.append((label, "the id that was asked for"))
        elif found and all(one.read_only for one in found):
            matched.left_out.append((label, "read-only in HubSpot"))
        elif len(found) == 1:
            matched.chosen.append((label, found[0]))
        elif found:
            matched.ambiguous.append((label, label))
        elif len(namesakes) > 1 and not all(one.read_only for one in namesakes):  # in exports, each has its column
            matched.ambiguous.append((label, first))
        elif is_export_only(label):
            matched.left_out.append((label, "only in exports, no property"))
        else:
            matched.unknown.append((label, label))
    return matched


def _is_requested_id(label: Any, headers: Headers) -> bool:
    """Tell whether a column is the one that reading by ids adds, and no property of the account's own."""
    return isinstance(label, str) and label == REQUESTED_ID and label not in headers.definitions.by_name


def _asked_for(
    columns: Iterable[Any] | Mapping[Any, str], labels: Sequence[Any], id_column: int | None, headers: Headers
) -> Matched:
    asked = label_list(columns, "columns")
    wanted = list(columns.values()) if isinstance(columns, Mapping) else asked
    in_frame = set(labels)
    matched = Matched()
    for label, header in zip(asked, wanted, strict=True):
        if label not in in_frame:
            near = difflib.get_close_matches(str(label), map(str, labels), 1)
            meant = f" Did you mean {near[0]!r}?" if near else f" Its columns: {quoted(labels)}"
            raise ColumnError(f"columns= names {label!r}, which is not in the frame.{meant}")
        if id_column is not None and _same(labels[id_column], label):
            raise ColumnError(f"Column {label!r} holds the ids, and is never written. Take it out of columns=.")
        found = headers.find(header)
        if not found and headers.definitions.hidden and could_be_internal(header):
            found = (Property(header),)  # a sensitive one, perhaps: HubSpot judges
        if not found:
            matched.unknown.append((label, header))
        elif all(one.read_only for one in found):
            matched.read_only.append((label, header))
        elif len(found) > 1:
            matched.ambiguous.append((label, header))
        else:
            matched.chosen.append((label, found[0]))
    return matched


def _same(label: Any, asked: Any) -> bool:
    # By hash first: pd.NA and arrays have no true or false when compared.
    return _is_hashable(asked) and hash(label) == hash(asked) and (label is asked or label == asked)


def _is_hashable(label: Any) -> bool:
    try:
        hash(label)
    except TypeError:
        return False
    return True
