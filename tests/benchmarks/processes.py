"""Scenarios of a benchmark, each in a process of its own, and the table of what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def measured_at_once(module: str, names: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """Return what ``python -m module NAME`` prints in its last line, as JSON, for each name; None where it failed.

    As many at once as there are processors: they wait most of the time, and all for the same moments.
    """

    def measured(name: str) -> dict[str, Any] | None:
        done = subprocess.run(
            [sys.executable, "-m", module, name],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None

    names = list(names)
    with ThreadPoolExecutor(os.cpu_count()) as processes:
        return dict(zip(names, processes.map(measured, names), strict=True))


def print_table(
    header: Sequence[str], found: dict[str, dict[str, Any] | None], line: Callable[[str, dict[str, Any]], Sequence[str]]
) -> None:
    lines = [header]
    for name, measured in found.items():
        lines.append(line(name, measured) if measured else (name, *["failed"] * (len(header) - 1)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    for first, *rest in lines:
        print("  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]))
