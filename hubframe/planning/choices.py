"""What a property's value may be chosen from, and how people write each choice.

Options of an enumeration, owners, pipelines and their stages are all the same here: HubSpot wants an internal
value, and exports and people write labels, names and e-mails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hubframe.planning.nearness import nearest_names

__all__ = ["Choice", "Choices", "folded"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: HubSpot's internal value, its label, and other names that people write for it.

    ``within`` is the pipeline of a stage. ``retired``: a record may hold it, but none can be given it any more (an
    archived owner).
    """

    value: str
    label: str = ""
    names: tuple[str, ...] = ()
    within: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Choices:
    """The choices of one property, in HubSpot's order. Without any, what a value may be is not known.

    >>> stages = Choices((Choice("lead", "Lead"), Choice("mql", "Marketing Qualified Lead")))
    >>> stages.value_of("marketing qualified lead "), stages.value_of("hot")
    ('mql', None)
    """

    items: tuple[Choice, ...] = ()
    by_value: dict[str, Choice] = field(init=False, repr=False, compare=False)
    by_name: dict[str, tuple[Choice, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, dict[str, Choice]] = {}
        by_value: dict[str, Choice] = {}
        for choice in self.items:
            by_value.setdefault(choice.value, choice)
            for name in (choice.label, *choice.names):
                if name.strip():
                    by_name.setdefault(folded(name), {})[choice.value] = choice
        # A frozen dataclass sets what it derives this way.
        object.__setattr__(self, "by_value", by_value)
        object.__setattr__(self, "by_name", {name: _in_use(found.values()) for name, found in by_name.items()})

    @classmethod
    def of(cls, values: Iterable[str]) -> Choices:
        """Return choices without labels."""
        return cls(tuple(Choice(value) for value in values))

    def __bool__(self) -> bool:
        return bool(self.items)

    def __contains__(self, value: object) -> bool:
        return value in self.by_value

    def value_of(self, text: str) -> str | None:
        """Return the internal value that a text stands for: itself, else by its label or name if only one has it."""
        if text in self.by_value:
            return text
        found = self.named(text)
        return found[0].value if len(found) == 1 else None

    def named(self, text: str) -> tuple[Choice, ...]:
        """Return every choice that has this label or name, case and surrounding space ignored.

        A retired one only where no other is called so: a colleague who left and came back is two owners.
        """
        return self.by_name.get(folded(text), ())

    def within(self, pipeline: str) -> Choices:
        """Return the stages of one pipeline."""
        return Choices(tuple(choice for choice in self.items if choice.within == pipeline))

    def nearest(self, text: str, most: int = 3) -> list[Choice]:
        """Return the choices whose value, label or name a text may have been meant for, the nearest first."""
        known: dict[str, Choice] = {}
        for choice in self.items:
            if not choice.retired:
                for name in (choice.value, choice.label, *choice.names):
                    known.setdefault(folded(name), choice)
        near = nearest_names(text, known, len(known))
        return list(dict.fromkeys(known[name] for name in near))[:most]

    def place(self, value: str) -> int | None:
        """Return where a value stands in HubSpot's order."""
        found = self.by_value.get(value)
        return None if found is None else self.items.index(found)


def _in_use(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    found = tuple(choices)
    return tuple(choice for choice in found if not choice.retired) or found


def folded(name: str) -> str:
    return name.strip().casefold()
