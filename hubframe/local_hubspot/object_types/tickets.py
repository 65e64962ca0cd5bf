"""Tickets, whose pipelines and stages the definitions keep to themselves: ``externalOptions`` and no options."""

from __future__ import annotations

from typing import Any

from hubframe.local_hubspot.definitions import definition, owner_definition, system_definitions
from hubframe.local_hubspot.object_type import ObjectType
from hubframe.local_hubspot.pipelines import Pipeline, Pipelines, Stage
from hubframe.local_hubspot.row_rules import stage_rule

_GROUP = "ticketinformation"


def _stage(id_: str, label: str, state: str = "OPEN") -> Stage:
    return Stage(id_, label, {"ticketState": state, "isClosed": str(state == "CLOSED").lower()})


PIPELINES = Pipelines(
    "hs_pipeline",
    "hs_pipeline_stage",
    (
        Pipeline(
            "0",
            "Support Pipeline",
            (
                _stage("1", "New"),
                _stage("2", "Waiting on contact"),
                _stage("3", "Waiting on us"),
                _stage("4", "Closed", "CLOSED"),
            ),
        ),
        Pipeline(
            "91205477",
            "Onboarding",
            (
                _stage("190255101", "Kick-off"),
                _stage("190255102", "Training"),
                _stage("190255103", "Closed", "CLOSED"),
            ),
        ),
    ),
)


def tickets() -> tuple[ObjectType, list[dict[str, Any]]]:
    """Return the tickets type and its definitions."""
    kind = ObjectType(
        plural="tickets",
        singular="ticket",
        type_id="0-5",
        first_id=1_145_814_089,
        legacy_name="TICKET",
        own_scope="tickets",
        default_properties=(
            "content",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hs_ticket_priority",
            "subject",
        ),
        pipelines=PIPELINES,
        row_rules=(stage_rule(PIPELINES, told_once=False, gives_value=True),),
    )
    return kind, [
        *system_definitions("hs_lastmodifieddate", _GROUP),
        definition("subject", "Ticket name", group=_GROUP),
        definition("content", "Ticket description", "string", "textarea", group=_GROUP),
        definition("hs_pipeline", "Pipeline", "enumeration", "select", group=_GROUP, external_options=True),
        definition("hs_pipeline_stage", "Ticket status", "enumeration", "select", group=_GROUP, external_options=True),
        definition(
            "hs_ticket_priority",
            "Priority",
            "enumeration",
            "select",
            group=_GROUP,
            options=[("Low", "LOW"), ("Medium", "MEDIUM"), ("High", "HIGH"), ("Urgent", "URGENT")],
        ),
        owner_definition("Ticket owner", _GROUP),
        definition("closed_date", "Close date", "datetime", "date", group=_GROUP, read_only=True),
    ]
