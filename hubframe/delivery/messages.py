"""HubSpot's JSON, in and out.

What comes in may have any shape (a proxy's page, half an answer): here it is brought to the shapes expected.

Batch update: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/update-objects.
Errors: https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Problem

__all__ = [
    "Answer",
    "RefusedValue",
    "context_of",
    "dicts",
    "problems_of",
    "property_in_conflict",
    "read_body",
    "refused_as_problems",
    "refused_values",
    "strings",
    "texts_of",
    "update_body",
]

NOT_VALID = "Property values were not valid: "
CONTACT_EXISTS = "Contact already exists"
# A tag, or what is left of one at the end; a title is told again below it.
TAG = re.compile(r"<title>.*?</title>|<[^>]*(?:>|$)", re.DOTALL | re.IGNORECASE)


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a JSON list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    """Return a JSON list's items as text; a bare value counts as a list of one."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def context_of(error: Mapping[str, Any]) -> Mapping[str, Any]:
    context = error.get("context")
    return context if isinstance(context, dict) else {}


def texts_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a record's properties that have a value, as text."""
    properties = record.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {name: str(value) for name, value in properties.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request.

    ``status`` is 0 where no answer came; ``maybe_written`` then tells whether the request may have reached
    HubSpot. ``body`` is the parsed JSON, or None where the body is none (a proxy's HTML, a cut connection);
    ``text`` is the beginning of it. ``advice`` says what to do where no answer came.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    maybe_written: bool = True
    seconds: float = 0.0
    advice: str = ""

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
    def results(self) -> list[dict[str, Any]]:
        """The records of a batch's answer, those with an id."""
        return [result for result in dicts(self.json.get("results")) if result.get("id") is not None]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return dicts(self.json.get("errors"))

    @property
    def category(self) -> str:
        return str(self.json.get("category") or self.json.get("errorType") or "")

    @property
    def message(self) -> str:
        if self.json.get("message"):
            return str(self.json["message"])
        said = next((str(error["message"]) for error in self.errors if error.get("message")), "")
        plain = " ".join(TAG.sub(" ", self.text).split())  # a proxy's page has its words twice, and much else
        return said or plain or f"HTTP {self.status} without a message."

    @property
    def correlation_id(self) -> str | None:
        given = self.json.get("correlationId") or self.header("X-HubSpot-Correlation-Id")
        return str(given) if given else None

    @property
    def retry_after_seconds(self) -> float | None:
        try:
            seconds = float(self.header("Retry-After"))
        except ValueError:
            return None
        return seconds if seconds >= 0 else None

    @property
    def url_prefix(self) -> str | None:
        """The address of a record's page without its id, as the first result gives it."""
        for result in self.results[:1]:
            url, record = str(result.get("url") or ""), str(result["id"])
            if url.endswith(f"/{record}"):
                return url[: -len(record)]
        return None

    def header(self, name: str) -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")

    def problem(self, code: str = "", hint: str | None = None) -> Problem:
        """Return the answer as a row's problem."""
        category = self.category or (f"HTTP_{self.status}" if self.status else "NO_ANSWER")
        return Problem(
            category=category,
            code=code or category,
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
    return orjson.dumps({"inputs": inputs})


def read_body(ids: Sequence[str], properties: Sequence[str], id_property: str | None) -> bytes:
    """Return the body of ``POST /crm/objects/{version}/{objectType}/batch/read``; here idProperty is top-level."""
    body: dict[str, Any] = {
        "inputs": [{"id": record} for record in ids],
        "properties": list(properties),
        "propertiesWithHistory": [],
    }
    if id_property is not None:
        body["idProperty"] = id_property
    return orjson.dumps(body)


def refused_values(error: Mapping[str, Any]) -> list[RefusedValue]:
    """Return what an error object says of property values, one item per bad row and property.

    The JSON in "Property values were not valid: [JSON]" is whole, ``errors`` may be cut short and never gives the
    value: it counts where there is no such message.
    """
    message = str(error.get("message") or "")
    if message.startswith(NOT_VALID):
        try:
            items = dicts(json.loads(message[len(NOT_VALID) :]))
        except (ValueError, RecursionError):
            items = []
        found = [
            RefusedValue(
                property=str(item["name"]),
                code=str(item.get("error") or "INVALID_VALUE"),
                message=str(item.get("localizedErrorMessage") or item.get("message") or ""),
                value=None if item.get("propertyValue") is None else str(item["propertyValue"]),
                raw=item,
            )
            for item in items
            if item.get("name")
        ]
        if found:
            return found
    return [
        RefusedValue(name, str(item["code"]), str(item.get("message") or ""), None, item)
        for item in dicts(error.get("errors"))
        if item.get("code")
        for name in strings(context_of(item).get("propertyName"))
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
    if error.get("correlationId"):
        correlation_id = str(error["correlationId"])
    refused = refused_values(error)
    if refused:
        return refused_as_problems(refused, texts, category or "VALIDATION_ERROR", correlation_id)
    sub = error.get("subCategory")
    code = sub if isinstance(sub, str) and sub else category
    named = next(iter(strings(context_of(error).get("propertyName"))), None)
    in_conflict = property_in_conflict(message)
    if in_conflict is not None:
        named, code = named or in_conflict, "UNIQUE_VALUE_CONFLICT"
    ids = strings(context_of(error).get("ids"))
    return (
        Problem(
            category=category or code or "UNKNOWN",
            code=code or "UNKNOWN",
            message=message,
            property=named,
            value=texts.get(named) if named else ids[0] if len(ids) == 1 else None,
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


def property_in_conflict(message: str) -> str | None:
    """Return the unique property of which another record has the value already; None where it is another message.

    HubSpot says "Cannot set PropertyValueCoordinates{…, propertyName=email, value=a@b.c} on 552148386511.
    552239500007 already has that value.", or "Contact already exists. Existing ID: 11430351".
    """
    if message.startswith(CONTACT_EXISTS):
        return "email"
    _, found, rest = message.partition("propertyName=")
    return rest.split(",", 1)[0].rstrip("}") if found and "already" in message else None
