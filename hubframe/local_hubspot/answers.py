"""HubSpot's answers, word for word: what a rule decided, before HTTP knows of it.

The wording was taken from recorded answers and HubSpot's documentation; a comment marks what was found in
neither.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

SCOPES_PAGE = "https://developers.hubspot.com/scopes"


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body, or text; an error's correlation id is filled in when it is sent.

    Text is HTML unless ``headers`` has another Content-Type. What ``by_proxy`` answered (Cloudflare stands
    before HubSpot) has none of HubSpot's own headers.
    """

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str] = field(default_factory=dict)
    by_proxy: bool = False


class Refusal(Exception):
    """An answer that ends the request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def error(status: int, message: str, category: str | None = "VALIDATION_ERROR", **more: Any) -> Answer:
    """Return an error; some of HubSpot's have no category."""
    body: dict[str, Any] = {"status": "error", "message": message, **more}
    if category is not None:
        body["category"] = category
    return Answer(status, body)


def no_credentials() -> Answer:
    """Return the answer to a missing or unknown token."""
    return error(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication "
        "and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        "INVALID_AUTHENTICATION",
    )


def expired_token(seconds_ago: int, expire_time: str) -> Answer:
    """Return the answer to a token past its time."""
    return error(
        401,
        f"The OAuth token used to make this call expired {seconds_ago} second(s) ago.",
        "EXPIRED_AUTHENTICATION",
        context={"expire time": [expire_time]},
    )


def missing_scopes(required: list[str]) -> Answer:
    """Return the answer to a token that lacks all of the scopes of which it needs one."""
    return error(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {SCOPES_PAGE}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": required},
            }
        ],
        links={"scopes": SCOPES_PAGE},
    )


def unknown_route() -> Answer:
    """Return HubSpot's page for a path that leads nowhere."""
    page = "<html>\n<head>\n<title>Error 404 Not Found</title>\n</head>\n<body>Not Found</body>\n</html>\n"
    return Answer(404, page)


def wrong_method() -> Answer:
    """Return the answer to a known path asked in the wrong way; HubSpot's words were not found."""
    return error(405, "HTTP 405 Method Not Allowed", None)


def unreadable_body(line: int, column: int, problem: str) -> Answer:
    """Return the answer to a body that is no JSON, or JSON of the wrong shape."""
    return error(400, f"Invalid input JSON on line {line}, column {column}: {problem}", None)


def too_many_inputs() -> Answer:
    """Return the answer to more than 100 inputs."""
    return error(
        400,
        "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again",
    )


def duplicate_ids(ids: list[str]) -> Answer:
    """Return the answer to a batch that names a record twice."""
    return error(
        400,
        f"Duplicate IDs found in batch input: [{', '.join(ids)}]. IDs must be unique",
        context={"ids": ids},
    )


def not_unique(type_id: str, name: str, portal_id: int) -> Answer:
    """Return the answer to an ``idProperty`` that does not tell records apart."""
    return error(
        400,
        f"Unable to perform update/upsert by non-unique {type_id} property {name} in portal ID {portal_id}",
    )


def missing_by_property(type_id: str, missing: list[tuple[str, str]]) -> Answer:
    """Return the answer to property values that no record has; only the context's key is known."""
    return error(
        400,
        "Some objects could not be found by their unique property values.",
        context={"missingObjectPropertyValueCoordinates": [f"{type_id}:{name}:{value}" for name, value in missing]},
    )


def invalid_value(portal_id: int, name: str, code: str, message: str, value: str | None = None) -> dict[str, Any]:
    """Return one problem with a property, as it stands in the message."""
    item = {
        "isValid": False,
        "message": message,
        "error": code,
        "name": name,
        "localizedErrorMessage": message,
    }
    if value is not None:
        item["propertyValue"] = value
    return {**item, "portalId": portal_id}


def values_not_valid(problems: list[dict[str, Any]]) -> str:
    """Return the message that carries property problems as JSON."""
    return "Property values were not valid: " + json.dumps(problems, separators=(",", ":"), ensure_ascii=False)


def invalid_batch(problems: list[dict[str, Any]]) -> Answer:
    """Return the answer that refuses a batch for some rows' values: there is no row, id or trace id in it."""
    return error(
        400,
        values_not_valid(problems),
        errors=[
            {"message": item["message"], "code": item["error"], "context": {"propertyName": [item["name"]]}}
            for item in problems
        ],
    )


def row_error(message: str, trace_id: str) -> dict[str, Any]:
    """Return one row's error as an item of a 207."""
    return {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": message,
        "context": {"objectWriteTraceId": [trace_id]},
    }


def not_found(shouted: str, ids: list[str], trace_ids: list[str]) -> dict[str, Any]:
    """Return the one error in which a 207 groups every id that was not found."""
    context = {"ids": ids}
    if trace_ids:
        context["objectWriteTraceId"] = trace_ids
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {shouted} objects, they may be deleted or not exist. Check that ids are valid.",
        "context": context,
    }


def value_taken(*, portal_id: int, type_text: str, name: str, value: str, record_id: str, owner_id: str) -> str:
    """Return the sentence about a unique value that another record has."""
    coordinates = f"portalId={portal_id}, objectTypeId=ObjectTypeId{{{type_text}}}, propertyName={name}, value={value}"
    return f"Cannot set PropertyValueCoordinates{{{coordinates}}} on {record_id}. {owner_id} already has that value."


def batch(results: list[dict[str, Any]], errors: list[dict[str, Any]], started: str, completed: str) -> Answer:
    """Return a batch's answer: 207 as soon as there is an error. ``numErrors`` counts errors, not rows."""
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": started,
        "completedAt": completed,
    }
    if not errors:
        return Answer(200, body)
    return Answer(207, {**body, "numErrors": len(errors), "errors": errors})


def no_such_record(record_id: str) -> Answer:
    """Return the answer to a single id that leads nowhere."""
    if record_id.isdecimal():
        return error(404, "resource not found", None)
    return error(
        404,
        "Object not found.  objectId are usually numeric.",
        "OBJECT_NOT_FOUND",
        context={"id": [record_id]},
    )


def no_such_property(name: str) -> Answer:
    """Return the answer to a property nobody defined; only the categories are known."""
    return error(404, f'Property "{name}" does not exist', "OBJECT_NOT_FOUND", subCategory="PROPERTY_DOESNT_EXIST")


def over_limit(policy: str, portal_id: int) -> Answer:
    """Return the 429 of a policy, ``TEN_SECONDLY_ROLLING``, ``DAILY`` or, for searches, ``SECONDLY``.

    It names no time to come back.
    """
    body: dict[str, Any] = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "policyName": policy,
    }
    if policy == "TEN_SECONDLY_ROLLING":
        body["groupName"] = f"publicapi:private_app-api-calls-ten-secondly:1512050:{portal_id}"
    elif policy == "SECONDLY":
        body["groupName"] = f"publicapi:crm:search:oauth:1512050:{portal_id}"
    return Answer(429, body)
