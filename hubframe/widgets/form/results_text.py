"""The sentences of the form's last step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Literal

from hubframe.widgets.form.recorded_runs import RecordedRuns

__all__ = ["UNDO_WORDS", "retried_told", "stopped_html", "undo_told", "undone_told"]

Told = tuple[str, Literal["note", "warning"]]
UNDO_WORDS = {"updated": "put back", "unchanged": "already as before", "skipped": "left alone"}


def stopped_html(stopped: str | None) -> str:
    """Return what ended a run early, as HTML; ``""`` where nothing did."""
    if not stopped:
        return ""
    return f'<div class="hf-message hf-warning">Stopped early: {escape(stopped)}</div>'


def retried_told(statuses: Sequence[str]) -> Told:
    """Return what became of rows that were sent again.

    >>> retried_told(["updated", "updated", "failed"])
    ('2 of 3 rows are written now. 1 was refused again: it is in the list, with the reason.', 'warning')
    """
    counts = Counter(map(str, statuses))
    good = counts["updated"] + counts["unchanged"]
    rows = len(statuses)
    if good == rows:
        return (f"All {rows:,} rows are written now." if rows > 1 else "The row is written now."), "note"
    refused = counts["invalid"] + counts["failed"]
    left = counts["unsent"] + counts["unconfirmed"]
    parts = [f"{good:,} of {rows:,} row{'' if rows == 1 else 's'} {'is' if good == 1 else 'are'} written now."]
    if refused:
        one = refused == 1
        parts.append(
            f"{refused:,} {'was' if one else 'were'} refused again: {'it is' if one else 'they are'} in the list, "
            "with the reason."
        )
    if left:
        parts.append(f"{left:,} {'is' if left == 1 else 'are'} left to send.")
    if counts["skipped"]:
        parts.append(f"{counts['skipped']:,} {'was' if counts['skipped'] == 1 else 'were'} left alone.")
    return " ".join(parts), "warning"


def undone_told(statuses: Sequence[str]) -> Told:
    """Return what became of rows that were put back.

    >>> undone_told(["updated", "skipped"])
    ('1 row was put back. 1 was left alone: the list says why.', 'warning')
    """
    counts = Counter(map(str, statuses))
    back = counts["updated"]
    parts = [f"{back:,} row{' was' if back == 1 else 's were'} put back."]
    if counts["skipped"]:
        parts.append(
            f"{counts['skipped']:,} {'was' if counts['skipped'] == 1 else 'were'} left alone: the list says why."
        )
    bad = counts["failed"] + counts["invalid"]
    if bad:
        parts.append(f"{bad:,} could not be put back: the list says why.")
    left = counts["unsent"] + counts["unconfirmed"]
    if left:
        parts.append(f"{left:,} {'is' if left == 1 else 'are'} left: press Put back what is left.")
    return " ".join(parts), "warning" if len(parts) > 1 else "note"


def undo_told(recorded: RecordedRuns) -> str:
    """Return why something can't be done, in a sentence; ``""`` where everything can."""
    parts = []
    if recorded.why_no_retry:
        parts.append(
            f"Rows can't be sent again from here: {recorded.why_no_retry}. Save the failed rows, correct them there, "
            "and start again with that file."
        )
    if recorded.why_no_undo:
        parts.append(f"This can't be undone: {recorded.why_no_undo}. HubSpot keeps each property's history.")
    return " ".join(parts)
