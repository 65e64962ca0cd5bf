"""A batch update's answer → what to do with each of its rows. Pure: answer in, steps out.

Rows are told apart by id, by trace id and by the value of a unique property; never by their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from hubframe.delivery.evidence import compare, not_kept, rewritten
from hubframe.delivery.messages import Answer, RefusedValue, problems_of, refused_as_problems, refused_values
from hubframe.delivery.steps import History, Limits, Look, Settle, Split, Step
from hubframe.delivery.trouble import decide_trouble, halves
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.results.outcomes import Outcome, Problem

__all__ = ["decide"]

# These are wrong with a property, whatever the row and the value.
SAME_FOR_EVERY_ROW = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})
PENDING_SECONDS = 2.0


def decide(
    batch: Batch, answer: Answer, definitions: Definitions, history: History, limits: Limits
) -> tuple[Step, ...]:
    """Return the steps that an update's answer calls for; each row of the batch is in exactly one.

    The table in DESIGN section 4 says which, and ``tests/test_decide.py`` says it again.
    """
    rows = tuple(range(len(batch)))
    trouble = decide_trouble(answer, rows, history, limits)
    if trouble is not None:
        return trouble
    return _reconcile(batch, answer, definitions) if answer.ok else _refused(batch, answer)


def _reconcile(batch: Batch, answer: Answer, definitions: Definitions) -> tuple[Step, ...]:
    body = answer.json
    results = _Results(body.get("results") or (), batch.id_property)
    errors = _errors_by_row(batch, body.get("errors") or ())
    settled: list[Outcome] = []
    unclear: list[int] = []
    for index, record in enumerate(batch.ids):
        result = results.of(record, batch.rows[index])
        error = errors.get(index)
        if error is not None and result is None:
            address = record if batch.id_property is None else None
            problems = problems_of(error, batch.texts[index], answer.correlation_id)
            settled.append(Outcome(index, "failed", address, problems=problems))
        elif result is not None and error is None:
            outcome = _echoed(index, batch, result, definitions)
            if outcome is None:
                unclear.append(index)
            else:
                settled.append(outcome)
        else:
            unclear.append(index)  # in neither list, or in both
    steps: list[Step] = [Settle(tuple(settled))] if settled else []
    if unclear:
        complete = body.get("status") in (None, "COMPLETE")
        cause = Problem(
            category="NOT_IN_ANSWER",
            code="NOT_IN_ANSWER",
            message="HubSpot's answer does not say what became of the row.",
            correlation_id=answer.correlation_id,
        )
        steps.append(Look(tuple(unclear), cause, seconds=0.0 if complete else PENDING_SECONDS))
    return tuple(steps)


class _Results:
    """An answer's ``results``, found by id, by trace id, or by the value of the unique property."""

    def __init__(self, results: Iterable[Any], id_property: str | None) -> None:
        self.by_id: dict[str, Mapping[str, Any]] = {}
        self.by_trace: dict[str, Mapping[str, Any]] = {}
        self.id_property = id_property
        for result in results:
            if not isinstance(result, dict) or "id" not in result:
                continue
            if id_property is None:
                self.by_id[str(result["id"])] = result
            else:
                value = (result.get("properties") or {}).get(id_property)
                if value is not None:
                    self.by_id[str(value)] = result
            if "objectWriteTraceId" in result:
                self.by_trace[str(result["objectWriteTraceId"])] = result

    def of(self, record: str, row: int) -> Mapping[str, Any] | None:
        result = self.by_id.get(record)
        if result is None and self.id_property is not None:
            # Record ids are always echoed; a result under our trace id and another record's id is not ours.
            result = self.by_trace.get(str(row))
        return result


def _errors_by_row(batch: Batch, errors: Iterable[Any]) -> dict[int, Mapping[str, Any]]:
    named: dict[int, Mapping[str, Any]] = {}
    errors = [error for error in errors if isinstance(error, dict)]
    if not errors:
        return named
    index_of_trace = {str(row): index for index, row in enumerate(batch.rows)}
    for error in errors:
        context = error.get("context") if isinstance(error.get("context"), dict) else {}
        traces = [part for text in context.get("objectWriteTraceId") or () for part in str(text).split(",")]
        indices = {index_of_trace[trace] for trace in traces if trace in index_of_trace}
        ids = {str(record) for record in context.get("ids") or ()}
        indices |= {index for index, record in enumerate(batch.ids) if record in ids}
        indices |= _missing_by_value(batch, context)
        for index in indices:
            own = {**context, "ids": [batch.ids[index]]} if len(ids) > 1 else context
            named.setdefault(index, {**error, "context": own})
    return named


def _echoed(index: int, batch: Batch, result: Mapping[str, Any], definitions: Definitions) -> Outcome | None:
    """Return what the echo of a row says; None where it does not show all that was sent."""
    texts = batch.texts[index]
    echo = result.get("properties") or {}
    record, updated_at = str(result["id"]), result.get("updatedAt")
    if texts.items() <= echo.items():
        return Outcome(index, "updated", record, updated_at)
    evidence = compare(texts, batch.known[index], echo, definitions, whole=False)
    if evidence.absent:
        return None
    if evidence.old:
        problems = tuple(not_kept(name, texts, echo) for name in evidence.old)
        return Outcome(index, "failed", record, updated_at, problems)
    return Outcome(index, "updated", record, updated_at, tuple(rewritten(name, texts, echo) for name in evidence.other))


def _refused(batch: Batch, answer: Answer) -> tuple[Step, ...]:
    """HubSpot refused the request as a whole (4xx): nothing was written."""
    error = answer.json
    guilty: dict[int, tuple[Problem, ...]] = {}
    suspects: set[int] = set()
    refused = refused_values(answer.message)
    context = error.get("context") if isinstance(error.get("context"), dict) else {}
    if refused:
        guilty, suspects = _attributed(batch, refused, answer)
    elif "already" in answer.message:
        named = _conflicting(batch, answer.message)
        if len(named) == 1:
            guilty = {index: problems_of(error, batch.texts[index], answer.correlation_id) for index in named}
        suspects = named
    else:
        missing = _missing_by_value(batch, context)
        if answer.category == "OBJECT_NOT_FOUND":
            ids = {str(record) for record in context.get("ids") or ()}
            missing |= {index for index, record in enumerate(batch.ids) if record in ids}
        guilty = {index: (_not_found(batch.ids[index], answer),) for index in missing}
    if not guilty and len(batch) == 1:
        problems = problems_of(error, batch.texts[0], answer.correlation_id) if error else (answer.problem(),)
        guilty = {0: problems}
    suspects -= guilty.keys()
    steps: list[Step] = []
    if guilty:
        address = batch.ids if batch.id_property is None else [None] * len(batch)
        outcomes = (Outcome(index, "failed", address[index], problems=guilty[index]) for index in sorted(guilty))
        steps.append(Settle(tuple(outcomes)))
    rest = tuple(index for index in range(len(batch)) if index not in guilty and index not in suspects)
    groups = (*halves(tuple(sorted(suspects))), *((rest,) if rest else ()))
    if len(groups) == 1 and len(groups[0]) == len(batch):
        groups = halves(rest)  # nothing was learned
    if groups:
        steps.append(Split(groups, answer.problem(), blind=not guilty))
    return tuple(steps)


def _attributed(
    batch: Batch, refused: list[RefusedValue], answer: Answer
) -> tuple[dict[int, tuple[Problem, ...]], set[int]]:
    """Return the rows that the refused values accuse for sure, and those that they may mean.

    HubSpot lists one item per bad row and property. As many items as rows that sent the value: all of them are bad.
    """
    senders: defaultdict[str, list[int]] = defaultdict(list)
    for index, texts in enumerate(batch.texts):
        for name in texts:
            senders[name].append(index)
    counts = Counter((item.property, item.value) for item in refused)
    accused: defaultdict[int, list[RefusedValue]] = defaultdict(list)
    suspects: set[int] = set()
    for item in {(item.property, item.value, item.code): item for item in refused}.values():
        having = senders[item.property]
        sent_it = [index for index in having if batch.texts[index][item.property] == item.value]
        # Without a value, the message often quotes it: that narrows the search, and accuses nobody.
        quoted = [index for index in having if (batch.texts[index][item.property] or "\0") in item.message]
        if item.code in SAME_FOR_EVERY_ROW or counts[item.property, item.value] == len(sent_it or having):
            for index in sent_it or having:
                accused[index].append(item)
        else:
            suspects.update(sent_it or quoted or having)
    category = answer.category or "VALIDATION_ERROR"
    guilty = {
        index: refused_as_problems(items, batch.texts[index], category, answer.correlation_id)
        for index, items in accused.items()
    }
    return guilty, suspects


def _conflicting(batch: Batch, message: str) -> set[int]:
    """Return the rows that a conflict over a unique value can mean: the record it names, else all that sent one.

    "Cannot set PropertyValueCoordinates{…, propertyName=email, value=a@b.c} on 552148386511. 552239500007 already
    has that value." names the record being written first; "Contact already exists. Existing ID: 11430351" does not.
    """
    written = message.partition("} on ")[2].partition(".")[0].strip()
    if written and batch.id_property is None and written in batch.ids:
        return {batch.ids.index(written)}
    name = message.partition("propertyName=")[2].partition(",")[0] or "email"
    value = message.partition("value=")[2].partition("} on ")[0].lower()
    return {
        index
        for index, texts in enumerate(batch.texts)
        if name in texts and (not value or texts[name].lower() == value)
    }


def _missing_by_value(batch: Batch, context: Mapping[str, Any]) -> set[int]:
    coordinates = [str(text) for text in context.get("missingObjectPropertyValueCoordinates") or ()]
    if not coordinates or batch.id_property is None:
        return set()
    return {
        index
        for index, value in enumerate(batch.ids)
        if any(text.endswith(f"{batch.id_property}:{value}") for text in coordinates)
    }


def _not_found(record: str, answer: Answer) -> Problem:
    return Problem(
        category="OBJECT_NOT_FOUND",
        code="OBJECT_NOT_FOUND",
        message=answer.message[:1000],
        value=record,
        correlation_id=answer.correlation_id,
        raw={key: value for key, value in answer.json.items() if key != "context"},
    )
