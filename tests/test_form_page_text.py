"""The form's head, steps and messages: whatever they are made of, it is text on the page and never a tag."""

import pytest

from hubframe.errors import PlanError
from hubframe.widgets.form.page_text import error_html, head_html, message_html, steps_html

SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "made",
    [
        head_html(SCRIPT, SCRIPT),
        message_html(SCRIPT, "note"),
        error_html(PlanError(SCRIPT)),
        error_html(KeyError(SCRIPT)),
    ],
)
def test_what_comes_from_outside_is_escaped(made):
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_the_step_in_sight_stands_out_and_is_told_to_screen_readers():
    shown = steps_html("preview", uploads=False)
    assert '<b aria-current="step">2 Preview</b>' in shown
    assert "File" not in shown
    assert '<b aria-current="step">3 Preview</b>' in steps_html("preview", uploads=True)


def test_an_error_of_ours_is_its_own_words_and_another_tells_where_it_arose():
    assert "Details" not in error_html(PlanError("No such column. Next: df.columns"))
    try:
        {}["rows"]
    except KeyError as error:
        shown = error_html(error)
    assert "mistake in hubframe" in shown
    assert "test_form_page_text.py" in shown


def test_no_message_is_nothing():
    assert message_html("", "error") == ""
