"""Run every contender in turn against one server, several times over, and print the ratios.

Ratios within one run are what counts: rows per second depend on the machine and on what else it does. Of the
runs of each contender the fastest is taken, and the least CPU.

``python -m tests.benchmarks pacing``, ``planning`` and ``reading`` measure something else: see
`tests.benchmarks.pacing`, `tests.benchmarks.planning` and `tests.benchmarks.reading`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import pacing, planning, reading
from tests.benchmarks.contenders import CONTENDERS, Measurement
from tests.benchmarks.server import running_server

TITLES = {
    "hubframe": 'hubframe, write="all", journal=False',
    "hubframe-recorded": "the same with the journal (default)",
    "official": "hubspot-api-client, 10 threads",
    "bare-json": "bare aiohttp loop, json",
    "bare-orjson": "bare aiohttp loop, orjson",
}
LEAST_OF_OFFICIAL = 15
LEAST_OF_BARE = 0.3


def run(name: str, url: str, rows: int) -> Measurement | str:
    """One measurement in a fresh process, or the reason why there is none."""
    command = [sys.executable, "-m", "tests.benchmarks.contenders", name, url, str(rows)]
    with tempfile.TemporaryDirectory() as scratch:  # whatever a contender keeps on disk is not kept
        homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), scratch)
        done = subprocess.run(
            command,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **homes},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
    outcome = json.loads(done.stdout.splitlines()[-1])
    return outcome.get("not_ready") or Measurement(**outcome)


def best(measurements: list[Measurement]) -> Measurement:
    """The fastest run, with the least CPU and memory of any."""
    fastest = max(measurements, key=lambda measurement: measurement.rows_per_second)
    peaks = [one.peak_mebibytes for one in measurements if one.peak_mebibytes is not None]
    return Measurement(
        fastest.rows,
        fastest.seconds,
        min(one.cpu_seconds for one in measurements),
        min(peaks, default=None),
    )


def ratio(part: Measurement, whole: Measurement | None) -> str:
    if whole is None:
        return "-"
    value = part.rows_per_second / whole.rows_per_second
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(found: dict[str, Measurement]) -> str:
    official, bare = found.get("official"), found.get("bare-orjson")
    lines = [
        ("contender", "rows/s", "CPU µs/row", "x official", "x bare (orjson)", "peak MiB", "rows"),
        *(
            (
                TITLES[name],
                f"{one.rows_per_second:,.0f}",
                f"{one.cpu_microseconds_per_row:.1f}",
                ratio(one, official),
                ratio(one, bare),
                "-" if one.peak_mebibytes is None else f"{one.peak_mebibytes:.0f}",
                f"{one.rows:,}",
            )
            for name, one in found.items()
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]) for first, *rest in lines)


def targets(found: dict[str, Measurement]) -> str:
    """Whether hubframe is as fast as it set out to be."""
    goals = [
        (LEAST_OF_OFFICIAL, "official", "the official client"),
        (LEAST_OF_BARE, "bare-orjson", "the bare loop"),
    ]
    verdicts = []
    for least, name, title in goals:
        verdict = f"hubframe at least {least} x {title}: "
        if "hubframe" in found and name in found:
            reached = found["hubframe"].rows_per_second / found[name].rows_per_second
            verdict += f"{'met' if reached >= least else 'MISSED'} ({reached:.2f})"
        else:
            verdict += "not measured"
        verdicts.append(verdict)
    return "Targets: " + "; ".join(verdicts) + "."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the frame (50,000)")
    parser.add_argument("--official-rows", type=int, default=10_000, help="rows for official (10,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender runs (3)")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS), metavar="NAME")
    parser.add_argument("what", nargs="?", choices=["speed", "pacing", "planning", "reading"], default="speed")
    options = parser.parse_args()
    if options.what == "pacing":
        pacing.main()
        return
    if options.what == "reading":
        reading.main()
        return
    if options.what == "planning":
        planning.main(options.rounds)
        return

    measured: dict[str, list[Measurement]] = {}
    missing: dict[str, str] = {}
    with running_server() as url:
        if not url:
            print("Nothing measured: the server did not start. It needs orjson: pip install orjson")
            return
        for place in range(options.rounds * len(options.only)):
            name = options.only[place % len(options.only)]
            if name in missing:
                continue
            outcome = run(name, url, options.official_rows if name == "official" else options.rows)
            if isinstance(outcome, Measurement):
                measured.setdefault(name, []).append(outcome)
            else:
                missing[name] = outcome
    found = {name: best(measurements) for name, measurements in measured.items()}
    print(f"5 columns, 100 rows a request, best of {options.rounds}\n\n{table(found)}")
    for name, reason in missing.items():
        print(f"{TITLES[name]}: {reason}")
    print(f"\n{targets(found)}")


if __name__ == "__main__":
    main()
