"""What is said of columns that can't go to a property, or to one only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.errors import ColumnError
from hubframe.planning.definitions import Property
from hubframe.planning.headers import Headers, could_be_internal

__all__ = ["Matched", "described", "matching_error", "nearest", "quoted"]

MOST_LISTED = 10
LONGEST_LIST = 20
_KINDS = {"string": "text", "enumeration": "choice", "bool": "yes or no", "datetime": "date and time"}


@dataclass
class Matched:
    """Columns matched to properties, and those that could not be: (label, what it was looked up by)."""

    chosen: list[tuple[Any, Property]] = field(default_factory=list)
    left_out: list[tuple[Any, str]] = field(default_factory=list)
    unknown: list[tuple[Any, Any]] = field(default_factory=list)
    ambiguous: list[tuple[Any, Any]] = field(default_factory=list)
    read_only: list[tuple[Any, Any]] = field(default_factory=list)

    def twice(self) -> list[tuple[str, list[Any]]]:
        """Return the properties that several columns go to, with the columns."""
        by_name: dict[str, list[Any]] = {}
        for label, definition in self.chosen:
            by_name.setdefault(definition.name, []).append(label)
        return [(name, labels) for name, labels in by_name.items() if len(labels) > 1]


def matching_error(matched: Matched, headers: Headers, *, asked: bool) -> ColumnError | None:
    """Return the error that lists every column that could not be matched, or None where there is none.

    ``asked``: the columns were named in ``columns=``, not found in the frame.
    """
    of_type = headers.definitions.object_type
    said: list[str] = []
    if matched.unknown:
        lines = [f"  {_asked(*pair)}{nearest(pair[1], headers)}" for pair in matched.unknown]
        said += [f"{_count(lines, 'matches', 'match')} no property of {of_type}:", *_shortened(lines)]
    if matched.ambiguous:
        lines = [
            f"  {_asked(label, header)} may be {' or '.join(map(described, headers.find(header)))}"
            for label, header in matched.ambiguous
        ]
        said += [f"{_count(lines, 'has', 'have')} a label that several properties share:", *_shortened(lines)]
    if matched.read_only:
        lines = [f"  {_asked(*pair)}" for pair in matched.read_only]
        said += [f"{_count(lines, 'is', 'are')} read-only in HubSpot, or calculated by it:", *_shortened(lines)]
    twice = matched.twice()
    if twice:
        lines = [f"  {quoted(labels)} go to {name!r}: keep one of them" for name, labels in twice]
        together = "1 property has" if len(twice) == 1 else f"{len(twice)} properties have"
        said += [f"{together} several columns:", *_shortened(lines)]
    if not said:
        return None
    return ColumnError("\n".join([*said, *_remedies(matched, headers, asked=asked)]))


def _remedies(matched: Matched, headers: Headers, *, asked: bool) -> list[str]:
    """Return what to do, in lines to run."""
    guessed = _guessed(matched, headers)
    kept = {name: labels[0] for name, labels in matched.twice()}
    good = [(label, one.name) for label, one in matched.chosen if kept.get(one.name, label) is label]
    lines = []
    if asked:
        if guessed:
            lines.append(f"What could be meant: columns={_mapping([*good, *guessed.items()])}")
        else:
            lines.append(
                f"To write only the others: columns={_mapping(good)}" if good else "Take them out of columns=."
            )
    else:
        if guessed:
            why = "To say which is meant, rename, for example" if matched.ambiguous else "If that is meant, rename"
            lines.append(f"{why}: df = df.rename(columns={_mapping(list(guessed.items()))})")
        wrong = [label for label, _ in (*matched.unknown, *matched.ambiguous)]
        wrong += [label for name, labels in matched.twice() for label in labels if label is not kept[name]]
        if good and len(good) <= LONGEST_LIST:
            lines.append(f"To write only the others: columns={[label for label, _ in good]!r}")
        elif len(wrong) <= LONGEST_LIST:
            lines.append(f"To leave them out: df = df.drop(columns={wrong!r})")
        else:
            lines.append("Rename them after properties, or drop them.")
    if matched.unknown and headers.definitions.hidden:
        notes = " ".join(headers.definitions.notes)
        others = [label for label, _ in good]
        lines.append(f"Or is it a sensitive property? {notes} {_how_to_send(matched, headers, others, asked=asked)}")
    return lines


def _how_to_send(matched: Matched, headers: Headers, others: list[Any], *, asked: bool) -> str:
    """Return the line that sends what may be a sensitive property: a column headed by its name, as it is read."""
    unknown = [label for label, _ in matched.unknown[: LONGEST_LIST + 1]]
    names = [label for label in unknown if could_be_internal(label) and not headers.nearest(label)]
    if names and not asked and len(others) + len(names) <= LONGEST_LIST:
        return f"To send {quoted(names)} anyway: columns={[*others, *names]!r}"
    rest = ", ..." if others else ""
    return f"To send it anyway, give its internal name: columns={{{unknown[0]!r}: 'internal_name'{rest}}}"


def _guessed(matched: Matched, headers: Headers) -> dict[Any, str]:
    """Return a property for each column in doubt that may well be it, and is no other column's."""
    taken = {one.name for _, one in matched.chosen}
    guessed: dict[Any, str] = {}
    for label, header in [*matched.ambiguous, *matched.unknown][:MOST_LISTED]:
        near = headers.find(header) or headers.nearest(header)
        meant = next((one.name for one in near if not one.read_only and one.name not in taken), None)
        if meant is not None:
            guessed[label] = meant
            taken.add(meant)
    return guessed


def nearest(header: Any, headers: Headers) -> str:
    near = headers.nearest(header)
    return f" (near: {', '.join(map(_named, near))})" if near else ""


def described(definition: Property) -> str:
    """Return a property's internal name, with its type, and whether it can be written."""
    about = [_KINDS.get(definition.type, definition.type), "read-only" if definition.read_only else ""]
    told = ", ".join(part for part in about if part)
    return f"{definition.name!r} ({told})" if told else repr(definition.name)


def quoted(labels: Iterable[Any]) -> str:
    shown = [repr(label) for label in labels]
    return ", ".join(shown[:LONGEST_LIST]) + (
        f" and {len(shown) - LONGEST_LIST} more" if len(shown) > LONGEST_LIST else ""
    )


def _named(definition: Property) -> str:
    label = definition.label if definition.label != definition.name else ""
    about = ", ".join(part for part in (label, "read-only" if definition.read_only else "") if part)
    return f"{definition.name!r} ({about})" if about else repr(definition.name)


def _asked(label: Any, header: Any) -> str:
    return repr(label) if label is header else f"{label!r}: {header!r}"


def _count(lines: Sequence[str], one: str, several: str) -> str:
    return f"1 column {one}" if len(lines) == 1 else f"{len(lines)} columns {several}"


def _shortened(lines: list[str]) -> list[str]:
    more = [f"  and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
    return [*lines[:MOST_LISTED], *more]


def _mapping(pairs: Sequence[tuple[Any, str]]) -> str:
    shown = ", ".join(f"{label!r}: {name!r}" for label, name in pairs[:LONGEST_LIST])
    return f"{{{shown}{', ...' if len(pairs) > LONGEST_LIST else ''}}}"
