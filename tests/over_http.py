"""Sends frames to an embedded HubSpot over real HTTP and holds what is told of each row against the portal's state.

Values that planning would find wrong go out all the same: here HubSpot is the one to refuse.
"""

import contextlib
import itertools
import warnings
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd
import pytest

import hubframe
from hubframe.delivery.choosing import Chooser
from hubframe.planning import planned_columns
from hubframe.planning.cells import check_cells
from hubframe.planning.definitions import Property
from hubframe.planning.equality import same_value
from tests.attack import fast_time

NUMBER = Property("annual_spend", type="number")
TEXT = Property("firstname", type="string")
# All of (mode, version), and each with both ways to write.
MODES = [
    ("per_row", "2026-03", "all"),
    ("per_row", "2026-09", "changed"),
    ("whole_batch", "2026-03", "changed"),
    ("whole_batch", "2026-09", "all"),
]
_numbers = itertools.count()


def portal(**settings):
    """Return an embedded HubSpot without a limit. Its token is its own: a pacer's clock differs from loop to loop."""
    return hubframe.LocalHubSpot(requests_per_interval=1_000_000, token=f"pat-local-{next(_numbers)}", **settings)


@dataclass
class Told:
    """What came of an update: the result, the requests it took, what was wrong with it."""

    result: pd.DataFrame
    updates: int
    reads: int
    warned: str
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self):
        return self.updates + self.reads

    @property
    def statuses(self):
        return dict(Counter(self.result["hubspot_status"]))

    def of(self, rows):
        """Return the statuses and codes of some rows."""
        part = self.result.iloc[list(rows)]
        return set(zip(part["hubspot_status"], part["hubspot_error_code"].fillna(""), strict=True))


@contextlib.contextmanager
def unchecked_values():
    """Let planning find nothing wrong with any value: what HubSpot says of those that can't be judged beforehand."""

    def check(*column, **settings):
        found = check_cells(*column, **settings)
        found.doubted = {}
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planned_columns, "check_cells", check)
        patch.setattr(Chooser, "_backwards", lambda *_: [])
        patch.setattr(Chooser, "_of_another_pipeline", lambda *_: [])
        yield


def update(
    local, df, object_type="contacts", *, version="2026-03", bad=(), rewritten=False, settings=None, **arguments
):
    """Send a frame, waits shortened, and look into the portal. ``bad``: the rows HubSpot has a reason to refuse."""
    connection = hubframe.connect(local, api_version=version, **{"max_in_flight": 1, **(settings or {})})
    before, first = _state(local, object_type), len(local.requests)
    with unchecked_values(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", hubframe.HubframeWarning)
        coroutine = hubframe.batch_update_async(df, object_type, progress=False, connection=connection, **arguments)
        result = fast_time.run(coroutine)
    paths = Counter(request.path.rpartition("/")[2] for request in local.requests[first:])
    told = Told(result, paths["update"], paths["read"], " ".join(str(item.message) for item in caught))
    told.wrong = _wrong(df, result, before, _state(local, object_type), set(bad), arguments, rewritten=rewritten)
    told.wrong += ["a redirect was followed" for request in local.requests if request.followed_redirect]
    return told


def _state(local, object_type):
    return {
        record: {name: text for name, text in local.portal.record(object_type, record).items() if not _of_hubspot(name)}
        for record in local.portal.ids(object_type)
    }


def _of_hubspot(name):
    return name.endswith(("modifieddate", "_ids"))


def _wrong(df, result, before, after, bad, arguments, *, rewritten):
    """Return what is untrue about a result, a sentence each."""
    if len(result) != len(df) or result["hubspot_status"].isna().any():
        return ["a row is not settled"]
    id_column = arguments.get("id_property") or "hs_object_id"
    record_of = {record: record for record in after}
    if id_column != "hs_object_id":
        record_of = {held[id_column]: record for record, held in after.items() if id_column in held}
    wrong, mine = [], set()
    for row, (cells, status, code) in enumerate(
        zip(df.to_dict("records"), result["hubspot_status"], result["hubspot_error_code"].fillna(""), strict=True)
    ):
        record = record_of.get(cells.pop(id_column))
        wanted = {name: str(text) for name, text in cells.items() if not pd.isna(text)}
        held, old = after.get(record, {}), before.get(record, {})
        holds = record is not None and all(
            same_value(NUMBER if name == "annual_spend" else TEXT, text, held.get(name))
            for name, text in wanted.items()
        )
        third = rewritten and code == "VALUE_REWRITTEN" and held != old
        lost = code == "VALUE_NOT_KEPT" and not holds
        if row not in bad or status == "updated":
            mine.add(record)
        true = {
            "updated": holds or third,
            "unchanged": holds and held == old,
            "failed": lost or (not holds and held == old and (row in bad or code == "NOT_WRITTEN")),
            "unsent": held == old,
            "invalid": held == old and row in bad,
            "unconfirmed": True,
        }
        if not true[status]:
            wrong.append(f"row {row} is {status} {code} and its record {'holds it' if holds else f'holds {held}'}")
    changed = {record for record in after if after[record] != before.get(record)}
    return wrong + [f"record {record} is not to be written, and changed" for record in changed - mine]
