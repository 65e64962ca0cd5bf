"""An update's answer becomes row outcomes: every row of the table in the design, on HubSpot's recorded payloads.

Whatever the answer, each row of the request is in exactly one step, and nothing is raised.
"""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.delivery.decide import decide
from hubframe.delivery.messages import Answer
from hubframe.delivery.steps import History, Limits, Look, Settle, Split, Stop, Wait
from hubframe.planning.batches import Batch
from hubframe.planning.choices import Choices
from hubframe.planning.definitions import Definitions, Property
from tests.test_messages import JSON

DEFINITIONS = Definitions(
    "contacts",
    {
        definition.name: definition
        for definition in (
            Property("firstname", type="string", field_type="text"),
            Property("phone", type="string", field_type="phonenumber"),
            Property("mobile", type="phone_number", field_type="phonenumber"),
            Property("lifecyclestage", type="enumeration", field_type="radio"),
            Property("topics", type="enumeration", field_type="checkbox"),
            Property("amount", type="number", field_type="number"),
            Property("renewal", type="date", field_type="date"),
            Property("email", type="string", field_type="text", is_contact_email=True),
        )
    },
)
NOT_FOUND = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."
FIRST_POSITION = 40  # rows are positions in the caller's frame, not in the request


def batch(*texts, ids=None, id_property=None, known=None):
    """A request of rows with ids 101, 102, …; a number gives that many rows of one first name each."""
    if texts and isinstance(texts[0], int):
        texts = [{"firstname": f"name {index}"} for index in range(texts[0])]
    ids = ids or [str(101 + index) for index in range(len(texts))]
    rows = [FIRST_POSITION + index for index in range(len(texts))]
    return Batch(rows, ids, list(texts), id_property, known or [])


def steps_for(rows, answer, history=None, limits=None):
    return decide(rows, answer, DEFINITIONS, history or History(), limits or Limits())


def rows_of(step):
    return step.rows if not isinstance(step, Settle) else tuple(outcome.index for outcome in step.outcomes)


def divided(steps, rows):
    """Assert that the steps divide the request's rows among them."""
    assert sorted(row for step in steps for row in rows_of(step)) == list(range(len(rows)))
    assert all(rows_of(step) for step in steps)
    for step in steps:
        if isinstance(step, Split):
            assert all(step.groups)
    return steps


def told(rows, answer, history=None, limits=None):
    """Return in a few words what is done with each row: its status and code, or the step."""
    steps = divided(steps_for(rows, answer, history, limits), rows)
    made = {}
    for step in steps:
        for index in rows_of(step):
            made[index] = type(step).__name__.lower()
        if isinstance(step, Settle):
            made |= {outcome.index: outcome_text(outcome) for outcome in step.outcomes}
    return [made[index] for index in range(len(rows))]


def outcome_text(outcome):
    return " ".join([outcome.status, *(problem.code for problem in outcome.problems)])


def the(kind, steps):
    (step,) = [step for step in steps if isinstance(step, kind)]
    return step


def result(record, **properties):
    return {
        "id": record,
        "properties": {"hs_object_id": record, "lastmodifieddate": "2025-11-04T12:06:46.802Z", **properties},
        "createdAt": "2025-11-04T03:44:52.657Z",
        "updatedAt": "2025-11-04T12:06:46.802Z",
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/44237313/record/0-1/{record}",
    }


def echo(rows, *indices):
    return [result(rows.ids[index], **rows.texts[index]) for index in indices]


def complete(results, errors=(), *, code=None, status="COMPLETE"):
    body = {"completedAt": "2025-11-06T05:03:12.978Z", "status": status, "startedAt": "2025-11-06T05:03:12.880Z"}
    body["results"] = list(results)
    if errors:
        body |= {"errors": list(errors), "numErrors": len(errors)}
    return Answer(code or (207 if errors else 200), body)


def error(message, category="VALIDATION_ERROR", status=400, **body):
    return Answer(status, {"status": "error", "message": message, "correlationId": "c-1", "category": category, **body})


def item(name, code, value=None, message="was not valid"):
    made = {"isValid": False, "message": message, "error": code, "name": name, "localizedErrorMessage": message}
    return made if value is None else {**made, "propertyValue": value, "portalId": 44237313}


def invalid(*items, **body):
    return error("Property values were not valid: " + json.dumps(items), **body)


# 2xx: row by row --------------------------------------------------------------------------------------------


def test_a_row_in_results_is_updated_whatever_the_order():
    rows = batch(3)
    steps = steps_for(rows, complete(echo(rows, 2, 0, 1)))
    assert told(rows, complete(echo(rows, 2, 0, 1))) == ["updated"] * 3
    outcome = the(Settle, steps).outcomes[0]
    assert (outcome.record_id, outcome.updated_at) == ("101", "2025-11-04T12:06:46.802Z")


UNKNOWN = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": NOT_FOUND}


@pytest.mark.parametrize("code", [200, 207])
@pytest.mark.parametrize(
    "context",
    [
        {"ids": ["101", "103"]},
        {"ids": [101, 103]},
        {"objectWriteTraceId": ["40", "42"]},
        {"objectWriteTraceId": ["40,42"]},
        {"objectWriteTraceId": "40, 42"},
        {"ids": ["101", "103"], "objectWriteTraceId": ["40,42"]},
        {"ids": ["101"], "objectWriteTraceId": ["42"]},
    ],
)
def test_errors_name_rows_by_id_or_trace_id(code, context):
    rows = batch(3)
    answer = complete(echo(rows, 1), [{**UNKNOWN, "context": context}], code=code)
    assert told(rows, answer) == ["failed OBJECT_NOT_FOUND", "updated", "failed OBJECT_NOT_FOUND"]


def test_a_grouped_error_is_each_rows_own():
    rows = batch(2)
    answer = complete([], [{**UNKNOWN, "context": {"ids": ["101", "102"]}}])
    first, second = the(Settle, steps_for(rows, answer)).outcomes
    assert first.problems[0].raw["context"]["ids"] == ["101"]
    assert second.problems[0].raw["context"]["ids"] == ["102"]


def test_a_row_keeps_every_error_and_every_property():
    rows = batch({"amount": "a", "renewal": "b"})
    refused = invalid(item("amount", "INVALID_INTEGER"), item("renewal", "INVALID_DATE")).json
    errors = [{**refused, "context": {"objectWriteTraceId": ["40"]}}, {**UNKNOWN, "context": {"ids": ["101"]}}]
    outcome = the(Settle, steps_for(rows, complete([], errors))).outcomes[0]
    assert outcome_text(outcome) == "failed INVALID_INTEGER INVALID_DATE OBJECT_NOT_FOUND"
    assert [problem.value for problem in outcome.problems][:2] == ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (complete([]), ["look", "look"]),  # dropped, or merged away
        (complete([], code=207), ["look", "look"]),  # 207 without errors
        (complete([result("101", firstname="name 0")]), ["updated", "look"]),
        (  # in both
            complete([result("101", firstname="name 0")], [{**UNKNOWN, "context": {"ids": ["101"]}}]),
            ["look", "look"],
        ),
        (complete([result("999", firstname="name 0")]), ["look", "look"]),  # another record's id
        (complete([{**result("999", firstname="name 0"), "objectWriteTraceId": "40"}]), ["look", "look"]),
        (complete([{"id": "101"}, {"id": "102", "properties": "?"}]), ["look", "look"]),  # no echo, no evidence
    ],
)
def test_a_row_in_neither_list_or_in_both_is_looked_up(answer, expected):
    rows = batch(2)
    assert told(rows, answer) == expected
    assert the(Look, steps_for(rows, answer)).seconds == 0


def test_an_error_that_names_no_row_is_why_rows_are_looked_up():
    rows = batch(2)
    answer = complete(echo(rows, 0), [{"category": "INTERNAL", "message": "Something went wrong", "context": {}}])
    assert the(Look, steps_for(rows, answer)).cause.message == "Something went wrong"


@pytest.mark.parametrize("status", ["PENDING", "PROCESSING", "CANCELED"])
def test_an_incomplete_batch_is_looked_up_after_a_while(status):
    rows = batch(2)
    answer = complete(echo(rows, 0), status=status)
    assert told(rows, answer) == ["updated", "look"]
    assert the(Look, steps_for(rows, answer)).seconds > 0


def test_unique_values_are_matched_by_value_or_trace_id():
    rows = batch({"firstname": "a"}, {"firstname": "b"}, {"firstname": "c"}, ids=["x", "y", "z"], id_property="sku")
    answer = complete(
        [
            result("7", firstname="b", sku="y"),
            {**result("8", firstname="a"), "objectWriteTraceId": "40"},
            result("9", firstname="c"),  # nothing tells whose it is
        ]
    )
    assert told(rows, answer) == ["updated", "updated", "look"]
    assert [outcome.record_id for outcome in the(Settle, steps_for(rows, answer)).outcomes] == ["8", "7"]


# The echo ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "known", "held", "expected"),
    [
        ({"lifecyclestage": "lead"}, {"lifecyclestage": "customer"}, {"lifecyclestage": "customer"}, "VALUE_NOT_KEPT"),
        ({"lifecyclestage": "lead"}, None, {"lifecyclestage": "customer"}, "VALUE_NOT_KEPT"),
        ({"phone": "0123"}, {"phone": "99"}, {"phone": "+49123"}, "VALUE_REWRITTEN"),
        ({"phone": "0123"}, None, {"phone": "+49123"}, "VALUE_REWRITTEN"),
        ({"mobile": "0123"}, None, {"mobile": "+49123"}, "VALUE_REWRITTEN"),
        ({"phone": "0123"}, {"phone": "99"}, {"phone": "99"}, "VALUE_NOT_KEPT"),
        ({"amount": "12.50"}, None, {"amount": "12.5"}, ""),
        ({"amount": "12.50"}, None, {"amount": 12.5}, ""),
        ({"renewal": "1430438400000"}, None, {"renewal": "2015-05-01"}, ""),
        ({"email": "Ann@Example.com"}, None, {"email": "ann@example.com"}, ""),
        ({"topics": ";b"}, {"topics": "a"}, {"topics": "a;b"}, ""),
        ({"firstname": ""}, {"firstname": "x"}, {"firstname": ""}, ""),
        ({"firstname": ""}, {"firstname": "x"}, {"firstname": None}, ""),
        ({"firstname": ""}, {"firstname": "x"}, {}, ""),
        ({"firstname": ""}, {"firstname": "x"}, {"firstname": "x"}, "VALUE_NOT_KEPT"),
        ({"firstname": "a"}, None, {}, "look"),
        ({"firstname": "a", "phone": "1"}, None, {"firstname": "a"}, "look"),
        ({"lifecyclestage": "a", "phone": "1"}, None, {"lifecyclestage": "b", "phone": "2"}, "VALUE_NOT_KEPT"),
        ({"undefined": "a"}, None, {"undefined": "b"}, "VALUE_REWRITTEN"),
    ],
)
def test_the_echo_is_compared_with_what_was_sent(sent, known, held, expected):
    rows = batch(sent, known=[known])
    (said,) = told(rows, complete([result("101", **held)]))
    wanted = {"": "updated", "VALUE_NOT_KEPT": "failed VALUE_NOT_KEPT", "VALUE_REWRITTEN": "updated VALUE_REWRITTEN"}
    assert said == wanted.get(expected, expected)


# 4xx for the whole batch: values ----------------------------------------------------------------------------

ADD_UP = [{"amount": "1"}, {"amount": "x"}, {"amount": "x"}, {"firstname": "x"}]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        # as many items as rows that sent the value
        (
            invalid(item("amount", "INVALID_INTEGER", "x"), item("amount", "INVALID_INTEGER", "x")),
            ["split", "failed INVALID_INTEGER", "failed INVALID_INTEGER", "split"],
        ),
        # fewer items than rows: one of the two is not to blame
        (invalid(item("amount", "INVALID_INTEGER", "x")), ["split"] * 4),
        # no value given, and not all rows that sent the property
        (invalid(item("amount", "INVALID_INTEGER")), ["split"] * 4),
        # no value given, and as many items as rows that sent the property
        (
            invalid(*[item("amount", "INVALID_INTEGER")] * 3),
            [*["failed INVALID_INTEGER"] * 3, "split"],
        ),
        # two codes for one row are not two rows
        (invalid(item("amount", "INVALID_INTEGER", "x"), item("amount", "OUT_OF_RANGE", "x")), ["split"] * 4),
        # wrong whatever the row
        (
            invalid(item("amount", "PROPERTY_DOESNT_EXIST", message='Property "amount" does not exist')),
            [*["failed PROPERTY_DOESNT_EXIST"] * 3, "split"],
        ),
        (invalid(item("amount", "READ_ONLY_VALUE", "x")), [*["failed READ_ONLY_VALUE"] * 3, "split"]),
        (
            Answer(
                400,
                {
                    "status": "error",
                    "category": "VALIDATION_ERROR",
                    "errors": [
                        {
                            "message": '"amount" is a read only property; its value cannot be set.',
                            "code": "READ_ONLY_VALUE",
                            "context": {"propertyName": ["amount"]},
                        }
                    ],
                },
            ),
            [*["failed READ_ONLY_VALUE"] * 3, "split"],
        ),
        # as many items as rows, but another row may be meant, for the value that its record holds: sent apart
        (invalid(item("amount", "INVALID_OPTION", "x"), item("amount", "INVALID_OPTION", "x")), ["split"] * 4),
        # a property that is required, and sent by as many rows as there are items: another row may lack it
        (invalid(*[item("amount", "REQUIRED_FIELD")] * 3), ["split"] * 4),
        # a property no row sent: a conditional rule
        (invalid(item("closedate", "REQUIRED")), ["split"] * 4),
    ],
)
def test_refused_values_accuse_rows_only_where_it_is_certain(answer, expected):
    assert told(batch(*ADD_UP), answer) == expected


def test_those_certain_are_failed_and_the_rest_goes_in_one_request():
    rows = batch(*({"amount": str(index)} for index in range(100)))
    steps = steps_for(rows, invalid(item("amount", "INVALID_INTEGER", "7"), category="VALIDATION_ERROR"))
    assert [outcome.index for outcome in the(Settle, steps).outcomes] == [7]
    assert the(Split, steps).groups == (tuple(index for index in range(100) if index != 7),)
    assert not the(Split, steps).blind


def test_suspects_are_halved_apart_from_the_rest():
    rows = batch(*({"amount": "x"} if index < 10 else {"amount": "1"} for index in range(30)))
    split = the(Split, steps_for(rows, invalid(item("amount", "INVALID_INTEGER", "x"))))
    assert split.groups == (tuple(range(5)), tuple(range(5, 10)), tuple(range(10, 30)))


def test_those_most_likely_meant_are_sent_apart_as_one_request():
    rows = batch(*({"amount": "x"} if index < 10 else {"city": "Ghent"} for index in range(30)))
    split = the(Split, steps_for(rows, invalid(*[item("amount", "INVALID_OPTION", "x")] * 10)))
    assert split.groups == (tuple(range(10)), tuple(range(10, 30)))


@pytest.mark.parametrize(
    ("property_", "text", "certain"),
    [
        (Property("stage", type="enumeration", choices=Choices.of({"lead", "customer"})), "Leed", True),
        # listed, and refused all the same: a rule about another property, and maybe about another row's record
        (Property("stage", type="enumeration", choices=Choices.of({"lead", "customer"})), "lead", False),
        (Property("stage", type="enumeration"), "Leed", False),  # owners: HubSpot keeps their options elsewhere
        (Property("stage", "", "enumeration", "checkbox", choices=Choices.of({"a", "b"})), "a;b", False),
        (Property("stage", "", "enumeration", "checkbox", choices=Choices.of({"a", "b"})), ";a;c", True),
    ],
)
def test_a_value_that_is_no_option_accuses_its_rows_whoever_else_sends_the_property(property_, text, certain):
    rows = batch({"stage": text}, {"city": "Ghent"}, {"stage": "customer"})
    definitions = Definitions("contacts", {"stage": property_})
    steps = decide(rows, invalid(item("stage", "INVALID_OPTION", text)), definitions, History(), Limits())
    settled = [outcome.index for step in steps if isinstance(step, Settle) for outcome in step.outcomes]
    assert settled == ([0] if certain else [])
    divided(steps, rows)


def test_many_suspects_are_halved_together_with_the_rest():
    rows = batch(*({"amount": "x"} if index % 10 else {"amount": "1"} for index in range(100)))
    split = the(Split, steps_for(rows, invalid(item("amount", "INVALID_INTEGER", "x"))))
    assert [len(group) for group in split.groups] == [50, 50]


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("1786334400000 is at 4:0:0.0 UTC, not midnight!", "1786334400000"),
        ("Veza was not one of the allowed options: [none, possible, confirmed]", "Veza"),
        ('PROSPECT1 was not one of the allowed options: [label: "x"\nvalue: "none"\n]', "PROSPECT1"),
    ],
)
def test_a_quoted_value_narrows_the_search_and_accuses_nobody(message, value):
    rows = batch(*({"firstname": value} if index == 9 else {"firstname": "none"} for index in range(20)))
    steps = steps_for(rows, invalid(item("firstname", "INVALID", message=message)))
    assert [type(step) for step in steps] == [Split]
    assert steps[0].groups == ((9,), tuple(index for index in range(20) if index != 9))


def test_errors_cut_short_do_not_count():
    """Recorded: four items in the message, three in errors."""
    items = [item(name, "PROPERTY_DOESNT_EXIST") for name in ("first000name", "last000name")] * 2
    errors = [
        {"message": "", "code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": [name]}}
        for name in ("first000name", "last000name", "first000name")
    ]
    rows = batch(*[{"first000name": "a", "last000name": "b"}] * 2)
    assert told(rows, invalid(*items, errors=errors)) == ["failed PROPERTY_DOESNT_EXIST PROPERTY_DOESNT_EXIST"] * 2


def test_a_400_that_names_rows_is_taken_at_its_word():
    errors = [{"message": "No", "code": "RULE", "category": "RULE", "context": {"objectWriteTraceId": ["41"]}}]
    assert told(batch(3), error("Some inputs failed", errors=errors)) == ["split", "failed RULE", "split"]


# 4xx for the whole batch: conflicts, missing records --------------------------------------------------------


def conflict(value, record):
    return (
        "Cannot set PropertyValueCoordinates{portalId=44956899, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, "
        f"propertyName=email, value={value}}} on {record}. 552239500007 already has that value."
    )


MAILS = [{"email": "a@b.c"}, {"email": "Taken@b.c"}, {"firstname": "x"}]


@pytest.mark.parametrize(
    ("texts", "answer", "expected"),
    [
        (MAILS, error(conflict("taken@b.c", 102)), ["split", "failed UNIQUE_VALUE_CONFLICT", "split"]),
        (MAILS, error(conflict("taken@b.c", 999)), ["split", "failed UNIQUE_VALUE_CONFLICT", "split"]),
        (MAILS, error(conflict("other@b.c", 999)), ["split"] * 3),
        (MAILS, error("Contact already exists. Existing ID: 11430351", "CONFLICT", 409), ["split"] * 3),
        (MAILS[:1], error("Contact already exists", "CONFLICT", 409), ["failed UNIQUE_VALUE_CONFLICT"]),
        # the only row with an e-mail is not to blame for another's conflict
        (MAILS[1:], error("Widget already exists. Existing ID: 7", "CONFLICT", 409), ["split"] * 2),
        (MAILS[1:], error("Contact already exists", "CONFLICT", 409), ["split"] * 2),
    ],
)
def test_a_conflict_fails_the_row_it_names(texts, answer, expected):
    assert told(batch(*texts), answer) == expected


def test_two_rows_that_share_a_conflicting_value_are_told_apart_by_the_record():
    rows = batch({"email": "t@b.c"}, {"email": "t@b.c"})
    assert told(rows, error(conflict("t@b.c", 102))) == ["split", "failed UNIQUE_VALUE_CONFLICT"]
    assert told(rows, error(conflict("t@b.c", 999))) == ["split", "split"]


def test_values_that_address_no_record_are_failed_and_the_others_sent_again():
    rows = batch({"firstname": "a"}, {"firstname": "b"}, {"firstname": "c"}, ids=["5", "15", "7"], id_property="sku")
    context = {"missingObjectPropertyValueCoordinates": ["2-1234-sku:15", "2-1234-sku:7"]}
    answer = error("Some objects are missing", "OBJECT_NOT_FOUND", 404, context=context)
    assert told(rows, answer) == ["split", "failed OBJECT_NOT_FOUND", "failed OBJECT_NOT_FOUND"]
    assert the(Settle, steps_for(rows, answer)).outcomes[0].record_id is None


def test_a_404_that_names_ids_fails_those():
    answer = error(NOT_FOUND, "OBJECT_NOT_FOUND", 404, context={"ids": ["102"]})
    assert told(batch(2), answer) == ["split", "failed OBJECT_NOT_FOUND"]


DUPLICATES = error("Duplicate IDs found in batch input: [101]. IDs must be unique", context={"ids": ["101"]})
NON_UNIQUE = error("Unable to perform update/upsert by non-unique 0-2 property hs_object_id in portal ID 21939747")


@pytest.mark.parametrize(
    "answer",
    [
        DUPLICATES,
        NON_UNIQUE,
        error("Invalid input JSON on line 1, column 2: Some required fields were not set: [id]"),
        error("The maximum number of inputs supported in a batch is 100."),
        error("resource not found", None, 404),
        Answer(404, None, text="<html> <head> <title>Error 404 Not Found</title>"),
        Answer(400, ["?"]),
        Answer(405, None),
        Answer(413, None, text="Payload Too Large"),
        Answer(414, {}),
        Answer(415, {}),
        Answer(407, None, text="Proxy Authentication Required"),
    ],
)
def test_what_accuses_nobody_is_halved_and_a_single_row_failed(answer):
    rows = batch(5)
    (split,) = divided(steps_for(rows, answer), rows)
    assert split.groups == ((0, 1, 2), (3, 4))
    assert split.blind
    (outcome,) = the(Settle, steps_for(batch(1), answer)).outcomes
    assert outcome.status == "failed"
    assert outcome.problems[0].message
    assert outcome.problems[0].code


# The run stops ----------------------------------------------------------------------------------------------

SCOPES = ["crm.objects.contacts.write", "crm.objects.contacts.sensitive.write"]
NEW_403 = error(
    "This app hasn't been granted all required scopes to make this call.",
    "MISSING_SCOPES",
    403,
    errors=[{"message": "One or more …", "context": {"requiredGranularScopes": SCOPES}}],
)
OLD_403 = error("One or more …", "MISSING_SCOPES", 403, context={"requiredGranularScopes": SCOPES})
DAILY = {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("Authentication credentials not found.", "INVALID_AUTHENTICATION", 401), "authentication"),
        (error("The OAuth token … expired 75 second(s) ago.", "EXPIRED_AUTHENTICATION", 401), "authentication"),
        (Answer(401, None, text="Unauthorized"), "authentication"),
        (NEW_403, "scope"),
        (OLD_403, "scope"),
        (Answer(403, None, text="<html>"), "scope"),
        (error("Unable to infer object type from: widgets", None), "object_type"),
        (error("Invalid object or event type id: 0-9999", None), "object_type"),
        (Answer(429, {**DAILY, "errorType": "RATE_LIMIT"}), "daily_limit"),
        (Answer(429, {"message": "You have reached your daily limit.", "category": "RATE_LIMITS"}), "daily_limit"),
        (Answer(477, {}), "unavailable"),
        (Answer(477, None, {"Retry-After": "86400"}), "unavailable"),
        (Answer(429, {}, {"Retry-After": "3600"}), "unavailable"),
    ],
)
@pytest.mark.parametrize("maybe_written", [True, False])
def test_a_cause_that_is_no_rows_stops_the_run(answer, kind, maybe_written):
    rows = batch(3)
    (stop,) = divided(steps_for(rows, answer, History(maybe_written=maybe_written)), rows)
    assert isinstance(stop, Stop)
    assert (stop.kind, stop.maybe_written) == (kind, maybe_written)
    assert stop.scopes == (tuple(SCOPES) if answer in (NEW_403, OLD_403) else ())


# Patience ---------------------------------------------------------------------------------------------------

TEN_SECONDLY = {"message": "You have reached your ten_secondly_rolling limit.", "policyName": "TEN_SECONDLY_ROLLING"}
SECONDLY = {"message": "You have reached your secondly limit."}
CUT = "no answer (ServerDisconnectedError: Server disconnected)"


@pytest.mark.parametrize(
    ("answer", "least", "most", "everyone", "is_attempt"),
    [
        (Answer(429, {**TEN_SECONDLY, "errorType": "RATE_LIMIT"}), 1, 2, True, False),
        (Answer(429, {"message": TEN_SECONDLY["message"], "category": "RATE_LIMITS"}), 1, 2, True, False),
        (Answer(429, {**SECONDLY, "category": "RATE_LIMITS"}), 1, 2, True, False),
        (Answer(429, {**SECONDLY, "policyName": "SECONDLY", "errorType": "RATE_LIMIT"}), 1, 2, True, False),
        (Answer(429, None, text="error code: 1015"), 1, 2, True, False),
        (Answer(429, {}, {"retry-after": "7"}), 7, 8, True, False),
        (Answer(429, {}, {"Retry-After": "0"}), 1, 2, True, False),
        (Answer(477, {}, {"Retry-After": "30"}), 30, 30, True, False),
        (Answer(477, {}, {"Retry-After": "0"}), 1, 1, True, False),
        (Answer(423, {}), 2, 3, True, True),
        (Answer(408, None), 0.5, 1.5, False, True),
        (Answer(500, {"message": "internal error"}), 0.5, 1.5, False, True),
        (Answer(502, None, text="<html>Bad Gateway</html>"), 0.5, 1.5, True, True),
        (Answer(503, None, text="upstream connect error"), 0.5, 1.5, True, True),
        (Answer(503, None, {"Retry-After": "20"}), 20, 20, True, True),
        (Answer(504, {}), 0.5, 1.5, True, True),
        (Answer(521, None), 0.5, 1.5, False, True),
        (Answer(524, None, text="error code: 524"), 0.5, 1.5, False, True),
        (Answer(0, text="no answer (ClientConnectorError: …)", maybe_written=False), 0.5, 1.5, False, True),
        (Answer(0, text=CUT, maybe_written=True), 0.5, 1.5, False, True),
        (Answer(200, None, text='{"status":"COMPLETE","resul'), 0.5, 1.5, False, True),  # truncated
        (Answer(200, None, text="<html>"), 0.5, 1.5, False, True),  # another content type
        (Answer(200, [1]), 0.5, 1.5, False, True),
        (Answer(204, None), 0.5, 1.5, False, True),
        (Answer(302, None), 0.5, 1.5, False, True),
    ],
)
@pytest.mark.parametrize("jitter", [0.0, 0.999])
def test_trouble_is_waited_out(answer, least, most, everyone, is_attempt, jitter):
    rows = batch(3)
    (wait,) = divided(steps_for(rows, answer, History(jitter=jitter)), rows)
    assert isinstance(wait, Wait)
    assert least <= wait.seconds <= most
    assert (wait.everyone, wait.is_attempt) == (everyone, is_attempt)


def test_waits_grow():
    waits = [the(Wait, steps_for(batch(1), Answer(503), History(attempts=n))).seconds for n in range(1, 6)]
    assert waits == [1, 2, 4, 8, 16]


USED_UP = History(attempts=6, waited_seconds=31)


@pytest.mark.parametrize(
    ("answer", "history", "expected"),
    [
        (Answer(503), USED_UP, Look),
        (Answer(500, {}), History(attempts=2, waited_seconds=599.9), Look),
        (Answer(0, maybe_written=True), USED_UP, Look),
        (Answer(200, None, text="<html>"), USED_UP, Look),
        (Answer(0, maybe_written=False), USED_UP, Stop),
        (Answer(423), USED_UP, Stop),
        (Answer(302), USED_UP, Stop),
        (Answer(0, maybe_written=False), History(attempts=6, maybe_written=True), Look),
        (Answer(429, TEN_SECONDLY), History(waited_seconds=599), Stop),
        (Answer(429, TEN_SECONDLY), History(attempts=50, waited_seconds=500), Wait),  # no fault of anyone's
        (Answer(503, None, {"Retry-After": "3600"}), History(), Look),
    ],
)
def test_attempts_and_waiting_are_bounded(answer, history, expected):
    rows = batch(3)
    (step,) = divided(steps_for(rows, answer, history), rows)
    assert isinstance(step, expected)
    if isinstance(step, Look):
        assert step.gave_up


def test_a_500_three_times_is_halved_and_looked_at_in_the_end():
    answer = Answer(500, {"message": "internal error", "category": "INTERNAL_ERROR"})
    rows = batch(4)
    assert told(rows, answer, History(attempts=2)) == ["wait"] * 4
    (split,) = divided(steps_for(rows, answer, History(attempts=3)), rows)
    assert split.groups == ((0, 1), (2, 3))
    (look,) = steps_for(batch(1), answer, History(attempts=3))
    assert isinstance(look, Look)
    assert not look.gave_up


# Whatever comes ---------------------------------------------------------------------------------------------

IDS = st.sampled_from(["101", "102", "103", 101, 102, "x", None, True])
TRACES = st.sampled_from(["40", "41", "40,42", 42, "?", None])
CONTEXT = JSON | st.fixed_dictionaries(
    {},
    optional={
        "ids": st.lists(IDS, max_size=4) | IDS | JSON,
        "objectWriteTraceId": st.lists(TRACES, max_size=4) | TRACES | JSON,
        "missingObjectPropertyValueCoordinates": st.lists(st.sampled_from(["a-sku:101", "sku:102", 3])) | JSON,
        "propertyName": st.lists(st.sampled_from(["firstname", "amount"])) | JSON,
        "requiredGranularScopes": JSON,
    },
)
ITEM = JSON | st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["firstname", "amount", "closedate", None, 7]),
        "error": st.sampled_from(["INVALID_INTEGER", "PROPERTY_DOESNT_EXIST", None]),
        "propertyValue": st.sampled_from(["a", "b", "", None, 3]) | JSON,
        "message": st.text(max_size=5) | JSON,
    },
)
MESSAGE = (
    JSON
    | st.lists(ITEM, max_size=5).map(lambda items: "Property values were not valid: " + json.dumps(items))
    | st.sampled_from([conflict("a@b.c", 101), conflict("", ""), "Contact already exists", "} on . already value="])
)
ERROR = JSON | st.fixed_dictionaries(
    {}, optional={"context": CONTEXT, "message": MESSAGE, "category": JSON, "code": JSON, "subCategory": JSON}
)
RESULT = JSON | st.fixed_dictionaries(
    {},
    optional={
        "id": IDS | JSON,
        "properties": JSON | st.dictionaries(st.sampled_from(["firstname", "amount", "sku"]), JSON),
        "objectWriteTraceId": TRACES | JSON,
        "updatedAt": JSON,
        "url": JSON,
    },
)
BODY = JSON | st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["COMPLETE", "PENDING", None, 3]),
        "results": st.lists(RESULT, max_size=5) | JSON,
        "errors": st.lists(ERROR, max_size=5) | JSON,
        "message": MESSAGE,
        "category": st.sampled_from(["VALIDATION_ERROR", "OBJECT_NOT_FOUND"]) | JSON,
        "context": CONTEXT,
        "policyName": JSON,
    },
)
STATUS = st.sampled_from([0, 200, 207, 400, 401, 403, 404, 409, 413, 423, 429, 477, 500, 503]) | st.integers(0, 599)
ANSWERS = st.builds(
    Answer,
    STATUS,
    BODY,
    st.dictionaries(
        st.sampled_from(["Retry-After", "x-hubspot-correlation-id"]), st.sampled_from(["1", "0", "²", "x"])
    ),
    st.text(max_size=5),
    st.booleans(),
)
HISTORIES = st.builds(History, st.integers(1, 8), st.floats(0, 700), st.floats(0, 0.99), st.booleans())
BATCHES = st.sampled_from(
    [
        batch({"firstname": "a", "amount": "1"}, {"firstname": "b"}, {"amount": "a"}, {"email": "a@b.c"}),
        batch({"firstname": "a"}),
        batch({"firstname": "a"}, {"amount": "b"}, {}, id_property="sku"),
        batch({"firstname": "a"}, {"amount": "b"}, known=[{"firstname": "z"}, {"amount": "1"}]),
    ]
)


@settings(max_examples=200, deadline=None)
@given(BATCHES, ANSWERS, HISTORIES)
def test_the_steps_divide_the_rows_whatever_the_answer(rows, answer, history):
    steps = divided(steps_for(rows, answer, history), rows)
    for step in steps:
        if isinstance(step, Settle):
            for outcome in step.outcomes:
                assert outcome.status in ("updated", "failed")
                assert outcome.status == "updated" or outcome.problems
                assert outcome.updated_at is None or isinstance(outcome.updated_at, str)
        if isinstance(step, Split) and len(rows) > 1:
            assert all(len(group) < len(rows) for group in step.groups)
        if isinstance(step, Wait):
            assert step.seconds > 0
            assert history.waited_seconds + step.seconds <= Limits().max_wait_seconds + 1


# A HubSpot that refuses whole batches: only the guilty are accused ------------------------------------------


def driven(rows, refusal_of):
    """Send rows, and what is left of them, until all are settled; return statuses by row and requests."""
    statuses, requests, waiting = {}, 0, [rows]
    while waiting:
        part = waiting.pop()
        requests += 1
        refused = refusal_of(part)
        answer = refused or complete(echo(part, *range(len(part))))
        for step in divided(steps_for(part, answer), part):
            if isinstance(step, Settle):
                statuses |= {part.rows[outcome.index]: outcome.status for outcome in step.outcomes}
            else:
                assert isinstance(step, Split)
                waiting += [part.part(group) for group in step.groups]
    return statuses, requests


def without_reason(bad):
    return lambda part: error("No.") if bad.intersection(part.rows) else None


def recorded(bad, *, value=True, said=True):
    """Refuse as HubSpot does: one item per bad row, without its id."""

    def refuse(part):
        items = [
            item(
                "amount",
                "INVALID_INTEGER",
                texts["amount"] if value else None,
                f"{texts['amount']} was not a valid number." if said else "No.",
            )
            for row, texts in zip(part.rows, part.texts, strict=True)
            if row in bad
        ]
        return invalid(*items) if items else None

    return refuse


AMOUNTS = st.lists(st.sampled_from(["1", "2", "12", "x"]), min_size=1, max_size=100)


@settings(deadline=None)
@given(st.data(), AMOUNTS, st.sampled_from(["none", "items", "values", "quoted"]))
def test_only_the_guilty_are_failed(data, amounts, form):
    rows = batch(*({"amount": amount} for amount in amounts))
    bad = data.draw(st.sets(st.sampled_from(rows.rows), max_size=12))
    refuse = {
        "none": without_reason(bad),
        "items": recorded(bad, value=False, said=False),
        "values": recorded(bad),
        "quoted": recorded(bad, value=False),
    }[form]
    statuses, requests = driven(rows, refuse)
    assert {row for row, status in statuses.items() if status == "failed"} == bad
    assert statuses.keys() == set(rows.rows)
    assert requests <= 1 + len(bad) * 2 * (math.ceil(math.log2(len(rows))) + 1)


@pytest.mark.parametrize("guilty", [0, 1, 37, 63, 98, 99])
def test_one_bad_row_in_a_hundred_costs_at_most_fourteen_requests(guilty):
    statuses, requests = driven(batch(100), without_reason({FIRST_POSITION + guilty}))
    assert Counter(statuses.values()) == {"failed": 1, "updated": 99}
    assert requests - 1 <= 14


@pytest.mark.parametrize("guilty", [0, 37, 99])
def test_one_row_whose_value_is_given_costs_one_request(guilty):
    rows = batch(*({"amount": f"{index}"} for index in range(100)))
    statuses, requests = driven(rows, recorded({FIRST_POSITION + guilty}))
    assert [row for row, status in statuses.items() if status == "failed"] == [FIRST_POSITION + guilty]
    assert requests == 2
