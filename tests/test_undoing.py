"""An undo puts back what a run has overwritten, where nobody else has written since; it is a run like any other."""

import asyncio
import random
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hubframe
from hubframe import journal
from hubframe.journal import RowBlock, RunHeader, SettledRow
from hubframe.results.outcomes import Problem
from hubframe.undoing import undo, undo_async

STAGES = ["", "subscriber", "lead", "opportunity", "customer"]
VALUES = {
    "firstname": ["", "juniper", "Juniper", "Hazel", ";sage"],
    "annual_spend": ["", "0", "12", "12.5", "100000"],
    "renewal_date": ["", "2026-01-31", "2026-02-28"],
    "last_visit_at": ["", "2026-01-31T09:30:00Z", "2026-01-31T09:30:07Z", "2026-01-31T09:31:00Z"],
    "newsletter": ["", "true", "false"],
    "gdpr_reviewed": ["", "true", "false"],
    "preferred_channel": ["", "email", "phone", "sms"],
    "interests": ["", "pricing", "events;pricing", "research", "events;partner;research"],
    "lifecyclestage": STAGES,
}
NEW_INTERESTS = [*VALUES["interests"], ";partner", ";pricing;events"]
ROW = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
NEW_ROW = st.fixed_dictionaries(
    {name: st.sampled_from(NEW_INTERESTS if name == "interests" else values) for name, values in VALUES.items()}
)


@pytest.fixture(autouse=True)
def _as_hubspot_does(local, monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path))
    local.ignore_backward_stages = True
    local.requests_per_interval = 10_000  # nothing here is about the pace


def held(local, ids, names=tuple(VALUES)):
    records = [local.portal.record("contacts", record) for record in ids]
    return [{name: record.get(name, "") for name in names} for record in records]


def added(local, rows):
    return [local.portal.add("contacts", row) for row in rows]


def updated(ids, rows, **options):
    df = pd.DataFrame({"hs_object_id": ids, **pd.DataFrame(rows).to_dict("list")})
    return df.hubspot.batch_update("contacts", clear_blanks=True, progress=False, **options)


def plain_run(local, rows=4):
    ids = added(local, [{"firstname": "juniper", "city": "Oslo"}] * rows)
    return ids, updated(ids, [{"firstname": f"Hazel {row}", "city": ""} for row in range(rows)])


def statuses(frame):
    return frame["hubspot_status"].tolist()


def codes(frame):
    return frame["hubspot_error_code"].astype(object).where(frame["hubspot_error_code"].notna(), None).tolist()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ROW, NEW_ROW), min_size=1, max_size=20))
def test_every_record_is_as_it_was_whatever_was_written_and_an_undone_undo_as_it_was_written(local, connection, rows):
    ids = added(local, [old for old, _ in rows])
    before = held(local, ids)
    # forward only: the update itself refuses a stage that goes back
    new = [
        {**new, "lifecyclestage": max(old["lifecyclestage"], new["lifecyclestage"], key=STAGES.index)}
        for old, new in rows
    ]
    result = updated(ids, new)
    after = held(local, ids)
    undone = result.hubspot.undo(progress=False)
    assert held(local, ids) == before
    assert set(statuses(undone)) <= {"updated", "unchanged"}
    again = undone.hubspot.undo(progress=False)
    assert held(local, ids) == after
    assert statuses(again) == statuses(undone)


def test_the_rows_come_back_as_they_are_with_result_columns_of_their_own(local, connection):
    _, result = plain_run(local)
    shuffled = pd.concat([result.iloc[[3, 1]], result.iloc[[1]]]).assign(note="mine")
    before = shuffled.copy(deep=True)
    undone = shuffled.hubspot.undo(progress=False)
    pd.testing.assert_frame_equal(shuffled, before)
    theirs = [name for name in shuffled.columns if name not in hubframe.planning.columns.RESULT_COLUMNS]
    pd.testing.assert_frame_equal(undone[theirs], before[theirs])
    assert statuses(undone) == ["updated"] * 3
    assert len(set(undone["hubspot_run"])) == 1
    assert undone["hubspot_run"].iloc[0] != result["hubspot_run"].iloc[0]


def test_only_the_rows_of_the_frame_are_undone(local, connection):
    ids, result = plain_run(local)
    undone = result.iloc[[2]].hubspot.undo(progress=False)
    assert statuses(undone) == ["updated"]
    assert [row["firstname"] for row in held(local, ids)] == ["Hazel 0", "Hazel 1", "juniper", "Hazel 3"]


def test_a_result_back_from_a_file_can_be_undone(local, connection, tmp_path):
    ids, result = plain_run(local)
    result.to_csv(tmp_path / "result.csv", index=False)
    undone = pd.read_csv(tmp_path / "result.csv").hubspot.undo(progress=False)
    assert statuses(undone) == ["updated"] * 4
    assert held(local, ids, ["firstname", "city"]) == [{"firstname": "juniper", "city": "Oslo"}] * 4


def test_an_id_that_lost_digits_in_a_spreadsheet_is_not_guessed(local, connection):
    ids, result = plain_run(local, 2)
    damaged = result.assign(hubspot_id=["1.7159e+11", ids[1]])
    assert statuses(damaged.hubspot.undo(progress=False)) == ["invalid", "updated"]


def test_what_somebody_has_changed_since_is_left_alone_cell_by_cell(local, connection):
    ids, result = plain_run(local)
    local.portal.set("contacts", ids[0], {"city": "Bergen"})
    local.portal.set("contacts", ids[1], {"city": "Bergen", "firstname": "Sage"})
    local.portal.set("contacts", ids[2], {"city": "Oslo", "firstname": "juniper"})
    undone = result.hubspot.undo(progress=False)
    assert statuses(undone) == ["updated", "skipped", "unchanged", "updated"]
    assert codes(undone) == ["CHANGED_SINCE", "CHANGED_SINCE", None, None]
    assert undone["hubspot_error_property"].tolist()[0] == "city"
    assert held(local, ids, ["firstname", "city"]) == [
        {"firstname": "juniper", "city": "Bergen"},
        {"firstname": "Sage", "city": "Bergen"},
        {"firstname": "juniper", "city": "Oslo"},
        {"firstname": "juniper", "city": "Oslo"},
    ]


def test_of_a_thousand_rows_the_cells_that_others_changed_stay_and_all_others_go_back(local, connection):
    chosen = random.Random(5)
    names = ["firstname", "annual_spend", "renewal_date", "preferred_channel", "interests", "lifecyclestage"]
    old = [{name: chosen.choice(VALUES[name][:3]) for name in names} for _ in range(1000)]
    new = [{**row, "firstname": f"Hazel {n}", "annual_spend": str(n + 20)} for n, row in enumerate(old)]
    new = [{**row, "preferred_channel": "sms", "interests": "partner", "lifecyclestage": "customer"} for row in new]
    ids = added(local, old)
    before = held(local, ids, names)
    result = updated(ids, new)
    after = held(local, ids, names)
    others = {"firstname": "Sage", "annual_spend": "7", "preferred_channel": "phone", "interests": "research"}
    written = [(row, name) for row in range(1000) for name in names if before[row][name] != after[row][name]]
    theirs = {
        (row, name): others[name]
        for row, name in chosen.sample(written, len(written) // 20)
        if before[row][name] != others.get(name, before[row][name])
    }
    for (row, name), text in theirs.items():
        local.portal.set("contacts", ids[row], {name: text})
    undone = result.hubspot.undo(progress=False)
    now = held(local, ids, names)
    wrong = [
        (row, name)
        for row in range(1000)
        for name in names
        if now[row][name] != theirs.get((row, name), before[row][name])
    ]
    told = undone.hubspot.problems
    print(f"\nrows 1000, put back {len(written) - len(theirs)}, left alone {len(theirs)}, wrong {len(wrong)}")
    assert wrong == []
    assert sorted(zip(told["row"], told["property"], strict=True)) == sorted(theirs)
    assert set(told["code"]) == {"CHANGED_SINCE"}


@pytest.mark.parametrize("rows", [1, 101])
def test_a_stage_that_goes_back_is_cleared_first_in_a_request_of_its_own(local, connection, rows):
    ids = added(local, [{"lifecyclestage": "lead", "city": "Oslo"}] * rows)
    result = updated(ids, [{"lifecyclestage": "customer", "city": "Bergen"}] * rows)
    seen = len(local.requests)
    undone = result.hubspot.undo(progress=False)
    assert statuses(undone) == ["updated"] * rows
    assert undone["hubspot_attempts"].tolist() == [2] * rows
    writes = [told for request in local.requests[seen:] for told in request.written if told[1] == ids[0]]
    assert [texts for _, _, texts in writes] == [
        {"lifecyclestage": "", "city": "Oslo"},
        {"lifecyclestage": "lead"},
    ]
    with journal.read_run(undone["hubspot_run"].iloc[0]) as run:
        assert [changes["lifecyclestage"] for record, _, changes in run.changes() if record == ids[0]] == [
            ["customer", ""],
            ["", "lead"],
        ]


def test_a_row_that_hubspot_refuses_keeps_its_stage(local, connection):
    ids = added(local, [{"lifecyclestage": "lead", "annual_spend": "1"}] * 2)
    result = updated(ids, [{"lifecyclestage": "customer", "annual_spend": "20"}] * 2)
    local.portal.validate("contacts", "annual_spend", "MIN_NUMBER", "10")
    undone = result.hubspot.undo(progress=False)
    assert statuses(undone) == ["failed"] * 2
    assert (
        held(local, ids, ["lifecyclestage", "annual_spend"])
        == [{"lifecyclestage": "customer", "annual_spend": "20"}] * 2
    )


def test_an_undo_that_left_a_stage_cleared_can_be_made_again(local, connection):
    ids = added(local, [{"lifecyclestage": "lead"}])
    result = updated(ids, [{"lifecyclestage": "customer"}])
    run = result["hubspot_run"].iloc[0]
    told = RunHeader(
        run_id=run[:-4] + "dead",
        account_id="44237313",
        object_type="contacts",
        rows=1,
        properties=(),
        kind="undo",
        parent=run,
    )
    with journal.create_run(told, [RowBlock(0, ids, [0], [])]) as cut_off:
        cut_off.sending([0], ids, [{"lifecyclestage": "customer"}], [{"lifecyclestage": ""}])
    local.portal.set("contacts", ids[0], {"lifecyclestage": ""})
    assert statuses(result.hubspot.undo(progress=False)) == ["updated"]
    assert held(local, ids, ["lifecyclestage"]) == [{"lifecyclestage": "lead"}]


def test_options_that_were_added_go_and_what_others_added_to_them_stays(local, connection):
    ids = added(local, [{"interests": "pricing"}] * 2)
    result = updated(ids, [{"interests": ";events"}] * 2)
    local.portal.set("contacts", ids[1], {"interests": "pricing;events;research"})
    assert statuses(result.hubspot.undo(progress=False)) == ["updated", "skipped"]
    assert held(local, ids, ["interests"]) == [{"interests": "pricing"}, {"interests": "pricing;events;research"}]


def test_a_value_that_hubspot_stored_in_a_form_of_its_own_goes_back_too(local, connection):
    local.rewrite_values = True
    ids = added(local, [{"phone": "+491512345678", "email": "juniper@example.com"}])
    result = updated(ids, [{"phone": "0170 1234567", "email": "Hazel@Example.com"}])
    assert held(local, ids, ["phone"]) != [{"phone": "0170 1234567"}]
    assert statuses(result.hubspot.undo(progress=False)) == ["updated"]
    assert held(local, ids, ["email"]) == [{"email": "juniper@example.com"}]


def test_rows_that_the_run_did_not_write_are_unchanged_and_say_why(local, connection):
    ids = added(local, [{"firstname": "juniper"}] * 3)
    df = pd.DataFrame({"hs_object_id": [*ids, "171599999999", None], "firstname": "Hazel"})
    df.loc[1, "firstname"] = "juniper"
    df.loc[2, "annual_spend"] = "many"
    result = df.hubspot.batch_update("contacts", progress=False)
    assert statuses(result) == ["updated", "unchanged", "invalid", "failed", "invalid"]
    for undone in (result.hubspot.undo(dry_run=True, progress=False), result.hubspot.undo(progress=False)):
        assert statuses(undone)[1:] == ["unchanged"] * 4
        assert codes(undone) == [None] + ["NOTHING_TO_UNDO"] * 4


def test_a_row_left_aside_for_another_of_its_record_undoes_nothing(local, connection):
    ids = added(local, [{"firstname": "juniper"}])
    df = pd.DataFrame({"hs_object_id": ids * 2, "firstname": ["Hazel", "Sage"]})
    result = df.hubspot.batch_update("contacts", duplicate_ids="last", progress=False)
    assert codes(result.hubspot.failed.hubspot.undo(progress=False)) == ["NOTHING_TO_UNDO"]
    assert held(local, ids, ["firstname"]) == [{"firstname": "Sage"}]


def test_what_was_written_unseen_is_skipped(local, connection):
    ids = added(local, [{"firstname": "juniper", "customer_number": "K-1"}])
    result = updated(ids, [{"firstname": "Hazel"}], write="all")
    by_number = pd.DataFrame({"customer_number": ["K-1"], "firstname": ["Sage"]}).hubspot.batch_update(
        "contacts", id_property="customer_number", write="all", progress=False
    )
    for written in (result, by_number):
        for undone in (written.hubspot.undo(progress=False), undo(written["hubspot_run"].iloc[0], progress=False)):
            assert (statuses(undone), codes(undone)) == (["skipped"], ["NO_OLD_VALUE"])
    assert held(local, ids, ["firstname"]) == [{"firstname": "Sage"}]


def test_a_dry_run_writes_nothing_and_records_nothing(local, connection):
    ids, result = plain_run(local)
    local.portal.set("contacts", ids[0], {"city": "Bergen", "firstname": "Sage"})
    before, known = held(local, ids), len(journal.runs())
    for undone in (
        result.hubspot.undo(dry_run=True, progress=False),
        undo(result["hubspot_run"].iloc[0], dry_run=True, progress=False),
    ):
        assert statuses(undone) == ["skipped", "planned", "planned", "planned"]
    assert held(local, ids) == before
    assert len(journal.runs()) == known


def test_an_undo_is_a_run_of_its_own_that_names_the_one_it_undoes(local, connection):
    _, result = plain_run(local)
    undone = result.hubspot.undo(progress=False)
    line = journal.runs().set_index("run_id").loc[undone["hubspot_run"].iloc[0]]
    assert (line["kind"], line["parent"], line["finished"]) == ("undo", result["hubspot_run"].iloc[0], True)
    pd.testing.assert_frame_equal(hubframe.last_result(), undone)


def test_by_its_id_in_another_process_with_the_index_as_it_was(local, connection):
    ids = added(local, [{"firstname": "juniper", "city": "Oslo"}] * 3)
    index = pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("a", 2)], names=["x", None])
    df = pd.DataFrame({"hs_object_id": ids, "firstname": ["Hazel", "Sage", "juniper"]}, index=index)
    result = df.hubspot.batch_update("contacts", progress=False)
    script = f"""
import hubframe
from hubframe.undoing import undo
hubframe.connect({local.token!r}, base_url={local.url!r})
undone = undo({result["hubspot_run"].iloc[0]!r}, progress=False)
print([list(undone.index), list(undone.index.names), undone["hs_object_id"].tolist()])
print(undone["firstname"].fillna("-").tolist(), undone["hubspot_status"].tolist())
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        str([list(index), ["x", None], ids]),
        str(["juniper", "juniper", "-"]) + " " + str(["updated", "updated", "unchanged"]),
    ]
    assert held(local, ids, ["firstname"]) == [{"firstname": "juniper"}] * 3


@pytest.mark.parametrize("unconfirmed", [False, True])
def test_rows_of_which_nobody_knows_whether_they_were_written_are_looked_at(local, connection, unconfirmed):
    ids = added(local, [{"firstname": name} for name in ("Hazel 0", "juniper", "Sage", "juniper")])
    rows, blank = 4, [None] * 4
    told = RunHeader(
        run_id="44237313-20261123T1302-" + ("7f3b" if unconfirmed else "7f3a"),
        account_id="44237313",
        object_type="contacts",
        rows=rows,
        properties=("firstname",),
        base_url=local.url,
    )
    with journal.create_run(told, [RowBlock(0, ids, list("abcd"), [["Hazel"] * rows])]) as run:
        run.sending([0, 1, 2], ids[:3], [{"firstname": "juniper"}] * 3, [{"firstname": f"Hazel {n}"} for n in range(3)])
        if unconfirmed:
            run.settled([SettledRow(row, "unconfirmed", problems=(Problem("X", "X", "x"),)) for row in range(3)])
    undone = undo(told.run_id, progress=False)
    assert list(undone.index) == list("abcd")
    assert statuses(undone) == ["updated", "unchanged", "skipped", "unchanged"]
    assert codes(undone) == [*blank[:2], "CHANGED_SINCE", "NOTHING_TO_UNDO"]
    assert held(local, ids, ["firstname"]) == [
        {"firstname": name} for name in ("juniper", "juniper", "Sage", "juniper")
    ]


def test_through_a_run_and_its_retry(local, connection):
    ids = added(local, [{"firstname": "juniper", "annual_spend": "5"}] * 2)
    result = updated(ids, [{"firstname": "Hazel", "annual_spend": "7"}, {"firstname": "Sage", "annual_spend": "many"}])
    result.loc[1, "annual_spend"] = "8"
    again = result.hubspot.retry(progress=False)
    assert statuses(again) == ["updated", "updated"]
    assert statuses(again.hubspot.undo(progress=False)) == ["updated", "updated"]
    assert held(local, ids, ["firstname", "annual_spend"]) == [{"firstname": "juniper", "annual_spend": "5"}] * 2


def test_the_oldest_value_goes_back_whatever_a_retry_read(local, connection):
    ids = added(local, [{"firstname": "juniper"}])
    result = updated(ids, [{"firstname": "Hazel"}])
    run = result["hubspot_run"].iloc[0]
    told = RunHeader(
        run_id=run[:-4] + "beef",
        account_id="44237313",
        object_type="contacts",
        rows=1,
        properties=(),
        kind="retry",
        parent=run,
    )
    with journal.create_run(told, [RowBlock(0, ids, [0], [])]) as retry:
        retry.sending([0], ids, [{"firstname": "Hazel"}], [{"firstname": "Sage"}])
        retry.settled([SettledRow(0, "updated", ids[0], attempts=1)])
    local.portal.set("contacts", ids[0], {"firstname": "Sage"})
    assert statuses(result.hubspot.undo(progress=False)) == ["updated"]
    assert held(local, ids, ["firstname"]) == [{"firstname": "juniper"}]


def test_records_merged_and_deleted_since_are_failed_and_stop_no_other(local, connection):
    ids, result = plain_run(local, 4)
    survivor = local.portal.merge("contacts", ids[0], ids[1])
    local.portal.archive("contacts", ids[2])
    undone = result.hubspot.undo(progress=False)
    assert statuses(undone) == ["failed", "failed", "failed", "updated"]
    assert codes(undone)[:3] == ["RECORD_MERGED", "RECORD_MERGED", "OBJECT_NOT_FOUND"]
    assert survivor in undone["hubspot_error"].iloc[0]


def test_another_account_is_refused_and_both_are_named(local, connection):
    _, result = plain_run(local)
    with hubframe.LocalHubSpot(portal_id=77) as other:
        theirs = hubframe.connect(other)
        with pytest.raises(hubframe.PlanError, match=r"44237313.*77"):
            result.hubspot.undo(progress=False, connection=theirs)


def test_runs_that_have_nothing_to_do_with_each_other_are_undone_one_by_one(local, connection):
    (_, first), (_, second) = plain_run(local), plain_run(local)
    with pytest.raises(hubframe.PlanError, match="one by one"):
        pd.concat([first, second]).hubspot.undo(progress=False)


def test_a_run_that_nobody_knows_or_that_goes_on_is_an_error(local, connection):
    _, result = plain_run(local)
    run = result["hubspot_run"].iloc[0]
    with journal.open_run(run), pytest.raises(journal.RunIsLive):
        result.hubspot.undo(progress=False)
    journal.forget(run)
    with pytest.raises(journal.UnknownRun):
        result.hubspot.undo(progress=False)
    with pytest.raises(hubframe.PlanError):
        pd.DataFrame({"firstname": ["Juniper"]}).hubspot.undo(progress=False)


def test_the_awaitable_face_does_the_same(local, connection):
    ids, result = plain_run(local)
    assert statuses(asyncio.run(result.hubspot.undo_async(progress=False))) == ["updated"] * 4
    assert statuses(asyncio.run(undo_async(result["hubspot_run"].iloc[0], progress=False))) == ["unchanged"] * 4
    assert held(local, ids, ["firstname"]) == [{"firstname": "juniper"}] * 4


def test_no_rows_are_no_trouble(local, connection):
    _, result = plain_run(local)
    with pytest.raises(hubframe.PlanError, match="nothing to undo"):
        result.iloc[:0].hubspot.undo(progress=False)
