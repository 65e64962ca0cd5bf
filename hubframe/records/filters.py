"""Filters as they are written in Python → ``filterGroups`` of HubSpot's search.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.column_errors import described, nearest
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import RECORD_ID, Headers
from hubframe.planning.reader import can_be_sent
from hubframe.planning.scalars import cut, short_repr
from hubframe.planning.texts import CellSettings
from hubframe.records.chosen import or_sensitive, property_called
from hubframe.records.filter_values import as_list, filter_value, is_several
from hubframe.records.operators import OPERATORS, SEVERAL, VALUES, operator_called, operator_meant, written
from hubframe.records.searches import MOST_CHARACTERS, MOST_FILTERS, MOST_GROUPS, MOST_IN_GROUP, search_length

__all__ = ["filter_groups"]

_EXAMPLE = 'where=[("lifecyclestage", "EQ", "lead"), ("createdate", "GTE", "2026-01-01")]'

Group = dict[str, Any]


def filter_groups(where: Sequence[Any], definitions: Definitions, settings: CellSettings) -> list[Group]:
    """Return the groups of a search's body, every property, operator and value checked.

    Parameters
    ----------
    where : sequence of tuple, or of dict
        ``(property, operator, value...)``, all of which must hold: the property by name or label; ``BETWEEN`` takes
        two values, ``IN`` and ``NOT_IN`` a list, ``HAS_PROPERTY`` and ``NOT_HAS_PROPERTY`` none. Values are Python's
        and pandas' own, and labels of options, names of owners; days and moments become epoch milliseconds. Or
        HubSpot's own groups, ``{"filters": [{"propertyName": ..., "operator": ..., "value": ...}]}``, any of which
        must hold; their values go as they are.
    definitions : Definitions
        With choices, where filters name any.
    settings : CellSettings
        The zone of moments that name none.

    Raises
    ------
    ColumnError
        A filter on no property of the type, or on the label of several.
    PlanError
        A filter that says nothing HubSpot would understand, or more than it takes: five groups, six filters in each,
        18 in all, 3,000 characters.

    Examples
    --------
    >>> opened = Property("opened", "Opened", type="date")
    >>> filter_groups([("Opened", "GTE", "2026-01-31")], Definitions("offices", {"opened": opened}), CellSettings())
    [{'filters': [{'propertyName': 'opened', 'operator': 'GTE', 'value': '1769817600000'}]}]
    """
    given = _given(where)
    if not given:
        return []
    headers = Headers(definitions)
    if all(isinstance(one, Mapping) for one in given):
        groups = [_raw_group(one, place, headers) for place, one in enumerate(given, 1)]
    else:
        groups = [{"filters": [_filter(one, place, headers, settings) for place, one in enumerate(given, 1)]}]
    _within_limits(groups)
    return groups


def _given(where: Any) -> list[Any]:
    if isinstance(where, str | Mapping) or not isinstance(where, Iterable):
        raise PlanError(f"where={short_repr(where)} must be a list of filters: {_EXAMPLE}")
    given = list(where)
    if given and isinstance(given[0], str):
        raise PlanError(f"where= must be a list of filters, and is a single one: where=[{short_repr(tuple(given))}]")
    wrong = [one for one in given if not isinstance(one, tuple | list | Mapping)]
    if wrong:
        raise PlanError(f"where= holds {short_repr(wrong[0])}, which is no filter. Write {_EXAMPLE}")
    if len({isinstance(one, Mapping) for one in given}) > 1:
        raise PlanError("where= holds tuples and filter groups together. Write all as tuples, or all as groups.")
    return given


def _filter(given: Sequence[Any], place: int, headers: Headers, settings: CellSettings) -> Group:
    named = f"Filter {place}, {_one_line(tuple(given))}"
    if len(given) < 2 or not isinstance(given[0], str) or not isinstance(given[1], str):
        raise PlanError(f"{named}: a filter is a property, an operator and what it is held against. {_EXAMPLE}")
    definition = _defined(given[0], named, headers)
    operator = _operator(given[1], named, definition.name)
    values = list(given[2:])
    if operator in SEVERAL or operator == "BETWEEN":
        values = _listed(values)
    _counted(operator, values, definition, named)
    if operator.endswith("CONTAINS_TOKEN") and _holds_ids(definition, headers):
        raise PlanError(f"{named}: {_whole_names(definition.name, operator)}")
    texts = [filter_value(definition, operator, value, settings, named) for value in values]
    if operator == "BETWEEN" and _is_swapped(definition, texts):
        low, high = map(short_repr, reversed(values))
        raise PlanError(
            f'{named}: nothing is between these. The lower one first: ("{given[0]}", "BETWEEN", {low}, {high})'
        )
    made: Group = {"propertyName": definition.name, "operator": operator}
    if operator in SEVERAL:
        if definition.type == "string" and definition.name in headers.definitions.by_name and not definition.choices:
            texts = [text.lower() for text in texts]  # HubSpot's search has its texts in lower case, and IN is exact
        made["values"] = list(dict.fromkeys(texts))
    elif texts:
        made["value"] = texts[0]
        if operator == "BETWEEN":
            made["highValue"] = texts[1]
    return made


def _one_line(given: Any) -> str:
    return cut(re.sub(r"\s*\n\s*", " ", repr(given)), 200)


def _defined(name: str, named: str, headers: Headers) -> Property:
    found = property_called(name, headers) if name.strip() and can_be_sent(name) else ()
    of_type = headers.definitions.object_type
    if not found:
        lists = f"hubframe.properties({of_type!r}) lists them all. {or_sensitive(headers.definitions)}".rstrip()
        raise ColumnError(f"{named}: {name!r} is no property of {of_type}{nearest(name, headers)}. {lists}")
    if len(found) > 1:
        raise ColumnError(
            f"{named}: {name!r} is the label of several properties: {' or '.join(map(described, found))}. "
            f"Give the internal name: {found[0].name!r}"
        )
    return found[0]


def _operator(given: str, named: str, name: str | None = None) -> str:
    """Return HubSpot's operator; ``name`` is the property's, where the filter is a tuple."""
    operator = operator_called(given)
    if operator is not None:
        return operator
    meant = operator_meant(given)
    meant = f'("{name}", {meant})' if meant and name is not None else meant.partition(",")[0]
    asked = f" Did you mean {meant}?" if meant else ""
    raise PlanError(f"{named}: HubSpot's search has no operator {given!r}.{asked} It has {', '.join(OPERATORS)}.")


def _listed(values: list[Any]) -> list[Any]:
    return as_list(values[0]) if len(values) == 1 and is_several(values[0]) else values


def _counted(operator: str, values: Sequence[Any], definition: Property, named: str) -> None:
    example = f'("{definition.name}", {written(operator)})'
    wanted = VALUES[operator]
    if operator in SEVERAL:
        if not values:
            raise PlanError(f"{named}: {operator} needs a list of values: {example}")
    elif len(values) != wanted:
        needs = {0: "no value", 1: "one value", 2: "two values"}[wanted]
        given = "1 is" if len(values) == 1 else f"{len(values)} are"
        raise PlanError(f"{named}: {operator} needs {needs}, and {given} given: {example}")
    inner = next((one for one in values if is_several(one)), None)
    if inner is not None and not definition.is_multiple:
        if operator not in (*SEVERAL, "BETWEEN"):
            raise PlanError(f"{named}: {operator} takes no list. For any of several values: IN.")
        raise PlanError(f"{named}: {short_repr(inner)} is a list where one value belongs. Write {example}")


def _holds_ids(definition: Property, headers: Headers) -> bool:
    """Tell whether a property's values are ids of owners, stages or pipelines, whose names search does not know."""
    if definition.is_owner or definition.pipeline_property:
        return True
    return any(one.pipeline_property == definition.name for one in headers.definitions.by_name.values())


def _whole_names(name: str, operator: str) -> str:
    one, several = ("NEQ", "NOT_IN") if operator.startswith("NOT") else ("EQ", "IN")
    return (
        f"{name!r} holds ids, and {operator} looks into these, not into names. Give whole names: "
        f'("{name}", "{one}", "...") or ("{name}", "{several}", ["...", "..."])'
    )


def _is_swapped(definition: Property, bounds: Sequence[str]) -> bool:
    is_ordered = definition.type in ("number", "date", "datetime") or definition.name == RECORD_ID
    return is_ordered and Decimal(bounds[0]) > Decimal(bounds[1])


def _raw_group(group: Mapping[str, Any], place: int, headers: Headers) -> Group:
    filters = group.get("filters")
    if not isinstance(filters, list | tuple) or not filters:
        raise PlanError(
            f"Filter group {place}, {short_repr(dict(group))}, has no filters: "
            '{"filters": [{"propertyName": "lifecyclestage", "operator": "EQ", "value": "lead"}]}'
        )
    made = [_raw_filter(one, f"Filter {place}.{at}", headers) for at, one in enumerate(filters, 1)]
    return _as_json({**group, "filters": made}, f"Filter group {place}, {short_repr(dict(group))}")


def _raw_filter(given: Any, place: str, headers: Headers) -> Group:
    named = f"{place}, {_one_line(given)}"
    if not isinstance(given, Mapping) or not all(
        isinstance(given.get(key), str) for key in ("propertyName", "operator")
    ):
        raise PlanError(f'{named}: a filter of HubSpot\'s is a dict with "propertyName" and "operator", both texts.')
    values = given.get("values", ())
    parts = [given[key] for key in ("value", "highValue") if key in given]
    if isinstance(values, str) or not is_several(values) or not all(isinstance(one, str) for one in [*values, *parts]):
        raise PlanError(
            f'{named}: values in HubSpot\'s own groups go as they are, and must be texts ("values" a list of texts). '
            f"Write the filter as a tuple to have values turned into texts: {_EXAMPLE}"
        )
    definition = _defined(given["propertyName"], named, headers)
    made = {**given, "propertyName": definition.name, "operator": _operator(given["operator"], named)}
    if "values" in given:
        made["values"] = list(values)
    return _as_json(made, named)


def _as_json(made: Group, named: str) -> Group:
    try:
        orjson.dumps(made)
    except TypeError as error:
        raise PlanError(f"{named}: no request can hold this: {error}.") from None
    return made


def _within_limits(groups: Sequence[Group]) -> None:
    counts = [len(group["filters"]) for group in groups]
    several = 'Read in several calls and join the frames with pd.concat(...).drop_duplicates("hs_object_id").'
    if len(groups) > MOST_GROUPS:
        raise PlanError(f"where= has {len(groups)} filter groups, and HubSpot takes {MOST_GROUPS}. {several}")
    if max(counts) > MOST_IN_GROUP:
        at = counts.index(max(counts)) + 1
        where = f"Filter group {at}" if len(groups) > 1 else "where="
        raise PlanError(
            f"{where} has {max(counts)} filters, and HubSpot takes {MOST_IN_GROUP} in one group. "
            "Leave the others out, and filter the frame by them."
        )
    if sum(counts) > MOST_FILTERS:
        raise PlanError(f"where= has {sum(counts)} filters, and HubSpot takes {MOST_FILTERS}. {several}")
    length = search_length(groups)
    if length > MOST_CHARACTERS:
        raise PlanError(
            f"where= makes a search of {length:,} characters, and HubSpot takes {MOST_CHARACTERS:,}. "
            "Shorten the lists of values; records whose ids or unique values are known are read by ids=."
        )
