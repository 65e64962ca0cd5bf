"""Records addressed by a unique property: two values may turn out to address one record."""

from __future__ import annotations

from collections.abc import Sequence

from hubframe.delivery.steps import Settle
from hubframe.planning.batches import Batch
from hubframe.results.outcomes import Outcome, Problem

__all__ = ["Addressed"]


class Addressed:
    """Which row addressed each record first; a contact's second e-mail address is as good as its first."""

    def __init__(self, record_ids: Sequence[str | None] = ()) -> None:
        self._row_of_record: dict[str, int] = {}
        for row, record in enumerate(record_ids):  # of rows settled by the run that is gone on with
            if record is not None:
                self._row_of_record.setdefault(record, row)

    def first_of_each_record(self, writes: Batch) -> tuple[Batch, Settle]:
        """Return the rows that are first to address their record, and outcomes (by row of the frame) of the others."""
        kept: list[int] = []
        repeated: list[Outcome] = []
        for index, (row, record) in enumerate(zip(writes.rows, writes.ids, strict=True)):
            if self._row_of_record.setdefault(record, row) == row:
                kept.append(index)
                continue
            problem = Problem(
                category="DUPLICATE_ID",
                code="DUPLICATE_ID",
                message=f"The value addresses the record {record}, which another row addresses too.",
                hint="Keep one of the rows.",
            )
            repeated.append(Outcome(row, "invalid", record, problems=(problem,)))
        return writes.part(kept), Settle(tuple(repeated))
