"""The operators of HubSpot's search, and what people write for them.

https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm
"""

from __future__ import annotations

import difflib
import re

__all__ = ["BOUNDS", "OPERATORS", "SEVERAL", "VALUES", "operator_called", "operator_meant", "written"]

BOUNDS = ("LT", "LTE", "GT", "GTE", "BETWEEN")
SEVERAL = ("IN", "NOT_IN")
# How many values each is followed by; those of SEVERAL by a list.
VALUES = {
    **dict.fromkeys(("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"), 1),
    "BETWEEN": 2,
    **dict.fromkeys(SEVERAL, 1),
    **dict.fromkeys(("HAS_PROPERTY", "NOT_HAS_PROPERTY"), 0),
}
OPERATORS = tuple(VALUES)
# Of SQL, pandas and HubSpot's own lists; spaces are underscores.
_ALSO_CALLED = {
    '"EQ", ...': "= == IS EQUAL EQUALS EQUAL_TO IS_EQUAL_TO",
    '"NEQ", ...': "!= <> NE NOT IS_NOT NOT_EQUAL NOT_EQUALS NOT_EQUAL_TO IS_NOT_EQUAL_TO",
    '"LT", ...': "< BEFORE IS_BEFORE LESS_THAN",
    '"LTE", ...': "<= LE",
    '"GT", ...': "> AFTER IS_AFTER MORE_THAN GREATER_THAN",
    '"GTE", ...': ">= GE",
    '"IN", [..., ...]': "ISIN IS_IN ONE_OF ANY_OF IS_ANY_OF",
    '"NOT_IN", [..., ...]': "NOTIN NIN IS_NOT_IN NONE_OF IS_NONE_OF NOT_ANY_OF",
    '"HAS_PROPERTY"': "EXISTS IS_KNOWN NOT_NULL IS_NOT_NULL NOTNULL NOTNA NOT_EMPTY IS_NOT_EMPTY IS_NOT_BLANK",
    '"NOT_HAS_PROPERTY"': "NOT_EXISTS IS_UNKNOWN NULL IS_NULL ISNULL ISNA EMPTY IS_EMPTY BLANK IS_BLANK",
    '"CONTAINS_TOKEN", "x*"': "LIKE ILIKE STARTS_WITH STARTSWITH BEGINS_WITH",
    '"CONTAINS_TOKEN", "*x"': "ENDS_WITH ENDSWITH",
    '"CONTAINS_TOKEN", "*x*"': "CONTAINS CONTAIN INCLUDES MATCHES",
    '"NOT_CONTAINS_TOKEN", "*x*"': "NOT_LIKE NOT_ILIKE NOT_CONTAINS NOT_CONTAIN DOES_NOT_CONTAIN DOESN'T_CONTAIN",
}
_MEANT = {word: meant for meant, words in _ALSO_CALLED.items() for word in words.split()}


def operator_called(given: str) -> str | None:
    """Return HubSpot's operator of this name, its case and what is between its words ignored.

    >>> operator_called("not in"), operator_called("like")
    ('NOT_IN', None)
    """
    name = _name(given)
    return name if name in VALUES else None


def operator_meant(given: str) -> str:
    """Return the operator that a text may have been meant for, with its values as they are written; else ``""``.

    >>> operator_meant("is null"), operator_meant("BETWEN")
    ('"NOT_HAS_PROPERTY"', '"BETWEEN", ..., ...')
    """
    name = _name(given)
    near = difflib.get_close_matches(name, OPERATORS, 1)
    return _MEANT.get(name) or (written(near[0]) if near else "")


def written(operator: str) -> str:
    """Return an operator with its values as they are written in a filter."""
    values = ["[..., ...]"] if operator in SEVERAL else ["..."] * VALUES[operator]
    return ", ".join([f'"{operator}"', *values])


def _name(given: str) -> str:
    return re.sub(r"[\s_-]+", "_", given.strip().upper())
