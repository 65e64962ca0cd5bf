"""What is asked of HubSpot to read records: paths, and how much fits into one.

List: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/basic/get-objects
Batch read: https://developers.hubspot.com/docs/api-reference/crm-objects-v3/batch/read-objects
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence

from hubframe.connection import Connection
from hubframe.delivery.messages import Answer

__all__ = ["MOST_EMPTY", "READ_AT_ONCE", "fits_address", "list_query", "next_cursor", "objects_path"]

READ_AT_ONCE = 100  # HubSpot's most for a page of a list and for a batch read
MOST_EMPTY = 100  # pages without a new record, one after the other; then they lead nowhere
# HubSpot answers 414 to long addresses; where it begins is not documented. dlt met it beyond about 2,000 characters
# of properties: https://github.com/dlt-hub/verified-sources/issues/330
LONGEST_PROPERTIES = 2000


def objects_path(connection: Connection, object_type: str) -> str:
    return f"/crm/objects/{connection.api_version}/{urllib.parse.quote(object_type, safe='')}"


def fits_address(names: Sequence[str]) -> bool:
    """Tell whether properties can be named in the address of a list."""
    return len(_listed(names)) <= LONGEST_PROPERTIES


def list_query(names: Sequence[str] | None, *, after: str, limit: int, archived: bool) -> str:
    """Return a list's query; ``names`` None leaves the choice of properties to HubSpot."""
    query = f"?limit={limit}"
    query += "&archived=true" if archived else ""
    query += f"&properties={_listed(names)}" if names is not None else ""
    return query + (f"&after={urllib.parse.quote(after, safe='')}" if after else "")


def next_cursor(answer: Answer) -> str:
    """Return where the next page begins; ``""`` on the last one."""
    paging = answer.json.get("paging")
    following = paging.get("next") if isinstance(paging, Mapping) else None
    after = following.get("after") if isinstance(following, Mapping) else None
    return "" if after is None else str(after)


def _listed(names: Sequence[str]) -> str:
    return urllib.parse.quote(",".join(names), safe=",")
