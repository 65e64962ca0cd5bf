"""Reading records that are named, by id or by the value of a unique property: a hundred a request, several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubframe.delivery.messages import Answer, read_body
from hubframe.errors import HubframeError, HubSpotUnavailable, PlanError
from hubframe.planning.definitions import Property
from hubframe.planning.scalars import cut
from hubframe.reading_records.asking import Asker, task_group
from hubframe.reading_records.matching import former_names, match_records
from hubframe.reading_records.requests import READ_AT_ONCE
from hubframe.reading_records.rows import Rows

__all__ = ["RecordReader", "refusal", "unseen"]

MOST_READERS = 64
TIMES_UNTOLD = 3  # how often an id is asked for that the answers don't mention
MOST_REFUSALS = 16  # ids refused one after the other; then the cause is none of them
MOST_NAMED = 3

Record = Mapping[str, Any]


class RecordReader:
    """Reads records by POST, where any number of properties fits.

    Attributes
    ----------
    absent : dict of str to str
        What brought no record, with HubSpot's reason where it gave one.
    untold : list of str
        What HubSpot's answers left out, however often it was asked for.
    merged : dict of str to str
        Ids that were merged away, and the survivors'.
    """

    def __init__(
        self,
        asker: Asker,
        path: str,
        names: Sequence[str] | None,
        *,
        id_property: Property | None = None,
        archived: bool = False,
    ) -> None:
        self.names = names
        self.id_property = id_property
        self._id_name = id_property.name if id_property else None
        self.absent: dict[str, str] = {}
        self.untold: list[str] = []
        self.merged: dict[str, str] = {}
        self._asker = asker
        self._path = f"{path}/batch/read" + ("?archived=true" if archived else "")
        # Asked for nothing, HubSpot shows its default set, and would not where anything is asked for.
        also = (self._id_name, former_names(id_property))
        self._asked = [] if names is None else list(dict.fromkeys([*names, *filter(None, also)]))
        self._refusals = 0
        self._ever_read = False
        self._refused: Answer | None = None

    async def read(self, asked: Sequence[str], tries: int = 1) -> dict[str, Record]:
        """Return the record that each id has brought; those that brought none are in ``absent`` or ``untold``."""
        if not asked:
            return {}
        answer = await self._asker.ask("POST", self._path, read_body(asked, self._asked, self._id_name))
        if not answer.ok:
            return await self._halved(asked, answer)
        self._ever_read, self._refusals = True, 0
        matched = match_records(asked, answer, self.id_property)
        found = matched.found
        if self.id_property is None:
            for name, record in found.items():
                if str(record["id"]) != name:
                    self.merged[name] = str(record["id"])
        self.absent.update(dict.fromkeys(matched.missing, ""))
        for name in matched.unclear:
            found.update(await self.read([name]))
        if matched.untold and tries < TIMES_UNTOLD:
            await asyncio.sleep(2.0 ** (tries - 1))
            found.update(await self.read(matched.untold, tries + 1))
        else:
            self.untold += matched.untold
        return found

    def raise_if_all_were_refused(self) -> None:
        """Raise HubSpot's refusal, where it was all that was got."""
        if self._refused is not None and not self._ever_read:
            raise self._refusal(self._refused)

    def _refusal(self, answer: Answer) -> HubframeError:
        refused = [name for name, why in self.absent.items() if why]
        more = f" and {len(refused) - MOST_NAMED:,} more" if len(refused) > MOST_NAMED else ""
        return refusal(answer, f"records ({', '.join(map(cut, refused[:MOST_NAMED]))}{more})")

    async def read_all(self, asked: Sequence[str], rows: Rows, brought: dict[str, str]) -> None:
        """Read every id, several requests at once; each record is added to ``rows`` once.

        ``brought`` gets the id of the record that each has brought.
        """
        parts = iter([asked[start : start + READ_AT_ONCE] for start in range(0, len(asked), READ_AT_ONCE)])
        seen: set[str] = set()

        async def take_turns() -> None:
            for part in parts:
                found = await self.read(part)
                rows.add(unseen(found.values(), seen))
                brought.update({name: str(record["id"]) for name, record in found.items()})
                self._asker.run.done += len(part)

        async with task_group() as group:
            for _ in range(min(MOST_READERS, -(-len(asked) // READ_AT_ONCE))):
                group.create_task(take_turns())

    async def _halved(self, asked: Sequence[str], answer: Answer) -> dict[str, Record]:
        """Find out which id HubSpot does not like; where it likes none, say so."""
        if len(asked) == 1:
            self._refusals += 1
            self._refused = answer
            self.absent[asked[0]] = answer.message
            if self._refusals > MOST_REFUSALS:
                raise self._refusal(answer)
            return {}
        middle = (len(asked) + 1) // 2
        return {**await self.read(asked[:middle]), **await self.read(asked[middle:])}


def unseen(records: Iterable[Record], seen: set[str]) -> list[Record]:
    """Return the records whose ids are not among those seen, and add them."""
    fresh = []
    for record in records:
        if str(record["id"]) not in seen:
            seen.add(str(record["id"]))
            fresh.append(record)
    return fresh


def refusal(answer: Answer, what: str) -> HubframeError:
    """Return the error for a read that HubSpot refuses."""
    if answer.status == 500:
        return HubSpotUnavailable(f"HubSpot fails on reading these {what} ({answer.message}). Try again later.")
    return PlanError(
        f"HubSpot refuses to read these {what}: {answer.message.rstrip('. ')}. If that is about a property, leave it "
        "out of properties=; else read again later."
    )
