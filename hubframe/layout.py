"""Which column of a frame went where: as much of a call as is needed to make it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.journal.labels import label_from, label_text
from hubframe.options import UpdateOptions
from hubframe.planning.sendable import Recordable

__all__ = ["Layout", "layout_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A call's arguments, with every column named.

    ``id_label`` is that of a column, or of an index level.
    """

    object_type: str
    id_label: Any
    id_property: str | None
    columns: tuple[tuple[Any, str], ...]
    clears: tuple[Any, ...]
    write: str
    duplicate_ids: str
    timezone: str
    allow_blank_texts: bool

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `hubframe.batch_update`."""
        return {
            "object_type": self.object_type,
            "id_column": self.id_label,
            "id_property": self.id_property,
            "columns": dict(self.columns),
            "write": self.write,
            "clear_blanks": list(self.clears),
            "duplicate_ids": self.duplicate_ids,
            "timezone": self.timezone,
            "allow_blank_texts": self.allow_blank_texts,
        }

    def json(self) -> dict[str, Any]:
        """Return it as JSON can say it; labels of any kind come back as they were."""
        said = {name: getattr(self, name) for name in self.__slots__}
        said["id_label"] = label_text(self.id_label)
        said["columns"] = [[label_text(label), name] for label, name in self.columns]
        said["clears"] = [label_text(label) for label in self.clears]
        return said

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Layout:
        """Return what `json` was made of."""
        columns = tuple((label_from(label), name) for label, name in said["columns"])
        clears = tuple(label_from(label) for label in said["clears"])
        return cls(**{**said, "id_label": label_from(said["id_label"]), "columns": columns, "clears": clears})


def layout_of(df: pd.DataFrame, plan: Recordable, options: UpdateOptions) -> Layout:
    """Return the layout of a planned frame."""
    chosen = plan.chosen
    return Layout(
        object_type=options.object_type,
        id_label=df.index.names[chosen.id_level or 0] if chosen.id_column is None else df.columns[chosen.id_column],
        id_property=chosen.id_property.name if chosen.id_property else None,
        columns=tuple((column.label, column.definition.name) for column in plan.columns),
        clears=tuple(column.label for column in plan.columns if column.clears),
        write=options.write,
        duplicate_ids=options.duplicate_ids,
        timezone=options.timezone,
        allow_blank_texts=options.allow_blank_texts,
    )
