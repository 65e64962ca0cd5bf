"""One kill, or several, and the resume after it; from a seed."""

import json
import random
import subprocess
import sys
from dataclasses import dataclass, field

import hubframe
from hubframe import journal
from hubframe.resuming import resume
from tests.kill.scenario import PROPERTIES, build

OPEN_STILL = ("unsent", "unconfirmed")
LINES = {"changed": 150, "blank": 150, "all": 110}  # about as many as a run says


@dataclass
class Met:
    """What came of a seed: ``looked_up`` and ``resent`` count the rows that were in flight when it was killed."""

    seed: int
    write: str
    killed_when: str
    rows: int = 0
    settled_before: int = 0
    looked_up: int = 0
    resent: int = 0
    sent_first: int = 0
    wrong: list = field(default_factory=list)


def killed_after(lines, local, path, settings, arguments):
    """Start an update, kill it once it has said so many lines; return what it said."""
    command = [
        sys.executable,
        "-m",
        "tests.kill.worker",
        local.url,
        local.token,
        str(path),
        *map(json.dumps, (settings, arguments)),
    ]
    said = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            said.append(line.strip())
            if len(said) == lines:
                process.kill()
    return said


def kill_and_resume(seed, folder, kills=1):
    """Kill an update made from ``seed``, resume it, and judge what came of it."""
    chance = random.Random(f"when {seed}")
    with hubframe.LocalHubSpot(
        validation=("per_row", "whole_batch")[seed // 4 % 2],
        requests_per_interval=100_000,
        latency_seconds=(0.002, 0.03),
        seed=seed,
    ) as local:
        scenario = build(local, seed)
        path = folder / f"frame-{seed}.csv"
        scenario.df.to_csv(path)
        known = set(journal.runs()["run_id"])
        most = LINES[scenario.arguments["write"]]
        lines = chance.randrange(10, most)
        settings = {"rows_per_request": 10, "max_in_flight": (3, None)[seed % 2]}
        said = killed_after(lines, local, path, settings, scenario.arguments)
        new = [run_id for run_id in journal.runs()["run_id"] if run_id not in known]
        met = Met(seed, scenario.arguments["write"], f"{len(said)}: {said[-1]}", len(scenario.df))
        for _ in range(kills - 1):
            killed_after(chance.randrange(10, most), local, path, settings, {"resume": new[0]})
        with journal.read_run(new[0]) as reader:
            settled = {outcome.position: outcome.status for outcome in reader.outcomes()}
            in_flight = set(reader.in_flight())
        held = {record: local.portal.record("contacts", record) for record in scenario.before}
        first = len(local.requests)
        result = resume(new[0], scenario.df if seed % 2 else None, progress=False, connection=hubframe.connect(local))
        requests = local.requests[first:]
        met.settled_before = sum(status not in OPEN_STILL for status in settled.values())
        _judge(met, scenario, local, requests, result, settled, in_flight, held)
        with journal.read_run(new[0]) as reader:
            _judge_journal(met, scenario, reader)
    return met


def _judge(met, scenario, local, requests, result, settled, in_flight, held):
    wrong = met.wrong.append
    if list(result.index) != list(scenario.df.index) or list(result["ids"]) != list(scenario.df["ids"]):
        wrong("the frame is another")
        return
    for (label, row), record in zip(result.iterrows(), scenario.records, strict=True):
        status, want = row["hubspot_status"], scenario.wanted[label]
        allowed = {"good": ("updated", "unchanged"), "invalid": ("invalid",), "failed": ("failed",)}[want]
        if status not in allowed:
            wrong(f"{label} is {status}, and is {want}: {row['hubspot_error']}")
        if record is None:
            continue
        now = local.portal.record("contacts", record)
        for name in PROPERTIES:
            ours = scenario.df.loc[label, name] if want == "good" else ""
            if now.get(name, "") != (ours or scenario.before[record].get(name, "")):
                wrong(f"{label}: HubSpot holds {now.get(name)!r} in {name}")
    for row, status in settled.items():
        if status not in OPEN_STILL and result["hubspot_status"].iloc[row] != status:
            wrong(f"row {row} was settled as {status}, and is {result['hubspot_status'].iloc[row]}")
    rows_of = {}
    for row, record in enumerate(scenario.records):
        rows_of.setdefault(record, []).append(row)
    read, sent = set(), set()
    for request in requests:
        kind = request.path.rpartition("/")[2]
        addresses = [given["id"] for given in request.body["inputs"]] if request.method == "POST" else []
        by_email = {held[record]["email"]: record for record in held}
        records = [by_email.get(address, address) for address in addresses]
        if kind == "read":
            read.update(records)
        elif kind == "update":
            for record, given in zip(records, request.body["inputs"], strict=True):
                rows = rows_of.get(record, [])
                if any(settled.get(row, "unsent") not in OPEN_STILL for row in rows):
                    wrong(f"{record} was settled, and is sent again")
                if record not in read:
                    wrong(f"{record} is sent unseen")
                if all(held[record].get(name) == text for name, text in given["properties"].items()):
                    wrong(f"{record} held what is sent again")
                sent.add(record)
    flying = {scenario.records[row] for row in in_flight}
    if not {record for record in flying if record is not None} <= read:
        wrong("a row in flight was not looked up")
    met.looked_up, met.resent, met.sent_first = len(flying & read), len(flying & sent), len(sent - flying)


def _judge_journal(met, scenario, reader):
    if reader.end is None or reader.end.how != "complete":
        met.wrong.append("the run has not ended")
    for old in journal.old_values([reader]):
        for name, text in old.before.items():
            if text != scenario.before.get(old.record_id, {}).get(name, ""):
                met.wrong.append(f"{old.record_id}: {text!r} is kept of {name}")
