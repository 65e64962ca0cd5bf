"""The form's own bar: rows, rate and time left in words, and what Stop says."""

import pytest

from hubframe.delivery.run import Progress
from hubframe.widgets.form.progress_panel import ProgressPanel
from hubframe.widgets.form.progress_text import progress_text, share_done
from tests.form_host import FormHost


@pytest.mark.parametrize(
    ("progress", "seconds", "text"),
    [
        (Progress(0, 0, {}), 0, "Reading…"),
        (Progress(3, 0, {}), 0, "0 of 3 rows"),
        (Progress(50_000, 12_000, {"updated": 12_000}), 6, "12,000 of 50,000 rows · 2,000 rows/s · about 19 s left"),
        (Progress(50_000, 12_000, {}), 1, "12,000 of 50,000 rows"),  # too soon to say how fast it is
        (Progress(2_000_000, 2_500, {}), 10, "2,500 of 2,000,000 rows · 250 rows/s · about 2.2 h left"),
        (Progress(10_000, 2_000, {}), 50, "2,000 of 10,000 rows · 40 rows/s · about 3 min left"),
        (Progress(10, 1, {}), 4, "1 of 10 rows · 15 rows a minute · about 36 s left"),
        (Progress(10, 10, {"updated": 7, "invalid": 1, "failed": 2}), 9, "10 of 10 rows · 3 refused"),
        (Progress(10, 5, {}, 3, 4.2), 1, "5 of 10 rows · waiting 4 s for HubSpot's limit"),
        (Progress(10, 5, {}, 3, 4.2, stopping=True), 5, "5 of 10 rows · 1 rows/s"),
    ],
)
def test_how_far_it_is_in_words(progress, seconds, text):
    assert progress_text(progress, seconds) == text


def test_the_bar_fills_with_the_rows_that_are_known():
    assert share_done(Progress(0, 0, {})) == 0
    assert share_done(Progress(4, 1, {})) == 0.25
    assert share_done(Progress(4, 4, {})) == 1


class Clock:
    seconds = 100.0

    def __call__(self):
        return self.seconds


def panel():
    clock, stops = Clock(), []

    def stop():
        stops.append(True)
        return len(stops)

    return ProgressPanel(FormHost(), stop, clock), clock, stops


def test_the_rate_counts_from_the_first_rows_and_not_from_the_press():
    shown, clock, _ = panel()
    shown.begin("Updating contacts")
    shown.tell(Progress(0, 0, {}))
    clock.seconds = 150.0
    shown.tell(Progress(100, 0, {}))
    clock.seconds = 155.0
    shown.tell(Progress(100, 50, {}))
    assert shown.bar.value == 0.5
    assert shown.text.value == "50 of 100 rows · 10 rows/s · about 5 s left"


def test_rows_settled_before_anything_was_sent_are_no_speed():
    shown, clock, _ = panel()
    shown.begin("Updating contacts")
    shown.tell(Progress(1_000, 600, {"unchanged": 600}))
    clock.seconds = 110.0
    shown.tell(Progress(1_000, 700, {"unchanged": 600, "updated": 100}))
    assert shown.text.value == "700 of 1,000 rows · 10 rows/s · about 30 s left"


def test_stop_says_what_it_waits_for_and_a_second_one_waits_for_nothing():
    shown, _, stops = panel()
    shown.begin("Updating contacts")
    shown.stop.click()
    assert (len(stops), shown.stop.description, shown.stop.disabled) == (1, "Stop without waiting", False)
    shown.stop.click()
    assert (len(stops), shown.stop.disabled) == (2, True)
    shown.begin("Updating contacts")
    assert (shown.stop.description, shown.stop.disabled, shown.bar.value) == ("Stop", False, 0)
