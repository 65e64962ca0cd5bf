"""A HubSpot that answers at once: every row is updated, nothing is kept, no request is ever one too many.

It must not be what the benchmark measures, so HTTP is read by hand here: Content-Length bodies only,
keep-alive, pipelined requests answered in order. It knows what `batch_update` asks for and nothing more;
rules, errors and limits are LocalHubSpot's.

``python -m tests.benchmarks.server`` prints its URL and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTAL = 44237313
CREATED = "2025-11-04T03:44:52.657Z"
UPDATED = "2026-11-23T13:02:11.120Z"
STATUSES = {200: "OK", 400: "Bad Request", 404: "Not Found", 411: "Length Required"}
LONGEST_HEAD = 65_536

ACCOUNT = {
    "portalId": PORTAL,
    "accountType": "DEVELOPER_TEST",
    "timeZone": "US/Eastern",
    "companyCurrency": "USD",
    "additionalCurrencies": [],
    "utcOffset": "-05:00",
    "utcOffsetMilliseconds": -18_000_000,
    "uiDomain": "app.hubspot.com",
    "dataHostingLocation": "na1",
}
DAILY_USAGE = {
    "name": "private apps",
    "usageLimit": 100_000_000,
    "currentUsage": 0,
    "collectedAt": UPDATED,
    "fetchStatus": "SUCCESS",
    "resetsAt": "2026-11-24T05:00:00Z",
}


def definition(name: str, label: str, kind: str = "string/text", **more: Any) -> dict[str, Any]:
    type_, field_type = kind.split("/")
    return {
        "name": name,
        "label": label,
        "type": type_,
        "fieldType": field_type,
        "description": "",
        "groupName": "contactinformation",
        "options": [],
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": True,
        "modificationMetadata": {"archivable": True, "readOnlyDefinition": True, "readOnlyValue": False},
        "formField": True,
        "dataSensitivity": "non_sensitive",
        **more,
    }


READ_ONLY = {"modificationMetadata": {"archivable": True, "readOnlyDefinition": True, "readOnlyValue": True}}
LEAD_STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "CONNECTED")
LEAD_STATUS_OPTIONS = [
    {"label": value.replace("_", " ").capitalize(), "value": value, "displayOrder": place, "hidden": False}
    for place, value in enumerate(LEAD_STATUSES)
]
PROPERTIES = [
    definition("firstname", "First Name"),
    definition("lastname", "Last Name"),
    definition("city", "City"),
    definition("seats", "Seats", "number/number", hubspotDefined=False),
    definition("hs_lead_status", "Lead Status", "enumeration/radio", options=LEAD_STATUS_OPTIONS),
    definition("hs_object_id", "Record ID", "number/number", hasUniqueValue=True, **READ_ONLY),
    definition("createdate", "Create Date", "datetime/date", **READ_ONLY),
    definition("lastmodifieddate", "Last Modified Date", "datetime/date", **READ_ONLY),
]
# What batch/read answers: no row of the frame holds these, so write="changed" writes every cell.
OLD_VALUES = {"seats": "-1", "hs_lead_status": "UNQUALIFIED"}


def record(id_: str, properties: dict[str, str]) -> dict[str, Any]:
    return {
        "id": id_,
        "properties": {
            "createdate": CREATED,
            "hs_object_id": id_,
            "lastmodifieddate": UPDATED,
            **properties,
        },
        "createdAt": CREATED,
        "updatedAt": UPDATED,
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/{PORTAL}/record/0-1/{id_}",
    }


def batch(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"status": "COMPLETE", "results": results, "startedAt": UPDATED, "completedAt": UPDATED}


def problem(category: str, message: str) -> dict[str, str]:
    correlation = "019a0000-0000-7000-8000-000000000000"
    return {"status": "error", "message": message, "correlationId": correlation, "category": category}


def answer(method: str, path: str, body: bytes) -> tuple[int, Any]:
    """Status and JSON of one request. Versions and object types are taken as they come."""
    if method == "POST" and path.endswith("/batch/update"):
        return 200, batch([record(row["id"], row["properties"]) for row in orjson.loads(body)["inputs"]])
    if method == "POST" and path.endswith("/batch/read"):
        asked = orjson.loads(body)
        old = {name: OLD_VALUES.get(name, "(old)") for name in asked.get("properties", ())}
        for known in ("createdate", "hs_object_id", "lastmodifieddate"):
            old.pop(known, None)
        return 200, batch([record(row["id"], old) for row in asked["inputs"]])
    if method == "GET" and path.startswith("/account-info/"):
        return 200, ACCOUNT if path.endswith("/details") else {"results": [DAILY_USAGE]}
    if method == "GET" and path.startswith("/crm/properties/"):
        return 200, {"results": PROPERTIES}
    return 404, problem("OBJECT_NOT_FOUND", f"{method} {path} is not served by the benchmark's server.")


def response(status: int, payload: Any) -> bytes:
    body = orjson.dumps(payload)
    head = (
        f"HTTP/1.1 {status} {STATUSES[status]}\r\n"
        "Content-Type: application/json;charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "X-HubSpot-Correlation-Id: 019a0000-0000-7000-8000-000000000000\r\n"
        "X-HubSpot-RateLimit-Daily: 100000000\r\n"
        "X-HubSpot-RateLimit-Daily-Remaining: 99999999\r\n"
        "X-HubSpot-RateLimit-Interval-Milliseconds: 10000\r\n"
        "X-HubSpot-RateLimit-Max: 1000000\r\n"
        "X-HubSpot-RateLimit-Remaining: 999999\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body


class Connection(asyncio.Protocol):
    """One client's connection. Bytes may arrive cut anywhere, or several requests at once."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.wanted = 0  # bytes that must be there before looking again is worth while

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while len(self.received) > self.wanted and not self.transport.is_closing():
            if not self.answer_next():
                break

    def answer_next(self) -> bool:
        """Answer the first request, if it has arrived whole."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            if len(self.received) > LONGEST_HEAD:
                self.refuse(400, "The request's head has no end.")
            return False
        request_line, *lines = self.received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        try:
            method, target, _version = request_line.split(" ")
            length = int(headers.get("content-length", 0))
        except ValueError:
            self.refuse(400, "This is no HTTP/1.1 request.")
            return False
        if "transfer-encoding" in headers:
            self.refuse(411, "Send a Content-Length.")
            return False
        whole = end + 4 + length
        if len(self.received) < whole:
            self.wanted = whole - 1
            return False
        body = bytes(memoryview(self.received)[end + 4 : whole])
        del self.received[:whole]
        self.wanted = 0
        try:
            status, payload = answer(method, urlsplit(target).path, body)
        except (ValueError, KeyError, TypeError) as error:
            status, payload = 400, problem("VALIDATION_ERROR", f"Invalid input JSON: {error}")
        self.transport.write(response(status, payload))
        if headers.get("connection", "").lower() == "close":
            self.transport.close()
        return True

    def refuse(self, status: int, message: str) -> None:
        self.transport.write(response(status, problem("VALIDATION_ERROR", message)))
        self.transport.close()


async def serve_until_input_ends() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    ended = asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await ended.wait()
    server.close()


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=10)


if __name__ == "__main__":
    asyncio.run(serve_until_input_ends())
