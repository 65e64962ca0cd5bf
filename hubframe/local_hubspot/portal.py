"""The state of an embedded HubSpot account: object types, records, owners. No HTTP here."""

from __future__ import annotations

import random
import re
import threading
from typing import TYPE_CHECKING, Any

from .hidden_rules import Rules
from .object_types import STANDARD_TYPES
from .owners import Owner
from .records import Records
from .timestamps import now
from .validations import validation_rule
from .values import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .object_type import ObjectType
    from .records import Record

TYPE_ID = re.compile(r"\d+-\d+", re.ASCII)


class UnknownObjectTypeError(KeyError):
    """A name or id that no object type has; ``message`` is HubSpot's sentence about it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.message = (
            f"Invalid object or event type id: {name}"
            if TYPE_ID.fullmatch(name)
            else f"Unable to infer object type from: {name}"
        )


class Portal:
    """A HubSpot account's records, open to tests the way HubSpot's own interface is to a colleague.

    Every method holds ``lock``, as does each request while it reads or writes, so a test may look and
    change things while a client is writing.

    Parameters
    ----------
    portal_id
        The account's id (Hub ID).
    seed
        Makes record ids, and the order of results, the same every time.

    Attributes
    ----------
    rules : Rules
        What the account refuses although no definition shows it; nothing, to begin with.
    """

    def __init__(self, *, portal_id: int = 44237313, seed: int = 0) -> None:
        self.portal_id = portal_id
        self.lock = threading.RLock()
        self.rules = Rules(lambda name: self.object_type(name).type_id)
        self.order = random.Random(seed)  # noqa: S311 (the same every time, on purpose)
        self._seed = seed
        self._types: dict[str, ObjectType] = {}
        self._records: dict[str, Records] = {}
        self._owners: dict[str, Owner] = {}
        for make in STANDARD_TYPES:
            kind, definitions = make()
            self.define_object_type(kind)
            for made in definitions:
                kind.define(made, self.owner_ids)

    @property
    def owners(self) -> list[dict[str, Any]]:
        """The account's owners as the owners API shows them, the archived ones too."""
        with self.lock:
            return [owner.shown() for owner in self._owners.values()]

    def all_owners(self) -> list[Owner]:
        """Return the owners, the archived ones too: hold ``lock`` while using them."""
        return list(self._owners.values())

    def owner_ids(self) -> list[str]:
        """Return the ids the owner property takes."""
        return [owner.id for owner in self._owners.values() if not owner.archived]

    def add_owner(self, owner_id: str, *, email: str, first_name: str, last_name: str) -> str:
        """Add an owner and return the id."""
        with self.lock:
            self._owners[owner_id] = Owner(owner_id, email, first_name, last_name)
        return owner_id

    def archive_owner(self, owner_id: str) -> None:
        """Let an owner leave: listed among the archived ones alone, kept by records, refused as a new value."""
        with self.lock:
            owner = self._owners[owner_id]
            owner.archived, owner.updated_at = True, now()

    def define_object_type(self, kind: ObjectType) -> None:
        """Add an object type; a custom one is found by its type id and its fully qualified name alone."""
        names = [kind.type_id]
        if kind.type_id.startswith("2-"):
            names += [kind.fully_qualified_name or f"p{self.portal_id}_{kind.singular}"]
        else:
            names += [kind.plural, kind.singular]
        with self.lock:
            self._types.update((name.lower(), kind) for name in names)
            self._records[kind.type_id] = Records(kind, self._seed)

    def object_type(self, name: str) -> ObjectType:
        """Return the type with this plural, singular or type id; ``UnknownObjectTypeError`` if none."""
        try:
            return self._types[name.lower()]
        except KeyError:
            raise UnknownObjectTypeError(name) from None

    def object_types(self) -> list[ObjectType]:
        """Return every object type once."""
        return [records.kind for records in self._records.values()]

    def records_of(self, name: str) -> Records:
        """Return the records of a type: hold ``lock`` while using them."""
        return self._records[self.object_type(name).type_id]

    def define(self, object_type: str, definition: Mapping[str, Any]) -> None:
        """Add a property or replace it; keys not given are filled in as for a custom text property."""
        with self.lock:
            self.object_type(object_type).define(definition, self.owner_ids)

    def validate(self, object_type: str, property: str, rule_type: str, *arguments: str) -> None:  # noqa: A002
        """Set an administrator's validation rule, one of each type per property, in place of the one before.

        ``batch/update`` refuses what breaks a rule of type ``MIN_NUMBER``, ``MAX_NUMBER``, ``MIN_LENGTH``,
        ``MAX_LENGTH``, ``REGEX`` or ``ALPHANUMERIC``; the other types are only shown. What records hold
        already stays, and ``add`` and ``set`` are not held to the rules.

        Parameters
        ----------
        object_type, property
            Where it holds.
        rule_type, *arguments
            As HubSpot's property validations API has them: ``"MAX_NUMBER", "250"``.

        Raises
        ------
        KeyError
            There is no such property.
        ValueError
            HubSpot has no such rule type, not for such a property, or it takes other arguments.
        """
        with self.lock:
            kind = self.object_type(object_type)
            if property not in kind.definitions:
                raise KeyError(property)
            rule = validation_rule(kind.definitions[property]["type"], rule_type, arguments)
            kind.validations.setdefault(property, {})[rule_type] = rule

    def add(
        self,
        object_type: str,
        properties: Mapping[str, str],
        id: str | None = None,  # noqa: A002
    ) -> str:
        """Add a record and return its id; ``ValueError`` where HubSpot would refuse a value."""
        with self.lock:
            records = self.records_of(object_type)
            if id is not None and (id in records.live or id in records.archived or id in records.merged_into):
                raise ValueError(f"{object_type} {id} exists already")
            record_id = records.new_id() if id is None else str(id)
            return records.create(record_id, self._checked(records, record_id, properties)).id

    def record(self, object_type: str, id: str) -> dict[str, str]:  # noqa: A002
        """Return a record's properties; ``KeyError`` for an id that is unknown, archived or merged away."""
        with self.lock:
            return dict(self.records_of(object_type).live[str(id)].properties)

    def ids(self, object_type: str) -> list[str]:
        """Return the ids of the live records, oldest first."""
        with self.lock:
            return list(self.records_of(object_type).live)

    def set(self, object_type: str, id: str, properties: Mapping[str, str]) -> None:  # noqa: A002
        """Change a record as another user would; read-only properties too, as HubSpot itself sets those."""
        with self.lock:
            records = self.records_of(object_type)
            record = records.live[str(id)]
            records.change(record, self._checked(records, record.id, properties), now())

    def archive(self, object_type: str, id: str) -> None:  # noqa: A002
        """Delete a record, as the recycle bin holds it: gone, but readable with ``archived=true``."""
        with self.lock:
            records = self.records_of(object_type)
            records.archive(str(id), now())

    def merge(self, object_type: str, primary_id: str, other_id: str) -> str:
        """Merge two records into a new one and return its id; both old ids point to it from now on."""
        with self.lock:
            records = self.records_of(object_type)
            primary_id, other_id = str(primary_id), str(other_id)
            if primary_id == other_id or not {primary_id, other_id} <= records.live.keys():
                raise KeyError(f"cannot merge {object_type} {primary_id} and {other_id}")
            primary, other = records.remove(primary_id), records.remove(other_id)
            return _merged(records, primary, other).id

    def _checked(self, records: Records, record_id: str, properties: Mapping[str, str]) -> dict[str, str]:
        held = records.live[record_id].properties if record_id in records.live else {}
        kind = records.kind
        checked: dict[str, str] = {}
        for name, text in properties.items():
            if name not in kind.rules:
                raise ValueError(f'Property "{name}" does not exist')
            try:
                checked[name] = kind.rules[name](text, held.get(name, "")) if text else ""
            except InvalidValueError as error:
                raise ValueError(error.message) from None
            owner = records.owner_of(name, checked[name]) if name in kind.unique else None
            if owner not in {None, record_id}:
                raise ValueError(f"{owner} already has {name} {checked[name]}")
        for row_rule in kind.row_rules:
            problem = row_rule.problem({**held, **checked}, checked, self.portal_id)
            if problem:
                raise ValueError(problem["message"])
        return checked


def _merged(records: Records, primary: Record, other: Record) -> Record:
    new_id = records.new_id()
    own = {"hs_object_id", "createdate", records.kind.modified_property, "hs_merged_object_ids"}
    kept = {name: text for name, text in primary.properties.items() if name not in own}
    for name, text in other.properties.items():
        if name not in own and text and not kept.get(name):
            kept[name] = text
    absorbed = [
        old
        for record in (primary, other)
        for old in [*record.properties.get("hs_merged_object_ids", "").split(";"), record.id]
        if old
    ]
    kept["hs_merged_object_ids"] = ";".join(absorbed)
    spare = _further_emails(records, primary, other, kept.get("email", ""))
    if spare:
        kept["hs_additional_emails"] = ";".join(spare)
    made = records.create(new_id, kept)
    for email in spare:
        records.claim("email", email, new_id)
    records.merged_into[primary.id] = records.merged_into[other.id] = new_id
    return made


def _further_emails(records: Records, primary: Record, other: Record, first: str) -> list[str]:
    if "hs_additional_emails" not in records.kind.definitions:
        return []
    kept, absorbed = (record.properties.get("hs_additional_emails", "").split(";") for record in (primary, other))
    emails = dict.fromkeys([*kept, other.properties.get("email", ""), *absorbed])
    return [email for email in emails if email and email != first]
