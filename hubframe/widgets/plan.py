"""An update's plan in ten seconds, in a notebook and in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any

from hubframe.widgets.plan_facts import (
    NOT_WRITTEN,
    UNSENDABLE,
    Told,
    amounts,
    causes,
    cost,
    counts,
    cut,
    left_out,
    more_causes,
    notes,
    planned_words,
    sample,
    shown_columns,
    text,
    too_much_for_today,
)
from hubframe.widgets.rich import AMBER, badges_html, next_html, row_html, table_html

__all__ = ["plan_html", "plan_text"]

COLUMNS, CAUSES, CHANGES = 20, 8, 5
# A terminal's screen is small.
WIDTH = 100
COLUMNS_IN_TEXT, CAUSES_IN_TEXT, CHANGES_IN_TEXT, REASONS_IN_TEXT, NOTES_IN_TEXT = 10, 4, 3, 2, 2
VALUE_IN_TEXT = 28


def plan_html(plan: Told) -> str:
    """Return a plan as HTML; everything that came from outside is escaped."""
    changed, emptied = amounts(plan)
    head = f"<b>{escape(plan.account)} · {escape(plan.object_type)}</b>"
    parts = [
        f'<div style="margin-bottom:4px">{head} &nbsp;{NOT_WRITTEN}</div>',
        f"<div>{badges_html(counts(plan), {'planned': planned_words(plan)})}</div>",
        f"<div>{escape(changed)} {_amber(emptied)}</div>",
        _columns_table(plan),
        _changes_table(plan),
        *map(_small, left_out(plan)),
        _causes_table(plan),
        *(f"<div>{escape(note)}</div>" for note in notes(plan)),
    ]
    if plan.next_line:
        parts += [
            f'<div style="margin-top:6px">{escape(cost(plan))} {_amber(too_much_for_today(plan))}</div>',
            f"<div>{UNSENDABLE}</div>",
            next_html(plan.next_line),
        ]
    return f'<div style="max-width:66em">{"".join(parts)}</div>'


def plan_text(plan: Told) -> str:
    """Return a plan as plain text, at most 100 columns wide."""
    words = {"planned": planned_words(plan)}
    counted = ", ".join(f"{count:,} {words.get(status, status)}" for status, count in counts(plan).items())
    lines = [
        *_wrapped(f"{plan.account}, {plan.object_type}: {NOT_WRITTEN}"),
        *_wrapped(f"{plan.rows:,} in all: {counted}"),
        *_wrapped(" ".join(amounts(plan))),
        *_column_lines(plan),
        *_change_lines(plan),
        *map(_line, left_out(plan)[:REASONS_IN_TEXT]),
        *_cause_lines(plan),
    ]
    for note in notes(plan)[:NOTES_IN_TEXT]:
        lines += _wrapped(note)
    if plan.next_line:
        for told in (cost(plan), too_much_for_today(plan), UNSENDABLE):
            lines += _wrapped(told)
        lines.append(f"Next: {plan.next_line}")
    return "\n".join(lines)


def _columns_table(plan: Told) -> str:
    columns, rest = shown_columns(plan, COLUMNS)
    heads = [("column", "20%"), ("property", ""), (">would change" if plan.seen else ">cells to send", "8em")]
    emptied = plan.seen and any(column["emptied"] for column in columns)
    converted = any(text(column["conversions"]) for column in columns)
    if emptied:
        heads.append((">emptied", "6em"))
    if converted:
        heads.append(("converted", "24%"))
    rows = (_column_row(column, emptied=emptied, converted=converted) for column in columns)
    return (table_html(heads, rows) if columns else "") + _small(rest)


def _column_row(column: Mapping[Any, Any], *, emptied: bool, converted: bool) -> str:
    name, label = str(column["column"]), text(column["label"])
    target = f"<code>{escape(column['property'])}</code>"
    if label.casefold() not in (name.casefold(), column["property"]):
        target += f" {_dim(label)}"
    cells: list[str | int] = [escape(name), target, column["amount"]]
    if emptied:
        cells.append(int(column["emptied"]))
    if converted:
        cells.append(escape(text(column["conversions"])))
    return row_html(cells, dimmed=not column["amount"], marked=3 if emptied and column["emptied"] else None)


def _column_lines(plan: Told) -> list[str]:
    columns, rest = shown_columns(plan, COLUMNS_IN_TEXT)
    lines = []
    for column in columns:
        label, target = cut(str(column["column"]), 30), str(column["property"])
        line = f"{column['amount']:>11,}  {label if label == target else f'{label} → {target}':<32}"
        if plan.seen and column["emptied"]:
            line += f"  {column['emptied']:,} emptied"
        lines.append(f"{line}  {text(column['conversions'])}")
    return [_line(line) for line in [*lines, *([f"  {rest}"] if rest else [])]]


def _causes_table(plan: Told) -> str:
    found = causes(plan)
    if not found:
        return ""
    heads = [(">rows", "3.5em"), ("status", "5em"), ("property", "9em"), ("not sent, because (one of them)", "")]
    rows = (_cause_row(cause) for cause in found[:CAUSES])
    return table_html(heads, rows) + "".join(map(_small, more_causes(found, CAUSES)))


def _cause_row(cause: Mapping[Any, Any]) -> str:
    about = text(cause["hubspot_error_property"])
    why = text(cause["example"]).removeprefix(f"{about}: ")
    told = f"{escape(why)} {_dim(text(cause['hubspot_error_code']))}"
    return row_html([cause["rows"], escape(str(cause["hubspot_status"])), escape(about), told])


def _cause_lines(plan: Told) -> list[str]:
    found = causes(plan)
    lines = ["Not sent, because:"] if found else []
    for cause in found[:CAUSES_IN_TEXT]:
        what = f"{cause['hubspot_status']} {text(cause['hubspot_error_code'])}"
        lines.append(f"{cause['rows']:>11,}  {what}: {text(cause['example'])}")
    lines += [f"  {line}" for line in more_causes(found, CAUSES_IN_TEXT)]
    return [_line(line) for line in lines]


def _changes_table(plan: Told) -> str:
    cells = sample(plan, CHANGES)
    if not cells:
        return ""
    heads = [("for example", "24%"), ("in HubSpot now", "38%"), ("would become", "")]
    value = '<span style="white-space:pre-wrap">{}</span>'
    rows = (row_html([escape(what), *(value.format(escape(one)) for one in values)]) for what, *values in cells)
    return table_html(heads, rows) + _small("All of them: plan.changes()")


def _change_lines(plan: Told) -> list[str]:
    cells = sample(plan, CHANGES_IN_TEXT, VALUE_IN_TEXT)
    lines = ["For example (all: plan.changes()):"] if cells else []
    lines += [f"  {cut(what, 36)}: {before} → {after}" for what, before, after in cells]
    return [_line(line) for line in lines]


def _small(told: str) -> str:
    return f'<div style="opacity:.7">{escape(told)}</div>' if told else ""


def _dim(told: str) -> str:
    return f'<span style="opacity:.6">{escape(told)}</span>' if told else ""


def _amber(told: str) -> str:
    return f'<b style="color:{AMBER}">{escape(told)}</b>' if told else ""


def _line(told: str) -> str:
    return cut(_printable(told).rstrip(), WIDTH)


def _wrapped(told: str) -> list[str]:
    return textwrap.wrap(_printable(told), WIDTH, max_lines=2, placeholder=" …", subsequent_indent="  ")


def _printable(told: str) -> str:
    # A line break or a terminal's escape code in a header must not spoil the lines around it.
    return "".join(letter if letter.isprintable() else " " for letter in told)
