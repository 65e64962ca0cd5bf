"""LocalHubSpot's owners: listed in pages, by e-mail, archived or not; records keep owners who left, writes do not."""

from __future__ import annotations

import pytest

from hubframe.local_hubspot import LocalHubSpot
from hubframe.local_hubspot.demo_names import FORMER_OWNER, NAMESAKES, OWNERS
from tests.test_local_hubspot_batch_update import problems
from tests.test_local_hubspot_http import UPDATE, ask, one_row

PATH = "/crm/owners/2026-03"


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        for number in (9, 10, 700):
            made.portal.add_owner(str(number), email=f"o{number}@example.com", first_name="Sage", last_name="Yew")
        yield made


def ids(answer):
    assert answer.status == 200
    return [owner["id"] for owner in answer.body["results"]]


@pytest.mark.parametrize("path", [PATH, "/crm/owners/2026-09", "/crm/v3/owners"])
def test_every_version_lists_the_owners_in_the_order_of_their_ids(local, path):
    answer = ask(local, "GET", path)
    assert ids(answer) == ["9", "10", "700"]
    assert "paging" not in answer.body
    owner = answer.body["results"][2]
    assert {name: text for name, text in owner.items() if not name.endswith("At")} == {
        "id": "700",
        "email": "o700@example.com",
        "type": "PERSON",
        "firstName": "Sage",
        "lastName": "Yew",
        "userId": 100,
        "userIdIncludingInactive": 100,
        "archived": False,
    }


@pytest.mark.parametrize(
    "path", ["/crm/owners/v4", "/crm/owners", "/crm/objects/2026-03", "/crm/v3/properties", f"{PATH}/9"]
)
def test_other_paths_lead_nowhere(local, path):
    assert ask(local, "GET", path).status == 404


def test_a_page_says_where_the_next_one_begins(local):
    first = ask(local, "GET", f"{PATH}?limit=2&archived=false")
    assert ids(first) == ["9", "10"]
    assert first.body["paging"]["next"] == {
        "after": "10",
        "link": f"https://api.hubapi.com{PATH}?after=10&limit=2&archived=false",
    }
    last = ask(local, "GET", f"{PATH}?limit=2&after=10")
    assert (ids(last), "paging" in last.body) == (["700"], False)


@pytest.mark.parametrize(("limit", "status"), [("1", 200), ("500", 200), ("501", 400), ("0", 400), ("many", 400)])
def test_a_page_has_at_most_500(local, limit, status):
    assert ask(local, "GET", f"{PATH}?limit={limit}").status == status


def test_a_page_has_100_unless_asked_otherwise(local):
    for number in range(1000, 1120):
        local.portal.add_owner(str(number), email=f"o{number}@example.com", first_name="Rue", last_name="Yew")
    assert len(ids(ask(local, "GET", PATH))) == 100


@pytest.mark.parametrize(("email", "found"), [("o10@example.com", ["10"]), ("O10@Example.com", ["10"]), ("o1@", [])])
def test_an_email_finds_its_owner_alone(local, email, found):
    assert ids(ask(local, "GET", f"{PATH}?email={email}")) == found


def test_owners_need_their_scope(local):
    local.scopes -= {"crm.objects.owners.read"}
    answer = ask(local, "GET", PATH)
    assert (answer.status, answer.body["category"]) == (403, "MISSING_SCOPES")
    assert answer.body["errors"][0]["context"] == {"requiredGranularScopes": ["crm.objects.owners.read"]}


def test_an_archived_owner_is_listed_apart_and_has_no_active_user(local):
    local.portal.archive_owner("10")
    assert ids(ask(local, "GET", PATH)) == ["9", "700"]
    archived = ask(local, "GET", f"{PATH}?archived=true")
    assert ids(archived) == ["10"]
    (owner,) = archived.body["results"]
    assert (owner["archived"], owner["userId"], owner["userIdIncludingInactive"]) == (True, None, 1)


def test_records_keep_an_archived_owner_and_none_gets_it_anew(local):
    kept = local.portal.add("contacts", {"hubspot_owner_id": "10"})
    other = local.portal.add("contacts", {"hubspot_owner_id": "9"})
    local.portal.archive_owner("10")
    assert ask(local, "POST", UPDATE, one_row(kept, city="Austin")).status == 200
    assert local.portal.record("contacts", kept)["hubspot_owner_id"] == "10"
    refused = ask(local, "POST", UPDATE, one_row(other, hubspot_owner_id="10"))
    assert refused.status == 400
    (problem,) = problems(refused.body["message"])
    assert (problem["error"], problem["message"]) == (
        "INVALID_OPTION",
        "10 was not one of the allowed options: [9, 700]",
    )
    with pytest.raises(ValueError, match="allowed options"):
        local.portal.add("contacts", {"hubspot_owner_id": "10"})


def test_an_unknown_owner_cannot_be_archived(local):
    with pytest.raises(KeyError):
        local.portal.archive_owner("11")


def test_the_demo_has_namesakes_and_one_who_left_each_with_a_few_contacts():
    with LocalHubSpot.demo(contacts=500) as demo:
        portal = demo.portal
        held = [portal.record("contacts", record_id)["hubspot_owner_id"] for record_id in portal.ids("contacts")]
        names = {owner["id"]: (owner["firstName"], owner["lastName"]) for owner in portal.owners}
        archived = [owner["id"] for owner in portal.owners if owner["archived"]]
    first, second = (owner[0] for owner in NAMESAKES)
    assert names[first] == names[second]
    assert len(set(names.values())) == len(names) - 1
    assert archived == [FORMER_OWNER[0]]
    assert all(1 <= held.count(owner_id) <= 10 for owner_id in (first, second, FORMER_OWNER[0]))
    assert all(held.count(owner_id) > 50 for owner_id, _, _ in OWNERS)


@pytest.mark.parametrize("contacts", [0, 1, 5])
def test_a_tiny_demo_is_possible(contacts):
    with LocalHubSpot.demo(contacts=contacts) as demo:
        assert len(demo.portal.ids("contacts")) == contacts
