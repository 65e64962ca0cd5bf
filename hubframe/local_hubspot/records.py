"""The records of one object type, with the index that keeps unique values unique."""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sorted_ids import SortedIds
from .timestamps import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .object_type import ObjectType


@dataclass(slots=True)
class Record:
    """One record: every property is text; a property never set is not there at all."""

    id: str
    properties: dict[str, str]
    created_at: str
    updated_at: str
    archived_at: str | None = None

    def copy(self) -> Record:
        """Return the record as it is now; its properties are never changed, only replaced."""
        return Record(self.id, self.properties, self.created_at, self.updated_at, self.archived_at)


class Records:
    """The records of one type by id: live ones, archived ones, and the ids that merges have absorbed.

    ``unindexed`` has the ids of records that changed since search last looked, and when they did first, in seconds of
    ``time.monotonic``.
    """

    def __init__(self, kind: ObjectType, seed: int) -> None:
        self.kind = kind
        self.live: dict[str, Record] = {}
        self.archived: dict[str, Record] = {}
        self.merged_into: dict[str, str] = {}
        self._owner_of: dict[tuple[str, str], str] = {}
        self._random = random.Random(f"{seed}:{kind.type_id}")  # noqa: S311 (the same every time, on purpose)
        self._next_id = kind.first_id
        self.unindexed: dict[str, float] = {}
        self._live_ids = SortedIds()
        self._archived_ids = SortedIds()

    def new_id(self) -> str:
        """Return an unused id; the gaps between ids are uneven, as other accounts' records lie in them."""
        while True:
            made = str(self._next_id)
            self._next_id += self._random.randrange(3, 4000)
            if made not in self.live and made not in self.archived and made not in self.merged_into:
                return made

    def create(self, record_id: str, properties: Mapping[str, str]) -> Record:
        """Add a record; a ``createdate`` among the properties lets it be an old one."""
        created = properties.get("createdate") or now()
        held = {
            "hs_object_id": record_id,
            "createdate": created,
            self.kind.modified_property: created,
            "hs_object_source": "INTEGRATION",
            "hs_object_source_label": "INTEGRATION",
            # What was never set is absent; only what was cleared is the empty text.
            **{name: text for name, text in properties.items() if text},
        }
        record = Record(record_id, held, created, held[self.kind.modified_property])
        self.live[record_id] = record
        self._live_ids.add(record_id)
        self._touch(record_id)
        for name in self.kind.unique & held.keys():
            self._claim(record, name, held[name])
        return record

    def change(self, record: Record, properties: Mapping[str, str], at: str) -> None:
        """Set values already checked; the time of modification moves only if one of them is new."""
        changed = {name: text for name, text in properties.items() if record.properties.get(name) != text}
        if not changed:
            return
        for name in self.kind.unique & changed.keys():
            self._release(record, name)
            self._claim(record, name, changed[name])
        # A new dict: what search took in stays as it was.
        record.properties = {**record.properties, **changed, self.kind.modified_property: at}
        record.updated_at = at
        self._touch(record.id)

    def owner_of(self, name: str, text: str) -> str | None:
        """Return the id of the live record that holds this value of a unique property."""
        if name == "hs_object_id":
            return text if text in self.live else None
        return self._owner_of.get((name, self.kind.comparison_key(name, text)))

    def remove(self, record_id: str) -> Record:
        """Take a record out, and free its unique values; ``KeyError`` if it is not there."""
        record = self.live.pop(record_id)
        self._live_ids.remove(record_id)
        self._touch(record_id)
        for name in self.kind.unique:
            self._release(record, name)
        for email in filter(None, record.properties.get("hs_additional_emails", "").split(";")):
            self._free("email", email, record_id)
        return record

    def archive(self, record_id: str, at: str) -> None:
        """Move a live record to the archived ones."""
        record = self.remove(record_id)
        record.archived_at = at
        self.archived[record_id] = record
        self._archived_ids.add(record_id)

    def claim(self, name: str, text: str, record_id: str) -> None:
        """Reserve a unique value beyond the record's own: a merged contact keeps both e-mails."""
        self._owner_of[name, self.kind.comparison_key(name, text)] = record_id

    def after(self, record_id: int, *, archived: bool, limit: int) -> tuple[list[Record], bool]:
        """Return the next records in id order, and whether more follow."""
        ids = (self._archived_ids if archived else self._live_ids).ascending()
        held = self.archived if archived else self.live
        start = bisect_right(ids, record_id)
        return [held[str(found)] for found in ids[start : start + limit]], len(ids) > start + limit

    def survivor(self, record_id: str) -> str:
        """Return the id under which a record, merged or not, is found today."""
        while record_id in self.merged_into:
            record_id = self.merged_into[record_id]
        return record_id

    def _touch(self, record_id: str) -> None:
        self.unindexed.setdefault(record_id, time.monotonic())

    def _claim(self, record: Record, name: str, text: str) -> None:
        if text:
            self.claim(name, text, record.id)

    def _release(self, record: Record, name: str) -> None:
        held = record.properties.get(name)
        if held:
            self._free(name, held, record.id)

    def _free(self, name: str, text: str, record_id: str) -> None:
        key = (name, self.kind.comparison_key(name, text))
        if self._owner_of.get(key) == record_id:
            del self._owner_of[key]
