"""What an update would do, to be looked at before anything is written."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any

import pandas as pd

from hubframe.delivery.pacing import pacer_for
from hubframe.delivery.run import Run
from hubframe.layout import Layout, layout_of
from hubframe.options import UpdateOptions
from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Property
from hubframe.planning.plan import Plan
from hubframe.planning.sendable import Recordable
from hubframe.planning.shown import ShownPlan
from hubframe.results.frame import TEXT, problems_frame, results_frame
from hubframe.results.plan_columns import columns_frame
from hubframe.running import ProgressOption, run_awaitable, run_now
from hubframe.update_run import send_frame
from hubframe.widgets.plan import plan_html, plan_text

__all__ = ["UpdatePlan", "planned_layout", "written_columns"]


class UpdatePlan:
    """What `hubframe.batch_update` would do with a frame, row by row and cell by cell. Nothing is written yet.

    Made by `hubframe.plan_update`, which reads what HubSpot holds now (``write="all"`` does not, and then
    nobody knows which cells differ).

    Attributes
    ----------
    account, object_type : str
        Where it would be written.
    rows : int
    counts : dict of str to int
        Rows by status: ``planned`` ones would be sent, the others not.
    columns : pandas.DataFrame
        A line per column that is written: ``column``, ``property``, ``label``, ``type`` (string), ``cells`` (int64,
        cells with a value), ``differ`` and ``emptied`` (Int64, values that would change, and values that would be
        emptied; NA where nothing was read) and ``conversions`` (string, cells that are sent as another text than
        stands in the frame).
    left_out : tuple of (label, str)
        Columns that are not written, and why.
    notes : tuple of str
        What could not be checked, and why; in which zone moments without one are read, where it is not the account's.
    requests : int
        Requests that `send` makes at most: it reads the planned rows again, right before it writes them.
    seconds : float
        How long they take at the account's limit, if nobody else uses it.
    daily_share : float or None
        Their share of the account's requests per day, 0 to 1 and more; None where HubSpot did not tell.
    requests_left_today : int or None
        What was left of the account's requests per day when HubSpot last said so.
    """

    def __init__(self, df: pd.DataFrame, plan: Plan, shown: Batch, options: UpdateOptions, run: Run) -> None:
        connection = run.connection
        self.account = str(connection.account)
        self.object_type = options.object_type
        self.rows = len(df)
        self.counts = {status: count for status, count in plan.outcomes.counts.items() if count}
        self.seen = options.write != "all"
        self.columns = columns_frame(plan, shown if self.seen else None)
        self.left_out = tuple(plan.chosen.left_out)
        self.notes = tuple(plan.remarks)
        per_request = connection.rows_per_request
        self.requests = math.ceil(self.counts.get("planned", 0) / per_request) * (2 if self.seen else 1)
        pacer = pacer_for(connection.pacing_key)
        self.seconds = pacer.seconds_for(self.requests)
        self.daily_share = self.requests / pacer.requests_per_day if pacer.requests_per_day else None
        self.requests_left_today = pacer.requests_left_today
        self.next_line = "plan.send()" if self.counts.get("planned") else None
        self._df, self._plan, self._shown, self._options = df, plan, shown, options
        self._connection, self._run_id = connection, run.id

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """The rows with the result columns, as ``batch_update(..., dry_run=True)`` returns them."""
        return results_frame(self._df, self._plan.outcomes, self._run_id)

    @property
    def problems(self) -> pd.DataFrame:
        """One line per problem of a row that would not be sent: row, id, property, value, code, message, hint."""
        return problems_frame(self.frame)

    def changes(self, *, limit: int | None = None) -> pd.DataFrame:
        """Return one line per cell that would change, of the first ``limit`` rows that do or of all.

        Columns ``row`` (the index label), ``id``, ``column``, ``property``, ``before`` and ``after`` (string: what
        HubSpot holds, ``""`` where nothing and NA where the token may not read it, and what would be sent). Without
        lines where ``write="all"``: nothing was read.
        """
        labels = {column.definition.name: column.label for column in self._plan.columns}
        shown = self._shown
        shown = shown if limit is None else shown.part(range(min(limit, len(shown))))
        lines = [
            (self._df.index[row], record, labels[name], name, (known or {}).get(name), text)
            for row, record, texts, known in zip(shown.rows, shown.ids, shown.texts, shown.known, strict=True)
            for name, text in texts.items()
        ]
        names = ["row", "id", "column", "property", "before", "after"]
        frame = pd.DataFrame(lines, columns=names, dtype=object)  # as text, half a character would be an error
        return frame.astype(dict.fromkeys(("id", "property", "before", "after"), TEXT))

    def send(self, *, progress: ProgressOption = True) -> pd.DataFrame:
        """Write what was shown, and nothing else; return the frame as `hubframe.batch_update` does.

        The planned rows are read again right before they are written. A cell whose value in HubSpot is no longer
        the one that was shown is left alone (``CHANGED_SINCE``); a row of which nothing is left is ``skipped``.
        The frame's cells are those of the time the plan was made.

        Raises
        ------
        AuthenticationError, MissingScope, Interrupted
            As in `hubframe.batch_update`.
        """
        run = self._new_run()
        return run_now(lambda: self._send(run), run, self._options, progress, self._title())

    async def send_async(self, *, progress: ProgressOption = True) -> pd.DataFrame:
        """Write what was shown; awaitable, otherwise as `send`."""
        run = self._new_run()
        return await run_awaitable(lambda: self._send(run), run, self._options, progress, self._title())

    def _title(self) -> str:
        return f"Updating {self.object_type}"

    def _new_run(self) -> Run:
        return Run(self._connection, self.object_type, notes=self._plan.notes)

    async def _send(self, run: Run) -> pd.DataFrame:
        sendable: Recordable = (
            ShownPlan(self._plan, self._shown)
            if self.seen
            else dataclasses.replace(self._plan, outcomes=self._plan.outcomes.without_planned())
        )
        run.outcomes = sendable.outcomes
        return await send_frame(self._df, sendable, self._options, run)

    def __repr__(self) -> str:
        return plan_text(self)

    def _repr_html_(self) -> str:
        return plan_html(self)


def planned_layout(plan: UpdatePlan) -> Layout:
    """Return the arguments a plan was made with, every column named."""
    return layout_of(plan._df, plan._plan, plan._options)  # noqa: SLF001 - of this module


def written_columns(plan: UpdatePlan) -> tuple[tuple[Any, Property], ...]:
    """Return the columns a plan writes, with all that is known of the property each goes to."""
    return tuple((column.label, column.definition) for column in plan._plan.columns)  # noqa: SLF001 - of this module
