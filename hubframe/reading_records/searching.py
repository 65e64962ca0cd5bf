"""Finding records: HubSpot's search gives their ids, page after page, past its cap of 10,000.

Each page is a search of its own for ids greater than the last one found, in their order. So no page shifts while
records come and go, and the cap, which is on paging, is never met.

Search runs behind: it shows values as they were some seconds ago. What it finds is therefore read by id.

https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from hubframe.delivery.messages import Answer
from hubframe.errors import HubframeError, HubSpotUnavailable, PlanError
from hubframe.reading_records.asking import Asker, ReadStopped
from hubframe.reading_records.requests import MOST_EMPTY, next_cursor
from hubframe.records.searches import FOUND_AT_ONCE, MOST_CHARACTERS, MOST_FILTERS, MOST_IN_GROUP, search_body, windowed

__all__ = ["Extent", "extent", "found_ids"]

MOST_FOUND = 10_000  # what HubSpot's paging reaches
_LONGEST_ID = 19  # digits

Groups = Sequence[Mapping[str, Any]]
Extent = tuple[int, int]


async def extent(asker: Asker, path: str) -> Extent | None:
    """Return how many records there are, and the greatest id; None where search does not tell. It may run behind."""
    try:
        answer = await asker.ask("POST", f"{path}/search", search_body([], limit=1, direction="DESCENDING"))
    except ReadStopped:  # the list is read all the same, or says itself that it can't be
        return None
    total = answer.json.get("total")
    greatest = next((str(record["id"]) for record in answer.results), "")
    is_id = greatest.isdecimal() and len(greatest) <= _LONGEST_ID
    return (total, int(greatest)) if answer.ok and isinstance(total, int) and is_id else None


async def found_ids(asker: Asker, path: str, groups: Groups, limit: int | None) -> AsyncIterator[list[str]]:
    """Yield the ids of the records that match, each once, a page at a time.

    Raises
    ------
    PlanError
        HubSpot refuses a filter, or there are more records than can be paged through with so many filters.
    """
    seen: set[str] = set()
    last, after, by_id = 0, "", windowed(groups, 0) is not None
    empty = 0
    while True:
        asked = (windowed(groups, last) if by_id and last else None) or groups
        answer = await asker.ask_page("POST", f"{path}/search", search_body(asked, limit=FOUND_AT_ONCE, after=after))
        if not answer.ok:
            raise _refused(answer, groups)
        page = [str(record["id"]) for record in answer.results]
        if by_id and not _ascending(page):
            last, after, by_id = 0, "", False  # begun again, page after page as HubSpot leads
            continue
        total = answer.json.get("total")
        matching = total if isinstance(total, int) else len(page)
        asker.run.total = asker.run.total or min(matching, limit or matching)
        if not by_id and matching > MOST_FOUND and (limit is None or limit > MOST_FOUND):
            raise _too_many(matching, groups)
        fresh = [record for record in dict.fromkeys(page) if record not in seen]
        fresh = fresh[: None if limit is None else limit - len(seen)]
        seen.update(fresh)
        if fresh:
            yield fresh
        following = next_cursor(answer)
        # A page that is not full, or even empty, need not be the last one.
        if len(seen) == limit or not (following or (by_id and page and matching > len(page))):
            return
        empty = 0 if fresh else empty + 1
        if (by_id and page and int(page[-1]) <= last) or (following and following == after) or empty > MOST_EMPTY:
            raise HubSpotUnavailable("HubSpot's search gives the same page again and again. Try again later.")
        if by_id and page:
            last, after = int(page[-1]), ""
        else:
            after = following


def _ascending(page: Sequence[str]) -> bool:
    if not all(map(str.isdecimal, page)):
        return False
    ids = list(map(int, page))
    return all(one < other for one, other in itertools.pairwise(ids))


def _refused(answer: Answer, groups: Groups) -> HubframeError:
    message = answer.message
    if answer.status != 400:
        return HubSpotUnavailable(
            f"The search gets no answer that HubSpot's documentation knows ({message.rstrip('. ')}). Try again later; "
            "if it stays so, look at what is between here and HubSpot (a proxy, base_url)."
        )
    filters = [one for group in groups for one in group.get("filters", ())]
    named = [one for one in filters if str(one.get("propertyName")) in message] or filters
    shown = "; ".join(map(_shown, named))
    return PlanError(f"HubSpot refuses the search: {message.rstrip('. ')}. The filter: {shown}. Correct it in where=.")


def _shown(one: Mapping[str, Any]) -> str:
    values = [one[key] for key in ("value", "highValue", "values") if one.get(key) is not None]
    return f"({', '.join(map(repr, [one.get('propertyName'), one.get('operator'), *values]))})"


def _too_many(total: int, groups: Groups) -> PlanError:
    if windowed(groups, 0) is not None:
        return PlanError(
            f"{total:,} records match, and HubSpot pages through {MOST_FOUND:,} at most. hubframe goes past that in "
            "the order of record ids, and HubSpot does not give these in it. Read them in several calls, each with a "
            'filter more, such as ("createdate", "BETWEEN", "2026-01-01", "2026-06-30"), and join the frames with '
            'pd.concat(...).drop_duplicates("hs_object_id").'
        )
    return PlanError(
        f"{total:,} records match, and HubSpot pages through {MOST_FOUND:,} at most. hubframe goes past that with a "
        f"filter of its own, for which there is no room: a group takes {MOST_IN_GROUP} filters, all of them "
        f"{MOST_FILTERS}, and a search {MOST_CHARACTERS:,} characters. Take one filter out of every group of where=, "
        "or shorten its lists, and filter the frame instead."
    )
