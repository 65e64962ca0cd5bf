"""The HTTP side: requests in, recorded; answers out, with HubSpot's headers."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .access import check_token
from .answers import Answer, Refusal, over_limit
from .rate_limit import RateLimit
from .routes import Routes
from .timestamps import correlation_id

if TYPE_CHECKING:
    from .batch_update import Written
    from .portal import Portal
    from .settings import Settings


@dataclass
class RecordedRequest:
    """A request as it was received, and what became of it. The authorization header is not kept.

    Attributes
    ----------
    method, path : str
    query : dict of str to str
        A name given several times has its values joined by commas.
    body : Any
        The parsed JSON; None where there was none, or it could not be parsed.
    received_at : float
        Seconds of ``time.monotonic``.
    status : int or None
        None until it has been answered.
    written : list of (str, str, dict)
        What it wrote: object type id, record id, the texts stored by property.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    received_at: float
    status: int | None = None
    written: list[Written] = field(default_factory=list)


class App:
    """Serves a portal over HTTP."""

    def __init__(self, portal: Portal, settings: Settings, requests: list[RecordedRequest]) -> None:
        self._portal = portal
        self._settings = settings
        self._requests = requests
        self._rate_limit = RateLimit(settings)
        self._routes = Routes(portal, settings, self._rate_limit)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        recorded = RecordedRequest(
            method=request.method,
            path=request.path,
            query={name: ",".join(request.query.getall(name)) for name in request.query},
            body=None,
            received_at=time.monotonic(),
        )
        self._requests.append(recorded)
        raw = await request.content.read()
        recorded.body = _parsed(raw)
        headers: dict[str, str] = {}
        try:
            check_token(request.headers.get("Authorization"), self._settings)
            policy = self._rate_limit.refused_by()
            headers = self._rate_limit.headers()
            if policy:
                raise Refusal(over_limit(policy, self._portal.portal_id))  # noqa: TRY301 (an answer like the others)
            # Half before and half after, so that a client that gives up finds its rows written, or not yet.
            await asyncio.sleep(self._settings.latency_seconds / 2)
            # Faults that strike before anything is written plug in here …
            answer, recorded.written = self._routes.answer(recorded.method, recorded.path, recorded.query, raw)
            # … and here those that strike after.
            await asyncio.sleep(self._settings.latency_seconds / 2)
        except Refusal as refusal:
            answer = refusal.answer
        recorded.status = answer.status
        return _response(answer, headers)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    correlation = correlation_id()
    headers = {**headers, **answer.headers, "X-HubSpot-Correlation-Id": correlation}
    if isinstance(answer.body, str):
        return web.Response(status=answer.status, text=answer.body, content_type="text/html", headers=headers)
    body = answer.body if answer.status < 400 else {**answer.body, "correlationId": correlation}
    return web.Response(
        status=answer.status,
        body=json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(),
        headers={**headers, "Content-Type": "application/json;charset=utf-8"},
    )
