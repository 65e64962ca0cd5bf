"""What the form tells of a plan, as HTML in which everything from outside is escaped: pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from hubframe.widgets.form.refused import Cause, Refused
from hubframe.widgets.plan_facts import (
    UNSENDABLE,
    Told,
    amounts,
    cost,
    counts,
    left_out,
    notes,
    planned_words,
    text,
    told_values,
    too_much_for_today,
)
from hubframe.widgets.rich import badges_html, row_html, table_html

__all__ = ["causes_html", "changes_html", "facts_html", "update_words"]

LONGEST_VALUE = 60
CAUSES = 12
CORRECTED_LATER = "They can be corrected in the results, after the update of the others."


def facts_html(plan: Told) -> str:
    """Return counts, amounts, what it costs and what is left out."""
    changed, emptied = amounts(plan)
    lines = [f"{escape(changed)} {_amber(emptied)}"]
    if plan.next_line:
        lines.append(f"{escape(cost(plan))} {_amber(too_much_for_today(plan))}")
    lines += [f'<span class="hf-dim">{escape(told)}</span>' for told in left_out(plan)]
    lines += [escape(note) for note in notes(plan)]
    badges = badges_html(counts(plan), {"planned": planned_words(plan)})
    return f'<div style="margin-top:6px">{badges}</div>' + "".join(f"<div>{line}</div>" for line in lines)


def changes_html(changes: pd.DataFrame) -> str:
    """Return a table of some lines of ``plan.changes()``."""
    if changes.empty:
        return ""
    heads = [("record", "8em"), ("column", "24%"), ("in HubSpot now", "30%"), ("would become", "")]
    return table_html(heads, map(_change_row, changes.to_dict("records")))


def _change_row(change: Mapping[Any, Any]) -> str:
    before = change["before"] if isinstance(change["before"], str) else None
    values = told_values(before, text(change["after"]), LONGEST_VALUE)
    column, name = str(change["column"]), text(change["property"])
    target = "" if column == name else f' <span class="hf-dim">{escape(name)}</span>'
    told = (f'<span class="hf-value">{escape(value)}</span>' for value in values)
    return row_html([f'<span class="hf-id">{escape(text(change["id"]))}</span>', f"{escape(column)}{target}", *told])


def causes_html(problems: Refused) -> str:
    """Return why rows would not be sent, by cause, in the words of the results."""
    if not problems.causes:
        return ""
    shown, more = problems.causes[:CAUSES], problems.causes[CAUSES:]
    heads = [(">rows", "3em"), ("property", "26%"), ("not sent, because (one of them)", "")]
    table = table_html(heads, (_cause_row(problems, cause) for cause in shown))
    rest = sum(len(cause.rows) for cause in more)
    told = f'<div class="hf-dim">… and {rest:,} for other reasons.</div>' if more else ""
    heading = '<div class="hf-title" style="margin-top:10px">Problems, by cause</div>'
    return f'{heading}{table}{told}<div class="hf-dim">{CORRECTED_LATER}</div>'


def _cause_row(problems: Refused, cause: Cause) -> str:
    [one] = problems.cells(cause, range(1))
    return row_html([len(cause.rows), escape(cause.label), escape(one.reason)])


def update_words(plan: Told, changes: int, most: int) -> tuple[str, str, bool, str]:
    """Return the heading of the changes, what the button says, whether it is off, and what stands beside it."""
    records = plan.counts.get("planned", 0)
    if not records:
        wrong = sum(plan.counts.get(status, 0) for status in ("invalid", "failed"))
        if wrong:
            return "", f"Go on to correct {wrong:,} row{_s(wrong)}", False, "Nothing is written by this."
        return "", "Nothing to update", True, ""
    shown = f" of the first {most:,} rows" if records > most else ""
    heading = f"Every value{shown} that would change" if changes else ""
    return heading, f"Update {records:,} record{_s(records)}", False, UNSENDABLE


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _amber(told: str) -> str:
    return f'<span class="hf-amber">{escape(told)}</span>' if told else ""
