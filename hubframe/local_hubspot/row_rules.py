"""Rules that look at a whole record as it would be after a write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .answers import invalid_value

if TYPE_CHECKING:
    from .pipelines import Pipelines

# A record's texts as they would be after the write, to whether they are refused.
Refuses = Callable[[Mapping[str, str]], bool]


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """One rule, and how much its refusal gives away."""

    touching: frozenset[str]
    refuses: Refuses
    named: str
    code: str
    message: str | Callable[[Mapping[str, str]], str]
    told_once: bool
    gives_value: bool

    def problem(self, texts: Mapping[str, str], written: Collection[str], portal_id: int) -> dict[str, Any] | None:
        """Return the refusal of a row, if its write touches the rule and breaks it."""
        if self.touching.isdisjoint(written) or not self.refuses(texts):
            return None
        message = self.message if isinstance(self.message, str) else self.message(texts)
        value = texts.get(self.named, "") if self.gives_value else None
        return invalid_value(portal_id, self.named, self.code, message, value)


def stage_rule(pipelines: Pipelines, *, told_once: bool, gives_value: bool) -> RowRule:
    """Return the rule that a record's stage is one of its pipeline's."""
    stage = pipelines.stage_property

    def message(texts: Mapping[str, str]) -> str:
        return f"{texts.get(stage)} was not one of the allowed options: [{', '.join(pipelines.stage_ids(texts))}]"

    return RowRule(
        touching=frozenset([stage, pipelines.pipeline_property]),
        refuses=lambda texts: bool(texts.get(stage)) and texts[stage] not in pipelines.stage_ids(texts),
        named=stage,
        code="INVALID_OPTION",
        message=message,
        told_once=told_once,
        gives_value=gives_value,
    )
