"""A frame's columns beside an object type's properties: what matches by itself, and why the rest does not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.planning.columns import RESULT_COLUMNS, every_writable, is_result
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import could_be_internal
from hubframe.widgets.form.property_names import PropertyNames, name_of
from hubframe.widgets.plan_facts import cut

__all__ = ["Matching", "matching_of", "shown_label"]

LONGEST_NAME = 60


@dataclass(frozen=True)
class Matching:
    """What is there to choose from, and what matches by itself.

    Attributes
    ----------
    targets : tuple of Property or ""
        By column, the property of its name.
    reasons : tuple of str
        By column, why it is left out; empty where it matches, or nothing says what it is.
    id_places : tuple of (int, str)
        The columns and index levels that can hold the ids: the place (levels after columns), and how it is shown.
    problems : tuple of str
        What is wrong with the frame, whatever is chosen.
    """

    labels: tuple[Any, ...]
    index_names: tuple[Any, ...]
    names: PropertyNames
    first_read: Definitions
    targets: tuple[Property | str, ...]
    reasons: tuple[str, ...]
    id_places: tuple[tuple[int, str], ...]
    problems: tuple[str, ...]
    # Looking for near names takes milliseconds, and every change shows a page of columns again.
    _said: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def header(self, place: int) -> Any:
        """Return the label of a column, or the name of an index level."""
        columns = len(self.labels)
        return self.labels[place] if place < columns else self.index_names[place - columns]

    def shown(self, place: int) -> str:
        """Return a column's or index level's name as it is shown, as plain text."""
        return shown_label(self.header(place))

    def has_name(self, place: int) -> bool:
        return not _is_missing_float(self.labels[place])

    def is_left_out(self, place: int) -> bool:
        """Tell whether an update leaves a column out by itself."""
        return bool(self.reasons[place])

    def could_be_ids(self, place: int) -> bool:
        header = self.header(place)
        meant = self.names.meant(header) if isinstance(header, str) and self.names.definitions.known else ""
        return self.names.headers.is_record_id(header) or (isinstance(meant, Property) and self.names.identifies(meant))

    def reason(self, place: int) -> str:
        """Return why a column does not match by itself."""
        if self.reasons[place]:
            return f"Not written: {self.reasons[place]}."
        if not self.names.definitions.known:
            return "Not written. To write it, type the internal name of its property."
        label = self.labels[place]
        return self.unfound(label) if isinstance(label, str) else "No property is called so."

    def unfound(self, text: str) -> str:
        """Say that a text means no property, or several, and which are near."""
        if text not in self._said:
            self._said[text] = self._unfound(text)
        return self._said[text]

    def _unfound(self, text: str) -> str:
        headers = self.names.headers
        found = headers.find(text)
        if found:
            writable = [name_of(one) for one in found if not one.read_only]
            if not writable:
                return "Can't be written: HubSpot sets the properties of this name itself."
            return f"Several properties are called so. Choose one: {' or '.join(writable[:4])}."
        close = headers.nearest(text)
        told = [f"{name_of(one)}, which can't be written" if one.read_only else name_of(one) for one in close]
        hint = f" Near it: {'; '.join(told)}." if told else ""
        return f"No property is called {cut(text, LONGEST_NAME)!r}.{hint}"


def matching_of(
    labels: Sequence[Any],
    index_names: Sequence[Any],
    definitions: Definitions,
    first_read: Definitions | None = None,
    *,
    levels: int = 1,
) -> Matching:
    """Match columns to properties as `hubframe.batch_update` does; what it would refuse is off.

    ``levels``: of the columns' labels; with several, nothing can be written.
    """
    names = PropertyNames(definitions)
    ours = {label for label in labels if isinstance(label, str) and label in RESULT_COLUMNS}
    matched = every_writable([label for label in labels if label not in ours], names.headers)
    chosen = {label: one for label, one in matched.chosen if definitions.known or could_be_internal(label)}
    left_out = dict(matched.left_out)
    left_out |= dict.fromkeys(ours, "added by an earlier update")
    return Matching(
        labels=tuple(labels),
        index_names=tuple(index_names),
        names=names,
        first_read=definitions if first_read is None else first_read,
        targets=tuple(chosen.get(label, "") for label in labels),
        reasons=tuple(left_out.get(label, "") for label in labels),
        id_places=tuple(_id_places(labels, index_names)),
        problems=tuple(_frame_problems(labels, ours, levels)),
    )


def shown_label(label: Any) -> str:
    """Return a column's label as plain text of one line."""
    text = " ".join(str(label).split())
    return cut(text, LONGEST_NAME) or "(a column without a name)"


def _id_places(labels: Sequence[Any], index_names: Sequence[Any]) -> list[tuple[int, str]]:
    def can_be_named(label: Any) -> bool:
        return label is not None and not _is_missing_float(label)

    found = [(place, shown_label(label)) for place, label in enumerate(labels) if can_be_named(label)]
    taken = set(labels)
    for level, name in enumerate(index_names):
        if can_be_named(name) and name not in taken:
            found.append((len(labels) + level, f"{shown_label(name)} (row labels)"))
            taken.add(name)
    return found


def _frame_problems(labels: Sequence[Any], ours: set[Any], levels: int) -> list[str]:
    if levels > 1:
        return ["The columns have names of several levels. Give each column one name in the file, and start again."]
    found = []
    for label, count in Counter(labels).items():
        if count > 1:
            found.append(
                f"{count} columns are called {shown_label(label)!r}. Rename them, or keep one, and start again."
            )
    if ours and not is_result(labels):
        found.append(
            f"The results need the name {' and '.join(sorted(ours))} for themselves. Rename it, and start again."
        )
    return found


def _is_missing_float(label: Any) -> bool:
    return isinstance(label, float) and label != label  # noqa: PLR0124 - what a NaN is known by
