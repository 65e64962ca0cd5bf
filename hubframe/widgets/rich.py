"""Rich reprs: pure functions that return HTML in which everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubframe.results.summary import Summary

__all__ = ["AMBER", "badges_html", "line_html", "next_html", "row_html", "summary_html", "table_html"]

# Colours by currentColor and transparency alone, so that light and dark themes both work.
_GREEN, _GREY, _RED, _BLUE, AMBER = "#2e9e5b", "#8a8f98", "#d64545", "#3b82c4", "#d08a1d"
_COLOURS = {
    "updated": _GREEN,
    "unchanged": _GREY,
    "skipped": _GREY,
    "planned": _BLUE,
    "invalid": AMBER,
    "failed": _RED,
    "unsent": AMBER,
    "unconfirmed": _RED,
}
_TEXT_CELL = "text-align:left;white-space:normal;overflow-wrap:anywhere"
_DIMMED = ' style="opacity:.5"'


def summary_html(summary: Summary) -> str:
    """Return a summary as HTML."""
    run = summary.run
    title = f"{run.account} · {run.object_type}" if run else f"{summary.rows:,} rows"
    small = []
    if run:
        small.append(f"{summary.rows:,} rows, {run.requests:,} requests, {run.seconds:.1f} s")
        if run.waited_for_limit_seconds >= 0.1:
            small.append(f"{run.waited_for_limit_seconds:.1f} s of it waiting for HubSpot's limit")
        if run.stopped:
            small.append(f"stopped early: {run.stopped}")
    if summary.rewritten:
        small.append(f"{summary.rewritten:,} values stored in a form of HubSpot's own")
    notes = "".join(f"<div>{escape(note)}</div>" for note in (run.notes if run else ()))
    table = _causes_table(summary) if len(summary.causes) else ""
    return (
        f'<div style="max-width:60em"><div style="margin-bottom:4px"><b>{escape(title)}</b>'
        f'<span style="opacity:.7"> &nbsp;{escape(" · ".join(small))}</span></div>'
        f"<div>{badges_html(summary.counts)}</div>{notes}{table}{next_html(summary.next_line)}</div>"
    )


def line_html(line: str) -> str:
    """Return a line of the bar's as HTML, the next line to run set apart."""
    told, _, code = line.partition(" Next: ")
    return f"<div>{escape(told)}</div>{next_html(code)}"


def badges_html(counts: Mapping[str, int], words: Mapping[str, str] | None = None) -> str:
    """Return rows by status, each in its colour; ``words`` are what a status is called here."""
    return " ".join(  # by spaces, for viewers that take styles out
        f'<span style="display:inline-block;margin:0 4px 4px 0;padding:2px 10px;border-radius:10px;'
        f'border:1px solid {_COLOURS[status]};white-space:nowrap"><b>{count:,}</b> '
        f"{escape((words or {}).get(status, status))}</span>"
        for status, count in counts.items()
    )


def next_html(code: str | None) -> str:
    """Return the next line to run, where there is one."""
    return f"<div>Next: <code>{escape(code)}</code></div>" if code else ""


def table_html(heads: Iterable[tuple[str, str]], rows: Iterable[str]) -> str:
    """Return a table.

    Parameters
    ----------
    heads
        Name and width of each column; names that begin with ``>`` are set to the right, as their numbers are.
    rows
        Made by `row_html`.
    """
    # JupyterLab lays tables out with columns of equal width, unless their heads say how wide they are.
    cells = "".join(
        f'<th style="text-align:{"right" if name.startswith(">") else "left"};{width and f"width:{width}"}">'
        f"{escape(name.removeprefix('>'))}</th>"
        for name, width in heads
    )
    return (
        f'<table style="margin:6px 0;width:100%"><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def row_html(cells: Iterable[str | int], *, dimmed: bool = False, marked: int | None = None) -> str:
    """Return a table's row: numbers to the right, texts, which are HTML already, to the left.

    ``marked`` is the place of the cell to be seen first.
    """
    made = []
    for place, cell in enumerate(cells):
        style, shown = ("text-align:right", f"{cell:,}") if isinstance(cell, int) else (_TEXT_CELL, cell)
        if place == marked:
            style += f";color:{AMBER};font-weight:bold"
        made.append(f'<td style="{style}">{shown}</td>')
    return f"<tr{_DIMMED if dimmed else ''}>{''.join(made)}</tr>"


def _causes_table(summary: Summary) -> str:
    heads = ((">rows", "3.5em"), ("status", "6em"), ("property", "9em"), ("why (one of them)", ""))
    return table_html(heads, map(_cause_row, summary.causes.to_dict("records")))


def _cause_row(cause: Mapping[Any, Any]) -> str:
    about = _text(cause["hubspot_error_property"])
    why = _text(cause["example"]).removeprefix(f"{about}: ")
    return row_html((cause["rows"], *map(escape, (str(cause["hubspot_status"]), about, why))))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
