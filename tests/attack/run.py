"""One attack, from its seed."""

import asyncio
import contextlib
import random
import uuid
import warnings
from collections import Counter
from dataclasses import dataclass, field

import hubframe
from hubframe.local_hubspot.faults import RANDOM_FAULTS
from tests.attack import fast_time
from tests.attack.judgement import faults_met, wrong_rows
from tests.attack.scenario import build
from tests.over_http import unchecked_values


@dataclass
class Attack:
    """What came of a seed."""

    seed: int
    mode: str
    version: str
    rows: int
    wrong: list[str]
    statuses: Counter = field(default_factory=Counter)
    faults: Counter = field(default_factory=Counter)
    requests: int = 0


async def _stopped(scenario, connection, seconds):
    """Update, and stop by hand after so many seconds; return the frame as far as it got."""
    last = hubframe.last_result()
    update = asyncio.ensure_future(
        hubframe.batch_update_async(
            scenario.df, "contacts", progress=False, connection=connection, **scenario.arguments()
        )
    )
    await asyncio.wait({update}, timeout=seconds)
    if update.done():
        return update.result()
    update.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await update
    result = hubframe.last_result()
    return None if result is last else result


def attack(seed, rows=400, mode=None, version=None):
    """Send a frame made from ``seed`` to a portal whose faults come from it, and judge the result."""
    chance = random.Random(f"attack {seed}")
    mode = mode or chance.choice(["per_row", "whole_batch"])
    version = version or chance.choice(["2026-03", "2026-09"])
    settings = {
        "validation": mode,
        "echo_trace_ids": chance.random() < 0.5,
        "requests_per_interval": 1_000_000,
        "seed": seed,
        # Pacers live as long as the process, by address and token, and an address may come again.
        "token": f"pat-local-{uuid.uuid4()}",
    }
    with hubframe.LocalHubSpot(**settings) as local:
        local.echo_id_property = chance.random() < 0.5
        scenario = build(local, seed, rows)
        connection = hubframe.connect(local, api_version=version, rows_per_request=chance.choice([7, 50, 100]))
        local.faults.random(
            seed=seed, probability=chance.choice([0.05, 0.2, 0.35]), kinds=RANDOM_FAULTS, path="/batch/"
        )
        # Half of the time planning lets everything through, so that HubSpot is the one to refuse.
        checked = chance.random() < 0.5
        stop_after = chance.choice([None, None, None, chance.uniform(0, 60)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", hubframe.HubframeWarning)
            with contextlib.nullcontext() if checked else unchecked_values():
                result = fast_time.run(_stopped(scenario, connection, stop_after))
        if result is None:  # stopped before anything was planned
            result = scenario.untouched_result()
        return Attack(
            seed,
            mode,
            version,
            len(result),
            wrong_rows(scenario, result),
            Counter(result["hubspot_status"]),
            faults_met(local),
            len(local.requests),
        )
