"""LocalHubSpot's batch/update without HTTP: which rows are written, which refused, in which words."""

from __future__ import annotations

import json

import pytest

from hubframe.local_hubspot import Portal
from hubframe.local_hubspot.answers import Refusal
from hubframe.local_hubspot.batch_update import update
from hubframe.local_hubspot.inputs import parsed_json, update_inputs
from hubframe.local_hubspot.settings import Settings


@pytest.fixture
def portal():
    made = Portal()
    made.add_owner("61526374", email="sorrel@example.com", first_name="Sorrel", last_name="Quince")
    return made


@pytest.fixture
def settings():
    return Settings(token="pat-local-test", scopes={"crm.objects.contacts.write"})


def rows(*inputs, traced=True):
    """Make a body of (id, properties) or (id, properties, idProperty)."""
    made = []
    for number, (record_id, properties, *id_property) in enumerate(inputs):
        item = {"id": record_id, "properties": properties}
        if id_property:
            item["idProperty"] = id_property[0]
        if traced:
            item["objectWriteTraceId"] = str(number)
        made.append(item)
    return {"inputs": made}


def send(portal, settings, body, object_type="contacts"):
    try:
        return update(portal, portal.object_type(object_type), body, settings)[0]
    except Refusal as refusal:
        return refusal.answer


def problems(message):
    prefix = "Property values were not valid: "
    assert message.startswith(prefix)
    return json.loads(message.removeprefix(prefix))


def by_trace_id(answer):
    return {
        trace_id: error
        for error in answer.body.get("errors", [])
        for trace_id in error["context"].get("objectWriteTraceId", [])
    }


def test_result_carries_what_was_sent_and_a_few_system_properties(portal, settings):
    record_id = portal.add("contacts", {"firstname": "Juniper", "city": "Portland"})
    (result,) = send(portal, settings, rows((record_id, {"city": "Austin"}))).body["results"]
    assert result["id"] == result["properties"]["hs_object_id"] == record_id
    assert list(result["properties"]) == sorted(result["properties"])
    assert result["properties"]["lastmodifieddate"] == result["updatedAt"]
    assert "firstname" not in result["properties"]
    assert result["url"] == f"https://app.hubspot.com/contacts/44237313/record/0-1/{record_id}"
    assert "objectWriteTraceId" not in result
    settings.echo_trace_ids = True
    (result,) = send(portal, settings, rows((record_id, {}))).body["results"]
    assert result["objectWriteTraceId"] == "0"


def test_an_update_that_changes_nothing_leaves_the_time_of_modification(portal, settings):
    record_id = portal.add("contacts", {"createdate": "2020-01-01T00:00:00Z", "city": "Portland"})
    send(portal, settings, rows((record_id, {"city": "Portland"})))
    assert portal.record("contacts", record_id)["lastmodifieddate"] == "2020-01-01T00:00:00Z"
    send(portal, settings, rows((record_id, {"city": "Austin"})))
    assert portal.record("contacts", record_id)["lastmodifieddate"] > "2026"


def test_per_row_writes_the_good_and_names_the_bad(portal, settings):
    good, bad = (portal.add("contacts", {}) for _ in range(2))
    answer = send(
        portal,
        settings,
        rows((good, {"city": "Austin"}), (bad, {"seats": "x", "nope": "1"}), ("5", {"city": "B"}), ("x", {})),
    )
    assert (answer.status, answer.body["status"], answer.body["numErrors"]) == (207, "COMPLETE", 2)
    assert [result["id"] for result in answer.body["results"]] == [good]
    errors = by_trace_id(answer)
    assert [problem["name"] for problem in problems(errors["1"]["message"])] == ["seats", "nope"]
    assert errors["2"] is errors["3"]
    assert errors["2"] == {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        "context": {"ids": ["5", "x"], "objectWriteTraceId": ["2", "3"]},
    }
    assert portal.record("contacts", good)["city"] == "Austin"


@pytest.mark.parametrize("setting", ["per_row", "whole_batch"])
def test_whole_batch_writes_nothing_and_names_no_row(portal, settings, setting):
    settings.validation = setting
    first, second, good = (portal.add("contacts", {}) for _ in range(3))
    inputs = ((first, {"seats": "x", "nope": "1"}), (second, {"seats": "x"}), (good, {"city": "Austin"}))
    answer = send(portal, settings, rows(*inputs, traced=setting == "whole_batch"))
    assert answer.status == 400
    items = problems(answer.body["message"])
    assert [(item["error"], item["name"]) for item in items] == [
        ("INVALID_INTEGER", "seats"),
        ("PROPERTY_DOESNT_EXIST", "nope"),
        ("INVALID_INTEGER", "seats"),
    ]
    assert answer.body["errors"][0] == {
        "message": "x was not a valid number.",
        "code": "INVALID_INTEGER",
        "context": {"propertyName": ["seats"]},
    }
    assert len(answer.body["errors"]) == 3
    assert answer.body["category"] == "VALIDATION_ERROR"
    text = json.dumps(answer.body)
    assert not any(record_id in text for record_id in (first, second, good))
    assert "city" not in portal.record("contacts", good)


@pytest.mark.parametrize("traced", [True, False])
@pytest.mark.parametrize("validation", ["per_row", "whole_batch"])
def test_unknown_ids_never_fail_the_batch(portal, settings, traced, validation):
    settings.validation = validation
    good = portal.add("contacts", {})
    gone = portal.add("contacts", {})
    portal.archive("contacts", gone)
    answer = send(portal, settings, rows((gone, {"city": "A"}), (good, {"city": "B"}), traced=traced))
    assert answer.status == 207
    expected = {"ids": [gone]} | ({"objectWriteTraceId": ["0"]} if traced else {})
    assert answer.body["errors"][0]["context"] == expected
    assert portal.record("contacts", good)["city"] == "B"


def test_merged_away_ids_are_dropped_without_a_word(portal, settings):
    first, second, other = (portal.add("contacts", {}) for _ in range(3))
    survivor = portal.merge("contacts", first, second)
    answer = send(portal, settings, rows((first, {"city": "A"}), (other, {"city": "B"})))
    assert answer.status == 200
    assert "errors" not in answer.body
    assert [result["id"] for result in answer.body["results"]] == [other]
    assert "city" not in portal.record("contacts", survivor)


def test_unique_values(portal, settings):
    holder = portal.add("contacts", {"email": "taken@example.com", "customer_number": "C-1"})
    taker, other = (portal.add("contacts", {}) for _ in range(2))
    email = rows((taker, {"email": "TAKEN@example.com"}), (other, {"city": "B"}))
    sentence = (
        "Cannot set PropertyValueCoordinates{portalId=44237313, "
        "objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, propertyName=email, value=taken@example.com} "
        f"on {taker}. {holder} already has that value."
    )
    answer = send(portal, settings, email)
    assert by_trace_id(answer)["0"]["message"] == sentence
    assert portal.record("contacts", other)["city"] == "B"
    settings.validation = "whole_batch"
    portal.set("contacts", other, {"city": "C"})
    answer = send(portal, settings, email)
    assert (answer.status, answer.body["message"]) == (400, sentence)
    assert portal.record("contacts", other)["city"] == "C"


def test_unique_values_move_within_a_batch_in_input_order(portal, settings):
    first = portal.add("contacts", {"customer_number": "C-1"})
    second = portal.add("contacts", {"customer_number": "C-2"})
    third = portal.add("contacts", {})
    chain = rows((first, {"customer_number": ""}), (second, {"customer_number": "C-1"}))
    assert send(portal, settings, chain).status == 200
    clash = send(portal, settings, rows((first, {"customer_number": "N"}), (third, {"customer_number": "N"})))
    assert list(by_trace_id(clash)) == ["1"]
    assert send(portal, settings, rows((second, {"customer_number": "C-1"}))).status == 200
    by_number = send(portal, settings, rows(("C-1", {"city": "A"}, "customer_number")))
    assert by_number.body["results"][0]["id"] == second


def test_id_properties(portal, settings):
    contract = portal.add("contracts", {"contract_number": "K-1"})
    answer = send(portal, settings, rows(("K-1", {"hs_status": "active"}, "contract_number")), "contracts")
    assert [result["id"] for result in answer.body["results"]] == [contract]
    missing = send(portal, settings, rows(("K-9", {}, "contract_number"), ("K-1", {})), "contracts")
    assert missing.status == 400
    assert missing.body["context"] == {"missingObjectPropertyValueCoordinates": ["0-721:contract_number:K-9"]}
    for object_type, name, type_id in (
        ("contacts", "email", "0-1"),
        ("contacts", "hs_object_id", "0-1"),
        ("companies", "hs_object_id", "0-2"),
        ("deals", "dealname", "0-3"),
    ):
        answer = send(portal, settings, rows(("a", {}, name)), object_type)
        assert (answer.status, answer.body["message"]) == (
            400,
            f"Unable to perform update/upsert by non-unique {type_id} property {name} in portal ID 44237313",
        )


def test_whole_requests_refused(portal, settings):
    record_id = portal.add("contacts", {})
    duplicate = send(portal, settings, rows((record_id, {"city": "A"}), (record_id, {"city": "A"})))
    assert (duplicate.status, duplicate.body["context"]) == (400, {"ids": [record_id]})
    assert duplicate.body["message"] == (f"Duplicate IDs found in batch input: [{record_id}]. IDs must be unique")
    many = send(portal, settings, rows(*((str(number), {}) for number in range(101))))
    assert many.status == 400
    assert "The maximum number of inputs supported in a batch is 100." in many.body["message"]
    assert send(portal, settings, rows(*((str(number), {}) for number in range(100)))).status == 207
    for body in ({}, {"inputs": []}, {"inputs": None}):
        answer = send(portal, settings, body)
        assert (answer.status, answer.body["results"]) == (200, [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "Cannot deserialize value"),
        ({"inputs": {}}, "Cannot deserialize value of type `java.util.ArrayList`"),
        ({"inputs": ["1"]}, "Cannot deserialize value"),
        ({"inputs": [{"properties": {}}]}, "Some required fields were not set: [id]"),
        ({"inputs": [{"id": "1"}]}, "Some required fields were not set: [properties]"),
        ({"inputs": [{"id": "1", "properties": {"a": ["b"]}}]}, "Cannot deserialize value"),
    ],
)
def test_bodies_of_the_wrong_shape(body, words):
    with pytest.raises(Refusal) as refused:
        update_inputs(body)
    assert refused.value.answer.status == 400
    assert refused.value.answer.body["message"].startswith("Invalid input JSON on line 1, column ")
    assert words in refused.value.answer.body["message"]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe\x00", b'{"inputs": [}'])
def test_bodies_that_are_no_json(raw):
    with pytest.raises(Refusal) as refused:
        parsed_json(raw)
    assert refused.value.answer.body["message"].startswith("Invalid input JSON on line 1, column ")


def test_results_are_shuffled_the_same_way_for_the_same_seed(settings):
    orders = []
    for seed in (1, 1, 2):
        portal = Portal(seed=seed)
        inputs = [(portal.add("contacts", {}), {"city": str(number)}) for number in range(50)]
        results = send(portal, settings, rows(*inputs)).body["results"]
        orders.append([result["properties"]["city"] for result in results])
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != sorted(orders[0], key=int)
