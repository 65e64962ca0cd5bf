"""The id of each row, from wherever the frame has it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hubframe.planning.columns import Columns
from hubframe.planning.ids import record_ids, unique_values
from hubframe.planning.texts import Refusals

__all__ = ["row_ids"]


def row_ids(df: pd.DataFrame, chosen: Columns) -> tuple[list[str | None], Refusals]:
    """Return each row's id as text, None where it has none; and why, by position."""
    values: pd.Series[Any]
    if chosen.id_column is not None:
        values = df.iloc[:, chosen.id_column]
    else:
        # A level's name may be a number, and would be taken for a position.
        nameless = df.index.set_names([None] * df.index.nlevels)
        values = pd.Series(nameless.get_level_values(chosen.id_level or 0))
    return unique_values(values, chosen.id_property) if chosen.id_property else record_ids(values)
