"""Scenarios of a benchmark, each in a process of its own, all at once, and the table of what they measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any


def measured_at_once(module: str, names: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """Return what ``python -m module NAME`` prints in its last line, as JSON, for each name; None where it failed."""
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", module, name], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
        )
        for name in names
    }
    said = {name: process.communicate()[0] for name, process in running.items()}
    return {
        name: json.loads(said[name].splitlines()[-1]) if process.returncode == 0 else None
        for name, process in running.items()
    }


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
