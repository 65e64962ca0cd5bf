"""HubSpot's JSON, in and out: bodies as HubSpot's description has them; any answer is read without raising."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.delivery.messages import Answer, problems_of, read_body, refused_values, update_body
from hubframe.planning.batches import Batch
from tests.test_contract import BATCH_READ_BODY, request_schema_errors

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def batch(id_property=None):
    texts = [{"firstname": "Zoë", "city": ""}, {"firstname": "鈴木 \U0001f600"}]
    return Batch([7, 3], ["101", "102"], texts, id_property)


# Out --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2026-03", "2026-09"])
@pytest.mark.parametrize("id_property", [None, "sku"])
def test_an_update_body_is_what_hubspot_describes(version, id_property):
    assert request_schema_errors(version, json.loads(update_body(batch(id_property)))) == []


def test_an_update_body_has_every_row_with_its_position_as_trace_id():
    assert json.loads(update_body(batch())) == {
        "inputs": [
            {"id": "101", "properties": {"firstname": "Zoë", "city": ""}, "objectWriteTraceId": "7"},
            {"id": "102", "properties": {"firstname": "鈴木 \U0001f600"}, "objectWriteTraceId": "3"},
        ]
    }


def test_the_unique_property_is_named_per_input_on_update_and_once_on_read():
    assert {row["idProperty"] for row in json.loads(update_body(batch("sku")))["inputs"]} == {"sku"}
    body = json.loads(read_body(["a", "b"], ["firstname"], "sku"))
    assert body["idProperty"] == "sku"
    assert body["inputs"] == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("version", ["2026-03", "2026-09"])
@pytest.mark.parametrize("id_property", [None, "sku"])
def test_a_read_body_is_what_hubspot_describes(version, id_property):
    body = json.loads(read_body(["101"], ["firstname"], id_property))
    assert request_schema_errors(version, body, schema_name=BATCH_READ_BODY) == []


# In ---------------------------------------------------------------------------------------------------------

INVALID = {
    "isValid": False,
    "message": "1.4210854715202004e-14 was not a valid number.",
    "error": "INVALID_INTEGER",
    "name": "amount",
    "localizedErrorMessage": "1.4210854715202004e-14 was not a valid number.",
    "propertyValue": "1.4210854715202004e-14",
    "portalId": 1,
}


def refusal(*items):
    return {"message": "Property values were not valid: " + json.dumps(items), "category": "VALIDATION_ERROR"}


def test_refused_values_come_from_the_message():
    (item,) = refused_values(refusal(INVALID))
    assert (item.property, item.code, item.value) == ("amount", "INVALID_INTEGER", "1.4210854715202004e-14")


def test_refused_values_come_from_errors_where_there_is_no_such_message():
    """Recorded for READ_ONLY_VALUE: no message at all."""
    item = {"message": "read only", "code": "READ_ONLY_VALUE", "context": {"propertyName": ["hs_key"]}}
    (found,) = refused_values({"status": "error", "category": "VALIDATION_ERROR", "errors": [item]})
    assert (found.property, found.code, found.value) == ("hs_key", "READ_ONLY_VALUE", None)


@pytest.mark.parametrize(
    "rest", ["", "7", "[{", '["x", {}, {"name": null}]', pytest.param("[" * 100_000, id="nested too deep")]
)
def test_a_message_without_such_json_refuses_no_value(rest):
    assert refused_values({"message": f"Property values were not valid: {rest}"}) == []
    assert refused_values({"message": rest}) == []


def test_a_rows_problems_are_one_for_each_property():
    second = {**INVALID, "name": "closedate", "error": "INVALID_DATE", "propertyValue": None}
    problems = problems_of(refusal(INVALID, INVALID, second), {"closedate": "soon"}, "c-1")
    assert [(problem.property, problem.code, problem.value) for problem in problems] == [
        ("amount", "INVALID_INTEGER", "1.4210854715202004e-14"),
        ("closedate", "INVALID_DATE", "soon"),
    ]
    assert {problem.correlation_id for problem in problems} == {"c-1"}


@pytest.mark.parametrize(
    "message",
    [
        "Cannot set PropertyValueCoordinates{propertyName=email, value=a@b.c} on 5521. 5522 already has that value.",
        "Contact already exists. Existing ID: 11430351",
        "Contact already exists",
    ],
)
def test_a_conflict_names_property_and_value(message):
    (problem,) = problems_of({"message": message, "category": "CONFLICT"}, {"email": "Taken@example.com"}, None)
    assert (problem.code, problem.property, problem.value) == ("UNIQUE_VALUE_CONFLICT", "email", "Taken@example.com")


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), (" 1.5 ", 1.5), ("", None), ("-1", None), ("²", None), ("nan", None), ("soon", None)],
)
def test_retry_after_is_seconds_whatever_the_case_of_its_name(name, text, seconds):
    assert Answer(477, headers={name: text}).retry_after_seconds == seconds


def test_the_first_result_tells_where_records_are_shown():
    record = {"id": "5", "url": "https://app.hubspot.com/contacts/1/record/0-1/5"}
    assert Answer(200, {"results": [record]}).url_prefix == "https://app.hubspot.com/contacts/1/record/0-1/"
    assert Answer(200, {"results": [{"id": "5"}]}).url_prefix is None


@pytest.mark.parametrize(
    ("answer", "uncertain"),
    [
        (Answer(0, maybe_written=True), True),
        (Answer(0, maybe_written=False), False),
        (Answer(200, {"results": []}), False),
        (Answer(200, None, text="<html>"), True),
        (Answer(302), False),
        (Answer(400, {}), False),
        (Answer(408), True),
        (Answer(423), False),
        (Answer(500, {}), True),
        (Answer(524), True),
    ],
)
def test_uncertain_is_what_may_have_been_written(answer, uncertain):
    assert answer.uncertain is uncertain


NAMES = ("status", "results", "errors", "category", "message", "correlationId", "context", "subCategory", "errorType")


@settings(deadline=None)
@given(
    st.integers(0, 599),
    JSON | st.dictionaries(st.sampled_from(NAMES), JSON),
    st.dictionaries(st.sampled_from(["Retry-After", "X-HubSpot-Correlation-Id"]), st.text(max_size=6)),
)
def test_no_answer_is_too_odd_to_be_read(status, body, headers):
    answer = Answer(status, body, headers)
    assert isinstance(answer.message, str)
    assert isinstance(answer.category, str)
    assert answer.correlation_id is None or isinstance(answer.correlation_id, str)
    assert answer.url_prefix is None or isinstance(answer.url_prefix, str)
    assert answer.problem().code
    assert all(problem.code for problem in problems_of(answer.json, {}, None))
    assert all(isinstance(result, dict) for result in answer.results)
    answer.uncertain, answer.retry_after_seconds  # noqa: B018
