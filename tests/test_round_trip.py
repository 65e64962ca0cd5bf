"""What HubSpot exported goes straight back: untouched it writes nothing, edited it writes the edited cells alone."""

import random
from collections import Counter

import pandas as pd
import pytest

import hubframe

# A cell's new value by column, as a person would type it.
EDITS = {
    "contacts": {
        "First Name": "Juniper",
        "City": "Bergen",
        "Lifecycle Stage": "Evangelist",
        "Preferred channel": "text message ",
        "Seats": 999,
        "Contact owner": "Oleander Marsh",
        "Interests": "Research reports; Events near you",
        "Renewal Date": "2031-05-05",
        "Last visit": "2026-11-01 10:30",
        "Annual spend (EUR)": "12.50",
        "sales_region": "West",
    },
    "companies": {"Name": "Rowan Works", "City": "Bergen", "Phone Number": "+1 555 0100"},
    "deals": {"Deal Name": "Order", "Deal Stage": "Contract Sent (Sales Pipeline)", "Deal Type": "Existing Business"},
    "tickets": {"Ticket name": "Edited"},
    "contracts": {"Contract name": "Lease", "Notice period (days)": 45},
}


@pytest.fixture(scope="module")
def demo():
    with hubframe.LocalHubSpot.demo(contacts=600, requests_per_interval=1_000_000) as local:
        local.portal.add_owner("77", email="oleander@example.com", first_name="Oleander", last_name="Marsh")
        yield local


@pytest.fixture
def connection(demo):
    return hubframe.connect(demo)


def export(demo, object_type, **arguments):
    frame = demo.export(object_type, **arguments)
    return frame.rename(columns={"Region": "region", "Region.1": "sales_region"})


def written(demo, first):
    return {
        (record, name): text
        for request in demo.requests[first:]
        for _, record, texts in request.written
        for name, text in texts.items()
    }


@pytest.mark.parametrize("object_type", EDITS)
@pytest.mark.parametrize("form", ["as read", "csv", "nullable", "arrow", "categories"])
def test_an_untouched_export_writes_nothing_and_nothing_in_it_is_refused(demo, connection, object_type, form, tmp_path):
    frame = export(demo, object_type)
    if form == "csv":
        frame.to_csv(tmp_path / "export.csv", index=False)
        frame = pd.read_csv(tmp_path / "export.csv")
    elif form == "nullable":
        frame = frame.convert_dtypes()
    elif form == "arrow":
        frame = frame.convert_dtypes(dtype_backend="pyarrow")
    elif form == "categories":
        frame = frame.astype(dict.fromkeys(frame.columns[1:], "category"))
    first = len(demo.requests)
    result = frame.hubspot.batch_update(object_type, progress=False)
    assert Counter(result["hubspot_status"]) == {"unchanged": len(frame)}
    assert not [request for request in demo.requests[first:] if request.path.endswith("/update")]


def test_moments_of_an_export_are_read_in_the_zone_that_is_named(demo, connection):
    frame = export(demo, "contacts", timezone="America/New_York")
    result = frame.hubspot.batch_update("contacts", timezone="America/New_York", progress=False)
    assert set(result["hubspot_status"]) == {"unchanged"}
    wrong = frame.hubspot.plan_update("contacts", progress=False)
    assert wrong.columns.set_index("property")["differ"]["last_visit_at"] > 0


@pytest.mark.parametrize("object_type", EDITS)
def test_edited_cells_are_written_and_no_others(demo, connection, object_type):
    frame = export(demo, object_type)
    plain = {column: frame[column].tolist() for column in frame}
    chance = random.Random(object_type)
    edits = {column: value for column, value in EDITS[object_type].items() if column in frame}
    assert edits
    edited = set()
    for row, column in chance.sample([(row, column) for row in range(len(frame)) for column in edits], 20):
        if plain[column][row] != edits[column]:
            plain[column][row] = edits[column]
            edited.add((row, column))
    first = len(demo.requests)
    plan = pd.DataFrame(plain).hubspot.plan_update(object_type, progress=False)
    shown = plan.changes()
    assert set(zip(shown["row"], shown["column"], strict=True)) == edited
    result = plan.send(progress=False)
    assert set(result["hubspot_status"]) == {"updated", "unchanged"}
    assert written(demo, first) == {(line.id, line.property): line.after for line in shown.itertuples()}
    again = export(demo, object_type)
    assert set(again.hubspot.batch_update(object_type, progress=False)["hubspot_status"]) == {"unchanged"}
    assert int((again.astype("string").fillna("") != frame.astype("string").fillna("")).sum().sum()) >= len(edited)


def test_every_problem_of_a_row_is_told_and_one_bad_cell_holds_back_its_row(demo, connection):
    record = demo.portal.ids("contacts")[0]
    before = demo.portal.record("contacts", record)
    df = pd.DataFrame(
        {
            "Record ID": [record],
            "Seats": ["many"],
            "Preferred channel": ["fax"],
            "Renewal Date": ["31.12.2026"],
            "City": "X",
        }
    )
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["invalid"]
    problems = result.hubspot.problems
    assert problems[["property", "code", "value"]].to_numpy().tolist() == [
        ["seats", "INVALID_INTEGER", "many"],
        ["preferred_channel", "INVALID_OPTION", "fax"],
        ["renewal_date", "INVALID_DATE", "31.12.2026"],
    ]
    assert problems["hint"].notna().all()
    assert demo.portal.record("contacts", record) == before


@pytest.mark.parametrize("readable", [True, False])
def test_an_admins_rule_is_checked_where_it_can_be_read_and_explained_where_not(readable, monkeypatch):
    with hubframe.LocalHubSpot() as local:
        local.portal.validate("contacts", "seats", "MAX_NUMBER", "100")
        ids = [local.portal.add("contacts", {"seats": "1"}) for _ in range(2)]
        if not readable:
            local.faults.plan("html_404", path="/property-validations/", times=9)
        hubframe.connect(local)
        df = pd.DataFrame({"Record ID": ids, "Seats": [100, 101]})
        result = df.hubspot.batch_update("contacts", progress=False)
        assert result["hubspot_status"].tolist() == ["updated", "invalid" if readable else "failed"]
        assert result["hubspot_error_property"].tolist()[1] == "seats"
        assert "100" in result["hubspot_error"].iloc[1]


def test_the_accounts_own_zone_is_named_where_moments_are_read_in_another(demo, connection, monkeypatch):
    record = demo.portal.ids("contacts")[0]
    df = pd.DataFrame({"Record ID": [record], "Last visit": ["2026-11-01 10:30"]})
    assert df.hubspot.plan_update("contacts", progress=False).notes == ()
    plan = df.hubspot.plan_update("contacts", timezone="America/New_York", progress=False)
    assert [note for note in plan.notes if "timezone='UTC'" in note]
