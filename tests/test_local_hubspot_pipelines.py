"""LocalHubSpot's pipelines: bare stage labels there, stages kept in their pipelines, tickets and their one scope."""

from __future__ import annotations

import pytest

from hubframe.local_hubspot import LocalHubSpot, Portal
from hubframe.local_hubspot.access import all_scopes
from hubframe.local_hubspot.settings import Settings
from tests.test_local_hubspot_batch_update import by_trace_id, problems, rows, send
from tests.test_local_hubspot_http import ask, one_row

SUPPORT, ONBOARDING = "0", "91205477"


@pytest.fixture
def local():
    with LocalHubSpot(requests_per_interval=10_000) as made:
        yield made


@pytest.fixture
def portal():
    return Portal()


@pytest.fixture
def settings():
    return Settings(token="pat-local-test", scopes={"tickets"})


def pipelines(local, name, version="pipelines/2026-03"):
    answer = ask(local, "GET", f"/crm/{version}/{name}")
    assert answer.status == 200
    return answer.body["results"]


@pytest.mark.parametrize("version", ["pipelines/2026-03", "pipelines/2026-09", "v3/pipelines"])
@pytest.mark.parametrize("name", ["deals", "DEAL", "0-3"])
def test_stages_have_their_bare_labels_here(local, version, name):
    sales, renewals = pipelines(local, name, version)
    assert (sales["id"], sales["label"], sales["displayOrder"]) == ("default", "Sales Pipeline", 0)
    assert (renewals["id"], renewals["label"], renewals["displayOrder"]) == ("77120345", "Renewals", 1)
    won = sales["stages"][3]
    assert (won["id"], won["label"], won["displayOrder"], won["archived"]) == ("closedwon", "Closed Won", 3, False)
    assert won["metadata"] == {"isClosed": "true", "probability": "1.0"}


def test_the_definition_of_a_deals_stage_names_the_pipeline_too_and_knows_the_same_stages(local):
    definition = ask(local, "GET", "/crm/properties/2026-03/deals/dealstage").body
    labels = {option["value"]: option["label"] for option in definition["options"]}
    assert labels["closedwon"] == "Closed Won (Sales Pipeline)"
    assert labels == {
        stage["id"]: f"{stage['label']} ({pipeline['label']})"
        for pipeline in pipelines(local, "deals")
        for stage in pipeline["stages"]
    }


@pytest.mark.parametrize(("name", "label"), [("deals", "Closed Lost"), ("tickets", "Closed")])
def test_a_bare_label_may_belong_to_two_pipelines(local, name, label):
    found = [
        stage["id"] for pipeline in pipelines(local, name) for stage in pipeline["stages"] if stage["label"] == label
    ]
    assert len(found) == 2


def test_a_type_without_pipelines_has_none_and_an_unknown_one_is_refused(local):
    assert pipelines(local, "contacts") == []
    unknown = ask(local, "GET", "/crm/pipelines/2026-03/widgets")
    assert (unknown.status, unknown.body["message"]) == (400, "Unable to infer object type from: widgets")
    assert ask(local, "GET", "/crm/pipelines/2026-03/deals/default").status == 404
    assert ask(local, "POST", "/crm/pipelines/2026-03/deals", {}).status == 405


@pytest.mark.parametrize(
    ("scopes", "name", "status"),
    [
        ({"crm.objects.deals.read"}, "deals", 200),
        ({"crm.schemas.deals.read"}, "deals", 200),
        ({"crm.objects.contacts.read"}, "deals", 403),
        ({"tickets"}, "tickets", 200),
        ({"crm.objects.deals.read"}, "tickets", 403),
    ],
)
def test_any_right_to_the_type_shows_its_pipelines(local, scopes, name, status):
    local.scopes = scopes
    assert ask(local, "GET", f"/crm/pipelines/2026-03/{name}").status == status


# Tickets ----------------------------------------------------------------------------------------------------


def test_one_scope_reads_and_writes_tickets(local):
    ticket = local.portal.add("tickets", {"subject": "Wilted delivery"})
    local.scopes = {"tickets"}
    path = "/crm/objects/2026-03/0-5"
    assert ask(local, "POST", f"{path}/batch/update", one_row(ticket, subject="Wrong seeds")).status == 200
    assert ask(local, "GET", f"{path}/{ticket}?properties=subject").body["properties"]["subject"] == "Wrong seeds"
    assert ask(local, "GET", "/crm/properties/2026-03/tickets").status == 200
    local.scopes = all_scopes(local.portal.object_types()) - {"tickets"}
    refused = ask(local, "POST", f"{path}/batch/update", one_row(ticket, subject="Again"))
    assert refused.body["errors"][0]["context"] == {"requiredGranularScopes": ["tickets"]}


def test_sensitive_data_of_tickets_has_scopes_of_its_own(local):
    path = "/crm/properties/2026-03/tickets?dataSensitivity=sensitive"
    assert ask(local, "GET", path).status == 200
    local.scopes = {"tickets"}
    assert ask(local, "GET", path).body["errors"][0]["context"] == {"requiredGranularScopes": ["tickets.sensitive.v2"]}


@pytest.mark.parametrize("name", ["hs_pipeline", "hs_pipeline_stage"])
def test_the_definitions_of_tickets_keep_pipelines_and_stages_to_themselves(local, name):
    definition = ask(local, "GET", f"/crm/properties/2026-03/tickets/{name}").body
    assert (definition["type"], definition["externalOptions"], definition["options"]) == ("enumeration", True, [])


# What a ticket holds, what is sent, what is refused of it.
WRITES = [
    ({}, {"hs_pipeline_stage": "2"}, None),
    ({}, {"hs_pipeline_stage": "190255102"}, "hs_pipeline_stage"),
    ({"hs_pipeline": SUPPORT}, {"hs_pipeline_stage": "5"}, "hs_pipeline_stage"),
    ({"hs_pipeline": SUPPORT}, {"hs_pipeline_stage": "Closed"}, "hs_pipeline_stage"),
    ({"hs_pipeline": ONBOARDING}, {"hs_pipeline_stage": "190255103"}, None),
    ({"hs_pipeline": ONBOARDING}, {"hs_pipeline_stage": "4"}, "hs_pipeline_stage"),
    ({"hs_pipeline": ONBOARDING}, {"hs_pipeline": SUPPORT, "hs_pipeline_stage": "4"}, None),
    ({"hs_pipeline": SUPPORT, "hs_pipeline_stage": "4"}, {"hs_pipeline": ONBOARDING}, "hs_pipeline_stage"),
    ({"hs_pipeline": SUPPORT, "hs_pipeline_stage": "4"}, {"hs_pipeline_stage": ""}, None),
    ({"hs_pipeline": SUPPORT, "hs_pipeline_stage": "4"}, {"hs_pipeline": "7"}, "hs_pipeline"),
    ({"hs_pipeline": SUPPORT, "hs_pipeline_stage": "4"}, {"hs_pipeline": "Onboarding"}, "hs_pipeline"),
]


@pytest.mark.parametrize("validation", ["per_row", "whole_batch"])
@pytest.mark.parametrize(("held", "sent", "named"), WRITES)
def test_a_ticket_stands_in_a_stage_of_its_pipeline(portal, settings, validation, held, sent, named):
    settings.validation = validation
    ticket = portal.add("tickets", held)
    answer = send(portal, settings, rows((ticket, sent)), "tickets")
    stored = {name: text for name, text in portal.record("tickets", ticket).items() if name in {**held, **sent}}
    if named is None:
        assert (answer.status, stored) == (200, {**held, **sent})
        return
    message = answer.body["message"] if validation == "whole_batch" else by_trace_id(answer)["0"]["message"]
    assert [(problem["name"], problem["error"]) for problem in problems(message)] == [(named, "INVALID_OPTION")]
    assert stored == held


def test_a_refused_batch_has_an_item_for_each_ticket(portal, settings):
    tickets = [portal.add("tickets", {"hs_pipeline": SUPPORT}) for _ in range(3)]
    batch = rows(*((ticket, {"hs_pipeline_stage": "190255101"}) for ticket in tickets), traced=False)
    answer = send(portal, settings, batch, "tickets")
    assert answer.status == 400
    assert [problem["message"] for problem in problems(answer.body["message"])] == [
        "190255101 was not one of the allowed options: [1, 2, 3, 4]"
    ] * 3


def test_tickets_are_prepared_under_the_same_rule(portal):
    with pytest.raises(ValueError, match="not one of the allowed options"):
        portal.add("tickets", {"hs_pipeline": ONBOARDING, "hs_pipeline_stage": "1"})
    ticket = portal.add("tickets", {"hs_pipeline": ONBOARDING, "hs_pipeline_stage": "190255101"})
    with pytest.raises(ValueError, match="not one of the allowed options"):
        portal.set("tickets", ticket, {"hs_pipeline": SUPPORT})
    portal.rules.clear()
    with pytest.raises(ValueError, match="not one of the allowed options"):
        portal.set("tickets", ticket, {"hs_pipeline_stage": "1"})


def test_the_demos_tickets_stand_in_both_pipelines():
    with LocalHubSpot.demo(contacts=5) as demo:
        held = [demo.portal.record("tickets", ticket) for ticket in demo.portal.ids("tickets")]
    assert len(held) == 30
    assert {ticket["hs_pipeline"] for ticket in held} == {SUPPORT, ONBOARDING}
