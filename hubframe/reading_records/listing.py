"""Reading all records of a type: HubSpot's list, a hundred a page, from several places at once.

https://developers.hubspot.com/docs/api-reference/crm-objects-v3/basic/get-objects
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from hubframe.delivery.messages import Answer
from hubframe.errors import HubSpotUnavailable
from hubframe.reading_records.asking import Asker, task_group
from hubframe.reading_records.by_id import RecordReader, refusal, unseen
from hubframe.reading_records.requests import MOST_EMPTY, READ_AT_ONCE, fits_address, list_query, next_cursor
from hubframe.reading_records.searching import extent
from hubframe.reading_records.stretches import Stretch, Stretches

__all__ = ["Listing"]

MOST_WALKS = 16
TOO_LONG = (413, 414)  # the address, for somebody on the way


class Listing:
    """Reads a type's list.

    Where the properties don't fit into the list's address, the list gives ids alone, and each page is read by POST:
    two requests for a hundred records, however many properties there are.
    """

    def __init__(
        self,
        asker: Asker,
        search: Asker,
        path: str,
        names: Sequence[str] | None,
        reader: RecordReader,
        *,
        archived: bool,
    ) -> None:
        self._asker, self._search, self._path = asker, search, path
        self._run = asker.run
        self._names, self._archived = names, archived
        self._by_post = reader
        self._reader = None if names is None or fits_address(names) else reader
        self.stretches = Stretches(names)
        self._first_cursor = ""

    async def read(self, limit: int | None) -> None:
        """Read the whole list, or its first ``limit`` records; what came is in ``stretches``, also after an error."""
        walks = self.stretches
        if limit is not None:
            self._run.total = limit
            walks.may_jump = False
        async with task_group() as group:
            measuring = None
            if limit is None and not self._archived:
                measuring = group.create_task(self._measure(group))
            await self._walk(walks.begin(), group, limit)
            if measuring is not None:  # where it has led nowhere yet, it is of no use any more
                measuring.cancel()
        if limit is None and not walks.in_order()[1]:  # the walks have gone in a circle: cursors are no ids
            self.stretches = Stretches(self._names, may_jump=False)
            self._run.done = 0
            try:
                await self._walk(self.stretches.begin(), None, None)
            finally:
                if len(self.stretches.seen) < len(walks.seen):  # cut short
                    self.stretches = walks

    async def _measure(self, group: asyncio.TaskGroup) -> None:
        found = await extent(self._search, self._path)
        if found is not None:
            self.stretches.total, self.stretches.greatest = found
            self._run.total = found[0]
            self._jump(group)

    async def _walk(self, stretch: Stretch, group: asyncio.TaskGroup | None, limit: int | None) -> None:
        walks = self.stretches
        asked = {stretch.after}
        empty = 0
        while stretch.open:
            left = READ_AT_ONCE if limit is None else limit - len(stretch.rows)
            if left <= 0:
                return
            answer = await self._page(stretch.after, min(READ_AT_ONCE, left))
            is_guess = stretch is not walks.all[0] and not stretch.landed
            # By POST, a record on which HubSpot breaks is told from the others.
            if self._reader is None and (answer.status in TOO_LONG or (answer.status == 500 and not is_guess)):
                self._reader = self._by_post
                continue
            if not answer.ok and is_guess:
                walks.refuse(stretch)
                return
            if not answer.ok:
                raise refusal(answer, "records")
            following = next_cursor(answer)
            self._first_cursor = self._first_cursor or following
            fresh = walks.take(stretch, answer.results, following)
            empty = 0 if fresh else empty + 1
            in_circles = bool(answer.results) or following in asked or empty > MOST_EMPTY
            if stretch.open and not fresh and in_circles:
                raise HubSpotUnavailable("HubSpot's list gives the same page again and again. Try again later.")
            asked.add(following)
            if group is not None:
                self._jump(group)
            await self._keep(stretch, fresh)

    async def _page(self, after: str, size: int) -> Answer:
        names = ["hs_object_id"] if self._reader is not None else self._names
        path = self._path + list_query(names, after=after, limit=size, archived=self._archived)
        return await self._asker.ask_page(
            "GET", path, is_doubtful_end=lambda page: self.stretches.goes_on(page.results, size)
        )

    async def _keep(self, stretch: Stretch, fresh: Sequence[Mapping[str, Any]]) -> None:
        if self._reader is not None:
            names = [str(record["id"]) for record in fresh]
            found = await self._reader.read(names)
            fresh = unseen((found[name] for name in names if name in found), set())
        stretch.rows.add(fresh)
        self._run.done += len(fresh)

    def _jump(self, group: asyncio.TaskGroup) -> None:
        walks = self.stretches
        while sum(one.open for one in walks.all) < MOST_WALKS:
            at = walks.next_jump(self._first_cursor)
            if at is None:
                return
            group.create_task(self._walk(walks.begin(at), group, None))
