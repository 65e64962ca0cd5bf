"""The update form on a page of JupyterLab's or Voila's, as its user sees it and works it."""

from __future__ import annotations

import ast
import contextlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

SECONDS = 60
BUTTON_OF = {
    "File": "Use this file",
    "Choose": "Preview changes",
    "Preview": "Back to the choices",
    "Results": "Start again",
}

# A line under the form in which the kernel can be asked: Voila runs no cells once the page stands.
ASK = """
import html
import ipywidgets

asked = ipywidgets.Text(placeholder="ask", continuous_update=False)
answered = ipywidgets.HTML()


def answer(change):
    try:
        told = repr(eval(change["new"], globals()))
    except Exception as error:
        told = repr(f"{type(error).__name__}: {error}")
    answered.value = f"<code class='answer'>{html.escape(change['new'])}\\n{html.escape(told)}</code>"


asked.observe(answer, "value")
ipywidgets.VBox([asked, answered])
"""

# A part that sticks out of the form on the right, or of what holds it.
STICKING_OUT = """form => {
    const right = form.getBoundingClientRect().right;
    const seen = element => element.checkVisibility() && element.getBoundingClientRect().width > 0;
    return [...form.querySelectorAll("*")].filter(seen)
        .filter(element => element.getBoundingClientRect().right > right + 1)
        .map(element => `${element.className}: ${element.textContent.slice(0, 60)}`);
}"""
# The least contrast of any text with what is behind it (WCAG's formula), and the text.
CONTRASTS = """form => {
    const parse = colour => {
        const parts = colour.match(/[\\d.]+/g).map(Number);
        return {rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1};
    };
    const over = (top, below) => top.rgb.map((part, place) => part * top.alpha + below[place] * (1 - top.alpha));
    const behind = element => {
        if (!element) return [255, 255, 255];
        const colour = parse(getComputedStyle(element).backgroundColor);
        return colour.alpha === 1 ? colour.rgb : over(colour, behind(element.parentElement));
    };
    const opacity = element => element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
    const light = rgb => {
        const [r, g, b] = rgb.map(part => part / 255)
            .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    for (const element of form.querySelectorAll("*")) {
        const own = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim());
        const typed = ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) && element.type !== "checkbox";
        if ((!own.length && !typed) || !element.checkVisibility() || element.disabled) continue;
        if (["STYLE", "OPTION"].includes(element.tagName)) continue;
        const below = behind(element);
        const text = parse(getComputedStyle(element).color);
        const lights = [light(over({rgb: text.rgb, alpha: text.alpha * opacity(element)}, below)), light(below)];
        const ratio = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
        found.push([Math.round(ratio * 100) / 100, (typed ? element.tagName : element.textContent).slice(0, 60)]);
    }
    return found.sort((one, other) => one[0] - other[0]);
}"""
FOCUSED = """() => {
    const element = document.activeElement;
    return `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
}"""


@dataclass(frozen=True)
class FormPage:
    """A form of `page`, the one unless `number` says which. What it waits for, it waits for a minute."""

    page: Page
    number: int | None = None
    asks: Iterator[int] = field(default_factory=itertools.count)

    @property
    def form(self) -> Locator:
        forms = self.page.locator(".hubframe-form")
        return forms if self.number is None else forms.nth(self.number)

    @property
    def step(self) -> str:
        """The step that is marked as the present one, such as "1 Choose"."""
        return self.form.locator("[aria-current=step]").inner_text()

    def button(self, name: str) -> Locator:
        """The button whose text begins with `name`, disabled or not."""
        buttons = self.form.locator("button:visible").filter(has_text=name)
        return buttons.first

    def press(self, name: str) -> None:
        """Press a button, once it is there and enabled."""
        with self.told():
            self.button(name).click(timeout=SECONDS * 1000)

    def wait_for_step(self, step: str) -> None:
        """Wait until `step` is the present one, and its panel is in sight instead of what is going on."""
        current = self.form.locator("[aria-current=step]").filter(has_text=step)
        with self.told():
            current.wait_for(timeout=SECONDS * 1000)
            self.button(BUTTON_OF[step]).wait_for(timeout=SECONDS * 1000)

    def wait_for_text(self, text: Any) -> None:
        with self.told():
            self.form.get_by_text(text).first.wait_for(timeout=SECONDS * 1000)

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Where something does not come, say what the form shows instead."""
        from playwright.sync_api import TimeoutError as PlaywrightTimeoutError  # noqa: PLC0415  (an optional part)

        try:
            yield
        except PlaywrightTimeoutError as error:
            raise AssertionError(f"{error}\nThe form shows:\n{self.form.inner_text()}") from None

    def ask(self, expression: str) -> Any:
        """What the kernel says an expression is; it must be a literal. For a notebook with the cell `ASK`."""
        asked = f"{expression}  # {next(self.asks)}"
        box = self.page.get_by_placeholder("ask", exact=True)
        box.fill(asked)
        box.press("Enter")
        answer = self.page.locator("code.answer").filter(has_text=asked)
        answer.wait_for(timeout=SECONDS * 1000)
        return ast.literal_eval(answer.text_content().partition("\n")[2])

    def refused(self, label: str, cause: str) -> Locator:
        """Choose a cause of the results, by the property's label and what is wrong; its rows."""
        cause = f"{label}: {cause}"
        causes = self.form.locator("select:visible").filter(has=self.page.locator("option", has_text=cause))
        self.pick(causes.first, cause)
        rows = self.form.locator(".hf-row")
        with self.told():  # until then the rows of the cause before are in sight
            rows.filter(has_text=label).first.wait_for(timeout=SECONDS * 1000)
        return rows

    def pick(self, select: Locator, part: str) -> None:
        """Choose the one option whose text has this part."""
        texts = select.locator("option").all_text_contents()
        # ipywidgets writes its options with spaces that don't break.
        [place] = [place for place, text in enumerate(texts) if part in text.replace("\xa0", " ")]
        select.select_option(index=place)

    def upload(self, name: str, content: bytes) -> None:
        """Choose a file, as it is on the user's disk."""
        with self.page.expect_file_chooser() as choosing:
            self.press("Choose a file")
        choosing.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(300)  # what was pressed last is answered by the kernel
        self.form.screenshot(path=path)

    def sticking_out(self) -> list[str]:
        """What is cut off on the right."""
        return self.form.evaluate(STICKING_OUT)

    def contrasts(self) -> list[tuple[float, str]]:
        """Every text's contrast with its background, the least first; disabled controls apart."""
        return self.form.evaluate(CONTRASTS)

    def tab_stops(self, most: int = 400) -> list[str]:
        """What Tab reaches in the form, in order, from its first control on."""
        self.form.locator("button:visible:enabled, input:visible, select:visible, textarea:visible").first.focus()
        stops = []
        while len(stops) < most and self.form.locator(":focus").count():
            stops.append(self.page.evaluate(FOCUSED))
            self.page.keyboard.press("Tab")
        return stops
