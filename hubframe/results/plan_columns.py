"""What a plan does with each column, as a frame."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pandas as pd

from hubframe.planning.batches import Batch
from hubframe.planning.plan import Plan
from hubframe.results.frame import TEXT

__all__ = ["columns_frame"]

_PLURAL = re.compile(r"^(label|name|cell|number|moment|whole number|repeated option|surrounding space)s\b")


def columns_frame(plan: Plan, shown: Batch | None) -> pd.DataFrame:
    """Return a line per column that is written.

    Parameters
    ----------
    plan
        The plan.
    shown
        The planned rows, and what HubSpot holds of them; None where it was not read.
    """
    differ: Counter[str] = Counter()
    emptied: Counter[str] = Counter()
    if shown is not None:
        for texts in shown.texts:
            differ.update(texts.keys())
            emptied.update(name for name, text in texts.items() if not text)
    lines = []
    for column in plan.columns:
        definition = column.definition
        converted = plan.converted.get(column.label, Counter())
        lines.append(
            {
                "column": column.label,
                "property": definition.name,
                "label": definition.label or None,
                "type": definition.type or None,
                "cells": plan.cells.get(column.label, 0),
                "differ": differ[definition.name] if shown is not None else None,
                "emptied": emptied[definition.name] if shown is not None else None,
                "conversions": "; ".join(_counted(count, what) for what, count in converted.items()) or None,
            }
        )
    dtypes: dict[str, Any] = dict.fromkeys(("property", "label", "type", "conversions"), TEXT)
    names = ["column", "property", "label", "type", "cells", "differ", "emptied", "conversions"]
    frame = pd.DataFrame(lines, columns=names)
    return frame.astype(dtypes | {"cells": "int64", "differ": "Int64", "emptied": "Int64"})


def _counted(count: int, what: str) -> str:
    if count == 1:
        what = _PLURAL.sub(r"\1", what, count=1).replace("e-mails", "e-mail")
    return f"{count:,} {what}"
