"""Which object types an account has: HubSpot's own, its custom ones, and what is said where these can't be read."""

import asyncio
import re

import pandas as pd
import pytest

import hubframe
from hubframe.connection import Token
from hubframe.local_hubspot.definitions import definition
from hubframe.local_hubspot.object_type import ObjectType
from hubframe.object_types import object_types, read_known_types, read_object_types
from hubframe.planning.object_types import type_id
from hubframe.standard_types import READ_ONLY, STANDARD
from tests import virtual_time
from tests.aioresponses_adapter import canned
from tests.test_local_hubspot_http import ask

URL = "https://api.hubapi.com"
SCHEMAS = re.compile(re.escape(f"{URL}/crm-object-schemas/2026-03/schemas?") + ".*")
PATH = "/crm-object-schemas/2026-03/schemas"
LIBRARY = "/crm/object-library/2026-03/enablement"


@pytest.fixture
def local():
    with hubframe.LocalHubSpot() as made:
        kind = ObjectType("greenhouses", "greenhouse", "2-1234567", 510_000_000_017)
        made.portal.define_object_type(kind)
        made.portal.define("2-1234567", definition("glass", "Glass"))
        yield made


@pytest.fixture
def hubspot():
    with canned() as answers:
        answers.get(f"{URL}{LIBRARY}", payload={"enablementByObjectTypeId": {}}, repeat=True)
        yield answers


@pytest.fixture
def bare_hubspot():
    with canned() as answers:
        answers.get(SCHEMAS, payload={"results": []}, repeat=True)
        yield answers


def connection():
    return hubframe.Connection(token=Token("pat-test-0000"), base_url=URL)


def known(answers, results):
    answers.get(SCHEMAS, status=200, payload={"results": results})
    return asyncio.run(read_known_types(connection()))


def custom(**given):
    return {"id": "77", "name": "room", "labels": {"singular": "Room", "plural": "Rooms"}, **given}


# HubSpot's answers


def test_of_hubspots_own_types_the_common_ones_come_first_then_the_custom_ones(hubspot):
    rooms = custom(fullyQualifiedName="p7_room", objectTypeId="2-77")
    attics = custom(fullyQualifiedName="p7_attic", objectTypeId="2-78", labels={"plural": "attics"})
    types = known(hubspot, [rooms, attics]).types
    assert [one.name for one in types[:7]] == [*STANDARD[:4], "p7_attic", "p7_room", "appointments"]
    assert [one.name for one in types if not one.writable] == list(READ_ONLY)
    room = types[5]
    assert (room.label, room.type_id, room.fully_qualified_name, room.custom) == ("Rooms", "2-77", "p7_room", True)


def test_every_name_is_one_that_hubspot_takes():
    assert len(set(STANDARD)) == len(STANDARD)
    assert None not in map(type_id, (*STANDARD, *READ_ONLY))


@pytest.mark.parametrize("kind", ["0-162", "0-1", "0-19"])
def test_a_type_that_is_switched_off_is_left_out(bare_hubspot, kind):
    bare_hubspot.get(
        f"{URL}{LIBRARY}",
        payload={"enablementByObjectTypeId": {kind: False, "0-421": True, "0-999": False, "0-3": None}},
    )
    found = asyncio.run(read_known_types(connection()))
    assert {type_id(name) for name in (*STANDARD, *READ_ONLY)} - {one.type_id for one in found.types} == {kind}
    assert found.note == ""


@pytest.mark.parametrize(
    ("status", "payload"),
    [(404, {"message": "no <such> thing."}), (200, {}), (200, {"enablementByObjectTypeId": ["0-1"]}), (400, {})],
)
def test_where_it_is_not_told_which_are_switched_off_all_are_listed_and_a_note_says_so(bare_hubspot, status, payload):
    bare_hubspot.get(f"{URL}{LIBRARY}", status=status, payload=payload)
    found = asyncio.run(read_known_types(connection()))
    assert len(found.types) == len(STANDARD) + len(READ_ONLY)
    assert "may be switched off" in found.note
    assert ".)" not in found.note


@pytest.mark.parametrize(
    ("schema", "name", "label", "kind"),
    [
        (custom(fullyQualifiedName="p7_room", objectTypeId="2-77"), "p7_room", "Rooms", "2-77"),
        (custom(objectTypeId="2-77"), "2-77", "Rooms", "2-77"),
        (custom(), "2-77", "Rooms", "2-77"),
        (custom(id=77), "2-77", "Rooms", "2-77"),
        (custom(id="2-77"), "2-77", "Rooms", "2-77"),
        (custom(labels=None, fullyQualifiedName="p7_room"), "p7_room", "room", "2-77"),
        (custom(labels={"singular": " Room "}), "2-77", "Room", "2-77"),
        (custom(labels={"plural": ""}, name=None, fullyQualifiedName="p7_room"), "p7_room", "p7_room", "2-77"),
    ],
)
def test_a_custom_type_goes_by_its_full_name_else_by_its_id(hubspot, schema, name, label, kind):
    (found,) = [one for one in known(hubspot, [schema]).types if one.custom]
    assert (found.name, found.label, found.type_id) == (name, label, kind)


def test_what_no_request_could_go_by_is_left_out(hubspot):
    archived = custom(fullyQualifiedName="p7_room", archived=True)
    assert not [
        one for one in known(hubspot, [archived, {}, {"id": None, "name": "room"}, "room", 7]).types if one.custom
    ]


def test_types_of_one_label_are_told_apart(hubspot):
    hubspot.get(
        SCHEMAS,
        payload={"results": [custom(fullyQualifiedName=f"p7_{name}", labels={"plural": "Deals"}) for name in "ab"]},
    )
    pairs = asyncio.run(read_object_types(connection()))
    assert [pair for pair in pairs if "eals" in pair[0]] == [
        ("Deals (deals)", "deals"),
        ("Deals (p7_a)", "p7_a"),
        ("Deals (p7_b)", "p7_b"),
    ]
    assert {name for _, name in pairs}.isdisjoint(READ_ONLY)


@pytest.mark.parametrize("status", [404, 200])
def test_an_answer_that_is_none_leaves_hubspots_own_types_and_a_note(hubspot, status):
    hubspot.get(SCHEMAS, status=status, payload={"message": "no <such> thing."})
    found = asyncio.run(read_known_types(connection()))
    assert len(found.types) == len(STANDARD) + len(READ_ONLY)
    assert found.note.startswith("The account's custom objects could not be read (")
    assert ".)" not in found.note


def test_trouble_that_lasts_leaves_hubspots_own_types_and_is_asked_about_again(hubspot):
    hubspot.get(SCHEMAS, status=503, payload={"message": "Unavailable"}, repeat=4)
    one = connection()
    assert "could not be read" in virtual_time.run(read_known_types(one)).note
    hubspot.get(SCHEMAS, payload={"results": [custom()]})
    assert virtual_time.run(read_known_types(one)).note == ""


def test_a_token_that_is_none_is_an_error(hubspot):
    hubspot.get(SCHEMAS, status=401, payload={"message": "no", "category": "INVALID_AUTHENTICATION"})
    hubspot.get(f"{URL}{LIBRARY}", status=401, payload={"message": "no", "category": "INVALID_AUTHENTICATION"})
    with pytest.raises(hubframe.AuthenticationError):
        asyncio.run(read_known_types(connection()))


# Against LocalHubSpot


def test_the_frame_says_what_an_account_has(local):
    types = object_types(connection=hubframe.connect(local))
    assert types["name"].tolist() == [
        *("contacts", "companies", "deals", "tickets"),
        "p44237313_greenhouse",
        "contracts",
    ]
    assert types.dtypes.astype(str).tolist() == ["string"] * 4 + ["bool"] * 2
    greenhouse = types.loc[4].to_dict()
    assert greenhouse == {
        "name": "p44237313_greenhouse",
        "label": "Greenhouses",
        "type_id": "2-1234567",
        "fully_qualified_name": "p44237313_greenhouse",
        "custom": True,
        "writable": True,
    }
    assert types["fully_qualified_name"].isna().sum() == 5
    assert types.set_index("name").loc["contracts", ["type_id", "writable"]].to_list() == ["0-721", False]


def test_a_local_hubspot_is_asked_as_any_account_is(local):
    connected = hubframe.connect(local)
    by_address = hubframe.connect(local.token, base_url=local.url)
    first, second = (object_types(connection=one) for one in (connected, by_address))
    pd.testing.assert_frame_equal(first, second)


def test_every_name_it_gives_works(local):
    connected = hubframe.connect(local)
    for name in object_types(connection=connected)["name"]:
        record = local.portal.add(name, {})
        text = next(one for one, made in local.portal.object_type(name).definitions.items() if _is_free_text(made))
        df = pd.DataFrame({"Record ID": [record], text: ["x"]})
        result = hubframe.batch_update(df, name, connection=connected, progress=False)
        assert result["hubspot_status"].tolist() == ["updated"], name


def _is_free_text(made):
    read_only = made["modificationMetadata"]["readOnlyValue"]
    return (made["type"], made["fieldType"], made["hasUniqueValue"], read_only) == (
        "string",
        "text",
        False,
        False,
    ) and (made["name"] not in ("email", "domain"))


def test_two_requests_per_connection(local):
    connected = hubframe.connect(local)
    before = len(local.requests)
    object_types(connection=connected)
    object_types(connection=connected)
    assert sorted(request.path for request in local.requests[before:]) == [PATH, LIBRARY]
    asked = [request for request in local.requests if request.path == PATH]
    assert [request.query["includePropertyDefinitions"] for request in asked] == ["false"]


def test_a_token_without_the_scope_sees_hubspots_own_types_and_a_line_says_so(local, capsys):
    local.scopes = {"crm.objects.contacts.read"}
    types = object_types(connection=hubframe.connect(local))
    assert not types["custom"].any()
    said = capsys.readouterr().err
    assert "custom objects are not listed" in said
    assert "crm.schemas.custom.read or " in said
    connected = hubframe.connect(local)
    assert asyncio.run(read_object_types(connected))[0] == ("Contacts", "contacts")
    assert capsys.readouterr().err == ""


# LocalHubSpot's route


@pytest.mark.parametrize(
    "path",
    [PATH, "/crm-object-schemas/2026-09/schemas", "/crm-object-schemas/v3/schemas", "/crm/v3/schemas"],
)
def test_the_route_shows_custom_types_alone_in_hubspots_shape(local, path):
    (shown,) = ask(local, "GET", path).body["results"]
    assert shown["objectTypeId"] == "2-1234567"
    assert shown["fullyQualifiedName"] == "p44237313_greenhouse"
    assert shown["labels"] == {"singular": "Greenhouse", "plural": "Greenhouses"}
    assert [made["name"] for made in shown["properties"]] == ["glass"]
    (bare,) = ask(local, "GET", f"{path}?includePropertyDefinitions=false").body["results"]
    assert bare == {**shown, "properties": []}
    assert ask(local, "GET", f"{path}?archived=true").body == {"results": []}


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        ({"crm.schemas.custom.read"}, 200),
        ({"crm.objects.custom.read"}, 200),
        ({"crm.objects.custom.sensitive.read.v2"}, 200),
        ({"crm.objects.contacts.read", "crm.objects.custom.write"}, 403),
    ],
)
def test_the_route_asks_for_any_of_the_scopes_that_hubspot_names(local, scopes, status):
    local.scopes = scopes
    assert ask(local, "GET", PATH).status == status


def test_other_verbs_and_paths_are_refused(local):
    assert ask(local, "POST", PATH, {}).status == 405
    assert ask(local, "GET", f"{PATH}/2-1234567").status == 404


@pytest.mark.parametrize(
    "path", [LIBRARY, "/crm/object-library/2026-09/enablement", "/crm/v3/object-library/enablement"]
)
def test_the_library_says_which_types_are_on(local, path):
    told = ask(local, "GET", path).body["enablementByObjectTypeId"]
    assert [kind for kind, is_on in told.items() if is_on] == ["0-721"]
    assert {"0-162", "0-410", "0-420", "0-421"} <= set(told)
    assert {"0-1", "0-2", "0-3", "0-5", "2-1234567"}.isdisjoint(told)
    local.portal.define_object_type(ObjectType("services", "service", "0-162", 1))
    assert ask(local, "GET", path).body["enablementByObjectTypeId"]["0-162"] is True
    assert "services" in object_types(connection=hubframe.connect(local))["name"].tolist()


def test_the_library_knows_every_published_type_that_a_portal_may_lack(local):
    told = ask(local, "GET", LIBRARY).body["enablementByObjectTypeId"]
    assert {type_id(name) for name in (*STANDARD, *READ_ONLY)} - set(told) == {"0-1", "0-2", "0-3", "0-5"}


@pytest.mark.parametrize(
    ("scopes", "status"),
    [({"crm.objects.deals.write"}, 200), ({"tickets"}, 200), ({"crm.objects.custom.read"}, 200),
     ({"crm.schemas.deals.read", "crm.objects.owners.read"}, 403)],
)  # fmt: skip
def test_the_library_is_open_to_whoever_has_a_right_to_some_type_s_records(local, scopes, status):
    local.scopes = scopes
    assert ask(local, "GET", LIBRARY).status == status
    assert ask(local, "POST", LIBRARY, {}).status == 405
