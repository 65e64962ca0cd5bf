"""A run is on record before its first request, old values before they go, outcomes before they are told."""

import pathlib

import pandas as pd
import pytest

import hubframe
from hubframe import journal as journals
from hubframe.delivery.transport import Transport
from hubframe.journal import Journal, JournalError, JournalFailed, read_run
from hubframe.journal.folder import journal_folder


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def df(local):
    """Rows that differ, one that does not, one that is refused here and one that HubSpot refuses."""
    ids = [local.portal.add("contacts", {"firstname": f"juniper {n}", "city": "Oslo"}) for n in range(6)]
    return pd.DataFrame(
        {
            "Record ID": [*ids, "999"],
            "First Name": ["Juniper", "Hazel", "juniper 2", "Sage", "Rowan", "Linden", "Nobody"],
            "Seats": ["1", "2", None, "4", "many", "6", "7"],
        },
        index=pd.Index(list("abcdefg"), name="letter"),
    )


def requests(local, kind):
    return [request for request in local.requests if request.path.endswith(kind)]


def test_what_a_run_recorded_is_what_it_returned(local, connection, df):
    result = df.hubspot.batch_update("contacts", progress=False)
    run_id = result["hubspot_run"].cat.categories[0]
    with read_run(run_id) as run:
        rows, outcomes = list(run.rows()), {outcome.position: outcome for outcome in run.outcomes()}
        assert run.end.how == "complete"
        assert not run.in_flight()
        changes = {record: {name: old for name, (old, _) in made.items()} for record, _, made in run.changes()}
    assert [row.label for row in rows] == list("abcdefg")
    assert [row.address for row in rows] == df["Record ID"].tolist()
    assert rows[0].texts == {"firstname": "Juniper", "seats": "1"}
    assert [outcomes[place].status for place in range(7)] == result["hubspot_status"].tolist()
    assert [outcomes[place].attempts for place in range(7)] == result["hubspot_attempts"].tolist()
    assert [outcomes[place].problems[0].code if outcomes[place].problems else None for place in range(7)] == [
        None if pd.isna(code) else code for code in result["hubspot_error_code"]
    ]
    assert changes[df["Record ID"]["a"]] == {"firstname": "juniper 0", "seats": ""}
    assert set(changes) == set(df["Record ID"][list("abdf")])
    listed = journals.runs()
    assert listed["run_id"].tolist() == [run_id]
    assert listed[["updated", "unchanged", "invalid", "failed"]].to_numpy().tolist() == [[4, 1, 1, 1]]


def test_old_values_are_on_the_disk_before_the_request_that_overwrites_them(local, df, monkeypatch):
    connection = hubframe.connect(local, rows_per_request=2, max_in_flight=1)
    happened = []
    sending, request = Journal.sending, Transport.request

    def noted_sending(self, rows, *others):
        sending(self, rows, *others)
        happened.append(("recorded", *rows))

    async def noted_request(self, method, path, body=None):
        if path.endswith("update"):
            happened.append(("sent", body.count(b'"id"')))
        return await request(self, method, path, body)

    monkeypatch.setattr(Journal, "sending", noted_sending)
    monkeypatch.setattr(Transport, "request", noted_request)
    df.hubspot.batch_update("contacts", progress=False, connection=connection)
    told = [what for what, *_ in happened]
    assert told == ["recorded", "sent"] * (len(told) // 2)
    assert len(told) > 2
    assert all(len(rows) == sent[0] for (_, *rows), (_, *sent) in zip(happened[::2], happened[1::2], strict=True))


def test_the_token_is_never_in_the_journal(local, connection, df, home):
    df.hubspot.batch_update("contacts", progress=False)
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if local.token.encode() in path.read_bytes()]


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_without_a_journal_nothing_is_kept_and_what_is_given_up_is_said(local, df, home, by, monkeypatch, capfd):
    if by == "environment":
        monkeypatch.setenv("HUBFRAME_JOURNAL", "off")
    connection = hubframe.connect(local, journal=by == "environment")
    assert "can't be gone on with" in capfd.readouterr().err
    df.hubspot.batch_update("contacts", progress=False, connection=connection)
    assert not home.exists()


def test_a_journal_that_cannot_be_opened_is_an_error_before_anything_is_sent(local, connection, df, home):
    home.write_text("a file where the folder should be")
    with pytest.raises(JournalError, match=r"journal=False|HUBFRAME_HOME"):
        df.hubspot.batch_update("contacts", progress=False)
    assert not requests(local, "/update")


@pytest.mark.parametrize("method", ["sending", "settled"])
def test_a_journal_that_fails_midway_stops_the_sending_and_the_frame_comes_back(local, df, monkeypatch, method):
    connection = hubframe.connect(local, rows_per_request=1, max_in_flight=1)
    real, calls = getattr(Journal, method), []

    def fails(self, *arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise JournalFailed("The journal can't be written any more (no room). Next: see that there is room")
        return real(self, *arguments)

    monkeypatch.setattr(Journal, method, fails)
    with pytest.warns(hubframe.HubframeWarning, match="no room"):
        result = df.hubspot.batch_update("contacts", write="all", progress=False, connection=connection)
    status, codes = result["hubspot_status"], result["hubspot_error_code"].fillna("")
    assert (status == "unsent").sum() >= 3
    assert set(codes[status == "unsent"]) == {"JOURNAL_FAILED"}
    for record, name, told in zip(df["Record ID"], df["First Name"], status, strict=True):
        if told in ("updated", "unsent") and name not in ("juniper 2", "Nobody"):
            assert (local.portal.record("contacts", record)["firstname"] == name) == (told == "updated")


def test_a_journal_that_fails_before_it_is_whole_is_an_error_and_leaves_nothing(local, connection, df, monkeypatch):
    def fails(self, name, value):
        raise JournalFailed("The journal can't be written any more (no room). Next: see that there is room")

    monkeypatch.setattr(Journal, "keep", fails)
    with pytest.raises(JournalError, match=r"no room.*Nothing was sent.*journal=False"):
        df.hubspot.batch_update("contacts", progress=False)
    assert not requests(local, "/update")
    assert not list(journal_folder().iterdir())


def test_a_value_the_token_may_not_read_is_never_put_back_as_a_blank(local):
    definition = {"name": "badge", "label": "Badge", "type": "string", "fieldType": "text", "groupName": "g"}
    local.portal.define("contacts", {**definition, "dataSensitivity": "sensitive"})
    contact = local.portal.add("contacts", {"badge": "B-17", "city": "oslo"})
    local.scopes = {scope for scope in local.scopes if "sensitive.read" not in scope}
    hubframe.connect(local)
    df = pd.DataFrame({"Record ID": [contact], "badge": ["B-18"], "city": ["Oslo"]})
    result = df.hubspot.batch_update("contacts", columns=["badge", "city"], progress=False)
    assert result["hubspot_status"].tolist() == ["updated"]
    undone = result.hubspot.undo(progress=False)
    held = local.portal.record("contacts", contact)
    assert (held["badge"], held["city"]) == ("B-18", "oslo")
    assert "NO_OLD_VALUE" in undone.hubspot.problems["code"].tolist()


def test_nothing_is_recorded_where_nothing_is_written(local, connection, df):
    df.hubspot.batch_update("contacts", dry_run=True, progress=False)
    plan = df.hubspot.plan_update("contacts", progress=False)
    df.iloc[:0].hubspot.batch_update("contacts", progress=False)
    assert not journal_folder().exists()
    plan.send(progress=False)
    assert journals.runs()[["rows", "updated"]].to_numpy().tolist() == [[7, 4]]


@pytest.mark.parametrize(
    ("held", "sent", "status"),
    [
        ({"city": "Oslo"}, {"city": "Bergen"}, "unchanged"),
        ({}, {"city": "Bergen"}, "updated"),
        ({"city": "Oslo"}, {"city": "Bergen", "jobtitle": "Gardener"}, "updated"),
        ({"city": "Oslo"}, {"city": "Oslo"}, "unchanged"),
        ({"city": "Oslo", "seats": "3"}, {"city": "Bergen", "seats": "many"}, "unchanged"),
        ({"city": "Oslo"}, {"city": "Bergen", "seats": "many"}, "invalid"),
    ],
)
def test_write_blank_fills_what_is_blank_and_leaves_the_rest(local, connection, held, sent, status):
    contact = local.portal.add("contacts", held)
    df = pd.DataFrame({"Record ID": [contact], **{name: [text] for name, text in sent.items()}})
    result = df.hubspot.batch_update("contacts", write="blank", progress=False)
    assert result["hubspot_status"].tolist() == [status]
    after = local.portal.record("contacts", contact)
    for name, text in sent.items():
        filled = status == "updated" and not held.get(name)
        assert after.get(name) == (text if filled else held.get(name))


def test_a_run_that_was_stopped_says_so(local, df):
    connection = hubframe.connect(local, rows_per_request=1, max_in_flight=1)
    local.requests_per_day = len(local.requests) + 5
    with pytest.warns(hubframe.HubframeWarning, match="daily"):
        df.hubspot.batch_update("contacts", write="all", progress=False, connection=connection)
    assert journals.runs()[["ended", "finished"]].to_numpy().tolist() == [["daily_limit", True]]
    assert all(pathlib.Path(path).stat().st_mode & 0o077 == 0 for path in journals.runs()["path"])
