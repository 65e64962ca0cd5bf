"""What reads have found so far: rows to write, rows that are only planned, cells left alone."""

from __future__ import annotations

from hubframe.delivery.addressed import Addressed
from hubframe.delivery.choosing import Chooser
from hubframe.delivery.looking import Comparison
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Outcomes, Problem

__all__ = ["Found"]


class Found:
    """Keeps what is known of rows between their read and their write.

    With ``dry_run`` nothing is to be written: rows that would be are ``planned``, and kept in that attribute with
    what HubSpot holds now.
    """

    def __init__(self, chooser: Chooser, *, by_property: bool, dry_run: bool) -> None:
        self.chooser = chooser
        self.planned = Batch([], [], [])
        self._dry_run = dry_run
        self._by_property = by_property
        self._addressed: Addressed | None = None
        self._left_alone: dict[int, tuple[Problem, ...]] = {}

    def rows_to_write(self, compared: Comparison, outcomes: Outcomes) -> Batch:
        """Take in a read's findings, settle rows that need no write, and return the others."""
        writes = compared.writes
        if self._by_property:
            self._addressed = self._addressed or Addressed(outcomes.record_ids)
            writes, repeated = self._addressed.first_of_each_record(writes)
            for outcome in repeated.outcomes:
                outcomes.settle(*outcome)
        for row in writes.rows if self._left_alone else ():
            self._left_alone.pop(row, None)  # it was read before, and too long ago
        self._left_alone |= compared.left_alone
        if not self._dry_run:
            return writes
        for row, record in zip(writes.rows, writes.ids, strict=True):
            outcomes.settle(row, "planned", record, problems=self.left_alone(row))
        self.planned.extend(writes)
        return writes.part(())

    def left_alone(self, row: int) -> tuple[Problem, ...]:
        """Return, once, why some of a row's cells did not go with it."""
        return self._left_alone.pop(row, ())
