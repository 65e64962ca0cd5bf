"""A recorded run, read back: its rows, what became of them, and the call that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.connection import Connection
from hubframe.errors import PlanError
from hubframe.journal import Journal, JournalReader, RunHeader, Sent
from hubframe.layout import Layout
from hubframe.planning.definitions import Definitions
from hubframe.planning.equality import exactly
from hubframe.planning.resumed import Expected, ResumedPlan
from hubframe.results.frame import TEXT
from hubframe.results.outcomes import Outcomes
from hubframe.run_journal import kept_doubts
from hubframe.settings import HUBSPOT_URL

__all__ = ["ReopenedRun", "check_account", "kept_layout"]

OPEN_STILL = ("unsent", "unconfirmed")
RECORD_ID = "hs_object_id"
STAGE = "lifecyclestage"


@dataclass(slots=True, kw_only=True)
class ReopenedRun:
    """What a run's file says, in columns.

    Attributes
    ----------
    labels, ids : list, length n
        Index labels; record ids, or values of the id property.
    cells : dict of str to list of str or None
        Property → the text of each row.
    outcomes : Outcomes
        Rows that are to be gone on with are open.
    in_flight : dict of int to Sent
    """

    header: RunHeader
    layout: Layout
    labels: list[Any]
    ids: list[str | None]
    cells: dict[str, list[str | None]]
    same_as: dict[int, int]
    outcomes: Outcomes
    in_flight: dict[int, Sent]
    expected: dict[int, Expected] | None
    kept_doubts: dict[str, str]

    @classmethod
    def read(cls, journal: Journal) -> ReopenedRun:
        """Read a run's file whole.

        Raises
        ------
        JournalDamaged
        """
        header = journal.header
        labels: list[Any] = []
        ids: list[str | None] = []
        cells: dict[str, list[str | None]] = {name: [] for name in header.properties}
        same_as: dict[int, int] = {}
        for row in journal.rows():
            labels.append(row.label)
            ids.append(row.address)
            for name, texts in cells.items():
                texts.append(row.texts.get(name))
            if row.same_as is not None:
                same_as[row.position] = row.same_as
        in_flight = journal.in_flight()
        outcomes = Outcomes(header.rows)
        outcomes.url_prefix = journal.kept("url_prefix")
        for row_number, sent in in_flight.items():
            outcomes.attempts[row_number] = sent.requests
        for position, status, record, updated_at, attempts, problems in journal.outcomes():
            if status not in OPEN_STILL:
                outcomes.settle(position, status, record, updated_at, problems)
            outcomes.attempts[position] = attempts
        expected = journal.kept("expected")
        return cls(
            header=header,
            layout=kept_layout(journal),
            labels=labels,
            ids=ids,
            cells=cells,
            same_as=same_as,
            outcomes=outcomes,
            in_flight=in_flight,
            expected=None if expected is None else {int(row): texts for row, texts in expected.items()},
            kept_doubts=journal.kept("doubts") or {},
        )

    def plan(self, definitions: Definitions) -> ResumedPlan:
        """Return its open rows, ready to go on with."""
        before: dict[int, Expected] = {
            row: {name: exactly(definitions.get(name), text) for name, text in (sent.before or {}).items()}
            for row, sent in self.in_flight.items()
        }
        after = {row: sent.after for row, sent in self.in_flight.items()}
        # An undo writes some rows twice, since a stage is cleared first: there the row tells, not a write.
        if self.header.kind == "undo":
            after = {row: self._texts(row) for row in after}
            before = {row: self._or_cleared(row) for row in after}
        return ResumedPlan(
            definitions=definitions,
            id_property=self.header.id_property,
            ids=self.ids,
            cells=self.cells,
            outcomes=self.outcomes,
            same_as=self.same_as,
            doubts=kept_doubts(self.kept_doubts),
            expected=self.expected,
            before=before,
            after=after,
            record_ids={row: sent.record_id for row, sent in self.in_flight.items() if sent.record_id is not None},
        )

    def frame(self) -> pd.DataFrame:
        """Return the ids and the texts under their columns' labels, with the index as it was."""
        names = self.header.index_names
        if len(names) > 1:
            index: pd.Index[Any] = pd.MultiIndex.from_tuples(self.labels, names=names)
        else:
            index = pd.Index(self.labels, name=names[0], tupleize_cols=False)
        columns: dict[Any, Any] = {}
        id_label = RECORD_ID if self.layout.id_label is None else self.layout.id_label
        if id_label not in names:
            columns[id_label] = self.ids
        columns |= {label: self.cells[name] for label, name in self.layout.columns}
        made = (pd.array(texts, dtype=TEXT) for texts in columns.values())
        frame = pd.DataFrame(dict(enumerate(made)), index=index)
        frame.columns = pd.Index(list(columns), tupleize_cols=False)
        return frame

    def _texts(self, row: int) -> dict[str, str]:
        return {name: text for name, texts in self.cells.items() if (text := texts[row]) is not None}

    def _or_cleared(self, row: int) -> Expected:
        expected = dict((self.expected or {}).get(row, {}))
        if STAGE in expected:
            stages = expected[STAGE]
            expected[STAGE] = [*([stages] if isinstance(stages, str) else stages), ""]
        return expected


def kept_layout(journal: JournalReader) -> Layout:
    """Return which column went where.

    Raises
    ------
    PlanError
        The run was cut off before that was kept, so before anything was sent.
    """
    kept = journal.kept("layout")
    if kept is None:
        run = journal.header.run_id
        raise PlanError(
            f"The run {run} was cut off before anything was sent. Next: df.hubspot.{journal.header.call} again, and "
            f'hubframe.forget("{run}").'
        )
    return Layout.from_json(kept)


def check_account(header: RunHeader, connection: Connection) -> None:
    """Raise where a run was another account's.

    Raises
    ------
    PlanError
    """
    # A LocalHubSpot comes back under another address; HubSpot does not.
    other_kind = (header.base_url == HUBSPOT_URL) != (connection.base_url == HUBSPOT_URL)
    if header.account_id != connection.account.id or other_kind:
        raise PlanError(
            f"The run {header.run_id} was in HubSpot account {header.account_id} at {header.base_url}, and the "
            f"connection is to {connection.account} at {connection.base_url}. Next: hubframe.connect() with a key of "
            f"account {header.account_id}."
        )
