"""What is kept of a run, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from hubframe.journal.labels import json_text, label_from, label_text
from hubframe.results.outcomes import Problem

__all__ = [
    "Kind",
    "OldValues",
    "RowBlock",
    "RunEnd",
    "RunHeader",
    "Sent",
    "SettledRow",
    "StoredRow",
    "header_from",
    "header_text",
    "problems_from",
    "problems_text",
]

Kind = Literal["update", "retry", "resume", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What is known of a run before its first request, and never changes. The token is not among it.

    Attributes
    ----------
    started_at : datetime
        Aware.
    parent : str or None
        The run that this one retries, resumes or undoes.
    call : str
        The call as the caller would write it.
    properties : tuple of str
        What the texts of a row stand for, in their order.
    index_names : tuple
        The names of the frame's index levels.
    """

    run_id: str
    account_id: str
    object_type: str
    rows: int
    properties: tuple[str, ...]
    kind: Kind = "update"
    parent: str | None = None
    call: str = ""
    write: str = "changed"
    id_property: str | None = None
    api_version: str = ""
    base_url: str = ""
    hubframe_version: str = ""
    index_names: tuple[Any, ...] = (None,)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class RunEnd:
    """When a run came to its end, and how: ``"complete"``, or what stopped it."""

    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows that follow each other in the frame, a list per column.

    Attributes
    ----------
    first : int
        The position of the first one.
    addresses : list of str or None
        Ids as the frame has them: record ids, or values of the id property; None where there is no usable one.
    labels : list
        Index labels.
    cells : list of lists of str or None
        For each of the run's properties, the text of each row; None is not sent.
    """

    first: int
    addresses: Sequence[str | None]
    labels: Sequence[Any]
    cells: Sequence[Sequence[str | None]]


class StoredRow(NamedTuple):
    """A row as it was to be sent. ``same_as`` is the position of the row whose outcome it shares."""

    position: int
    address: str | None
    label: Any
    texts: dict[str, str]
    same_as: int | None


class SettledRow(NamedTuple):
    """What became of the row at ``position`` of the frame."""

    position: int
    status: str
    record_id: str | None = None
    updated_at: str | None = None
    attempts: int = 0
    problems: tuple[Problem, ...] = ()


class Sent(NamedTuple):
    """What went out for a row: ``before`` its first request (None: not read), and ``after`` its last of so many."""

    position: int
    record_id: str | None
    before: dict[str, str] | None
    after: dict[str, str]
    requests: int = 1


class OldValues(NamedTuple):
    """A record's values before linked runs wrote to it, and what they wrote.

    Attributes
    ----------
    before : dict of str to str
        Property → the oldest text known; ``""`` where it was blank.
    written : dict of str to tuple of str
        The same properties → all texts sent since, oldest first, none twice in a row.
    places : tuple of (str, int)
        Run id and position of every request that carried it, oldest first.
    unknown : tuple of str
        Properties that were written unseen, so that nobody knows what they held.
    """

    record_id: str
    before: dict[str, str]
    written: dict[str, tuple[str, ...]]
    places: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...] = ()


def header_text(header: RunHeader) -> str:
    facts: dict[str, Any] = {item.name: getattr(header, item.name) for item in fields(RunHeader)}
    facts["started_at"] = header.started_at.astimezone(UTC).isoformat()
    facts["index_names"] = label_text(tuple(header.index_names))
    return json_text(facts)


def header_from(text: str) -> RunHeader:
    """Return the header; what is none is a ValueError, a KeyError or a TypeError."""
    facts = json.loads(text)
    facts["started_at"] = datetime.fromisoformat(facts["started_at"])
    facts["index_names"] = label_from(facts["index_names"])
    facts["properties"] = tuple(facts["properties"])
    return RunHeader(**facts)


def problems_text(problems: Sequence[Problem]) -> str:
    return json_text([_known(problem) for problem in problems])


def problems_from(text: str) -> tuple[Problem, ...]:
    return tuple(Problem(**facts) for facts in json.loads(text))


def _known(problem: Problem) -> Mapping[str, Any]:
    facts = ((item.name, getattr(problem, item.name)) for item in fields(Problem))
    return {name: value for name, value in facts if value is not None}
