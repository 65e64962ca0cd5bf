"""What the journals of a result's runs say of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from hubframe.errors import PlanError
from hubframe.journal import JournalReader, StoredRow, UnknownRun, read_run
from hubframe.journal.folder import run_path
from hubframe.layout import Layout
from hubframe.planning.equality import same_value
from hubframe.planning.ids import record_ids
from hubframe.planning.plan import Plan
from hubframe.planning.planned_columns import BLOCK

__all__ = ["EarlierRun", "are_recorded", "earlier_run", "edited_rows", "expected_texts"]

Expected = dict[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run that can be sent again: how, and what its first call was."""

    run_id: str
    layout: Layout
    call: str
    guarded: bool  # cells go only where HubSpot holds what the run expected
    id_property: str | None  # what its addresses are: a plan that was looked at has record ids

    @property
    def had_baseline(self) -> bool:
        return "baseline=baseline" in self.call

    def same_target(self, other: EarlierRun) -> bool:
        """Tell whether the rows of both went the same way, so that they can contradict each other."""
        ours, theirs = (replace(run.layout, write="", duplicate_ids="") for run in (self, other))
        return ours == theirs


def are_recorded(run_ids: Iterable[str]) -> bool:
    """Tell whether there is a journal of each of these runs."""
    try:
        return all(run_path(run_id).is_file() for run_id in run_ids)
    except UnknownRun:
        return False


def earlier_run(run_id: str) -> EarlierRun:
    """Return how a run was sent.

    Raises
    ------
    PlanError
        Nothing is on record of it.
    JournalError
        Its journal can't be read.
    """
    try:
        with read_run(run_id) as journal:
            layout = journal.kept("layout")
            guarded = journal.kept("expected") is not None
            call, id_property = journal.header.call, journal.header.id_property
            undoes = journal.header.parent if journal.header.kind == "undo" else None
    except UnknownRun:
        layout = undoes = None
    if undoes is not None:
        raise PlanError(
            f"The run {run_id} is an undo, and is not retried but made again, which puts back what is left: "
            f'hubframe.undo("{undoes}")'
        )
    if layout is None:
        raise PlanError(
            f"There is no journal of the run {run_id} here (forgotten, not kept, or on another machine), so nobody "
            "knows how its rows were sent. Send them again with the arguments of then: "
            "result.hubspot.failed.hubspot.batch_update(...)"
        )
    return EarlierRun(run_id, Layout.from_json(layout), call, guarded, id_property)


def expected_texts(run: EarlierRun, df: pd.DataFrame, plan: Plan, rows: Sequence[int]) -> Expected | None:
    """Return, by position in ``plan``, what HubSpot must still hold for a cell of these rows to go.

    A row is found by its id; by its index label, too, where several of the run have that id.
    """
    if not run.guarded:
        return None
    wanted = _by_address(run, df, plan, rows)
    labels = df.index
    found: Expected = {}
    named: set[int] = set()
    with read_run(run.run_id) as journal:
        kept = journal.kept("expected")
        for stored in journal.rows():
            texts = kept.get(str(stored.position))
            if texts is None or stored.address is None:
                continue
            for row in wanted.get(stored.address, ()):
                by_name = _same_label(labels[row], stored.label)
                if row not in found or (by_name and row not in named):
                    found[row] = texts
                if by_name:
                    named.add(row)
    return found


def edited_rows(run: EarlierRun, df: pd.DataFrame, plan: Plan, rows: Sequence[int]) -> list[int]:
    """Return which of these rows, settled by the run, now hold other texts than it has on record."""
    waiting = _by_address(run, df, plan, rows)
    left = {row for found in waiting.values() for row in found}
    with read_run(run.run_id) as journal:
        for block in _blocks(journal):
            pairs = [
                (row, stored)
                for stored in block
                for row in (waiting.get(stored.address, ()) if stored.address else ())
                if row in left
            ]
            texts = plan.row_texts(np.array([row for row, _ in pairs], dtype=np.intp)) if pairs else []
            for (row, stored), now in zip(pairs, texts, strict=True):
                names = stored.texts.keys() if run.guarded else stored.texts.keys() | now.keys()
                if all(_same(plan, name, now.get(name), stored.texts.get(name)) for name in names):
                    left.discard(row)
    return sorted(left)


def _by_address(run: EarlierRun, df: pd.DataFrame, plan: Plan, rows: Sequence[int]) -> Mapping[str, list[int]]:
    """Return positions by address, as the run's journal has it."""
    addresses: Sequence[str | None] = plan.ids
    if run.id_property != plan.id_property:
        addresses = record_ids(df["hubspot_id"])[0] if "hubspot_id" in df.columns else [None] * len(df)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        address = addresses[row]
        if address is not None:
            found[address].append(row)
    return found


def _same(plan: Plan, name: str, ours: str | None, theirs: str | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return ours == theirs or same_value(plan.definitions.get(name), ours, theirs)


def _blocks(journal: JournalReader) -> Iterator[list[StoredRow]]:
    rows = journal.rows()
    while block := list(islice(rows, BLOCK)):
        yield block


def _same_label(ours: Any, theirs: Any) -> bool:
    try:
        return bool(ours == theirs)
    except (TypeError, ValueError):  # pd.NA has no true or false
        return False
