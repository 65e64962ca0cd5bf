"""HubSpot's JSON, in and out.

Batch update: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/update-objects.
Errors: https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Problem

__all__ = ["Answer", "RefusedValue", "problems_of", "read_body", "refused_values", "update_body"]

NOT_VALID = "Property values were not valid: "


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request.

    ``status`` is 0 where no answer came; ``maybe_written`` then tells whether the request may have reached
    HubSpot. ``body`` is the parsed JSON, or None where the body is none (a proxy's HTML, a cut connection);
    ``text`` is the beginning of it.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    maybe_written: bool = True
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and isinstance(self.body, dict)

    @property
    def uncertain(self) -> bool:
        """Whether HubSpot may have carried out the request, and its answer does not tell."""
        if self.status == 0:
            return self.maybe_written
        return self.status == 408 or self.status >= 500 or (self.status < 300 and not self.ok)

    @property
    def json(self) -> Mapping[str, Any]:
        return self.body if isinstance(self.body, dict) else {}

    @property
    def category(self) -> str:
        return str(self.json.get("category") or self.json.get("errorType") or "")

    @property
    def message(self) -> str:
        if self.json.get("message"):
            return str(self.json["message"])
        return self.text or f"HTTP {self.status} without a message"

    @property
    def correlation_id(self) -> str | None:
        return self.json.get("correlationId") or self.headers.get("X-HubSpot-Correlation-Id")

    @property
    def retry_after_seconds(self) -> float | None:
        text = self.headers.get("Retry-After", "")
        return float(text) if text.strip().isdigit() else None

    @property
    def url_prefix(self) -> str | None:
        """The address of a record's page without its id, as the first result gives it."""
        for result in (self.json.get("results") or ())[:1]:
            url, record = str(result.get("url") or ""), str(result.get("id") or "")
            if record and url.endswith(f"/{record}"):
                return url[: -len(record)]
        return None

    def problem(self, code: str = "", hint: str | None = None) -> Problem:
        """Return the answer as a row's problem."""
        return Problem(
            category=self.category or f"HTTP_{self.status}",
            code=code or self.category or f"HTTP_{self.status}",
            message=self.message[:1000],
            hint=hint,
            correlation_id=self.correlation_id,
            raw=self.body if isinstance(self.body, dict) else None,
        )


@dataclass(frozen=True, slots=True)
class RefusedValue:
    """One item of the JSON in "Property values were not valid: [...]". ``value`` is None where HubSpot gives none."""

    property: str
    code: str
    message: str
    value: str | None
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False)


def update_body(batch: Batch) -> bytes:
    """Return the body of ``POST /crm/objects/{version}/{objectType}/batch/update``; trace ids are row positions."""
    rows = zip(batch.rows, batch.ids, batch.texts, strict=True)
    if batch.id_property is None:
        inputs = [{"id": record, "properties": texts, "objectWriteTraceId": str(row)} for row, record, texts in rows]
    else:
        inputs = [
            {
                "id": record,
                "idProperty": batch.id_property,
                "properties": texts,
                "objectWriteTraceId": str(row),
            }
            for row, record, texts in rows
        ]
    return json.dumps({"inputs": inputs}, ensure_ascii=False, separators=(",", ":")).encode()


def read_body(ids: Sequence[str], properties: Sequence[str], id_property: str | None) -> bytes:
    """Return the body of ``POST /crm/objects/{version}/{objectType}/batch/read``; here idProperty is top-level."""
    body: dict[str, Any] = {
        "inputs": [{"id": record} for record in ids],
        "properties": list(properties),
        "propertiesWithHistory": [],
    }
    if id_property is not None:
        body["idProperty"] = id_property
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def refused_values(message: str) -> list[RefusedValue]:
    """Return the items of a "Property values were not valid: [JSON]" message; none where it is another message.

    HubSpot's ``errors[]`` may be cut short; the JSON in the message is whole (one item per bad row and property).
    """
    if not message.startswith(NOT_VALID):
        return []
    try:
        items = json.loads(message[len(NOT_VALID) :])
    except ValueError:
        return []
    return [
        RefusedValue(
            property=str(item["name"]),
            code=str(item.get("error") or "INVALID_VALUE"),
            message=str(item.get("localizedErrorMessage") or item.get("message") or ""),
            value=None if item.get("propertyValue") is None else str(item["propertyValue"]),
            raw=item,
        )
        for item in items
        if isinstance(item, dict) and item.get("name")
    ]


def problems_of(error: Mapping[str, Any], texts: Mapping[str, str], correlation_id: str | None) -> tuple[Problem, ...]:
    """Return what one error object says of one row, a problem for each property it names.

    Parameters
    ----------
    error
        HubSpot's error object (an item of ``errors``, or a whole 4xx body).
    texts
        What the row sent, property → text.
    """
    category = str(error.get("category") or "")
    message = str(error.get("message") or "")
    correlation_id = error.get("correlationId") or correlation_id
    refused = refused_values(message)
    if refused:
        return refused_as_problems(refused, texts, category or "VALIDATION_ERROR", correlation_id)
    sub = error.get("subCategory")
    named = _first(_context(error).get("propertyName")) or _property_in(message)
    return (
        Problem(
            category=category,
            code=_conflict(message) or (sub if isinstance(sub, str) and sub else category),
            message=message,
            property=named,
            value=texts.get(named) if named else None,
            correlation_id=correlation_id,
            raw=error,
        ),
    )


def refused_as_problems(
    refused: Iterable[RefusedValue],
    texts: Mapping[str, str],
    category: str,
    correlation_id: str | None,
) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            category=category,
            code=item.code,
            message=item.message,
            property=item.property,
            value=item.value if item.value is not None else texts.get(item.property),
            correlation_id=correlation_id,
            raw=item.raw,
        )
        for item in {(item.property, item.code, item.value): item for item in refused}.values()
    )


def _context(error: Mapping[str, Any]) -> Mapping[str, Any]:
    context = error.get("context")
    return context if isinstance(context, dict) else {}


def _first(values: Any) -> str | None:
    return str(values[0]) if isinstance(values, list) and values else None


def _property_in(message: str) -> str | None:
    # "Cannot set PropertyValueCoordinates{portalId=…, objectTypeId=…, propertyName=email, value=…} on 552… 5522… already…"
    _, found, rest = message.partition("propertyName=")
    return rest.split(",", 1)[0].rstrip("}") if found else None


def _conflict(message: str) -> str | None:
    return "UNIQUE_VALUE_CONFLICT" if "already has that value" in message else None
