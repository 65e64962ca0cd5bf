"""One kind of record: its names, its properties and the rules of their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .definitions import completed
from .values import Rule, compile_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from .pipelines import Pipelines
    from .row_rules import RowRule
    from .validations import ValidationRule


@dataclass(frozen=True)
class ReadOnly:
    """A property whose value HubSpot sets, and its words to those who try."""

    message: str


@dataclass
class ObjectType:
    """An object type as HubSpot's registry knows it.

    ``own_scope`` stands for all scopes of a type older than HubSpot's scheme for them; ``row_rules`` hold for
    its records in every account.
    """

    plural: str
    singular: str
    type_id: str
    first_id: int
    default_properties: tuple[str, ...] = ()
    legacy_name: str | None = None
    fully_qualified_name: str | None = None
    own_scope: str | None = None
    modified_property: str = "hs_lastmodifieddate"
    pipelines: Pipelines | None = None
    row_rules: tuple[RowRule, ...] = ()
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    read_only: dict[str, ReadOnly] = field(default_factory=dict)
    unique: set[str] = field(default_factory=set)
    sensitive: dict[str, str] = field(default_factory=dict)
    validations: dict[str, dict[str, ValidationRule]] = field(default_factory=dict)
    times_defined: int = 0

    @property
    def shouted(self) -> str:
        """The name HubSpot's error messages use: ``CONTACT``."""
        return self.singular.upper()

    @property
    def scope_name(self) -> str:
        """The middle of this type's scopes; custom objects share one."""
        return "custom" if self.type_id.startswith("2-") else self.plural

    @property
    def url_path(self) -> str:
        """The part of a record's page address that tells its type."""
        return f"record/{self.type_id}"

    @property
    def identifying(self) -> set[str]:
        """Properties by which a record can be read."""
        return self.unique | {"hs_object_id"}

    @property
    def updatable_by(self) -> set[str]:
        """Properties ``batch/update`` takes as ``idProperty``: not contacts' e-mail, though it is unique."""
        return {name for name in self.unique if not self.is_email(name)}

    def is_email(self, name: str) -> bool:
        """Tell whether a property is contacts' own e-mail; one called so in any other type is like any other."""
        return name == "email" and self.type_id == "0-1"

    def comparison_key(self, name: str, text: str) -> str:
        """Return what two values of a unique property must share to collide: contacts' e-mails ignore case."""
        return text.lower() if self.is_email(name) else text

    def define(self, given: Mapping[str, Any], owner_ids: Callable[[], list[str]]) -> None:
        """Add a property, or replace it, and compile its rule."""
        made = completed(given)
        name = made["name"]
        self.times_defined += 1
        self.definitions[name] = made
        self.rules[name] = compile_rule(made, self._external_options(made, owner_ids), is_email=self.is_email(name))
        self.read_only.pop(name, None)
        if made["modificationMetadata"]["readOnlyValue"]:
            calculated = made["calculated"] or made["fieldType"].startswith("calculation")
            kind = "calculated" if calculated else "read only"
            self.read_only[name] = ReadOnly(f'"{name}" is a {kind} property; its value cannot be set.')
        self.sensitive.pop(name, None)
        if made["dataSensitivity"] != "non_sensitive":
            self.sensitive[name] = made["dataSensitivity"]
        if made["hasUniqueValue"] or self.is_email(name):
            self.unique.add(name)
        else:
            self.unique.discard(name)

    def _external_options(
        self, made: Mapping[str, Any], owner_ids: Callable[[], list[str]]
    ) -> Callable[[], Collection[str]] | None:
        """Return where the options are that a definition does not list, if HubSpot holds values to them."""
        if made.get("referencedObjectType") == "OWNER":
            return owner_ids
        if made["externalOptions"] and self.pipelines and made["name"] == self.pipelines.pipeline_property:
            return self.pipelines.ids
        return None
