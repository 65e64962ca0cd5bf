"""What planning needs of an account is read once, only where a column calls for it, and is done without if need be."""

import asyncio
import itertools
import re

import pytest

import hubframe
from hubframe.connection import Token
from hubframe.planning.columns import choose_columns
from hubframe.planning.rules import Rule
from hubframe.reading_definitions import read_for_plan
from tests import virtual_time
from tests.aioresponses_adapter import canned

URL = "https://api.hubapi.com"
OWNERS = "/crm/owners/2026-03"
CONTACTS = "/crm/properties/2026-03/contacts"
CONTACT_RULES = "/crm/property-validations/2026-03/0-1"
SENSITIVE = ["sensitive", "highly_sensitive"]


def read(connection, object_type, labels, **arguments):
    return asyncio.run(read_for_plan(connection, object_type, ["Record ID", *labels], [None], **arguments))


def asked(local, work):
    """Return what a call returns, and the paths of the requests it made, with the sensitivity asked for."""
    before = len(local.requests)
    result = work()
    made = local.requests[before:]
    assert {request.method for request in made} <= {"GET"}
    return result, sorted(request.query.get("dataSensitivity") or request.path for request in made)


@pytest.mark.parametrize(
    ("object_type", "labels", "paths"),
    [
        ("contacts", ["First Name"], [CONTACTS, CONTACT_RULES]),
        ("CONTACT", ["firstname"], ["/crm/properties/2026-03/CONTACT", CONTACT_RULES]),
        ("contacts", ["First Name", "Contact owner"], [OWNERS, OWNERS, CONTACTS, CONTACT_RULES]),
        ("contacts", ["First Name", "National ID"], [CONTACTS, CONTACT_RULES, *reversed(SENSITIVE)]),
        ("contacts", ["First Name", "Nonsense"], [CONTACTS, CONTACT_RULES, *reversed(SENSITIVE)]),
        (
            "deals",
            ["Deal Stage"],
            [
                "/crm/pipelines/2026-03/deals",
                "/crm/properties/2026-03/deals",
                "/crm/property-validations/2026-03/0-3",
            ],
        ),
        (
            "tickets",
            ["hs_pipeline"],
            [
                "/crm/pipelines/2026-03/tickets",
                "/crm/properties/2026-03/tickets",
                "/crm/property-validations/2026-03/0-5",
            ],
        ),
        (
            "contracts",
            ["Contract Name"],
            ["/crm/properties/2026-03/contracts", "/crm/property-validations/2026-03/0-721"],
        ),
    ],
)
def test_each_thing_is_asked_for_once_and_only_where_a_column_calls_for_it(object_type, labels, paths):
    with hubframe.LocalHubSpot() as local:
        connection = hubframe.connect(local)
        first, made = asked(local, lambda: read(connection, object_type, labels))
        assert sorted(made) == sorted(paths)
        again, made = asked(local, lambda: read(connection, object_type, labels))
        assert made == []
        assert again == first


def test_owners_are_shared_by_object_types_and_those_who_left_are_known():
    with hubframe.LocalHubSpot() as local:
        local.portal.add_owner("501", email="hazel@example.com", first_name="Hazel", last_name="Elm")
        local.portal.add_owner("502", email="sage@example.com", first_name="Sage", last_name="Ash")
        local.portal.archive_owner("502")
        connection = hubframe.connect(local)
        owner = read(connection, "contacts", ["Contact owner"]).get("hubspot_owner_id")
        assert owner.choices.value_of("hazel ELM") == owner.choices.value_of("hazel@example.com") == "501"
        assert owner.choices.value_of("Sage Ash (Deactivated User)") == "502"
        assert owner.choices.by_value["502"].retired
        deals, made = asked(local, lambda: read(connection, "deals", ["hubspot_owner_id"]))
        assert OWNERS not in made
        assert "501" in deals.get("hubspot_owner_id").choices


def test_more_owners_than_a_page_holds_are_all_read():
    with hubframe.LocalHubSpot() as local:
        for number in range(1, 1002):
            local.portal.add_owner(f"{7000 + number}", email=f"{number}@example.com", first_name="Fern", last_name="")
        connection = hubframe.connect(local)
        found, made = asked(local, lambda: read(connection, "contacts", ["Contact owner"]))
        assert made.count(OWNERS) == 4  # three pages, and one of those who left
        assert found.get("hubspot_owner_id").choices.value_of("1001@example.com") == "8001"


@pytest.mark.parametrize(
    ("object_type", "label", "pipeline", "stage"),
    [
        ("deals", "Deal Stage", "pipeline", "dealstage"),
        ("0-3", "Pipeline", "pipeline", "dealstage"),
        ("tickets", "hs_pipeline_stage", "hs_pipeline", "hs_pipeline_stage"),
    ],
)
def test_a_stage_knows_its_pipeline(object_type, label, pipeline, stage):
    with hubframe.LocalHubSpot() as local:
        connection = hubframe.connect(local)
        found = read(connection, object_type, [label])
        of_pipeline, of_stage = found.get(pipeline), found.get(stage)
        assert of_stage.pipeline_property == pipeline
        first = of_pipeline.choices.items[0]
        inside = of_stage.choices.within(first.value)
        assert inside
        for choice in inside.items:
            assert of_stage.choices.value_of(f"{choice.label} ({first.label})") == choice.value
        assert {choice.within for choice in of_stage.choices.items} == {
            item.value for item in of_pipeline.choices.items
        }


def test_the_rules_of_admins_are_known():
    with hubframe.LocalHubSpot() as local:
        local.portal.validate("contacts", "firstname", "MAX_LENGTH", "40")
        connection = hubframe.connect(local)
        found = read(connection, "contacts", ["First Name"])
        assert found.get("firstname").rules == (Rule("MAX_LENGTH", ("40",)),)
        assert found.get("lastname").rules == ()


def test_sensitive_properties_are_properties_to_a_token_that_may_see_them():
    with hubframe.LocalHubSpot() as local:
        found = read(hubframe.connect(local), "contacts", ["National ID", "iban"])
        assert (found.get("national_id").label, found.hidden, found.notes) == ("National ID", False, ())
        assert len(choose_columns(["Record ID", "National ID", "iban"], [None], found).properties) == 2


@pytest.mark.parametrize("columns", [["national_id"], {"National ID": "national_id"}])
def test_a_sensitive_property_hidden_from_the_token_is_sent_when_asked_for_by_name(columns):
    labels = ["National ID", "national_id"]
    with hubframe.LocalHubSpot() as local:
        local.scopes -= {f"crm.objects.contacts.{how}.read.v2" for how in SENSITIVE}
        connection = hubframe.connect(local)
        found, made = asked(local, lambda: read(connection, "contacts", labels, columns=columns))
        assert [path for path in made if path in SENSITIVE] == sorted(SENSITIVE)
        assert found.hidden
        (note,) = found.notes
        assert "crm.objects.contacts.sensitive.read.v2 or crm.objects.contacts.highly_sensitive.read.v2" in note
        ((_, definition),) = choose_columns(["Record ID", *labels], [None], found, columns=columns).properties
        assert (definition.name, definition.type) == ("national_id", "")
        _, made = asked(local, lambda: read(connection, "contacts", labels, columns=columns))
        assert made == []
        plain = read(connection, "contacts", ["First Name"])
        assert (plain.hidden, plain.notes) == (False, ())


def test_without_the_scope_for_owners_the_plan_says_what_is_not_checked():
    with hubframe.LocalHubSpot() as local:
        local.scopes.remove("crm.objects.owners.read")
        connection = hubframe.connect(local)
        found, _ = asked(local, lambda: read(connection, "contacts", ["Contact owner", "First Name"]))
        (note,) = found.notes
        assert "'Contact owner'" in note
        assert "crm.objects.owners.read" in note
        assert not found.get("hubspot_owner_id").choices
        assert read(connection, "contacts", ["First Name"]).notes == ()
        again, made = asked(local, lambda: read(connection, "contacts", ["Contact owner", "First Name"]))
        assert (made, again) == ([], found)


def test_a_token_that_may_not_read_definitions_is_asked_no_more():
    with hubframe.LocalHubSpot() as local:
        local.scopes.clear()
        local.scopes.add("oauth")
        connection = hubframe.connect(local)
        found, made = asked(local, lambda: read(connection, "contacts", ["Contact owner", "x y"]))
        assert not found.known
        assert "crm.schemas.contacts.read" in found.scopes
        assert made == [CONTACTS, CONTACT_RULES]


def definition(name, **more):
    return {"name": name, "label": name.title(), "type": "string", "fieldType": "text", "options": [], **more}


DEFINITIONS = [
    definition("firstname"),
    definition("hubspot_owner_id", referencedObjectType="OWNER"),
    definition("hs_pipeline", type="enumeration", options=[{"value": "a", "label": "A"}]),
]
OWNERS_URL = re.compile(rf"{URL}{OWNERS}\?.*")
PIPELINES_URL = f"{URL}/crm/pipelines/2026-03/contacts"
RULES_URL = f"{URL}{CONTACT_RULES}"
NUMBERS = itertools.count()
EXTRAS = [OWNERS_URL, PIPELINES_URL, RULES_URL]
TROUBLES = [
    {"status": 502, "body": "<html><title>502</title><body>Bad gateway</body></html>"},
    {"status": 200, "body": "<html>Please log in</html>"},
    {"status": 400, "payload": {"message": "No."}},
    {"status": 404, "body": "<html>Not Found</html>"},
    {"status": 403, "payload": {"message": "No.", "category": "MISSING_SCOPES"}},
    {"status": 200, "payload": {"results": "odd"}},
    {"status": 200, "payload": [1]},
    {"status": 200, "payload": {"results": [None, 5, {}, {"id": None}, {"propertyName": 5}], "paging": "odd"}},
]


def patient_once():
    # Each has a token, and with it a pacer, of its own.
    return hubframe.Connection(token=Token(f"pat-not-a-real-token-{next(NUMBERS)}"), max_attempts=1)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: f"{trouble['status']} {str(trouble)[-20:]}")
@pytest.mark.parametrize("troubled", EXTRAS, ids=["owners", "pipelines", "rules"])
def test_an_update_does_without_what_can_t_be_read(troubled, trouble):
    with canned() as answers:
        answers.get(f"{URL}{CONTACTS}", payload={"results": DEFINITIONS}, repeat=True)
        for url in EXTRAS:
            answers.get(url, **(trouble if url is troubled else {"payload": {"results": []}}), repeat=True)
        found = read(patient_once(), "contacts", ["firstname", "hubspot_owner_id", "hs_pipeline"])
    assert found.known
    assert "a" in found.get("hs_pipeline").choices  # the definition's own option
    about = " ".join(found.notes)
    readable = trouble is TROUBLES[-1]
    if troubled is OWNERS_URL:
        assert ("'hubspot_owner_id' is neither checked" in about) is not readable
    elif troubled is PIPELINES_URL:
        assert "pipelines of contacts could not be read" in about
    else:
        assert ("rules that admins set" in about) is (not readable and trouble["status"] not in (403, 404))
    assert "<" not in about


@pytest.mark.parametrize("body", [{}, {"results": "odd"}, [1]], ids=str)
def test_an_answer_without_properties_is_no_account_without_any(body):
    with canned() as answers:
        answers.get(f"{URL}{CONTACTS}", payload=body, repeat=True)
        with pytest.raises(hubframe.HubSpotUnavailable, match=r"asked for the properties of contacts|no usable answer"):
            read(patient_once(), "contacts", ["firstname"])


@pytest.mark.parametrize("troubled", EXTRAS, ids=["owners", "pipelines", "rules"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 401, "payload": {"category": "INVALID_AUTHENTICATION"}}, hubframe.AuthenticationError),
        ({"status": 429, "payload": {"policyName": "DAILY", "message": "daily limit"}}, hubframe.HubSpotUnavailable),
    ],
    ids=["token", "daily limit"],
)
def test_a_bad_token_and_a_day_that_is_used_up_end_the_call(troubled, answer, error):
    with canned() as answers:
        answers.get(f"{URL}{CONTACTS}", payload={"results": DEFINITIONS}, repeat=True)
        for url in EXTRAS:
            answers.get(url, **(answer if url is troubled else {"payload": {"results": []}}), repeat=True)
        with pytest.raises(error):
            read(patient_once(), "contacts", ["firstname", "hubspot_owner_id", "hs_pipeline"])


def test_trouble_that_may_pass_is_asked_about_again_the_next_time():
    connection = patient_once()
    with canned() as answers:
        answers.get(f"{URL}{CONTACTS}", payload={"results": DEFINITIONS})
        answers.get(RULES_URL, status=502)
        assert read(connection, "contacts", ["firstname"]).notes
        answers.get(RULES_URL, payload={"results": []})
        assert read(connection, "contacts", ["firstname"]).notes == ()


def test_owners_whose_pages_lead_back_to_the_first_are_read_once():
    page = {"results": [{"id": "1", "email": "a@example.com"}], "paging": {"next": {"after": "1"}}}
    with canned() as answers:
        answers.get(f"{URL}{CONTACTS}", payload={"results": DEFINITIONS})
        answers.get(RULES_URL, payload={"results": []})
        answers.get(OWNERS_URL, payload=page, repeat=True)
        found = read(patient_once(), "contacts", ["hubspot_owner_id"])
    assert list(found.get("hubspot_owner_id").choices.by_value) == ["1"]


def test_columns_that_can_t_be_chosen_are_left_for_planning_to_tell():
    with hubframe.LocalHubSpot() as local:
        connection = hubframe.connect(local)
        for arguments in ({"columns": 5}, {"id_property": "nonsense"}, {"id_column": "nonsense"}):
            assert read(connection, "contacts", ["First Name"], **arguments).get("firstname") is not None


def test_an_unknown_object_type_is_an_error():
    with hubframe.LocalHubSpot() as local, pytest.raises(hubframe.UnknownObjectType):
        read(hubframe.connect(local), "dogs", ["name"])


def test_reads_are_under_way_together():
    """Definitions and rules take one latency; owners, those who left and pipelines another."""

    async def slow(_url, **_options):
        await asyncio.sleep(1)

    async def seconds():
        start = asyncio.get_running_loop().time()
        await read_for_plan(patient_once(), "contacts", ["Record ID", "hubspot_owner_id", "hs_pipeline"], [None])
        return asyncio.get_running_loop().time() - start

    with canned() as answers:
        for url in (f"{URL}{CONTACTS}", *EXTRAS):
            results = [] if url in EXTRAS else DEFINITIONS
            answers.get(url, payload={"results": results}, callback=slow, repeat=True)
        assert virtual_time.run(seconds()) == pytest.approx(2, abs=0.1)
