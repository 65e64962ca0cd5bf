"""Records as they come, a list of texts per property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

__all__ = ["Once", "Rows"]

Text = str | None
MOST_KEPT = 2_000  # different texts of a property that has more have hardly any that recur


class Once:
    """Keeps each text that recurs once, whatever the number of records that show it: cities, stages, owners."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Text, Text]] = {}

    def texts(self, name: str, texts: Iterable[Text]) -> list[Text]:
        """Return equal texts of a property as the same objects."""
        kept = self._kept.setdefault(name, {})
        known = kept.setdefault if len(kept) < MOST_KEPT else kept.get
        return [known(text, text) for text in texts]


class Rows:
    """Record ids and texts, columnar. Without ``names``, every property that a record shows gets its list.

    ``once`` is shared by the parts of one read.

    >>> rows = Rows(["city"])
    >>> rows.add([{"id": "7", "properties": {"city": "Bergen", "phone": "1"}}, {"id": "8", "properties": {}}])
    >>> rows.ids, rows.texts
    (['7', '8'], {'city': ['Bergen', None]})
    """

    def __init__(self, names: Iterable[str] | None, once: Once | None = None) -> None:
        self._once = once or Once()
        self.ids: list[str] = []
        self.texts: dict[str, list[Text]] = {name: [] for name in names or ()}
        self.unshown = set(self.texts)  # what no record has shown, not even as a blank
        self._open = names is None

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, records: Sequence[Mapping[str, Any]]) -> None:
        properties = [_properties(record) for record in records]
        if self._open:
            for name in chain.from_iterable(properties):
                if name not in self.texts:
                    self.texts[name] = [None] * len(self.ids)
        if self.unshown:
            self.unshown.difference_update(*properties)
        for name, texts in self.texts.items():
            texts.extend(self._once.texts(name, (_text(one.get(name)) for one in properties)))
        self.ids.extend(str(record["id"]) for record in records)

    def take(self, places: Sequence[int]) -> Rows:
        """Return the records at these places, in this order."""
        taken = self._like()
        taken.ids = [self.ids[place] for place in places]
        taken.texts = {name: [texts[place] for place in places] for name, texts in self.texts.items()}
        return taken

    def joined(self, parts: Iterable[Rows]) -> Rows:
        """Return these records and those of other parts, one after the other, each record once."""
        whole = self._like()
        everything = [self, *parts]
        names = dict.fromkeys(name for part in everything for name in part.texts)
        whole.texts = {
            name: list(chain.from_iterable(part.texts.get(name) or [None] * len(part) for part in everything))
            for name in names
        }
        whole.ids = list(chain.from_iterable(part.ids for part in everything))
        for part in everything:
            if len(part):
                whole.unshown &= part.unshown
        if len(set(whole.ids)) == len(whole.ids):
            return whole
        first = {record: place for place, record in reversed(list(enumerate(whole.ids)))}
        return whole.take(sorted(first.values()))

    def _like(self) -> Rows:
        made = Rows(None)
        made._open, made.unshown = self._open, set(self.unshown)
        return made


def _properties(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record.get("properties")
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> Text:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
