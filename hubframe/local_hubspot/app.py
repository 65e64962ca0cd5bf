"""The HTTP side: requests in, recorded; answers out, with HubSpot's headers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import fault_answers, wire
from .access import check_token
from .answers import Answer, Refusal, over_limit
from .rate_limit import RateLimit
from .routes import Routes, is_search
from .timestamps import correlation_id
from .wire import Encoded

if TYPE_CHECKING:
    from .batch_update import Written
    from .faults import Fault, Faults
    from .portal import Portal
    from .settings import Settings

LOCAL_NAMES = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


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
    carried_token : bool
        Whether there was an authorization header.
    followed_redirect : bool
        Whether it went where a redirect (the fault) led.
    status : int or None
        None until it has been answered.
    fault : str or None
        The name of the fault that struck it.
    written : list of (str, str, dict)
        What it wrote: object type id, record id, the texts stored by property.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    received_at: float
    carried_token: bool = False
    followed_redirect: bool = False
    status: int | None = None
    fault: str | None = None
    written: list[Written] = field(default_factory=list)


class App:
    """Serves a portal over HTTP."""

    def __init__(
        self, portal: Portal, settings: Settings, faults: Faults, requests: list[RecordedRequest], seed: int
    ) -> None:
        self.rate_limit = RateLimit(settings)
        self._portal = portal
        self._settings = settings
        self._faults = faults
        self._requests = requests
        self._seed = seed
        self._routes = Routes(portal, settings, self.rate_limit)
        self._later: set[asyncio.Task[None]] = set()

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        recorded = RecordedRequest(
            method=request.method,
            path=request.path,
            query={name: ",".join(request.query.getall(name)) for name in request.query},
            body=None,
            received_at=time.monotonic(),
            carried_token="Authorization" in request.headers,
            followed_redirect=request.path.startswith(fault_answers.ELSEWHERE),
        )
        self._requests.append(recorded)
        half_latency = self._latency_seconds(len(self._requests)) / 2
        raw = await request.content.read()
        recorded.body = _parsed(raw)
        if recorded.followed_redirect:
            return await _send(request, recorded, fault_answers.arrived_elsewhere(), {}, None)
        if len(request.raw_path) > self._settings.longest_url:
            too_long = fault_answers.proxy_page(414, "Request-URI Too Large")(self._portal.portal_id)
            return await _send(request, recorded, too_long, {}, None)
        headers: dict[str, str] = {}
        fault: Fault | None = None
        try:
            check_token(request.headers.get("Authorization"), self._settings)
            if is_search(request.path):
                policy = self.rate_limit.search_refused_by()
            else:
                policy = self.rate_limit.refused_by()
                headers = self.rate_limit.headers()
            if policy:
                raise Refusal(over_limit(policy, self._portal.portal_id))  # noqa: TRY301 (an answer like the others)
            fault = self._faults.strike(recorded)
            if fault is not None:
                recorded.fault = fault.name
                self._change_account(fault)
                check_token(request.headers.get("Authorization"), self._settings)
            # Half before and half after, so that a client that gives up finds its rows written, or not yet.
            await asyncio.sleep(half_latency)
            answer = self._carried_out(recorded, raw) if fault is None else self._faulty(fault, recorded, raw)
            await asyncio.sleep(half_latency)
        except Refusal as refusal:
            answer = refusal.answer
        return await _send(request, recorded, answer, headers, fault)

    def _carried_out(self, recorded: RecordedRequest, raw: bytes) -> Answer:
        answer, written = self._routes.answer(recorded.method, recorded.path, recorded.query, raw)
        recorded.written += written
        return answer

    def _faulty(self, fault: Fault, recorded: RecordedRequest, raw: bytes) -> Answer:
        """Carry out as much of the request as the fault lets through; return what is answered."""
        kind = fault.kind
        natural: Answer | None = None
        now, later = raw, b""
        if fault.carries_out.startswith("part"):
            now, later = _parted(recorded.body, raw, fault.share)
        if fault.carries_out != "none":
            try:
                natural = self._carried_out(recorded, now)
            except Refusal as refusal:
                natural = refusal.answer
        if later and fault.carries_out == "part, then the rest" and natural is not None and natural.status < 300:
            task = asyncio.create_task(self._carry_out_later(fault.lasts_seconds, recorded, later))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        if kind.answer is not None or natural is None:
            return (kind.answer or fault_answers.empty_batch)(self._portal.portal_id)
        if kind.change is not None and isinstance(natural.body, dict) and natural.status < 300:
            return kind.change(natural.body)
        return natural

    async def _carry_out_later(self, seconds: float, recorded: RecordedRequest, raw: bytes) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(Refusal):
            self._carried_out(recorded, raw)

    def _change_account(self, fault: Fault) -> None:
        settings = self._settings
        if fault.kind.event == "token_expires":
            settings.token_expired = True
        elif fault.kind.event == "scope_lost":
            lost = {fault.scope} if fault.scope else {name for name in settings.scopes if ".write" in name}
            settings.scopes = settings.scopes - lost

    def _latency_seconds(self, number: int) -> float:
        latency = self._settings.latency_seconds
        if not isinstance(latency, tuple):
            return latency
        chance = random.Random(f"latency:{self._seed}:{number}")  # noqa: S311 (the same every time, on purpose)
        return chance.uniform(*latency)


async def _send(
    request: web.BaseRequest, recorded: RecordedRequest, answer: Answer, headers: dict[str, str], fault: Fault | None
) -> web.StreamResponse:
    seconds = 0.0
    how: wire.Wire = wire.whole
    if fault is not None:
        how = fault.kind.wire
        # What is pending takes its time after the answer.
        seconds = 0.0 if fault.carries_out == "part, then the rest" else fault.lasts_seconds
        answer = _dressed(answer, fault, request)
    encoded = _encoded(answer, headers)
    if seconds and how not in wire.LASTING:
        await asyncio.sleep(seconds)
    recorded.status = None if fault is not None and fault.kind.silent else encoded.status
    return await how(request, encoded, seconds)


def _dressed(answer: Answer, fault: Fault, request: web.BaseRequest) -> Answer:
    """Return the answer with the headers that the fault asks for."""
    more: dict[str, str] = {}
    if fault.retry_after_seconds is not None:
        more["Retry-After"] = f"{fault.retry_after_seconds:g}"
    if 300 <= answer.status < 400:
        name, _, port = request.host.partition(":")
        more["Location"] = f"{request.scheme}://{LOCAL_NAMES.get(name, 'localhost')}:{port}{_elsewhere(request)}"
    return replace(answer, headers={**answer.headers, **more})


def _elsewhere(request: web.BaseRequest) -> str:
    return fault_answers.ELSEWHERE + request.path


def _parted(body: Any, raw: bytes, share: float) -> tuple[bytes, bytes]:
    """Return a batch's first rows and the others as bodies of their own; what is no batch stays whole."""
    inputs = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(inputs, list):
        return raw, b""
    count = int(len(inputs) * share)
    first, rest = ({**body, "inputs": part} for part in (inputs[:count], inputs[count:]))
    return json.dumps(first).encode(), json.dumps(rest).encode()


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _encoded(answer: Answer, headers: dict[str, str]) -> Encoded:
    correlation = correlation_id()
    hubspots = {} if answer.by_proxy else {**headers, "X-HubSpot-Correlation-Id": correlation}
    if isinstance(answer.body, str):
        kind = {"Content-Type": "text/html;charset=utf-8"}
        return Encoded(answer.status, {**kind, **hubspots, **answer.headers}, answer.body.encode())
    body = answer.body if answer.status < 400 else {**answer.body, "correlationId": correlation}
    return Encoded(
        answer.status,
        {"Content-Type": "application/json;charset=utf-8", **hubspots, **answer.headers},
        json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(),
    )
