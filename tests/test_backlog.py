"""What is sent next: retries before anything new, one refused batch at a time, differing rows a hundred at a time."""

from __future__ import annotations

import pytest

from hubframe.delivery.steps import History
from hubframe.delivery.work import Backlog, Family, Work
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Problem

CAUSE = Problem("X", "X", "x")


def batch(*rows):
    return Batch(list(rows), [str(row) for row in rows], [{"name": "a"} for _ in rows])


def backlog(*batches, size=3, read_first=False):
    return Backlog(iter(batches), size, read_first=read_first)


def take(waiting, now=0.0, *, room=9, reading=False, only_looks=False):
    work = waiting.take(now, room=room, reads_on_the_way=reading, only_looks=only_looks)
    return work if work is None else (work.kind, work.batch.rows)


def test_new_batches_come_in_order():
    waiting = backlog(batch(0, 1), batch(2))
    assert [take(waiting), take(waiting), take(waiting)] == [("write", [0, 1]), ("write", [2]), None]
    assert waiting.is_empty()


def test_what_was_sent_before_goes_before_what_is_new():
    waiting = backlog(batch(0), batch(1))
    waiting.again(Work("write", batch(7)))
    assert [take(waiting), take(waiting)] == [("write", [7]), ("write", [0])]


def test_what_was_put_back_comes_first():
    waiting = backlog(batch(0), batch(1))
    waiting.again(Work("write", batch(7)))
    waiting.put_back([waiting.take(0.0, room=1, reads_on_the_way=False)])
    assert take(waiting) == ("write", [7])


def test_what_is_delayed_comes_when_it_is_due():
    waiting = backlog()
    waiting.later(Work("write", batch(2)), 5.0)
    waiting.later(Work("write", batch(1)), 3.0)
    waiting.later(Work("write", batch(3)), 5.0)
    assert take(waiting, 2.0) is None
    assert waiting.seconds_until_due(2.0) == 1.0
    assert not waiting.is_empty()
    assert [take(waiting, 6.0) for _ in range(3)] == [("write", [1]), ("write", [2]), ("write", [3])]
    assert waiting.is_empty()


def test_nothing_goes_without_room():
    assert take(backlog(batch(0)), room=0) is None


@pytest.mark.parametrize(("delayed", "new"), [(1, True), (2, False), (3, False)])
def test_what_waits_for_hubspot_takes_the_place_of_something_new(delayed, new):
    waiting = backlog(batch(0))
    for row in range(delayed):
        waiting.later(Work("write", batch(9 + row)), 100.0)
    assert (take(waiting, room=2) is not None) == new


def test_differing_rows_are_written_when_they_fill_a_request():
    waiting = backlog(batch(0), batch(1), read_first=True)
    waiting.differing(batch(5, 6), 0.0)
    assert take(waiting) == ("read", [0])
    waiting.differing(batch(7, 8), 1.0)
    assert take(waiting) == ("write", [5, 6, 7])
    assert take(waiting, reading=True) == ("read", [1])
    assert take(waiting, reading=True) is None
    assert take(waiting) == ("write", [8])
    assert waiting.is_empty()


def test_differing_rows_wait_five_seconds_at_most():
    waiting = backlog(*(batch(row) for row in range(9)), read_first=True)
    waiting.differing(batch(50), 1.0)
    assert take(waiting, 5.9)[0] == "read"
    assert take(waiting, 6.1) == ("write", [50])


def test_differing_rows_do_not_wait_for_what_is_known_to_come_late():
    waiting = backlog(read_first=True)
    waiting.later(Work("read", batch(3)), 60.0)
    waiting.differing(batch(50), 0.0)
    assert take(waiting, 1.0) is None
    assert take(waiting, 5.1) == ("write", [50])


def refused(waiting, *rows):
    family = Family("write", CAUSE, len(rows))
    waiting.families.append(family)
    for row in rows:
        waiting.again(Work("write", batch(row), History(), None, family))
    return family


def test_one_refused_batch_is_followed_at_a_time_and_nothing_new_is_sent():
    waiting = backlog(batch(0))
    first, second = refused(waiting, 10, 11), refused(waiting, 20, 21)
    assert sorted([take(waiting), take(waiting)]) == [("write", [10]), ("write", [11])]
    assert take(waiting) is None
    first.cleared = True
    waiting.families.remove(first)
    assert sorted([take(waiting), take(waiting)]) == [("write", [20]), ("write", [21])]
    assert take(waiting) is None
    second.cleared = True
    waiting.families.remove(second)
    assert take(waiting) == ("write", [0])


def test_a_cleared_batchs_parts_go_with_the_others():
    waiting = backlog()
    family = refused(waiting, 10)
    family.cleared = True
    waiting.families.remove(family)
    refused(waiting, 20)
    assert sorted([take(waiting), take(waiting)]) == [("write", [10]), ("write", [20])]


def test_once_stopped_only_looks_go_whatever_batch_they_belong_to():
    waiting = backlog(batch(0))
    refused(waiting, 10)
    family = refused(waiting, 20)
    waiting.again(Work("look", batch(21), History(), CAUSE, family))
    assert take(waiting, only_looks=True) == ("look", [21])
    assert take(waiting, only_looks=True) is None


def test_draining_gives_back_what_was_tried():
    waiting = backlog(batch(0))
    waiting.again(Work("write", batch(1)))
    waiting.later(Work("look", batch(2)), 9.0)
    waiting.differing(batch(3), 0.0)
    assert [work.batch.rows for work in waiting.drain()] == [[1], [2]]
    assert waiting.is_empty()
    assert take(waiting, 99.0) is None
