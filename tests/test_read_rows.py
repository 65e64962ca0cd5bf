"""Records as they come become a list per property: nothing shifts, each record is there once."""

from hypothesis import given
from hypothesis import strategies as st

from hubframe.reading_records.rows import MOST_KEPT, Once, Rows

RECORDS = st.lists(
    st.tuples(st.integers(1, 30), st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, "", "x", "y"]))),
    max_size=6,
)


def records(given_):
    return [{"id": number, "properties": properties} for number, properties in given_]


@given(st.lists(RECORDS, max_size=4), st.sampled_from([None, ["a", "b"], []]))
def test_every_record_is_there_once_with_its_own_texts(parts, names):
    made = []
    for part in parts:
        rows = Rows(names)
        rows.add(records(part))
        made.append(rows)
    whole = Rows(names).joined(made)
    first = {}
    for number, properties in (one for part in parts for one in part):
        first.setdefault(str(number), properties)
    assert whole.ids == list(first)
    shown = dict.fromkeys(name for part in parts for _, properties in part for name in properties)
    assert set(whole.texts) == set(names if names is not None else shown)
    for name, texts in whole.texts.items():
        assert texts == [properties.get(name) for properties in first.values()]
    if names:
        assert whole.unshown == {name for name in names if name not in shown}


def test_what_is_no_text_is_told_as_hubspot_would():
    rows = Rows(["a"])
    rows.add(
        [{"id": 7, "properties": {"a": True}}, {"id": "8", "properties": {"a": 1.5}}, {"id": 9, "properties": None}]
    )
    assert rows.ids == ["7", "8", "9"]
    assert rows.texts == {"a": ["true", "1.5", None]}


def test_places_are_taken_in_any_order_and_twice():
    rows = Rows(["a"])
    rows.add([{"id": "7", "properties": {"a": "x"}}, {"id": "8", "properties": {"a": "y"}}])
    taken = rows.take([1, 0, 1])
    assert (taken.ids, taken.texts) == (["8", "7", "8"], {"a": ["y", "x", "y"]})


def test_a_text_that_recurs_is_kept_once_in_all_parts_of_a_read():
    once = Once()
    parts = [Rows(["city"], once), Rows(["city"], once)]
    for number, part in enumerate(parts):
        part.add([{"id": f"{number}", "properties": {"city": f"Bergen {len(parts)}"}}])
    one, other = Rows(["city"]).joined(parts).texts["city"]
    assert one is other


def test_however_many_texts_there_are_few_are_kept_and_all_come_back():
    texts = [f"{number}" for number in range(3 * MOST_KEPT)]
    once = Once()
    for start in range(0, len(texts), 100):
        assert once.texts("name", texts[start : start + 100]) == texts[start : start + 100]
    assert len(once._kept["name"]) < MOST_KEPT + 100
