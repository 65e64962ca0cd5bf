"""A batch read's answer → which record each id, or unique value, has brought. Pure.

https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/read-objects
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.delivery.messages import Answer, context_of, strings, texts_of
from hubframe.planning.definitions import Property
from hubframe.planning.equality import record_key

__all__ = ["Matched", "former_names", "match_records"]


@dataclass(slots=True)
class Matched:
    """What an answer tells of each thing asked for.

    ``unclear`` are those to be asked for one by one: records came that none of them names. ``untold`` are those the
    answer does not mention at all.
    """

    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def former_names(id_property: Property | None) -> str | None:
    """Return where a record keeps what else it is found by: ids that merges absorbed, a contact's further e-mails."""
    if id_property is None:
        return "hs_merged_object_ids"
    return "hs_additional_emails" if id_property.is_contact_email else None


def match_records(asked: Sequence[str], answer: Answer, id_property: Property | None) -> Matched:
    """Match what was asked for to the records that came, never by order.

    An id that was merged away brings the survivor under its own id; a unique value may come back in another form.
    Where one of each is left over, they belong together.
    """
    matched = Matched()
    former = former_names(id_property)
    by_name: dict[str, Mapping[str, Any]] = {}
    formerly: dict[str, Mapping[str, Any]] = {}
    for record in answer.results:
        texts = texts_of(record)
        name = str(record["id"]) if id_property is None else texts.get(id_property.name, "")
        by_name[record_key(id_property, name)] = record
        for old in texts.get(former, "").split(";") if former else ():
            formerly[record_key(id_property, old.strip())] = record
    absent = {
        record_key(id_property, name) for error in answer.errors for name in strings(context_of(error).get("ids"))
    }
    left: list[str] = []
    for name in asked:
        key = record_key(id_property, name)
        found = by_name.get(key) or formerly.get(key)
        if found is not None:
            matched.found[name] = found
        elif key in absent:
            matched.missing.append(name)
        else:
            left.append(name)
    taken = {str(record["id"]) for record in matched.found.values()}
    strangers = [record for record in by_name.values() if str(record["id"]) not in taken]
    if len(left) == len(strangers) == 1:
        matched.found[left[0]] = strangers[0]
    elif strangers and len(asked) > 1:
        matched.unclear = left
    else:
        matched.untold = left
    return matched
