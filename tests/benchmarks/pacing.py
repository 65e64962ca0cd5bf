"""How near hubframe comes to what HubSpot's rolling limit allows, in real time against a LocalHubSpot.

``python -m tests.benchmarks pacing`` runs every scenario in a process of its own, as many at once as there are
processors: with two of these about four minutes.

The bound of N requests at a limit of L per window is ``floor((N - 1) / L)`` windows and one latency. Beside
another client, L is what it leaves.
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import threading
import time
from typing import TYPE_CHECKING

from tests.benchmarks.processes import measured_at_once, print_table

if TYPE_CHECKING:
    import pandas as pd

    from hubframe import LocalHubSpot

WINDOW_SECONDS = 10.0


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One row is one request; the definitions' is one more. ``faults`` strike in the middle of the run."""

    title: str
    rows: int
    latency: tuple[float, float] = (0.2, 0.4)
    limit: int = 100
    others_share: float = 0.0
    runs: int = 1
    faults: tuple[str, ...] = ()

    def bound(self, requests: int) -> float:
        ours = self.limit * (1 - self.others_share)
        return math.floor((requests - 1) / ours) * WINDOW_SECONDS + sum(self.latency) / 2


SCENARIOS = {
    "alone": Scenario("alone, 0.3 s", 595),
    "alone-190": Scenario("alone, 0.3 s, limit 190", 1130, limit=190),
    "two-runs": Scenario("two runs in threads, 0.3 s", 594, runs=2),
    "other": Scenario("another takes 40 %, 0.3 s", 595, others_share=0.4),
    "other-slow": Scenario("another takes 40 %, 2 s", 595, (1.8, 2.2), others_share=0.4),
    "faults": Scenario("alone, 0.3 s, four 423 and four 503", 585, faults=("locked_423", "text_503")),
}


@dataclasses.dataclass(frozen=True)
class Paced:
    """What a scenario took: each run's seconds, all its requests, and those refused with 429."""

    seconds: list[float]
    requests: int
    refused: int


def measure(scenario: Scenario) -> Paced:
    import hubframe  # noqa: PLC0415 - not by the process that only prints

    with hubframe.LocalHubSpot(
        latency_seconds=scenario.latency, requests_per_interval=scenario.limit, portal_id=44237313
    ) as local:
        connections = [hubframe.connect(local, rows_per_request=1) for _ in range(scenario.runs)]
        frames = [contacts(local, scenario.rows // scenario.runs) for _ in connections]
        if scenario.others_share:
            local.other_client(requests_per_second=scenario.others_share * scenario.limit / WINDOW_SECONDS)
        time.sleep(WINDOW_SECONDS)  # connecting is forgotten, and the others have taken their share
        for number, fault in enumerate(scenario.faults, start=1):
            local.faults.plan(fault, after=150 * number, times=4)
        before = len(local.requests)
        seconds: list[float] = []

        def write(frame: pd.DataFrame, connection: hubframe.Connection) -> None:
            started = time.monotonic()
            result = hubframe.batch_update(frame, "contacts", write="all", progress=False, connection=connection)
            seconds.append(time.monotonic() - started)
            assert (result["hubspot_status"] == "updated").all()

        threads = [threading.Thread(target=write, args=each) for each in zip(frames, connections, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seconds) == scenario.runs
        requests = local.requests[before:]
        return Paced(seconds, len(requests), sum(request.status == 429 for request in requests))


def contacts(local: LocalHubSpot, count: int) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    ids = [local.portal.add("contacts", {"firstname": "old"}) for _ in range(count)]
    return pd.DataFrame({"hs_object_id": ids, "firstname": "new"})


def line(scenario: Scenario, paced: Paced) -> tuple[str, ...]:
    seconds, bound = max(paced.seconds), scenario.bound(paced.requests - paced.refused)
    return (
        scenario.title,
        str(paced.requests),
        " ".join(f"{each:.1f}" for each in paced.seconds),
        f"{bound:.1f}",
        f"{seconds / bound:.3f}",
        f"{100 * paced.refused / paced.requests:.1f}",
    )


def main() -> None:
    """Run every scenario and print the table."""
    header = ("scenario", "requests", "seconds", "bound", "ratio", "429s %")
    found = measured_at_once("tests.benchmarks.pacing", SCENARIOS)
    print_table(header, found, lambda name, measured: line(SCENARIOS[name], Paced(**measured)))


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(measure(SCENARIOS[sys.argv[1]]))))
