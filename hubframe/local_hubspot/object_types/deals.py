"""Deals."""

from __future__ import annotations

from typing import Any

from hubframe.local_hubspot.definitions import definition, owner_definition, system_definitions
from hubframe.local_hubspot.object_type import ObjectType
from hubframe.local_hubspot.pipelines import Pipeline, Pipelines, Stage

_GROUP = "dealinformation"


def _stage(id_: str, label: str, probability: str) -> Stage:
    closed = probability in {"0.0", "1.0"}
    return Stage(id_, label, {"isClosed": str(closed).lower(), "probability": probability})


# Which stages a pipeline has, the definition of `dealstage` does not tell.
PIPELINES = Pipelines(
    "pipeline",
    "dealstage",
    (
        Pipeline(
            "default",
            "Sales Pipeline",
            (
                _stage("appointmentscheduled", "Appointment Scheduled", "0.2"),
                _stage("qualifiedtobuy", "Qualified To Buy", "0.4"),
                _stage("contractsent", "Contract Sent", "0.9"),
                _stage("closedwon", "Closed Won", "1.0"),
                _stage("closedlost", "Closed Lost", "0.0"),
            ),
        ),
        Pipeline(
            "77120345",
            "Renewals",
            (
                _stage("183004411", "Renewal due", "0.5"),
                _stage("183004412", "Renewed", "1.0"),
                _stage("183004413", "Closed Lost", "0.0"),
            ),
        ),
    ),
)


def deals() -> tuple[ObjectType, list[dict[str, Any]]]:
    """Return the deals type and its definitions."""
    kind = ObjectType(
        plural="deals",
        singular="deal",
        type_id="0-3",
        first_id=318_206_554_019,
        legacy_name="DEAL",
        default_properties=(
            "amount",
            "closedate",
            "createdate",
            "dealname",
            "dealstage",
            "hs_lastmodifieddate",
            "hs_object_id",
            "pipeline",
        ),
        pipelines=PIPELINES,
    )
    return kind, [
        *system_definitions("hs_lastmodifieddate", _GROUP),
        definition("dealname", "Deal Name", group=_GROUP),
        definition("amount", "Amount", "number", "number", group=_GROUP),
        definition("closedate", "Close Date", "datetime", "date", group=_GROUP),
        definition(
            "pipeline",
            "Pipeline",
            "enumeration",
            "select",
            group=_GROUP,
            options=PIPELINES.pipeline_options(),
        ),
        definition("dealstage", "Deal Stage", "enumeration", "radio", group=_GROUP, options=PIPELINES.stage_options()),
        definition(
            "dealtype",
            "Deal Type",
            "enumeration",
            "radio",
            group=_GROUP,
            options=[("New Business", "newbusiness"), ("Existing Business", "existingbusiness")],
        ),
        definition("description", "Deal Description", "string", "textarea", group=_GROUP),
        definition(
            "hs_priority",
            "Priority",
            "enumeration",
            "select",
            group=_GROUP,
            options=[("Low", "low"), ("Medium", "medium"), ("High", "high")],
        ),
        owner_definition("Deal owner", _GROUP),
        definition("hs_next_step", "Next step", group=_GROUP),
        definition("hs_forecast_probability", "Forecast probability", "number", "number", group=_GROUP),
        definition(
            "hs_is_closed",
            "Is Deal Closed?",
            "bool",
            "calculation_read_time",
            group=_GROUP,
            options=[("True", "true"), ("False", "false")],
            read_only=True,
        ),
        definition("days_to_close", "Days to close", "number", "calculation_equation", group=_GROUP, read_only=True),
        definition("order_number", "Order No.", group=_GROUP, unique=True, hubspot_defined=False),
        definition("delivery_date", "Delivery date", "date", "date", group=_GROUP, hubspot_defined=False),
    ]
