"""A frame goes to HubSpot over HTTP and comes back with every row accounted for."""

import asyncio
import warnings

import pandas as pd
import pytest

import hubframe
from tests.test_contract import request_schema_errors

RESULT_COLUMNS = 12


def contacts(local, count, **properties):
    return [local.portal.add("contacts", {"firstname": f"juniper {n}", **properties}) for n in range(count)]


def written(local):
    return [write for request in local.requests for write in request.written]


@pytest.mark.parametrize("write", ["changed", "all"])
@pytest.mark.parametrize("rows", [1, 99, 100, 101, 201])
def test_every_row_is_updated_whatever_the_number(local, connection, rows, write):
    ids = contacts(local, rows)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": [f"Juniper {n}" for n in range(rows)]})
    result = df.hubspot.batch_update("contacts", write=write, progress=False)
    assert result["hubspot_status"].tolist() == ["updated"] * rows
    assert [local.portal.record("contacts", record)["firstname"] for record in ids] == df["firstname"].tolist()
    assert result["hubspot_id"].tolist() == ids
    assert len(written(local)) == rows


def test_rows_keep_their_order_index_and_columns_and_the_frame_is_left_alone(local, connection):
    ids = contacts(local, 4)
    index = pd.MultiIndex.from_tuples([("b", 1), ("a", 2), ("a", 2), ("c", 0)], names=["x", "y"])
    df = pd.DataFrame({"firstname": ["A", "B", "C", "D"], "hs_object_id": ids[::-1]}, index=index)
    before = df.copy(deep=True)
    result = df.hubspot.batch_update("contacts", progress=False)
    pd.testing.assert_frame_equal(df, before)
    pd.testing.assert_frame_equal(result[["firstname", "hs_object_id"]], before)
    assert len(result.columns) == 2 + RESULT_COLUMNS
    assert result["hubspot_id"].tolist() == ids[::-1]


def test_only_cells_that_differ_are_sent(local, connection):
    same, other = contacts(local, 2, city="Ghent")
    df = pd.DataFrame({"hs_object_id": [same, other], "firstname": ["juniper 0", "Rowan"], "city": ["Ghent", "Ghent"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["unchanged", "updated"]
    assert written(local) == [("0-1", other, {"firstname": "Rowan"})]
    assert result["hubspot_attempts"].tolist() == [0, 1]


def test_write_all_reads_nothing(local, connection):
    ids = contacts(local, 3)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": ["Rowan"] * 3})
    df.hubspot.batch_update("contacts", write="all", progress=False)
    assert not [request for request in local.requests if request.path.endswith("batch/read")]


@pytest.mark.parametrize("write", ["changed", "all"])
def test_each_kind_of_bad_row_is_named_and_stops_no_good_one(local, connection, write):
    good = contacts(local, 120)
    number, option, date, merged, into, conflict, holder = contacts(local, 7)
    local.portal.set("contacts", holder, {"email": "taken@example.com"})
    survivor = local.portal.merge("contacts", into, merged)
    ids = [*good, "171599999999", number, option, date, merged, conflict, None, "1.7159e+11"]
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    df.loc[121, "annual_spend"] = "1e5"
    df.loc[122, "lifecyclestage"] = "Leed"
    df.loc[123, "birthday"] = "31.02.2026"
    df.loc[125, "email"] = "taken@example.com"
    result = df.hubspot.batch_update("contacts", write=write, progress=False)
    found_here = {"INVALID_INTEGER", "INVALID_OPTION", "INVALID_DATE", "BLANK_ID", "ID_LOST_DIGITS"}
    codes = result["hubspot_error_code"]
    assert (result["hubspot_status"] == "invalid").tolist() == codes.isin(found_here).tolist()
    assert (result["hubspot_status"] == "updated").tolist() == [True] * 120 + [False] * 8
    assert result["hubspot_error_code"].tolist()[120:] == [
        "OBJECT_NOT_FOUND",
        "INVALID_INTEGER",
        "INVALID_OPTION",
        "INVALID_DATE",
        "RECORD_MERGED",
        "UNIQUE_VALUE_CONFLICT",
        "BLANK_ID",
        "ID_LOST_DIGITS",
    ]
    assert survivor in result["hubspot_error"].iloc[124]
    assert {record for _, record, _ in written(local)} == set(good)
    assert result["hubspot_error_property"].iloc[121:124].tolist() == ["annual_spend", "lifecyclestage", "birthday"]


def test_two_bad_rows_with_one_value_are_both_named_and_a_good_row_with_it_is_not_blamed(local, connection):
    ids = contacts(local, 4)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan", "email": ["x", "5@example.com", "x", None]})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["failed", "updated", "failed", "updated"]


@pytest.mark.parametrize("write", ["changed", "all"])
@pytest.mark.parametrize("version", ["2026-03", "2026-09"])
def test_contracts_by_record_id_and_by_a_unique_property(local, version, write):
    connection = hubframe.connect(local, api_version=version)
    numbers = [f"K-{n}" for n in range(150)]
    ids = [local.portal.add("contracts", {"contract_number": number}) for number in numbers]
    by_id = pd.DataFrame({"Record ID": ids, "hs_name": "Lease"})
    result = hubframe.batch_update(by_id, "contracts", write=write, progress=False, connection=connection)
    assert set(result["hubspot_status"]) == {"updated"}
    by_number = pd.DataFrame({"contract_number": [*numbers, "K-unknown"], "hs_name": "Rental"})
    result = hubframe.batch_update(
        by_number, "contracts", id_property="contract_number", write=write, progress=False, connection=connection
    )
    assert result["hubspot_status"].tolist() == ["updated"] * 150 + ["failed"]
    assert result["hubspot_error_code"].iloc[-1] == "OBJECT_NOT_FOUND"
    assert result["hubspot_id"].tolist()[:150] == ids
    assert {local.portal.record("contracts", record)["hs_name"] for record in ids} == {"Rental"}


@pytest.mark.parametrize("write", ["changed", "all"])
def test_contacts_by_email_are_found_first_since_hubspot_refuses_email_on_update(local, connection, write):
    ids = [local.portal.add("contacts", {"email": f"a{n}@example.com"}) for n in range(3)]
    df = pd.DataFrame({"email": ["A0@Example.com", "a1@example.com", "nobody@example.com"], "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", id_property="email", write=write, progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "failed"]
    assert result["hubspot_id"].tolist()[:2] == ids[:2]


def test_two_values_that_address_one_record_are_never_both_written(local, connection):
    local.portal.add("contacts", {"email": "a@example.com"})
    df = pd.DataFrame({"email": ["a@example.com", "A@example.com"], "firstname": ["Rowan", "Alder"]})
    result = df.hubspot.batch_update("contacts", id_property="email", progress=False)
    assert result["hubspot_status"].tolist() == ["invalid", "invalid"]
    assert result["hubspot_error_code"].tolist() == ["DUPLICATE_ID", "DUPLICATE_ID"]


def test_blanks_are_left_alone_or_empty_the_property(local, connection):
    first, second = contacts(local, 2, city="Ghent")
    df = pd.DataFrame({"hs_object_id": [first, second], "firstname": ["A", None], "city": [None, "Bruges"]})
    df.hubspot.batch_update("contacts", progress=False)
    assert local.portal.record("contacts", first)["city"] == "Ghent"
    df.hubspot.batch_update("contacts", clear_blanks=["city"], progress=False)
    assert not local.portal.record("contacts", first)["city"]
    assert local.portal.record("contacts", second)["firstname"] == "juniper 1"


def test_duplicate_ids_share_an_outcome_or_are_decided_by_the_argument(local, connection):
    first, second = contacts(local, 2)
    df = pd.DataFrame({"hs_object_id": [first, first, second, second], "firstname": ["A", "A", "B", "C"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated", "invalid", "invalid"]
    result = df.hubspot.batch_update("contacts", duplicate_ids="last", progress=False)
    assert result["hubspot_status"].tolist() == ["unchanged", "unchanged", "skipped", "updated"]
    assert local.portal.record("contacts", second)["firstname"] == "C"


def test_failed_rows_corrected_are_sent_again_and_their_result_columns_replaced(local, connection):
    good, bad = contacts(local, 2)
    df = pd.DataFrame({"hs_object_id": [good, bad], "annual_spend": ["5", "five"]})
    result = df.hubspot.batch_update("contacts", progress=False)
    again = result.hubspot.failed.assign(annual_spend="6").hubspot.batch_update("contacts", progress=False)
    assert again.columns.tolist() == result.columns.tolist()
    assert again["hubspot_status"].tolist() == ["updated"]
    assert local.portal.record("contacts", bad)["annual_spend"] == "6"


def test_an_empty_frame_gives_an_empty_result_with_all_columns_and_no_request(local, connection):
    full = pd.DataFrame({"hs_object_id": contacts(local, 1), "firstname": ["Rowan"]})
    result = full.hubspot.batch_update("contacts", progress=False)
    before = len(local.requests)
    empty = full.iloc[:0].hubspot.batch_update("contacts", progress=False)
    assert len(local.requests) == before
    assert len(empty) == 0
    ours = [name for name in empty.columns if name != "hubspot_run"]  # whose category is the run
    assert empty[ours].dtypes.to_dict() == result[ours].dtypes.to_dict()
    assert str(empty["hubspot_run"].dtype) == "category"


@pytest.mark.parametrize(
    ("frame", "arguments", "error", "says"),
    [
        ({"hs_object_id": ["1"]}, {}, hubframe.ColumnError, "no column to write"),
        ({"firstname": ["A"]}, {}, hubframe.ColumnError, "id_column="),
        ({"id": ["1"], "firstname": ["A"]}, {}, hubframe.ColumnError, "id_column="),
        ({"hs_object_id": ["1"], "fistname": ["A"]}, {}, hubframe.ColumnError, "firstname"),
        ({"hs_object_id": ["1"], "firstname": ["A"], "hubspot_status": ["x"]}, {}, hubframe.ColumnError, "rename"),
        ({"hs_object_id": ["1"], "firstname": ["A"]}, {"write": "some"}, hubframe.PlanError, '"blank" or "all"'),
        ({"hs_object_id": ["1"], "firstname": ["A"]}, {"duplicate_ids": "x"}, hubframe.PlanError, '"refuse"'),
        ({"hs_object_id": ["1"], "firstname": ["A"]}, {"columns": ["lastname"]}, hubframe.ColumnError, "firstname"),
        ({"hs_object_id": ["1"], "firstname": ["A"]}, {"id_property": "city"}, hubframe.ColumnError, "unique"),
        ({"hs_object_id": ["1"], "firstname": ["A"]}, {"clear_blanks": ["x"]}, hubframe.ColumnError, "clear_blanks"),
    ],
)
def test_bad_input_is_an_error_before_anything_is_sent(local, connection, frame, arguments, error, says):
    with pytest.raises(error, match=f"(?i){says}"):
        pd.DataFrame(frame).hubspot.batch_update("contacts", progress=False, **arguments)
    assert not [request for request in local.requests if request.method == "POST"]


def test_duplicate_column_names_are_an_error(local, connection):
    df = pd.DataFrame([["1", "A", "B"]], columns=["hs_object_id", "firstname", "firstname"])
    with pytest.raises(hubframe.ColumnError, match="'firstname' stands in the frame more than once"):
        df.hubspot.batch_update("contacts", progress=False)


def test_an_unknown_object_type_is_an_error_that_names_it(local, connection):
    df = pd.DataFrame({"hs_object_id": ["1"], "firstname": ["A"]})
    with pytest.raises(hubframe.UnknownObjectType, match="widgets"):
        df.hubspot.batch_update("widgets", progress=False)


def test_a_missing_write_scope_raises_and_names_it(local, connection):
    local.scopes = {scope for scope in local.scopes if not scope.endswith("contacts.write")}
    df = pd.DataFrame({"hs_object_id": contacts(local, 2), "firstname": "Rowan"})
    with pytest.raises(hubframe.MissingScope) as raised:
        df.hubspot.batch_update("contacts", progress=False)
    assert "crm.objects.contacts.write" in raised.value.scopes


def test_a_missing_read_scope_points_to_write_all_which_then_works(local, connection):
    local.scopes = {"crm.objects.contacts.write", "crm.schemas.contacts.read", "oauth"}
    df = pd.DataFrame({"hs_object_id": contacts(local, 2), "firstname": "Rowan"})
    with pytest.raises(hubframe.MissingScope, match='write="all"'):
        df.hubspot.batch_update("contacts", progress=False)
    result = df.hubspot.batch_update("contacts", write="all", progress=False)
    assert result["hubspot_status"].tolist() == ["updated", "updated"]


def test_a_token_that_expires_midway_gives_the_frame_back_with_the_cause_in_the_rows(local):
    connection = hubframe.connect(local, max_in_flight=1)
    ids = contacts(local, 500)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})

    def expire(progress):
        local.token_expired |= progress.counts["updated"] > 0

    local.latency_seconds = 0.06
    with pytest.warns(hubframe.HubframeWarning, match="unsent"):
        result = df.hubspot.batch_update("contacts", progress=expire)
    local.token_expired = False
    counts = result["hubspot_status"].value_counts()
    assert counts["updated"] + counts["unsent"] == 500
    assert counts["unsent"] > 0
    held = [local.portal.record("contacts", record)["firstname"] == "Rowan" for record in ids]
    assert (result["hubspot_status"] == "updated").tolist() == held
    assert set(result["hubspot_error_code"].dropna()) == {"INVALID_AUTHENTICATION"}
    rest = result.hubspot.failed.hubspot.batch_update("contacts", progress=False, connection=connection)
    assert set(rest["hubspot_status"]) == {"updated"}


def test_the_daily_limit_stops_the_run_and_leaves_the_rest_unsent(local):
    hubframe.connect(local, max_in_flight=1)
    df = pd.DataFrame({"hs_object_id": contacts(local, 500), "firstname": "Rowan"})
    local.requests_per_day = len(local.requests) + 5  # definitions, rules and three batches
    with pytest.warns(hubframe.HubframeWarning, match="daily limit"):
        result = df.hubspot.batch_update("contacts", write="all", progress=False)
    assert result["hubspot_status"].value_counts()[["updated", "unsent"]].tolist() == [300, 200]


def test_awaited_in_a_program_it_gives_the_same(local, connection):
    df = pd.DataFrame({"hs_object_id": contacts(local, 3), "firstname": "Rowan"})

    async def program():
        return await df.hubspot.batch_update_async("contacts", progress=False)

    assert asyncio.run(program())["hubspot_status"].tolist() == ["updated"] * 3


def test_called_inside_a_running_loop_it_works_without_await(local, connection):
    df = pd.DataFrame({"hs_object_id": contacts(local, 3), "firstname": "Rowan"})

    async def cell():
        return df.hubspot.batch_update("contacts", progress=False)

    assert asyncio.run(cell())["hubspot_status"].tolist() == ["updated"] * 3


def test_cancelling_keeps_what_was_done_and_raises_cancelled_error(local):
    hubframe.connect(local, max_in_flight=4)
    local.latency_seconds = 0.2
    ids = contacts(local, 2000)
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})

    async def program():
        seen = []
        task = asyncio.ensure_future(df.hubspot.batch_update_async("contacts", write="all", progress=seen.append))
        while not seen or not seen[-1].rows_done:  # noqa: ASYNC110 - a display is no event
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(program())
    result = hubframe.last_result()
    held = [local.portal.record("contacts", record)["firstname"] == "Rowan" for record in ids]
    assert (result["hubspot_status"] == "updated").tolist() == held
    assert 0 < sum(held) < 2000
    assert set(result["hubspot_status"]) == {"updated", "unsent"}


def test_no_defaults_warn_and_nothing_is_printed_without_progress(local, connection, capfd):
    df = pd.DataFrame({"hs_object_id": contacts(local, 2), "firstname": "Rowan"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        df.hubspot.batch_update("contacts", progress=False)
    assert capfd.readouterr() == ("", "")


def test_every_request_is_one_that_hubspot_describes(local, connection):
    ids = [local.portal.add("contracts", {"contract_number": f"K-{n}"}) for n in range(3)]
    df = pd.DataFrame(
        {"contract_number": ["K-0", "K-1", "K-2"], "hs_object_id": ids, "contract_value": [1, 2.5, None], "terms": "x"}
    )
    columns = ["contract_value", "terms"]
    df.hubspot.batch_update("contracts", columns=columns, write="all", progress=False)
    df.hubspot.batch_update("contracts", columns=columns, id_property="contract_number", write="all", progress=False)
    df.assign(terms="y").hubspot.batch_update("contracts", columns=columns, progress=False)
    bodies = {"update": [], "read": []}
    for request in local.requests:
        if request.method == "POST":
            bodies[request.path.rpartition("/")[2]].append(request.body)
    assert len(bodies["update"]) == 3
    assert bodies["read"]
    for version in ("2026-03", "2026-09"):
        assert [request_schema_errors(version, body) for body in bodies["update"]] == [[], [], []]
        schema = "BatchReadInputSimplePublicObjectId"
        assert not any(request_schema_errors(version, body, schema_name=schema) for body in bodies["read"])
