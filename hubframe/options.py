"""What an update was asked for, checked as far as it can be without the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hubframe.errors import PlanError
from hubframe.planning.duplicates import DuplicatesPolicy

__all__ = ["UpdateOptions", "Write"]

Write = Literal["changed", "all"]


@dataclass(frozen=True, slots=True)
class UpdateOptions:
    """The arguments of `hubframe.batch_update`, those of display and connection left out."""

    object_type: str
    id_column: Any
    id_property: str | None
    columns: Iterable[Any] | Mapping[Any, str] | None
    write: Write
    clear_blanks: bool | Sequence[Any]
    duplicate_ids: DuplicatesPolicy

    def __post_init__(self) -> None:
        if not isinstance(self.object_type, str) or not self.object_type.strip():
            raise PlanError(f'object_type={self.object_type!r} must be a name or id, such as "contacts" or "0-1".')
        if self.write not in ("changed", "all"):
            raise PlanError(f'write={self.write!r} must be "changed" or "all".')

    @property
    def call(self) -> str:
        """The call, as one would write it again."""
        defaults: dict[str, Any] = {"id_column": None, "id_property": None, "columns": None, "write": "changed"}
        defaults |= {"clear_blanks": False, "duplicate_ids": "refuse"}
        given = {name: getattr(self, name) for name, default in defaults.items() if getattr(self, name) != default}
        arguments = [repr(self.object_type), *(f"{name}={value!r}" for name, value in given.items())]
        return f"batch_update({', '.join(arguments)})"
