"""One property's texts → a column of its type, each cell of which `batch_update` reads as the text it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from hubframe.planning.definitions import Property
from hubframe.planning.reader import can_be_sent
from hubframe.planning.scalars import cut
from hubframe.records.moments import date_values, moment_values
from hubframe.records.numbers import number_values
from hubframe.records.options import list_values, option_values
from hubframe.records.read_back import ReadBack

__all__ = ["TEXT", "Typed", "typed_column"]

# One dtype on every pandas, for zero rows as for a million.
TEXT = pd.StringDtype("python")
_MOST_SHOWN = 3
_VALUES: dict[str, Callable[[Property, Sequence[str | None]], Any]] = {
    "number": lambda _, cells: number_values(cells),
    "date": date_values,
    "datetime": moment_values,
}

Cells = Sequence[str | None]


class Typed(NamedTuple):
    """A column, what a reader of it would not expect, and which values are not in it; None where there is nothing."""

    cells: Any
    note: str | None = None
    caution: str | None = None


def typed_column(
    definition: Property, texts: Sequence[str | None], *, labels: bool = False, pipelines: Cells | None = None
) -> Typed:
    """Return the values of HubSpot's texts for one property.

    A cell that was not edited is never written: every value, read by `batch_update`, is the text it came from. Where
    no value of the property's type is, the column holds the texts; where not even the text is (a former option called
    like another one's label), the cell is blank and the caution says so. What is read-only in HubSpot is never written,
    and so never blank for that.

    Parameters
    ----------
    definition : Property
        With its choices, where it has any.
    texts : sequence of str or None, length n
        None and ``""`` are blank.
    labels : bool
        Whether options, owners, pipelines and stages are shown by their labels, where a label has only one meaning.
    pipelines : sequence of str or None, length n
        For a stage, the id of the row's pipeline, where the frame has it.

    Returns
    -------
    Typed
        ``cells`` is of length n. Numbers are ``Int64``, else ``Float64``; true and false ``boolean``; dates
        ``datetime64[ms]`` at midnight; moments ``datetime64[ms, UTC]``; options, owners, pipelines and stages
        categorical, in HubSpot's order; several options a list of str each; anything else ``string``.

    Examples
    --------
    >>> typed_column(Property("seats", type="number"), ["12", None, "30"]).cells
    <IntegerArray>
    [12, <NA>, 30]
    Length: 3, dtype: Int64
    """
    cells = [text or None for text in texts]
    distinct = list(dict.fromkeys(filter(None, cells)))
    if definition.is_bool:
        return _booleans(definition, cells, distinct)
    if definition.is_multiple:
        lists, lost = list_values(definition, distinct, labels=labels)
        values = [pd.NA if cell is None or cell not in lists else list(lists[cell]) for cell in cells]
        return Typed(pd.Series(values, dtype=object), caution=_caution(definition, lost))
    if definition.type == "enumeration" or definition.is_owner or definition.pipeline_property:
        options, lost = option_values(definition, cells, labels=labels, pipelines=pipelines)
        if options is None:
            return _texts(definition, cells, distinct)
        return Typed(options, caution=_caution(definition, lost))
    values_of = _VALUES.get(definition.type)
    if values_of is None:
        return _texts(definition, cells, distinct)
    found = values_of(definition, cells)
    lost = []
    if found.column is None:  # a value that is not in the frame at all must not make texts of the others
        cells, lost = _without_lost(definition, cells, distinct)
        found = values_of(definition, cells) if lost else found
    if found.column is not None:
        return Typed(found.column, caution=_caution(definition, lost))
    return Typed(
        pd.array(cells, dtype=TEXT), _text_note(definition, found.unfit, found.why), _caution(definition, lost)
    )


def _booleans(definition: Property, cells: Cells, distinct: Sequence[str]) -> Typed:
    kept, lost = _kept(definition, distinct)
    unfit = [text for text in kept if text not in ("true", "false")]
    if unfit:
        as_text = _texts(definition, cells, distinct)
        return Typed(as_text.cells, _text_note(definition, unfit, "neither true nor false"), as_text.caution)
    truths = np.array([cell == "true" for cell in cells], dtype=np.bool_)
    blank = np.array([cell not in ("true", "false") for cell in cells], dtype=np.bool_)
    return Typed(pd.arrays.BooleanArray(truths, blank), caution=_caution(definition, lost))


def _texts(definition: Property, cells: Cells, distinct: Sequence[str]) -> Typed:
    """Return the texts as they are, blank where a text is read as another one."""
    kept, lost = _without_lost(definition, cells, distinct)
    return Typed(pd.array(kept, dtype=TEXT), caution=_caution(definition, lost))


def _without_lost(definition: Property, cells: Cells, distinct: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """Return the cells, blank where a text is read as another one, and these texts."""
    _, lost = _kept(definition, distinct)
    gone = set(lost)
    return [None if cell in gone else cell for cell in cells] if gone else list(cells), lost


def _kept(definition: Property, distinct: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which texts are read as themselves, and which are not."""
    if definition.read_only or not distinct:
        return list(distinct), []
    is_kept: Callable[[str], bool] = can_be_sent
    if definition.is_bool or definition.type in ("date", "datetime", "number", "enumeration"):
        back = ReadBack(definition)
        is_kept = lambda text: back.is_kept(text, text)  # noqa: E731 - the other of two
    elif can_be_sent("".join(distinct)):
        return list(distinct), []
    lost = [text for text in distinct if not is_kept(text)]
    gone = set(lost)
    return [text for text in distinct if text not in gone], lost


def _text_note(definition: Property, unfit: Sequence[str], why: str) -> str:
    count = "1 value is" if len(unfit) == 1 else f"{len(unfit):,} values are"
    return f"{definition.name!r} is text here, since {count} {why} ({_shown(unfit)})."


def _caution(definition: Property, lost: Sequence[str]) -> str | None:
    if not lost:
        return None
    count = "1 value" if len(lost) == 1 else f"{len(lost):,} values"
    return (
        f"{definition.name!r}: no cell stands for {count} that HubSpot holds ({_shown(lost)}): an update would take it "
        "for another. Those cells are blank here; an update leaves HubSpot's values alone unless clear_blanks= names "
        "the column or you write what is meant (without baseline=, to which such a cell is a blank)."
    )


def _shown(texts: Sequence[str]) -> str:
    # repr: a NUL character or half a one is in no file or log line
    shown = [repr(cut(text).encode(errors="backslashreplace").decode()) for text in texts[:_MOST_SHOWN]]
    return ", ".join(shown) + (f" and {len(texts) - _MOST_SHOWN:,} more" if len(texts) > _MOST_SHOWN else "")
