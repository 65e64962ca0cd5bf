"""LocalHubSpot's state: ids, merges, definitions, object types; its limits, and what it needs to run."""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import hubframe.local_hubspot
from hubframe.local_hubspot import Portal
from hubframe.local_hubspot.object_type import ObjectType
from hubframe.local_hubspot.portal import UnknownObjectTypeError
from hubframe.local_hubspot.rate_limit import OtherClient, RateLimit
from hubframe.local_hubspot.settings import Settings
from tests.test_local_hubspot_batch_update import problems, rows, send

PACKAGE = Path(hubframe.local_hubspot.__file__).parent


@pytest.fixture
def portal():
    made = Portal()
    made.add_owner("61526374", email="sorrel@example.com", first_name="Sorrel", last_name="Quince")
    return made


@pytest.fixture
def settings():
    return Settings(token="pat-local-test", scopes={"crm.objects.contacts.write"})


def test_ids_look_like_hubspots(portal):
    ids = [int(portal.add("contacts", {})) for _ in range(20)]
    assert ids[0] == 171591000198
    assert len({after - before for before, after in pairwise(ids)}) > 5
    assert portal.ids("contacts") == [str(record_id) for record_id in ids]
    assert portal.add("contacts", {}, id="42") == "42"
    with pytest.raises(ValueError, match="exists"):
        portal.add("contacts", {}, id="42")


def test_merge_makes_a_new_record_that_both_ids_point_to(portal):
    primary = portal.add("contacts", {"email": "a@example.com", "city": "Austin"})
    other = portal.add("contacts", {"email": "b@example.com", "city": "Boston", "phone": "1"})
    survivor = portal.merge("contacts", primary, other)
    assert survivor not in {primary, other}
    held = portal.record("contacts", survivor)
    assert (held["city"], held["phone"], held["email"]) == ("Austin", "1", "a@example.com")
    assert held["hs_merged_object_ids"] == f"{primary};{other}"
    assert portal.ids("contacts") == [survivor]
    for gone in (primary, other):
        with pytest.raises(KeyError):
            portal.record("contacts", gone)
    with pytest.raises(ValueError, match="already has email"):
        portal.add("contacts", {"email": "B@example.com"})
    third = portal.add("contacts", {})
    last = portal.merge("contacts", third, survivor)
    assert portal.records_of("contacts").survivor(primary) == last


def test_archived_records_are_gone_and_free_their_unique_values(portal):
    record_id = portal.add("contacts", {"customer_number": "C-1"})
    portal.archive("contacts", record_id)
    with pytest.raises(KeyError):
        portal.record("contacts", record_id)
    portal.add("contacts", {"customer_number": "C-1"})


def test_set_and_add_hold_to_the_rules(portal):
    record_id = portal.add("contacts", {"email": "A@example.com"})
    portal.set("contacts", record_id, {"hubspotscore": "12"})
    assert portal.record("contacts", record_id)["hubspotscore"] == "12"
    for properties in ({"seats": "many"}, {"nope": "1"}):
        with pytest.raises(ValueError):
            portal.set("contacts", record_id, properties)
    with pytest.raises(ValueError, match="already has"):
        portal.add("contacts", {"email": "a@example.com"})
    with pytest.raises(KeyError):
        portal.set("contacts", "5", {})


def test_definitions_may_be_added_and_replaced(portal, settings):
    portal.define("contacts", {"name": "shoe_size", "label": "Shoe", "type": "number", "fieldType": "number"})
    record_id = portal.add("contacts", {"shoe_size": "43"})
    portal.define(
        "contacts",
        {"name": "shoe_size", "type": "number", "modificationMetadata": {"readOnlyValue": True}},
    )
    answer = send(portal, settings, rows((record_id, {"shoe_size": "44"})))
    assert problems(answer.body["errors"][0]["message"])[0]["error"] == "READ_ONLY_VALUE"


@pytest.mark.parametrize("name", ["contracts", "contract", "CONTRACT", "0-721"])
def test_object_types_have_several_names(portal, name):
    assert portal.object_type(name).plural == "contracts"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("widgets", "Unable to infer object type from: widgets"),
        ("0-9999", "Invalid object or event type id: 0-9999"),
    ],
)
def test_unknown_object_types(portal, name, message):
    with pytest.raises(UnknownObjectTypeError) as unknown:
        portal.object_type(name)
    assert unknown.value.message == message


def test_custom_objects_go_by_id_and_full_name(portal):
    kind = ObjectType("greenhouses", "greenhouse", "2-1234567", 510_000_000_017)
    portal.define_object_type(kind)
    assert portal.object_type("p44237313_greenhouse") is portal.object_type("2-1234567") is kind
    with pytest.raises(UnknownObjectTypeError):
        portal.object_type("greenhouses")


def test_definitions_show_every_kind_the_planner_must_know():
    contacts = Portal().object_type("contacts").definitions
    labels = [made["label"] for made in contacts.values()]
    assert len(labels) > len(set(labels))
    assert contacts["hubspot_owner_id"]["externalOptions"]
    assert contacts["hubspot_owner_id"]["options"] == []
    assert contacts["customer_number"]["hasUniqueValue"]
    assert contacts["hubspotscore"]["modificationMetadata"]["readOnlyValue"]
    assert contacts["national_id"]["dataSensitivity"] == "sensitive"
    kinds = {(made["type"], made["fieldType"]) for made in contacts.values()}
    assert kinds >= {
        ("string", "text"),
        ("number", "number"),
        ("date", "date"),
        ("datetime", "date"),
        ("bool", "booleancheckbox"),
        ("enumeration", "booleancheckbox"),
        ("enumeration", "checkbox"),
        ("enumeration", "radio"),
    }


def test_the_rolling_window_and_the_day(settings):
    now = [1000.0]
    settings.requests_per_interval, settings.interval_seconds, settings.requests_per_day = 3, 10.0, 5
    limit = RateLimit(settings, clock=lambda: now[0], calendar=lambda: 86_400 * 100 + now[0])
    assert [limit.refused_by() for _ in range(3)] == [None] * 3
    assert limit.refused_by() == "TEN_SECONDLY_ROLLING"
    assert limit.headers() == {
        "X-HubSpot-RateLimit-Daily": "5",
        "X-HubSpot-RateLimit-Daily-Remaining": "2",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Max": "3",
        "X-HubSpot-RateLimit-Remaining": "0",
        "X-HubSpot-RateLimit-Secondly": "1",
        "X-HubSpot-RateLimit-Secondly-Remaining": "0",
    }
    now[0] += 9.999
    assert limit.refused_by() == "TEN_SECONDLY_ROLLING"
    now[0] += 0.001
    assert [limit.refused_by() for _ in range(3)] == [None, None, "DAILY"]
    now[0] += 86_400
    assert limit.refused_by() is None
    assert limit.used_today == 1


def test_another_client_takes_its_part_of_the_window(settings):
    now = [1000.0]
    settings.requests_per_interval, settings.interval_seconds = 10, 10.0
    limit = RateLimit(settings, clock=lambda: now[0], calendar=lambda: 86_400 * 100 + now[0])
    with OtherClient(limit, requests_per_second=0.5) as other:
        now[0] += 7.0
        # It asked at 0, 2, 4 and 6 seconds.
        assert (other.let_in, limit.headers()["X-HubSpot-RateLimit-Remaining"]) == (4, "6")
        assert [limit.refused_by() for _ in range(7)] == [None] * 6 + ["TEN_SECONDLY_ROLLING"]
        now[0] += 2.0
        assert (other.let_in, other.refused) == (4, 1)
        # Its first request leaves the window at 10 seconds, and its own next one takes the place.
        now[0] += 1.0
        assert (other.let_in, limit.refused_by()) == (5, "TEN_SECONDLY_ROLLING")
    now[0] += 100
    assert (other.let_in, other.refused, limit.used_today) == (5, 1, 11)
    assert [limit.refused_by() for _ in range(11)] == [None] * 10 + ["TEN_SECONDLY_ROLLING"]


def test_several_other_clients_share_the_day_too(settings):
    now = [1000.0]
    settings.requests_per_interval, settings.requests_per_day = 1000, 10
    limit = RateLimit(settings, clock=lambda: now[0], calendar=lambda: 86_400 * 100 + now[0])
    others = [OtherClient(limit, requests_per_second=1), OtherClient(limit, requests_per_second=3)]
    now[0] += 60
    assert (sum(other.let_in for other in others), limit.refused_by()) == (10, "DAILY")
    assert [other.let_in for other in others] == [3, 7]
    with pytest.raises(ValueError, match="requests_per_second"):
        OtherClient(limit, requests_per_second=0)


def test_imports_nothing_from_the_rest_of_hubframe():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= len(path.relative_to(PACKAGE).parts), path
            for name in names:
                assert not name.startswith("hubframe") or name.startswith("hubframe.local_hubspot."), path


def test_serving_needs_no_pandas():
    code = (
        "import importlib.util, sys, types\n"
        "package = types.ModuleType('hubframe')\n"
        f"package.__path__ = [{str(PACKAGE.parent)!r}]\n"
        "sys.modules['hubframe'] = package\n"
        "from hubframe.local_hubspot import LocalHubSpot\n"
        "LocalHubSpot()\n"
        "assert 'pandas' not in sys.modules\n"
    )
    # It is left open: the end of the program closes it, without a word.
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
