"""What a hurried analyst and a hostile HubSpot do to reading: nothing hangs, nothing is silently missing or odd."""

import asyncio
import dataclasses
import gc
import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

import hubframe
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer
from hubframe.reading_records.by_id import RecordReader
from hubframe.reading_records.listing import Listing
from hubframe.reading_records.options import ReadOptions
from hubframe.reading_records.rows import Rows
from hubframe.reading_records.searching import found_ids
from tests.fake_records import PATH, FakeRecords, asker
from tests.virtual_time import run as in_virtual_time

_numbers = itertools.count()
BASE = ("crm.objects.contacts.read", "crm.schemas.contacts.read")
BERGEN = [{"filters": [{"propertyName": "city", "operator": "EQ", "value": "Bergen"}]}]


def account(**settings):
    """Return a HubSpot with a fast limit, and a connection to it."""
    token = f"pat-local-attack-reading-{next(_numbers)}"
    local = hubframe.LocalHubSpot(
        requests_per_interval=1_000_000, searches_per_second=1_000_000, token=token, **settings
    )
    return local, hubframe.connect(local)


@pytest.fixture
def local():
    with account()[0] as server:
        yield server


def read(local, object_type="contacts", **arguments):
    arguments = {"properties": ["firstname"], "progress": False, **arguments}
    return hubframe.read(object_type, connection=hubframe.connect(local), **arguments)


# Arguments that can't be meant, or can -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"ids": b"123"}, "must be a list of ids"),
        ({"ids": pd.MultiIndex.from_tuples([("1", "2")])}, "get_level_values"),
        ({"properties": b"city"}, "must be a list"),
        ({"where": [{"filters": 5}]}, "has no filters"),
        ({"where": [{"filters": None}]}, "has no filters"),
        ({"where": {"filterGroups": BERGEN}}, "where=[{"),
        ({"where": BERGEN[0]}, "where=[{"),
    ],
    ids=lambda case: str(case)[:50],
)
def test_what_can_not_be_meant_is_told(local, arguments, words):
    with pytest.raises(hubframe.PlanError) as caught:
        read(local, **arguments)
    assert words in str(caught.value)


def test_a_limit_may_be_of_numpys_numbers(local):
    for name in ("Juniper", "Hazel", "Rowan"):
        local.portal.add("contacts", {"firstname": name})
    assert len(read(local, limit=pd.Series([2, 1]).max())) == 2
    call = ReadOptions(object_type="contacts", properties=np.array(["city"]), limit=np.int64(3)).call
    assert call == "hubframe.read('contacts', properties=['city'], limit=3)"
    for wrong in (np.float64(2.0), np.int64(0), np.bool_(True)):
        with pytest.raises(hubframe.PlanError, match="must be a whole number of records"):
            read(local, limit=wrong)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"properties": ["frstname"]}, "near: 'firstname'"),
        ({"properties": ["National ID"]}, "'National ID'"),
        ({"where": [("frstname", "EQ", "Hazel")]}, "near: 'firstname'"),
    ],
    ids=str,
)
def test_a_slip_is_no_sensitive_property(arguments, words):
    local, connection = account(scopes=BASE)  # as most tokens are: sensitive definitions are not for them
    with local, pytest.raises(hubframe.ColumnError) as caught:
        hubframe.read("contacts", progress=False, connection=connection, **{"properties": ["city"], **arguments})
    message = str(caught.value)
    assert words in message
    assert "Or is it a sensitive property? The token may not read" in message
    assert "crm.objects.contacts.sensitive.read.v2" in message


# What would silently find nothing ------------------------------------------------------------------------------


def test_an_owners_name_that_can_not_be_looked_up_finds_nothing_silently_never():
    local, connection = account(scopes=BASE)
    with local:
        local.portal.add_owner("501", email="hazel@example.com", first_name="Hazel", last_name="Yew")
        contact = local.portal.add("contacts", {"hubspot_owner_id": "501"})
        options = {"properties": ["hubspot_owner_id"], "progress": False, "connection": connection}
        with pytest.raises(hubframe.PlanError, match="Hazel Yew"):
            hubframe.read("contacts", where=[("hubspot_owner_id", "EQ", "Hazel Yew")], **options)
        for own in ("501", 501, 501.0):
            found = hubframe.read("contacts", where=[("hubspot_owner_id", "EQ", own)], **options)
            assert found["hs_object_id"].tolist() == [contact]


def test_labels_are_those_of_exports(local):
    for owner, name in (("501", "Hazel"), ("502", "Rowan")):
        local.portal.add_owner(owner, email=f"{name}@example.com", first_name=name, last_name="Yew")
        for stage in ("closedwon", "closedlost"):
            local.portal.add("deals", {"hubspot_owner_id": owner, "pipeline": "default", "dealstage": stage})
    local.portal.archive_owner("502")
    names = ["pipeline", "dealstage", "hubspot_owner_id"]
    found = read(local, "deals", properties=names, labels=True)
    exported = local.export("deals", properties=names)[list(found)]
    assert found.astype(str).to_dict() == exported.astype(str).to_dict()
    assert found.iloc[3].tolist()[1:] == [
        "Sales Pipeline",
        "Closed Lost (Sales Pipeline)",
        "Rowan Yew (Deactivated User)",
    ]


# The list ----------------------------------------------------------------------------------------------------


def listed(hubspot):
    """Return the rows of a list as far as it came, the run, the seconds it took, and what was raised."""

    async def main():
        ours = asker(hubspot)
        search = asker(hubspot, pacer=Pacer(5, 1.0))
        listing = Listing(ours, search, PATH, ["name"], RecordReader(ours, PATH, ["name"]), archived=False)
        raised = None
        try:
            await listing.read(None)
        except Exception as error:  # noqa: BLE001 - which one is the test's business
            raised = error
        assert len(asyncio.all_tasks()) == 1
        return (
            Rows(["name"]).joined(listing.stretches.in_order()[0]),
            ours.run,
            asyncio.get_running_loop().time(),
            raised,
        )

    return in_virtual_time(main())


class Told(FakeRecords):
    """Searches are answered as ``searched`` says: it gets their number, and the usual answer."""

    def __init__(self, ids, searched, **settings):
        super().__init__(ids, **settings)
        self._searches = itertools.count(1)
        self._searched = searched

    def search(self, asked):
        return self._searched(next(self._searches), super().search(asked))


def with_body(answer, **changed):
    return dataclasses.replace(answer, body={**answer.body, **changed})


SECONDLY = Answer(429, {"message": "You have reached your secondly limit.", "policyName": "SECONDLY"})


@pytest.mark.parametrize("trouble", [SECONDLY, Answer(503, None, text="busy"), Answer(0, None, maybe_written=False)])
def test_a_search_that_must_wait_does_not_make_a_list_slow(trouble):
    hubspot = Told(range(1, 20_001), lambda number, usual: trouble if number <= 2 else usual, latency=(0.3, 0.3))
    rows, _, seconds, raised = listed(hubspot)
    assert raised is None
    assert len(rows) == 20_000
    assert seconds < 200 * 0.3 / 4


@pytest.mark.parametrize(
    "searched",
    [
        lambda _, usual: with_body(usual, total=100_000),
        lambda _, usual: with_body(usual, total=2100),
        lambda _, usual: with_body(usual, total=-5),
        lambda _, usual: with_body(usual, total=2**63),
        lambda _, usual: with_body(usual, results=[{"id": str(2**62)}]),
        lambda _, usual: with_body(usual, results=[{"id": "9" * 5000}]),
        lambda *_: Answer(403, {"message": "no"}),
        lambda *_: Answer(200, []),
        lambda *_: SECONDLY,
    ],
)
def test_a_search_that_lies_or_says_no_costs_requests_at_most_and_no_record(searched):
    hubspot = Told(range(1, 2001), searched)
    rows, run, seconds, raised = listed(hubspot)
    assert raised is None
    assert rows.ids == list(map(str, range(1, 2001)))
    assert run.requests <= 20 + 45
    assert seconds < 25 * 0.5  # nobody waits for a search


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("late", [True, False])
def test_a_list_that_ends_badly_while_its_extent_is_told_leaves_nothing_behind(turns, late):
    class Slow(FakeRecords):
        async def request(self, method, path, body=None):
            answer = await super().request(method, path, body)
            for _ in range(turns if path.endswith("/search") == late else 0):
                await asyncio.sleep(0)
            return answer

    # The second page and the extent come at the same time.
    hubspot = Slow(range(1, 5001), latency=(0.3, 0.3))
    hubspot.random.uniform = lambda *_: 0.6 if hubspot.requests[-1][0] == "search" else 0.3
    hubspot.answers[3] = Answer(401, {"message": "no"})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows, _, _, raised = listed(hubspot)
        gc.collect()
    assert [str(one.message) for one in caught] == []
    assert raised is not None
    assert len(rows) == 100


@pytest.mark.parametrize(("at", "tries"), [({4, 7}, 1), (range(4, 10_000), 3)])
def test_a_page_of_a_proxys_is_no_refusal_of_hubspots(at, tries):
    hubspot = FakeRecords(range(1, 1001), searchable=False)
    hubspot.answers = dict.fromkeys(at, Answer(404, None, text="<html>Not Found</html>"))
    rows, run, _, raised = listed(hubspot)
    assert (len(rows), run.requests, raised is None) == (
        (1000, 10 + 2 + 1, True) if tries == 1 else (200, 2 + tries, False)
    )


# Pages that lead nowhere -------------------------------------------------------------------------------------


def empty(after):
    return Answer(200, {"total": 400, "results": [], "paging": {"next": {"after": after}}})


@pytest.mark.parametrize("after", [lambda number: f"z{number}", lambda number: f"z{number % 2}"])
@pytest.mark.parametrize("way", ["list", "search"])
def test_empty_pages_without_end_are_an_error(way, after):
    hubspot = FakeRecords(range(1, 401))
    asked = itertools.count()

    def answered(_):
        number = next(asked)
        if number > 500:
            raise AssertionError("it asks for ever")
        return empty(after(number))

    setattr(hubspot, way, answered)

    async def find():
        return [one async for page in found_ids(asker(hubspot), PATH, BERGEN, None) for one in page]

    if way == "list":
        raised = listed(hubspot)[3]
    else:
        with pytest.raises(hubframe.HubSpotUnavailable) as caught:
            in_virtual_time(find())
        raised = caught.value
    assert isinstance(raised, hubframe.HubSpotUnavailable)
    assert "Try again later" in str(raised)


# What is said of it ------------------------------------------------------------------------------------------


def test_the_bar_of_a_read_that_has_ended_waits_for_nothing():
    run = asker(FakeRecords([]), properties=["name"]).run
    run.total = run.done = 3
    run.waiting_seconds = 1.0
    assert run.progress().waiting_seconds == 1.0
    run.ended = True
    assert run.progress().waiting_seconds == 0.0


def test_stopped_before_any_record_came_it_points_at_no_other_calls_frame():
    run = asker(FakeRecords([]), ids=["1"]).run
    assert "last_result" not in run.interrupted(pd.DataFrame({"hs_object_id": []}))
    frame = pd.DataFrame({"hs_object_id": ["1"]})
    assert "1 record came. It is in hubframe.last_result()" in run.interrupted(frame)
    assert hubframe.last_result() is frame  # stopped at the last moment, the read itself had no reason to keep it
    assert "hubframe.read('contacts', ids=ids)" in run.interrupted(pd.DataFrame())


def test_a_refusal_says_what_to_do():
    hubspot = FakeRecords(range(1, 5))
    hubspot.answers[1] = Answer(400, {"message": "boom"})
    raised = listed(hubspot)[3]
    assert isinstance(raised, hubframe.PlanError)
    assert "boom. If that is about a property, leave it out of properties=" in str(raised)


@pytest.mark.parametrize(
    ("last", "advice"),
    [
        (Answer(503, None, text="busy"), "Try again later."),
        (Answer(302, None, text="login"), "a network may also want a sign-in first"),
        (Answer(0, None, text="no connection", maybe_written=False, advice="Check the network."), "Check the network."),
    ],
    ids=["busy", "sign-in", "no network"],
)
def test_the_advice_is_about_the_answer_that_ended_it(last, advice):
    hubspot = FakeRecords(range(1, 5), searchable=False)
    hubspot.answers = dict.fromkeys(range(2, 100), last)
    hubspot.answers[1] = Answer(0, None, text="no connection", maybe_written=False, advice="Check the proxy.")
    assert advice in listed(hubspot)[3].advice


def test_the_call_to_go_on_with_is_a_line_however_long_its_arguments():
    names = [f"a_property_{number}" for number in range(300)]
    call = ReadOptions(object_type="contacts", properties=names, where=[("city", "EQ", "Bergen")]).call
    assert call == "hubframe.read('contacts', properties=properties, where=[('city', 'EQ', 'Bergen')])"


@pytest.mark.parametrize("status", [404, 413, 414, 405])
def test_a_search_that_a_proxy_refuses_is_not_blamed_on_the_filter(status):
    hubspot = FakeRecords(range(1, 5))
    hubspot.answers = dict.fromkeys(range(1, 9), Answer(status, None, text="<html>Too Large</html>"))

    async def find():
        return [one async for page in found_ids(asker(hubspot), PATH, BERGEN, None) for one in page]

    with pytest.raises(hubframe.HubSpotUnavailable, match="what is between here and HubSpot") as told:
        in_virtual_time(find())
    assert "Bergen" not in str(told.value)


def test_each_kind_of_id_that_can_not_be_looked_up_has_its_hint(local):
    with pytest.raises(hubframe.PlanError) as told:
        read(local, ids=[None, 1e17, "x"])
    message = str(told.value)
    assert message.startswith("3 of the ids can't be looked up:")
    assert "Leave the blanks out" in message
    assert "with the ids as text" in message
