"""Which of a row's cells go, now that HubSpot's current values are known. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import same_float, same_value
from hubframe.planning.sendable import Sendable
from hubframe.results.outcomes import Problem

__all__ = ["Chooser", "Chosen"]

Texts = Mapping[str, str]
Expected = Mapping[str, str | Sequence[str]]
NOT_BLANK = Problem(
    category="NOT_BLANK",
    code="NOT_BLANK",
    message='HubSpot holds a value in every property of the row, and write="blank" leaves it.',
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What becomes of a row: ``texts`` go; where none does, ``status`` says why not.

    ``problems`` are the reasons, or what was left alone of a row that goes.
    """

    texts: dict[str, str]
    status: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Chooser:
    """What a plan wants of a row, held against what HubSpot holds.

    Attributes
    ----------
    doubts : mapping of int to tuple of Problem
        Cells that HubSpot would refuse, by row; none is a problem where HubSpot holds its value already.
    expected : mapping of int to mapping, or None
        By row, property → the text that HubSpot must still hold for the cell to go (the baseline's, or the one that
        was shown), or several of which it must hold one. Cells that are not named go anyway.
    changed_only : bool
        Whether cells that equal HubSpot's are left out.
    blank_only : bool
        Whether cells go only where HubSpot's value is blank.
    sent : collection of int
        Rows that were sent before, and nobody knows what became of them: where nothing differs, they are ``updated``.
    undo : bool
        Whether old values are put back: ``expected`` is then what a run wrote, and stages may go back.
    """

    definitions: Definitions
    doubts: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    expected: Mapping[int, Expected] | None = None
    changed_only: bool = True
    blank_only: bool = False
    sent: Collection[int] = ()
    undo: bool = False

    @classmethod
    def of(cls, plan: Sendable, write: str, *, undo: bool) -> Chooser:
        """Return what a plan wants, under a way to write."""
        return cls(
            plan.definitions,
            plan.doubts,
            plan.expected,
            changed_only=write != "all",
            blank_only=write == "blank",
            sent=plan.sent,
            undo=undo,
        )

    def choose(self, row: int, texts: Texts, current: Texts) -> Chosen:
        """Return which of a row's texts go.

        Parameters
        ----------
        row
            The row's position in the frame.
        texts
            What the plan would write, property → text.
        current
            What HubSpot holds, property → text.
        """
        if not self.changed_only:
            return Chosen(dict(texts))
        doubts = self.doubts.get(row, ())
        if doubts:
            texts, doubts = self._settled(texts, current, doubts)
        differing = {
            name: text
            for name, text in texts.items()
            if text != current.get(name) and not same_value(self.definitions.get(name), text, current.get(name))
        }
        if not differing:
            return Chosen({}, "updated" if row in self.sent else "unchanged")
        if self.blank_only and row not in self.sent:
            differing = {name: text for name, text in differing.items() if not current.get(name)}
            if not differing:
                return Chosen({}, "unchanged", (NOT_BLANK,))
        moved = self._changed_since(row, differing, current)
        for problem in moved:
            del differing[problem.property or ""]
        wrong = [problem for problem in doubts if problem.property in differing]
        if not self.undo:
            wrong += self._of_another_pipeline(differing, texts, current)
            wrong += self._backwards(differing, current)
        if wrong:
            return Chosen({}, "invalid", tuple(wrong))
        return Chosen(differing, "" if differing else "skipped", moved)

    def _settled(self, texts: Texts, current: Texts, doubts: tuple[Problem, ...]) -> tuple[Texts, tuple[Problem, ...]]:
        """Return the texts as they are meant, now that HubSpot's are known, and the doubts that stand."""
        standing = []
        for problem in doubts:
            name = problem.property or ""
            meant = self._meant(problem, name, texts[name], current) if name in texts else None
            if meant is None:
                standing.append(problem)
            else:
                texts = {**texts, name: meant}
        return texts, tuple(standing)

    def _meant(self, problem: Problem, name: str, text: str, current: Texts) -> str | None:
        """Return what a label means that several options have: the one HubSpot holds, or the record's pipeline's.

        A number that lost digits means the one HubSpot holds, where that would have lost the same.
        """
        definition, held = self.definitions.get(name), current.get(name)
        if definition is None:
            return None
        if problem.code == "LOST_DIGITS":
            return held if definition.type == "number" and same_float(text, held) else None
        if problem.code != "AMBIGUOUS_OPTION":
            return None
        if any(choice.value == held for choice in definition.choices.named(text)):
            return held
        pipeline = current.get(definition.pipeline_property)
        return definition.choices.within(pipeline).value_of(text) if pipeline else None

    def sees(self, name: str, current: Texts) -> bool:
        """Tell whether HubSpot shows a property's value: sensitive ones, not to everybody."""
        return name in current or not self.definitions.hidden

    def _of_another_pipeline(self, differing: Texts, texts: Texts, current: Texts) -> list[Problem]:
        """Return stages of another pipeline than the record's; where the row names one, planning has looked."""
        wrong = []
        for name, text in differing.items():
            definition = self.definitions.get(name)
            if definition is None or not definition.pipeline_property or definition.pipeline_property in texts:
                continue
            stage, pipeline = definition.choices.by_value.get(text), current.get(definition.pipeline_property)
            if stage is not None and stage.within and pipeline and stage.within != pipeline:
                wrong.append(
                    Problem(
                        category="VALIDATION_ERROR",
                        code="INVALID_OPTION",
                        message=f"{stage.label or text} is a stage of another pipeline than the record's ({pipeline}).",
                        property=name,
                        value=text,
                        hint=f"Write a stage of that pipeline, or add a column for {definition.pipeline_property}.",
                    )
                )
        return wrong

    def _backwards(self, differing: Texts, current: Texts) -> list[Problem]:
        """HubSpot moves a lifecycle stage forward only, and ignores anything else without a word."""
        definition = self.definitions.get("lifecyclestage")
        if definition is None or "lifecyclestage" not in differing:
            return []
        ours, theirs = differing["lifecyclestage"], current.get("lifecyclestage", "")
        to, held = definition.choices.place(ours), definition.choices.place(theirs)
        if to is None or held is None or to > held:
            return []
        return [
            Problem(
                category="VALIDATION_ERROR",
                code="LIFECYCLE_STAGE_BACKWARDS",
                message=f"HubSpot holds {theirs!r} and moves lifecycle stages forward only, so not back to {ours!r}.",
                property="lifecyclestage",
                value=ours,
                hint="Clear the stage first (an empty cell and clear_blanks=['lifecyclestage']), then send it again.",
            )
        ]

    def _changed_since(self, row: int, differing: Texts, current: Texts) -> tuple[Problem, ...]:
        expected = self.expected.get(row, {}) if self.expected is not None else {}
        moved = _written_over if self.undo else _moved
        return tuple(
            moved(name, text, _several(expected[name])[-1], current.get(name) if self.sees(name, current) else None)
            for name, text in differing.items()
            if name in expected and not self._as_expected(name, _several(expected[name]), current)
        )

    def _as_expected(self, name: str, texts: Sequence[str], current: Texts) -> bool:
        if not self.sees(name, current):
            return False
        definition, held = self.definitions.get(name), current.get(name)
        return any(same_value(definition, text, held) for text in texts)


def _several(expected: str | Sequence[str]) -> Sequence[str]:
    return (expected,) if isinstance(expected, str) else expected


def _moved(name: str, ours: str, before: str, now: str | None) -> Problem:
    told = "and the token may not read what HubSpot holds now" if now is None else f"and HubSpot now holds {now!r}"
    return Problem(
        category="CHANGED_SINCE",
        code="CHANGED_SINCE",
        message=f"Left alone: it was {before!r} when it was read, {told}.",
        property=name,
        value=ours,
        hint="Look at both values; to overwrite HubSpot's, plan or send the row again, without a baseline.",
    )


def _written_over(name: str, ours: str, written: str, now: str | None) -> Problem:
    told = "and the token may not read what HubSpot holds now" if now is None else f"and HubSpot now holds {now!r}"
    return Problem(
        category="CHANGED_SINCE",
        code="CHANGED_SINCE",
        message=f"Left alone: the run wrote {written!r}, {told}.",
        property=name,
        value=ours,
        hint="Look at both values; to put the old one back all the same, send it by itself.",
    )
