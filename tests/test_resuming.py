"""A run that was cut off is gone on with: what is settled stays, what was in flight is looked at, the rest is sent."""

import asyncio
import pathlib

import pandas as pd
import pytest

import hubframe
from hubframe import journal
from hubframe.delivery.run import Run
from hubframe.journal import SettledRow
from hubframe.options import UpdateOptions
from hubframe.results.outcomes import Problem
from hubframe.resuming import resume, resume_async
from hubframe.run_journal import begun_journal
from hubframe.update_run import made_plan

NAMES = ["Juniper", "Hazel", "Sage", "Rowan", "Linden", "Laurel"]


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path))


@pytest.fixture
def frame(local):
    ids = [local.portal.add("contacts", {"firstname": name.lower(), "city": "Oslo"}) for name in NAMES]
    return pd.DataFrame({"Record ID": ids, "First Name": NAMES, "City": "Oslo"}, index=[f"line {n}" for n in range(6)])


def cut_off(df, connection, *, sent=(), settled=(), kind="update", **arguments):
    """Record a run as it is when its process dies: rows sent (with what HubSpot held), rows settled."""
    options = UpdateOptions(object_type="contacts", **arguments)
    run = Run(connection, "contacts")

    async def begun():
        plan = await made_plan(df, options, run)
        return plan, await begun_journal(df, plan, options, run, kind=kind)

    plan, kept = asyncio.run(begun())
    with kept:
        for row, before, after in sent:
            record = plan.ids[row] if plan.id_property is None else None
            kept.sending([row], [record], [before], [after])
        kept.settled(settled)
    return run.id


def flying(row):
    return row, {"firstname": NAMES[row].lower()}, {"firstname": NAMES[row]}


def names(local, df):
    return [local.portal.record("contacts", record)["firstname"] for record in df["Record ID"]]


def written(local):
    """The ids of all update requests."""
    updates = [request for request in local.requests if request.path.endswith("/update")]
    return [given["id"] for request in updates for given in request.body["inputs"]]


def test_what_was_in_flight_is_looked_up_first_and_sent_only_where_needed(local, connection, frame):
    run = cut_off(frame, connection, sent=[flying(row) for row in (0, 1, 2)])
    local.portal.set("contacts", frame["Record ID"].iloc[0], {"firstname": "Juniper"})  # it had arrived
    local.portal.set("contacts", frame["Record ID"].iloc[2], {"firstname": "Salvia"})  # and somebody edited this one
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "skipped", "updated", "updated", "updated"]
    assert result["hubspot_error_code"].iloc[2] == "CHANGED_SINCE"
    assert result["hubspot_attempts"].tolist() == [1, 2, 1, 1, 1, 1]
    assert names(local, frame) == ["Juniper", "Hazel", "Salvia", "Rowan", "Linden", "Laurel"]
    assert sorted(written(local)) == sorted(frame["Record ID"].iloc[[1, 3, 4, 5]])


def test_of_a_row_in_flight_only_the_cells_that_went_are_judged(local, connection, frame):
    run = cut_off(frame, connection, sent=[flying(0), flying(1)])
    for row, name in ((0, "Juniper"), (1, "hazel")):
        local.portal.set("contacts", frame["Record ID"].iloc[row], {"firstname": name, "city": "Turku"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist()[:2] == ["updated", "updated"]
    assert [local.portal.record("contacts", record)["city"] for record in frame["Record ID"][:2]] == ["Turku"] * 2


def test_what_is_settled_stays_as_it_is_and_is_not_sent(local, connection, frame):
    cause = (Problem("VALIDATION_ERROR", "INVALID_OPTION", "no", property="firstname"),)
    records = frame["Record ID"].tolist()
    settled = [
        SettledRow(0, "updated", records[0], "2026-11-23T12:00:00Z", 1),
        SettledRow(1, "unchanged", records[1]),
        SettledRow(2, "failed", records[2], None, 3, cause),
        SettledRow(3, "skipped", records[3], None, 0, cause),
        SettledRow(4, "unsent", records[4], None, 1, cause),
    ]
    result = resume(cut_off(frame, connection, settled=settled), progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "unchanged", "failed", "skipped", "updated", "updated"]
    assert result["hubspot_attempts"].tolist() == [1, 0, 3, 0, 2, 1]
    assert result["hubspot_error_code"].tolist()[2:4] == ["INVALID_OPTION"] * 2
    assert result["hubspot_updated_at"].iloc[0] == pd.Timestamp("2026-11-23T12:00:00")
    assert result["hubspot_error"].isna().tolist() == [True, True, False, False, True, True]
    assert sorted(written(local)) == sorted(records[4:])


def test_rows_of_which_nobody_knew_are_looked_up_like_those_in_flight(local, connection, frame):
    settled = [SettledRow(row, "unconfirmed", None, None, 1) for row in (0, 1)]
    run = cut_off(frame, connection, sent=[flying(0), flying(1)])
    with journal.open_run(run) as kept:
        kept.settled(settled)
    local.portal.set("contacts", frame["Record ID"].iloc[0], {"firstname": "Juniperus"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist()[:2] == ["skipped", "updated"]
    assert result["hubspot_attempts"].tolist()[:2] == [1, 2]


def test_what_was_sent_unseen_is_read_first_too(local, connection, frame):
    run = cut_off(frame, connection, write="all", sent=[(0, None, {"firstname": "Juniper", "city": "Oslo"})])
    local.portal.set("contacts", frame["Record ID"].iloc[1], {"firstname": "Hazel"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist()[:3] == ["updated", "unchanged", "updated"]
    assert names(local, frame) == NAMES
    with journal.read_run(run) as kept:
        old = {found.record_id: found.before for found in journal.old_values([kept])}
    assert "firstname" not in old.get(frame["Record ID"].iloc[0], {})  # what the run may have written is no old value
    assert old[frame["Record ID"].iloc[3]] == {"firstname": "rowan"}


def test_a_blank_that_somebody_filled_while_the_run_was_cut_off_is_left(local, connection, frame):
    frame["Job Title"] = "Gardener"
    sent = [(row, {"jobtitle": ""}, {"jobtitle": "Gardener"}) for row in (0, 1)]
    run = cut_off(frame[["Record ID", "Job Title"]], connection, write="blank", sent=sent)
    for row in (0, 2):
        local.portal.set("contacts", frame["Record ID"].iloc[row], {"jobtitle": "Florist"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist()[:4] == ["skipped", "updated", "unchanged", "updated"]


def test_a_baseline_holds_for_what_was_never_sent(local, connection, frame):
    baseline = frame.assign(**{"First Name": [name.lower() for name in NAMES]})
    run = cut_off(frame, connection, baseline=baseline)
    local.portal.set("contacts", frame["Record ID"].iloc[3], {"firstname": "Sorbus"})
    result = resume(run, frame, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "updated", "skipped", "updated", "updated"]


def test_rows_that_say_the_same_share_what_becomes_of_one(local, connection, frame):
    twice = pd.concat([frame, frame.iloc[[0, 1]]], ignore_index=True)
    run = cut_off(twice, connection, settled=[SettledRow(0, "updated", frame["Record ID"].iloc[0], None, 2)])
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["updated"] * 8
    assert result["hubspot_attempts"].tolist() == [2, 1, 1, 1, 1, 1, 2, 1]
    assert written(local).count(frame["Record ID"].iloc[1]) == 1


def test_rows_named_by_a_unique_property(local, connection):
    ids = [local.portal.add("contacts", {"email": f"{n.lower()}@example.com", "city": "Oslo"}) for n in NAMES]
    df = pd.DataFrame({"Email": [f"{name}@example.com" for name in NAMES], "city": "Bergen"})
    run = cut_off(df, connection, id_property="email")
    with journal.open_run(run) as kept:
        kept.sending([0], [ids[0]], [{"city": "Oslo"}], [{"city": "Bergen"}])
    local.portal.set("contacts", ids[0], {"city": "Bergen", "email": "wacholder@example.com"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["updated"] * 6
    assert result["hubspot_id"].tolist() == ids
    assert result["Email"].tolist() == df["Email"].tolist()
    assert ids[0] not in written(local)


def test_a_record_that_was_written_under_another_address_is_not_written_again(local, connection):
    both = [local.portal.add("contacts", {"email": f"{name}@example.com"}) for name in ("juniper", "wacholder")]
    record = local.portal.merge("contacts", *both)
    df = pd.DataFrame({"email": ["juniper@example.com", "wacholder@example.com"], "city": ["Oslo", "Bergen"]})
    run = cut_off(df, connection, id_property="email", settled=[SettledRow(0, "updated", record, None, 1)])
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "invalid"]
    assert result["hubspot_error_code"].iloc[1] == "DUPLICATE_ID"
    assert written(local) == []


INDICES = [
    pd.Index([3, 1, 2, 5, 4, 0], name="line"),
    pd.date_range("2026-11-23", periods=6, tz="Europe/Oslo", name="day"),
    pd.MultiIndex.from_product([["north", "south"], [1, 2, 3]], names=["region", None]),
    pd.Index([("a", 1), ("b", 2), None, 2.5, "x", "x"], tupleize_cols=False),
]


@pytest.mark.parametrize("index", INDICES)
def test_without_the_frame_its_index_ids_and_texts_come_from_the_journal(local, connection, frame, index):
    df = frame.set_axis(index)
    result = resume(cut_off(df, connection), progress=False)
    assert result.index.tolist() == df.index.tolist()
    assert list(result.index.names) == list(df.index.names)
    assert list(result.columns)[:3] == ["Record ID", "First Name", "City"]
    assert result[["Record ID", "First Name", "City"]].to_numpy().tolist() == df.to_numpy().tolist()
    assert result["hubspot_status"].tolist() == ["updated"] * 6
    assert list(result.hubspot.failed.index) == []


def test_ids_in_the_index_stay_there(connection, frame):
    df = frame.set_index("Record ID")
    result = resume(cut_off(df, connection), progress=False)
    assert result.index.equals(df.index)
    assert list(result.columns)[:2] == ["First Name", "City"]


def test_the_outcomes_go_on_her_own_frame(connection, frame):
    frame["note"] = range(6)
    run = cut_off(frame, connection, columns=["First Name"])
    result = resume(run, frame, progress=False)
    pd.testing.assert_frame_equal(result[frame.columns], frame)
    assert result["hubspot_status"].tolist() == ["updated"] * 6
    assert result["hubspot_run"].unique().tolist() == [run]
    assert hubframe.last_result() is result


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda df: df.iloc[:5], "df has 5 rows, and the run .* had 6"),
        (lambda df: df.iloc[::-1], "in row 'line 0', the id was '.*' and is '.*'"),
        (lambda df: df.assign(City="Bergen"), "in row 'line 0', column 'City' was 'Oslo' and is 'Bergen'"),
        (lambda df: df.replace("Sage", None), "in row 'line 2', column 'First Name' was 'Sage' and is None"),
        (lambda df: df["City"], "df is a Series"),
    ],
)
def test_a_frame_that_is_not_the_runs_is_refused_and_nothing_sent(local, connection, frame, change, says):
    run = cut_off(frame, connection)
    with pytest.raises(hubframe.PlanError, match=says):
        resume(run, change(frame), progress=False)
    assert written(local) == []
    assert resume(run, frame, progress=False)["hubspot_status"].tolist() == ["updated"] * 6


def test_cells_that_are_to_be_emptied_are_blank_and_those_left_alone_are_missing(local, connection, frame):
    frame.loc["line 0", ["First Name", "City"]] = None
    run = cut_off(frame, connection, clear_blanks=["City"])
    result = resume(run, progress=False)
    assert result["City"].iloc[0] == ""
    assert pd.isna(result["First Name"].iloc[0])
    assert local.portal.record("contacts", frame["Record ID"].iloc[0]).get("city", "") == ""
    assert resume(run, frame, progress=False)["hubspot_status"].tolist() == ["updated"] * 6


def test_an_undo_that_was_cut_off_between_clearing_a_stage_and_setting_it_sets_it(local, connection):
    records = [local.portal.add("contacts", {"lifecyclestage": stage}) for stage in ("", "customer", "lead", "other")]
    df = pd.DataFrame({"hs_object_id": records, "lifecyclestage": "lead"})
    sent = [(row, {"lifecyclestage": "customer"}, {"lifecyclestage": ""}) for row in range(4)]
    baseline = df.assign(lifecyclestage="customer")  # what the run that is undone had written
    run = cut_off(df, connection, kind="undo", baseline=baseline, sent=sent)
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "updated", "skipped"]
    held = [local.portal.record("contacts", record).get("lifecyclestage") for record in records]
    assert held == ["lead", "lead", "lead", "other"]


def test_a_run_with_nothing_left_comes_back_and_nothing_is_asked(local, connection, frame):
    first = frame.hubspot.batch_update("contacts", progress=False)
    run = first["hubspot_run"].iloc[0]
    before = len(local.requests)
    result = resume(run, progress=False)
    pd.testing.assert_frame_equal(result.iloc[:, 3:], first.iloc[:, 3:])
    assert result["hubspot_status"].tolist() == ["updated"] * 6
    assert len(local.requests) == before
    run = cut_off(frame, connection, settled=[SettledRow(row, "unchanged") for row in range(6)])
    assert resume(run, progress=False)["hubspot_status"].tolist() == ["unchanged"] * 6
    with journal.read_run(run) as kept:
        assert kept.end.how == "complete"


def test_a_live_run_is_refused(local, connection, frame):
    run = cut_off(frame, connection)
    with journal.open_run(run), pytest.raises(journal.RunIsLive, match=run):
        resume(run, progress=False)
    assert written(local) == []


def test_of_two_resumes_at_once_none_sends_what_the_other_has(local, connection, frame):
    run = cut_off(frame, connection)

    async def both():
        return await asyncio.gather(*(resume_async(run, progress=False) for _ in range(2)), return_exceptions=True)

    results = asyncio.run(both())
    done = [result["hubspot_status"].tolist() for result in results if isinstance(result, pd.DataFrame)]
    refused = [result for result in results if isinstance(result, journal.RunIsLive)]  # it did not wait so long
    assert done == [["updated"] * 6] * (2 - len(refused))
    assert done
    assert sorted(written(local)) == sorted(frame["Record ID"])


def test_another_account_is_refused_and_both_are_named(local, connection, frame):
    run = cut_off(frame, connection)
    with hubframe.LocalHubSpot(portal_id=55) as other:
        elsewhere = hubframe.connect(other)
        with pytest.raises(hubframe.PlanError, match=r"account 44237313 .* account 55 .*Next: hubframe\.connect"):
            resume(run, progress=False, connection=elsewhere)
    assert written(local) == []


@pytest.mark.parametrize("run_id", ["44237313-20261123T1302-0000", "../secrets"])
def test_an_unknown_run_is_told(connection, run_id):
    with pytest.raises(journal.UnknownRun, match=r"hubframe\.runs\(\)"):
        resume(run_id, progress=False)


def test_what_is_no_id_is_told(connection):
    with pytest.raises(hubframe.PlanError, match="must be a text"):
        resume(None, progress=False)


def test_a_damaged_file_is_left_as_it_is(local, connection, frame):
    run = cut_off(frame, connection)
    path = pathlib.Path(journal.journal_folder() / f"{run}.sqlite")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 3000 + whole[7096:])
    damaged = path.read_bytes()
    with pytest.raises(journal.JournalDamaged, match="left as it is"):
        resume(run, progress=False)
    assert path.read_bytes() == damaged
    assert written(local) == []


def test_a_run_that_was_cut_off_before_it_was_recorded_whole_was_never_sent(connection, frame):
    header = journal.RunHeader(
        run_id="44237313-20261123T1302-7f3a",
        account_id="44237313",
        object_type="contacts",
        rows=0,
        properties=("firstname",),
        base_url=connection.base_url,
        call='batch_update("contacts")',
    )
    journal.create_run(header).close()
    with pytest.raises(hubframe.PlanError, match=r"before anything was sent\. Next: df\.hubspot\.batch_update"):
        resume(header.run_id, progress=False)


def test_a_resume_that_is_stopped_can_be_resumed_and_knows_what_was_sent(local, connection, frame):
    run = cut_off(frame, connection, sent=[flying(0)])
    local.token_expired = True
    with pytest.raises(hubframe.AuthenticationError):
        resume(run, progress=False, connection=connection)
    with journal.read_run(run) as kept:
        assert list(kept.in_flight()) == [0]
    local.token_expired = False
    local.portal.set("contacts", frame["Record ID"].iloc[0], {"firstname": "Juniperus"})
    result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["skipped"] + ["updated"] * 5


def test_a_row_in_flight_that_can_not_be_looked_up_is_unconfirmed_and_not_unsent(local, connection, frame):
    run = cut_off(frame, connection, sent=[flying(0)])
    a_day, local.requests_per_day = local.requests_per_day, 0
    with pytest.warns(hubframe.HubframeWarning, match="stopped early"):
        result = resume(run, progress=False)
    assert result["hubspot_status"].tolist() == ["unconfirmed"] + ["unsent"] * 5
    local.requests_per_day = a_day
    again = resume(run, progress=False)
    assert again["hubspot_status"].tolist() == ["updated"] * 6
    assert again["hubspot_attempts"].tolist() == [2, 1, 1, 1, 1, 1]


def test_stopped_by_hand_it_can_be_resumed(local, connection, frame):
    run = cut_off(frame, connection, sent=[flying(0)])

    def stop(progress):
        raise KeyboardInterrupt

    with pytest.raises(hubframe.Interrupted):
        resume(run, progress=stop)
    assert resume(run, progress=False)["hubspot_status"].tolist() == ["updated"] * 6
    assert names(local, frame) == NAMES
