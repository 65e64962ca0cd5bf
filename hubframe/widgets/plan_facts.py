"""What an analyst is told of a plan, in a notebook and in a terminal alike."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd

from hubframe.results.summary import summarize

__all__ = [
    "NOT_WRITTEN",
    "UNSENDABLE",
    "Told",
    "amounts",
    "causes",
    "cost",
    "counts",
    "cut",
    "left_out",
    "more_causes",
    "notes",
    "planned_words",
    "sample",
    "shown_columns",
    "text",
    "told_values",
    "too_much_for_today",
]

NOT_WRITTEN = "Nothing is written yet."
NOT_COMPARED = 'Not compared: write="all" sends every cell, whatever HubSpot holds.'
UNSENDABLE = "A write can start workflows and send e-mails in HubSpot, and nothing unsends them."
LONGEST_VALUE = 40
LABELS = 8
ROWS_LOOKED_AT = 5_000  # for a sample of changes


class Told(Protocol):
    """What is read of an `UpdatePlan`."""

    account: str
    object_type: str
    rows: int
    counts: dict[str, int]
    seen: bool
    columns: pd.DataFrame
    left_out: tuple[tuple[Any, str], ...]
    notes: tuple[str, ...]
    requests: int
    seconds: float
    daily_share: float | None
    requests_left_today: int | None
    next_line: str | None

    @property
    def frame(self) -> pd.DataFrame: ...
    def changes(self, *, limit: int | None = None) -> pd.DataFrame: ...


def counts(plan: Told) -> dict[str, int]:
    """Return rows by status, the planned ones first, even if there are none."""
    return {"planned": 0, **plan.counts}


def planned_words(plan: Told) -> str:
    rows = f"row{_s(plan.counts.get('planned', 0))}"
    return f"{rows} would change" if plan.seen else f"{rows} would be sent"


def amounts(plan: Told) -> tuple[str, str]:
    """Return what would change, cell by cell, and how much of it would be emptied."""
    if not plan.next_line:
        return "There is nothing to send.", ""
    if not plan.seen:
        return NOT_COMPARED, ""
    differ, emptied = int(plan.columns["differ"].sum()), int(plan.columns["emptied"].sum())
    columns = int((plan.columns["differ"] > 0).sum())
    changed = f"{differ:,} value{_s(differ)} would change, in {columns:,} of {len(plan.columns):,} columns."
    return changed, f"{emptied:,} of them would be emptied." if emptied else ""


def shown_columns(plan: Told, most: int) -> tuple[list[dict[Any, Any]], str]:
    """Return the columns to show, and what there is to say of the others.

    ``amount`` is how many of a column's cells would change or, where nothing was compared, would be sent. Where there
    are more columns than can be shown, those that change are, the ones that change most first.
    """
    amount = plan.columns["differ"] if plan.seen else plan.columns["cells"]
    columns = plan.columns.assign(amount=amount.astype("int64"))
    if len(columns) <= most:
        return columns.to_dict("records"), ""
    changing = columns[columns["amount"] > 0].sort_values("amount", ascending=False, kind="stable")
    hidden, still = len(changing) - most, len(columns) - len(changing)
    told = [f"{hidden:,} more with something to change"] if hidden > 0 else []
    told += [f"{still:,} column{_s(still)} with nothing to change"] if still else []
    others = f"{'… and ' if len(changing) else ''}{', '.join(told)}: plan.columns"
    return changing.iloc[:most].to_dict("records"), others


def left_out(plan: Told) -> list[str]:
    """Return a line for each reason why columns are left out."""
    reasons: dict[str, list[str]] = {}
    for label, why in plan.left_out:
        reasons.setdefault(why, []).append(str(label))
    lines = []
    for why, labels in reasons.items():
        more = f" and {len(labels) - LABELS:,} more" if len(labels) > LABELS else ""
        lines.append(f"Left out ({why}): {', '.join(labels[:LABELS])}{more}")
    return lines


def notes(plan: Told) -> list[str]:
    """Return what could not be checked."""
    return list(plan.notes)


def causes(plan: Told) -> list[dict[Any, Any]]:
    """Return why rows would not be sent: how many, status, property, code and an example, most rows first."""
    return summarize(plan.frame).causes.to_dict("records")


def more_causes(found: list[dict[Any, Any]], most: int) -> list[str]:
    rows = sum(cause["rows"] for cause in found[most:])
    return [f"… and {rows:,} row{_s(rows)} for other reasons: plan.problems"] if rows else []


def sample(plan: Told, most: int, longest: int = LONGEST_VALUE) -> list[tuple[str, str, str]]:
    """Return a few changes, of as many columns as there are: which cell, its value before and after.

    Values are told in ``longest`` characters at most.
    """
    if not plan.seen or not plan.next_line:
        return []
    changes = plan.changes(limit=ROWS_LOOKED_AT)
    first = ~changes["property"].duplicated()
    chosen = pd.concat([changes[first].head(most), changes[~first].head(most)]).head(most)
    cells = zip(chosen["row"], chosen["column"], chosen["before"], chosen["after"], strict=True)
    return [
        (f"{column}, row {row}", *told_values(before if isinstance(before, str) else None, text(after), longest))
        for row, column, before, after in cells
    ]


def cost(plan: Told) -> str:
    told = f"{plan.requests:,} request{_s(plan.requests)}, {_duration(plan.seconds)} at the account's limit"
    if plan.daily_share is None:
        return f"{told}."
    percent = 100 * plan.daily_share
    share = "less than 0.1" if percent < 0.1 else f"{percent:,.1f}" if percent < 10 else f"{percent:,.0f}"
    return f"{told}, {share} % of its requests per day."


def too_much_for_today(plan: Told) -> str:
    left = plan.requests_left_today
    if left is None or plan.requests <= left:
        return ""
    return f"More than the {left:,} left today: rows not reached come back as unsent, to be sent later."


def cut(told: str, most: int) -> str:
    return told if len(told) <= most else f"{told[: most - 1]}…"


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def told_values(before: str | None, after: str, longest: int) -> tuple[str, str]:
    """Return a cell's two values as Python shows them (spaces at the ends!), cut around the place where they differ.

    >>> told_values("oslo", "Oslo ", 40)
    ("'oslo'", "'Oslo '")
    >>> told_values("", 50 * "x", 20)
    ('(blank)', "'xxxxxxxxxxxxxxxxxx…")
    """
    if before is None:
        return "(may not be read)", cut(repr(after), longest) if after else "(blank)"
    old, new = repr(before), repr(after)
    pairs = enumerate(zip(old[1:], new[1:], strict=False))
    differ = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = differ - longest // 2 if max(len(old), len(new)) > longest else 0
    old, new = (cut(f"…{shown[start + 1 :]}" if start > 0 else shown, longest) for shown in (old, new))
    return old if before else "(blank)", new if after else "(blank)"


def _duration(seconds: float) -> str:
    if seconds < 1.5:
        return "about a second"
    if seconds < 120:
        return f"about {seconds:.0f} seconds"
    if seconds < 7200:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {seconds / 3600:.1f} hours"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
