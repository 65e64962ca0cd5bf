"""``batch/update``: which rows are written, which are refused, and in which of HubSpot's ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import answers
from .access import require_sensitive
from .answers import Answer, Refusal
from .inputs import Input, update_inputs
from .timestamps import now
from .validations import CODE as VALIDATION_CODE
from .values import InvalidValueError, rewritten

if TYPE_CHECKING:
    from .object_type import ObjectType
    from .portal import Portal
    from .records import Record, Records
    from .settings import Settings

Written = tuple[str, str, dict[str, str]]
_STAGE = "lifecyclestage"
_SYSTEM = ("createdate", "hs_object_id", "hs_object_source", "hs_object_source_label")


class _Row:
    """One input on its way: the record it addresses, the values it would store, what is wrong with it."""

    __slots__ = ("conflict", "merged_away", "problems", "record", "sent", "values")

    def __init__(self, sent: Input) -> None:
        self.sent = sent
        self.record: Record | None = None
        self.merged_away = False
        self.values: dict[str, str] = {}
        self.problems: list[dict[str, Any]] = []
        self.conflict = ""


def update(portal: Portal, kind: ObjectType, body: Any, settings: Settings) -> tuple[Answer, list[Written]]:
    """Apply a batch; return the answer and what was written. ``Refusal`` where nothing was.

    Validation comes before the search for the records, so that a row both invalid and unknown is invalid.
    """
    started = now()
    rows = [_Row(sent) for sent in update_inputs(body)]
    with portal.lock:
        records = portal.records_of(kind.type_id)
        _refuse_ambiguous(portal, kind, rows)
        _find(records, rows)
        for row in rows:
            _validate(portal, kind, row, settings)
        by_row = settings.validation == "per_row" and all(row.sent.trace_id is not None for row in rows)
        repeated = _apply_row_rules(portal, kind, rows)
        problems = [problem for row in rows for problem in row.problems if id(problem) not in repeated]
        if problems and not by_row:
            raise Refusal(answers.invalid_batch(problems))
        addressed = [row.record.id if row.record else row.sent.id for row in rows]
        refused = portal.rules.refused_batch(kind.type_id, addressed)
        if refused:
            raise Refusal(answers.error(400, refused))
        _find_conflicts(portal, records, rows)
        conflict = next((row.conflict for row in rows if row.conflict), "")
        if conflict and not by_row:
            raise Refusal(answers.error(400, conflict))
        return _write(portal, records, rows, started, settings)


def _refuse_ambiguous(portal: Portal, kind: ObjectType, rows: list[_Row]) -> None:
    seen: set[tuple[str | None, str]] = set()
    repeated: dict[str, None] = {}
    for row in rows:
        name = row.sent.id_property
        if name is not None and name not in kind.updatable_by:
            raise Refusal(answers.not_unique(kind.type_id, name, portal.portal_id))
        key = (name, row.sent.id)
        if key in seen:
            repeated[row.sent.id] = None
        seen.add(key)
    if repeated:
        raise Refusal(answers.duplicate_ids(list(repeated)))


def _find(records: Records, rows: list[_Row]) -> None:
    missing = []
    for row in rows:
        name, record_id = row.sent.id_property, row.sent.id
        if name is None:
            row.record = records.live.get(record_id)
            row.merged_away = record_id in records.merged_into
            continue
        owner = records.owner_of(name, record_id)
        if owner is None:
            missing.append((name, record_id))
        else:
            row.record = records.live[owner]
    if missing:
        raise Refusal(answers.missing_by_property(records.kind.type_id, missing))


def _validate(portal: Portal, kind: ObjectType, row: _Row, settings: Settings) -> None:
    held = row.record.properties if row.record else {}
    rules, read_only, sensitive = kind.rules, kind.read_only, kind.sensitive
    portal_id = portal.portal_id
    for name, text in row.sent.properties.items():
        rule = rules.get(name)
        if rule is None:
            row.problems.append(
                answers.invalid_value(portal_id, name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
            )
        elif name in read_only:
            row.problems.append(answers.invalid_value(portal_id, name, "READ_ONLY_VALUE", read_only[name].message))
        else:
            if name in sensitive:
                require_sensitive(settings.scopes, kind, sensitive[name], "write")
            try:
                row.values[name] = rule(text, held.get(name, "")) if text else ""
            except InvalidValueError as error:
                row.problems.append(answers.invalid_value(portal_id, name, error.code, error.message, text))
            else:
                if text and name in kind.validations:
                    row.problems += _broken_validations(kind, name, row.values[name], portal_id)
    if settings.ignore_backward_stages and _goes_backwards(kind, row.values.get(_STAGE, ""), held.get(_STAGE, "")):
        del row.values[_STAGE]
    if settings.rewrite_values:
        row.values = {name: rewritten(kind.definitions[name], text) for name, text in row.values.items()}


def _broken_validations(kind: ObjectType, name: str, text: str, portal_id: int) -> list[dict[str, Any]]:
    """Return a problem for each of the administrator's rules that a value breaks."""
    messages = [rule.check(text) for rule in kind.validations[name].values()]
    return [answers.invalid_value(portal_id, name, VALIDATION_CODE, message, text) for message in messages if message]


def _goes_backwards(kind: ObjectType, sent: str, held: str) -> bool:
    """Return whether a lifecycle stage comes before the one held; clearing it first allows everything."""
    if not sent or not held:
        return False
    order = [option["value"] for option in kind.definitions[_STAGE]["options"]]
    return sent in order and held in order and order.index(sent) < order.index(held)


def _apply_row_rules(portal: Portal, kind: ObjectType, rows: list[_Row]) -> set[int]:
    """Add the problems that take the whole record to see; return which of them (by ``id``) HubSpot would not repeat."""
    repeated: set[int] = set()
    for rule in [*kind.row_rules, *portal.rules.of(kind.type_id)]:
        seen: set[str] = set()
        for row in rows:
            if row.record is None:
                continue
            item = rule.problem({**row.record.properties, **row.values}, row.values, portal.portal_id)
            if item is None:
                continue
            row.problems.append(item)
            value = item.get("propertyValue", "")
            if rule.told_once and value in seen:
                repeated.add(id(item))
            seen.add(value)
    return repeated


def _find_conflicts(portal: Portal, records: Records, rows: list[_Row]) -> None:
    """Mark the rows that take another record's unique value, as it will stand when their turn comes."""
    kind = records.kind
    claimed: dict[tuple[str, str], str | None] = {}
    for row in rows:
        record = row.record
        if record is None or row.problems or kind.unique.isdisjoint(row.values):
            continue
        names = kind.unique & row.values.keys()
        for name in sorted(names):
            text = row.values[name]
            key = (name, kind.comparison_key(name, text))
            owner = claimed[key] if key in claimed else records.owner_of(name, text) if text else None
            if owner not in {None, record.id}:
                type_text = (
                    f"legacyObjectType={kind.legacy_name}" if kind.legacy_name else f"objectTypeId={kind.type_id}"
                )
                row.conflict = answers.value_taken(
                    portal_id=portal.portal_id,
                    type_text=type_text,
                    name=name,
                    value=text,
                    record_id=record.id,
                    owner_id=str(owner),
                )
                break
        else:
            for name in names:
                before, after = record.properties.get(name, ""), row.values[name]
                claimed[name, kind.comparison_key(name, before)] = None
                if after:
                    claimed[name, kind.comparison_key(name, after)] = record.id


def _write(
    portal: Portal, records: Records, rows: list[_Row], started: str, settings: Settings
) -> tuple[Answer, list[Written]]:
    kind = records.kind
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    unknown: list[Input] = []
    written: list[Written] = []
    for row in rows:
        trace_id = row.sent.trace_id
        if row.problems or row.conflict:
            message = row.conflict or answers.values_not_valid(row.problems)
            errors.append(answers.row_error(message, trace_id or ""))
        elif row.record is not None:
            records.change(row.record, row.values, started)
            if row.values:
                written.append((kind.type_id, row.record.id, row.values))
            results.append(_result(portal, kind, row, settings))
        elif not row.merged_away:
            # Merged-away ids fall through: no result, no error. That is what HubSpot does.
            unknown.append(row.sent)
    if unknown:
        trace_ids = [sent.trace_id for sent in unknown if sent.trace_id is not None]
        errors.append(answers.not_found(kind.shouted, [sent.id for sent in unknown], trace_ids))
    portal.order.shuffle(results)
    return answers.batch(results, errors, started, now()), written


def _result(portal: Portal, kind: ObjectType, row: _Row, settings: Settings) -> dict[str, Any]:
    record = row.record
    assert record is not None
    held, sent = record.properties, row.sent
    # What was sent and ignored is shown as it still is.
    names = {*_SYSTEM, kind.modified_property, *sent.properties}
    if settings.echo_id_property and sent.id_property:
        names.add(sent.id_property)
    shown = {name: held[name] for name in names - settings.properties_not_echoed if name in held}
    result: dict[str, Any] = {
        "id": record.id,
        "properties": dict(sorted(shown.items())),
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
        "archived": False,
        "url": record_url(portal, kind, record.id),
    }
    if settings.echo_trace_ids and sent.trace_id is not None:
        result["objectWriteTraceId"] = sent.trace_id
    return result


def record_url(portal: Portal, kind: ObjectType, record_id: str) -> str:
    """Return the address of a record's page."""
    return f"https://app.hubspot.com/contacts/{portal.portal_id}/{kind.url_path}/{record_id}"
