"""What HubSpot exported goes straight back, whatever a notebook did to the dtypes on the way."""

import io

import pandas as pd
import pytest

import hubframe


def as_csv(df, **arguments):
    return pd.read_csv(io.StringIO(df.to_csv(index=False)), **arguments)


def as_excel(df):
    pytest.importorskip("openpyxl")
    file = io.BytesIO()
    df.to_excel(file, index=False)
    return pd.read_excel(file)


WAYS = {
    "as it is": lambda df: df,
    "CSV": as_csv,
    "CSV, all text": lambda df: as_csv(df, dtype=str),
    "CSV, blanks as empty text": lambda df: as_csv(df, keep_default_na=False),
    "CSV, nullable": lambda df: as_csv(df, dtype_backend="numpy_nullable"),
    "Excel": as_excel,
    "convert_dtypes": lambda df: df.convert_dtypes(),
    "objects": lambda df: df.astype(object).where(df.notna(), None),
    "categories": lambda df: df.astype("category"),
    "narrow floats": lambda df: df.astype(dict.fromkeys(df.select_dtypes("float").columns, "float32")),
    "ids in the index": lambda df: df.set_index("Record ID"),
    "one index label for all": lambda df: df.set_axis([0] * len(df)),
    "no rows": lambda df: df.iloc[:0],
}


@pytest.fixture(
    scope="module", params=[("per_row", "America/New_York"), ("whole_batch", "UTC")], ids=["per_row", "whole_batch"]
)
def account(request):
    validation, timezone = request.param
    local = hubframe.LocalHubSpot.demo(contacts=100, requests_per_interval=1_000_000, validation=validation)
    with local:
        yield local, timezone, hubframe.connect(local)


@pytest.mark.parametrize("clear_blanks", [False, True], ids=["blanks kept", "blanks cleared"])
@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals", "tickets", "contracts"])
def test_an_export_goes_back_without_a_refusal_and_without_a_write(account, object_type, clear_blanks):
    local, timezone, connection = account
    exported = local.export(object_type, timezone=timezone).head(40)
    exported = exported.rename(columns={"Region": "region", "Region.1": "sales_region"})
    first = len(local.requests)
    for way, changed in WAYS.items():
        df = changed(exported)
        result = hubframe.batch_update(
            df, object_type, clear_blanks=clear_blanks, timezone=timezone, progress=False, connection=connection
        )
        assert set(result["hubspot_status"]) <= {"unchanged"}, (way, result.hubspot.problems)
        assert len(result) == len(df)
    assert not [request for request in local.requests[first:] if request.path.endswith("batch/update")]


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("ids in the index", "no rows")])
def test_a_baseline_of_other_dtypes_is_the_same_baseline(account, way):
    local, timezone, connection = account
    properties = [
        "firstname",
        "seats",
        "annual_spend",
        "renewal_date",
        "last_visit_at",
        "interests",
        "hubspot_owner_id",
    ]
    exported = local.export("contacts", properties=properties, timezone=timezone).head(40)
    edited = exported.assign(Seats=exported["Seats"].where(exported.index != 3, 251)).sample(frac=1, random_state=1)
    plan = hubframe.plan_update(
        edited, "contacts", baseline=WAYS[way](exported), timezone=timezone, progress=False, connection=connection
    )
    assert plan.changes()[["row", "property", "after"]].to_numpy().tolist() == [[3, "seats", "251"]]
