"""What a run records before a request goes, and before an outcome is told."""

from __future__ import annotations

from collections.abc import Sequence

from hubframe.delivery.steps import Stop
from hubframe.delivery.work import Work
from hubframe.journal.errors import JournalFailed
from hubframe.journal.records import SettledRow
from hubframe.journal.run_journal import Journal
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Recording", "settled_row"]


class Recording:
    """A run's journal, or none."""

    def __init__(self, journal: Journal | None, outcomes: Outcomes) -> None:
        self._journal, self._outcomes = journal, outcomes
        if journal is not None:
            outcomes.fresh = []

    def sending(self, works: Sequence[Work]) -> Stop | None:
        """Record what these are about to overwrite, as far as it is not; return a stop where that can't be done."""
        writes = [work for work in works if work.kind == "write" and not work.recorded]
        if self._journal is None or not writes:
            return None
        every = Batch([], [], [])
        ids: list[str | None] = []
        for work in writes:
            every.extend(work.batch)
            ids += work.batch.ids if work.batch.id_property is None else [None] * len(work.batch)
            work.recorded = True
        try:
            self._journal.sending(every.rows, ids, every.known, every.texts)
        except JournalFailed as error:
            return Stop((), "journal", self._failed(error))
        return None

    def settled(self) -> Stop | None:
        """Record what became of rows since the last time; return a stop where that can't be done."""
        fresh = self._outcomes.fresh
        if self._journal is None or not fresh:
            return None
        outcomes = self._outcomes
        self._outcomes.fresh = []
        try:
            self._journal.settled(settled_row(outcomes, row) for row in fresh)
        except JournalFailed as error:
            return Stop((), "journal", self._failed(error))
        return None

    def _failed(self, error: JournalFailed) -> Problem:
        self._journal = None
        told, _, following = str(error).partition(" Next: ")
        return Problem("JOURNAL_FAILED", "JOURNAL_FAILED", told, hint=following)


def settled_row(outcomes: Outcomes, row: int) -> SettledRow:
    """Return what became of a row, as it is kept."""
    return SettledRow(
        row,
        outcomes.status_of(row),
        outcomes.record_ids[row],
        outcomes.updated_at[row],
        outcomes.attempts[row],
        outcomes.problems.get(row, ()),
    )
