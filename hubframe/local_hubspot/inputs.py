"""The body of a batch request, read as strictly as HubSpot reads it and no stricter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .answers import Refusal, too_many_inputs, unreadable_body

LARGEST_BATCH = 100
_JAVA_KIND = {
    dict: "Object",
    list: "Array",
    str: "String",
    bool: "Boolean",
    int: "Integer",
    float: "Floating-point",
}


@dataclass(slots=True)
class Input:
    """One row of a batch: values as text, those sent as ``null`` left out."""

    id: str
    properties: dict[str, str]
    id_property: str | None
    trace_id: str | None


def parsed_json(raw: bytes) -> Any:
    """Return the body as JSON; HubSpot's 400 where it is none."""
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        raise Refusal(unreadable_body(error.lineno, error.colno, error.msg)) from None
    except UnicodeDecodeError:
        raise Refusal(unreadable_body(1, 1, "Invalid UTF-8")) from None


def batch_inputs(body: Any) -> list[dict[str, Any]]:
    """Return a batch's inputs as they came; none where the body has no ``inputs``, which is no error."""
    if not isinstance(body, dict):
        raise Refusal(_cannot_read(body, "com.hubspot.inbounddb.publicobject.BatchInput"))
    inputs = body.get("inputs")
    if inputs is None:
        return []
    if not isinstance(inputs, list):
        raise Refusal(_cannot_read(inputs, "java.util.ArrayList"))
    if len(inputs) > LARGEST_BATCH:
        raise Refusal(too_many_inputs())
    for item in inputs:
        if not isinstance(item, dict):
            raise Refusal(_cannot_read(item, "com.hubspot.inbounddb.publicobject.BatchInput"))
        if item.get("id") is None:
            raise Refusal(unreadable_body(1, 2, "Some required fields were not set: [id]"))
    return inputs


def update_inputs(body: Any) -> list[Input]:
    """Return the inputs of ``batch/update``."""
    made = []
    for item in batch_inputs(body):
        properties = item.get("properties")
        if properties is None:
            raise Refusal(unreadable_body(1, 2, "Some required fields were not set: [properties]"))
        if not isinstance(properties, dict):
            raise Refusal(_cannot_read(properties, "java.util.LinkedHashMap"))
        trace_id = item.get("objectWriteTraceId")
        made.append(
            Input(
                id=value_text(item["id"]),
                # What null means is documented nowhere; guides say that it does not clear. It is left alone.
                properties={
                    name: value if type(value) is str else value_text(value)
                    for name, value in properties.items()
                    if value is not None
                },
                id_property=item.get("idProperty") or None,
                trace_id=None if trace_id is None else value_text(trace_id),
            )
        )
    return made


def value_text(value: Any) -> str:
    """Return a JSON string, number or boolean as HubSpot reads it: text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    raise Refusal(_cannot_read(value, "java.lang.String"))


def _cannot_read(value: Any, java_type: str) -> Any:
    kind = _JAVA_KIND.get(type(value), "Null")
    return unreadable_body(1, 1, f"Cannot deserialize value of type `{java_type}` from {kind} value")
