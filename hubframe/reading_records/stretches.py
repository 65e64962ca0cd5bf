"""A list walked from several places at once: what each walk has covered, and where another one may begin. Pure.

HubSpot's list is walked by cursors: each page says where the next one begins. Cursors are HubSpot's business, and so
far each was the id of a record: then a walk may also begin at a cursor of our own making, in the middle of what
nobody has covered yet. Whether that was a good guess or not, nothing is lost by it: every walk goes on by HubSpot's
own cursors until it meets a record that another walk has taken already, and from there on that one has gone the same
way. What the first walk and its followers have covered is therefore the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubframe.reading_records.rows import Once, Rows

__all__ = ["Stretch", "Stretches"]

LEAST_WORTH = 400  # records: a gap with fewer is left to the walk that comes from before
MAY_BE_WASTED = 1 / 5_000  # walks that begin where another has been, for each record of the list,
MAY_ALWAYS_BE_WASTED = 3  # these in any case,
MAY_BE_WASTED_PER_WALK = 0.5  # and more where others found something
AT_FIRST = 3  # walks on the way: where the records lie is learned by landing


@dataclass(eq=False)
class Stretch:
    """Records that follow one another in the list: from ``first``, as far as ``last``.

    ``floor`` is the lowest id at which a walk would begin here: below the first record, nothing is left.
    """

    after: str
    rows: Rows
    first: int = 0
    last: int = 0
    floor: int = 0
    landed: bool = False
    ended: bool = False  # at the end of the list
    follower: Stretch | None = None

    @property
    def open(self) -> bool:
        return not self.ended and self.follower is None


@dataclass(eq=False)
class Stretches:
    """All walks over one list.

    ``greatest`` is the highest id there is, and ``total`` the number of records, as far as known; without them every
    walk begins where another ends.
    """

    names: Sequence[str] | None
    total: int = 0
    greatest: int = 0
    seen: dict[str, Stretch] = field(default_factory=dict)
    all: list[Stretch] = field(default_factory=list)
    wasted: int = 0
    may_jump: bool = True
    once: Once = field(default_factory=Once)

    def begin(self, at: int = 0) -> Stretch:
        """Return a new stretch that begins after the record with this id, wherever that is."""
        made = Stretch(str(at) if at else "", Rows(self.names, self.once), first=at, last=at, floor=at)
        self.all.append(made)
        return made

    def take(self, stretch: Stretch, page: Iterable[Mapping[str, Any]], following: str) -> list[Mapping[str, Any]]:
        """Return the records of a page that are new, and note where the walk stands now."""
        fresh: list[Mapping[str, Any]] = []
        for record in page:
            name = str(record["id"])
            owner = self.seen.get(name)
            if owner is None:
                self.seen[name] = stretch
                fresh.append(record)
            elif owner is not stretch:
                stretch.follower = owner
                break
        stretch.after = following
        stretch.ended = not following and stretch.follower is None
        numbers = [int(name) for record in fresh if (name := str(record["id"])).isdecimal()]
        if not numbers and not stretch.landed:
            self._wasted(stretch)
        elif not stretch.landed:
            stretch.first = numbers[0]
        stretch.last = max([stretch.last, *numbers])
        stretch.landed = True
        return fresh

    def refuse(self, stretch: Stretch) -> None:
        """Note that HubSpot takes no cursor of our making."""
        self.all.remove(stretch)
        self.may_jump = False

    def next_jump(self, following: str) -> int | None:
        """Return after which id another walk had better begin, or None where none had.

        ``following`` is where HubSpot says that the first page is followed: a record's id, or nothing of ours.
        """
        if not self._could_jump(following):
            return None
        left = self.total - len(self.seen)
        ordered = self._promising()
        uppers = [*(one.floor for one in ordered[1:]), self.greatest]
        gaps = [(one, upper) for one, upper in zip(ordered, uppers, strict=True) if one.open and upper > one.last]
        likely = [(upper - one.last) * self._thickness(one) for one, upper in gaps]
        more = max(1.0, left / sum(likely)) if gaps else 1.0  # all that are left lie somewhere
        worth, place = max(((min(count * more, left), place) for place, count in enumerate(likely)), default=(0, 0))
        if worth < LEAST_WORTH:
            return None
        one, upper = gaps[place]
        return one.last + int(min(upper - one.last, left / self._thickness(one)) / 2)

    def goes_on(self, page: Sequence[Mapping[str, Any]], size: int) -> bool:
        """Tell whether the list seems to go on behind a page: greater ids are known of or, if none are, it is full."""
        numbers = [int(name) for record in page if (name := str(record["id"])).isdecimal()]
        known = max([self.greatest, *(one.last for one in self.all)])
        return max(numbers) < known if numbers and self.greatest else len(page) >= size

    def in_order(self) -> tuple[list[Rows], bool]:
        """Return the stretches' rows in the list's order, and whether the walks lead from its beginning to an end."""
        chain = [self.all[0]]
        while (follower := chain[-1].follower) is not None and follower not in chain:
            chain.append(follower)
        whole = chain[-1].ended
        if whole and sum(len(one.rows) for one in chain) == sum(len(one.rows) for one in self.all):
            return [one.rows for one in chain], True
        return [one.rows for one in sorted(self.all, key=lambda one: one.first)], whole

    def _could_jump(self, following: str) -> bool:
        left = self.total - len(self.seen)
        may_be_wasted = MAY_ALWAYS_BE_WASTED + MAY_BE_WASTED * self.total + MAY_BE_WASTED_PER_WALK * len(self.all)
        on_the_way = sum(not one.landed for one in self.all)
        landed = len(self.all) - on_the_way
        return (
            self.may_jump
            and following.isdecimal()
            and left >= LEAST_WORTH
            and self.wasted + on_the_way < may_be_wasted
            and on_the_way < max(landed, AT_FIRST)
        )

    def _promising(self) -> list[Stretch]:
        """Return the stretches in order, without those on the way to where another has been already."""
        promising, covered = [], -1
        for one in sorted(self.all, key=lambda one: one.floor):
            if one.landed or one.floor > covered:
                promising.append(one)
            if one.landed:
                covered = max(covered, one.last)
        return promising

    def _thickness(self, one: Stretch) -> float:
        """Return how many records there are for each id there could be, as far as this stretch tells."""
        span = one.last - one.first
        return len(one.rows) / span if len(one.rows) > 1 and span > 0 else self.total / max(1, self.greatest)

    def _wasted(self, stretch: Stretch) -> None:
        self.wasted += stretch is not self.all[0]
        if stretch.follower is not None:
            stretch.follower.floor = min(stretch.follower.floor, stretch.floor)
            self.all.remove(stretch)
