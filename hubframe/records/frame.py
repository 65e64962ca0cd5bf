"""Records as HubSpot tells them → a frame with HubSpot's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hubframe.planning.definitions import Definitions, Property
from hubframe.records.headers import RECORD_ID, header_names, record_id_header, requested_id_header
from hubframe.records.typed import TEXT, typed_column

__all__ = ["records_frame"]


def records_frame(
    ids: Sequence[str],
    texts: Mapping[str, Sequence[str | None]],
    chosen: Sequence[Property],
    definitions: Definitions,
    *,
    labels: bool = False,
    requested: Sequence[str] | None = None,
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return a row per record, what a reader of it would not expect, and which values are not in it, in sentences.

    Parameters
    ----------
    ids : sequence of str, length n
        The record ids.
    texts : mapping of str to sequence of str or None, each of length n
        By property, what HubSpot holds. A property that is missing here is blank in every row.
    chosen : sequence of Property
        The columns, in this order. The record id is the first in any case, and no second one.
    definitions : Definitions
        All of the type's properties: a label is a header only where no other has it.
    labels : bool
        Labels for headers, options, owners, pipelines and stages, as in HubSpot's exports.
    requested : sequence of str, length n, optional
        What was asked for, where records were asked for one by one: the second column.

    Returns
    -------
    frame : pandas.DataFrame, n rows
        A RangeIndex; types as in `hubframe.records.typed.typed_column`.
    notes, cautions : list of str

    Examples
    --------
    >>> seats = Property("seats", "Seats", type="number")
    >>> frame, _, _ = records_frame(["7"], {"seats": ["12"]}, [seats], Definitions("companies", {"seats": seats}))
    >>> frame.to_dict("list")
    {'hs_object_id': ['7'], 'seats': [12]}
    """
    own = list({one.name: one for one in chosen if one.name != RECORD_ID}.values())
    columns: dict[str, Any] = {record_id_header(definitions, labels=labels): pd.array(list(ids), dtype=TEXT)}
    if requested is not None:
        columns[requested_id_header(definitions)] = pd.array(list(requested), dtype=TEXT)
    blank: list[str | None] = [None] * len(ids)
    in_frame = {one.name for one in own}
    notes: list[str] = []
    cautions: list[str] = []
    for header, one in zip(header_names(own, definitions, labels=labels), own, strict=True):
        pipelines = texts.get(one.pipeline_property, blank) if one.pipeline_property in in_frame else None
        made = typed_column(one, texts.get(one.name, blank), labels=labels, pipelines=pipelines)
        columns[header] = made.cells
        notes += filter(None, [made.note])
        cautions += filter(None, [made.caution])
    return pd.DataFrame(columns, index=pd.RangeIndex(len(ids)), copy=False), notes, cautions
