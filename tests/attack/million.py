"""A million row updates in a portal in trouble: ``python -m tests.attack.million``."""

import argparse
import gc
import random
import time
import warnings
from collections import Counter

import pandas as pd

import hubframe
from hubframe.local_hubspot.faults import RANDOM_FAULTS
from tests.attack import fast_time
from tests.attack.judgement import faults_met


def updates(rows_a_run=100_000, runs=10, seed=0):
    """Update the same contacts run after run, each run other values; return the figures and what was wrong."""
    statuses, faults, wrong, requests = Counter(), Counter(), 0, 0
    with hubframe.LocalHubSpot(requests_per_interval=10**9, requests_per_day=10**9, seed=seed) as local:
        ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(rows_a_run)]
        connection = hubframe.connect(local)
        # What is finished late would be seen only after the judgement.
        kinds = [name for name in RANDOM_FAULTS if name not in ("status_pending", "status_processing")]
        for run in range(runs):
            chance = random.Random(f"{seed}:{run}")
            names = [f"Rowan {run} {chance.randrange(10**6)}" for _ in ids]
            before = [local.portal.record("contacts", record).get("firstname") for record in ids]
            df = pd.DataFrame({"hs_object_id": ids, "firstname": names, "seats": run})
            local.requests.clear()
            local.faults.random(seed=seed * 1000 + run, probability=0.1, kinds=kinds, path="/batch/")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", hubframe.HubframeWarning)
                update = hubframe.batch_update_async(
                    df, "contacts", write=("all", "changed")[run % 2], progress=False, connection=connection
                )
                result = fast_time.run(update)
            held = [local.portal.record("contacts", record).get("firstname") for record in ids]
            for status, now, earlier, wanted in zip(result["hubspot_status"], held, before, names, strict=True):
                wrong += not _true(status, now, earlier, wanted)
            statuses += Counter(result["hubspot_status"])
            faults += faults_met(local)
            requests += len(local.requests)
            gc.collect()
    return {"rows": rows_a_run * runs, "requests": requests, "wrong": wrong, "statuses": statuses, "faults": faults}


def _true(status, now, earlier, wanted):
    if status == "updated":
        return now == wanted
    if status in ("failed", "unsent"):
        return now == earlier
    return status == "unconfirmed"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.attack.million")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=10)
    chosen = parser.parse_args()
    began = time.monotonic()
    met = updates(chosen.rows, chosen.runs)
    took = f"{time.monotonic() - began:.0f} s"
    print(f"{met['rows']:,} row updates, {met['requests']:,} requests, {took}: {met['wrong']} wrong")
    print("rows by status:", ", ".join(f"{name} {count:,}" for name, count in met["statuses"].most_common()))
    print(f"faults met: {sum(met['faults'].values()):,} of {len(met['faults'])} kinds")


if __name__ == "__main__":
    main()
