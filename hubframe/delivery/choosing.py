"""Which of a row's cells go, now that HubSpot's current values are known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import same_value
from hubframe.results.outcomes import Problem

__all__ = ["Chooser", "Chosen"]

Texts = Mapping[str, str]


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
        By row, property → the text that HubSpot must still hold for the cell to go: the baseline's, or the one that
        was shown. Cells that are not named go anyway.
    changed_only : bool
        Whether cells that equal HubSpot's are left out.
    """

    definitions: Definitions
    doubts: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    expected: Mapping[int, Texts] | None = None
    changed_only: bool = True

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
            texts, doubts = self._unambiguous(texts, current, doubts)
        differing = {
            name: text
            for name, text in texts.items()
            if text != current.get(name) and not same_value(self.definitions.get(name), text, current.get(name))
        }
        if not differing:
            return Chosen({}, "unchanged")
        wrong = [problem for problem in doubts if problem.property in differing]
        wrong += self._of_another_pipeline(differing, texts, current)
        if "lifecyclestage" in differing:
            wrong += self._backwards(differing["lifecyclestage"], current.get("lifecyclestage", ""))
        if wrong:
            return Chosen({}, "invalid", tuple(wrong))
        moved = self._changed_since(row, differing, current)
        for problem in moved:
            del differing[problem.property or ""]
        return Chosen(differing, "" if differing else "skipped", moved)

    def _unambiguous(
        self, texts: Texts, current: Texts, doubts: tuple[Problem, ...]
    ) -> tuple[Texts, tuple[Problem, ...]]:
        """Settle what a label means that several options have: the one HubSpot holds, or the record's pipeline's."""
        standing = []
        for problem in doubts:
            name = problem.property or ""
            definition = self.definitions.get(name)
            meant = None
            if problem.code == "AMBIGUOUS_OPTION" and definition is not None:
                held, pipeline = current.get(name), current.get(definition.pipeline_property)
                if any(choice.value == held for choice in definition.choices.named(texts[name])):
                    meant = held
                elif pipeline:
                    meant = definition.choices.within(pipeline).value_of(texts[name])
            if meant is None:
                standing.append(problem)
            else:
                texts = {**texts, name: meant}
        return texts, tuple(standing)

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

    def _backwards(self, ours: str, theirs: str) -> list[Problem]:
        """HubSpot moves a lifecycle stage forward only, and ignores anything else without a word."""
        definition = self.definitions.get("lifecyclestage")
        if definition is None:
            return []
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
        return tuple(
            _moved(name, text, expected[name], current.get(name) if self.sees(name, current) else None)
            for name, text in differing.items()
            if name in expected and not self._as_expected(name, expected[name], current)
        )

    def _as_expected(self, name: str, before: str, current: Texts) -> bool:
        if not self.sees(name, current):
            return False
        definition = self.definitions.get(name)
        # A baseline's moments may have lost their seconds in the export, whatever they are kept as.
        minute = before.removesuffix(":00.000Z") + ":00Z" if before.endswith(":00.000Z") else before
        return any(same_value(definition, text, current.get(name)) for text in (before, minute))


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
