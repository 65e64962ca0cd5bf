"""LocalHubSpot's lists: live and archived records, page by page; addresses too long; what was merged."""

from __future__ import annotations

import random

import pytest

from hubframe.local_hubspot import LocalHubSpot
from hubframe.local_hubspot.sorted_ids import SortedIds
from tests.test_local_hubspot_http import CONTACTS, READ, ask


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        yield made


def listed(local, query=""):
    """Follow a list's own links to its end."""
    pages, path = [], f"{CONTACTS}?limit=100{query}"
    while path:
        body = ask(local, "GET", path).body
        pages.append(body["results"])
        link = body.get("paging", {}).get("next", {}).get("link", "")
        path = link.removeprefix("https://api.hubapi.com")
    return pages


def test_live_and_archived_records_are_listed_apart(local):
    made = [local.portal.add("contacts", {"city": f"C{number}", "phone": "1"}) for number in range(210)]
    gone = made[3::2]
    for record_id in reversed(gone):
        local.portal.archive("contacts", record_id)
    live = [one for page in listed(local, "&properties=city,nope") for one in page]
    archived = [one for page in listed(local, "&archived=true&properties=city&properties=phone") for one in page]
    assert [one["id"] for one in live] == [one for one in made if one not in set(gone)]
    assert [one["id"] for one in archived] == gone
    assert {(one["archived"], "archivedAt" in one) for one in live} == {(False, False)}
    assert {(one["archived"], "archivedAt" in one) for one in archived} == {(True, True)}
    assert live[-1]["properties"].keys() == {"city", "createdate", "hs_object_id", "lastmodifieddate"}
    assert archived[-1]["properties"]["phone"] == "1"
    assert archived[0]["properties"]["city"] == "C3"


def test_a_list_goes_on_from_any_id(local):
    made = [local.portal.add("contacts", {}) for _ in range(5)]
    between = int(made[2]) + 1
    answer = ask(local, "GET", f"{CONTACTS}?after={between}")
    assert [one["id"] for one in answer.body["results"]] == made[3:]
    beyond = ask(local, "GET", f"{CONTACTS}?after={made[-1]}")
    assert beyond.body == {"results": []}


def test_old_ids_are_listed_in_their_places(local):
    first = local.portal.add("contacts", {})
    older = [local.portal.add("contacts", {}, id=record_id) for record_id in ("9", "100", "20")]
    [page] = listed(local)
    assert [one["id"] for one in page] == [*sorted(older, key=int), first]


def test_merged_records_are_listed_once(local):
    one, other, third = (local.portal.add("contacts", {}) for _ in range(3))
    survivor = local.portal.merge("contacts", one, other)
    [page] = listed(local)
    assert [record["id"] for record in page] == [third, survivor]
    local.portal.archive("contacts", survivor)
    [page] = listed(local, "&archived=true")
    assert [record["id"] for record in page] == [survivor]


def test_archived_records_are_read_by_id_alone(local):
    portal = local.portal
    gone = portal.add("contacts", {"email": "hazel@example.com"})
    live, one, other = (portal.add("contacts", {}) for _ in range(3))
    survivor = portal.merge("contacts", one, other)
    for record_id in (gone, survivor):
        portal.archive("contacts", record_id)
    inputs = [{"id": record_id} for record_id in (gone, live, other, "7")]
    answer = ask(local, "POST", f"{READ}?archived=true", {"inputs": inputs, "properties": ["email"]})
    assert answer.status == 207
    assert {one["id"] for one in answer.body["results"]} == {gone, survivor}
    assert answer.body["errors"][0]["context"]["ids"] == [live, "7"]
    by_value = {"inputs": [{"id": "hazel@example.com"}, {"id": gone}], "idProperty": "email"}
    missing = ask(local, "POST", f"{READ}?archived=true", by_value)
    assert missing.body["errors"][0]["context"]["ids"] == ["hazel@example.com", gone]


def test_an_address_that_is_too_long(local):
    path = f"{CONTACTS}?properties="
    fits = path + "x" * (8_000 - len(path))
    assert ask(local, "GET", fits).status == 200
    for longer in (fits + "x", path + "x" * 100_000):
        refused = ask(local, "GET", longer)
        assert (refused.status, refused.headers.get_content_type()) == (414, "text/html")
        assert not [name for name in refused.headers if "hubspot" in name.lower()]
    local.longest_url = 500
    assert ask(local, "GET", fits).status == 414
    details = ask(local, "GET", "/account-info/2026-03/details")
    # What a proxy refuses never reached the limit.
    assert details.headers["X-HubSpot-RateLimit-Remaining"] == "9998"
    assert [request.status for request in local.requests] == [200, 414, 414, 414, 200]


def test_sorted_ids_stay_sorted():
    chance = random.Random(7)
    ids, held = SortedIds(), set()
    for _ in range(2_000):
        if held and chance.random() < 0.3:
            gone = chance.choice(sorted(held))
            held.remove(gone)
            ids.remove(str(gone))
        else:
            new = chance.randrange(10**12)
            if new not in held:
                held.add(new)
                ids.add(str(new))
        if chance.random() < 0.1:
            assert ids.ascending() == sorted(held)
    assert ids.ascending() == sorted(held)
