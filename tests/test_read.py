"""Records are read as they are, whatever goes wrong on the way: nothing twice, nothing silently absent."""

import asyncio
import itertools
import os
import signal
import threading
import time
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest

import hubframe
from hubframe.delivery import pacing
from hubframe.planning.definitions import Definitions
from hubframe.reading_records import by_id, defined, reading
from tests.attack import fast_time

LISTED, READ = "/contacts", "/batch/read"
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def pacers(monkeypatch):
    monkeypatch.setattr(pacing, "_pacers", {})


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000, token=f"pat-local-read-{next(_numbers)}") as server:
        server.searches_per_second = 1_000_000  # a fast loop's second is shorter
        yield server


@pytest.fixture
def connection(local):
    return hubframe.connect(local)


def contacts(local, count):
    return [local.portal.add("contacts", {"firstname": f"Rowan {number}", "city": "Turku"}) for number in range(count)]


def read(local, object_type="contacts", *, settings=None, **arguments):
    """Read with waits shortened; return the frame, and what was warned of."""
    pacing._pacers.clear()  # a fast loop's clock is another
    connection = hubframe.connect(local, **(settings or {}))
    pacing._pacers.clear()
    arguments = {"properties": ["firstname"], "progress": False, **arguments}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", hubframe.HubframeWarning)
        try:
            frame = fast_time.run(hubframe.read_async(object_type, connection=connection, **arguments))
        finally:
            pacing._pacers.clear()
    return frame, [str(item.message) for item in caught]


def requests(local, text, first=0):
    return [request for request in local.requests[first:] if request.path.endswith(text)]


def names(frame, local):
    """Whether a frame's first names are those of the portal's records, row by row."""
    held = [local.portal.record("contacts", record)["firstname"] for record in frame["hs_object_id"]]
    return frame["firstname"].tolist() == held


# By id ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_rows_come_in_the_order_asked_for(local, count):
    ids = contacts(local, 250)[:count][::-1]
    frame, warned = read(local, ids=ids)
    assert frame["hs_object_id"].tolist() == frame["hubspot_requested_id"].tolist() == ids
    assert list(frame.columns) == ["hs_object_id", "hubspot_requested_id", "firstname"]
    assert names(frame, local)
    assert isinstance(frame.index, pd.RangeIndex)
    assert warned == []
    assert len(requests(local, READ)) == -(-count // 100)


@pytest.mark.parametrize(
    "given",
    [
        list,
        lambda ids: tuple(map(int, ids)),
        iter,
        lambda ids: pd.Series(ids, index=range(5, 5 + len(ids))),
        lambda ids: pd.Series(ids, dtype="int64"),
        pd.Index,
        lambda ids: np.array(ids, dtype="int64"),
        lambda ids: [float(one) for one in ids],
        lambda ids: [f" {ids[0]} ", f"{ids[1]}.0", *ids[2:]],
        lambda ids: pd.Series(ids, dtype="category"),
    ],
)
def test_ids_of_any_kind_that_can_be_meant(local, given):
    ids = contacts(local, 5)
    frame, _ = read(local, ids=given(ids))
    assert frame["hs_object_id"].tolist() == ids


def test_an_id_asked_for_twice_has_two_rows_and_one_place_in_a_request(local):
    one, other = contacts(local, 2)
    frame, _ = read(local, ids=[one, other, one])
    assert frame["hs_object_id"].tolist() == [one, other, one]
    [request] = requests(local, READ)
    assert len(request.body["inputs"]) == 2


def test_ids_that_bring_nothing_are_listed_once(local):
    ids = contacts(local, 3)
    gone = [str(number) for number in range(1, 31)]
    local.portal.archive("contacts", ids[1])
    frame, warned = read(local, ids=[*ids, *gone])
    assert frame["hs_object_id"].tolist() == [ids[0], ids[2]]
    [told] = warned
    assert told.startswith("31 of the record ids brought no record of contacts")
    assert "set(map(str, ids)) - set(df['hubspot_requested_id'])" in told
    assert set(map(str, [*ids, *gone])) - set(frame["hubspot_requested_id"]) == {ids[1], *gone}
    assert ids[1] in told
    assert "1, 2, 3" in told
    assert "and 11 more" in told
    assert "archived=True" in told
    frame, warned = read(local, ids=ids, archived=True)
    assert frame["hs_object_id"].tolist() == [ids[1]]
    assert "2 of the record ids" in warned[0]


def test_merged_ids_bring_the_survivor_beside_what_was_asked_for(local, capsys):
    ids = contacts(local, 8)
    first = local.portal.merge("contacts", ids[0], ids[1])
    again = local.portal.merge("contacts", first, ids[2])
    other = local.portal.merge("contacts", ids[3], ids[4])
    asked = [ids[0], ids[2], ids[5], ids[4], again, ids[6], ids[3]]
    frame, warned = read(local, ids=asked, progress=True)
    assert frame["hubspot_requested_id"].tolist() == asked
    assert frame["hs_object_id"].tolist() == [again, again, ids[5], other, again, ids[6], other]
    assert names(frame, local)
    assert warned == []
    assert "4 ids are of a record that was merged" in capsys.readouterr().err
    first = len(local.requests)
    result = frame.hubspot.batch_update("contacts", progress=False, connection=hubframe.connect(local))
    assert set(result["hubspot_status"]) == {"unchanged"}
    assert requests(local, "/batch/update", first) == []


def test_merged_ids_are_found_also_where_the_survivors_do_not_name_them(local):
    """Where HubSpot chooses the properties, the ids that merges absorbed are not among them."""
    ids = contacts(local, 6)
    one, other = local.portal.merge("contacts", ids[0], ids[1]), local.portal.merge("contacts", ids[2], ids[3])
    first, second, third, fourth = (local.portal.add("contracts", {}) for _ in range(4))
    merged, again = local.portal.merge("contracts", first, second), local.portal.merge("contracts", third, fourth)
    frame, _ = read(local, ids=[ids[0], ids[2]])
    assert frame["hs_object_id"].tolist() == [one, other]
    frame, _ = read(local, "contracts", properties=None, ids=[first, fourth])
    assert frame["hs_object_id"].tolist() == [merged, again]


def test_unique_values_bring_their_records(local):
    local.portal.define("contacts", {"name": "member_no", "label": "Member number", "hasUniqueValue": True})
    ids = [
        local.portal.add("contacts", {"firstname": f"F{number}", "member_no": f"M-{number}"}) for number in range(120)
    ]
    asked = [f"M-{number}" for number in (7, 3, 119)]
    frame, warned = read(local, ids=[*asked, "M-x"], id_property="Member number")
    assert frame["hs_object_id"].tolist() == [ids[7], ids[3], ids[119]]
    assert frame["hubspot_requested_id"].tolist() == asked
    assert "1 of the values of Member number brought no record" in warned[0]
    with pytest.raises(hubframe.ColumnError, match="does not have unique values"):
        read(local, ids=["x"], id_property="city")
    with pytest.raises(hubframe.ColumnError, match="no property of contacts"):
        read(local, ids=["x"], id_property="membr_no")


def test_e_mails_bring_their_contacts_whatever_their_case(local):
    one = local.portal.add("contacts", {"email": "juniper@example.com", "firstname": "Juniper"})
    two = local.portal.add("contacts", {"email": "hazel@example.com", "firstname": "Hazel"})
    three = local.portal.add("contacts", {"email": "yew@example.com"})
    merged = local.portal.merge("contacts", two, three)
    asked = ["Hazel@Example.com", "juniper@example.com", "yew@example.com"]
    frame, _ = read(local, ids=asked, id_property="email")
    assert frame["hubspot_requested_id"].tolist() == asked
    assert frame["hs_object_id"].tolist() == [merged, one, merged]


def test_e_mails_of_contacts_merged_twice_bring_the_last_survivor(local):
    emails = [f"rowan{number}@example.com" for number in range(4)]
    one, two, three, four = (local.portal.add("contacts", {"email": email}) for email in emails)
    first, second = local.portal.merge("contacts", one, two), local.portal.merge("contacts", three, four)
    last = local.portal.merge("contacts", first, second)
    frame, warned = read(local, ids=emails[::-1], id_property="email", properties=["email"])
    assert frame["hubspot_requested_id"].tolist() == emails[::-1]
    assert frame["hs_object_id"].tolist() == [last] * 4
    assert frame["email"].tolist() == [emails[0]] * 4
    assert warned == []
    local.portal.archive("contacts", last)
    frame, [told] = read(local, ids=emails, id_property="email")
    assert len(frame) == 0
    assert told.startswith("4 of the values of email brought no record")


# All of them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 777])
def test_all_records_come_in_hubspots_order(local, count):
    contacts(local, count)
    frame, warned = read(local)
    assert frame["hs_object_id"].tolist() == sorted(local.portal.ids("contacts"), key=int)
    assert list(frame.columns) == ["hs_object_id", "firstname"]
    assert names(frame, local)
    assert warned == []


def test_a_limit_is_kept_to(local):
    ids = sorted(contacts(local, 250), key=int)
    frame, _ = read(local, limit=120)
    assert frame["hs_object_id"].tolist() == ids[:120]
    assert len(requests(local, LISTED)) <= 3


def test_archived_records_are_read_and_no_others(local):
    ids = contacts(local, 130)
    for record in ids[:115]:
        local.portal.archive("contacts", record)
    frame, _ = read(local, archived=True)
    assert frame["hs_object_id"].tolist() == sorted(ids[:115], key=int)
    assert not requests(local, "/search")


def test_every_property_is_read_by_post_where_an_address_would_be_too_long(local):
    for number in range(120):
        local.portal.define("contacts", {"name": f"a_property_of_our_own_{number}", "label": f"Own {number}"})
    ids = [local.portal.add("contacts", {"a_property_of_our_own_119": f"v{number}"}) for number in range(230)]
    frame, _ = read(local, properties="all")
    assert frame["hs_object_id"].tolist() == sorted(ids, key=int)
    assert set(frame["a_property_of_our_own_119"]) == {f"v{number}" for number in range(230)}
    known = hubframe.properties("contacts", connection=hubframe.connect(local))["name"]
    assert set(frame.columns) == set(known)
    assert all(len(str(request.query)) < 500 for request in requests(local, LISTED))


def test_names_labels_and_their_order(local):
    local.portal.add("contacts", {"firstname": "Juniper", "city": "Turku"})
    frame, _ = read(local, properties=["City", "firstname"])
    assert list(frame.columns) == ["hs_object_id", "city", "firstname"]
    frame, _ = read(local, properties=["City", "firstname"], labels=True)
    assert list(frame.columns)[1:] == ["City", "First Name"]


def test_without_names_a_custom_type_has_what_hubspot_gives_unasked(local):
    contract = local.portal.add("contracts", {})
    frame, _ = read(local, "contracts", properties=None)
    assert frame["hs_object_id"].tolist() == [contract]
    assert all("properties" not in request.query for request in requests(local, "/contracts"))


# By search --------------------------------------------------------------------------------------------------

TURKU = [("city", "EQ", "Turku")]


def test_filters_find_records_and_their_values_are_those_held_now(local):
    ids = [local.portal.add("contacts", {"city": "Turku" if number % 3 else "Oulu"}) for number in range(700)]
    frame, warned = read(local, properties=["city"], where=TURKU)
    assert frame["hs_object_id"].tolist() == sorted((one for number, one in enumerate(ids) if number % 3), key=int)
    assert set(frame["city"]) == {"Turku"}
    assert warned == []
    assert len(requests(local, "/search")) == 3
    assert len(requests(local, READ)) == 5


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ([("city", "IN", ["Turku", "Oulu"])], 60),
        ([("City", "NOT_IN", ["Turku", "TAMPERE"])], 30),
        ([("lifecyclestage", "IN", ["Lead", "customer"])], 45),
        ([("Lifecycle Stage", "EQ", "Lead"), ("city", "EQ", "oulu")], 15),
        ([("email", "IN", ["Rowan3@example.com", "ROWAN4@example.com"])], 2),
        ([("createdate", "GTE", pd.Timestamp("2020-01-01"))], 90),
        ([("createdate", "LT", "2020-01-01")], 0),
        ([("phone", "NOT_HAS_PROPERTY")], 90),
        ([], 90),
    ],
)
def test_filters_mean_what_they_say(local, where, count):
    """Search has its texts in lower case, and ``IN`` compares exactly: that is no reader's business."""
    for number in range(90):
        city = ("Turku", "Oulu", "Tampere")[number % 3]
        stage = {"lifecyclestage": "lead"} if number % 2 else {}
        local.portal.add("contacts", {"city": city, "email": f"rowan{number}@example.com", **stage})
    frame, _ = read(local, where=where)
    assert len(frame) == count


def test_a_time_without_a_zone_and_a_day_are_utcs_in_a_filter(local):
    local.portal.add("contacts", {"city": "Turku"})
    held = hubframe.read("contacts", properties=["createdate"], progress=False, connection=hubframe.connect(local))
    created = held.loc[0, "createdate"].tz_localize(None)
    for low, count in ((created, 1), (created + pd.Timedelta(milliseconds=1), 0)):
        frame, _ = read(local, where=[("createdate", "GTE", low)])
        assert len(frame) == count
    day = created.normalize()
    frame, _ = read(
        local, where=[("createdate", "GTE", str(day.date())), ("createdate", "LT", day + pd.Timedelta("1D"))]
    )
    assert len(frame) == 1


def test_what_was_found_may_hold_another_value_by_now(local):
    ids = sorted(contacts(local, 3), key=int)
    connection = hubframe.connect(local)
    assert len(hubframe.read("contacts", where=TURKU, progress=False, connection=connection)) == 3
    local.search_lag_seconds = 3600
    moved = pd.DataFrame({"hs_object_id": ids[:1], "city": "Oulu"})
    moved.hubspot.batch_update("contacts", progress=False, connection=connection)
    frame = hubframe.read("contacts", properties=["city"], where=TURKU, progress=False, connection=connection)
    assert frame["city"].tolist() == ["Oulu", "Turku", "Turku"]


def test_a_search_with_a_long_list_is_windowed_or_refused_before_the_first_request(local):
    ids = sorted(contacts(local, 450), key=int)
    seen = set()
    for count in range(90, 140):
        first = len(local.requests)
        where = [("city", "IN", ["Turku", *(f"nowhere at all {number:04}" for number in range(count))])]
        try:
            frame, _ = read(local, where=where)
        except hubframe.PlanError as refused:
            seen.add(str(refused).partition("characters")[2][:25])
            refused_after = len(requests(local, "/search", first))
        else:
            seen.add("read")
            assert frame["hs_object_id"].tolist() == ids
    assert seen == {", and HubSpot takes 3,000", "read"}
    assert refused_after == 0


def test_what_search_shows_too_late_is_read_as_it_is(local):
    ids = sorted(contacts(local, 150), key=int)
    connection = hubframe.connect(local)
    local.search_lag_seconds = 3600
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "New", "city": "Turku"})
    df.hubspot.batch_update("contacts", progress=False, connection=connection)
    frame, _ = read(local, where=TURKU)
    assert len(frame) in (0, 150)  # what search has not seen yet is not found; what is found is as it is held
    assert names(frame, local)


def test_more_than_search_pages_through(local):
    ids = sorted(contacts(local, 10_450), key=int)
    frame, _ = read(local, where=TURKU)
    assert frame["hs_object_id"].tolist() == ids


@pytest.mark.parametrize(
    "fault", ["cut_mid_answer", "secondly_429_category", "text_503", "error_500", "truncated_json", "empty_results"]
)
def test_trouble_with_a_search_passes(local, fault):
    ids = sorted(contacts(local, 900), key=int)
    local.faults.plan(fault, at=[2, 4], path="/search")
    frame, _ = read(local, where=TURKU)
    assert frame["hs_object_id"].tolist() == ids


def test_a_search_may_be_limited_and_find_nothing(local):
    ids = sorted(contacts(local, 500), key=int)
    frame, _ = read(local, where=TURKU, limit=230)
    assert frame["hs_object_id"].tolist() == ids[:230]
    frame, warned = read(local, where=[("city", "EQ", "Nowhere")])
    assert (len(frame), list(frame.columns), warned) == (0, ["hs_object_id", "firstname"], [])


def test_a_search_that_hubspot_refuses_is_told_with_the_filter(local):
    groups = [{"filters": [{"propertyName": "nonsense", "operator": "EQ", "value": "x"}]}]
    with pytest.raises(hubframe.PlanError, match="nonsense"):
        read(local, where=groups)


# What goes wrong on the way ---------------------------------------------------------------------------------

PASSING = [
    "cut_before_write",
    "cut_mid_answer",
    "reset_after_write",
    "truncated_json",
    "timeout_408",
    "locked_423",
    "error_500",
    "html_502",
    "text_503",
    "html_504",
    "ten_secondly_429",
    "secondly_429",
    "cloudflare_429",
    "wrong_content_type",
    "no_errors_207",
    "empty_results",
]


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("way", ["ids", "list", "by post"])
def test_trouble_that_passes_leaves_no_trace(local, fault, way):
    ids = sorted(contacts(local, 450), key=int)
    names_ = ["firstname", *([f"x{'y' * 150}{number}" for number in range(20)] if way == "by post" else [])]
    for name in names_[1:]:
        local.portal.define("contacts", {"name": name, "label": name})
    path = READ if way == "ids" else None
    local.faults.plan(fault, at=[2, 4, 6], path=path, matching=lambda request: "/objects/" in request.path)
    frame, warned = read(local, ids=ids if way == "ids" else None, properties=names_)
    assert frame["hs_object_id"].tolist() == ids
    assert names(frame, local)
    assert warned == []
    assert Counter(request.fault for request in local.requests)[fault] >= 2


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("way", ["ids", "list"])
def test_trouble_at_random_leaves_no_trace(local, seed, way):
    ids = sorted(contacts(local, 620), key=int)
    local.latency_seconds = (0.0, 0.01)
    local.faults.random(
        seed=seed, probability=0.3, kinds=PASSING, path=None, matching=lambda request: "/objects/" in request.path
    )
    frame, warned = read(local, ids=ids if way == "ids" else None, settings={"max_attempts": 40})
    assert frame["hs_object_id"].tolist() == ids
    assert names(frame, local)
    assert warned == []


def test_rows_that_an_answer_drops_are_asked_for_again(local):
    ids = contacts(local, 100)
    local.faults.plan("rows_dropped", path=READ, times=1)
    frame, warned = read(local, ids=ids)
    assert frame["hs_object_id"].tolist() == ids
    assert warned == []
    assert [len(request.body["inputs"]) for request in requests(local, READ)] == [100, 50]


@pytest.mark.parametrize("count", [2, 60, 100, 230])
@pytest.mark.parametrize("place", [0, 1, 49, -1])
def test_a_record_on_which_hubspot_breaks_costs_itself_alone(local, count, place):
    ids = contacts(local, count)
    bad = ids[min(place, count - 1)]
    local.faults.plan("error_500", path=READ, holding=bad)
    frame, warned = read(local, ids=ids)
    assert frame["hs_object_id"].tolist() == [one for one in ids if one != bad]
    assert "1 of the record ids" in warned[0]
    assert bad in warned[0]
    assert "There was a problem with the request." in warned[0]


@pytest.mark.parametrize("places", [range(3), range(10), range(40, 50), [0, 1, 2, 47, 48, 49]])
def test_several_records_on_which_hubspot_breaks_cost_themselves_alone(local, places):
    ids = contacts(local, 50)
    bad = {ids[place] for place in places}
    matching = lambda request: not bad.isdisjoint(one["id"] for one in request.body["inputs"])
    local.faults.plan("error_500", path=READ, matching=matching)
    frame, [told] = read(local, ids=ids)
    assert frame["hs_object_id"].tolist() == [one for one in ids if one not in bad]
    assert told.startswith(f"{len(bad)} of the record ids brought no record")


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_records_that_hubspot_breaks_on_one_and_all_are_an_error_that_names_some(local, count):
    ids = contacts(local, count)
    local.faults.plan("error_500", path=READ)
    with pytest.raises(hubframe.HubSpotUnavailable, match="HubSpot fails on reading these records") as told:
        read(local, ids=ids)
    assert ids[0] in str(told.value)
    assert ("more)" in str(told.value)) == (count > 3)


def test_a_page_of_the_list_on_which_hubspot_breaks_costs_its_one_record_alone(local):
    ids = sorted(contacts(local, 450), key=int)
    local.faults.plan("error_500", path=LISTED, matching=lambda request: request.query.get("properties") == "firstname")
    local.faults.plan("error_500", path=READ, holding=ids[142])
    frame, warned = read(local)
    assert frame["hs_object_id"].tolist() == [one for one in ids if one != ids[142]]
    assert [ids[142] in told for told in warned] == [True]


@pytest.mark.parametrize("fault", ["empty_results", "status_pending"])
@pytest.mark.parametrize("way", ["ids", "where"])
def test_what_hubspots_answers_leave_out_is_neither_silent_nor_called_missing(local, way, fault):
    ids = sorted(contacts(local, 30), key=int)
    local.faults.plan(fault, path=READ)
    frame, [told] = read(local, **({"ids": ids} if way == "ids" else {"where": TURKU}))
    left_out = [one for one in ids if one not in set(frame["hs_object_id"])]
    assert told.startswith(f"HubSpot's answers left out {len(left_out)} of the rec")
    assert all(one in told for one in left_out[:20])
    assert (" and 10 more" in told) == (len(left_out) == 30)
    assert "again: hubframe.read('contacts', ids=[...])" in told
    assert not any(word in told for word in ("archived", "mistyped", "gone"))


def test_a_list_that_shows_fewer_than_there_are_is_warned_of(local):
    contacts(local, 1000)
    local.faults.plan("rows_not_shown", at=[3], path=None, matching=lambda request: request.path.endswith(LISTED))
    frame, [told] = read(local, settings={"max_in_flight": 2})
    assert 900 < len(frame) < 1000
    assert told.startswith(f"HubSpot's search counts 1,000 records, and {len(frame)} came.")


def test_a_value_that_is_not_in_the_frame_is_warned_of_whatever_the_display(local):
    local.portal.define("contacts", {"name": "seen", "label": "Seen", "type": "datetime", "fieldType": "date"})
    [contact] = contacts(local, 1)
    with local.portal.lock:
        local.portal.records_of("contacts").live[contact].properties["seen"] = "2026-01-31T10:00:00.123456Z"
    for progress in (False, lambda _: None):
        frame, [told] = read(local, properties=["seen"], progress=progress)
        assert frame["seen"].isna().all()
        assert "'seen': no cell stands for 1 value that HubSpot holds ('2026-01-31T10:00:00.123456Z')" in told


@pytest.mark.parametrize("way", ["where", "all properties", "archived"])
def test_a_record_that_was_found_and_can_not_be_read_is_told(local, way):
    ids = sorted(contacts(local, 230), key=int)
    if way != "where":
        for number in range(120):
            local.portal.define("contacts", {"name": f"a_property_of_our_own_{number}", "label": f"Own {number}"})
    if way == "archived":
        for record in ids:
            local.portal.archive("contacts", record)
    local.faults.plan("error_500", path=READ, holding=ids[42])
    arguments = {"where": TURKU} if way == "where" else {"properties": "all", "archived": way == "archived"}
    frame, warned = read(local, **arguments)
    assert frame["hs_object_id"].tolist() == [one for one in ids if one != ids[42]]
    [told] = warned
    assert told.startswith("1 of the records of contacts could not be read, and has no row: ")
    assert ids[42] in told
    assert "There was a problem with the request." in told


def test_records_archived_between_being_found_and_read_are_told(local, capsys):
    ids = sorted(contacts(local, 150), key=int)
    local.search_lag_seconds = 3600
    hubframe.read("contacts", where=TURKU, limit=1, progress=False, connection=hubframe.connect(local))
    for record in ids[:7]:
        local.portal.archive("contacts", record)
    frame, warned = read(local, where=TURKU, progress=True)
    assert frame["hs_object_id"].tolist() == ids[7:]
    assert warned == []
    told = capsys.readouterr().err
    assert "7 records that the search found were gone when read" in told
    assert "counts" not in told


@pytest.mark.parametrize("way", ["ids", "list"])
@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("token_expires", hubframe.AuthenticationError, "does not accept the token"),
        ("daily_429", hubframe.HubSpotUnavailable, "daily limit"),
        ("migration_477", hubframe.HubSpotUnavailable, "moved|migrated"),
        ("html_404", hubframe.PlanError, "refuses"),
    ],
)
def test_what_had_come_before_the_end_is_kept(local, way, fault, error, words):
    ids = sorted(contacts(local, 1000), key=int)
    local.faults.plan(fault, after=4, path=READ if way == "ids" else LISTED)
    with pytest.raises(error, match=words) as told:
        read(local, ids=ids if way == "ids" else None, settings={"max_in_flight": 1})
    frame = hubframe.last_result()
    assert len(local.requests) <= 60 + 2 * 7  # a proxy's page is taken for the answer at the third time
    assert "hubframe.last_result()" in str(told.value)
    assert 100 <= len(frame) < 1000
    assert names(frame, local)
    assert set(frame["hs_object_id"]) <= set(ids)


def test_a_token_without_the_scope_is_told_which(local):
    contacts(local, 3)
    local.scopes = local.scopes - {"crm.objects.contacts.read"}
    for arguments in ({}, {"ids": ["1"]}):
        with pytest.raises(hubframe.MissingScope, match=r"crm\.objects\.contacts\.read") as told:
            read(local, **arguments)
        assert "crm.objects.contacts.read" in told.value.scopes


def test_a_token_that_may_not_read_definitions_is_told_what_that_means_and_which_scope_it_lacks(local, monkeypatch):
    """The embedded HubSpot shows them to whoever may read records; HubSpot does not, of every type."""
    [contact] = contacts(local, 1)
    unread = Definitions("contacts", {}, known=False, scopes=("crm.schemas.contacts.read",))

    async def read_definitions(*_):
        return unread

    monkeypatch.setattr(defined, "read_definitions", read_definitions)
    frame, [told] = read(local, properties=["firstname", "frstname"])
    assert frame.loc[0, ["hs_object_id", "firstname"]].tolist() == [contact, "Rowan 0"]
    assert told.startswith("The token may not read the property definitions of contacts: every column is text")
    assert "crm.schemas.contacts.read" in told
    assert "sensitive" not in told.partition("crm.")[0]


def test_an_outage_ends_with_what_came(local):
    contacts(local, 1000)
    local.faults.plan("text_503", after=5, path=LISTED)
    with pytest.raises(hubframe.HubSpotUnavailable, match="records had come"):
        read(local, settings={"max_attempts": 3, "max_in_flight": 1})


def test_a_refusal_of_everything_is_no_list_of_missing_ids(local):
    contacts(local, 500)
    local.faults.plan("too_large_413", path=READ)
    with pytest.raises(hubframe.PlanError, match="HubSpot refuses to read these records"):
        read(local, ids=local.portal.ids("contacts"), settings={"max_in_flight": 1})
    assert len(requests(local, READ)) <= 80


def test_values_that_the_token_may_not_see_are_said_so(local, capsys):
    local.portal.define(
        "contacts", {"name": "health", "label": "Health", "dataSensitivity": "sensitive", "type": "string"}
    )
    local.portal.add("contacts", {"firstname": "Juniper", "health": "good"})
    local.scopes = {name for name in local.scopes if ".sensitive.read" not in name}
    frame, _ = read(local, properties="all", progress=True)
    assert "health" not in frame
    assert "sensitive" in capsys.readouterr().err
    frame, [told] = read(local, properties=["health"])
    assert frame["health"].isna().all()
    assert "'health' of no record" in told


# Interrupts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["ids", "list"])
@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.6])
def test_an_interrupt_keeps_what_came(local, connection, way, seconds):
    ids = contacts(local, 3000)
    hubframe.read("contacts", properties=["firstname"], limit=1, progress=False)  # definitions are known from now on
    local.latency_seconds = (0.1, 0.2)
    begun = time.monotonic()
    strike = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    connection = hubframe.connect(local, max_in_flight=2)
    strike.start()
    with pytest.raises(hubframe.Interrupted) as stop:
        hubframe.read(
            "contacts",
            properties=["firstname"],
            ids=ids if way == "ids" else None,
            progress=False,
            connection=connection,
        )
    strike.join()
    assert time.monotonic() - begun < 3
    frame = stop.value.result
    if frame is None:
        assert seconds == 0.05
        assert "before anything was read" in str(stop.value)
        return
    assert len(frame) < 3000
    assert names(frame, local)
    assert frame["hs_object_id"].is_unique
    assert len(frame) == 0 or hubframe.last_result() is frame
    assert "hubframe.read('contacts'" in str(stop.value)


def test_an_interrupt_before_anything_is_known_of_the_type(local):
    connection = hubframe.connect(local)
    local.latency_seconds = 30
    strike = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    strike.start()
    with pytest.raises(hubframe.Interrupted, match="before anything was read") as stop:
        hubframe.read("contacts", progress=False, connection=connection)
    strike.join()
    assert stop.value.result is None


def test_a_cancelled_read_leaves_what_came(local):
    contacts(local, 2000)
    connection = hubframe.connect(local, max_in_flight=1)
    local.latency_seconds = 0.05

    async def main():
        seen = []
        reading = asyncio.ensure_future(
            hubframe.read_async("contacts", properties=["firstname"], progress=seen.append, connection=connection)
        )
        while not seen or not seen[-1].rows_done:  # noqa: ASYNC110 - a display is no event
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError, match=r"hubframe\.last_result"):
            await reading
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    frame = hubframe.last_result()
    assert 100 <= len(frame) < 2000
    assert names(frame, local)


def test_a_defect_of_our_own_loses_nothing_that_came(local, monkeypatch):
    ids = sorted(contacts(local, 1000), key=int)
    reads = itertools.count()
    usual = by_id.match_records

    def breaks(*arguments):
        if next(reads) == 3:
            raise RuntimeError("a defect")
        return usual(*arguments)

    monkeypatch.setattr(by_id, "match_records", breaks)
    with pytest.raises(RuntimeError, match="a defect"):
        read(local, ids=ids, settings={"max_in_flight": 1})
    assert hubframe.last_result()["hs_object_id"].tolist() == ids[:300]


@pytest.mark.parametrize("face", ["read", "read_async"])
@pytest.mark.parametrize("fails", [True, False])
def test_while_the_frame_is_made_others_go_on_and_what_ended_the_read_is_told(local, monkeypatch, face, fails):
    """An interrupt then does not hide an error that came before, nor lose the frame."""
    ids = sorted(contacts(local, 300), key=int)
    connection = hubframe.connect(local, max_in_flight=1)
    if fails:
        local.faults.plan("token_expires", after=2, path=READ)
    usual = reading.records_frame
    making, go_on = threading.Event(), threading.Event()

    def slow(*arguments, **options):
        making.set()
        assert go_on.wait(20)
        return usual(*arguments, **options)

    monkeypatch.setattr(reading, "records_frame", slow)
    options = {"ids": ids, "properties": ["firstname"], "progress": False, "connection": connection}
    error = (
        hubframe.AuthenticationError if fails else hubframe.Interrupted if face == "read" else asyncio.CancelledError
    )

    async def main():
        task = asyncio.ensure_future(hubframe.read_async("contacts", **options))
        while not making.is_set():  # noqa: ASYNC110 - the loop has to go on meanwhile
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.sleep(0.05)
        go_on.set()
        await task

    def strike():
        making.wait(20)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        go_on.set()

    striking = threading.Thread(target=strike)
    with pytest.raises(error) as ended:
        asyncio.run(main()) if face == "read_async" else (striking.start(), hubframe.read("contacts", **options))
    if face == "read":
        striking.join()
    frame = hubframe.last_result()
    assert frame["hs_object_id"].tolist() == (ids[:200] if fails else ids)
    assert ("200 records had come" if fails else "300 records came") in str(ended.value)


def test_a_warning_that_is_made_an_error_loses_no_frame(local, connection):
    ids = contacts(local, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(hubframe.HubframeWarning, match="1 of the record ids brought no record"):
            hubframe.read("contacts", ids=[*ids, "1"], progress=False)
    assert hubframe.last_result()["hs_object_id"].tolist() == ids


def test_a_read_that_ends_well_leaves_the_last_result_alone(local, connection):
    ids = contacts(local, 3)
    result = pd.DataFrame({"hs_object_id": ids, "city": "Oulu"}).hubspot.batch_update("contacts", progress=False)
    hubframe.read("contacts", progress=False)
    assert hubframe.last_result() is result


# The bar and the line under it ------------------------------------------------------------------------------


def test_the_bar_ends_full_and_one_line_follows(local, connection, capsys):
    contacts(local, 250)
    hubframe.read("contacts")
    told = capsys.readouterr()
    assert told.out == ""
    *_, bar, line = told.err.replace("\r", "\n").strip().splitlines()
    assert "Reading contacts: 100%" in bar
    assert "250/250" in bar
    assert line == "HubSpot account 44237313 (developer test), contacts: 250 records read."


def test_the_line_counts_what_was_asked_for_and_did_not_come(local, connection, capsys):
    ids = contacts(local, 3)
    with pytest.warns(hubframe.HubframeWarning, match="2 of the record ids brought no record"):
        hubframe.read("contacts", ids=[*ids, "1", "2"])
    assert capsys.readouterr().err.strip().endswith("contacts: 3 records read; 2 asked for brought none.")


@pytest.mark.parametrize("arguments", [{}, {"limit": 7}, {"archived": True}])
def test_a_callable_gets_progress_that_ends_with_every_row(local, connection, arguments):
    for record in contacts(local, 250)[:120]:
        local.portal.archive("contacts", record)
    seen = []
    frame = hubframe.read("contacts", progress=seen.append, **arguments)
    assert seen[-1].rows_done == seen[-1].rows_total == len(frame)
    assert [one.rows_done for one in seen] == sorted(one.rows_done for one in seen)


def test_a_display_that_fails_does_not_end_a_read(local, connection):
    contacts(local, 3)

    def display(progress):
        raise RuntimeError("the display broke")

    with pytest.warns(hubframe.HubframeWarning, match="the display broke"):
        assert len(hubframe.read("contacts", progress=display)) == 3


# Calls that can't be right ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"properties": "email"}, r"properties=\['email'\]"),
        ({"properties": 7}, "must be a list"),
        ({"properties": ["email", 7]}, "holds 7"),
        ({"properties": ["email", "\ud800"]}, r"holds '\\ud800'"),
        ({"properties": pd.DataFrame({"a": [1]})}, "^properties=<DataFrame> must be a list"),
        ({"ids": ["x"], "id_property": "\ud800"}, r"id_property='\\ud800'"),
        ({"ids": "123"}, "must be a list of ids"),
        ({"ids": 123}, "must be a list of ids"),
        ({"ids": pd.DataFrame({"a": [1]})}, "^ids=<DataFrame> must be a list"),
        ({"ids": ["1", None]}, r"(?s)1 of the ids.*ids\[1\].*dropna"),
        ({"ids": ["1", "x@example.com"]}, r"(?s)not a HubSpot record id.*id_property"),
        ({"ids": [1.71591000198e25]}, "can't be looked up"),
        ({"ids": pd.Series([171591000198], dtype="float32")}, "lost digits"),
        ({"ids": ["1"], "where": [("city", "EQ", "x")]}, "Give one of them"),
        ({"ids": ["1"], "limit": 5}, "limit"),
        ({"id_property": "email"}, "there are none"),
        ({"where": [("city", "EQ", "x")], "archived": True}, "finds no archived"),
        ({"limit": 0}, "limit=0"),
        ({"limit": True}, "limit=True"),
        ({"limit": 1.5}, r"limit=1\.5"),
        ({"labels": "yes"}, "labels='yes'"),
        ({"archived": None}, "archived=None"),
        ({"where": "city = Bergen"}, "where="),
        ({"where": pd.DataFrame({"a": [1]})}, "^where=<DataFrame> must be a list"),
        ({"limit": pd.DataFrame({"a": [1]})}, "^limit=<DataFrame> must be"),
        ({"labels": pd.Series([True])}, "^labels=<Series> must be"),
        ({"properties": ["frstname"]}, "firstname"),
    ],
)
def test_what_can_not_be_right_is_told_before_anything_is_read(local, arguments, words):
    with pytest.raises(hubframe.PlanError, match=words):
        read(local, **arguments)
    assert not [request for request in local.requests if "/objects/" in request.path]


@pytest.mark.parametrize("object_type", ["", " ", None, 7, "\ud800"])
def test_an_object_type_is_a_text(connection, object_type):
    with pytest.raises(hubframe.PlanError, match="object_type="):
        hubframe.read(object_type)
    with pytest.raises(hubframe.PlanError, match="object_type="):
        hubframe.properties(object_type)


def test_an_unknown_object_type(local):
    with pytest.raises(hubframe.UnknownObjectType, match="widgets"):
        read(local, "widgets")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("conatcts", "Did you mean 'contacts'"),
        ("line items", "'line_items'"),
        ("courses", "It may be switched off in this account"),
    ],
)
def test_an_object_type_that_is_misspelt_or_switched_off_is_told_so(connection, name, near):
    df = pd.DataFrame({"hs_object_id": ["1"], "city": ["Bergen"]})
    for call in (
        lambda: hubframe.read(name),
        lambda: hubframe.properties(name),
        lambda: hubframe.batch_update(df, name, progress=False),
        lambda: hubframe.plan_update(df, name, progress=False),
    ):
        with pytest.raises(hubframe.UnknownObjectType) as caught:
            call()
        assert near in str(caught.value)
        assert repr(name) in str(caught.value)
        assert "hubframe.object_types()" in str(caught.value)


def test_spaces_around_an_object_type_are_no_part_of_it(local, connection, capsys):
    contact = local.portal.add("contacts", {"city": "Bergen"})
    assert hubframe.read(" contacts ", properties=["city"])["city"].tolist() == ["Bergen"]
    assert "Reading contacts:" in capsys.readouterr().err
    assert "city" in set(hubframe.properties(" contacts")["name"])
    result = hubframe.batch_update(pd.DataFrame({"hs_object_id": [contact], "city": ["Turku"]}), " contacts ")
    assert result["hubspot_status"].tolist() == ["updated"]
    assert " contacts " not in str(result.hubspot.summary())
