"""The form by keyboard, in both themes and in a narrow window."""

import pytest

from tests.jupyterlab.form_notebooks import FORM, FRAME, choose_property, previewed

pytestmark = pytest.mark.browser

ENABLED = "button:visible:enabled, input:visible:enabled, select:visible:enabled, textarea:visible:enabled"
WIDTHS = (900, 1280)
LEAST_CONTRAST = 4.5  # WCAG 2.1, 1.4.3


def test_by_keyboard_alone(opened):
    form = opened(FRAME.format(rows=12), FORM)
    form.wait_for_step("Choose")
    stops = form.tab_stops()
    assert len(stops) >= form.form.locator(ENABLED).count()
    assert any("More" in stop for stop in stops), stops
    choose_property(form, "Town", "City (city)")
    for button, step in (("Preview changes", "Preview"), ("Update", "Results")):
        form.button(button).wait_for()
        tab_to(form, button)
        form.page.keyboard.press("Enter")
        form.wait_for_step(step)
    assert form.ask("form.result is not None")


def tab_to(form, button):
    form.form.locator(ENABLED).first.focus()
    for _ in range(200):
        if form.page.evaluate("document.activeElement.textContent").strip().startswith(button):
            return
        form.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {button}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_readable_in_both_themes(opened, theme):
    """Nothing sticks out, and every text has a contrast of 4.5 and more with what is behind it."""
    form = opened(FRAME.format(rows=40), FORM, theme=theme)

    def looked_at():
        for width in WIDTHS:
            form.page.set_viewport_size({"width": width, "height": 900})
            assert form.sticking_out() == []
        assert [text for text in form.contrasts() if text[0] < LEAST_CONTRAST] == []

    form.wait_for_step("Choose")
    form.press("Show the code")
    looked_at()
    previewed(form)
    looked_at()
    form.press("Update 37 records")
    form.wait_for_step("Results")
    looked_at()
