"""One cell → HubSpot's text, by the property's type."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from hubframe.planning.definitions import Property
from hubframe.planning.listed_texts import listed_texts, looks_listed
from hubframe.planning.moments import read_date, read_moment
from hubframe.planning.number_cells import read_number, read_plain_number
from hubframe.planning.option_cells import Chooser
from hubframe.planning.scalars import cut, is_blank, is_number, short_repr
from hubframe.planning.texts import CellSettings, Read, doubted
from hubframe.results.outcomes import Problem

__all__ = ["BLANK_TEXTS", "LONGEST", "CellReader", "can_be_sent"]

# What astype(str) leaves of a blank.
BLANK_TEXTS = frozenset(("nan", "None", "<NA>", "NaT"))
# https://developers.hubspot.com/docs/guides/api/crm/properties
LONGEST = 65_536
_SEVERAL = (list, tuple, set, frozenset, np.ndarray)
LISTED = "lists saved as text read as options"


class CellReader:
    """Reads the cells of one property, one at a time: ``reader(value)``."""

    def __init__(self, definition: Property, settings: CellSettings, pipeline: str | None = None) -> None:
        self.definition = definition
        self.settings = settings
        self.name = definition.name
        self._chooser = Chooser(definition, pipeline)
        self._blank_texts = settings.allow_blank_texts and definition.is_text
        self._by_type = self._type_s_reader()

    def __call__(self, value: Any) -> Read:
        if isinstance(value, str):
            text = str.__str__(value)  # an enum's member is its value, not "Color.RED"
            if not text:
                return Read()
            if text in BLANK_TEXTS and not self._blank_texts and not self._chooser.has(text):
                return self._blank_as_text(text)
            return self._by_type(text) if can_be_sent(text) else Read(None, self._not_sendable(text))
        if is_blank(value):
            return Read()
        if not self._is_known(value):
            return Read(None, self._unsupported(value))
        read = self._by_type(value)
        return read if read.text is None or can_be_sent(read.text) else Read(None, self._not_sendable(read.text))

    def _type_s_reader(self) -> Callable[[Any], Read]:
        definition, name = self.definition, self.name
        if definition.is_bool:
            return lambda value: self._chosen(value, self._chooser.true_or_false)
        if definition.is_multiple:
            return self._several
        if definition.type == "enumeration" or definition.is_owner or definition.pipeline_property:
            return lambda value: self._chosen(value, self._chooser.one)
        if definition.type == "number":
            return lambda value: read_number(value, name)
        if definition.type == "date":
            return lambda value: read_date(value, name)
        if definition.type == "datetime":
            return lambda value: read_moment(value, name, self.settings.timezone)
        return self._plain

    def _is_known(self, value: Any) -> bool:
        if isinstance(value, _SEVERAL):
            return self.definition.is_multiple
        moment = isinstance(value, datetime.date | np.datetime64)  # a datetime is a date
        return moment or is_number(value) or isinstance(value, bool | np.bool_)

    def _plain(self, value: Any) -> Read:
        """Read a cell where any text would do."""
        if isinstance(value, str):
            if len(value) <= LONGEST:
                return Read(value)
            message = f"{cut(value)} is {len(value):,} characters long, and {LONGEST:,} is the most HubSpot takes."
            return doubted(value, self.name, "INVALID_STRING_LENGTH", message, f"Cut it: df[...].str[:{LONGEST}]")
        if isinstance(value, bool | np.bool_):
            return Read("true" if value else "false")
        if is_number(value):
            return read_plain_number(value, self.name)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return Read(value.isoformat())
        return read_moment(value, self.name, self.settings.timezone)

    def _chosen(self, value: Any, choose: Callable[[str], Read]) -> Read:
        plain = self._plain(value)
        if plain.text is None or plain.problem is not None:
            return plain
        read = choose(plain.text)
        done = read.problem is None and not read.converted
        return read._replace(converted=plain.converted) if done else read

    def _several(self, value: Any) -> Read:
        if isinstance(value, str):
            return self._several_in_text(value)
        if not isinstance(value, _SEVERAL):
            return self._chosen(value, self._chooser.several)
        chosen: list[str] = []
        for one in _ordered(value):
            if isinstance(one, _SEVERAL):
                return Read(None, self._unsupported(value))
            plain = self._element(one)
            if plain.problem is not None:
                return plain
            if plain.text:
                if ";" in plain.text and not self._chooser.has(plain.text):
                    return Read(None, self._semicolon(value))
                chosen.append(plain.text)
        return self._chooser.each(chosen, ";".join(chosen)) if chosen else Read()

    def _several_in_text(self, text: str) -> Read:
        listed = None if self._chooser.has(text) else listed_texts(text)
        if listed is not None:
            read = self._several(listed)
            done = read.text is not None and read.problem is None
            return read._replace(converted=(LISTED, *read.converted)) if done else read
        read = self._chosen(text, self._chooser.several)
        return read if read.problem is None or not looks_listed(text) else self._unread_list(text)

    def _element(self, value: Any) -> Read:
        if isinstance(value, str):
            return Read(str.__str__(value).strip())
        if is_blank(value):
            return Read()
        return self._plain(value) if self._is_known(value) else Read(None, self._unsupported(value))

    def _unread_list(self, text: str) -> Read:
        message = f"{cut(text)} looks like a list that was saved as text."
        hint = (
            'Write the options as a;b: a column of lists becomes that with df[...].str.join(";"), before it is saved.'
        )
        return doubted(text, self.name, "INVALID_OPTION", message, hint)

    def _blank_as_text(self, text: str) -> Read:
        hint = f"Make such texts blank again: df[...] = df[...].replace({text!r}, None)"
        if self.definition.is_text:
            hint += "; if the word itself is meant, pass allow_blank_texts=True"
        message = f"{text!r} is what astype(str) makes of a blank cell."
        return doubted(text, self.name, "BLANK_AS_TEXT", message, f"{hint}.")

    def _unsupported(self, value: Any) -> Problem:
        return self._problem(
            "UNSUPPORTED_VALUE",
            short_repr(value),
            f"{short_repr(value)} is of type {type(value).__name__}, which has no text in HubSpot.",
            "Turn the column into text, numbers, booleans or dates first.",
        )

    def _not_sendable(self, text: str) -> Problem:
        shown = cut(text.encode(errors="backslashreplace").decode().replace("\0", "\\x00"))
        if "\0" in text:
            message = f"{shown} holds a NUL character, which HubSpot takes in no text."
            return self._problem("INVALID_TEXT", shown, message, r'Remove it: df[...].str.replace("\x00", "")')
        message = f"{shown} holds half a character (a lone surrogate), which no file or request can hold."
        return self._problem("INVALID_TEXT", shown, message, "Read the file again with the right encoding=.")

    def _semicolon(self, value: Any) -> Problem:
        shown = short_repr(value)
        message = f"{shown}: an option can't hold a semicolon, which separates options."
        hint = "Give each option as an element of its own."
        return Problem("VALIDATION_ERROR", "INVALID_OPTION", message, self.name, shown, hint)

    def _problem(self, code: str, value: str, message: str, hint: str) -> Problem:
        return Problem("UNSUPPORTED_VALUE", code, message, property=self.name, value=value, hint=hint)


def _ordered(values: Any) -> Iterable[Any]:
    if isinstance(values, set | frozenset):
        return sorted(values, key=str)
    return np.atleast_1d(values) if isinstance(values, np.ndarray) else values


def can_be_sent(text: str) -> bool:
    """Tell whether a text holds no NUL character and no half of one."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
