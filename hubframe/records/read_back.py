"""Whether a cell, written back as it is, would be the text that HubSpot holds."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from hubframe.planning.definitions import Property
from hubframe.planning.equality import same_value
from hubframe.planning.reader import CellReader
from hubframe.planning.texts import CellSettings

__all__ = ["Fitted", "ReadBack"]

# A text that names no zone is read in the caller's: it must be the same moment in any.
_ELSEWHERE = CellSettings(datetime.timezone(datetime.timedelta(hours=5, minutes=45)))


class Fitted(NamedTuple):
    """A column's values, or None where they would not be what HubSpot holds: then which texts are unfit, and why."""

    column: Any
    unfit: list[str]
    why: str = ""


class ReadBack:
    """Reads cells as `batch_update` would.

    >>> back = ReadBack(Property("seats", type="number"))
    >>> back.is_kept(12, "12.0"), back.is_kept(12, "12.5")
    (True, False)
    """

    def __init__(self, definition: Property) -> None:
        self.definition = definition
        self._readers: dict[str | None, tuple[CellReader, ...]] = {}

    def is_kept(self, cell: object, held: str, pipeline: str | None = None) -> bool:
        """Tell whether a cell stands for a text that HubSpot holds; for a stage, in a row of this pipeline."""
        texts = [reader(cell).text for reader in self._of(pipeline)]
        return all(text == held or same_value(self.definition, text or "", held) for text in texts)

    def _of(self, pipeline: str | None) -> tuple[CellReader, ...]:
        if pipeline not in self._readers:
            zones = (CellSettings(), _ELSEWHERE) if self.definition.type == "datetime" else (CellSettings(),)
            self._readers[pipeline] = tuple(CellReader(self.definition, one, pipeline) for one in zones)
        return self._readers[pipeline]
