"""What hubframe reads of an account: who it is, and how an object type's properties are defined."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Mapping
from typing import Any

from hubframe.connection import Account, Connection
from hubframe.delivery.messages import Answer
from hubframe.delivery.no_answer import LATER, advice_on
from hubframe.delivery.pacing import pacer_for
from hubframe.delivery.steps import History, Limits, Stop, Wait
from hubframe.delivery.transport import Transport
from hubframe.delivery.trouble import decide_trouble
from hubframe.errors import (
    AuthenticationError,
    HubframeError,
    HubSpotUnavailable,
    MissingScope,
    UnknownObjectType,
)
from hubframe.planning.definitions import Definitions
from hubframe.planning.nearness import nearest_names
from hubframe.standard_types import READ_ONLY, STANDARD

__all__ = [
    "ask",
    "definitions_path",
    "get",
    "read_account",
    "read_definitions",
    "read_property_objects",
    "stop_error",
]


async def read_account(connection: Connection) -> Account:
    """Return the account a connection's token belongs to.

    https://developers.hubspot.com/docs/api-reference/account-account-info-v3/guide
    """
    answer = await get(connection, f"/account-info/{connection.api_version}/details")
    if not answer.ok or "portalId" not in answer.json:
        raise HubSpotUnavailable(
            f"{connection.base_url} does not answer like HubSpot: {answer.message}. Is base_url right?"
        )
    body = answer.json
    return Account(str(body["portalId"]), str(body.get("accountType") or ""), str(body.get("timeZone") or ""))


async def read_definitions(connection: Connection, object_type: str) -> Definitions:
    """Return an object type's properties, read once per connection.

    https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
    """
    known = connection.definitions.get(object_type)
    if known is not None:
        return known
    try:
        definitions = Definitions.from_json(object_type, await read_property_objects(connection, object_type))
    except MissingScope as missing:
        definitions = Definitions(object_type, {}, known=False, scopes=missing.scopes)
    connection.definitions[object_type] = definitions
    return definitions


async def read_property_objects(connection: Connection, object_type: str) -> Mapping[str, Any]:
    """Return HubSpot's own account of an object type's properties, sensitive ones left out."""
    answer = await get(connection, definitions_path(connection, object_type))
    if not answer.ok:
        raise _unknown_type(object_type, answer.message)
    if not isinstance(answer.json.get("results"), list):
        raise HubSpotUnavailable(
            f"{connection.base_url} was asked for the properties of {object_type}, and its answer has none. Try again "
            "later; if it stays so, look at what is between here and HubSpot (a proxy, base_url)."
        )
    return answer.json


def definitions_path(connection: Connection, object_type: str) -> str:
    return f"/crm/properties/{connection.api_version}/{urllib.parse.quote(object_type, safe='')}"


async def get(connection: Connection, path: str) -> Answer:
    """Send a GET, patiently; an answer that no row or caller can do anything about is an error."""
    answer, advice = await ask(connection, path)
    if isinstance(answer, Stop):
        raise stop_error(answer, connection, advice)
    return answer


async def ask(connection: Connection, path: str) -> tuple[Answer | Stop, str]:
    """Send a GET, patiently, and return its answer, or why there is none that is of use; and what to do about that."""
    pacer = pacer_for(connection.pacing_key)
    limits = Limits(min(connection.max_attempts, 4), min(connection.max_wait_seconds, 60))
    history = History(attempts=0)
    loop = asyncio.get_running_loop()
    async with Transport(connection) as transport:
        while True:
            key = object()
            while (wait := pacer.seconds_until_next(loop.time(), key)) > 0:  # noqa: ASYNC110 - the pacer is no event
                await asyncio.sleep(wait)
            answer = await transport.request("GET", path)
            pacer.learn(answer.headers, answer.seconds, key, answer.status)
            silent = 0.0 if answer.status else answer.seconds  # somebody waits for it to be told what is wrong
            history = History(history.attempts + 1, history.waited_seconds + silent)
            steps = decide_trouble(answer, (0,), history, limits, reading=True)
            advice = advice_on(answer)
            if steps is None:
                return answer, advice
            step = steps[0]
            if isinstance(step, Stop):
                return step, advice
            if not isinstance(step, Wait):
                return Stop((0,), "unavailable", answer.problem("UNAVAILABLE")), advice
            history = History(history.attempts - (not step.is_attempt), history.waited_seconds + step.seconds)
            if step.everyone:
                pacer.hold(loop.time() + step.seconds)
            await asyncio.sleep(step.seconds)


def stop_error(stop: Stop, connection: Connection, advice: str = LATER) -> HubframeError:
    """Return the exception for a run that ended before anything was written."""
    said = f"HubSpot says: {stop.cause.message}"
    if stop.kind == "authentication":
        return AuthenticationError(
            "HubSpot does not accept the token. Check that it was copied whole and was not deleted or rotated: in "
            "HubSpot, Development, Keys, Service keys (private apps can no longer be created). Then: "
            f'hubframe.connect("pat-..."). {said}'
        )
    if stop.kind == "scope":
        named = f"Any one of these would do: {', '.join(stop.scopes)}. " if stop.scopes else ""
        return MissingScope(
            f"The token lacks a scope. {named}Add it to the Service Key in HubSpot and connect again. {said}",
            stop.scopes,
        )
    if stop.kind == "object_type":
        return _unknown_type(stop.cause.message.rpartition(": ")[2], stop.cause.message)
    why, hint = stop.cause.message.rstrip("."), f" {stop.cause.hint}" if stop.cause.hint else ""
    return HubSpotUnavailable(f"{connection.base_url} gives no usable answer: {why}.{hint} {advice}")


def _unknown_type(object_type: str, said: str) -> UnknownObjectType:
    known = (*STANDARD, *READ_ONLY)
    near = nearest_names(object_type, known)
    if object_type.casefold() in known:
        meant = "It may be switched off in this account, or not be part of its subscription. "
    else:
        meant = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    return UnknownObjectType(
        f"HubSpot knows no object type {object_type!r} ({said.rstrip('.')}). {meant}hubframe.object_types() lists "
        "those there are; a custom object goes by its full name."
    )
