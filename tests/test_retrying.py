"""What is left of a result goes again as it went first; what is done is left alone; the frame comes back whole."""

import asyncio

import pandas as pd
import pytest

import hubframe
from hubframe import journal
from hubframe.errors import PlanError
from hubframe.journal import read_run
from hubframe.local_hubspot import Fault
from hubframe.results.outcomes import STATUSES

TEXT = pd.StringDtype("python")
DTYPES = {
    "hubspot_status": pd.CategoricalDtype(list(STATUSES)),
    "hubspot_id": TEXT,
    "hubspot_error": TEXT,
    "hubspot_error_details": TEXT,
    "hubspot_attempts": "int64",
    "hubspot_updated_at": "datetime64[ms]",
    "hubspot_url": TEXT,
}


def contacts(local, count, **properties):
    return [local.portal.add("contacts", {"firstname": f"juniper {n}", **properties}) for n in range(count)]


def writes(local):
    return [write for request in local.requests for write in request.written]


def written_ids(local, after):
    return [record for _, record, _ in writes(local)[after:]]


def statuses(result):
    return result["hubspot_status"].astype(str).tolist()


def half_sent(local, ids, **arguments):
    """A run that the daily limit ends after some batches of 100."""
    connection = hubframe.connect(local, max_in_flight=1)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"}, index=range(1000, 1000 + len(ids)))
    local.faults.plan(Fault("daily_429"), path="batch/update", after=1, times=None)
    with pytest.warns(hubframe.HubframeWarning, match=r"Next: result\.hubspot\.retry\(\)"):
        result = hubframe.batch_update(df, "contacts", progress=False, connection=connection, **arguments)
    local.faults.clear()
    counts = result["hubspot_status"].value_counts()
    assert counts["updated"] == 100
    assert counts["unsent"] == len(ids) - 100
    return result


def back_from_csv(result, folder):
    result.to_csv(folder / "result.csv")
    return pd.read_csv(folder / "result.csv", index_col=0)


def back_from_excel(result, folder):
    pytest.importorskip("openpyxl")
    result.to_excel(folder / "result.xlsx")
    return pd.read_excel(folder / "result.xlsx", index_col=0)


@pytest.mark.parametrize("way", [lambda result, _: result, back_from_csv, back_from_excel], ids=["it", "csv", "excel"])
@pytest.mark.parametrize("write", ["changed", "all"])
def test_what_is_left_goes_once_and_the_frame_comes_back_whole(local, tmp_path, way, write):
    ids = contacts(local, 250)
    result = half_sent(local, ids, write=write)
    before = len(writes(local))
    given = way(result, tmp_path)
    again = given.hubspot.retry(progress=False)
    assert statuses(again) == ["updated"] * 250
    assert sorted(written_ids(local, before)) == sorted(ids[100:])
    assert again.index.tolist() == result.index.tolist()
    assert list(again.columns) == list(result.columns)
    assert {name: again[name].dtype for name in DTYPES} == {
        name: pd.Series([], dtype=dtype).dtype for name, dtype in DTYPES.items()
    }
    first, second = again["hubspot_run"].cat.categories
    assert again["hubspot_run"].tolist() == [first] * 100 + [second] * 150
    ours = [name for name in result.columns if name.startswith("hubspot_") and name != "hubspot_run"]
    pd.testing.assert_frame_equal(again[ours].iloc[:100], result[ours].iloc[:100])
    with read_run(second) as kept:
        assert (kept.header.kind, kept.header.parent, kept.header.write) == ("retry", first, write)
        assert kept.header.rows == 150
        assert kept.counts() == {"updated": 150}


@pytest.mark.parametrize(
    "part",
    [
        lambda result: result.hubspot.failed,
        lambda result: result.iloc[90:180],
        lambda result: result.sample(frac=1, random_state=3),
        lambda result: pd.concat([result.iloc[150:], result.iloc[:150]]),
        lambda result: result.set_index("hs_object_id"),
        lambda result: result.drop(columns=["hubspot_error_details", "hubspot_updated_at", "hubspot_url"]),
    ],
    ids=["failed", "filtered", "sorted", "concatenated", "ids as index", "fewer result columns"],
)
def test_any_part_of_a_result_will_do(local, part):
    ids = contacts(local, 200)
    given = part(half_sent(local, ids))
    copy = given.copy(deep=True)
    left = int((given["hubspot_status"] == "unsent").sum())
    before = len(writes(local))
    again = given.hubspot.retry(progress=False)
    pd.testing.assert_frame_equal(given, copy)
    assert set(statuses(again)) == {"updated"}
    assert again.index.equals(given.index)
    assert len(written_ids(local, before)) == left


def test_a_token_that_expires_midway_is_replaced_and_the_rest_retried_to_the_end(local):
    ids = contacts(local, 300)
    hubframe.connect(local, max_in_flight=1)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    local.faults.plan(Fault("token_expires"), path="batch/update", after=1, times=None)
    with pytest.warns(hubframe.HubframeWarning, match=r"result\.hubspot\.retry\(\)"):
        result = df.hubspot.batch_update("contacts", progress=False)
    with pytest.raises(hubframe.AuthenticationError):
        result.hubspot.retry(progress=False)
    local.faults.clear()
    local.token_expired = False
    hubframe.connect(local)
    assert statuses(result.hubspot.retry(progress=False)) == ["updated"] * 300
    assert {local.portal.record("contacts", record)["firstname"] for record in ids} == {"Rowan"}


def test_after_an_outage_nothing_is_written_twice_and_unconfirmed_rows_are_read_first(local):
    ids = contacts(local, 20)
    hubframe.connect(local, max_attempts=1, max_wait_seconds=0.01)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    local.faults.plan(Fault("html_502", written=True), path="batch/update", times=1)
    local.faults.plan("text_503", path="batch/read", after=1, times=None)
    result = df.hubspot.batch_update("contacts", progress=False)
    assert set(statuses(result)) == {"unconfirmed"}
    assert "retry()" in result.hubspot.summary().next_line
    local.faults.clear()
    before = len(writes(local))
    again = result.hubspot.retry(progress=False)
    assert set(statuses(again)) == {"unchanged"}
    assert written_ids(local, before) == []
    assert set(again["hubspot_attempts"]) == {0}  # of the new run alone


def test_corrected_cells_go_and_it_can_be_retried_again_and_again(local, connection):
    good, bad = contacts(local, 2)
    df = pd.DataFrame({"hs_object_id": [good, bad], "firstname": "Rowan", "birthday": [None, "31.02.2026"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert statuses(result) == ["updated", "invalid"]
    assert result.hubspot.summary().next_line == (
        "result.hubspot.failed  # correct these in result, then result.hubspot.retry()"
    )
    once = result.hubspot.retry(progress=False)
    assert statuses(once) == ["updated", "invalid"]
    once["birthday"] = [None, "2026-02-28"]
    twice = once.hubspot.retry(progress=False)
    assert statuses(twice) == ["updated", "updated"]
    assert local.portal.record("contacts", bad)["birthday"] == "2026-02-28"
    runs = journal.linked_runs(twice["hubspot_run"].iloc[1])
    assert [run.kind for run in runs] == ["update", "retry", "retry"]


def test_where_every_row_was_invalid_they_can_still_be_retried(local, connection):
    (bad,) = contacts(local, 1)
    df = pd.DataFrame({"hs_object_id": [bad], "birthday": ["31.02.2026"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    result["birthday"] = ["2026-02-28"]
    assert statuses(result.hubspot.retry(progress=False)) == ["updated"]


def test_a_row_that_contradicts_an_updated_one_is_a_duplicate(local, connection):
    (one,) = contacts(local, 1)
    df = pd.DataFrame({"hs_object_id": [one, "171599999999"], "firstname": ["Rowan", "Alder"]}, index=["a", "b"])
    result = df.hubspot.batch_update("contacts", progress=False)
    result["hs_object_id"] = [one, one]
    before = len(writes(local))
    again = result.hubspot.retry(progress=False)
    assert statuses(again) == ["updated", "invalid"]
    assert again["hubspot_error_code"].iloc[1] == "DUPLICATE_ID"
    assert "'a'" in again["hubspot_error"].iloc[1]
    assert len(writes(local)) == before
    again["firstname"] = "Rowan"  # now they agree
    assert statuses(again.hubspot.retry(progress=False)) == ["updated", "unchanged"]


def test_cells_edited_in_rows_that_are_done_are_left_alone_and_counted_in_one_warning(local):
    ids = contacts(local, 200)
    result = half_sent(local, ids)
    result.iloc[[3, 5, 150], result.columns.get_loc("firstname")] = "Sage"
    with pytest.warns(hubframe.HubframeWarning, match=r"^2 rows .*result\.hubspot\.batch_update\('contacts'\)") as told:
        again = result.hubspot.retry(progress=False)
    assert len(told) == 1
    assert statuses(again) == ["updated"] * 200
    held = [local.portal.record("contacts", ids[row])["firstname"] for row in (3, 5, 150)]
    assert held == ["Rowan", "Rowan", "Sage"]


def test_several_runs_of_different_kinds_are_retried_one_by_one(local, connection):
    people = contacts(local, 2)
    firms = [local.portal.add("companies", {"name": f"firm {n}"}) for n in range(2)]
    with_people = pd.DataFrame({"hs_object_id": [people[0], "171599999999"], "firstname": "Rowan"})
    with_firms = pd.DataFrame({"Record ID": [firms[0], "171599999998"], "name": "Alder & Co"})
    results = [
        with_people.hubspot.batch_update("contacts", progress=False),
        with_firms.hubspot.batch_update("companies", write="all", progress=False),
    ]
    both = pd.concat(results)
    both["hs_object_id"] = [*people, None, None]
    both["Record ID"] = [None, None, *firms]
    again = both.hubspot.retry(progress=False)
    assert statuses(again) == ["updated"] * 4
    assert again.index.tolist() == [0, 1, 0, 1]
    assert again["hubspot_run"].nunique() == 4
    parents = [read_header(run).parent for run in again["hubspot_run"].iloc[[1, 3]]]
    assert parents == [result["hubspot_run"].iloc[0] for result in results]
    assert local.portal.record("companies", firms[1])["name"] == "Alder & Co"


def read_header(run):
    with read_run(run) as kept:
        return kept.header


def test_a_stop_leaves_the_rows_of_later_runs_as_they_were(local):
    ids = contacts(local, 400)
    first, second = half_sent(local, ids[:200]), half_sent(local, ids[200:])
    both = pd.concat([first, second])
    local.faults.plan(Fault("daily_429"), path="batch/update", times=None)
    with pytest.warns(hubframe.HubframeWarning, match="daily"):
        again = both.hubspot.retry(progress=False)
    assert statuses(again) == statuses(both)
    assert again["hubspot_run"].tolist()[300:] == both["hubspot_run"].tolist()[300:]
    assert set(again["hubspot_run"].iloc[100:200]).isdisjoint(both["hubspot_run"])
    local.faults.clear()
    assert set(statuses(again.hubspot.retry(progress=False))) == {"updated"}


def test_with_a_baseline_what_others_changed_since_is_still_left_alone(local, connection):
    ids = contacts(local, 3, city="Ghent")
    baseline = pd.DataFrame({"hs_object_id": ids, "firstname": "Hazel", "city": "Ghent"})
    for record in ids:
        local.portal.set("contacts", record, {"firstname": "Hazel"})
    df = baseline.assign(firstname=["Rowan", "Rowan", "Hazel"])
    local.portal.set("contacts", ids[1], {"firstname": "Sage"})
    local.faults.plan(Fault("daily_429"), path="batch/update", times=None)
    with pytest.warns(hubframe.HubframeWarning):
        result = df.hubspot.batch_update("contacts", baseline=baseline, progress=False)
    local.faults.clear()
    assert statuses(result) == ["unsent", "skipped", "unchanged"]
    for record in ids:
        local.portal.set("contacts", record, {"city": "Bruges"})
    again = result.hubspot.retry(progress=False)
    assert statuses(again) == ["updated", "skipped", "unchanged"]
    assert again["hubspot_error_code"].iloc[1] == "CHANGED_SINCE"
    held = [local.portal.record("contacts", record) for record in ids]
    assert [record["firstname"] for record in held] == ["Rowan", "Sage", "Hazel"]
    assert {record["city"] for record in held} == {"Bruges"}
    assert statuses(again.hubspot.retry(progress=False)) == ["updated", "skipped", "unchanged"]


@pytest.mark.parametrize("by", ["hs_object_id", "email"])
def test_of_a_plan_that_was_looked_at_only_what_was_shown_goes(local, by):
    connection = hubframe.connect(local, max_in_flight=1)
    ids = [local.portal.add("contacts", {"email": f"hazel{n}@example.com", "city": "Ghent"}) for n in range(200)]
    df = pd.DataFrame({"hs_object_id": ids, "email": [f"hazel{n}@example.com" for n in range(200)]})[[by]]
    df = df.assign(firstname="Rowan", city="Ghent", birthday=[*[None] * 199, "31.02.2026"])
    plan = df.hubspot.plan_update(
        "contacts", id_property=None if by == "hs_object_id" else by, progress=False, connection=connection
    )
    local.faults.plan(Fault("daily_429"), path="batch/update", after=1, times=None)
    with pytest.warns(hubframe.HubframeWarning):
        result = plan.send(progress=False)
    local.faults.clear()
    assert result["hubspot_status"].value_counts()[["updated", "unsent", "invalid"]].tolist() == [100, 99, 1]
    local.portal.set("contacts", ids[150], {"firstname": "Sage"})
    local.portal.set("contacts", ids[151], {"city": "Bruges"})
    result["birthday"] = [*[None] * 199, "2026-02-28"]
    again = result.hubspot.retry(progress=False)
    assert statuses(again) == ["updated"] * 150 + ["skipped"] + ["updated"] * 49
    held = [local.portal.record("contacts", record) for record in ids]
    assert [held[150]["firstname"], held[151]["firstname"], held[151]["city"]] == ["Sage", "Rowan", "Bruges"]
    assert held[199]["birthday"] == "2026-02-28"


def test_a_plan_s_baseline_still_counts_for_rows_that_the_plan_refused_or_left_alone(local, connection):
    ids = contacts(local, 3, city="Ghent", lifecyclestage="lead")
    baseline = pd.DataFrame({"hs_object_id": ids, "city": "Ghent", "lifecyclestage": "lead"})
    df = baseline.assign(city=["Oslo", "Oslo", "Ghent"], lifecyclestage=["hot", "lead", "hot"])
    local.portal.set("contacts", ids[1], {"city": "Bruges"})
    result = df.hubspot.plan_update("contacts", baseline=baseline).send(progress=False)
    assert statuses(result) == ["invalid", "skipped", "invalid"]
    local.portal.set("contacts", ids[2], {"city": "Bruges"})
    corrected = result.assign(lifecyclestage=["opportunity", "lead", "opportunity"])
    again = corrected.hubspot.retry(progress=False)
    assert statuses(again) == ["updated", "skipped", "updated"]
    held = [local.portal.record("contacts", record) for record in ids]
    assert [record["city"] for record in held] == ["Oslo", "Bruges", "Bruges"]
    assert [record["lifecyclestage"] for record in held] == ["opportunity", "lead", "opportunity"]


def test_rows_the_baseline_did_not_have_stay_invalid(local, connection):
    ids = contacts(local, 2)
    baseline = pd.DataFrame({"hs_object_id": ids[:1], "firstname": "juniper 0"})
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", baseline=baseline, progress=False)
    again = result.hubspot.retry(progress=False)
    assert statuses(again) == ["updated", "invalid"]
    assert statuses(again.hubspot.retry(progress=False)) == ["updated", "invalid"]


def test_nothing_to_retry_asks_nothing_and_says_so(local, connection, capsys):
    df = pd.DataFrame({"hs_object_id": contacts(local, 2), "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", progress=False)
    requests = len(local.requests)
    again = result.hubspot.retry()
    pd.testing.assert_frame_equal(again, result)
    assert again is not result
    assert len(local.requests) == requests
    assert "Nothing to retry" in capsys.readouterr().err


def test_the_name_of_a_column_may_have_become_text(local, connection, tmp_path):
    ids = contacts(local, 200)
    df = pd.DataFrame({"hs_object_id": ids, 2024: "Ghent"})
    local.faults.plan(Fault("daily_429"), path="batch/update", times=None)
    with pytest.warns(hubframe.HubframeWarning):
        result = df.hubspot.batch_update("contacts", columns={2024: "city"}, progress=False)
    local.faults.clear()
    assert set(statuses(back_from_csv(result, tmp_path).hubspot.retry(progress=False))) == {"updated"}


def refused(result, match, **arguments):
    with pytest.raises(PlanError, match=match):
        result.hubspot.retry(progress=False, **arguments)


def test_what_can_not_be_retried_is_refused_before_any_request_with_what_to_do_instead(local, connection):
    ids = contacts(local, 2)
    df = pd.DataFrame({"hs_object_id": [ids[0], "171599999999"], "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", progress=False)
    planned = df.hubspot.batch_update("contacts", dry_run=True, progress=False)
    requests = len(local.requests)
    refused(df, "not the result of an update")
    refused(planned.assign(hubspot_status="planned"), "without dry_run")
    refused(result.rename(columns={"firstname": "name"}), "'firstname'")
    refused(result.assign(hubspot_run=None), "no hubspot_run")
    refused(pd.concat([result, result[["firstname"]]], axis=1), "more than once")
    refused(result.assign(hubspot_run="1-20260101T0000-abcd"), r"account 1, .*44237313|account 1, ")
    account = connection.account.id
    refused(
        result.assign(hubspot_run=f"{account}-20260101T0000-abcd"), r"result\.hubspot\.failed\.hubspot\.batch_update"
    )
    journal.forget(str(result["hubspot_run"].iloc[0]))
    refused(result, "no journal of the run")
    assert "retry" not in result.hubspot.summary().next_line
    assert len(local.requests) == requests


def test_a_connection_to_another_account_is_refused_naming_both(local, connection):
    df = pd.DataFrame({"hs_object_id": ["171599999999"], "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", progress=False)
    with hubframe.LocalHubSpot(portal_id=77) as other:
        refused(result, f"account {connection.account.id}, .*77", connection=hubframe.connect(other))


def test_a_run_without_a_journal_says_how_to_send_the_rest(local):
    hubframe.connect(local, journal=False)
    df = pd.DataFrame({"hs_object_id": ["171599999999"], "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert "retry" not in result.hubspot.summary().next_line
    refused(result, "no journal of the run")


def test_awaited_it_gives_the_same(local):
    result = half_sent(local, contacts(local, 200))

    async def program():
        return await result.hubspot.retry_async(progress=False)

    assert set(statuses(asyncio.run(program()))) == {"updated"}


def test_stopped_by_hand_the_frame_is_whole_and_can_be_retried(local):
    ids = contacts(local, 400)
    result = half_sent(local, ids)

    def stop(progress):
        if progress.counts["updated"]:
            raise KeyboardInterrupt

    with pytest.raises(hubframe.Interrupted, match=r"hubframe\.last_result\(\)\.hubspot\.retry\(\)") as stopped:
        result.hubspot.retry(progress=stop)
    rest = stopped.value.result
    assert len(rest) == 400
    assert rest.equals(hubframe.last_result())
    assert set(statuses(rest.hubspot.retry(progress=False))) == {"updated"}
