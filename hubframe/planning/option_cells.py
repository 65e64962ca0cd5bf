"""Cells that choose: options, owners, pipelines and stages by value, label or name; true and false.

https://developers.hubspot.com/docs/guides/api/crm/properties
"""

from __future__ import annotations

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.planning.number_cells import SPACES
from hubframe.planning.scalars import cut
from hubframe.planning.texts import Read, doubted

__all__ = ["Chooser"]

LABELS = "labels read as options"
OWNERS = "names or e-mails read as owners"
YES_NO = "cells read as true or false"
REPEATED = "repeated options written once"
_TRUE_FALSE = {"true": "true", "1": "true", "1.0": "true", "false": "false", "0": "false", "0.0": "false"}
_MOST_LISTED = 20
_MOST_COMPARED = 20  # looking for what is near takes a millisecond: not for a column that is no column of options


class Chooser:
    """Reads one property's texts as its choices; for a stage, as those of one pipeline where that is known."""

    def __init__(self, definition: Property, pipeline: str | None = None) -> None:
        self.definition = definition
        self.pipeline = pipeline
        inside = definition.choices.within(pipeline) if pipeline else Choices()
        self.choices = inside or definition.choices
        self._compared = 0

    def has(self, text: str) -> bool:
        """Tell whether a text stands for one choice exactly."""
        return self.choices.value_of(text) is not None

    def true_or_false(self, text: str) -> Read:
        if text in ("true", "false") or text in self.choices:
            return Read(text)
        folded = text.strip().casefold()
        said = _TRUE_FALSE.get(folded) or self.choices.value_of(text)
        if said:
            return Read(said, converted=(YES_NO,))
        hint = "Write true or false, or leave the cell blank."
        if self.definition.type == "bool":
            return self._doubt(text, "INVALID_BOOLEAN", f"{cut(text)} was not a valid boolean.", hint)
        message = (
            f"{cut(text)} was not one of the allowed options: {self._listed() if self.choices else '[true, false]'}"
        )
        return self._doubt(text, "INVALID_OPTION", message, hint)

    def one(self, text: str) -> Read:
        """Read a text as one choice."""
        if not self.choices:
            return Read(text)  # what it may be is not known: HubSpot judges
        choice = self.choices.by_value.get(text)
        if choice is not None:
            return self._chosen(choice, text, ())
        choice = self.choices.by_value.get(text.strip())
        if choice is not None:
            return self._chosen(choice, text, (SPACES,))
        named = self.choices.named(text)
        if len(named) == 1:
            return self._chosen(named[0], text, (OWNERS if self.definition.is_owner else LABELS,))
        return self._ambiguous(text, named) if named else self._unknown(text)

    def several(self, text: str) -> Read:
        """Read a text like ``a;b`` as several choices; one that begins with ``;`` appends."""
        if text in self.choices:
            return Read(text)
        parts = text.split(";")
        chosen = [part.strip() for part in parts if part.strip()]
        if not chosen:
            return self._doubt(
                text, "INVALID_OPTION", f"{cut(text)!r} names no option.", "Leave the cell blank instead."
            )
        read = self.each(chosen, text)
        if read.problem is not None:
            return read
        converted = read.converted
        if any(part != part.strip() for part in parts):
            converted = (*converted, SPACES)
        return Read(f";{read.text}" if text.startswith(";") else read.text, converted=converted)

    def each(self, chosen: list[str], whole: str) -> Read:
        """Read texts as choices, each once, and join them; ``whole`` is what the cell says if one is none."""
        values: dict[str, None] = {}
        converted: dict[str, None] = {}
        for text in chosen:
            read = self.one(text)
            if read.problem is not None:
                return Read(whole, read.problem)
            if read.text in values:
                converted[REPEATED] = None
            values[read.text or ""] = None
            converted.update(dict.fromkeys(read.converted))
        return Read(";".join(values), converted=tuple(converted))

    def _chosen(self, choice: Choice, text: str, converted: tuple[str, ...]) -> Read:
        if not choice.retired:
            return Read(choice.value, converted=converted)
        what = "owner" if self.definition.is_owner else "option"
        read = self._doubt(
            choice.value,
            "INVALID_OPTION",
            f"{cut(text)} is deactivated, and no record can be given it any more.",
            f"Choose an {what} that is active.",
        )
        return read._replace(converted=converted)

    def _ambiguous(self, text: str, named: tuple[Choice, ...]) -> Read:
        values = ", ".join(choice.value for choice in named[:_MOST_LISTED])
        message = f"{cut(text)} is the label of {len(named)} options: [{values}]"
        hint = "Write the internal value of the one that is meant."
        if self.definition.is_owner:
            message = f"{cut(text)} is the name of {len(named)} owners: [{values}]"
            hint = "Write the owner's e-mail or id."
        elif self.definition.pipeline_property and not self.pipeline:
            pipelines = ", ".join(choice.within for choice in named[:_MOST_LISTED])
            message = f"{cut(text)} is a stage of {len(named)} pipelines: [{pipelines}]"
            hint = f"Add the column {self.definition.pipeline_property} to the frame, or write the stage's id."
        return self._doubt(text, "AMBIGUOUS_OPTION", message, hint)

    def _unknown(self, text: str) -> Read:
        elsewhere = self._elsewhere(text)
        if elsewhere:
            where = ", ".join(choice.within for choice in elsewhere)
            message = f"{cut(text)} is a stage of the pipeline {where}, not of {self.pipeline}."
            stages = ", ".join(choice.label or choice.value for choice in self.choices.items[:_MOST_LISTED])
            hint = f"Correct the pipeline, or choose one of its stages: {cut(stages, 400)}."
            return self._doubt(text, "INVALID_OPTION", message, hint)
        if self.definition.is_owner:
            message = f"{cut(text)} is no owner in this account."
            hint = "Write the owner's e-mail, full name or id as HubSpot has it."
        else:
            message = f"{cut(text)} was not one of the allowed options: {self._listed()}"
            hint = (
                "Write an option's label or internal value, or add the option in HubSpot and connect again: "
                "hubframe.connect()."
            )
        return self._doubt(text, "INVALID_OPTION", message, self._near(text) or hint)

    def _elsewhere(self, text: str) -> tuple[Choice, ...]:
        if self.choices is self.definition.choices:
            return ()
        found = self.definition.choices.by_value.get(text.strip())
        return (found,) if found else self.definition.choices.named(text)

    def _near(self, text: str) -> str:
        self._compared += 1
        if self._compared > _MOST_COMPARED or len(text) > 100:
            return ""
        near = [f"{choice.label!r} ({choice.value})" if choice.label else repr(choice.value)
                for choice in self.choices.nearest(text)]  # fmt: skip
        return f"Did you mean {' or '.join(near)}?" if near else ""

    def _listed(self) -> str:
        choices = self.choices.items
        rest = f", and {len(choices) - _MOST_LISTED} more" if len(choices) > _MOST_LISTED else ""
        return f"[{', '.join(choice.value for choice in choices[:_MOST_LISTED])}{rest}]"

    def _doubt(self, text: str, code: str, message: str, hint: str) -> Read:
        return doubted(text, self.definition.name, code, message, hint)
