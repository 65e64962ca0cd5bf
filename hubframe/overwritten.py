"""What a run and its retries have overwritten, by record, as their journals tell."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence

from hubframe.journal import JournalReader, OldValues, RunHeader, old_values, read_run, undos_of
from hubframe.planning.undone import Overwritten

__all__ = ["overwritten_records"]


def overwritten_records(ids: Collection[str | None], headers: Sequence[RunHeader]) -> dict[str, Overwritten]:
    """Return what is known of those of the records that were overwritten.

    Parameters
    ----------
    ids
        Record ids.
    headers
        Linked runs, oldest first.

    Raises
    ------
    RunIsLive, JournalDamaged, UnknownRun
        One of them, or an undo of one, can't be read.
    """
    wanted = set(ids)
    with _readers(headers) as runs, _readers(undos_of([header.run_id for header in headers])) as undos:
        outcomes = {run.header.run_id: _Outcomes(run) for run in runs}
        left = {undone.record_id: _last(undone) for undone in old_values(undos) if undone.record_id in wanted}
        return {
            old.record_id: _overwritten(old, outcomes, left.get(old.record_id, {}))
            for old in old_values(runs)
            if old.record_id in wanted
        }


class _Outcomes:
    """Which rows of a run are known to be written, and what HubSpot made of their cells."""

    def __init__(self, run: JournalReader) -> None:
        self.updated = bytearray(run.header.rows)
        self.stored: dict[int, dict[str, str]] = {}
        for position, status, _, _, _, problems in run.outcomes():
            self.updated[position] = status == "updated"
            for problem in problems:
                if problem.code == "VALUE_REWRITTEN" and isinstance(problem.raw, Mapping):
                    self.stored.setdefault(position, {}).update(problem.raw)


def _overwritten(old: OldValues, outcomes: Mapping[str, _Outcomes], left: Mapping[str, str]) -> Overwritten:
    also = {name: [text] for name, text in left.items()}
    for run_id, position in old.places:
        for name, text in outcomes[run_id].stored.get(position, {}).items():
            also.setdefault(name, []).append(text)
    last_run, last_position = old.places[-1]
    certain = bool(outcomes[last_run].updated[last_position])
    return Overwritten(old.before, old.written, certain, also, old.unknown)


def _last(undone: OldValues) -> dict[str, str]:
    """Return what an undo wrote last: one that was cut off may have left a stage cleared."""
    return {name: texts[-1] for name, texts in undone.written.items()}


@contextlib.contextmanager
def _readers(headers: Sequence[RunHeader]) -> Iterator[list[JournalReader]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(read_run(header.run_id)) for header in headers]
