"""Pages: every thing is on exactly one page, and no page holds more than it should."""

import pytest

from hubframe.widgets.form.pages import Pager
from tests.form_host import FormHost


def pager(total, per_page=10):
    shown = []
    made = Pager(FormHost(), shown.append, per_page=per_page)
    made.count(total)
    return made, shown


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 99, 100, 101])
def test_turning_all_pages_shows_each_thing_once(total):
    made, shown = pager(total)
    while not made.next.disabled:
        made.next.click()
    assert [place for pages in shown for place in pages] == list(range(total))
    assert max(map(len, shown)) <= 10


@pytest.mark.parametrize(("total", "hidden"), [(0, True), (10, True), (11, False), (200_000, False)])
def test_one_page_needs_no_buttons(total, hidden):
    assert (pager(total)[0].box.layout.display == "none") is hidden


def test_first_last_and_the_ends():
    made, shown = pager(25)
    assert (made.first.disabled, made.previous.disabled) == (True, True)
    made.last.click()
    assert list(shown[-1]) == list(range(20, 25))
    assert (made.last.disabled, made.next.disabled) == (True, True)
    made.previous.click()
    made.first.click()
    assert shown[-1] == range(10)


def test_a_list_that_shrinks_keeps_a_page_that_is_there():
    made, shown = pager(25)
    made.last.click()
    made.count(21, keep_page=True)
    assert shown[-1] == range(20, 21)
    made.count(5, keep_page=True)
    assert shown[-1] == range(5)
