"""Two values of a column, to tell what it holds: pure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hubframe.widgets.plan_facts import cut

__all__ = ["sample_values"]

ROWS_LOOKED_AT = 1_000
LONGEST = 40


def sample_values(series: pd.Series[Any], most: int = 2) -> list[str]:
    """Return the first values that are not blank, none twice, cut to 40 characters.

    Looked for in the 1,000 rows from the first that is not blank on.

    >>> sample_values(pd.Series(["", "Oslo", "Oslo", None, "Bergen", "Moss"]))
    ['Oslo', 'Bergen']
    """
    filled = series.notna().to_numpy()
    if not filled.any():
        return []
    first = int(filled.argmax())
    found: dict[str, None] = {}
    for value in series.iloc[first : first + ROWS_LOOKED_AT].dropna():
        text = " ".join(str(value)[: 10 * LONGEST].split())
        if isinstance(value, pd.Timestamp):
            text = text.removesuffix(" 00:00:00")  # a day
        if text:
            found[cut(text, LONGEST)] = None
        if len(found) == most:
            break
    return list(found)
