"""Pipelines: their stages, the properties that hold them, and the pipelines API's view of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .answers import Answer
from .definitions import DEFINED_AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .object_type import ObjectType

# HubSpot's own pipelines were created at 0, its API description says.
_CREATED_AT = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Stage:
    """One stage; two pipelines may each have a stage of this label."""

    id: str
    label: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pipeline:
    """One pipeline, its stages in order."""

    id: str
    label: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Pipelines:
    """A type's pipelines, the default one first, and the two properties that say where a record stands."""

    pipeline_property: str
    stage_property: str
    each: tuple[Pipeline, ...]

    def ids(self) -> list[str]:
        """Return the pipelines' ids."""
        return [pipeline.id for pipeline in self.each]

    def pipeline_options(self) -> list[tuple[str, str]]:
        """Return (label, id) of every pipeline."""
        return [(pipeline.label, pipeline.id) for pipeline in self.each]

    def stage_options(self) -> list[tuple[str, str]]:
        """Return (label, id) of every stage; outside the pipelines API the label names the pipeline too."""
        return [(f"{stage.label} ({pipeline.label})", stage.id) for pipeline in self.each for stage in pipeline.stages]

    def stage_ids(self, texts: Mapping[str, str]) -> list[str]:
        """Return the ids of the stages in the pipeline of a record with these texts; none where it has no such one."""
        where = texts.get(self.pipeline_property) or self.each[0].id
        return [stage.id for pipeline in self.each if pipeline.id == where for stage in pipeline.stages]


def page(kind: ObjectType) -> Answer:
    """Return a type's pipelines, with the bare labels of their stages; no pages."""
    each = kind.pipelines.each if kind.pipelines else ()
    return Answer(200, {"results": [_shown_pipeline(pipeline, order) for order, pipeline in enumerate(each)]})


def _shown_pipeline(pipeline: Pipeline, order: int) -> dict[str, Any]:
    stages = [_shown_stage(stage, place) for place, stage in enumerate(pipeline.stages)]
    return {**_shown(pipeline, order), "stages": stages}


def _shown_stage(stage: Stage, order: int) -> dict[str, Any]:
    return {
        **_shown(stage, order),
        "metadata": dict(stage.metadata),
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def _shown(what: Pipeline | Stage, order: int) -> dict[str, Any]:
    return {
        "id": what.id,
        "label": what.label,
        "displayOrder": order,
        "createdAt": _CREATED_AT,
        "updatedAt": DEFINED_AT,
        "archived": False,
    }
