"""Rich reprs: pure functions that return HTML in which everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubframe.results.summary import Summary

__all__ = ["line_html", "summary_html"]

# Colours by currentColor and transparency alone, so that light and dark themes both work.
_GREEN, _GREY, _RED, _AMBER = "#2e9e5b", "#8a8f98", "#d64545", "#d08a1d"
_COLOURS = {
    "updated": _GREEN,
    "unchanged": _GREY,
    "skipped": _GREY,
    "planned": _GREY,
    "invalid": _AMBER,
    "failed": _RED,
    "unsent": _AMBER,
    "unconfirmed": _RED,
}


def summary_html(summary: Summary) -> str:
    """Return a summary as HTML."""
    badges = "".join(
        f'<span style="display:inline-block;margin:0 8px 4px 0;padding:2px 10px;border-radius:10px;'
        f'border:1px solid {_COLOURS[status]};white-space:nowrap"><b>{count:,}</b> {escape(status)}</span>'
        for status, count in summary.counts.items()
    )
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
    following = f"<div>Next: <code>{escape(summary.next_line)}</code></div>" if summary.next_line else ""
    return (
        f'<div style="max-width:60em"><div style="margin-bottom:4px"><b>{escape(title)}</b>'
        f'<span style="opacity:.7"> &nbsp;{escape(" · ".join(small))}</span></div>'
        f"<div>{badges}</div>{notes}{table}{following}</div>"
    )


def line_html(line: str) -> str:
    """Return a line of the bar's as HTML, the next line to run set apart."""
    told, next_, code = line.partition(" Next: ")
    following = f"<div>Next: <code>{escape(code)}</code></div>" if next_ else ""
    return f"<div>{escape(told)}</div>{following}"


def _causes_table(summary: Summary) -> str:
    # JupyterLab lays tables out with columns of equal width, unless their heads say how wide they are.
    heads = "".join(
        f'<th style="text-align:{side};{width}">{name}</th>'
        for name, side, width in (
            ("rows", "right", "width:4em"),
            ("status", "left", "width:6em"),
            ("property", "left", "width:11em"),
            ("why (one of them)", "left", ""),
        )
    )
    rows = "".join(_cause_row(cause) for cause in summary.causes.to_dict("records"))
    return f'<table style="margin:6px 0;width:100%"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _cause_row(cause: Mapping[Any, Any]) -> str:
    about = _text(cause["hubspot_error_property"])
    why = _text(cause["example"]).removeprefix(f"{about}: ")
    wrapped = "text-align:left;white-space:normal;overflow-wrap:anywhere"
    return (
        f'<tr><td style="text-align:right">{cause["rows"]:,}</td>'
        f'<td style="text-align:left">{escape(str(cause["hubspot_status"]))}</td>'
        f'<td style="{wrapped}">{escape(about)}</td><td style="{wrapped}">{escape(why)}</td></tr>'
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
