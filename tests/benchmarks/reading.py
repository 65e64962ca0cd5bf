"""How near reading comes to what HubSpot's rolling limit allows, in real time against a LocalHubSpot.

``python -m tests.benchmarks reading`` reads 100,000 contacts with every scenario, each in a process of its own, as
many at once as there are processors: with two of these about four minutes.

The bound of N requests at a limit of L per window is ``floor((N - 1) / L)`` windows and one latency; N is the fewest
that will do: the definitions, and one for a hundred records. Searches, for the bar's total, have a limit of their own.
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import time

from tests.benchmarks.processes import measured_at_once, print_table

WINDOW_SECONDS = 10.0
RECORDS = 100_000


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Reading every contact, or the same ones by id."""

    title: str
    latency: tuple[float, float] = (0.2, 0.4)
    by_id: bool = False
    limit: int = 100

    @property
    def bound(self) -> float:
        fewest = 1 + math.ceil(RECORDS / 100)
        return math.floor((fewest - 1) / self.limit) * WINDOW_SECONDS + sum(self.latency) / 2


SCENARIOS = {
    "list-at-once": Scenario("all, answered at once", (0.0, 0.0)),
    "list": Scenario("all, 0.3 s"),
    "list-190": Scenario("all, 0.3 s, limit 190", limit=190),
    "ids": Scenario("by id, 0.3 s", by_id=True),
}


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a scenario took; ``cpu_seconds`` are this process's, LocalHubSpot's share included."""

    seconds: float
    cpu_seconds: float
    requests: int
    searches: int
    refused: int


def measure(scenario: Scenario) -> Measured:
    import hubframe  # noqa: PLC0415 - not by the process that only prints

    names = ["firstname", "lastname", "email", "city", "phone"]
    with hubframe.LocalHubSpot(
        latency_seconds=scenario.latency, requests_per_interval=scenario.limit, portal_id=44237313
    ) as local:
        ids = [
            local.portal.add("contacts", {"firstname": "Hazel", "city": "Turku", "phone": f"+1 555 {number}"})
            for number in range(RECORDS)
        ]
        connection = hubframe.connect(local)
        time.sleep(WINDOW_SECONDS)  # connecting is forgotten
        before, started, cpu = len(local.requests), time.monotonic(), time.process_time()
        frame = hubframe.read(
            "contacts",
            properties=names,
            ids=ids if scenario.by_id else None,
            progress=False,
            connection=connection,
        )
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        assert frame["hs_object_id"].tolist() == ids
        assert frame["phone"].iloc[-1] == f"+1 555 {RECORDS - 1}"
        requests = local.requests[before:]
        searches = sum(request.path.endswith("/search") for request in requests)
        refused = sum(request.status == 429 for request in requests)
        return Measured(seconds, cpu, len(requests) - searches, searches, refused)


def line(scenario: Scenario, measured: Measured) -> tuple[str, ...]:
    return (
        scenario.title,
        str(measured.requests),
        str(measured.searches),
        f"{measured.seconds:.1f}",
        f"{scenario.bound:.1f}",
        f"{measured.seconds / scenario.bound:.3f}",
        str(measured.refused),
        f"{measured.cpu_seconds:.1f}",
    )


def main() -> None:
    """Run every scenario and print the table."""
    header = ("scenario", "requests", "searches", "seconds", "bound", "ratio", "429s", "CPU s")
    found = measured_at_once("tests.benchmarks.reading", SCENARIOS)
    print_table(header, found, lambda name, measured: line(SCENARIOS[name], Measured(**measured)))


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(measure(SCENARIOS[sys.argv[1]]))))
