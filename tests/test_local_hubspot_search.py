"""LocalHubSpot's search on the wire: pages, order, its cap and limits, what it refuses and what it does not see yet."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.local_hubspot import LocalHubSpot, Portal
from hubframe.local_hubspot.answers import Refusal
from hubframe.local_hubspot.rate_limit import RateLimit
from hubframe.local_hubspot.search import Search
from hubframe.local_hubspot.settings import Settings
from tests.test_local_hubspot_http import CONTACTS, UPDATE, ask, one_row

SEARCH = f"{CONTACTS}/search"
BY_ID = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
NO_REASON = "There was a problem with the request."


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000, searches_per_second=10_000) as made:
        yield made


def condition(name, operator, value=None, **more):
    return {"propertyName": name, "operator": operator, **({} if value is None else {"value": value}), **more}


def look(local, *groups, **body):
    return ask(local, "POST", SEARCH, {"filterGroups": [{"filters": list(group)} for group in groups], **body})


def ids(answer):
    assert answer.status == 200, answer.text
    return [result["id"] for result in answer.body["results"]]


# What is found ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SEARCH, "/crm/v3/objects/0-1/search", "/crm/objects/2026-09/contact/search"])
def test_a_result_looks_like_hubspots(local, path):
    record_id = local.portal.add("contacts", {"firstname": "Juniper", "email": "juniper@example.com"})
    answer = ask(local, "POST", path, {"properties": ["firstname", "phone", "nope"]})
    assert answer.status == 200
    assert answer.body.keys() == {"total", "results"}
    [result] = answer.body["results"]
    assert result.keys() == {"id", "properties", "createdAt", "updatedAt", "archived", "url"}
    assert (result["id"], result["archived"]) == (record_id, False)
    assert result["properties"].keys() == {"firstname", "phone", "createdate", "hs_object_id", "lastmodifieddate"}
    assert (result["properties"]["firstname"], result["properties"]["phone"]) == ("Juniper", None)
    [usual] = ask(local, "POST", path, {}).body["results"]
    assert usual["properties"]["email"] == "juniper@example.com"


def test_one_group_is_enough_and_all_its_filters_must_hold(local):
    austin, boston, cork = (local.portal.add("contacts", {"city": city, "seats": seats})
                            for city, seats in (("Austin", "1"), ("Boston", "2"), ("Cork", "3")))  # fmt: skip
    is_austin, many = condition("city", "EQ", "austin"), condition("seats", "GT", "1")
    assert ids(look(local, [is_austin])) == [austin]
    assert ids(look(local, [is_austin], [many])) == [austin, boston, cork]
    assert ids(look(local, [is_austin, many])) == []
    assert ids(look(local, [condition("city", "EQ", "boston"), many], [is_austin, many])) == [boston]
    assert ids(ask(local, "POST", SEARCH, {"filters": [is_austin]})) == [austin]
    assert ids(look(local, [condition("hs_object_id", "IN", values=[cork, "5"])])) == [cork]


def test_a_query_looks_for_the_beginnings_of_words(local):
    juniper = local.portal.add("contacts", {"firstname": "Juniper", "lastname": "Alder", "city": "Yew"})
    hazel = local.portal.add("contacts", {"firstname": "Hazel", "lastname": "Yew", "email": "hazel@example.com"})
    assert ids(look(local, query="yew")) == [hazel]
    assert ids(look(local, query="ald jun")) == [juniper]
    assert ids(look(local, query="example")) == [hazel]
    assert ids(look(local, [condition("city", "EQ", "yew")], query="hazel")) == []
    assert look(local, query="unip").body == {"total": 0, "results": []}


def test_the_oldest_come_first_unless_one_sort_says_otherwise(local):
    made = [
        local.portal.add("contacts", {"createdate": f"{year}-05-01T10:00:00{part}Z", **more})
        for year, part, more in (
            (2022, "", {"seats": "10"}),
            (2020, ".500", {"seats": "9"}),
            (2020, "", {}),
            (2021, "", {"seats": "10"}),
        )
    ]
    first, second, third, fourth = made
    assert ids(look(local)) == [third, second, fourth, first]
    assert ids(look(local, sorts=BY_ID)) == made
    assert ids(look(local, sorts=[{"propertyName": "hs_object_id", "direction": "DESCENDING"}])) == made[::-1]
    by_seats = {"propertyName": "seats", "direction": "DESCENDING"}
    assert ids(look(local, sorts=[by_seats])) == [first, fourth, second, third]
    assert ids(look(local, sorts=["seats"])) == [second, first, fourth, third]
    assert ids(look(local, sorts=[by_seats, *BY_ID])) == [first, fourth, second, third]


def test_archived_and_merged_records_are_not_found(local):
    kept, archived, one, other = (local.portal.add("contacts", {"city": "Cork"}) for _ in range(4))
    assert look(local).body["total"] == 4
    local.portal.archive("contacts", archived)
    survivor = local.portal.merge("contacts", one, other)
    assert set(ids(look(local, [condition("city", "EQ", "cork")]))) == {kept, survivor}
    assert ids(look(local, sorts=BY_ID)) == sorted([kept, survivor], key=int)


def test_a_change_is_found_at_once(local):
    record_id = local.portal.add("contacts", {"city": "Austin"})
    is_cork = [condition("city", "EQ", "cork")]
    assert ids(look(local, is_cork)) == []
    ask(local, "POST", UPDATE, one_row(record_id, city="Cork"))
    assert ids(look(local, is_cork)) == [record_id]


def test_a_property_defined_anew_is_searched_anew(local):
    local.portal.add("contacts", {"region": "10"})
    seats = [condition("region", "LT", "9")]
    assert look(local, seats).body["total"] == 1
    local.portal.define("contacts", {"name": "region", "type": "number", "fieldType": "number"})
    assert look(local, seats).body["total"] == 0


def test_what_may_not_be_read_may_not_be_searched(local):
    local.portal.add("contacts", {"national_id": "12"})
    assert look(local, [condition("national_id", "EQ", "12")]).body["total"] == 1
    local.scopes = {"crm.objects.contacts.read"}
    assert look(local, [condition("national_id", "EQ", "12")]).status == 400
    assert look(local, sorts=["national_id"]).status == 400
    [result] = look(local, properties=["national_id"]).body["results"]
    assert "national_id" not in result["properties"]
    local.scopes = {"crm.objects.contacts.write"}
    refused = look(local)
    assert (refused.status, refused.body["category"]) == (403, "MISSING_SCOPES")


# Pages ------------------------------------------------------------------------------------------------------


def test_pages_are_counted_from_the_first_result(local):
    made = [local.portal.add("contacts", {"city": "Cork"}) for _ in range(405)]
    assert len(ids(look(local))) == 10
    first = look(local, limit=200, sorts=BY_ID)
    assert (first.body["total"], first.body["paging"]) == (405, {"next": {"after": "200"}})
    second = look(local, limit="200", after="200", sorts=BY_ID)
    third = look(local, limit=200, after=400, sorts=BY_ID)
    assert ids(first) + ids(second) + ids(third) == made
    assert "paging" not in third.body
    assert ids(look(local, limit=5, after="405")) == []
    exact = look(local, limit=5, after="400")
    assert "paging" not in exact.body


@pytest.mark.parametrize("filters", [[], [condition("city", "EQ", "cork")]])
def test_past_the_cap_a_window_of_ids_goes_on(local, filters):
    made = [local.portal.add("contacts", {"city": "Cork"}) for _ in range(10_050)]
    last_page = look(local, filters, limit=200, after="9800", sorts=BY_ID)
    assert ids(last_page) == made[9_800:10_000]
    assert last_page.body["total"] == 10_050
    beyond = look(local, filters, limit=200, after=last_page.body["paging"]["next"]["after"], sorts=BY_ID)
    assert (beyond.status, beyond.body["message"]) == (400, NO_REASON)
    assert look(local, filters, limit=200, after="9801", sorts=BY_ID).status == 400
    window = [*filters, condition("hs_object_id", "GT", made[9_999])]
    rest = look(local, window, limit=200, sorts=BY_ID)
    assert (ids(rest), rest.body["total"]) == (made[10_000:], 50)


BOUNDS = st.sampled_from(["GT", "GTE", "LT", "LTE"])


@pytest.fixture(scope="module")
def searched():
    portal = Portal()
    made = [
        portal.add("contacts", {"city": ("Cork", "Austin", "Boston")[number % 3], "seats": str(number)})
        for number in range(60)
    ]
    scopes = {"crm.objects.contacts.read"}
    return portal, made, Search(portal, Settings(token="pat-local-test", scopes=scopes))


@settings(max_examples=200, deadline=None)
@given(
    bounds=st.lists(st.lists(st.tuples(BOUNDS, st.integers(-1, 60)), max_size=3), min_size=1, max_size=3),
    cities=st.lists(st.sampled_from(["Cork", "Austin", ""]), min_size=3, max_size=3),
    descending=st.booleans(),
    limit=st.integers(1, 70),
)
def test_windows_are_what_the_filters_say(searched, bounds, cities, descending, limit):
    """Cut out of a remembered list or tested one by one: the same records, in the same order."""
    portal, made, search = searched
    number_of = {record_id: number for number, record_id in enumerate(made)}

    def bound(number):
        return str(int(made[0]) - 1 if number < 0 else int(made[-1]) + 1 if number >= 60 else made[number])

    def holds(record_id, group, city):
        held = int(record_id)
        tests = {"GT": int.__gt__, "GTE": int.__ge__, "LT": int.__lt__, "LTE": int.__le__}
        in_window = all(tests[operator](held, int(bound(number))) for operator, number in group)
        return in_window and (not city or portal.record("contacts", record_id)["city"] == city)

    groups = [
        {
            "filters": [
                *(condition("hs_object_id", operator, bound(number)) for operator, number in group),
                *([condition("city", "EQ", city)] if city else []),
            ]
        }
        for group, city in zip(bounds, cities, strict=False)
    ]
    expected = [one for one in made if any(map(holds, [one] * len(bounds), bounds, cities))]
    expected.sort(key=number_of.__getitem__, reverse=descending)
    sort = {"propertyName": "hs_object_id", "direction": "DESCENDING" if descending else "ASCENDING"}
    body = {"filterGroups": groups, "sorts": [sort], "limit": limit}
    kind = portal.object_type("contacts")
    found, after = [], "0"
    while after:
        page = search.answer(kind, json.dumps({**body, "after": after}).encode()).body
        assert page["total"] == len(expected)
        found += [result["id"] for result in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert found == expected


# What is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"filterGroups": [{"filters": [condition("nope", "EQ", "1")]}]},
        {"filterGroups": [{"filters": [condition("nope", "HAS_PROPERTY")]}]},
        {"filterGroups": [{"filters": [condition("seats", "EQ", "many")]}]},
        {"filterGroups": [{"filters": [condition("hs_object_id", "GT", "x")]}]},
        {"filterGroups": [{"filters": [condition("last_visit_at", "GT", "yesterday")]}]},
        {"sorts": ["nope"]},
        {"sorts": [{"direction": "ASCENDING"}]},
        {"sorts": [{"propertyName": "city", "direction": "UP"}]},
        {"after": "abc"},
        {"after": "-5"},
        {"after": "10000"},
        {"after": "9999", "limit": 2},
    ],
)
def test_refused_without_a_reason(local, body):
    answer = ask(local, "POST", SEARCH, body)
    assert (answer.status, answer.body["message"]) == (400, NO_REASON)
    assert "category" not in answer.body


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ([{"operator": "EQ"}], "Cannot build Filter, some of required attributes are not set [propertyName]"),
        ([{}], "Cannot build Filter, some of required attributes are not set [propertyName, operator]"),
        ([condition("city", "BETWEEN", "1")], "problem: operator BETWEEN requires a highValue"),
        ([condition("city", "IN", "1")], "problem: operator IN requires values"),
        ([condition("city", "NOT_IN", values=[])], "problem: operator NOT_IN requires values"),
        ([condition("city", "EQ")], "problem: operator EQ requires a value"),
        ([condition("city", "LIKE", "1")], "com.hubspot.inbounddb.publicobject.core.v3.search.Filter"),
        (["city"], "com.hubspot.inbounddb.publicobject.core.v3.search.Filter"),
        ("city", "java.util.ArrayList"),
    ],
)
def test_filters_that_are_none(local, filters, words):
    answer = ask(local, "POST", SEARCH, {"filterGroups": [{"filters": filters}]})
    assert answer.status == 400
    assert answer.body["message"].startswith("Invalid input JSON on line 1, column ")
    assert words in answer.body["message"]


@pytest.mark.parametrize(
    ("sizes", "status"),
    [
        ([1] * 5, 200),
        ([1] * 6, 400),
        ([6], 200),
        ([7], 400),
        ([6, 6, 6], 200),
        ([4, 4, 4, 3, 3], 200),
        ([4, 4, 4, 4, 3], 400),
    ],
)
def test_how_many_filters_there_may_be(local, sizes, status):
    answer = look(local, *([condition("city", "HAS_PROPERTY")] * size for size in sizes))
    assert answer.status == status
    if status == 400:
        assert answer.body["category"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(("limit", "status"), [(0, 400), (1, 200), (200, 200), (201, 400), ("x", 400), (None, 200)])
def test_page_sizes(local, limit, status):
    assert look(local, limit=limit).status == status


def test_a_body_may_have_3000_characters(local):
    def padded(length):
        body = json.dumps({"query": "ü", "properties": ["city"]}, ensure_ascii=False)
        return (body + " " * (length - len(body))).encode()

    assert ask(local, "POST", SEARCH, raw=padded(3_000)).status == 200
    refused = ask(local, "POST", SEARCH, raw=padded(3_001))
    assert (refused.status, refused.body["category"]) == (400, "VALIDATION_ERROR")


def test_searching_is_posting_json(local):
    assert ask(local, "GET", SEARCH).status == 405
    assert ask(local, "POST", SEARCH, raw=b"{").status == 400
    assert ask(local, "POST", SEARCH, raw=b"[]").status == 400
    assert ask(local, "POST", "/crm/objects/2026-03/widgets/search", {}).status == 400
    assert ask(local, "POST", f"{CONTACTS}/search/more", {}).status == 404


# Its own limit, and how late it is --------------------------------------------------------------------------


def test_searches_have_a_limit_apart_from_everything_else(local):
    assert Settings(token="pat-local-test", scopes=set()).searches_per_second == 5
    let_in = look(local)
    local.searches_per_second = 0
    refused = look(local)
    assert (let_in.status, refused.status) == (200, 429)
    assert {**refused.body, "correlationId": ""} == {
        "status": "error",
        "message": "You have reached your secondly limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "SECONDLY",
        "groupName": "publicapi:crm:search:oauth:1512050:44237313",
        "correlationId": "",
    }
    for answer in (let_in, refused):
        assert not [name for name in answer.headers if "ratelimit" in name.lower() or name.lower() == "retry-after"]
        assert "X-HubSpot-Correlation-Id" in answer.headers
    other = ask(local, "GET", CONTACTS)
    assert (other.status, other.headers["X-HubSpot-RateLimit-Remaining"]) == (200, "9999")


def test_the_limit_of_searches_rolls():
    clock = [100.0]
    account = Settings(token="pat-local-test", scopes=set(), searches_per_second=2, requests_per_day=5)
    limit = RateLimit(account, clock=lambda: clock[0], calendar=lambda: 0.0)
    asked = []
    for at in (0.0, 0.9, 0.95, 1.0, 1.5, 1.91):
        clock[0] = 100.0 + at
        asked.append(limit.search_refused_by())
    assert asked == [None, None, "SECONDLY", None, "SECONDLY", None]
    assert limit.used_today == 4
    assert limit.refused_by() is None
    clock[0] += 10
    assert (limit.search_refused_by(), limit.refused_by()) == ("DAILY", "DAILY")
    account.requests_per_day = 6
    assert limit.refused_by() is None


def test_search_sees_changes_late(local):
    old = local.portal.add("contacts", {"city": "Austin"})
    gone = local.portal.add("contacts", {"city": "Austin"})
    local.search_lag_seconds = 3_600
    everything = {"sorts": BY_ID}
    assert ids(look(local, **everything)) == [old, gone]  # what was there before the first request
    new = local.portal.add("contacts", {"city": "Austin"})
    ask(local, "POST", UPDATE, one_row(old, city="Cork"))
    local.portal.archive("contacts", gone)
    stale = look(local, [condition("city", "EQ", "austin")], properties=["city"], **everything)
    assert ids(stale) == [old, gone]
    assert stale.body["results"][0]["properties"]["city"] == "Austin"
    assert [result["archived"] for result in stale.body["results"]] == [False, False]
    assert ask(local, "GET", f"{CONTACTS}/{old}?properties=city").body["properties"]["city"] == "Cork"
    local.search_lag_seconds = 0
    assert ids(look(local, [condition("city", "EQ", "austin")], **everything)) == [new]
    assert ids(look(local, **everything)) == [old, new]


def test_a_record_made_and_gone_before_anybody_searched(local):
    first, second = (local.portal.add("contacts", {}) for _ in range(2))
    local.portal.archive("contacts", first)
    assert ids(look(local, sorts=BY_ID)) == [second]


def test_search_refuses_in_process_as_on_the_wire(searched):
    portal, _, search = searched
    with pytest.raises(Refusal) as caught:
        search.answer(portal.object_type("contacts"), b'{"sorts": ["nope"]}')
    assert caught.value.answer.status == 400


def test_every_page_of_everything_once_while_records_come_and_go(local):
    made = [local.portal.add("contacts", {}) for _ in range(900)]
    seen, last = [], "0"
    while page := ids(look(local, [condition("hs_object_id", "GT", last)], limit=200, sorts=BY_ID)):
        seen += page
        last = page[-1]
        if len(seen) == 400:
            local.portal.archive("contacts", made[10])
            local.portal.archive("contacts", made[500])
            made.append(local.portal.add("contacts", {}))
    assert all(int(before) < int(after) for before, after in pairwise(seen))
    assert seen == [record_id for record_id in made if record_id != made[500]]
