"""HubSpot's own answers, as recorded (see the sources at each), come back as rows with the right status."""

import json
import re

import pandas as pd
import pytest

import hubframe
from hubframe.connection import Account, Token
from tests.aioresponses_adapter import canned

URL = "https://api.hubapi.com"
UPDATE = f"{URL}/crm/objects/2026-03/contacts/batch/update"
NAMES = ("firstname", "lastname", "first000name", "last000name", "amount")


@pytest.fixture
def hubspot():
    """HubSpot's address answered by hand, and a connection to it."""
    with canned() as answers:
        definitions = [
            {"name": name, "label": name, "type": "string", "fieldType": "text", "options": []} for name in NAMES
        ]
        answers.get(re.compile(rf"{URL}/crm/properties/.*"), payload={"results": definitions}, repeat=True)
        answers.get(re.compile(rf"{URL}/crm/property-validations/.*"), payload={"results": []}, repeat=True)
        yield answers


def update(ids, **columns):
    connection = hubframe.Connection(token=Token("pat-not-a-real-token"), account=Account("44237313", "", ""))
    df = pd.DataFrame({"hs_object_id": ids, **columns})
    return hubframe.batch_update(df, "contacts", write="all", progress=False, connection=connection)


def result_of(record, **properties):
    return {
        "id": record,
        "properties": {"createdate": "2025-11-04T03:44:52.657Z", "hs_object_id": record, **properties},
        "createdAt": "2025-11-04T03:44:52.657Z",
        "updatedAt": "2025-11-04T12:06:46.802Z",
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/44237313/record/0-1/{record}",
    }


def envelope(results, **more):
    times = {"completedAt": "2025-11-06T05:03:12.978Z", "startedAt": "2025-11-06T05:03:12.880Z"}
    return {"status": "COMPLETE", "results": results, **times, **more}


def test_a_200_without_trace_ids_in_another_order(hubspot):
    """amp-labs/connectors, providers/hubspot/test/batch/update/contacts/success.json (2025-11)."""
    ids = ["171591000198", "171591000199"]
    hubspot.post(UPDATE, payload=envelope([result_of(ids[1], firstname="B"), result_of(ids[0], firstname="A")]))
    result = update(ids, firstname=["A", "B"])
    assert result["hubspot_status"].tolist() == ["updated", "updated"]
    assert result["hubspot_url"].tolist() == [
        f"https://app.hubspot.com/contacts/44237313/record/0-1/{record}" for record in ids
    ]
    assert result["hubspot_updated_at"].tolist() == [pd.Timestamp("2025-11-04T12:06:46.802")] * 2


def test_a_207_that_groups_ids_in_one_error(hubspot):
    """amp-labs/connectors, …/update/contacts/err-partial-success.json; a community thread for two ids in one error."""
    error = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        "context": {"ids": ["888", "999"]},
    }
    body = envelope([result_of("171591000199", firstname="Siena")], errors=[error], numErrors=1)
    hubspot.post(UPDATE, status=207, payload=body)
    result = update(["888", "171591000199", "999"], firstname=["A", "Siena", "C"])
    assert result["hubspot_status"].tolist() == ["failed", "updated", "failed"]
    assert result["hubspot_error_code"].tolist()[::2] == ["OBJECT_NOT_FOUND"] * 2
    (told,) = json.loads(result["hubspot_error_details"].iloc[0])
    assert told["hubspot"] == {**error, "context": {"ids": ["888"]}}
    assert "no record 888" in result["hubspot_error"].iloc[0]


def test_a_400_for_one_value_of_three_rows(hubspot):
    """github.com/Atlas-Authority/marketing-automation/issues/206 (2025-10-23)."""
    message = (
        'Property values were not valid: [{"isValid":false,"message":"1.4210854715202004e-14 was not a valid number.",'
        '"error":"INVALID_INTEGER","name":"amount","localizedErrorMessage":"1.4210854715202004e-14 was not a valid '
        'number.","propertyValue":"1.4210854715202004e-14","portalId":1}]'
    )
    body = {
        "status": "error",
        "message": message,
        "correlationId": "0199-fake",
        "errors": [
            {
                "message": "1.4210854715202004e-14 was not a valid number.",
                "code": "INVALID_INTEGER",
                "context": {"propertyName": ["amount"]},
            }
        ],
        "category": "VALIDATION_ERROR",
    }
    hubspot.post(UPDATE, status=400, payload=body)
    hubspot.post(UPDATE, payload=envelope([result_of("1", amount="5"), result_of("3", amount="7")]))
    result = update(["1", "2", "3"], amount=["5", "1.4210854715202004e-14", "7"])
    assert result["hubspot_status"].tolist() == ["updated", "failed", "updated"]
    assert result["hubspot_error_property"].iloc[1] == "amount"
    assert result["hubspot_correlation_id"].iloc[1] == "0199-fake"
    assert result["hubspot_attempts"].tolist() == [2, 1, 2]


def test_a_400_for_properties_that_do_not_exist_and_a_cut_list_of_errors(hubspot):
    """amp-labs/connectors, …/err-many-invalid-properties.json: four items in the message, three in errors[]."""
    items = [
        {
            "isValid": False,
            "message": f'Property "{name}" does not exist',
            "error": "PROPERTY_DOESNT_EXIST",
            "name": name,
        }
        for name in ("first000name", "last000name") * 2
    ]
    details = [
        {"message": item["message"], "code": item["error"], "context": {"propertyName": [item["name"]]}}
        for item in items[:3]
    ]
    body = {
        "status": "error",
        "message": f"Property values were not valid: {json.dumps(items)}",
        "correlationId": "9c5760c4-2c71-4059-897d-cf20a1ce1523",
        "errors": details,
        "category": "VALIDATION_ERROR",
    }
    hubspot.post(UPDATE, status=400, payload=body)
    hubspot.post(UPDATE, payload=envelope([result_of("3", firstname="C")]))
    result = update(
        ["1", "2", "3"], first000name=["a", "b", None], last000name=["c", "d", None], firstname=["A", "B", "C"]
    )
    assert result["hubspot_status"].tolist() == ["failed", "failed", "updated"]
    assert len(result.hubspot.problems) == 4


def test_a_merged_id_is_missing_from_a_200_and_found_under_another_id_by_a_read(hubspot):
    """rudderlabs/rudder-transformer: batch/update drops it; a community thread: batch/read gives the survivor."""
    hubspot.post(UPDATE, payload=envelope([result_of("2", firstname="B")]))
    hubspot.post(f"{URL}/crm/objects/2026-03/contacts/batch/read", payload=envelope([result_of("77", firstname="x")]))
    result = update(["1", "2"], firstname=["A", "B"])
    assert result["hubspot_status"].tolist() == ["failed", "updated"]
    assert "merged into 77" in result["hubspot_error"].iloc[0]


def test_a_daily_limit_leaves_the_rows_unsent(hubspot):
    """HubSpot's usage guidelines."""
    body = {
        "status": "error",
        "message": "You have reached your daily limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
        "policyName": "DAILY",
    }
    hubspot.post(UPDATE, status=429, payload=body)
    with pytest.warns(hubframe.HubframeWarning, match="daily limit"):
        result = update(["1"], firstname=["A"])
    assert result["hubspot_status"].tolist() == ["unsent"]
    assert result["hubspot_error_code"].tolist() == ["DAILY_LIMIT"]


def test_missing_scopes_are_named(hubspot):
    """HubSpot's guide to object APIs."""
    scopes = ["crm.objects.contacts.write", "crm.objects.contacts.sensitive.write.v2"]
    body = {
        "status": "error",
        "message": "This app hasn't been granted all required scopes to make this call.",
        "correlationId": "dc49c0a8-9952-4937-aad4-e322b1e5cee0",
        "errors": [
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
        "category": "MISSING_SCOPES",
    }
    hubspot.post(UPDATE, status=403, payload=body)
    with pytest.raises(hubframe.MissingScope, match=r"crm\.objects\.contacts\.write") as raised:
        update(["1"], firstname=["A"])
    assert raised.value.scopes == tuple(scopes)
