"""The choices as Python text that does the same."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["code"]

WIDTH = 88  # what formatters of Python keep to


def code(
    arguments: Mapping[str, Any],
    *,
    frame: str = "df",
    source: str | None = None,
    baseline: bool = False,
    labels: Iterable[Any] = (),
    index_names: Iterable[Any] = (),
) -> str:
    """Return the call that does what was chosen.

    Parameters
    ----------
    arguments
        Of `hubframe.batch_update`, ``object_type`` among them.
    frame
        The name that the frame has in the text.
    source
        The lines that make the frame; they go before.
    baseline
        Whether a frame of this name is passed as well.
    labels, index_names
        The frame's. A label that no literal stands for (a time, a missing value) is named by its place.

    Examples
    --------
    >>> print(code({"object_type": "contacts", "write": "blank"}))
    result = df.hubspot.batch_update("contacts", write="blank")
    """
    names = _Names(frame, list(labels), list(index_names))
    given = dict(arguments)
    parts = [_literal(given.pop("object_type"))]
    for name, value in given.items():
        if name == "id_column":
            said = names.of_id(value)
        elif name == "columns":
            said = _mapping(value, names, f"    {name}=")
        else:
            said = _literal(value)
        parts.append(f"{name}={said}")
    if baseline:
        parts.append("baseline=baseline")
    before = f"{source.rstrip()}\n" if source else ""
    return before + _call(f"result = {frame}.hubspot.batch_update", parts)


class _Names:
    """Labels as Python text."""

    def __init__(self, frame: str, labels: Sequence[Any], index_names: Sequence[Any]) -> None:
        self._frame, self._labels, self._index_names = frame, labels, index_names

    def of_column(self, label: Any) -> str:
        return self._of(label, (("columns", self._labels),))

    def of_id(self, label: Any) -> str:
        return self._of(label, (("columns", self._labels), ("index.names", self._index_names)))

    def _of(self, label: Any, places: Iterable[tuple[str, Sequence[Any]]]) -> str:
        said = _literal(label)
        if _says(said, label):
            return said
        for attribute, labels in places:
            for place, one in enumerate(labels):
                if one is label or (hash(one) == hash(label) and one == label):
                    return f"{self._frame}.{attribute}[{place}]"
        return said


def _says(text: str, value: Any) -> bool:
    try:
        said = ast.literal_eval(text)
        return bool(said == value) and hash(said) == hash(value)
    except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError):
        return False


def _literal(value: Any) -> str:
    if isinstance(value, np.generic):
        value = value.item()  # numpy 2 writes np.int64(7)
    if isinstance(value, tuple) and type(value) is tuple:
        parts = [_literal(one) for one in value]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    if isinstance(value, str):
        said = repr(str(value))
        # Formatters of Python write double quotes where either would do.
        return f'"{said[1:-1]}"' if said.startswith("'") and '"' not in said else said
    return repr(value)


def _mapping(columns: Mapping[Any, str] | Iterable[Any], names: _Names, before: str) -> str:
    if isinstance(columns, Mapping):
        parts = [f"{names.of_column(label)}: {_literal(name)}" for label, name in columns.items()]
        opening, closing = "{", "}"
    else:
        parts = [names.of_column(label) for label in columns]
        opening, closing = "[", "]"
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(before) + len(line) + 1 <= WIDTH or not parts:
        return line
    return "\n".join([opening, *(f"        {part}," for part in parts), f"    {closing}"])


def _call(function: str, parts: Sequence[str]) -> str:
    line = f"{function}({', '.join(parts)})"
    if "\n" not in line and len(line) <= WIDTH:
        return line
    line = f"    {', '.join(parts)}"
    if "\n" not in line and len(line) <= WIDTH:
        return f"{function}(\n{line}\n)"
    return "\n".join([f"{function}(", *(f"    {part}," for part in parts), ")"])
