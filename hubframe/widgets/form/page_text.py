"""The form's head, its steps and its messages, as HTML in which everything from outside is escaped: pure."""

from __future__ import annotations

import traceback
from html import escape
from typing import Literal

from hubframe.errors import HubframeError

__all__ = ["Kind", "Step", "error_html", "head_html", "message_html", "steps_html"]

Kind = Literal["note", "warning", "error"]
Step = Literal["file", "choose", "preview", "update", "results"]
STEPS: dict[Step, str] = {
    "file": "File",
    "choose": "Choose",
    "preview": "Preview",
    "update": "Update",
    "results": "Results",
}
MARKS: dict[Kind, str] = {"note": "Note", "warning": "Please look", "error": "That did not work"}
REPORT = "This is a mistake in hubframe, not yours. No more was written than the results show. What Python says of it:"


def head_html(account: str, where: str = "") -> str:
    """Return the account that is written to, and where it is if that is not HubSpot's own address."""
    at = f' <span class="hf-dim">{escape(where)}</span>' if where else ""
    return f'<span class="hf-title">Update {escape(account)}</span>{at}'


def steps_html(step: Step, *, uploads: bool) -> str:
    """Return the steps, the one that is in sight in bold."""
    shown = [one for one in STEPS if uploads or one != "file"]
    parts = (
        f'<b aria-current="step">{number} {STEPS[one]}</b>'
        if one == step
        else f'<span class="hf-dim">{number} {STEPS[one]}</span>'
        for number, one in enumerate(shown, 1)
    )
    return '<span class="hf-dim"> &rsaquo; </span>'.join(parts)


def message_html(text: str, kind: Kind) -> str:
    """Return a message; nothing for none."""
    if not text:
        return ""
    return f'<div class="hf-message hf-{kind}" role="status"><b>{MARKS[kind]}:</b> {escape(text)}</div>'


def error_html(error: BaseException) -> str:
    """Return what is said of an error: its own words, and where it is none that hubframe knows, where it arose."""
    if isinstance(error, HubframeError):
        return message_html(str(error), "error")
    said = escape(f"{type(error).__name__}: {error}")
    lines = escape("".join(traceback.format_exception(error)))
    return (
        f'<div class="hf-message hf-error" role="alert"><b>{MARKS["error"]}:</b> {REPORT} <code>{said}</code>'
        f"<details><summary>Details for a report</summary><pre>{lines}</pre></details></div>"
    )
