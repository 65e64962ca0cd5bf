"""Faults: each strikes as its name says, on the wire, in the portal and in the log of requests, and nowhere else."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hubframe.local_hubspot import FAULT_NAMES, RANDOM_FAULTS, Fault, LocalHubSpot
from hubframe.local_hubspot.fault_kinds import KINDS
from tests.test_local_hubspot_http import CONTACTS, READ, UPDATE, ask

ROWS = 4
# Those that take their time get little of it.
SHORT = dict.fromkeys(["silence", "headers_only", "slow_drip", "timeout_524", "status_pending"], 0.05)
SHORT["status_processing"] = 0.05


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        for number in range(ROWS):
            made.portal.add("contacts", {"email": f"sage.{number}@example.com"})
        yield made


def ids(local):
    return local.portal.ids("contacts")


def batch(local, text="Boston", extra=()):
    return {
        "inputs": [
            {"id": record_id, "properties": {"city": text}, "objectWriteTraceId": str(number)}
            for number, record_id in enumerate([*ids(local), *extra])
        ]
    }


def update(local, text="Boston", extra=()):
    return ask(local, "POST", UPDATE, batch(local, text, extra))


def cities(local):
    return [local.portal.record("contacts", record_id).get("city") for record_id in ids(local)]


def written(local, number=-1):
    return sorted(record_id for _, record_id, _ in local.requests[number].written)


def fault(name, **more):
    return Fault(name, seconds=SHORT.get(name), **more)


def until(condition):
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
    assert condition()


ALL, NONE, HALF = ["Boston"] * ROWS, [None] * ROWS, ["Boston"] * (ROWS // 2) + [None] * (ROWS // 2)


# On the wire ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error", "held"),
    [
        ("cut_before_write", http.client.RemoteDisconnected, NONE),
        ("cut_after_write", http.client.RemoteDisconnected, ALL),
        ("cut_mid_answer", http.client.IncompleteRead, ALL),
        ("reset_before_write", ConnectionResetError, NONE),
        ("reset_after_write", ConnectionResetError, ALL),
        ("silence", http.client.RemoteDisconnected, NONE),
        ("headers_only", http.client.IncompleteRead, ALL),
    ],
)
def test_no_whole_answer_arrives(local, caplog, name, error, held):
    caplog.set_level(logging.WARNING)
    local.faults.plan(fault(name), times=1)
    with pytest.raises(error):
        update(local)
    assert cities(local) == held
    (request,) = local.requests
    assert (request.fault, written(local)) == (name, ids(local) if held is ALL else [])
    assert request.status == (200 if name in {"cut_mid_answer", "headers_only"} else None)
    assert caplog.records == []
    # The server lives, and the same request goes through.
    assert update(local).status == 200
    assert cities(local) == ALL
    assert local.requests[1].fault is None


def test_json_may_end_half_way_though_its_length_is_right(local):
    local.faults.plan("truncated_json", times=1)
    answer = ask_raw(local)
    assert int(answer.headers["Content-Length"]) == len(answer.text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    assert (answer.status, cities(local)) == (200, ALL)


def test_an_answer_may_drip(local):
    local.faults.plan(Fault("slow_drip", seconds=0.1))
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        headers = {"Authorization": f"Bearer {local.token}"}
        connection.request("POST", UPDATE, json.dumps(batch(local)), headers)
        answer = connection.getresponse()
        begun, pieces = time.monotonic(), []
        while piece := answer.read1():
            pieces.append(piece)
        assert 0.05 < time.monotonic() - begun < 2
    finally:
        connection.close()
    assert len(pieces) > 5
    assert len(json.loads(b"".join(pieces))["results"]) == ROWS


def ask_raw(local):
    """Ask without a look into the body."""
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        connection.request("POST", UPDATE, json.dumps(batch(local)), {"Authorization": f"Bearer {local.token}"})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        return answer
    finally:
        connection.close()


# Refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "kind", "said"),
    [
        ("timeout_408", 408, "application/json", "timed out"),
        ("too_large_413", 413, "text/html", "<h1>413 Request Entity Too Large</h1>"),
        ("html_404", 404, "text/html", "<h1>404 Not Found</h1>"),
        ("locked_423", 423, "application/json", "locked"),
        ("migration_477", 477, "application/json", "migrated"),
        ("error_500", 500, "application/json", "There was a problem with the request."),
        ("html_502", 502, "text/html", "<h1>502 Bad Gateway</h1>"),
        ("text_503", 503, "text/plain", "upstream"),
        ("html_504", 504, "text/html", "<h1>504 Gateway Time-out</h1>"),
        ("timeout_524", 524, "text/html", "<h1>524 A timeout occurred</h1>"),
        ("cloudflare_429", 429, "text/plain", "error code: 1015"),
        ("empty_results", 200, "application/json", '"results":[]'),
    ],
)
def test_answers_in_place_of_the_write(local, name, status, kind, said):
    local.faults.plan(fault(name), at=1)
    local.faults.plan(fault(name, retry_after_seconds=0.5), at=2)
    answer, second = update(local), update(local)
    assert (answer.status, answer.headers.get_content_type()) == (status, kind)
    assert said in answer.text
    assert (answer.headers["Retry-After"], second.headers["Retry-After"]) == (None, "0.5")
    # A proxy's answer has none of HubSpot's headers; HubSpot's has all.
    assert ("X-HubSpot-RateLimit-Max" in answer.headers) == (kind == "application/json")
    if kind == "application/json" and status >= 400:
        assert answer.body["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]
    assert (cities(local), written(local)) == (NONE, [])
    assert [(request.status, request.fault) for request in local.requests] == [(status, name)] * 2


@pytest.mark.parametrize("name", ["timeout_408", "locked_423", "error_500", "html_502", "timeout_524", "silence"])
def test_what_fails_may_have_been_written(local, name):
    local.faults.plan(fault(name, written=True))
    if name == "silence":
        with pytest.raises(http.client.RemoteDisconnected):
            update(local)
    else:
        assert update(local).status > 400
    assert (cities(local), written(local)) == (ALL, ids(local))


@pytest.mark.parametrize("name", [name for name in FAULT_NAMES if "429" in name] + ["migration_477"])
def test_a_request_over_the_limit_is_never_carried_out(local, name):
    with pytest.raises(ValueError, match=f"what {name} writes is part of what it is"):
        Fault(name, written=True)
    local.faults.plan(name)
    update(local)
    assert (cities(local), written(local)) == (NONE, [])


@pytest.mark.parametrize("policy", ["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"])
def test_429_comes_in_two_forms(local, policy):
    name = f"{policy.lower().removesuffix('_rolling')}_429"
    local.faults.plan(name, at=1)
    local.faults.plan(f"{name}_category", at=2)
    first, second = update(local), update(local)
    message = f"You have reached your {policy.lower()} limit."
    assert (first.status, second.status) == (429, 429)
    assert (first.body["errorType"], first.body["policyName"], first.body["message"]) == (
        "RATE_LIMIT",
        policy,
        message,
    )
    assert second.body == {
        "status": "error",
        "message": message,
        "category": "RATE_LIMITS",
        "correlationId": second.headers["X-HubSpot-Correlation-Id"],
    }
    left = {"TEN_SECONDLY_ROLLING": "Remaining", "SECONDLY": "Secondly-Remaining", "DAILY": "Daily-Remaining"}[policy]
    assert first.headers[f"X-HubSpot-RateLimit-{left}"] == "0"


def test_524_comes_late(local):
    local.faults.plan(Fault("timeout_524", seconds=0.1))
    begun = time.monotonic()
    assert update(local).status == 524
    assert time.monotonic() - begun >= 0.1


@pytest.mark.parametrize(("name", "status"), [("redirect_302", 302), ("redirect_307", 307)])
def test_a_redirect_leads_to_another_host_and_following_it_is_seen(local, name, status):
    local.faults.plan(name)
    answer = update(local)
    port = urlsplit(local.url).port
    assert (answer.status, answer.headers["Location"]) == (status, f"http://localhost:{port}/elsewhere{UPDATE}")
    assert not any(request.followed_redirect for request in local.requests)
    assert ask(local, "GET", urlsplit(answer.headers["Location"]).path, token=False).status == 200
    assert ask(local, "GET", urlsplit(answer.headers["Location"]).path).status == 200
    seen = [(request.followed_redirect, request.carried_token) for request in local.requests]
    assert seen == [(False, True), (True, False), (True, True)]
    assert cities(local) == NONE


# Success that is none, or not all ---------------------------------------------------------------------------


def test_200_with_empty_results_may_have_written(local):
    local.faults.plan("empty_results_written")
    answer = update(local)
    assert (answer.status, answer.body["status"], answer.body["results"]) == (200, "COMPLETE", [])
    assert (cities(local), written(local)) == (ALL, ids(local))


@pytest.mark.parametrize(
    ("name", "status", "word", "shown", "held"),
    [
        ("rows_dropped", 200, "COMPLETE", 2, HALF),
        ("rows_not_shown", 200, "COMPLETE", 2, ALL),
        ("status_canceled", 200, "CANCELED", 2, HALF),
        ("wrong_content_type", 200, "COMPLETE", 4, ALL),
        ("no_errors_207", 207, "COMPLETE", 4, ALL),
        ("errors_under_200", 200, "COMPLETE", 4, ALL),
    ],
)
def test_answers_that_do_not_tell_all(local, name, status, word, shown, held):
    local.faults.plan(name)
    answer = update(local)
    body = json.loads(answer.text)
    assert (answer.status, body["status"], len(body["results"])) == (status, word, shown)
    assert cities(local) == held
    assert written(local) == [record_id for record_id, city in zip(ids(local), held, strict=True) if city]
    html = name == "wrong_content_type"
    assert answer.headers.get_content_type() == ("text/html" if html else "application/json")


def test_207_may_miss_the_rows_that_failed(local):
    local.faults.plan("no_errors_207", at=1)
    local.faults.plan("errors_under_200", at=2)
    answer, second = update(local, extra=["5"]), update(local, extra=["5"])
    assert (answer.status, answer.body["numErrors"], answer.body["errors"]) == (207, 0, [])
    assert sorted(result["id"] for result in answer.body["results"]) == ids(local)
    assert (second.status, second.body["errors"][0]["context"]["ids"]) == (200, ["5"])


@pytest.mark.parametrize(("name", "word"), [("status_pending", "PENDING"), ("status_processing", "PROCESSING")])
def test_the_rest_of_a_pending_batch_is_written_later(local, name, word):
    local.faults.plan(Fault(name, seconds=0.2), times=1)
    begun = time.monotonic()
    answer = update(local)
    assert (answer.status, answer.body["status"], len(answer.body["results"])) == (200, word, 2)
    assert time.monotonic() - begun < 0.2
    assert (cities(local), written(local)) == (HALF, ids(local)[:2])
    until(lambda: cities(local) == ALL)
    assert time.monotonic() - begun >= 0.2
    assert written(local) == ids(local)


def test_part_of_one_row_is_none_and_the_part_can_be_chosen(local):
    local.faults.plan(Fault("status_canceled", share=0), at=1)
    local.faults.plan(Fault("status_canceled", share=0.75), at=2)
    assert len(update(local).body["results"]) == 0
    assert len(update(local).body["results"]) == 3


@pytest.mark.parametrize("name", ["no_errors_207", "status_pending", "rows_not_shown", "wrong_content_type"])
def test_a_refusal_stays_a_refusal(local, name):
    local.validation = "whole_batch"
    local.faults.plan(fault(name, **({"share": 1} if name == "status_pending" else {})))
    bad = batch(local)
    bad["inputs"][0]["properties"] = {"seats": "many"}
    answer = ask(local, "POST", UPDATE, bad)
    assert (answer.status, answer.body["category"]) == (400, "VALIDATION_ERROR")
    assert cities(local) == NONE


@pytest.mark.parametrize("name", ["rows_not_shown", "empty_results", "status_pending", "cut_mid_answer", "html_502"])
def test_reads_go_wrong_as_well(local, name):
    local.faults.plan(fault(name), path="batch/read")
    body = {"inputs": [{"id": record_id} for record_id in ids(local)], "properties": ["city"]}
    assert update(local).status == 200
    if name == "cut_mid_answer":
        with pytest.raises(http.client.IncompleteRead):
            ask(local, "POST", READ, body)
        return
    answer = ask(local, "POST", READ, body)
    assert answer.status == (502 if name == "html_502" else 200)
    if answer.body:
        assert len(answer.body["results"]) == (0 if name == "empty_results" else 2)


# The account ------------------------------------------------------------------------------------------------


def test_the_token_expires_and_stays_expired(local):
    local.faults.plan("token_expires", at=3)
    answers = [update(local, str(number)) for number in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 401, 401]
    assert answers[2].body["category"] == "EXPIRED_AUTHENTICATION"
    assert [request.fault for request in local.requests] == [None, None, "token_expires", None]
    assert set(cities(local)) == {"1"}


def test_a_scope_is_taken_away(local):
    local.faults.plan(Fault("scope_lost", scope="crm.objects.companies.write"), at=1)
    local.faults.plan("scope_lost", at=3)
    answers = [update(local, str(number)) for number in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 403, 403]
    assert answers[2].body["category"] == "MISSING_SCOPES"
    assert set(cities(local)) == {"1"}
    assert ask(local, "GET", CONTACTS).status == 200


# When they strike -------------------------------------------------------------------------------------------


def strikes(local, count=8):
    for _ in range(count):
        update(local)
    return [number for number, request in enumerate(local.requests, 1) if request.fault]


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"at": [2, 5]}, [2, 5]),
        ({"at": 3}, [3]),
        ({"every": 3}, [3, 6]),
        ({"times": 2}, [1, 2]),
        ({"after": 5}, [6, 7, 8]),
        ({"every": 2, "after": 1, "times": 2}, [3, 5]),
        ({"matching": lambda request: len(request.body["inputs"]) > ROWS}, []),
        ({"path": "batch/read"}, []),
        ({"path": None, "times": 1}, [1]),
    ],
)
def test_planned_faults_strike_where_they_were_planned(local, when, struck):
    local.faults.plan("text_503", **when)
    assert strikes(local) == struck


def test_a_poisoned_row_fails_its_batch_every_time(local):
    poisoned, *others = ids(local)
    local.faults.plan("error_500", holding=poisoned)

    def status(*record_ids):
        rows = [{"id": record_id, "properties": {"city": "Boston"}} for record_id in record_ids]
        return ask(local, "POST", UPDATE, {"inputs": rows}).status

    assert [status(poisoned, *others), status(poisoned), status(*others), status(poisoned)] == [500, 500, 200, 500]
    assert cities(local) == [None, "Boston", "Boston", "Boston"]


def test_the_first_plan_goes_before_others_and_all_go_before_chance(local):
    local.faults.random(seed=1, probability=1, kinds=["error_500"])
    local.faults.plan("text_503", at=[1, 2])
    local.faults.plan("locked_423", at=[2, 3])
    assert [update(local).status for _ in range(4)] == [503, 503, 423, 500]
    local.faults.clear()
    assert update(local).status == 200


def test_requests_refused_for_token_or_limit_count_for_nothing(local):
    local.faults.plan("text_503", at=1)
    assert ask(local, "POST", UPDATE, batch(local), token="nobody's").status == 401
    local.requests_per_interval = 0
    assert update(local).status == 429
    local.requests_per_interval = 10_000
    assert update(local).status == 503
    assert [request.fault for request in local.requests] == [None, None, "text_503"]


def random_fates(seed, count=40, probability=0.5):
    with LocalHubSpot(requests_per_interval=10_000) as local:
        local.faults.random(seed=seed, probability=probability, kinds=["html_502", "error_500", "empty_results"])
        for _ in range(count):
            ask(local, "POST", UPDATE, {"inputs": []})
        return [request.fault for request in local.requests]


def test_chance_is_the_same_for_the_same_seed():
    fates = random_fates(7)
    assert fates == random_fates(7) != random_fates(8)
    assert 10 < sum(fate is not None for fate in fates) < 30
    assert set(fates) == {None, "html_502", "error_500", "empty_results"}
    assert set(random_fates(7, probability=0)) == {None}


def test_after_any_faults_the_portal_holds_what_the_log_says_was_written(local):
    # Pending rows are written later than the log's order tells.
    kinds = [name for name in RANDOM_FAULTS if not name.startswith(("status_pending", "status_processing"))]
    local.faults.random(seed=3, probability=0.8, kinds=kinds)
    for number in range(150):
        with contextlib.suppress(http.client.HTTPException, ConnectionError, json.JSONDecodeError):
            update(local, f"City {number}")
    assert {request.fault for request in local.requests} == {None, *kinds}
    last = {}
    for request in local.requests:
        for object_type, record_id, values in request.written:
            assert (object_type, list(values)) == ("0-1", ["city"])
            last[record_id] = values["city"]
    assert cities(local) == [last[record_id] for record_id in ids(local)]
    emails = [local.portal.record("contacts", record_id)["email"] for record_id in ids(local)]
    assert emails == [f"sage.{number}@example.com" for number in range(ROWS)]
    local.faults.clear()
    assert update(local).status == 200
    assert cities(local) == ALL


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda faults: faults.plan("html_520"), "no fault is named 'html_520'; did you mean one of html_50"),
        (lambda faults: faults.plan("html_502", at=0), "numbers from 1 on"),
        (lambda faults: faults.plan("html_502", at=[1], every=2), "exclude each other"),
        (lambda faults: faults.plan(Fault("slow_drip", written=False)), "leave written=None"),
        (lambda faults: faults.plan(Fault("status_canceled", share=2)), "between 0 and 1"),
        (lambda faults: faults.random(seed=1, probability=2), "probability"),
        (lambda faults: faults.random(seed=1, kinds=[]), "at least one"),
    ],
)
def test_plans_that_make_no_sense_are_errors(local, wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong(local.faults)


def test_every_fault_has_a_test_here():
    source = Path(__file__).read_text("utf-8")
    untested = [name for name in FAULT_NAMES if f'"{name}"' not in source]
    assert [name for name in untested if "429" not in name] == []
    assert set(RANDOM_FAULTS) < set(KINDS)


# Closing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["timeout_524", "slow_drip", "headers_only", "silence", "status_pending"])
def test_what_hangs_does_not_hold_up_closing(name):
    threads = threading.active_count()
    local = LocalHubSpot()
    record_id = local.portal.add("contacts", {})
    local.faults.plan(Fault(name, seconds=60))
    connection = http.client.HTTPConnection(urlsplit(local.url).netloc, timeout=10)
    try:
        body = json.dumps({"inputs": [{"id": record_id, "properties": {"city": "Boston"}}]})
        connection.request("POST", UPDATE, body, {"Authorization": f"Bearer {local.token}"})
        until(lambda: local.requests and local.requests[0].fault)
        time.sleep(0.02)
        begun = time.monotonic()
        local.close()
        assert time.monotonic() - begun < 1
    finally:
        connection.close()
    assert threading.active_count() == threads
