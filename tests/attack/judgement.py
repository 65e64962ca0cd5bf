"""What a result says against what the portal holds: promises 1 to 5 of the design."""

from collections import Counter

from hubframe.planning.definitions import Property
from hubframe.planning.equality import same_value
from tests.attack.scenario import GOOD, contents, state

NUMBER = Property("annual_spend", type="number")
TEXT = Property("firstname", type="string")


def wrong_rows(scenario, result):
    """Return a sentence for everything about a result that is not as promised."""
    wrong = []
    if len(result) != len(scenario.df) or not result.index.equals(scenario.df.index):
        return ["the rows are not those that were given"]
    after = state(scenario.local)
    may_change = set()
    for row, (kind, record, wanted, status, code, told_id) in enumerate(
        zip(
            scenario.kinds,
            scenario.record_ids,
            scenario.wanted,
            result["hubspot_status"],
            result["hubspot_error_code"].fillna(""),
            result["hubspot_id"].fillna(""),
            strict=True,
        )
    ):
        holds = record in after and _holds(after[record], wanted)
        untouched = record is None or after[record] == scenario.before[record]
        told = f"row {row}: a {kind} row is {status} {code}, its record {'holds it' if holds else 'does not hold it'}"
        if kind in GOOD and wanted:
            may_change.add(record)
        if status in ("updated", "failed", "unconfirmed") and kind in GOOD and told_id not in (record, ""):
            wrong.append(f"row {row} is about record {record}, and is told to be {told_id}")
        if not _true(kind, status, code, holds=holds, untouched=untouched):
            wrong.append(told)
    changed = {record for record in after if after[record] != scenario.before.get(record)}
    wrong += [f"record {record} changed and no good row asked for it" for record in changed - may_change]
    wrong += _sent_wrongly(scenario)
    return wrong


def _true(kind, status, code, *, holds, untouched):
    """Tell whether a status is the truth about a row."""
    if kind == "blank":
        return status == "unchanged" and code == "NOTHING_TO_SEND"
    if kind in ("id", "contradiction"):
        return status == "invalid" and untouched
    if kind in GOOD:
        return {
            "updated": holds,
            "unchanged": holds,
            "failed": code in ("NOT_WRITTEN", "VALUE_NOT_KEPT") and not holds,  # HubSpot dropped it, and was looked at
            "unsent": untouched,
            "unconfirmed": True,
        }.get(status, False)
    return status in ("failed", "invalid", "unsent", "unconfirmed") and untouched


def _holds(held, wanted):
    return all(
        same_value(NUMBER if name == "annual_spend" else TEXT, text, held.get(name)) for name, text in wanted.items()
    )


def _sent_wrongly(scenario):
    """Rows refused here, or the second of twins, that travelled all the same."""
    never = {str(row) for row, kind in enumerate(scenario.kinds) if kind in ("id", "contradiction", "blank")}
    wrong = []
    for request in scenario.local.requests:
        if request.path.endswith("batch/update") and isinstance(request.body, dict):
            inputs = request.body["inputs"]
            traces = {item["objectWriteTraceId"] for item in inputs}
            wrong += [f"row {trace} was sent" for trace in traces & never]
            if len(inputs) > 100 or len({item["id"] for item in inputs}) < len(inputs):
                wrong.append("a request with over 100 rows, or one id twice")
    return wrong


def faults_met(local):
    return Counter(request.fault for request in local.requests if request.fault)


__all__ = ["contents", "faults_met", "wrong_rows"]
