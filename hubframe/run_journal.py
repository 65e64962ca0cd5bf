"""Recording a run before its first request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubframe.delivery.recording import settled_row
from hubframe.delivery.run import Run
from hubframe.journal import (
    Journal,
    JournalError,
    JournalFailed,
    RowBlock,
    RunHeader,
    create_run,
    forget,
    forget_old,
)
from hubframe.journal.folder import HOW_TO_GO_ON, run_path
from hubframe.journal.records import Kind, problems_from, problems_text
from hubframe.layout import layout_of
from hubframe.options import UpdateOptions
from hubframe.planning.planned_columns import BLOCK
from hubframe.planning.sendable import Recordable
from hubframe.results.outcomes import Problem

__all__ = ["begun_journal", "kept_doubts"]


async def begun_journal(
    df: pd.DataFrame,
    plan: Recordable,
    options: UpdateOptions,
    run: Run,
    *,
    kind: Kind = "update",
    parent: str | None = None,
) -> Journal | None:
    """Record a run whole, in a thread; None where the connection keeps no journal, or there is no row.

    One of which no row is sent is recorded, too: its rows can be corrected and retried.

    Raises
    ------
    JournalError
        It can't be recorded. Nothing was sent.
    """
    connection = run.connection
    if not connection.journal or not plan.outcomes.rows:
        return None
    while run_path(run.id).exists():  # four digits a minute: another run may have drawn the same
        run.id = Run(connection, run.object_type).id
    header = RunHeader(
        run_id=run.id,
        account_id=connection.account.id,
        object_type=options.object_type,
        rows=plan.outcomes.rows,
        properties=tuple(plan.property_names),
        kind=kind,
        parent=parent,
        call=options.call,
        write=options.write,
        id_property=plan.id_property,
        api_version=connection.api_version,
        base_url=connection.base_url,
        hubframe_version=_version(),
        index_names=tuple(df.index.names),
    )
    outcomes = plan.outcomes
    settled = (settled_row(outcomes, row) for row in range(outcomes.rows) if not outcomes.is_open(row))

    def record() -> Journal:
        forget_old()
        journal = create_run(header, _blocks(df.index, plan), same_as=plan.same_as, settled=settled)
        try:
            journal.keep("doubts", {row: problems_text(found) for row, found in plan.doubts.items()})
            if plan.expected is not None:
                journal.keep("expected", {row: dict(texts) for row, texts in plan.expected.items()})
            journal.keep("layout", layout_of(df, plan, options).json())  # last: with it, all is there
        except BaseException as error:
            journal.close()
            forget(run.id)
            if isinstance(error, JournalFailed):
                why = str(error).partition(" Next: ")[0]
                raise JournalError(f"{why} Nothing was sent. {HOW_TO_GO_ON}") from error
            raise
        return journal

    return await asyncio.to_thread(record)


def kept_doubts(kept: Mapping[str, str] | None) -> dict[int, tuple[Problem, ...]]:
    """Return what was kept of a plan's doubts, by row."""
    return {int(row): problems_from(text) for row, text in (kept or {}).items()}


def _blocks(index: pd.Index[Any], plan: Recordable) -> Iterator[RowBlock]:
    names = plan.property_names
    for start in range(0, plan.outcomes.rows, BLOCK):
        positions = np.arange(start, min(start + BLOCK, plan.outcomes.rows))
        texts = plan.row_texts(positions)
        yield RowBlock(
            first=start,
            addresses=plan.ids[start : start + BLOCK],
            labels=index[start : start + BLOCK].tolist(),
            cells=[[row.get(name) for row in texts] for name in names],
        )


def _version() -> str:
    import hubframe  # noqa: PLC0415 - it imports this module

    return hubframe.__version__
