"""Batches of which no row got through, nobody knows why: twice alike is no coincidence."""

from __future__ import annotations

from hubframe.delivery.steps import Settle, Stop
from hubframe.delivery.work import Family, Kind
from hubframe.results.outcomes import Problem

__all__ = ["Fruitless"]

BATCHES = 2


class Fruitless:
    """Counts fruitless batches that are alike, and follows the parts of those that were refused without a reason.

    ``families`` are those of which nothing is known yet, the oldest first.
    """

    def __init__(self, families: list[Family]) -> None:
        self._families = families
        self._alike: list[tuple[str, str]] = []

    def answered(self, kind: Kind, family: Family | None) -> None:
        """Take note of a good answer to a request of this kind."""
        self._clear(family)
        self._alike = [sign for sign in self._alike if sign[0] != kind]

    def follow(self, kind: Kind, cause: Problem, rows: int) -> Family:
        """Follow the parts of a batch that was refused without a reason."""
        family = Family(kind, cause, rows)
        self._families.append(family)
        return family

    def settled(self, family: Family | None, step: Settle, *, alone: bool) -> Stop | None:
        """Take note of rows settled; return a stop where the cause is no row's."""
        if family is None:
            return None
        if not alone or any(outcome.status in ("updated", "unchanged") for outcome in step.outcomes):
            self._clear(family)
        family.open_rows -= len(step.outcomes)
        if family.open_rows > 0 or family.cleared:
            return None
        self._families.remove(family)
        return self._count((family.kind, family.cause.code), Stop((), "refused_alike", family.cause))

    def gave_up(self, kind: Kind, cause: Problem) -> Stop | None:
        """Take note of a batch that was given up after all its attempts; return a stop at the second in a row."""
        return self._count((kind, "gave up"), Stop((), "unavailable", cause))

    def _clear(self, family: Family | None) -> None:
        if family is not None and not family.cleared:
            family.cleared = True
            self._families.remove(family)
            self._alike.clear()

    def _count(self, sign: tuple[str, str], stop: Stop) -> Stop | None:
        self._alike = [*(earlier for earlier in self._alike if earlier == sign), sign]
        return stop if len(self._alike) >= BATCHES else None
