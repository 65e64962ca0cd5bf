"""A batch read's answer → what is known of each record. Pure.

Batch read: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/read-objects
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.delivery.choosing import Chooser
from hubframe.delivery.evidence import compare, not_kept, rewritten
from hubframe.delivery.messages import Answer, context_of, problems_of, strings, texts_of
from hubframe.delivery.steps import History, Limits, Settle, Split, Step, Wait
from hubframe.delivery.trouble import decide_trouble, halves
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import record_key
from hubframe.results.outcomes import Outcome, Problem

__all__ = ["ALWAYS_READ", "Comparison", "decide_look", "decide_read", "unconfirmed"]

# Where a merged record's old ids are: a batch read returns the survivor, under its own id.
ALWAYS_READ = ("hs_object_id", "hs_merged_object_ids")


@dataclass(slots=True)
class _Records:
    """What a read told of each row: a record, a problem, or (in neither) nothing."""

    found: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    absent: dict[int, Problem] = field(default_factory=dict)
    ambiguous: list[int] = field(default_factory=list)

    def unknown(self, rows: int) -> tuple[int, ...]:
        known = self.found.keys() | self.absent.keys() | set(self.ambiguous)
        return tuple(index for index in range(rows) if index not in known)


@dataclass(slots=True)
class Comparison:
    """Rows that were read before writing: ``writes`` holds what differs, ready to be sent by record id.

    ``left_alone`` are cells of these rows that do not go, and why, by the row's position in the frame.
    """

    writes: Batch
    steps: tuple[Step, ...]
    left_alone: dict[int, tuple[Problem, ...]] = field(default_factory=dict)


def decide_read(batch: Batch, answer: Answer, chooser: Chooser, history: History, limits: Limits) -> Comparison:
    """Compare rows with the records they are about to change.

    What is to be written goes into ``writes`` (its rows are in no step); rows of which nothing is are settled.
    """
    refused = _read_trouble(batch, answer, history, limits)
    if refused is not None:
        return Comparison(batch.part(()), refused)
    records = _records(batch, answer, chooser.definitions)
    settled: list[Outcome] = []
    steps: list[Step] = []
    compared = Comparison(Batch([], [], []), ())
    writes = compared.writes
    for index, record in records.found.items():
        # Without a value, a property is shown as null; it is not shown at all where the token may not read it.
        current = {**dict.fromkeys(record.get("properties") or (), ""), **texts_of(record)}
        row, address = batch.rows[index], str(record["id"])
        chosen = chooser.choose(row, batch.texts[index], current)
        if chosen.status:
            settled.append(Outcome(index, chosen.status, address, _moment(record), chosen.problems))
            continue
        writes.rows.append(row)
        writes.ids.append(address)
        writes.texts.append(chosen.texts)
        writes.known.append({name: current.get(name, "") for name in chosen.texts if chooser.sees(name, current)})
        if chosen.problems:
            compared.left_alone[row] = chosen.problems
    settled += [Outcome(index, "failed", problems=(problem,)) for index, problem in records.absent.items()]
    for step in _again(batch, records, answer, history):
        if isinstance(step, Wait) and history.attempts >= limits.max_attempts:
            settled += [Outcome(index, "unsent", problems=(step.cause,)) for index in step.rows]
        else:
            steps.append(step)
    compared.steps = (*([Settle(tuple(settled))] if settled else []), *steps)
    return compared


def decide_look(
    batch: Batch,
    answer: Answer,
    definitions: Definitions,
    cause: Problem,
    history: History,
    limits: Limits,
    *,
    last: bool = False,
    pending: bool = False,
) -> tuple[Step, ...]:
    """Settle rows whose update went unanswered by what the records hold now.

    ``cause`` is why they had to be looked at. ``last``: no more tries, rows that can't be read are ``unconfirmed``.
    ``pending``: HubSpot is still at it, so that an old value means nothing yet.
    """
    refused = _read_trouble(batch, answer, history, limits)
    if refused is not None:
        stuck = [step for step in refused if not isinstance(step, Wait | Split)]
        return (unconfirmed(tuple(range(len(batch))), cause),) if last or stuck else refused
    records = _records(batch, answer, definitions)
    settled = [_judged(index, batch, record, definitions, cause) for index, record in records.found.items()]
    if pending:
        early = {outcome.index for outcome in settled if outcome.status != "updated"}
        settled = [outcome for outcome in settled if outcome.index not in early]
        records.found = {index: record for index, record in records.found.items() if index not in early}
    settled += [Outcome(index, "failed", problems=(problem,)) for index, problem in records.absent.items()]
    tired = history.attempts >= limits.max_attempts
    again = (
        unconfirmed(step.rows, cause) if last or (tired and isinstance(step, Wait)) else step
        for step in _again(batch, records, answer, history)
    )
    return (*([Settle(tuple(settled))] if settled else []), *again)


def _read_trouble(batch: Batch, answer: Answer, history: History, limits: Limits) -> tuple[Step, ...] | None:
    rows = tuple(range(len(batch)))
    trouble = decide_trouble(answer, rows, history, limits, reading=True)
    if trouble is not None or answer.ok:
        return trouble
    if len(batch) > 1:
        return (Split(halves(rows), answer.problem(), blind=True),)
    problems = problems_of(answer.json, {}, answer.correlation_id) if answer.json else (answer.problem(),)
    return (Settle((Outcome(0, "failed", problems=problems),)),)


def _records(batch: Batch, answer: Answer, definitions: Definitions) -> _Records:
    records = _Records()
    id_property = definitions.get(batch.id_property or "")
    by_address: dict[str, Mapping[str, Any]] = {}
    for result in answer.results:
        name = str(result["id"]) if batch.id_property is None else texts_of(result).get(batch.id_property, "")
        by_address[record_key(id_property, name)] = result
    missing: dict[str, Mapping[str, Any]] = {}
    for error in answer.errors:
        for name in strings(context_of(error).get("ids")):
            missing[record_key(id_property, name)] = error
    unnamed: list[int] = []
    for index, record in enumerate(batch.ids):
        at = record_key(id_property, record)
        found = by_address.pop(at, None)
        if found is not None:
            records.found[index] = found
        elif at in missing:
            own = {**missing[at], "context": {"ids": [record]}}
            records.absent[index] = problems_of(own, {}, answer.correlation_id)[0]
        else:
            unnamed.append(index)
    _match_strangers(batch, unnamed, list(by_address.values()), answer, records)
    return records


def _match_strangers(
    batch: Batch,
    unnamed: list[int],
    strangers: Sequence[Mapping[str, Any]],
    answer: Answer,
    records: _Records,
) -> None:
    """Find which row asked for each record that came back under another address than any row's.

    A record id that was merged away brings the survivor; a unique value may come back in another form. Where
    there is one row and one record left, they belong together; else the rows are asked about one by one.
    """
    if not strangers:
        return
    absorbed = {
        old.strip(): str(stranger["id"])
        for stranger in strangers
        for old in texts_of(stranger).get("hs_merged_object_ids", "").split(";")
    }
    alone = len(unnamed) == len(strangers) == 1
    for index in unnamed:
        into = absorbed.get(batch.ids[index]) or (str(strangers[0]["id"]) if alone else None)
        if alone and batch.id_property is not None:
            records.found[index] = strangers[0]
        elif into is not None and batch.id_property is None:
            records.absent[index] = _merged(batch.ids[index], into, answer)
        elif len(batch) > 1:
            records.ambiguous.append(index)


def _merged(record: str, into: str, answer: Answer) -> Problem:
    return Problem(
        category="RECORD_MERGED",
        code="RECORD_MERGED",
        message=f"The record {record} was merged into {into}.",
        value=record,
        hint=f"Use the id {into}, if the row is still about the same customer.",
        correlation_id=answer.correlation_id,
    )


def _again(batch: Batch, records: _Records, answer: Answer, history: History) -> list[Step]:
    """Return the steps for rows that the read did not tell of."""
    steps: list[Step] = []
    cause = Problem(
        category="NOT_IN_ANSWER",
        code="NOT_IN_ANSWER",
        message="HubSpot's answer to a read does not mention the record.",
        correlation_id=answer.correlation_id,
    )
    if records.ambiguous:
        steps.append(Split(tuple((index,) for index in records.ambiguous), cause))
    unknown = records.unknown(len(batch))
    if unknown:
        steps.append(Wait(unknown, 2.0 ** min(history.attempts - 1, 4) * (0.5 + history.jitter), cause))
    return steps


def _judged(index: int, batch: Batch, record: Mapping[str, Any], definitions: Definitions, cause: Problem) -> Outcome:
    current, texts = texts_of(record), batch.texts[index]
    evidence = compare(texts, batch.known[index], current, definitions, whole=True)
    address, updated_at = str(record["id"]), _moment(record)
    if evidence.old and not evidence.same and not evidence.other:
        problem = Problem(
            category="NOT_WRITTEN",
            code="NOT_WRITTEN",
            message=f"HubSpot did not write the row: it still holds the old values. ({cause.message})",
            hint="Send the row again.",
            correlation_id=cause.correlation_id,
            raw=cause.raw,
        )
        return Outcome(index, "failed", address, updated_at, (problem,))
    if evidence.old:
        kept = tuple(not_kept(name, texts, current) for name in evidence.old)
        return Outcome(index, "failed", address, updated_at, kept)
    if evidence.other and batch.known[index] is None:
        return Outcome(index, "unconfirmed", address, updated_at, (_unclear(cause),))
    notes = tuple(rewritten(name, texts, current) for name in evidence.other)
    return Outcome(index, "updated", address, updated_at, notes)


def unconfirmed(rows: Sequence[int], cause: Problem) -> Settle:
    return Settle(tuple(Outcome(index, "unconfirmed", problems=(_unclear(cause),)) for index in rows))


def _unclear(cause: Problem) -> Problem:
    return Problem(
        category="UNCONFIRMED",
        code="UNCONFIRMED",
        message=f"The row was sent, and it could not be established whether HubSpot wrote it. ({cause.message})",
        hint='Send it again with write="changed": what was written will be found unchanged.',
        correlation_id=cause.correlation_id,
        raw=cause.raw,
    )


def _moment(record: Mapping[str, Any]) -> str | None:
    moment = record.get("updatedAt")
    return moment if isinstance(moment, str) else None
