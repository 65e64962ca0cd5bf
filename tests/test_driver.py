"""Every row is settled exactly once, and truthfully, whatever HubSpot answers and whenever the run is stopped.

The loop runs in virtual time against a HubSpot in memory; what it holds in the end is the truth.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.connection import Connection, Token
from hubframe.delivery.driver import Delivery
from hubframe.delivery.messages import Answer
from hubframe.delivery.pacing import Pacer
from hubframe.delivery.run import Run
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions, Property
from hubframe.results.outcomes import Outcomes
from tests.virtual_time import run as in_virtual_time

DEFINITIONS = Definitions(
    "p1_my contracts",
    {
        **{name: Property(name, type="string") for name in ("name", "phone", "sku")},
        "email": Property("email", type="string", is_contact_email=True),
    },
)
MOMENT = "2026-11-23T13:02:00Z"
DAILY = {"message": "You have reached your daily limit.", "policyName": "DAILY", "errorType": "RATE_LIMIT"}
ROLLING = {"message": "You have reached your ten_secondly_rolling limit.", "policyName": "TEN_SECONDLY_ROLLING"}
# What goes wrong before HubSpot does anything, and what after it wrote.
BEFORE = {
    "refused connection": Answer(0, text="no answer (ClientConnectorError)", maybe_written=False),
    "cut before": Answer(0, text="no answer (ServerDisconnectedError)"),
    "423": Answer(423, None),
    "429": Answer(429, ROLLING),
    "429 cloudflare": Answer(429, None, text="error code: 1015"),
    "477 short": Answer(477, None, {"Retry-After": "3"}),
    "500": Answer(500, {"message": "internal error"}),
    "502": Answer(502, None, text="<html>"),
    "503": Answer(503, None, text="upstream connect error"),
}
AFTER = {
    "cut after": Answer(0, text="no answer (ServerDisconnectedError)"),
    "truncated": Answer(200, None, text='{"status":"COMPL'),
    "524": Answer(524, None, text="error code: 524"),
    "408": Answer(408, None),
    "500 after": Answer(500, {"message": "internal error"}),
    "silent": Answer(200, {"status": "COMPLETE", "results": []}),
    "silent 207": Answer(207, {"status": "COMPLETE", "results": [], "errors": [], "numErrors": 0}),
    "pending": Answer(202, {"status": "PENDING", "results": []}),
}
STOPPING = {
    "401": Answer(401, {"message": "expired", "category": "EXPIRED_AUTHENTICATION"}),
    "403": Answer(403, {"message": "scopes", "category": "MISSING_SCOPES"}),
    "daily": Answer(429, DAILY),
    "477 long": Answer(477, None, {"Retry-After": "86400"}),
}


@dataclass
class Rows:
    """As much of a plan as the loop needs."""

    ids: list[str]
    texts: list[dict[str, str]]
    id_property: str | None = None
    same_as: dict[int, int] = field(default_factory=dict)
    definitions: Definitions = DEFINITIONS
    doubts: dict[int, tuple] = field(default_factory=dict)
    expected: dict[int, dict[str, str]] | None = None
    sent: tuple[int, ...] = ()

    @property
    def properties_to_read(self):
        return sorted({name for texts in self.texts for name in texts})

    def batches(self, size):
        rows = [row for row in range(len(self.ids)) if row not in self.same_as]
        for part in itertools.batched(rows, size) if hasattr(itertools, "batched") else parts(rows, size):
            part = list(part)  # noqa: PLW2901
            yield Batch(part, [self.ids[row] for row in part], [self.texts[row] for row in part], self.id_property)


def parts(rows, size):
    return (rows[start : start + size] for start in range(0, len(rows), size))


class FakeHubSpot:
    """Records in memory. The values say how they fare.

    "bad" is refused by name and value, "cursed" without a reason, "poison" breaks HubSpot; phones are rewritten.
    """

    def __init__(self, records, *, per_row=True, merged=None, faults=(), latency_seconds=0.3, script=None):
        self.records = records
        self.merged = merged or {}
        self.per_row = per_row
        self.faults = iter(faults)
        self.latency_seconds = latency_seconds
        self.script = script  # (kind, number of the answer) → an answer, None to go on, or an exception
        self.requests: list[tuple[str, list[str], float]] = []
        self.written: Counter[str] = Counter()
        self.on_the_way = self.most_on_the_way = self.answers = 0
        self.writing: set[str] = set()

    async def request(self, method, path, body=None):
        assert (method, path[: path.rindex("/")]) == ("POST", "/crm/objects/2026-03/p1_my%20contracts/batch")
        kind, asked = path.rsplit("/", 1)[1], json.loads(body)
        addressed = {self.address(row, asked) for row in asked["inputs"]} - {None}
        ids = [row["id"] for row in asked["inputs"]]
        assert 1 <= len(ids) <= 100
        self.requests.append((kind, ids, asyncio.get_running_loop().time()))
        if kind == "update":
            assert not addressed & self.writing, "one record in two requests at once"
            self.writing |= addressed
        self.on_the_way += 1
        self.most_on_the_way = max(self.most_on_the_way, self.on_the_way)
        try:
            await asyncio.sleep(self.latency_seconds / 2)
            answer = self.answered(kind, asked)
            await asyncio.sleep(self.latency_seconds / 2)
        finally:
            self.on_the_way -= 1
            if kind == "update":
                self.writing -= addressed
        return answer

    def answered(self, kind, asked):
        if self.script is not None:
            self.answers += 1
            answer = self.script(kind, self.answers)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                return answer
        fault = next(self.faults, None)
        if fault in BEFORE or fault in STOPPING:
            return BEFORE.get(fault) or STOPPING[fault]
        answer = self.update(asked) if kind == "update" else self.read(asked)
        return AFTER[fault] if fault in AFTER and answer.ok else answer

    def address(self, row, asked):
        name = row.get("idProperty") or asked.get("idProperty")
        if name is None:
            return row["id"] if row["id"] in self.records else None
        return next(
            (id_ for id_, held in self.records.items() if held.get(name, "").lower() == row["id"].lower()), None
        )

    def read(self, asked):
        results, missing = {}, []
        for row in asked["inputs"]:
            record = self.address(row, asked) or self.merged.get(row["id"])
            if record is None:
                missing.append(row["id"])
            else:
                held = {name: self.records[record].get(name) for name in asked["properties"]}
                held["hs_merged_object_ids"] = ";".join(old for old, into in self.merged.items() if into == record)
                results[record] = {"id": record, "properties": held, "updatedAt": MOMENT}
        return self.batch(list(results.values())[::-1], [not_found(missing)] if missing else [])

    def update(self, asked):
        rows = [(row, self.address(row, asked)) for row in asked["inputs"]]
        values = {row["objectWriteTraceId"]: set(row["properties"].values()) for row, _ in rows}
        if any("poison" in found for found in values.values()):
            return Answer(500, {"message": "internal error"})
        if any("cursed" in found for found in values.values()):
            return Answer(400, {"message": "No.", "category": "VALIDATION_ERROR"})
        bad = [(row["objectWriteTraceId"], name) for row, _ in rows for name in row["properties"]
               if row["properties"][name] == "bad"]  # fmt: skip
        if bad and not self.per_row:
            return Answer(400, {"message": invalid(name for _, name in bad), "category": "VALIDATION_ERROR"})
        errors = [
            {"category": "VALIDATION_ERROR", "message": invalid([name]), "context": {"objectWriteTraceId": [trace]}}
            for trace, name in bad
        ]
        missing = [row["id"] for row, record in rows if record is None and row["id"] not in self.merged]
        errors += [not_found(missing)] if missing else []
        results = []
        for row, record in rows:
            if record is not None and "bad" not in values[row["objectWriteTraceId"]]:
                stored = {name: stored_text(name, text) for name, text in row["properties"].items()}
                self.records[record].update(stored)
                self.written[record] += 1
                results.append({"id": record, "properties": stored, "updatedAt": MOMENT})
        return self.batch(results[::-1], errors)

    @staticmethod
    def batch(results, errors):
        body = {"status": "COMPLETE", "results": results}
        return Answer(207 if errors else 200, {**body, "errors": errors, "numErrors": 1} if errors else body)


def stored_text(name, text):
    return "+" + text if name == "phone" and text and not text.startswith("+") else text


def not_found(ids):
    return {"category": "OBJECT_NOT_FOUND", "message": "Could not get some objects", "context": {"ids": ids}}


def invalid(names):
    items = [{"message": "bad", "error": "INVALID", "name": name, "propertyValue": "bad"} for name in names]
    return "Property values were not valid: " + json.dumps(items)


def deliver(plan, hubspot, *, write="all", pacer=None, interrupts=(), **settings):
    """Deliver in virtual time; return the run. ``interrupts`` are the times at which somebody presses Stop."""

    async def main():
        connection = Connection(token=Token("pat-x"), base_url="http://127.0.0.1:1", **settings)
        run = Run(connection, "contracts", outcomes=Outcomes(len(plan.ids)))
        delivery = Delivery(plan, run, hubspot, pacer or Pacer(), write=write)
        loop = asyncio.get_running_loop()
        for moment in interrupts:
            loop.call_at(moment, press_stop, run)
        try:
            async with asyncio.timeout(50_000):
                await delivery.deliver()
        finally:
            run.seconds = loop.time()
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
            assert hubspot.on_the_way == 0
        assert run.outcomes.settled == len(plan.ids)
        return run

    return in_virtual_time(main())


def press_stop(run):
    run.interrupts += 1


def counts(run):
    return {status: count for status, count in run.outcomes.counts.items() if count}


def statuses(run):
    return [run.outcomes.status_of(row) for row in range(run.outcomes.rows)]


def codes(run, row):
    return [problem.code for problem in run.outcomes.problems.get(row, ())]


def portal(count, **properties):
    return {str(1000 + index): {"name": "old", **properties} for index in range(count)}


def everyone(count, text="new", *, bad=None):
    """A row for each of a portal's records; ``bad`` gives other texts by row."""
    return Rows(
        [str(1000 + row) for row in range(count)], [{"name": (bad or {}).get(row, text)} for row in range(count)]
    )


def requests_of(hubspot, kind):
    return [ids for asked, ids, _ in hubspot.requests if asked == kind]


def holds(record, texts):
    return record is not None and all(record.get(name, "") == stored_text(name, text) for name, text in texts.items())


def assert_true(run, plan, hubspot, before):
    """Compare every row's status with what HubSpot holds."""
    for row, (record, texts, status) in enumerate(zip(plan.ids, plan.texts, statuses(run), strict=True)):
        held, held_before = hubspot.records.get(record), before.get(record)
        there, was_there = holds(held, texts), holds(held_before, texts)
        what = (row, record, texts, status, codes(run, row), held)
        if status in ("updated", "unchanged"):
            assert there, what
        elif status == "failed":
            assert not there or was_there, what
        elif status == "unsent":
            assert not hubspot.written[record], what
        else:
            assert status == "unconfirmed", what
        assert (status in ("updated", "unchanged")) or run.outcomes.problems[row], what
        if status == "unsent":
            assert run.stop is not None or "NOT_IN_ANSWER" in codes(run, row), what
        # Nobody is blamed for another's fault.
        if status == "failed" and held is not None and record not in hubspot.merged:
            alone = "INTERNAL_ERROR" in codes(run, row)  # HubSpot broke three times over this row alone
            assert alone or "NOT_WRITTEN" in codes(run, row) or {"bad", "cursed", "poison"} & set(texts.values()), what


# Whatever HubSpot answers -----------------------------------------------------------------------------------

TEXTS = st.sampled_from(["new"] * 6 + ["old"] * 3 + ["bad", "cursed", "poison"])


@st.composite
def stories(draw, faults, *, most_rows=40):
    """A portal, a frame's rows for it, and what goes wrong, request after request."""
    count = draw(st.integers(1, most_rows))
    records = portal(count)
    gone = draw(st.sets(st.sampled_from(sorted(records)), max_size=5))
    records = {record: held for record, held in records.items() if record not in gone}
    merged = {record: draw(st.sampled_from(sorted(records))) for record in gone if records and draw(st.booleans())}
    texts = [
        {"name": draw(TEXTS), **({"phone": draw(st.sampled_from(["1", "+2", ""]))} if draw(st.booleans()) else {})}
        for _ in range(count)
    ]
    plan = Rows([str(1000 + row) for row in range(count)], texts)
    wrong = draw(st.lists(st.none() | st.sampled_from(sorted(faults)), max_size=40))
    hubspot = FakeHubSpot(records, per_row=draw(st.booleans()), merged=merged, faults=wrong)
    options = {
        "write": draw(st.sampled_from(["all", "changed"])),
        "rows_per_request": draw(st.sampled_from([1, 3, 7, 100])),
        "max_in_flight": draw(st.sampled_from([None, 1, 3])),
        "max_attempts": draw(st.sampled_from([1, 3, 6])),
    }
    return plan, hubspot, options


@settings(max_examples=80, deadline=None)
@given(stories(BEFORE | AFTER))
def test_every_row_is_settled_once_and_truly(story):
    plan, hubspot, options = story
    before = json.loads(json.dumps(hubspot.records))
    run = deliver(plan, hubspot, **options)
    assert_true(run, plan, hubspot, before)
    assert hubspot.most_on_the_way <= (options["max_in_flight"] or 64)


@settings(max_examples=60, deadline=None)
@given(
    stories(BEFORE | AFTER | STOPPING),
    st.lists(st.floats(0, 40), max_size=3).map(sorted),
    st.sampled_from([0.01, 0.3, 4.0, 30.0]),
)
def test_every_row_is_settled_once_and_truly_whenever_the_run_is_stopped(story, interrupts, latency_seconds):
    plan, hubspot, options = story
    hubspot.latency_seconds = latency_seconds
    before = json.loads(json.dumps(hubspot.records))
    run = deliver(plan, hubspot, interrupts=interrupts, **options)
    assert_true(run, plan, hubspot, before)
    if interrupts and run.seconds > interrupts[0]:
        assert run.seconds <= interrupts[0] + 10.3
        if len(interrupts) > 1 and run.seconds > interrupts[1]:
            assert run.seconds <= interrupts[1] + 0.3


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200, 201])
@pytest.mark.parametrize("write", ["all", "changed"])
def test_rows_travel_a_hundred_at_a_time(count, write):
    hubspot = FakeHubSpot(portal(count))
    run = deliver(everyone(count), hubspot, write=write)
    assert counts(run) == ({"updated": count} if count else {})
    assert sorted(map(len, requests_of(hubspot, "update"))) == sorted(
        [100] * (count // 100) + [count % 100][: count % 100]
    )
    assert len(requests_of(hubspot, "read")) == (0 if write == "all" else -(-count // 100))
    assert list(run.outcomes.attempts) == [1] * count


# Read before write ------------------------------------------------------------------------------------------


def test_rows_that_differ_are_collected_until_they_fill_a_request():
    hubspot = FakeHubSpot(portal(4000), latency_seconds=0.1)
    run = deliver(everyone(4000, "old", bad=dict.fromkeys(range(0, 4000, 20), "new")), hubspot, write="changed")
    assert counts(run) == {"updated": 200, "unchanged": 3800}
    assert (len(requests_of(hubspot, "read")), len(requests_of(hubspot, "update"))) == (40, 2)


def test_what_was_read_is_written_within_seconds():
    hubspot = FakeHubSpot(portal(6000), latency_seconds=0.1)
    deliver(everyone(6000, "old", bad=dict.fromkeys(range(0, 6000, 150), "new")), hubspot, write="changed")
    read_at = {record: moment for kind, ids, moment in hubspot.requests if kind == "read" for record in ids}
    waits = [moment - read_at[ids[0]] for kind, ids, moment in hubspot.requests if kind == "update"]
    assert max(waits) < 7


def test_contacts_addressed_by_e_mail_are_looked_up_first():
    records = {"7": {"email": "ann@b.c", "name": "old"}, "8": {"email": "bob@b.c", "name": "new"}}
    plan = Rows(["Ann@B.c", "bob@b.c", "who@b.c"], [{"name": "new"}] * 3, "email")
    hubspot = FakeHubSpot(records)
    run = deliver(plan, hubspot, write="all")
    assert statuses(run) == ["updated", "updated", "failed"]
    assert list(run.outcomes.record_ids[:2]) == ["7", "8"]
    assert [sorted(ids) for ids in requests_of(hubspot, "update")] == [["7", "8"]]


def test_two_values_of_one_record_are_not_both_written():
    hubspot = FakeHubSpot({"7": {"sku": "abc", "name": "old"}})
    plan = Rows(["abc", "ABC"], [{"name": "one"}, {"name": "two"}], "sku")
    run = deliver(plan, hubspot, write="changed")
    assert sorted(statuses(run)) == ["invalid", "updated"]
    assert hubspot.written == {"7": 1}


def test_a_row_merged_into_another_of_the_same_request_is_found_out():
    hubspot = FakeHubSpot(portal(1), merged={"999": "1000"})
    run = deliver(Rows(["999", "1000"], [{"name": "a"}, {"name": "b"}]), hubspot, write="changed")
    assert statuses(run) == ["failed", "updated"]
    assert codes(run, 0) == ["RECORD_MERGED"]


def test_a_record_that_reads_never_mention_is_not_waited_for_for_ever():
    def script(kind, _):
        return Answer(200, {"status": "COMPLETE", "results": []}) if kind == "read" else None

    run = deliver(everyone(3), FakeHubSpot(portal(3), script=script), write="changed")
    assert counts(run) == {"unsent": 3}
    assert run.requests == 6


def test_rows_that_say_the_same_share_an_outcome():
    hubspot = FakeHubSpot(portal(2))
    plan = Rows(["1000", "1001", "1000"], [{"name": "new"}, {"name": "bad"}, {"name": "new"}], same_as={2: 0})
    run = deliver(plan, hubspot)
    assert statuses(run) == ["updated", "failed", "updated"]
    assert list(run.outcomes.attempts) == [1, 1, 1]


# One bad row ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "per_row", "most"), [("bad", True, 0), ("bad", False, 1), ("cursed", True, 14)])
def test_what_one_bad_row_costs(text, per_row, most):
    run = deliver(everyone(1000, bad={123: text}), FakeHubSpot(portal(1000), per_row=per_row))
    assert counts(run) == {"updated": 999, "failed": 1}
    assert statuses(run)[123] == "failed"
    assert run.requests - 10 <= most


@pytest.mark.parametrize(("write", "status"), [("changed", "failed"), ("all", "unconfirmed")])
def test_a_row_that_breaks_hubspot_is_found_and_the_others_are_written(write, status):
    """Unseen, a text that differs may be one that HubSpot stored in a form of its own."""
    run = deliver(everyone(300, bad={123: "poison"}), FakeHubSpot(portal(300)), write=write)
    assert counts(run) == {"updated": 299, status: 1}
    assert codes(run, 123) == ["NOT_WRITTEN" if status == "failed" else "UNCONFIRMED"]


def test_a_whole_bad_batch_does_not_stop_the_good_ones():
    cursed = dict.fromkeys(range(200, 300), "cursed") | dict.fromkeys(range(700, 800), "cursed")
    run = deliver(everyone(1000, bad=cursed), FakeHubSpot(portal(1000)), max_in_flight=1)
    assert counts(run) == {"updated": 800, "failed": 200}
    assert run.stop is None


# What stops a run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", ["all", "changed"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [("401", "authentication"), ("403", "scope"), ("daily", "daily_limit"), ("477 long", "unavailable")],
)
def test_a_cause_that_is_no_rows_ends_the_run(write, fault, kind):
    script = lambda _, number: STOPPING[fault] if number > 30 else None
    hubspot = FakeHubSpot(portal(5000), script=script)
    run = deliver(everyone(5000), hubspot, write=write)
    assert run.stop.kind == kind
    assert run.requests <= 60
    assert set(counts(run)) <= {"updated", "unsent"}
    assert counts(run)["updated"] == sum(hubspot.written.values()) > 0
    assert run.may_have_written


@pytest.mark.parametrize("write", ["all", "changed"])
@pytest.mark.parametrize("answer", [Answer(404, None, text="<html>"), Answer(400, {"message": "No."}), Answer(413)])
def test_what_is_refused_alike_twice_ends_the_run(write, answer):
    run = deliver(everyone(4000), FakeHubSpot(portal(4000), script=lambda _, __: answer), write=write)
    assert run.stop.kind == "refused_alike"
    assert run.requests <= 450
    assert counts(run)["unsent"] >= 3500
    assert set(counts(run)) == {"failed", "unsent"}
    assert not run.may_have_written


def test_writes_refused_alike_end_the_run_though_reads_go_well():
    script = lambda kind, _: Answer(400, {"message": "No."}) if kind == "update" else None
    run = deliver(everyone(4000), FakeHubSpot(portal(4000), script=script), write="changed")
    assert run.stop.kind == "refused_alike"
    assert run.requests <= 500


@pytest.mark.parametrize("answer", [BEFORE["503"], BEFORE["cut before"], BEFORE["refused connection"], AFTER["524"]])
@pytest.mark.parametrize("write", ["all", "changed"])
def test_an_outage_ends_the_run(write, answer):
    run = deliver(everyone(6000), FakeHubSpot(portal(6000), script=lambda _, __: answer), write=write)
    assert run.stop.kind == "unavailable"
    assert run.requests <= 120
    assert run.seconds <= 600
    assert counts(run)["unsent"] >= 5000
    if write == "changed":  # nothing but reads was sent
        assert counts(run) == {"unsent": 6000}
        assert not run.may_have_written


def test_an_outage_of_writes_ends_the_run_and_reads_tell_what_was_written():
    script = lambda kind, number: BEFORE["503"] if kind == "update" and number > 30 else None
    hubspot = FakeHubSpot(portal(6000), script=script)
    before = json.loads(json.dumps(hubspot.records))
    run = deliver(everyone(6000), hubspot, write="changed")
    assert run.stop.kind == "unavailable"
    assert set(counts(run)) == {"updated", "failed", "unsent"}
    assert_true(run, everyone(6000), hubspot, before)
    assert run.seconds <= 600


def test_one_request_that_never_gets_an_answer_does_not_end_the_run():
    class Slow(FakeHubSpot):
        def answered(self, kind, asked):
            if kind == "update" and "1005" in [row["id"] for row in asked["inputs"]]:
                self.update(asked)
                return AFTER["524"]
            return super().answered(kind, asked)

    run = deliver(everyone(5000), Slow(portal(5000)))
    assert counts(run) == {"updated": 5000}
    assert run.stop is None


def test_looks_are_not_held_up_by_refusals_once_the_run_is_stopped():
    """Rows to look at may belong to a refused batch that is not being followed at the time."""

    def script(kind, number):
        if kind == "read":
            return None
        return AFTER["524"] if number in (5, 6) else Answer(401, {}) if number > 60 else Answer(400, {"message": "No."})

    for limit in (1, 4, 8, 20):
        run = deliver(everyone(3000), FakeHubSpot(portal(3000), script=script), max_in_flight=limit)
        assert run.stop is not None


# Interrupts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", ["all", "changed"])
def test_an_interrupt_waits_for_what_is_on_the_way(write):
    hubspot = FakeHubSpot(portal(6000), latency_seconds=4)
    run = deliver(everyone(6000), hubspot, write=write, interrupts=[13])
    assert 13 < run.seconds <= 17.1
    assert set(counts(run)) == {"updated", "unsent"}
    assert counts(run)["updated"] == sum(hubspot.written.values()) > 0
    assert max(moment for _, _, moment in hubspot.requests) <= 13.1


def test_an_interrupt_waits_ten_seconds_at_most():
    hubspot = FakeHubSpot(portal(6000), latency_seconds=60)
    run = deliver(everyone(6000), hubspot, interrupts=[13])
    assert 23 <= run.seconds <= 23.2
    assert set(counts(run)) == {"unconfirmed", "unsent"}


def test_a_second_interrupt_ends_at_once():
    run = deliver(everyone(6000), FakeHubSpot(portal(6000), latency_seconds=60), interrupts=[13, 14])
    assert run.seconds <= 14.2
    assert set(counts(run)) == {"unconfirmed", "unsent"}


def test_what_was_being_retried_at_an_interrupt_is_looked_at():
    script = lambda kind, number: AFTER["524"] if kind == "update" else None

    class Written(FakeHubSpot):
        def answered(self, kind, asked):
            if kind == "update":
                self.update(asked)
            return super().answered(kind, asked)

    hubspot = Written(portal(1000), script=script)
    run = deliver(everyone(1000), hubspot, interrupts=[2.1])
    assert counts(run)["updated"] == len(hubspot.written)
    assert set(counts(run)) <= {"updated", "unsent"}


# The loop ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_no_more_is_on_the_way_than_allowed(limit):
    hubspot = FakeHubSpot(portal(3000))
    deliver(everyone(3000), hubspot, max_in_flight=limit, write="changed")
    assert hubspot.most_on_the_way == limit


def test_the_limit_is_kept():
    hubspot = FakeHubSpot(portal(1000), latency_seconds=0.05)
    run = deliver(everyone(1000), hubspot, rows_per_request=2, pacer=Pacer(50, 10))
    sent = [moment for _, _, moment in hubspot.requests]
    assert min(later - earlier for earlier, later in zip(sent, sent[50:], strict=False)) >= 10
    assert 90 <= run.seconds <= 92
    assert run.waited_for_limit_seconds > 80


@pytest.mark.parametrize("write", ["all", "changed"])
def test_a_defect_reaches_the_caller_while_nothing_was_written_and_leaves_nothing_behind(write):
    script = lambda _, number: ZeroDivisionError("a defect") if number == 1 else None
    hubspot = FakeHubSpot(portal(5000), script=script)
    with pytest.raises(ZeroDivisionError):
        deliver(everyone(5000), hubspot, write=write, max_in_flight=1)
    assert hubspot.on_the_way == 0


@pytest.mark.parametrize("write", ["all", "changed"])
def test_a_defect_midway_loses_nothing_of_what_was_written(write):
    script = lambda _, number: ZeroDivisionError("a defect") if number == 20 else None
    hubspot, plan = FakeHubSpot(portal(5000), script=script), everyone(5000)
    run = deliver(plan, hubspot, write=write)
    assert run.stop.kind == "defect"
    assert hubspot.on_the_way == 0
    assert run.outcomes.settled == 5000
    assert run.outcomes.counts["updated"] > 0
    assert run.outcomes.counts["unsent"] > 0
    for row, (record, texts) in enumerate(zip(plan.ids, plan.texts, strict=True)):
        status = run.outcomes.status_of(row)
        held = texts.items() <= hubspot.records[record].items()
        assert status == "unconfirmed" or (status == "updated") == held, (row, status)


def test_a_cancelled_delivery_leaves_nothing_behind():
    hubspot = FakeHubSpot(portal(5000), latency_seconds=5)

    async def main():
        run = Run(Connection(token=Token("pat-x")), "contracts", outcomes=Outcomes(5000))
        task = asyncio.ensure_future(Delivery(everyone(5000), run, hubspot, Pacer(), write="all").deliver())
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    in_virtual_time(main())
    assert hubspot.on_the_way == 0


def test_the_loop_wakes_ten_times_a_second():
    """A Stop button is heard by a kernel only when its loop wakes."""
    hubspot = FakeHubSpot(portal(100), latency_seconds=50)
    moments = []

    async def main():
        loop = asyncio.get_running_loop()
        run = Run(Connection(token=Token("pat-x")), "contracts", outcomes=Outcomes(100))
        select = loop._selector.select
        loop._selector.select = lambda timeout=None: (moments.append(loop.time()), select(timeout))[1]
        await Delivery(everyone(100), run, hubspot, Pacer(), write="all").deliver()

    in_virtual_time(main())
    assert max(later - earlier for earlier, later in itertools.pairwise(moments)) <= 0.1 + 1e-6
