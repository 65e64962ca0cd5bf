"""What a search finds, each record once, past its cap of 10,000, whatever its pages are like: in virtual time."""

import asyncio

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hubframe
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer, search_pacer_for
from hubframe.reading_records.searching import extent, found_ids
from hubframe.records.searches import windowed
from tests.fake_records import PATH, FakeRecords, asker
from tests.virtual_time import run as in_virtual_time

CITY = {"propertyName": "city", "operator": "EQ", "value": "Bergen"}
GROUPS = [{"filters": [CITY]}]
FULL = [{"filters": [CITY] * 6}]


def found(hubspot, groups=GROUPS, limit=None, pacer=None):
    """Return the ids found, the run, and the seconds it took."""

    async def main():
        ours = asker(hubspot, pacer=pacer or Pacer(5, 1.0))
        ids = [one async for page in found_ids(ours, PATH, groups, limit) for one in page]
        return ids, ours.run, asyncio.get_running_loop().time()

    return in_virtual_time(main())


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 10_000, 10_001, 25_000])
def test_everything_is_found_once_past_the_cap(count):
    hubspot = FakeRecords(range(7, 7 + 3 * count, 3))
    ids, run, _ = found(hubspot)
    assert ids == list(map(str, hubspot.ids))
    assert run.total == count
    assert run.requests <= count // 200 + (1 if count else 2)  # that there are none is believed when said twice


def test_each_page_is_a_search_of_its_own_so_that_none_shifts():
    hubspot = FakeRecords(range(1, 1000))
    staying = set(range(300, 1000))
    hubspot.happens = hubspot.ids.remove  # one that was found already goes away
    ids, _, _ = found(hubspot)
    assert staying <= set(map(int, ids))
    asked = [body for _, body in hubspot.requests]
    assert all("after" not in body for body in asked)
    assert [body["filterGroups"][0]["filters"][-1].get("value") for body in asked[1:3]] == ["201", "401"]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 10**12), max_size=1500), st.integers(0, 50), st.sampled_from([0.0, 0.3, 0.8]))
def test_pages_that_are_not_full_or_empty_are_not_the_last(ids, seed, share):
    hubspot = FakeRecords(ids, seed=seed)
    hubspot.underfilled = lambda number: hubspot.random.random() < share and number % 7
    told, _, _ = found(hubspot)
    assert told == list(map(str, sorted(ids)))


def test_an_order_that_is_none_of_numbers_is_paged_through_as_hubspot_leads():
    hubspot = FakeRecords(range(1, 2000, 3))
    hubspot.numeric = False
    ids, _, _ = found(hubspot)
    assert sorted(map(int, ids)) == hubspot.ids
    assert len(set(ids)) == len(ids)


def test_what_comes_in_no_order_of_ids_is_too_much_beyond_the_cap():
    hubspot = FakeRecords(range(1, 10_002))
    hubspot.numeric = False
    with pytest.raises(hubframe.PlanError, match=r"10,001 records match.* in several calls, each with a filter more"):
        found(hubspot)
    assert len(found(hubspot, limit=10_000)[0]) == 10_000


def test_without_room_for_a_filter_it_is_paged_through_up_to_the_cap():
    hubspot = FakeRecords(range(1, 5001))
    ids, _, _ = found(hubspot, FULL)
    assert len(ids) == 5000
    hubspot = FakeRecords(range(1, 10_101))
    with pytest.raises(hubframe.PlanError, match=r"10,100 records match.*Take one filter out"):
        found(hubspot, FULL)
    assert len(hubspot.requests) == 1
    ids, _, _ = found(hubspot, FULL, limit=10_000)
    assert len(ids) == 10_000


def test_a_window_never_makes_a_search_too_long():
    """Near 3,000 characters there is room for the filters alone: then pages follow as HubSpot leads."""
    windows = set()
    for length in range(2_600, 2_841):
        groups = [{"filters": [{**CITY, "value": "x" * (length - 72)}]}]
        hubspot = FakeRecords(range(171_591_000_198, 171_591_000_198 + 450))
        ids, _, _ = found(hubspot, groups)
        assert ids == list(map(str, hubspot.ids))
        bodies = [body for _, body in hubspot.requests]
        assert max(len(orjson.dumps(body)) for body in bodies) <= 3_000
        windows.add("after" not in bodies[-1])
    assert windows == {True, False}


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (200, 1), (201, 2), (999, 5)])
def test_a_limit_is_kept_to(limit, requests):
    hubspot = FakeRecords(range(1, 5000))
    ids, run, _ = found(hubspot, limit=limit)
    assert ids == [str(number) for number in range(1, limit + 1)]
    assert (run.requests, run.total) == (requests, limit)


def test_a_refused_filter_is_named_with_hubspots_words():
    hubspot = FakeRecords([1])
    groups = [{"filters": [{"propertyName": "town", "operator": "BETWEEN", "value": "1", "highValue": "2"}, CITY]}]
    message = "There was a problem with the request. (property town has no such operator)"
    hubspot.answers[1] = Answer(400, {"message": message, "category": "VALIDATION_ERROR"})
    with pytest.raises(hubframe.PlanError) as told:
        found(hubspot, groups)
    assert message in str(told.value)
    assert "('town', 'BETWEEN', '1', '2')" in str(told.value)
    assert "Bergen" not in str(told.value)


def test_a_search_that_gives_the_same_page_again_and_again_is_an_error():
    hubspot = FakeRecords(range(1, 1000))
    page = {"total": 999, "results": [{"id": str(number)} for number in range(1, 201)]}
    hubspot.answers.update(dict.fromkeys(range(1, 9), Answer(200, page)))
    with pytest.raises(hubframe.HubSpotUnavailable, match="again and again"):
        found(hubspot)


@pytest.mark.parametrize(
    ("filters", "room"),
    [([1], True), ([5, 5, 5], True), ([6], False), ([5, 5, 6], False), ([4, 4, 4, 4], False), ([], True)],
)
def test_a_window_takes_a_filter_of_every_group(filters, room):
    groups = [{"filters": [CITY] * count} for count in filters]
    made = windowed(groups, 7)
    assert (made is not None) == room
    if room:
        last = {"propertyName": "hs_object_id", "operator": "GT", "value": "7"}
        assert [group["filters"][-1] for group in made] == [last] * max(1, len(filters))
    assert [len(group["filters"]) for group in groups] == filters


def test_how_many_there_are_is_asked_in_one_search_and_may_stay_unknown():
    async def told(hubspot):
        return await extent(asker(hubspot), PATH)

    assert in_virtual_time(told(FakeRecords(range(5, 1000)))) == (995, 999)
    for hubspot in (FakeRecords([]), FakeRecords([1], searchable=False)):
        assert in_virtual_time(told(hubspot)) is None
        assert len(hubspot.requests) == 1


def test_searches_keep_to_five_a_second_of_an_account_whoever_asks():
    pacer = search_pacer_for("account 7")
    assert search_pacer_for("account 7") is pacer
    assert search_pacer_for("account 8") is not pacer
    hubspot = FakeRecords(range(1, 8001), latency=(0.0, 0.01))
    _, _, seconds = found(hubspot, pacer=Pacer(5, 1.0))
    assert len(hubspot.requests) == 40
    assert 7.0 <= seconds <= 7.5  # five at once, then five a second and a little
