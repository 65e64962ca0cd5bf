"""What the journals of a result's runs say of it: whether it can be undone or sent again, and what blanks do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.journal import JournalError, UnknownRun, read_run
from hubframe.layout import Layout
from hubframe.results.retried import SETTLED, runs_of

__all__ = ["RecordedRuns", "recorded_runs"]

NOT_RECORDED = "nothing is on record of this update on this computer"
WRITTEN_UNSEEN = "this update did not look at the values it overwrote, so nobody has the old ones"


@dataclass(frozen=True, slots=True)
class RecordedRuns:
    """What is on record of the runs of a result.

    Attributes
    ----------
    records : int
        How many records have old values that could be put back.
    why_no_undo : str
        Why none can, though something was written; ``""`` otherwise.
    why_no_retry : str
        Why the rows that are left can't be sent again.
    is_undo : bool
        Whether the result is that of an undo.
    clears : frozenset of labels
        Columns whose blank cells empty the property.
    id_property : str or None
        The unique property that names the records; None for record ids, or where it is not known.
    """

    records: int = 0
    why_no_undo: str = ""
    why_no_retry: str = ""
    is_undo: bool = False
    clears: frozenset[Any] = frozenset()
    id_property: str | None = None


def recorded_runs(result: pd.DataFrame) -> RecordedRuns:
    """Look the runs of a result up."""
    runs = runs_of(result)
    unseen: set[str] = set()
    missing: dict[str, str] = {}
    is_undo = False
    clears: frozenset[Any] = frozenset()
    id_property = None
    for run in filter(None, dict.fromkeys(runs)):
        try:
            with read_run(run) as journal:
                header, layout = journal.header, journal.kept("layout")
        except UnknownRun:
            missing[run] = NOT_RECORDED
            continue
        except JournalError as error:
            missing[run] = f"what is on record of this update can't be read ({error})"
            continue
        is_undo = is_undo or header.kind == "undo"
        if header.write == "all":
            unseen.add(run)
        if layout is not None:
            known = Layout.from_json(layout)
            clears |= frozenset(known.clears)
            id_property = known.id_property
    statuses = result["hubspot_status"]
    left = ~statuses.isin(SETTLED).to_numpy(dtype=bool)
    no_retry = [missing[run] for run, is_left in zip(runs, left.tolist(), strict=True) if is_left and run in missing]
    maybe_written = statuses.isin(["updated", "unconfirmed"]).to_numpy(dtype=bool)
    ids = result["hubspot_id"].tolist()
    told = zip(maybe_written.tolist(), runs, ids, strict=True)
    written = {(record, run in unseen) for is_written, run, record in told if is_written}
    records = len({record for record, was_unseen in written if not was_unseen})
    why_not = ""
    if written and (missing or not records):
        why_not, records = next(iter(missing.values()), WRITTEN_UNSEEN), 0
    return RecordedRuns(
        records=0 if is_undo else records,
        why_no_undo="" if is_undo else why_not,
        why_no_retry="" if is_undo else next(iter(no_retry), ""),
        is_undo=is_undo,
        clears=clears,
        id_property=id_property,
    )
