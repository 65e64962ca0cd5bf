"""Rules that no definition shows, and values stored otherwise than they were sent."""

from __future__ import annotations

import json

import pytest

from hubframe.local_hubspot import Portal
from hubframe.local_hubspot.portal import UnknownObjectTypeError
from hubframe.local_hubspot.settings import Settings
from tests.test_local_hubspot_batch_update import by_trace_id, problems, rows, send


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture(params=["per_row", "whole_batch"])
def settings(request):
    return Settings(token="pat-local-test", scopes=set(), validation=request.param)


@pytest.fixture
def by_row(settings):
    return settings.validation == "per_row"


def refused(answer, by_row):
    """Return (name, propertyValue or None) of every item, by trace id or for the whole batch."""
    if not by_row:
        assert (answer.status, answer.body["category"]) == (400, "VALIDATION_ERROR")
        return [(item["name"], item.get("propertyValue")) for item in problems(answer.body["message"])]
    return {
        trace_id: [(item["name"], item.get("propertyValue")) for item in problems(error["message"])]
        for trace_id, error in by_trace_id(answer).items()
        if error["category"] == "VALIDATION_ERROR"
    }


def deal(portal, pipeline="default", stage="contractsent"):
    return portal.add("deals", {"pipeline": pipeline, "dealstage": stage})


def test_an_account_has_no_hidden_rules_unless_told(portal, settings):
    answer = send(portal, settings, rows((deal(portal), {"dealstage": "183004411"})), "deals")
    assert (answer.status, answer.body["results"][0]["properties"]["dealstage"]) == (200, "183004411")


def test_a_property_may_need_another(portal, settings, by_row):
    portal.rules.require("contacts", "state", with_="city")
    empty, empty_too = portal.add("contacts", {}), portal.add("contacts", {})
    whole = portal.add("contacts", {"state": "Oregon"})
    batch = rows(
        (empty, {"city": "Portland"}),
        (empty_too, {"city": "Salem"}),
        (whole, {"city": "Salem"}),
        ("5", {"city": "Salem"}),
    )
    found = refused(send(portal, settings, batch), by_row)
    if by_row:
        # The unknown record is not found; nobody knows what it would need.
        assert found == {"0": [("state", None)], "1": [("state", None)]}
    else:
        # One item for two rows, naming what neither of them sent.
        assert found == [("state", None)]
    assert portal.record("contacts", whole).get("city") == ("Salem" if by_row else None)
    assert "city" not in portal.record("contacts", empty)
    both = send(portal, settings, rows((empty, {"city": "Portland", "state": "Oregon"}), (whole, {"phone": "1"})))
    assert both.status == 200
    assert refused(send(portal, settings, rows((empty, {"state": ""}))), by_row)


def test_a_property_may_need_another_for_one_value_alone(portal, settings):
    portal.rules.require("contacts", "jobtitle", with_="lifecyclestage", text="customer", told_once=False)
    record_id = portal.add("contacts", {})
    assert send(portal, settings, rows((record_id, {"lifecyclestage": "lead"}))).status == 200
    assert send(portal, settings, rows((record_id, {"lifecyclestage": "customer"}))).status != 200


@pytest.mark.parametrize(("told_once", "items"), [(True, 2), (False, 3)])
@pytest.mark.parametrize("gives_value", [True, False])
def test_a_stage_may_belong_to_another_pipeline(portal, settings, by_row, told_once, items, gives_value):
    portal.rules.keep_deal_stages_in_pipelines(told_once=told_once, gives_value=gives_value)
    ids = [deal(portal), deal(portal), deal(portal), deal(portal, "77120345", "183004411")]
    stages = ["183004411", "183004411", "183004412", "183004412"]
    batch = rows(*((record_id, {"dealstage": stage}) for record_id, stage in zip(ids, stages, strict=True)))
    answer = send(portal, settings, batch, "deals")
    found = refused(answer, by_row)
    if by_row:
        values = stages if gives_value else [None] * 4
        assert found == {str(number): [("dealstage", values[number])] for number in range(3)}
        assert [result["id"] for result in answer.body["results"]] == ids[3:]
    else:
        assert len(found) == (items if gives_value or not told_once else 1)
        assert {item["error"] for item in problems(answer.body["message"])} == {"INVALID_OPTION"}
    moved = rows((ids[0], {"pipeline": "77120345", "dealstage": "183004411"}))
    assert send(portal, settings, moved, "deals").status == 200


def test_any_rule_can_be_made_up(portal, settings, by_row):
    portal.rules.refuse(
        "contacts",
        "city",
        when=lambda texts: texts["city"] == "Atlantis",
        message=lambda texts: f"{texts['city']} is below the sea",
        told_once=True,
    )
    ids = [portal.add("contacts", {}) for _ in range(3)]
    answer = send(portal, settings, rows(*((record_id, {"city": "Atlantis"}) for record_id in ids)))
    found = refused(answer, by_row)
    assert found == ({str(n): [("city", "Atlantis")] for n in range(3)} if by_row else [("city", "Atlantis")])
    assert "Atlantis is below the sea" in json.dumps(answer.body)
    portal.rules.clear()
    assert send(portal, settings, rows((ids[0], {"city": "Atlantis"}))).status == 200
    with pytest.raises(UnknownObjectTypeError):
        portal.rules.refuse("widgets", "city", when=lambda _texts: True)


def test_a_refusal_may_name_nobody(portal, settings):
    guilty, good = portal.add("contacts", {"customer_number": "C-1"}), portal.add("contacts", {})
    portal.rules.refuse_batches_with("contacts", guilty, "Something about this is wrong.")
    for address in ((guilty, {"city": "B"}), ("C-1", {"city": "B"}, "customer_number")):
        answer = send(portal, settings, rows((good, {"city": "B"}), address))
        assert (answer.status, answer.body["category"]) == (400, "VALIDATION_ERROR")
        assert answer.body["message"] == "Something about this is wrong."
        assert guilty not in json.dumps(answer.body)
    assert "city" not in portal.record("contacts", good)
    assert send(portal, settings, rows((good, {"city": "B"}))).status == 200


# Stored otherwise -------------------------------------------------------------------------------------------


def test_values_may_be_rewritten(portal, settings):
    portal.define("contacts", {"name": "notes_html", "fieldType": "html"})
    record_id = portal.add("contacts", {})
    sent = {
        "phone": "(503) 555-0100",
        "mobilephone": "+44 20 7946 0001",
        "notes_html": '<p onclick="x()">Hi <script>alert(1)</script>there</p>',
        "email": "Sage@Example.com",
        "city": "(503) 555-0100",
    }
    assert send(portal, settings, rows((record_id, sent))).body["results"][0]["properties"]["phone"] == sent["phone"]
    settings.rewrite_values = True
    expected = {
        "phone": "+15035550100",
        "mobilephone": "+442079460001",
        "notes_html": "<p>Hi there</p>",
        "email": "sage@example.com",
        "city": "(503) 555-0100",
    }
    for texts in (sent, expected):
        shown = send(portal, settings, rows((record_id, texts))).body["results"][0]["properties"]
        assert {name: shown[name] for name in sent} == expected
        held = portal.record("contacts", record_id)
        assert {name: held[name] for name in sent} == expected
    send(portal, settings, rows((record_id, {"phone": "", "mobilephone": "ask her"})))
    held = portal.record("contacts", record_id)
    assert (held["phone"], held["mobilephone"]) == ("", "ask her")


def test_a_stage_set_backwards_may_be_ignored_in_silence(portal, settings):
    settings.ignore_backward_stages = True
    record_id = portal.add("contacts", {"lifecyclestage": "customer"})

    def stage_after(stage):
        answer = send(portal, settings, rows((record_id, {"lifecyclestage": stage, "city": stage})))
        assert answer.status == 200
        shown = answer.body["results"][0]["properties"]
        held = portal.record("contacts", record_id)
        assert (shown["city"], held["city"]) == (stage, stage)
        assert shown["lifecyclestage"] == held["lifecyclestage"]
        return held["lifecyclestage"]

    assert stage_after("lead") == "customer"
    assert stage_after("customer") == "customer"
    assert stage_after("evangelist") == "evangelist"
    assert stage_after("") == ""
    assert stage_after("lead") == "lead"
    settings.ignore_backward_stages = False
    assert stage_after("subscriber") == "subscriber"


def test_results_may_leave_properties_out(portal, settings):
    record_id = portal.add("contacts", {"customer_number": "C-1"})
    settings.properties_not_echoed = {"city", "hs_object_id"}
    (result,) = send(portal, settings, rows((record_id, {"city": "Boston", "state": "Maine"}))).body["results"]
    assert (result["id"], result["properties"]["state"]) == (record_id, "Maine")
    assert {"city", "hs_object_id"}.isdisjoint(result["properties"])
    assert portal.record("contacts", record_id)["city"] == "Boston"


def test_results_by_a_unique_property_may_show_it_or_not(portal, settings):
    portal.add("contacts", {"customer_number": "C-1"})
    by_number = rows(("C-1", {"city": "Boston"}, "customer_number"))
    assert "customer_number" not in send(portal, settings, by_number).body["results"][0]["properties"]
    settings.echo_id_property = True
    assert send(portal, settings, by_number).body["results"][0]["properties"]["customer_number"] == "C-1"
