"""Rows that name the same record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hubframe.results.outcomes import Problem

__all__ = ["Duplicates", "DuplicatesPolicy", "resolve_duplicates"]

DuplicatesPolicy = Literal["refuse", "first", "last"]


@dataclass(slots=True)
class Duplicates:
    """``same_as``: rows that share another row's outcome. The others are not sent, and why."""

    same_as: dict[int, int] = field(default_factory=dict)
    refused: dict[int, Problem] = field(default_factory=dict)
    superseded: dict[int, Problem] = field(default_factory=dict)


def resolve_duplicates(
    ids: Sequence[str | None],
    contents: Callable[[Sequence[int]], Sequence[object]],
    policy: DuplicatesPolicy,
    name_of: Callable[[int], str],
) -> Duplicates:
    """Decide for rows with one id which is sent.

    Parameters
    ----------
    ids
        One a row; None where the row has no usable id.
    contents
        Gives, for row positions, what each row would write; equal contents agree.
    policy
        Which row of a disagreeing group is sent: none, the first, or the last.
    name_of
        How to call a row in a message (its index label).
    """
    some = len(set(ids)) < len(ids)  # the counting is slower, and mostly in vain
    repeated = {record for record, count in Counter(ids).items() if count > 1} if some else set()
    groups: defaultdict[str, list[int]] = defaultdict(list)
    if repeated:
        for row, record in enumerate(ids):
            if record is not None and record in repeated:
                groups[record].append(row)
    wanted = [row for rows in groups.values() for row in rows]
    content = dict(zip(wanted, contents(wanted), strict=True)) if wanted else {}
    decided = Duplicates()
    for record, rows in groups.items():
        if policy == "refuse":
            sent = rows[0]
            if any(content[row] != content[sent] for row in rows):
                _refuse(decided, record, rows, name_of)
                continue
        else:
            sent = rows[0] if policy == "first" else rows[-1]
        for row in rows:
            if row == sent:
                continue
            if content[row] == content[sent]:
                decided.same_as[row] = sent
            else:
                decided.superseded[row] = Problem(
                    category="SUPERSEDED",
                    code="SUPERSEDED",
                    message=f"Row {name_of(sent)} has the same id and other values, and is the {policy} one.",
                    value=record,
                )
    return decided


def _refuse(decided: Duplicates, record: str, rows: Sequence[int], name_of: Callable[[int], str]) -> None:
    more = f" and {len(rows) - 4} more" if len(rows) > 4 else ""
    for row in rows:
        others = [name_of(other) for other in rows[:4] if other != row][:3]
        decided.refused[row] = Problem(
            category="DUPLICATE_ID",
            code="DUPLICATE_ID",
            message=f"Row {', '.join(others)}{more} has the same id {record} and other values.",
            value=record,
            hint='Keep one of them, or choose: duplicate_ids="last".',
        )
