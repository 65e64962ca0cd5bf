"""Who is measured: each writes the whole frame to a server and returns how many rows were updated.

``python -m tests.benchmarks.contenders NAME URL ROWS`` measures one of them in this process, and prints its
`Measurement` as JSON. A process measures one contender, so that neither imports nor threads mix.
"""

# ruff: noqa: PLC0415 - a process imports what it measures, and nothing else

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    Write = Callable[[pd.DataFrame], int]

TOKEN = "pat-bench-00000000"
ID_COLUMN = "hs_object_id"
COLUMNS = ["firstname", "lastname", "city", "seats", "hs_lead_status"]
ROWS_PER_REQUEST = 100
IN_FLIGHT = 8
THREADS = 10
WARM_UP_ROWS = 2_000


class NotReadyError(Exception):
    """The contender is not installed, or has not learned to write yet."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What one contender took to write one frame."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mebibytes: float | None

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds

    @property
    def cpu_microseconds_per_row(self) -> float:
        return self.cpu_seconds / self.rows * 1e6


def contacts(rows: int) -> pd.DataFrame:
    """As many contacts as asked for: their ids as text, and five columns of four kinds of value."""
    import pandas as pd

    from tests.benchmarks.server import LEAD_STATUSES

    places = range(rows)
    return pd.DataFrame(
        {
            ID_COLUMN: [str(171_591_000_000 + place) for place in places],
            "firstname": [f"First{place % 997}" for place in places],
            "lastname": [f"Läst{place}" for place in places],
            "city": [("Berlin", "São Paulo", "Springfield", "Łódź")[place % 4] for place in places],
            "seats": [place % 500 for place in places],
            "hs_lead_status": [LEAD_STATUSES[place % len(LEAD_STATUSES)] for place in places],
        }
    )


def batches(frame: pd.DataFrame) -> Iterator[list[tuple[int, str, dict[str, str]]]]:
    """Position, id and properties of each row, a request's worth at a time."""
    ids = frame[ID_COLUMN].tolist()
    texts = [frame[column].astype(str).tolist() for column in COLUMNS]
    for start in range(0, len(ids), ROWS_PER_REQUEST):
        stop = start + ROWS_PER_REQUEST
        cells = zip(*(column[start:stop] for column in texts), strict=True)
        yield [
            (start + offset, id_, dict(zip(COLUMNS, row, strict=True)))
            for offset, (id_, row) in enumerate(zip(ids[start:stop], cells, strict=True))
        ]


def hubframe(url: str, *, journal: bool = False) -> Write:
    """`df.hubspot.batch_update`, and its answer looked at; what the journal costs is measured beside it."""
    try:
        import hubframe
    except ImportError as error:
        raise NotReadyError(f"hubframe not ready: {error}") from error
    if not hasattr(hubframe, "connect"):
        raise NotReadyError("hubframe not ready: it has no connect() yet")
    connection = hubframe.connect(TOKEN, base_url=url, journal=journal)

    def write(frame: pd.DataFrame) -> int:
        if not hasattr(getattr(frame, "hubspot", None), "batch_update"):
            raise NotReadyError("hubframe not ready: df.hubspot has no batch_update() yet")
        result = frame.hubspot.batch_update(
            "contacts",
            columns=COLUMNS,
            id_column=ID_COLUMN,
            write="all",
            progress=False,
            connection=connection,
        )
        return int((result["hubspot_status"] == "updated").sum())

    return write


def official(url: str) -> Write:
    """hubspot-api-client, its models and its own JSON, on ten threads with a connection each."""
    from concurrent.futures import ThreadPoolExecutor

    from hubspot import Client
    from hubspot.crm.contacts import BatchInputSimplePublicObjectBatchInput, SimplePublicObjectBatchInput

    client = Client.create(access_token=TOKEN, host=url, connection_pool_maxsize=THREADS)
    api = client.crm.contacts.batch_api

    def send(batch: list[tuple[int, str, dict[str, str]]]) -> int:
        inputs = [
            SimplePublicObjectBatchInput(id=id_, properties=properties, object_write_trace_id=str(position))
            for position, id_, properties in batch
        ]
        answer = api.update(BatchInputSimplePublicObjectBatchInput(inputs=inputs))
        return len(answer.results)

    def write(frame: pd.DataFrame) -> int:
        with ThreadPoolExecutor(THREADS) as threads:
            return sum(threads.map(send, batches(frame)))

    return write


def bare_loop(url: str, dumps: Callable[[Any], bytes], loads: Callable[[bytes], Any]) -> Write:
    """The least aiohttp can do: the same bodies posted, the answers parsed, and no row looked at."""
    import aiohttp

    async def post_all(frame: pd.DataFrame) -> int:
        waiting = batches(frame)
        updated = 0
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

        async def post() -> None:
            nonlocal updated
            for batch in waiting:
                inputs = [
                    {"id": id_, "properties": properties, "objectWriteTraceId": str(position)}
                    for position, id_, properties in batch
                ]
                async with session.post(path, data=dumps({"inputs": inputs}), headers=headers) as response:
                    answer = loads(await response.read())
                updated += len(answer["results"])

        path = "/crm/objects/2026-03/contacts/batch/update"
        async with aiohttp.ClientSession(url) as session, asyncio.TaskGroup() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.create_task(post())
        return updated

    return lambda frame: asyncio.run(post_all(frame))


def bare_json(url: str) -> Write:
    return bare_loop(url, lambda payload: json.dumps(payload).encode(), json.loads)


def bare_orjson(url: str) -> Write:
    try:
        import orjson
    except ImportError as error:
        raise NotReadyError(str(error)) from error
    return bare_loop(url, orjson.dumps, orjson.loads)


CONTENDERS = {
    "hubframe": hubframe,
    "hubframe-recorded": lambda url: hubframe(url, journal=True),
    "official": official,
    "bare-json": bare_json,
    "bare-orjson": bare_orjson,
}


def peak_mebibytes() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def measure(name: str, url: str, rows: int) -> Measurement:
    write = CONTENDERS[name](url)
    write(contacts(min(rows, WARM_UP_ROWS)))
    frame = contacts(rows)
    started, cpu_started = time.perf_counter(), time.process_time()
    updated = write(frame)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    if updated != rows:
        raise NotReadyError(f"{name} called {updated} of {rows} rows updated")
    return Measurement(rows, seconds, cpu_seconds, peak_mebibytes())


def main() -> None:
    name, url, rows = sys.argv[1:]
    try:
        outcome = dataclasses.asdict(measure(name, url, int(rows)))
    except NotReadyError as reason:
        outcome = {"not_ready": str(reason)}
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
