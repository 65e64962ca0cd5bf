"""All records, each once, in the list's order, however the list's cursors look: in virtual time."""

import asyncio
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hubframe
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer
from hubframe.reading_records.asking import ReadStopped
from hubframe.reading_records.by_id import RecordReader
from hubframe.reading_records.listing import MOST_WALKS, Listing
from hubframe.reading_records.rows import Rows
from hubframe.reading_records.stretches import AT_FIRST
from tests.fake_records import CURSORS, PATH, FakeRecords, asker
from tests.virtual_time import run as in_virtual_time


def listed(hubspot, *, names=("name",), limit=None, requests_per_interval=1_000_000, archived=False):
    """Return the rows of a list, the listing, and the seconds it took."""

    async def main():
        loop = asyncio.get_running_loop()
        ours = asker(hubspot, limit=requests_per_interval)
        search = asker(hubspot, pacer=Pacer(5, 1.0))
        search.run = ours.run
        names_ = None if names is None else list(names)
        reader = RecordReader(ours, PATH, names_)
        listing = Listing(ours, search, PATH, names_, reader, archived=archived)
        began = loop.time()
        await listing.read(limit)
        assert len(asyncio.all_tasks()) == 1
        parts, whole = listing.stretches.in_order()
        assert whole or limit is not None
        return Rows(names_).joined(parts), ours.run, loop.time() - began

    return in_virtual_time(main())


def pages(hubspot):
    return [asked for kind, asked in hubspot.requests if kind == "list"]


EVEN = range(1000, 1000 + 7 * 5000, 7)
# Old ids are small and thick, new ones large and thin, with one far away.
UNEVEN = [*range(1, 60_000, 51), *range(171_591_000_198, 171_595_000_000, 1999), 999_999_999_999]


@pytest.mark.parametrize("cursors", CURSORS)
@pytest.mark.parametrize("ids", [EVEN, UNEVEN, [7], [], range(1, 101), range(1, 102), range(1, 1000)])
def test_every_record_comes_once_and_in_order(ids, cursors):
    hubspot = FakeRecords(ids, cursors=cursors)
    rows, run, _ = listed(hubspot)
    assert rows.ids == list(map(str, sorted(ids)))
    assert rows.texts["name"] == [f"n{number}" for number in rows.ids]
    assert run.done == len(rows)


@settings(max_examples=150, deadline=None)
@given(
    ids=st.one_of(
        st.sets(st.integers(1, 10**12), max_size=900),
        st.integers(300, 3000).map(lambda count: set(range(1, count * 3, 3))),
        st.tuples(st.integers(1, 900), st.integers(1, 900)).map(
            lambda counts: set(range(1, 1 + counts[0])) | {10**11 + 1000 * number for number in range(counts[1])}
        ),
    ),
    cursors=st.sampled_from(CURSORS),
    page=st.sampled_from([3, 7, 100]),
    seed=st.integers(0, 5),
    searchable=st.booleans(),
)
def test_it_is_the_same_from_wherever_it_is_walked(ids, cursors, page, seed, searchable):
    hubspot = FakeRecords(ids, cursors=cursors, page=page, seed=seed, searchable=searchable)
    rows, _, _ = listed(hubspot)
    assert rows.ids == list(map(str, sorted(ids)))


@pytest.mark.parametrize("cursors", ["last id", "next id", "opaque"])
@pytest.mark.parametrize("seed", range(6))
def test_records_that_stay_all_come_while_others_come_and_go(cursors, seed):
    ids = set(EVEN)
    hubspot = FakeRecords(ids, cursors=cursors, seed=seed)

    def happens(number):
        gone = hubspot.random.choice(hubspot.ids[:-1])
        ids.discard(gone)
        hubspot.ids = sorted({*hubspot.ids, hubspot.ids[-1] + number} - {gone})

    hubspot.happens = happens
    rows, _, _ = listed(hubspot)
    assert len(set(rows.ids)) == len(rows.ids)
    assert set(map(str, ids)) - set(rows.ids) == set()


@pytest.mark.parametrize("ids", [EVEN, UNEVEN])
@pytest.mark.parametrize("cursors", ["last id", "next id"])
def test_several_places_are_read_at_once_for_hardly_more_requests(ids, cursors):
    hubspot = FakeRecords(ids, cursors=cursors)
    _, run, seconds = listed(hubspot)
    fewest = math.ceil(len(ids) / 100)
    assert 8 <= hubspot.most_on_the_way <= MOST_WALKS + 1
    assert run.requests <= fewest + MOST_WALKS + 8
    assert seconds < 0.5 * fewest * 0.3  # one after the other: 0.3 s each


def lying(how, count):
    """Return ids as an account's history leaves them."""
    chosen = random.Random(count)
    if how == "imports":
        ids: list[int] = []
        while len(ids) < count:
            first = (ids[-1] if ids else 0) + chosen.randrange(1000, 10**8)
            ids += range(first, first + 3 * chosen.randrange(20, 2000), 3)
        return ids[:count]
    old = count // {"a third is old": 3, "few are old": 20}[how]  # small ids, and all new ones large
    return [*range(1, 51 * old, 51), *sorted({171_591_000_198 + chosen.randrange(10**10) for _ in range(count - old)})]


@pytest.mark.parametrize("how", ["imports", "a third is old", "few are old"])
@pytest.mark.parametrize(("count", "times_as_fast", "requests"), [(3_000, 2, 2.0), (10_000, 5, 1.5), (30_000, 4, 1.2)])
def test_several_places_are_read_at_once_however_unevenly_the_ids_lie(how, count, times_as_fast, requests):
    hubspot = FakeRecords(lying(how, count), latency=(0.2, 0.4))
    rows, run, seconds = listed(hubspot)
    assert len(rows) == len(hubspot.ids)
    fewest = math.ceil(count / 100)
    assert seconds < fewest * 0.3 / times_as_fast
    assert run.requests <= requests * fewest


@pytest.mark.parametrize("cursors", ["opaque", "refused", "ignored"])
def test_cursors_that_are_no_ids_cost_a_few_requests_at_most(cursors):
    hubspot = FakeRecords(EVEN, cursors=cursors)
    _, run, _ = listed(hubspot)
    assert run.requests <= math.ceil(len(EVEN) / 100) + 8


def test_a_cursor_of_our_own_on_which_hubspot_breaks_makes_the_list_no_slower_to_read_than_a_refused_one():
    hubspot = FakeRecords(EVEN, cursors="refused")
    usual = hubspot.list

    def breaks(query):
        answer = usual(query)
        return Answer(500, {"message": "boom"}) if answer.status == 400 else answer

    hubspot.list = breaks
    rows, run, _ = listed(hubspot)
    assert len(rows) == len(EVEN)
    assert {kind for kind, _ in hubspot.requests} == {"list", "search"}  # and none by POST
    assert run.requests <= math.ceil(len(EVEN) / 100) + 3 * 4 + 8


@pytest.mark.parametrize(("limit", "windows", "slack"), [(100, 10, 1.04), (190, 5, 1.08)])
def test_the_limit_is_used_to_the_full_and_never_passed(limit, windows, slack):
    hubspot = FakeRecords(range(1, 100_001))
    _, run, seconds = listed(hubspot, requests_per_interval=limit)
    bound = (run.requests - 2) // limit * 10 + 0.3  # one is a search
    assert 10 * windows <= bound <= seconds <= slack * bound


def test_walks_begin_as_soon_as_the_lists_extent_is_known_and_soon_all_are_on_the_way():
    hubspot = FakeRecords(range(1, 100_001), latency=(0.3, 0.3))
    began = []
    hubspot.happens = lambda number: began.append(asyncio.get_running_loop().time())
    listed(hubspot)
    assert [sum(at < 0.05 + answered * 0.3 for at in began) for answered in (0, 1)] == [2, 2 + 1 + AT_FIRST]
    assert sum(1.25 < at < 1.55 for at in began) >= MOST_WALKS


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (100, 1), (101, 2), (250, 3), (10_000, 51)])
def test_a_limit_is_kept_to_and_asks_for_no_more(limit, requests):
    hubspot = FakeRecords(EVEN)
    rows, run, _ = listed(hubspot, limit=limit)
    assert rows.ids == list(map(str, EVEN))[:limit]
    assert run.requests <= requests
    assert sum(int(page["limit"]) for page in pages(hubspot)) <= max(limit, len(EVEN) + 100)


def test_archived_records_are_walked_one_page_after_the_other():
    hubspot = FakeRecords(EVEN)
    rows, run, _ = listed(hubspot, archived=True)
    assert len(rows) == len(EVEN)
    assert {kind for kind, _ in hubspot.requests} == {"list"}
    assert all(page["archived"] == "true" for page in pages(hubspot))
    assert run.total == 0


# Properties that don't fit into an address ------------------------------------------------------------------


def test_many_properties_are_read_by_post():
    names = ["name", *(f"a_property_with_a_long_name_{number}" for number in range(100))]
    hubspot = FakeRecords(EVEN)
    rows, run, _ = listed(hubspot, names=names)
    assert rows.ids == list(map(str, EVEN))
    assert rows.texts["name"] == [f"n{number}" for number in EVEN]
    assert {page["properties"] for page in pages(hubspot)} == {"hs_object_id"}
    assert run.requests <= 2 * (math.ceil(len(EVEN) / 100) + MOST_WALKS + 8)


def test_an_address_that_is_too_long_for_somebody_on_the_way_is_made_shorter():
    hubspot = FakeRecords(EVEN)
    hubspot.answers[1] = hubspot.answers[2] = Answer(414, None, text="<html>URI Too Long")
    rows, _, _ = listed(hubspot)
    assert len(rows) == len(EVEN)
    assert pages(hubspot)[-1]["properties"] == "hs_object_id"


def test_hubspots_own_choice_of_properties():
    rows, _, _ = listed(FakeRecords(range(1, 250)), names=None)
    assert rows.texts["name"][248] == "n249"
    assert set(rows.texts) == {"hs_object_id", "name"}


# Trouble ----------------------------------------------------------------------------------------------------


def test_that_nothing_follows_is_believed_when_said_twice():
    hubspot = FakeRecords(EVEN, cursors="opaque")
    hubspot.answers[4] = Answer(200, {"results": []})
    rows, _, _ = listed(hubspot)
    assert len(rows) == len(EVEN)


@pytest.mark.parametrize("cursors", ["last id", "opaque"])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 9, 30, 150])
def test_an_end_that_comes_too_early_is_believed_when_said_twice(at, cursors):
    hubspot = FakeRecords(range(1, 20_001), cursors=cursors)
    hubspot.ends_early = lambda number, _: number == at
    rows, _, _ = listed(hubspot)
    assert rows.ids == list(map(str, range(1, 20_001)))


def test_where_the_list_ends_too_early_again_and_again_nothing_that_came_is_dropped():
    hubspot = FakeRecords(range(1, 20_001))
    hubspot.ends_early = lambda _, last: last == 200
    rows, run, _ = listed(hubspot)
    assert 10_000 < len(rows) == run.done < 20_000
    assert rows.ids == sorted(rows.ids, key=int)
    assert run.total == 20_000


@pytest.mark.parametrize("body", [None, {}, {"results": None}, {"message": "hello"}])
def test_an_answer_without_records_is_asked_for_again(body):
    hubspot = FakeRecords(EVEN)
    hubspot.answers.update({3: Answer(200, body), 9: Answer(200, body), 20: Answer(503, None, text="busy")})
    rows, _, _ = listed(hubspot)
    assert len(rows) == len(EVEN)


def test_a_list_that_leads_in_a_circle_is_an_error():
    hubspot = FakeRecords(EVEN, cursors="opaque")
    hubspot.cursor = lambda last: "here"
    with pytest.raises(hubframe.HubSpotUnavailable, match="again and again"):
        listed(hubspot)


@pytest.mark.parametrize("at", [2, 6, 30])
@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_in_the_middle_stops_everything(at, status):
    hubspot = FakeRecords(EVEN)
    hubspot.happens = lambda number: (
        hubspot.answers.update({number: Answer(status, {"message": "no"})}) if number >= at else None
    )
    with pytest.raises(ReadStopped):
        listed(hubspot)
    assert len(hubspot.requests) <= at + MOST_WALKS
