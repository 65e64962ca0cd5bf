"""A batch update's answer → what to do with each of its rows. Pure: answer in, steps out.

Rows are told apart by id, by trace id and by the value of a unique property; never by their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from hubframe.delivery.evidence import compare, not_kept, rewritten
from hubframe.delivery.messages import (
    Answer,
    RefusedValue,
    context_of,
    problems_of,
    property_in_conflict,
    refused_as_problems,
    refused_values,
    strings,
)
from hubframe.delivery.steps import History, Limits, Look, Settle, Split, Step
from hubframe.delivery.trouble import decide_trouble, halves
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.results.outcomes import Outcome, Problem

__all__ = ["decide"]

Guilty = dict[int, tuple[Problem, ...]]

# These are wrong with a property, whatever the row and the value.
SAME_FOR_EVERY_ROW = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})
# These are wrong with a value, whatever the record. Others may be about a value that the record holds already.
SAME_FOR_EVERY_RECORD = frozenset(
    {"INVALID_INTEGER", "INVALID_LONG", "INVALID_DATE", "INVALID_BOOLEAN", "INVALID_EMAIL", "INVALID_STRING_LENGTH"}
)
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
    return _reconcile(batch, answer, definitions) if answer.ok else _refused(batch, answer, definitions)


def _reconcile(batch: Batch, answer: Answer, definitions: Definitions) -> tuple[Step, ...]:
    errors, unnamed = _errors_by_row(batch, answer.errors)
    settled: list[Outcome] = []
    unclear: list[int] = []
    for index, result in enumerate(_results_by_row(batch, answer.results)):
        outcome = None  # a row in neither list, or in both
        if result is not None and index not in errors:
            outcome = _echoed(index, batch, result, definitions)
        elif result is None and index in errors:
            outcome = Outcome(
                index, "failed", _record_id(batch, index), problems=_problems(errors, index, batch, answer)
            )
        if outcome is None:
            unclear.append(index)
        else:
            settled.append(outcome)
    steps: list[Step] = [Settle(tuple(settled))] if settled else []
    if unclear:
        pending = answer.json.get("status") in ("PENDING", "PROCESSING")
        complete = answer.json.get("status") in (None, "COMPLETE")
        silence = Problem(
            category="NOT_IN_ANSWER",
            code="NOT_IN_ANSWER",
            message="HubSpot's answer does not say what became of the row.",
            correlation_id=answer.correlation_id,
        )
        cause = problems_of(unnamed[0], {}, answer.correlation_id)[0] if unnamed else silence
        steps.append(Look(tuple(unclear), cause, 0.0 if complete else PENDING_SECONDS, pending=pending))
    return tuple(steps)


def _results_by_row(batch: Batch, results: Sequence[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """Return each row's result: found by id, or by the value of the unique property, or by trace id."""
    if batch.id_property is None:
        # Record ids are always echoed: a result under our trace id and another record's id is not ours.
        by_id = {str(result["id"]): result for result in results}
        return [by_id.get(record) for record in batch.ids]
    by_value = {_held(result, batch.id_property): result for result in results}
    by_trace = {str(result.get("objectWriteTraceId")): result for result in results}
    return [by_value.get(value) or by_trace.get(str(row)) for value, row in zip(batch.ids, batch.rows, strict=True)]


def _held(result: Mapping[str, Any], name: str) -> str | None:
    properties = result.get("properties")
    value = properties.get(name) if isinstance(properties, dict) else None
    return None if value is None else str(value)


def _errors_by_row(
    batch: Batch, errors: Sequence[dict[str, Any]]
) -> tuple[dict[int, list[Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """Return what ``errors`` says of each row it names, by id or trace id, and those that name no row."""
    named: dict[int, list[Mapping[str, Any]]] = {}
    unnamed: list[Mapping[str, Any]] = []
    if not errors:
        return named, unnamed
    index_of_trace = {str(row): index for index, row in enumerate(batch.rows)}
    index_of_id = {record: index for index, record in enumerate(batch.ids)}
    for error in errors:
        context = context_of(error)
        traces = [part.strip() for text in strings(context.get("objectWriteTraceId")) for part in text.split(",")]
        ids = strings(context.get("ids"))
        indices = {index_of_trace[trace] for trace in traces if trace in index_of_trace}
        indices |= {index_of_id[record] for record in ids if record in index_of_id}
        indices |= _missing_by_value(batch, context)
        for index in indices:
            own = {**context, "ids": [batch.ids[index]]} if len(ids) > 1 else context
            named.setdefault(index, []).append({**error, "context": own})
        if not indices:
            unnamed.append(error)
    return named, unnamed


def _problems(
    errors: Mapping[int, Sequence[Mapping[str, Any]]], index: int, batch: Batch, answer: Answer
) -> tuple[Problem, ...]:
    texts, correlation_id = batch.texts[index], answer.correlation_id
    return tuple(problem for error in errors[index] for problem in problems_of(error, texts, correlation_id))


def _record_id(batch: Batch, index: int) -> str | None:
    return batch.ids[index] if batch.id_property is None else None


def _echoed(index: int, batch: Batch, result: Mapping[str, Any], definitions: Definitions) -> Outcome | None:
    """Return what the echo of a row says; None where it does not show all that was sent."""
    texts, echo = batch.texts[index], result.get("properties")
    record, moment = str(result["id"]), result.get("updatedAt")
    updated_at = moment if isinstance(moment, str) else None
    if not isinstance(echo, dict):
        return None
    if texts.items() <= echo.items():
        return Outcome(index, "updated", record, updated_at)
    evidence = compare(texts, batch.known[index], echo, definitions, whole=False)
    if evidence.absent:
        return None
    if evidence.old:
        problems = tuple(not_kept(name, texts, echo) for name in evidence.old)
        return Outcome(index, "failed", record, updated_at, problems)
    return Outcome(index, "updated", record, updated_at, tuple(rewritten(name, texts, echo) for name in evidence.other))


def _refused(batch: Batch, answer: Answer, definitions: Definitions) -> tuple[Step, ...]:
    """HubSpot refused the request as a whole (4xx): nothing was written."""
    guilty, likely, suspects = _accused(batch, answer, definitions)
    if not guilty and len(batch) == 1:
        body = answer.json
        guilty[0] = problems_of(body, batch.texts[0], answer.correlation_id) if body else (answer.problem(),)
    likely -= guilty.keys()
    suspects -= guilty.keys() | likely
    steps: list[Step] = []
    if guilty:
        outcomes = (Outcome(index, "failed", _record_id(batch, index), problems=guilty[index]) for index in guilty)
        steps.append(Settle(tuple(outcomes)))
    left = tuple(index for index in range(len(batch)) if index not in guilty)
    rest = tuple(index for index in left if index not in suspects and index not in likely)
    groups = tuple(group for group in (tuple(sorted(likely)), *halves(tuple(sorted(suspects))), rest) if group)
    if groups == (left,) and not guilty:
        groups = halves(left)  # nothing was learned
    elif not likely and rest and _halvings(len(suspects)) == _halvings(len(left)):
        groups = halves((*sorted(suspects), *rest))  # to send the rest apart would only cost a request more
    if groups:
        steps.append(Split(groups, answer.problem(), blind=not guilty))
    return tuple(steps)


def _halvings(rows: int) -> int:
    """Return how often so many rows are halved until each is alone."""
    return max(0, rows - 1).bit_length() if rows else -1


def _accused(batch: Batch, answer: Answer, definitions: Definitions) -> tuple[Guilty, set[int], set[int]]:
    """Return the rows that a refusal accuses for sure, those that it most likely means, and those it may mean."""
    errors, _ = _errors_by_row(batch, answer.errors)
    if errors:
        return {index: _problems(errors, index, batch, answer) for index in errors}, set(), set()
    refused = refused_values(answer.json)
    if refused:
        return _by_value(batch, refused, answer, definitions)
    name = property_in_conflict(answer.message)
    if name is not None:
        return _by_conflict(batch, name, answer)
    context = context_of(answer.json)
    missing = _missing_by_value(batch, context)
    if answer.category == "OBJECT_NOT_FOUND":
        ids = set(strings(context.get("ids")))
        missing |= {index for index, record in enumerate(batch.ids) if record in ids}
    return {index: (_not_found(batch.ids[index], answer),) for index in missing}, set(), set()


def _by_value(
    batch: Batch, refused: Sequence[RefusedValue], answer: Answer, definitions: Definitions
) -> tuple[Guilty, set[int], set[int]]:
    """HubSpot lists one item per bad row and property: where all who sent a value are listed, all of them are bad.

    Unless it means a row that did not send the property, for what its record holds or lacks: where there are such
    rows, those who sent the value are most likely meant, and are sent apart to be sure.
    """
    senders: defaultdict[str, list[int]] = defaultdict(list)
    for index, texts in enumerate(batch.texts):
        for name in texts:
            senders[name].append(index)
    counts = Counter((item.property, item.value, item.code) for item in refused)
    accused: defaultdict[int, list[RefusedValue]] = defaultdict(list)
    likely: set[int] = set()
    suspects: set[int] = set()
    for item in {(item.property, item.value, item.code): item for item in refused}.values():
        having = senders[item.property]
        sent_it = [index for index in having if batch.texts[index][item.property] == item.value]
        all_listed = counts[item.property, item.value, item.code] == len(sent_it or having)
        no_option = item.code == "INVALID_OPTION" and _is_no_option(item, definitions)
        only_senders = no_option or item.code in SAME_FOR_EVERY_RECORD or len(having) == len(batch)
        guilty: list[int] = []
        if item.code in SAME_FOR_EVERY_ROW or (all_listed and only_senders and not sent_it):
            guilty = having
        elif all_listed and only_senders:
            guilty = sent_it
        elif all_listed and sent_it:
            likely.update(sent_it)
        else:
            suspects.update(sent_it or _quoted(item, having, batch) or (having if only_senders else ()))
        for index in guilty:
            accused[index].append(item)
    category = answer.category or "VALIDATION_ERROR"
    return (
        {
            index: refused_as_problems(items, batch.texts[index], category, answer.correlation_id)
            for index, items in accused.items()
        },
        likely,
        suspects,
    )


def _is_no_option(item: RefusedValue, definitions: Definitions) -> bool:
    definition = definitions.get(item.property)
    return definition is not None and item.value is not None and definition.lacks_option(item.value)


def _quoted(item: RefusedValue, having: Sequence[int], batch: Batch) -> list[int]:
    """Return the rows whose value the message quotes: where HubSpot gives no value, that narrows the search."""
    said = item.message.partition(" was not one of the allowed options")[0]
    return [index for index in having if (batch.texts[index][item.property] or "\0") in said]


def _by_conflict(batch: Batch, name: str, answer: Answer) -> tuple[Guilty, set[int], set[int]]:
    """Another record has a unique value already: HubSpot names the record being written, or the value, or neither."""
    message = answer.message
    _, given, coordinates = message.partition("value=")
    value, _, written = coordinates.partition("} on ")
    record = written.partition(".")[0].strip()
    named = [index for index, known in enumerate(batch.ids) if known == record and batch.id_property is None]
    senders = [index for index, texts in enumerate(batch.texts) if name in texts]
    if given:
        senders = [index for index in senders if batch.texts[index][name].lower() == value.lower()]
    certain = named or (senders if given and len(senders) == 1 else [])
    problems = {index: problems_of(answer.json, batch.texts[index], answer.correlation_id) for index in certain}
    return problems, set(), set() if certain else set(senders)


def _missing_by_value(batch: Batch, context: Mapping[str, Any]) -> set[int]:
    coordinates = strings(context.get("missingObjectPropertyValueCoordinates"))
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
