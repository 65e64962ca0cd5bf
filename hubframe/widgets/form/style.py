"""How the form looks: colours of the page's own theme, and a few classes."""

from __future__ import annotations

from html import escape

import ipywidgets

__all__ = ["STYLE", "button", "html", "labelled", "pieces", "row", "title"]

_BORDER = "var(--jp-border-color2, rgba(128,128,128,.35))"
_TEXT = "var(--jp-ui-font-color1, inherit)"
STYLE = f"""<style>
.hubframe-form {{ max-width: 1100px; color: {_TEXT}; padding: 2px; }}
.hubframe-form .widget-html, .hubframe-form .widget-html-content {{ line-height: 1.45; font-size: 13px; height: auto; }}
.hubframe-form .hf-head {{ border-bottom: 1px solid {_BORDER}; padding: 2px 0 6px; }}
.hubframe-form .hf-panel {{ border: 1px solid {_BORDER}; border-radius: 6px; padding: 12px; }}
.hubframe-form .hf-wrap {{ flex-wrap: wrap; }}
.hubframe-form .hf-row {{ border-bottom: 1px solid {_BORDER}; padding: 4px 0; align-items: center; }}
.hubframe-form .hf-row-off {{ opacity: .75; }}
.hubframe-form .hf-actions {{ padding-top: 8px; flex-flow: row wrap; align-items: center; }}
.hubframe-form .widget-inline-hbox .widget-label {{ color: {_TEXT}; }}
.hubframe-form code, .hubframe-form pre {{ color: {_TEXT}; background: rgba(128,128,128,.13); border-radius: 3px; }}
.hubframe-form code {{ padding: 1px 4px; }}
.hubframe-form pre {{ padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all;
  margin: 4px 0; }}
.hubframe-form table {{ border-collapse: collapse; width: 100%; color: {_TEXT}; }}
.hubframe-form th, .hubframe-form td {{ border-bottom: 1px solid {_BORDER}; padding: 4px 8px; background: none; }}
.hubframe-form a {{ color: var(--jp-content-link-color, #3b82c4); }}
.hubframe-form .hf-title {{ font-weight: 600; font-size: 14px; }}
.hubframe-form .hf-dim {{ opacity: .75; }}
.hubframe-form .hf-id {{ white-space: nowrap; }}
.hubframe-form .hf-value {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.hubframe-form .hf-amber {{ color: #b86e00; font-weight: 600; }}
.hubframe-form .hf-message {{ border-left: 4px solid #3b82c4; padding: 6px 10px; background: rgba(59,130,196,.12);
  white-space: pre-wrap; overflow-wrap: anywhere; }}
.hubframe-form .hf-warning {{ border-left-color: #d08a1d; background: rgba(208,138,29,.14); }}
.hubframe-form .hf-error {{ border-left-color: #d64545; background: rgba(214,69,69,.14); }}
body[data-jp-theme-light="false"] .hubframe-form .hf-amber, .jp-mod-dark .hubframe-form .hf-amber {{ color: #e6a94a; }}
</style>"""


def html(content: str = "", *classes: str, width: str = "auto") -> ipywidgets.HTML:
    """Return HTML, whose foreign parts are escaped already."""
    made = ipywidgets.HTML(content, layout=ipywidgets.Layout(width=width, min_width="0"))
    for name in classes:
        made.add_class(name)
    return made


def title(text: str, hint: str = "") -> ipywidgets.HTML:
    """Return a heading, with a hint beside it; both as plain text."""
    more = f' <span class="hf-dim">{escape(hint)}</span>' if hint else ""
    return html(f'<span class="hf-title">{escape(text)}</span>{more}')


def labelled(label: str, control: ipywidgets.DOMWidget, hint: str = "", *, width: str = "13em") -> ipywidgets.HBox:
    """Return a control with its label to the left and a hint to the right; both as plain text."""
    control.layout.width = control.layout.width or "20em"
    control.layout.flex = "0 1 auto"
    parts = [html(escape(label), width=width), control, html(f'<span class="hf-dim">{escape(hint)}</span>')]
    parts[0].layout.flex = "0 0 auto"
    parts[2].layout.flex = "1 1 16em"  # on a narrow page, on a line of its own
    return row(*parts)


def row(*children: ipywidgets.Widget, classes: tuple[str, ...] = ()) -> ipywidgets.HBox:
    """Return controls side by side, their gaps and heights alike everywhere."""
    made = ipywidgets.HBox(list(children), layout=ipywidgets.Layout(width="100%", align_items="center"))
    for name in ("hf-wrap", *classes):
        made.add_class(name)
    return made


def button(text: str, *, icon: str = "", style: str = "", hint: str = "", width: str = "auto") -> ipywidgets.Button:
    """Return a button; ``style`` is ``primary``, ``danger``, ... or nothing."""
    return ipywidgets.Button(
        description=text, icon=icon, button_style=style, tooltip=hint or text, layout=ipywidgets.Layout(width=width)
    )


def pieces(*parts: str) -> str:
    """Return parts of a sentence, joined by middle dots; empty ones are left out."""
    return " · ".join(part for part in parts if part)
