"""Which known names a text may have been meant for: misspelt, cut short, drawn out, or with other signs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

__all__ = ["nearest_names"]

_LEAST_RATIO = 0.75  # a letter of four
_LETTERS_PER_SLIP = 8  # and above that a slip for each eight, beside the first
_SHORT = 4  # "cold" is a letter from "gold", and another word ("mail" is "email", though)
_SHORTEST_WORD = 3
_SHORTEST_BEGINNING = 5
_NOT = frozenset(("never", "non", "not", "without"))
_UN = ("dis", "il", "im", "in", "ir", "non", "un")
_WORD = re.compile(r"[^\W_]+")


def nearest_names(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return the names that look like a text, the nearest first; none is better than a poor one.

    >>> stages = ["Lead", "Sales Qualified Lead", "Customer", "Other", "Unqualified"]
    >>> nearest_names("customr", stages), nearest_names("sales qualified", stages)
    (['Customer'], ['Sales Qualified Lead'])
    >>> nearest_names("hot", stages), nearest_names("qualified", ["Unqualified"])
    ([], [])
    """
    asked = _Asked(text)
    account = _Asked(asked.account or "")
    found: dict[str, float] = {}
    for name in names:
        known = _Name(name)
        # The domain that two e-mail addresses share makes nobody somebody else.
        shared = asked.account is not None and known.account is not None and asked.domain == known.domain
        nearness = account.nearness(_Name(known.account or "")) if shared else asked.nearness(known)
        if nearness:
            found[name] = nearness
    return sorted(found, key=lambda name: -found[name])[:most]


class _Name:
    """A name's words and letters, without case, spaces and signs; of an e-mail address, its two parts too."""

    def __init__(self, name: str) -> None:
        self.words = _WORD.findall(name.casefold())
        self.letters = "".join(self.words)
        account, at, self.domain = name.strip().casefold().rpartition("@")
        self.account = account if at else None


class _Asked(_Name):
    """A text that was to be a name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        # It keeps what it has found out about its second text.
        self._matcher = difflib.SequenceMatcher(None, "", self.letters, autojunk=False)

    def nearness(self, known: _Name) -> float:
        """Return how much of the two is the same, 0 where the one is not meant by the other."""
        if not self.letters or not known.letters:
            return 0
        near = self._is_misspelt(known.letters) or _is_part(self, known) or _is_part(known, self)
        if not near or _is_opposite(self, known):
            return 0
        return 2 * _in_common(self.letters, known.letters) / (len(self.letters) + len(known.letters))

    def _is_misspelt(self, known: str) -> bool:
        matcher, asked = self._matcher, self.letters
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() < _LEAST_RATIO or matcher.quick_ratio() < _LEAST_RATIO:
            return False
        shorter, longer = sorted((len(asked), len(known)))
        if asked[0] != known[0] and (shorter < _SHORT or shorter == longer == _SHORT):
            return False
        if re.findall(r"\d+", asked) != re.findall(r"\d+", known):
            return False  # "Tier 3" is not "Tier 2" misspelt
        common = _in_common(asked, known)
        ratio = 2 * common / (shorter + longer)
        return ratio >= _LEAST_RATIO and longer - common <= 1 + shorter // _LETTERS_PER_SLIP


def _in_common(one: str, other: str) -> int:
    """Return how many letters can be left of both, in their order; difflib's blocks are fewer where letters repeat."""
    before = [0] * (len(other) + 1)
    for letter in one:
        row = [0]
        for place, theirs in enumerate(other):
            row.append(before[place] + 1 if letter == theirs else max(before[place + 1], row[place]))
        before = row
    return before[-1]


def _is_part(short: _Name, long: _Name) -> bool:
    """Tell whether one name's words are among the other's, or its letters begin the other's."""
    if len(short.letters) >= _SHORTEST_WORD and set(short.words) <= set(long.words):
        return True
    rest = long.letters.removeprefix(short.letters)
    begins = rest != long.letters and not rest[:1].isdigit()
    return begins and len(short.letters) >= _SHORTEST_BEGINNING


def _is_opposite(ours: _Name, theirs: _Name) -> bool:
    """Tell whether one says that the other is not so: nobody who writes "qualified" means "unqualified"."""
    words, others = set(ours.words), set(theirs.words)
    if not _NOT.isdisjoint(words ^ others) or (ours.words[0] == "no") != (theirs.words[0] == "no"):
        return True
    return not others.isdisjoint(_negated(words - others)) or not words.isdisjoint(_negated(others - words))


def _negated(words: set[str]) -> set[str]:
    return {prefix + word for word in words for prefix in _UN}
