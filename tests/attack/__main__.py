"""The attack's table."""

import argparse
import time
from collections import Counter

from tests.attack.run import attack


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.attack")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rows", type=int, default=400)
    chosen = parser.parse_args()
    began = time.monotonic()
    rows, requests, wrong, statuses, faults = 0, 0, 0, Counter(), Counter()
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        met = attack(seed, chosen.rows)
        rows, requests, wrong = rows + met.rows, requests + met.requests, wrong + len(met.wrong)
        statuses, faults = statuses + met.statuses, faults + met.faults
        for line in met.wrong[:5]:
            print(f"seed {seed} ({met.mode}, {met.version}): {line}")
    print(
        f"{chosen.seeds} seeds, {rows:,} rows, {requests:,} requests, {time.monotonic() - began:.0f} s: {wrong} wrong"
    )
    print("rows by status:", ", ".join(f"{name} {count:,}" for name, count in statuses.most_common()))
    print("faults met:", ", ".join(f"{name} {count}" for name, count in faults.most_common()))


if __name__ == "__main__":
    main()
