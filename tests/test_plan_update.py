"""A plan shows every cell that would change and writes nothing; sending it writes what was shown and nothing else."""

import asyncio

import pandas as pd
import pytest

import hubframe


def contacts(local, count, **properties):
    return [local.portal.add("contacts", {"firstname": f"juniper {n}", **properties}) for n in range(count)]


def requests(local, kind):
    return [request for request in local.requests if request.path.endswith(kind)]


def written(local):
    return [write for request in local.requests for write in request.written]


@pytest.fixture
def df(local):
    """Six rows: three differ, one does not, one has an option that is none, one an id nobody knows."""
    ids = contacts(local, 5, city="Oslo", preferred_channel="email")
    return pd.DataFrame(
        {
            "Record ID": [*ids, "999"],
            "First Name": ["Juniper", "Hazel", "juniper 2", "juniper 3", "Sage", "Rowan"],
            "City": ["Oslo", "Oslo", "Oslo", "Bergen", "Oslo", "Oslo"],
            "Preferred channel": ["E-mail", "Telephone", "E-mail", "E-mail", "fax", "E-mail"],
        },
        index=list("abcdef"),
    )


def test_a_plan_counts_rows_and_cells_and_writes_nothing(local, connection, df):
    plan = df.hubspot.plan_update("contacts", progress=False)
    assert plan.counts == {"planned": 3, "unchanged": 1, "invalid": 1, "failed": 1}
    columns = plan.columns.set_index("property")
    assert columns["column"].tolist() == ["First Name", "City", "Preferred channel"]
    assert columns["cells"].tolist() == [6, 6, 6]
    assert columns["differ"].to_dict() == {"firstname": 2, "city": 1, "preferred_channel": 1}
    assert columns["emptied"].tolist() == [0, 0, 0]
    assert "labels read as options" in columns["conversions"]["preferred_channel"]
    assert list(plan.problems.iloc[0][["row", "property", "code"]]) == ["e", "preferred_channel", "INVALID_OPTION"]
    assert (plan.requests, plan.daily_share) == (2, 2 / 250_000)
    assert plan.next_line == "plan.send()"
    assert not requests(local, "batch/update")
    assert len(requests(local, "batch/read")) == 1


def test_changes_show_each_cell_before_and_after(connection, df):
    changes = df.hubspot.plan_update("contacts", progress=False).changes()
    assert changes.drop(columns="id").to_numpy().tolist() == [
        ["a", "First Name", "firstname", "juniper 0", "Juniper"],
        ["b", "First Name", "firstname", "juniper 1", "Hazel"],
        ["b", "Preferred channel", "preferred_channel", "email", "phone"],
        ["d", "City", "city", "Oslo", "Bergen"],
    ]
    assert changes["id"].tolist() == [df["Record ID"][row] for row in "abbd"]


def test_sending_writes_what_was_shown_and_returns_every_row(local, connection, df):
    plan = df.hubspot.plan_update("contacts", progress=False)
    shown = {(line.id, line.property): line.after for line in plan.changes().itertuples()}
    result = plan.send(progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "unchanged", "updated", "invalid", "failed"]
    assert {(record, name): text for _, record, texts in written(local) for name, text in texts.items()} == shown
    pd.testing.assert_frame_equal(result[df.columns], df)
    assert hubframe.last_result() is result
    assert plan.send(progress=False)["hubspot_status"].tolist()[:4] == ["unchanged"] * 4  # sent twice, done once


def test_a_cell_that_changed_since_it_was_shown_is_left_alone(local, connection, df):
    plan = df.hubspot.plan_update("contacts", progress=False)
    ids = df["Record ID"].tolist()
    local.portal.set("contacts", ids[0], {"firstname": "somebody else's"})  # the only cell of its row
    local.portal.set("contacts", ids[1], {"preferred_channel": "sms"})  # one of two
    local.portal.set("contacts", ids[3], {"jobtitle": "not among those shown"})
    result = plan.send(progress=False)
    assert result["hubspot_status"].tolist()[:4] == ["skipped", "updated", "unchanged", "updated"]
    assert result["hubspot_error_code"].fillna("").tolist()[:4] == ["CHANGED_SINCE", "CHANGED_SINCE", "", ""]
    assert local.portal.record("contacts", ids[0])["firstname"] == "somebody else's"
    assert local.portal.record("contacts", ids[1])["firstname"] == "Hazel"
    assert local.portal.record("contacts", ids[1])["preferred_channel"] == "sms"
    assert local.portal.record("contacts", ids[3])["city"] == "Bergen"


def test_a_moment_that_moved_within_its_minute_has_changed(local, connection):
    contact = local.portal.add("contacts", {"last_visit_at": "2026-01-31T09:30:00Z"})
    df = pd.DataFrame({"Record ID": [contact], "Last visit": ["2026-02-01 10:00"]})
    plan = df.hubspot.plan_update("contacts", progress=False)
    local.portal.set("contacts", contact, {"last_visit_at": "2026-01-31T09:30:45Z"})
    assert plan.send(progress=False)["hubspot_status"].tolist() == ["skipped"]
    assert local.portal.record("contacts", contact)["last_visit_at"] == "2026-01-31T09:30:45Z"


def test_a_baselines_moment_without_seconds_stands_for_its_minute(local, connection):
    contact = local.portal.add("contacts", {"last_visit_at": "2026-01-31T09:30:45Z"})
    before = pd.DataFrame({"Record ID": [contact], "Last visit": pd.to_datetime(["2026-01-31 09:30"])})
    after = before.assign(**{"Last visit": pd.to_datetime(["2026-02-01 10:00"])})
    result = after.hubspot.batch_update("contacts", baseline=before, progress=False)
    assert result["hubspot_status"].tolist() == ["updated"]


def test_a_moment_that_moved_within_its_minute_since_it_was_read_is_left_alone(local, connection):
    contact = local.portal.add("contacts", {"last_visit_at": "2026-01-31T09:30:00Z"})
    frame = hubframe.read("contacts", properties=["last_visit_at"], progress=False)
    was = frame.copy()
    frame["last_visit_at"] = pd.Timestamp("2027-01-01", tz="UTC")
    local.portal.set("contacts", contact, {"last_visit_at": "2026-01-31T09:30:45.500Z"})
    result = frame.hubspot.batch_update("contacts", baseline=was, progress=False)
    assert result["hubspot_error_code"].tolist() == ["CHANGED_SINCE"]
    assert local.portal.record("contacts", contact)["last_visit_at"] == "2026-01-31T09:30:45.500Z"


def test_the_frame_may_change_after_the_plan_and_the_plan_does_not(local, connection, df):
    plan = df.hubspot.plan_update("contacts", progress=False)
    df.loc[:, "First Name"] = "edited after the plan"
    del df["City"]
    result = plan.send(progress=False)
    assert len(result) == 6
    assert {texts.get("firstname") for _, _, texts in written(local)} == {"Juniper", "Hazel", None}
    assert "City" in result


def test_a_dry_run_returns_the_frame_with_planned_rows(local, connection, df):
    result = df.hubspot.batch_update("contacts", dry_run=True, progress=False)
    assert result["hubspot_status"].tolist() == ["planned", "planned", "unchanged", "planned", "invalid", "failed"]
    assert result["hubspot_attempts"].tolist() == [0] * 6
    assert not requests(local, "batch/update")


@pytest.mark.parametrize("repeat", [False, True])
def test_unseen_a_plan_reads_nothing_and_sends_every_cell(local, connection, df, repeat):
    good = df[:4] if not repeat else pd.concat([df[:4], df[:1]])
    plan = good.hubspot.plan_update("contacts", write="all", progress=False)
    assert plan.counts == {"planned": len(good)}
    assert plan.columns["differ"].isna().all()
    assert len(plan.changes()) == 0
    assert not requests(local, "batch/read")
    assert plan.requests == 1
    assert plan.send(progress=False)["hubspot_status"].tolist() == ["updated"] * len(good)
    assert len(written(local)) == 4


def test_unseen_a_cell_that_cannot_be_right_is_invalid_at_once(connection, df):
    result = df.hubspot.batch_update("contacts", write="all", dry_run=True, progress=False)
    assert result["hubspot_status"]["e"] == "invalid"


def test_values_that_would_be_emptied_are_counted(local, connection):
    ids = contacts(local, 3, city="Oslo")
    local.portal.set("contacts", ids[2], {"city": ""})
    df = pd.DataFrame({"Record ID": ids, "city": ["", None, None], "firstname": ["a", "b", ""]})
    plan = df.hubspot.plan_update("contacts", clear_blanks=["city"], progress=False)
    columns = plan.columns.set_index("property")
    assert columns["emptied"].to_dict() == {"city": 2, "firstname": 0}
    assert columns["differ"].to_dict() == {"city": 2, "firstname": 2}


def test_with_a_baseline_only_edited_cells_go_and_only_where_hubspot_still_holds_its_value(local, connection):
    ids = contacts(local, 4, city="Oslo")
    exported = pd.DataFrame({"Record ID": ids, "First Name": [f"juniper {n}" for n in range(4)], "City": "Oslo"})
    edited = exported.copy()
    edited.loc[[0, 1], "City"] = "Bergen"
    edited.loc[0, "First Name"] = "Juniper"
    local.portal.set("contacts", ids[0], {"city": "Tromsø"})  # Tuesday's work
    local.portal.set("contacts", ids[1], {"city": "Tromsø"})
    local.portal.set("contacts", ids[2], {"firstname": "Tuesday's"})  # not edited here: nobody's business
    result = edited.hubspot.batch_update("contacts", baseline=exported, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "skipped", "unchanged", "unchanged"]
    assert local.portal.record("contacts", ids[0])["firstname"] == "Juniper"
    assert {local.portal.record("contacts", record)["city"] for record in ids[:2]} == {"Tromsø"}
    assert local.portal.record("contacts", ids[2])["firstname"] == "Tuesday's"
    assert result.hubspot.summary().counts == {"updated": 1, "unchanged": 2, "skipped": 1}


def test_a_stage_moves_forward_only_and_going_back_is_found_before_it_is_sent(local, connection):
    ids = contacts(local, 2, lifecyclestage="customer")
    df = pd.DataFrame({"Record ID": ids, "Lifecycle Stage": ["Lead", "Evangelist"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["invalid", "updated"]
    assert result["hubspot_error_code"][0] == "LIFECYCLE_STAGE_BACKWARDS"


def test_an_option_deleted_since_is_no_problem_where_hubspot_still_holds_it(local, connection):
    ids = contacts(local, 2, preferred_channel="sms")
    definition = dict(local.portal.object_type("contacts").definitions["preferred_channel"])
    definition["options"] = [option for option in definition["options"] if option["value"] != "sms"]
    local.portal.define("contacts", definition)
    df = pd.DataFrame({"Record ID": ids, "preferred_channel": ["sms", "sms"], "city": ["Oslo", "Oslo"]})
    local.portal.set("contacts", ids[1], {"preferred_channel": "email"})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "invalid"]


def test_awaited_a_plan_gives_the_same(local, df):
    async def whole():
        connection = hubframe.connect(local)
        plan = await df.hubspot.plan_update_async("contacts", progress=False, connection=connection)
        return plan.counts, await plan.send_async(progress=False)

    counts, result = asyncio.run(whole())
    assert counts == {"planned": 3, "unchanged": 1, "invalid": 1, "failed": 1}
    assert result["hubspot_status"].tolist() == ["updated", "updated", "unchanged", "updated", "invalid", "failed"]


def test_an_empty_frame_makes_an_empty_plan(local, connection):
    before = len(local.requests)
    plan = pd.DataFrame({"Record ID": [], "firstname": []}).hubspot.plan_update("contacts", progress=False)
    assert (plan.rows, plan.counts, plan.requests, plan.next_line) == (0, {}, 0, None)
    assert len(plan.send(progress=False)) == 0
    assert len(local.requests) == before


def test_a_plan_that_cannot_be_whole_is_an_error(local, connection, df):
    connection = hubframe.connect(local)
    local.token_expired = True
    with pytest.raises(hubframe.AuthenticationError):
        df.hubspot.plan_update("contacts", progress=False, connection=connection)


def test_without_a_read_scope_the_error_points_to_write_all(local, connection, df):
    local.scopes = {name for name in local.scopes if name != "crm.objects.contacts.read"}
    with pytest.raises(hubframe.MissingScope, match='write="all"'):
        df.hubspot.plan_update("contacts", progress=False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"timezone": "Mars/Base"}, "timezone='Mars/Base' is no time zone"),
        ({"baseline": [1, 2]}, "baseline is a list"),
        ({"baseline": pd.DataFrame(), "write": "all"}, "baseline= needs what HubSpot holds now"),
    ],
)
def test_arguments_that_cannot_be_right_are_an_error_before_anything_is_asked(local, connection, df, arguments, says):
    before = len(local.requests)
    with pytest.raises(hubframe.PlanError, match=says):
        df.hubspot.plan_update("contacts", progress=False, **arguments)
    assert len(local.requests) == before
