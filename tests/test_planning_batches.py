"""A part of a batch holds just the rows asked for, whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.planning.batches import Batch


def batch(rows, id_property=None):
    return Batch(
        rows=[row * 10 for row in range(rows)],
        ids=[f"id {row}" for row in range(rows)],
        texts=[{"city": f"city {row}"} for row in range(rows)],
        id_property=id_property,
    )


def test_nothing_is_known_of_a_row_until_it_is_read():
    assert batch(2).known == [None, None]
    assert batch(0).known == []


@settings(deadline=None)
@given(st.integers(0, 10).flatmap(lambda rows: st.tuples(st.just(rows), st.lists(st.integers(0, max(rows - 1, 0))))))
def test_a_part_keeps_each_row_s_own(case):
    rows, indices = case
    whole = batch(rows, "customer_number")
    whole.known = [{"city": f"old {row}"} for row in range(rows)]
    part = whole.part([index for index in indices if index < rows])
    assert len(part) == len(part.rows)
    assert part.id_property == "customer_number"
    for row, record, texts, known in zip(part.rows, part.ids, part.texts, part.known, strict=True):
        number = row // 10
        assert (record, texts, known) == (f"id {number}", {"city": f"city {number}"}, {"city": f"old {number}"})


def test_an_empty_part_of_a_batch_is_empty():
    part = batch(3).part(())
    assert (len(part), part.known) == (0, [])
