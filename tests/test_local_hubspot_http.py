"""LocalHubSpot on the wire: real requests on loopback, HubSpot's statuses, headers and bodies back."""

from __future__ import annotations

import http.client
import json
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import hubspot as official
import pytest
from hubspot.crm.contacts import BatchInputSimplePublicObjectBatchInput

from hubframe.local_hubspot import LocalHubSpot

CONTACTS = "/crm/objects/2026-03/contacts"
UPDATE = f"{CONTACTS}/batch/update"
READ = f"{CONTACTS}/batch/read"


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        yield made


def ask(local, method, path, body=None, *, token=True, raw=None):
    """Ask over a connection of its own; the answer has status, headers, text and (where it is JSON) body."""
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {local.token if token is True else token}"
        sent = raw if raw is not None else None if body is None else json.dumps(body)
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    is_json = answer.headers.get_content_type() == "application/json"
    return SimpleNamespace(
        status=answer.status, headers=answer.headers, text=text, body=json.loads(text) if is_json else None
    )


def one_row(record_id, **properties):
    return {"inputs": [{"id": record_id, "properties": properties}]}


# Answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["objects/2026-03", "objects/2026-09", "v3/objects"])
@pytest.mark.parametrize("name", ["contacts", "contact", "CONTACT", "0-1"])
def test_an_update_is_written(local, version, name):
    record_id = local.portal.add("contacts", {"city": "Austin"})
    answer = ask(local, "POST", f"/crm/{version}/{name}/batch/update", one_row(record_id, city="Boston"))
    assert answer.status == 200
    assert answer.body["results"][0]["properties"]["city"] == "Boston"
    assert local.portal.record("contacts", record_id)["city"] == "Boston"


def test_headers(local):
    answer = ask(local, "GET", "/account-info/2026-03/details")
    assert answer.body["portalId"] == 44237313
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", answer.headers["X-HubSpot-Correlation-Id"])
    assert answer.headers["X-HubSpot-RateLimit-Max"] == "10000"
    assert answer.headers["X-HubSpot-RateLimit-Remaining"] == "9999"
    error = ask(local, "GET", f"{CONTACTS}/5")
    assert error.body == {
        "status": "error",
        "message": "resource not found",
        "correlationId": error.headers["X-HubSpot-Correlation-Id"],
    }


@pytest.mark.parametrize("token", [False, "pat-local-wrong", "", "ünknown"])
def test_unknown_tokens(local, token):
    answer = ask(local, "GET", "/account-info/2026-03/details", token=token)
    assert (answer.status, answer.body["category"]) == (401, "INVALID_AUTHENTICATION")
    assert answer.body["message"].startswith("Authentication credentials not found. This API supports OAuth 2.0")
    assert "X-HubSpot-RateLimit-Max" not in answer.headers


def test_expired_tokens(local):
    local.token_expired = True
    answer = ask(local, "GET", "/account-info/2026-03/details")
    assert (answer.status, answer.body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.body["message"] == "The OAuth token used to make this call expired 75 second(s) ago."
    assert list(answer.body["context"]) == ["expire time"]


def test_type_comes_before_scopes_and_scopes_before_the_body(local):
    local.scopes = {"crm.objects.contacts.read"}
    unknown = ask(local, "POST", "/crm/objects/2026-03/widgets/batch/update", raw=b"{")
    assert (unknown.status, unknown.body["message"]) == (400, "Unable to infer object type from: widgets")
    assert "category" not in unknown.body
    missing = ask(local, "POST", UPDATE, raw=b"{")
    assert (missing.status, missing.body["category"]) == (403, "MISSING_SCOPES")
    assert missing.body["errors"] == [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": ["crm.objects.contacts.write"]},
        }
    ]
    assert ask(local, "POST", READ, one_row("1")).status == 207
    assert ask(local, "GET", "/crm/properties/2026-03/contacts").status == 200
    assert ask(local, "GET", "/crm/properties/2026-03/deals").status == 403
    local.scopes = {"crm.objects.contacts.write"}
    assert ask(local, "POST", READ, one_row("1")).status == 403
    assert ask(local, "POST", UPDATE, raw=b"{").status == 400


def test_reading_a_batch(local):
    portal = local.portal
    known = portal.add("contacts", {"email": "a@example.com", "phone": "1", "customer_number": "C-1"})
    first, second = (portal.add("contacts", {"city": city}) for city in ("Austin", "Boston"))
    survivor = portal.merge("contacts", first, second)
    inputs = [{"id": record_id} for record_id in (known, first, "5", "meows@loudly.example", known)]
    answer = ask(local, "POST", READ, {"inputs": inputs, "properties": ["phone", "city", "nope"]})
    assert (answer.status, answer.body["numErrors"]) == (207, 1)
    assert answer.body["errors"][0]["context"] == {"ids": ["5", "meows@loudly.example"]}
    found = {result["id"]: result["properties"] for result in answer.body["results"]}
    assert found.keys() == {known, survivor}
    assert found[known].keys() == {"phone", "city", "createdate", "hs_object_id", "lastmodifieddate"}
    assert (found[known]["phone"], found[known]["city"]) == ("1", None)
    for id_property, text in (("email", "A@example.com"), ("customer_number", "C-1")):
        by = ask(local, "POST", READ, {"idProperty": id_property, "inputs": [{"id": text}]})
        assert [result["id"] for result in by.body["results"]] == [known]
    portal.archive("contacts", known)
    assert ask(local, "POST", READ, one_row(known)).status == 207
    archived = ask(local, "POST", f"{READ}?archived=true", one_row(known)).body["results"]
    assert [(result["id"], result["archived"]) for result in archived] == [(known, True)]


def test_listing_page_by_page(local):
    ids = [local.portal.add("contacts", {"city": str(number)}) for number in range(205)]
    seen, after = [], None
    while True:
        query = f"?limit=100&properties=city{f'&after={after}' if after else ''}"
        answer = ask(local, "GET", CONTACTS + query)
        seen += [result["id"] for result in answer.body["results"]]
        if "paging" not in answer.body:
            break
        after = answer.body["paging"]["next"]["after"]
    assert seen == ids
    assert len(ask(local, "GET", CONTACTS).body["results"]) == 10
    assert ask(local, "GET", f"{CONTACTS}?limit=101").status == 400
    assert ask(local, "GET", f"{CONTACTS}?limit=5&after=x").status == 400


def test_one_record(local):
    first = local.portal.add("contacts", {"email": "a@example.com"})
    second = local.portal.add("contacts", {})
    assert ask(local, "GET", f"{CONTACTS}/a@example.com?idProperty=email").body["id"] == first
    survivor = local.portal.merge("contacts", first, second)
    assert ask(local, "GET", f"{CONTACTS}/{second}?properties=phone").body["id"] == survivor
    absent = ask(local, "GET", f"{CONTACTS}/abc")
    assert (absent.status, absent.body["message"]) == (
        404,
        "Object not found.  objectId are usually numeric.",
    )
    assert (absent.body["category"], absent.body["context"]) == ("OBJECT_NOT_FOUND", {"id": ["abc"]})


def test_sensitive_properties_hide(local):
    path = "/crm/properties/2026-03/contacts"
    record_id = local.portal.add("contacts", {"national_id": "12"})
    plain = {made["name"] for made in ask(local, "GET", path).body["results"]}
    assert "firstname" in plain
    assert "national_id" not in plain
    sensitive = ask(local, "GET", f"{path}?dataSensitivity=sensitive").body["results"]
    assert [made["name"] for made in sensitive] == ["national_id"]
    assert ask(local, "GET", f"{path}/national_id").status == 404
    read = ask(local, "GET", f"{CONTACTS}/{record_id}?properties=national_id")
    assert read.body["properties"]["national_id"] == "12"
    local.scopes = {"crm.objects.contacts.read", "crm.objects.contacts.write"}
    assert ask(local, "GET", f"{path}?dataSensitivity=sensitive").status == 403
    assert ask(local, "POST", UPDATE, one_row(record_id, national_id="13")).status == 403
    read = ask(local, "GET", f"{CONTACTS}/{record_id}?properties=national_id")
    assert "national_id" not in read.body["properties"]


def test_one_property(local):
    answer = ask(local, "GET", "/crm/properties/2026-03/contacts/customer_number")
    assert (answer.body["label"], answer.body["hasUniqueValue"]) == ("Customer No.", True)
    absent = ask(local, "GET", "/crm/properties/2026-03/contacts/nope")
    assert (absent.status, absent.body["subCategory"]) == (404, "PROPERTY_DOESNT_EXIST")


def test_paths_that_lead_nowhere(local):
    for path in ("/", "/crm/objects/2027-03/contacts", f"{CONTACTS}/1/2/3", "/account-info/2026-03/nope"):
        answer = ask(local, "GET", path)
        assert (answer.status, answer.headers.get_content_type()) == (404, "text/html")
    assert ask(local, "GET", UPDATE).status == 405


def test_limits(local):
    local.requests_per_interval = 2
    for _ in range(2):
        assert ask(local, "GET", "/account-info/2026-03/details").status == 200
    refused = ask(local, "POST", UPDATE, one_row("1"))
    assert (refused.status, refused.body["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    assert refused.body["errorType"] == "RATE_LIMIT"
    assert refused.body["message"] == "You have reached your ten_secondly_rolling limit."
    assert refused.headers["X-HubSpot-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in refused.headers
    assert [request.status for request in local.requests] == [200, 200, 429]
    local.requests_per_interval, local.requests_per_day = 100, 2
    daily = ask(local, "GET", "/account-info/2026-03/details")
    assert (daily.status, daily.body["message"]) == (429, "You have reached your daily limit.")
    assert daily.body["policyName"] == "DAILY"
    local.requests_per_day = 50
    usage = ask(local, "GET", "/account-info/2026-03/api-usage/daily/private-apps").body["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (50, 3)


# What it records --------------------------------------------------------------------------------------------


def test_every_request_is_recorded_without_its_token(local):
    record_id = local.portal.add("contacts", {})
    body = one_row(record_id, email="A@Example.com")
    ask(local, "POST", f"{UPDATE}?a=1&a=2", body)
    ask(local, "POST", UPDATE, raw=b"{")
    ask(local, "GET", "/nowhere", token=False)
    first, second, third = local.requests
    assert (first.method, first.path, first.query, first.status) == ("POST", UPDATE, {"a": "1,2"}, 200)
    assert first.body == body
    assert first.written == [("0-1", record_id, {"email": "a@example.com"})]
    assert (second.status, second.body, second.written) == (400, None, [])
    assert third.status == 401
    assert first.received_at < second.received_at < third.received_at
    assert local.token not in repr(local.requests)
    assert local.token not in repr(local)
    assert local.token not in str(local)


def test_the_official_client_can_talk_to_it(local):
    record_id = local.portal.add("contacts", {"city": "Austin"})
    client = official.Client.create(access_token=local.token)
    inputs = [{"id": record_id, "properties": {"city": "Boston"}}]
    api = client.crm.contacts.batch_api
    api.api_client.configuration.host = local.url
    try:
        answer = api.update(BatchInputSimplePublicObjectBatchInput(inputs=inputs))
    finally:
        api.api_client.rest_client.pool_manager.clear()
        api.api_client.close()
    assert answer.status == "COMPLETE"
    assert local.portal.record("contacts", record_id)["city"] == "Boston"
    assert local.requests[0].path == "/crm/v3/objects/contacts/batch/update"
