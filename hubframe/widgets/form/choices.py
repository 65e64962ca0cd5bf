"""What was chosen in the form, what is wrong with it, and the arguments that say the same: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from hubframe.errors import PlanError
from hubframe.options import UpdateOptions, Write
from hubframe.planning.columns import Columns, choose_columns
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.duplicates import DuplicatesPolicy
from hubframe.widgets.form.matching import Matching, matching_of
from hubframe.widgets.form.property_names import name_of

__all__ = [
    "Settings",
    "UpdateChoices",
    "all_off",
    "arguments",
    "automatic",
    "column_problems",
    "off_reason",
    "problems",
    "target_text",
    "with_id",
    "with_id_property",
    "with_property",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """How cells are written, whatever they are; as in `hubframe.batch_update`."""

    write: Write = "changed"
    clear_blanks: bool = False
    duplicate_ids: DuplicatesPolicy = "refuse"
    timezone: str = "UTC"
    allow_blank_texts: bool = False

    def arguments(self) -> dict[str, Any]:
        """Return those that are not the default."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in given.items() if value != getattr(Settings(), name)}


@dataclass(frozen=True)
class UpdateChoices:
    """What was chosen.

    Attributes
    ----------
    targets : tuple of Property or str
        By column, what it goes to; the text as it was typed where that means no property, or several; empty: off.
    id_place : int or None
        The place of what holds the ids: among the columns, and after them among the index levels.
    id_property : Property or None
        What the ids are; None: record ids.
    """

    matching: Matching
    targets: tuple[Property | str, ...]
    id_place: int | None = None
    id_property: Property | None = None
    settings: Settings = Settings()

    @property
    def object_type(self) -> str:
        return self.matching.names.definitions.object_type

    @property
    def written(self) -> list[tuple[int, Property]]:
        """The places of the columns that go to a property, and the property."""
        return [
            (place, one)
            for place, one in enumerate(self.targets)
            if isinstance(one, Property) and place != self.id_place
        ]


def automatic(
    labels: Sequence[Any],
    definitions: Definitions,
    *,
    index_names: Sequence[Any] = (),
    first_read: Definitions | None = None,
    settings: Settings = Settings(),
    levels: int = 1,
) -> UpdateChoices:
    """Return what matches by itself, as `hubframe.batch_update` would match it; all else is off.

    Parameters
    ----------
    labels, index_names
        The frame's column labels, and the names of its index levels.
    definitions
        The properties to choose from, sensitive ones among them.
    first_read
        Those without the sensitive ones: where they do, planning reads no others.
    settings
        How to write what matches.
    levels
        The levels of the columns' labels; with several, nothing can be written.
    """
    matching = matching_of(labels, index_names, definitions, first_read, levels=levels)
    chosen = UpdateChoices(matching, matching.targets, settings=settings)
    ids = [place for place, _ in matching.id_places if matching.names.headers.is_record_id(matching.header(place))]
    return replace(chosen, id_place=ids[0]) if len(ids) == 1 else chosen


def with_property(choices: UpdateChoices, place: int, text: str) -> UpdateChoices:
    """Return the choices with a column going to the property that a text means; an empty text turns it off."""
    targets = list(choices.targets)
    targets[place] = choices.matching.names.meant(text)
    return replace(choices, targets=tuple(targets))


def all_off(choices: UpdateChoices) -> UpdateChoices:
    return replace(choices, targets=("",) * len(choices.targets))


def with_id(choices: UpdateChoices, place: int | None) -> UpdateChoices:
    """Return the choices with the ids in another place; where its name says what they are, that is taken over."""
    choices = replace(choices, id_place=place)
    if place is None:
        return choices
    header = choices.matching.header(place)
    names = choices.matching.names
    if names.headers.is_record_id(header):
        return replace(choices, id_property=None)
    meant = names.meant(header) if isinstance(header, str) and names.definitions.known else ""
    if isinstance(meant, Property) and names.identifies(meant):
        return replace(choices, id_property=meant)
    return choices


def with_id_property(choices: UpdateChoices, name: str) -> UpdateChoices:
    """Return the choices with ids of another kind: values of a property, by its internal name; empty: record ids."""
    name = name.strip()
    if not name or choices.matching.names.headers.is_record_id(name):
        return replace(choices, id_property=None)
    return replace(choices, id_property=choices.matching.names.definitions.get(name) or Property(name))


def target_text(choices: UpdateChoices, place: int) -> str:
    """Return what stands in a column's box."""
    target = choices.targets[place]
    return name_of(target) if isinstance(target, Property) else target


def off_reason(choices: UpdateChoices, place: int) -> str:
    """Return why a column is not written, in a sentence; empty where it is."""
    if place == choices.id_place:
        return "Says which record each row is; never written itself."
    if choices.targets[place] != "":
        return ""
    matching = choices.matching
    return "Turned off." if matching.targets[place] != "" else matching.reason(place)


def column_problems(choices: UpdateChoices) -> dict[int, str]:
    """Return what is wrong with columns that are on, by place, in a sentence each."""
    matching = choices.matching
    going: dict[str, list[int]] = {}
    for place, one in choices.written:
        going.setdefault(one.name, []).append(place)
    found: dict[int, str] = {}
    for place, target in enumerate(choices.targets):
        if place == choices.id_place or target == "":
            continue
        if isinstance(target, str):
            found[place] = matching.unfound(target)
        elif not matching.has_name(place):
            found[place] = "The column has no name to go by. Give it one in the file, or turn it off."
        elif target.read_only or matching.names.headers.is_record_id(target.name):
            found[place] = f"{name_of(target)} can't be written: HubSpot sets it itself. Turn the column off."
        elif choices.id_property is not None and target.name == choices.id_property.name:
            found[place] = f"{name_of(target)} identifies the records here, and can't be written too. Turn it off."
        elif len(going[target.name]) > 1:
            others = [matching.shown(other) for other in going[target.name] if other != place]
            also = ", ".join(others[:3]) + (f" and {len(others) - 3:,} more" if len(others) > 3 else "")
            found[place] = f"{also} goes to the same property. Turn all but one off."
    return found


def problems(choices: UpdateChoices) -> list[str]:
    """Return everything that keeps the choices from being planned, in sentences that say what to do."""
    matching = choices.matching
    found = [*matching.problems]
    if choices.id_place is None:
        could = [shown for place, shown in matching.id_places if matching.could_be_ids(place)]
        hint = f" {' or '.join(could[:3])} could be it." if could else ""
        found.append(f"Choose the column that says which record each row is.{hint}")
    found += [f"{matching.shown(place)}: {said}" for place, said in column_problems(choices).items()]
    if not any(choices.targets[place] != "" for place in range(len(choices.targets)) if place != choices.id_place):
        found.append("Nothing is written yet. Choose a property for at least one column.")
    found += _zone_problems(choices.settings.timezone)
    return found or _engine_problems(choices)


def arguments(choices: UpdateChoices) -> dict[str, Any]:
    """Return the arguments of `hubframe.plan_update` that say what was chosen; what goes without saying is left out."""
    given: dict[str, Any] = {}
    matching = choices.matching
    if choices.id_property is not None:
        given["id_property"] = choices.id_property.name
    columns = {matching.labels[place]: one.name for place, one in choices.written}
    if choices.id_place is not None:
        by_itself = _planned(choices, {**given, "columns": columns})
        if by_itself is None or _id_place(choices, by_itself) != choices.id_place:
            given = {"id_column": matching.header(choices.id_place), **given}
    if not (_could_match_alone(choices) and _is_meant(choices, _planned(choices, given))):
        given["columns"] = columns
    return {"object_type": choices.object_type, **given, **choices.settings.arguments()}


def _could_match_alone(choices: UpdateChoices) -> bool:
    # Asking is slow where many columns match nothing: the nearest names of each are looked for.
    return all(
        target != "" or place == choices.id_place or choices.matching.is_left_out(place)
        for place, target in enumerate(choices.targets)
    )


def _planned(choices: UpdateChoices, given: dict[str, Any]) -> Columns | None:
    """Return what planning makes of arguments, or None where it refuses them."""
    try:
        return _chosen(choices, given)
    except PlanError:
        return None


def _chosen(choices: UpdateChoices, given: dict[str, Any]) -> Columns:
    matching = choices.matching
    labels, levels = matching.labels, matching.index_names
    try:
        return choose_columns(labels, levels, matching.first_read, **given)
    except PlanError:  # as planning does: sensitive properties are read only where it can't do without
        return choose_columns(labels, levels, matching.names.definitions, **given)


def _id_place(choices: UpdateChoices, found: Columns) -> int:
    if found.id_column is not None:
        return found.id_column
    return len(choices.matching.labels) + (found.id_level or 0)


def _is_meant(choices: UpdateChoices, found: Columns | None) -> bool:
    if found is None or _id_place(choices, found) != choices.id_place:
        return False
    ids = found.id_property.name if found.id_property is not None else None
    wanted = choices.id_property.name if choices.id_property is not None else None
    columns = {label: one.name for label, one in found.properties}
    return ids == wanted and columns == {choices.matching.labels[place]: one.name for place, one in choices.written}


def _zone_problems(zone: str) -> list[str]:
    try:
        UpdateOptions(object_type="contacts", timezone=zone)
    except PlanError:
        return [f"{zone!r} is no time zone. Write it as Europe/Berlin or UTC."]
    return []


def _engine_problems(choices: UpdateChoices) -> list[str]:
    """Return what planning itself would say."""
    given = {**arguments(choices)}
    del given["object_type"]
    for name in choices.settings.arguments():
        del given[name]
    try:
        found = _chosen(choices, given)
    except PlanError as error:
        return [str(error)]
    if not _is_meant(choices, found):
        return ["Two properties can't be told apart by name here. Turn off the column that was chosen last."]
    return []
