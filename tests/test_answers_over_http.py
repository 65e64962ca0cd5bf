"""Every answer of DESIGN section 4, over real HTTP: what strikes, what is told of the rows, what it costs."""

from functools import cache

import pandas as pd
import pytest

from hubframe.local_hubspot import FAULT_NAMES, Fault
from tests.over_http import MODES, portal, update

ROWS, SIZE = 60, 20
BAD_CELLS, UNKNOWN = (3, 25), 59
BAD = (*BAD_CELLS, UNKNOWN)
ALL = {"updated": ROWS - 3, "failed": 3}
LOST = {"NOT_WRITTEN", "VALUE_NOT_KEPT"}  # the latter where the old values are not known
NOT_WRITTEN = {"updated": ROWS - 22, "failed": 22}
HALF_LOST = {"all": {"updated": 48, "failed": 12}, "changed": {"updated": 47, "failed": 13}}  # a row less was sent
CODES = {"INVALID_INTEGER", "OBJECT_NOT_FOUND"}
SLOW = {"request_timeout_seconds": 30}  # 0.3 s on the wall


def portal_and_frame(local):
    """Return 60 rows in three batches: two cells HubSpot refuses, one id it does not know, the others good."""
    ids = [
        local.portal.add("contacts", {"firstname": f"juniper {n}", "email": f"j{n}@example.com"}) for n in range(ROWS)
    ]
    for n in range(20):
        local.portal.add("contacts", {"firstname": f"alder {n}"})  # nobody's
    df = pd.DataFrame({"hs_object_id": ids, "firstname": [f"Juniper {n}" for n in range(ROWS)]})
    df["annual_spend"] = [str(n % 7) for n in range(ROWS)]
    df.loc[list(BAD_CELLS), "annual_spend"] = "1e5"
    df.loc[UNKNOWN, "hs_object_id"] = "888000000001"
    return df


def send(mode, version, write, prepare=lambda local, df: None, **settings):
    with portal(validation=mode) as local:
        df = portal_and_frame(local)
        prepare(local, df)
        settings = {"rows_per_request": SIZE, **settings}
        return update(local, df, version=version, write=write, bad=BAD, settings=settings)


@cache
def undisturbed(mode, version, write):
    told = send(mode, version, write)
    assert (told.statuses, told.wrong, told.warned) == (ALL, [], "")
    return told


class Line:
    """A line of the table: ``most`` requests more than undisturbed at most (and ``least`` at least)."""

    def __init__(
        self, fault, told=ALL, *, most, least=1, codes=frozenset(), warns="", name=None, plan=None, **settings
    ):
        self.fault = Fault(fault) if isinstance(fault, str) else fault
        self.told, self.most, self.least = told, most, least
        self.codes, self.warns, self.settings = CODES | set(codes), warns, settings
        self.plan = {"at": 1} if plan is None else plan
        more = [f"{key} {value}" for key, value in self.plan.items() if key != "at" and not callable(value)]
        self.name = name or " ".join([self.fault.name, *more])


def seconds(name, lasting, **more):
    return Fault(name, seconds=lasting, **more)


def holds_row_40(request):
    return any(item["objectWriteTraceId"] == "40" for item in request.body["inputs"])


LAST = {"matching": holds_row_40, "times": 1}  # the last batch, of which HubSpot refuses no cell
TABLE = [
    # The connection
    *(Line(name, most=1) for name in ["cut_before_write", "cut_after_write", "cut_mid_answer"]),
    *(Line(name, most=1) for name in ["reset_before_write", "reset_after_write"]),
    Line("truncated_json", most=2),  # half a refusal is one that accuses nobody
    Line("wrong_content_type", most=0, least=0),
    Line("cut_after_write", most=6, plan={"every": 2}),
    Line("silence", most=2, **SLOW),
    Line(seconds("headers_only", 100), most=2, **SLOW),
    Line(seconds("slow_drip", 5), most=2, name="slow_drip over the time-out", **SLOW),
    Line(seconds("slow_drip", 0.05), most=0, least=0, name="slow_drip within the time-out"),
    # HubSpot in trouble
    *(Line(name, most=1) for name in ["timeout_408", "locked_423", "error_500", "html_502", "text_503", "html_504"]),
    *(
        Line(Fault(name, written=True), most=1, name=f"{name} written")
        for name in ["timeout_408", "locked_423", "error_500", "html_502", "text_503", "html_504"]
    ),
    Line(seconds("timeout_524", 0.05), most=1),
    Line(seconds("timeout_524", 0.05, written=True), most=1, name="timeout_524 written"),
    Line(Fault("text_503", retry_after_seconds=5), most=1, name="503 with Retry-After"),
    Line("html_502", most=6, plan={"times": 5}, name="502 five times"),
    Line(Fault("migration_477", retry_after_seconds=5), most=1, name="477 short"),
    # Limits
    *(Line(name, most=1) for name in FAULT_NAMES if "429" in name and "daily" not in name),
    Line(Fault("cloudflare_429", retry_after_seconds=3), most=1, name="429 with Retry-After"),
    Line("secondly_429", most=8, plan={"times": 8}, name="429 more often than max_attempts"),
    # Success that is none, or not all
    Line("empty_results", NOT_WRITTEN, most=1, least=0, codes=LOST),
    Line("empty_results_written", {"per_row": ALL, "whole_batch": NOT_WRITTEN}, most=1, least=0, codes=LOST),
    Line("errors_under_200", most=0, least=0, plan={}),
    Line("no_errors_207", most=3, least=0, plan={}, codes=LOST),
    Line("rows_not_shown", most=3, plan={}),
    Line("rows_not_shown", most=2, least=0, plan={"at": 2, "path": "batch/read"}, name="rows_not_shown in a read"),
    Line("rows_dropped", HALF_LOST, plan=LAST, most=1, codes=LOST),
    Line(seconds("status_pending", 0.05), most=6, plan=LAST),
    Line(seconds("status_processing", 0.05), most=6, plan=LAST),
    Line("status_canceled", HALF_LOST, plan=LAST, most=1, codes=LOST),
]


def cases():
    """Every line in both modes and both versions; where the rows matter, with both ways to write in each mode."""
    for number, line in enumerate(TABLE):
        ways = MODES if line.plan in ({}, LAST) or "empty" in line.name else (MODES[0::3], MODES[1:3])[number % 2]
        yield from (pytest.param(line, *way, id="-".join([line.name, *way])) for way in ways)


@pytest.mark.parametrize(("line", "mode", "version", "write"), list(cases()))
def test_whatever_is_answered_every_row_is_told_truly(line, mode, version, write):
    told = send(mode, version, write, lambda local, df: local.faults.plan(line.fault, **line.plan), **line.settings)
    extra = told.requests - undisturbed(mode, version, write).requests
    print(
        "TABLE",
        line.name,
        mode,
        version,
        write,
        told.statuses,
        sorted(set(told.result["hubspot_error_code"].dropna())),
        extra,
        told.warned,
    )
    assert told.wrong == []
    assert told.statuses == line.told.get(mode) or line.told.get(write) or line.told
    assert set(told.result["hubspot_error_code"].dropna()) <= line.codes
    assert line.least <= extra <= line.most
    assert (line.warns in told.warned) if line.warns else told.warned == ""
