"""LocalHubSpot's exports: labels for headers and values, names for owners, the dtypes pandas guesses."""

from __future__ import annotations

import pandas as pd
import pytest

from hubframe.local_hubspot import LocalHubSpot


@pytest.fixture
def local():
    with LocalHubSpot() as made:
        made.portal.add_owner("7", email="sorrel@example.com", first_name="Sorrel", last_name="Quince")
        made.portal.add_owner("14", email="hazel@example.com", first_name="Hazel", last_name="Yew")
        yield made


# Type, property, what a record holds, what the export shows.
CELLS = [
    ("contacts", "firstname", "Juniper", "Juniper"),
    ("contacts", "phone", "+1 503 555 0100", "+1 503 555 0100"),
    ("contacts", "lifecyclestage", "marketingqualifiedlead", "Marketing Qualified Lead"),
    ("contacts", "hubspot_owner_id", "7", "Sorrel Quince"),
    ("contacts", "hubspot_owner_id", "14", "Hazel Yew (Deactivated User)"),
    ("contacts", "newsletter", "true", "Yes"),
    ("contacts", "gdpr_reviewed", "false", "No"),
    ("contacts", "interests", "pricing;events", "Pricing & plans;Events near you"),
    ("contacts", "birthday", "1990-02-28", "1990-02-28"),
    ("contacts", "last_visit_at", "2026-01-31T23:30:59.123Z", "2026-01-31 23:30"),
    ("contacts", "annual_spend", "12.50", 12.5),
    ("contacts", "seats", "5", 5),
    ("contacts", "zip", "01234", 1234),
    ("contacts", "message", 'two\nlines, "quoted"', 'two\nlines, "quoted"'),
    ("deals", "pipeline", "77120345", "Renewals"),
    ("deals", "dealstage", "closedwon", "Closed Won (Sales Pipeline)"),
    ("deals", "dealstage", "183004413", "Closed Lost (Renewals)"),
    ("tickets", "hs_pipeline", "0", "Support Pipeline"),
    ("tickets", "hs_pipeline_stage", "4", "Closed (Support Pipeline)"),
]


@pytest.mark.parametrize(("object_type", "name", "held", "shown"), CELLS)
def test_values_are_shown_as_a_reader_sees_them(local, object_type, name, held, shown):
    record_id = local.portal.add(object_type, {name: held})
    local.portal.archive_owner("14")
    frame = local.export(object_type, properties=[name])
    label = local.portal.object_type(object_type).definitions[name]["label"]
    assert list(frame.columns) == ["Record ID", label, "Associated Company", "Associated Company IDs"]
    assert frame["Record ID"].tolist() == [record_id]
    assert frame[label].tolist() == [shown]


def test_a_value_whose_option_was_deleted_is_shown_as_it_is(local):
    record_id = local.portal.add("contacts", {"preferred_channel": "sms"})
    options = [{"label": "E-mail", "value": "email"}]
    definition = local.portal.object_type("contacts").definitions["preferred_channel"]
    local.portal.define("contacts", {**definition, "options": options})
    frame = local.export("contacts", properties=["preferred_channel"])
    assert frame.set_index("Record ID").loc[record_id, "Preferred channel"] == "sms"


@pytest.mark.parametrize(
    ("timezone", "shown"),
    [("UTC", "2026-07-01 23:30"), ("Europe/Berlin", "2026-07-02 01:30"), ("America/New_York", "2026-07-01 19:30")],
)
def test_times_are_written_in_the_accounts_zone_and_dates_are_not_moved(local, timezone, shown):
    local.portal.add("contacts", {"last_visit_at": "2026-07-01T23:30:00Z", "birthday": "1990-07-01"})
    frame = local.export("contacts", properties=["last_visit_at", "birthday"], timezone=timezone)
    assert frame.loc[0, ["Last visit", "Date of birth (verified)"]].tolist() == [shown, "1990-07-01"]


def test_blanks_cost_integers_their_dtype_and_ids_keep_theirs(local):
    for seats in ("5", ""):
        local.portal.add("contacts", {"seats": seats, "firstname": "Sage"})
    frame = local.export("contacts", properties=["seats", "firstname"])
    assert frame["Seats"].dtype == "float64"
    assert frame["Seats"].isna().tolist() == [False, True]
    assert frame["Record ID"].map(type).eq(str).all()


def test_a_label_that_two_properties_share_heads_the_second_column_with_a_number(local):
    local.portal.add("contacts", {"region": "Alps", "sales_region": "reg_n"})
    frame = local.export("contacts", properties=["region", "sales_region"])
    assert frame.loc[0, ["Region", "Region.1"]].tolist() == ["Alps", "North"]


def test_every_property_that_is_not_hidden_is_exported_unless_asked_otherwise(local):
    local.portal.add("contacts", {})
    definitions = local.portal.object_type("contacts").definitions
    frame = local.export("contacts")
    shown = [made["label"] for made in definitions.values() if not made["hidden"]]
    assert len(frame.columns) == len(shown) + 2
    assert frame.columns[0] == "Record ID"
    assert set(shown) <= set(frame.columns)
    assert "Record creation source" not in frame.columns
    assert frame[["Associated Company", "Associated Company IDs"]].isna().all(axis=None)


def test_records_that_are_gone_are_not_exported(local):
    kept, archived = local.portal.add("contacts", {}), local.portal.add("contacts", {})
    local.portal.archive("contacts", archived)
    assert local.export("contacts", properties=[])["Record ID"].tolist() == [kept]


def test_an_account_without_records_exports_its_headers(local):
    assert local.export("tickets").shape == (0, len(local.export("tickets").columns))
    assert "Ticket status" in local.export("tickets").columns


def test_a_property_that_does_not_exist_is_refused(local):
    with pytest.raises(ValueError, match='"nope" does not exist'):
        local.export("contacts", properties=["nope"])


def test_the_record_id_stands_first_and_once(local):
    local.portal.add("contacts", {"city": "Austin"})
    frame = local.export("contacts", properties=["city", "hs_object_id"])
    assert list(frame.columns)[:2] == ["Record ID", "City"]
    assert "Record ID.1" not in frame.columns


@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals", "contracts", "tickets"])
def test_the_demo_exports_every_record(object_type):
    with LocalHubSpot.demo(contacts=300) as demo:
        frame = demo.export(object_type)
        assert frame["Record ID"].tolist() == demo.portal.ids(object_type)
        owners = frame.filter(like="owner").iloc[:, 0]
        assert owners.notna().all()
        assert not owners.astype(str).str.contains(r"\d").any()
        pd.testing.assert_frame_equal(frame, demo.export(object_type))
