"""A read from its arguments to its frame: what is asked for, page after page, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from hubframe.delivery.pacing import pacer_for, search_pacer_for
from hubframe.delivery.transport import Transport
from hubframe.errors import HubframeError, PlanError
from hubframe.planning.column_errors import quoted
from hubframe.planning.columns import unique_property
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import REQUESTED_ID, Headers
from hubframe.planning.ids import record_ids, unique_values
from hubframe.planning.texts import CellSettings
from hubframe.reading import stop_error
from hubframe.reading_records.asking import Asker, ReadStopped, task_group
from hubframe.reading_records.by_id import RecordReader
from hubframe.reading_records.defined import read_defined, with_choices
from hubframe.reading_records.listing import Listing
from hubframe.reading_records.requests import READ_AT_ONCE, objects_path
from hubframe.reading_records.rows import Once, Rows
from hubframe.reading_records.run import ReadRun, unless_interrupted
from hubframe.reading_records.searching import found_ids
from hubframe.records.chosen import properties_to_read
from hubframe.records.filters import filter_groups
from hubframe.records.frame import records_frame
from hubframe.reporting import remember_frame

__all__ = ["read_frame"]

T = TypeVar("T")
MOST_LISTED = 5


@dataclass
class Asked:
    """What is asked for, in HubSpot's terms. ``names`` None: HubSpot's own choice of properties."""

    definitions: Definitions
    chosen: tuple[Property, ...] | None
    names: list[str] | None
    id_property: Property | None = None
    ids: list[str] | None = None
    groups: list[dict[str, Any]] | None = None


@dataclass
class Came:
    """What came: ``parts`` in their order; ``requested`` where they are the answer to ids.

    ``gone`` counts the records that were found, and that HubSpot had none of any more when they were read.
    """

    parts: list[Rows] = field(default_factory=list)
    once: Once = field(default_factory=Once)
    requested: list[str] | None = None
    merged: dict[str, str] = field(default_factory=dict)
    gone: int = 0


async def read_frame(run: ReadRun) -> pd.DataFrame:
    """Read what a run is for. Interrupted, the frame has what came until then.

    Raises
    ------
    asyncio.CancelledError
        Interrupted before anything was asked for.
    """
    asked = await unless_interrupted(run, _asked(run))
    came = Came()
    error: Exception | None = None
    try:
        async with Transport(run.connection) as transport:
            await unless_interrupted(run, _read(run, asked, transport, came))
    except (asyncio.CancelledError, KeyboardInterrupt):
        run.interrupts += not run.interrupts
    except ReadStopped as stopped:
        error = stop_error(stopped.stop, run.connection, stopped.advice)
    except Exception as refused:  # noqa: BLE001 - it is raised as soon as what came is safe
        error = refused
    run.ended = True
    whole = error is None and not run.interrupts
    frame = await _undisturbed(run, lambda: _frame(run, asked, came, whole=whole))
    if error is not None:
        run.interrupts = 0  # it had ended before
        if len(frame):
            remember_frame(frame)
            if isinstance(error, HubframeError):
                error.args = (f"{error} {run.records_in(frame)} had come: hubframe.last_result() has them.",)
        raise error
    if run.interrupts and len(frame):
        remember_frame(frame)
    return frame


async def _undisturbed(run: ReadRun, work: Callable[[], T]) -> T:
    """Do work that takes seconds in a thread, so that others go on and interrupts are heard; they don't end it."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            run.interrupts += 1
    return task.result()


async def _asked(run: ReadRun) -> Asked:
    """Bring the arguments into HubSpot's terms; what can't be right is an error before anything is read."""
    options = run.options
    definitions = await read_defined(run.connection, options)
    chosen = properties_to_read(definitions, options.properties)
    unique = unique_property(Headers(definitions), options.id_property)
    ids = None if options.ids is None else _ids(options.id_values(), unique)
    names = None if chosen is None else [one.name for one in chosen]
    filtered = None if names is None else [*names, *_filtered(definitions, options.where or ())]
    definitions = await with_choices(run.connection, definitions, filtered)
    if chosen is not None:
        chosen = tuple(definitions.get(one.name) or one for one in chosen)
    groups = None
    if options.where is not None:
        groups = filter_groups(options.where, definitions, CellSettings())
    return Asked(definitions, chosen, names, unique, ids, groups)


def _filtered(definitions: Definitions, where: Any) -> list[str]:
    """Return the properties that filters may name by their labels' options."""
    headers = Headers(definitions)
    return [one.name for item in where if isinstance(item, list | tuple) and item for one in headers.find(item[0])]


def _ids(values: pd.Series[Any], unique: Property | None) -> list[str]:
    texts, refused = record_ids(values) if unique is None else unique_values(values, unique)
    if refused:
        shown = [f"  ids[{place}]: {problem.message}" for place, problem in list(refused.items())[:MOST_LISTED]]
        more = [f"  and {len(refused) - MOST_LISTED:,} more"] if len(refused) > MOST_LISTED else []
        hints = dict.fromkeys(
            "Leave the blanks out: ids=df[column].dropna()" if problem.code == "BLANK_ID" else problem.hint or ""
            for problem in refused.values()
        )
        raise PlanError("\n".join([f"{len(refused):,} of the ids can't be looked up:", *shown, *more, *hints]))
    return [text or "" for text in texts]


async def _read(run: ReadRun, asked: Asked, transport: Transport, came: Came) -> None:
    connection, options = run.connection, run.options
    asker = Asker(run, transport, pacer_for(connection.pacing_key))
    search = Asker(run, transport, search_pacer_for((connection.base_url, connection.account.id)))
    path = objects_path(connection, options.object_type)
    reader = RecordReader(asker, path, asked.names, id_property=asked.id_property, archived=options.archived)
    if asked.ids is not None:
        await _read_ids(run, asked, reader, came)
    else:
        try:
            if asked.groups is not None:
                await _read_found(run, asked, reader, search, path, came)
            else:
                listing = Listing(asker, search, path, asked.names, reader, archived=options.archived)
                await _read_listed(listing, run, came)
        finally:
            run.absent = {name: why for name, why in reader.absent.items() if why}
            run.untold = reader.untold
            came.gone = len(reader.absent) - len(run.absent)
    reader.raise_if_all_were_refused()


async def _read_listed(listing: Listing, run: ReadRun, came: Came) -> None:
    try:
        await listing.read(run.options.limit)
    finally:
        came.parts = listing.stretches.in_order()[0] if listing.stretches.all else []


async def _read_ids(run: ReadRun, asked: Asked, reader: RecordReader, came: Came) -> None:
    wanted = list(dict.fromkeys(asked.ids or ()))
    run.total = len(wanted)
    rows = Rows(asked.names, came.once)
    brought: dict[str, str] = {}
    try:
        await reader.read_all(wanted, rows, brought)
    finally:
        place = {record: number for number, record in enumerate(rows.ids)}
        came.requested = [name for name in asked.ids or () if brought.get(name, "") in place]
        came.parts = [rows.take([place[brought[name]] for name in came.requested])]
        came.merged = reader.merged
        run.absent = {name: reader.absent[name] for name in wanted if name in reader.absent}
        untold = set(reader.untold)
        run.untold = [name for name in wanted if name in untold]


async def _read_found(run: ReadRun, asked: Asked, reader: RecordReader, search: Asker, path: str, came: Came) -> None:
    """Read the records that a search finds, while it goes on finding."""

    async def keep(names: Sequence[str], rows: Rows) -> None:
        found = await reader.read(names)
        rows.add([found[name] for name in names if name in found])
        run.done += len(names)

    async with task_group() as group:
        async for ids in found_ids(search, path, asked.groups or [], run.options.limit):
            for start in range(0, len(ids), READ_AT_ONCE):
                rows = Rows(asked.names, came.once)
                came.parts.append(rows)
                group.create_task(keep(ids[start : start + READ_AT_ONCE], rows))


def _frame(run: ReadRun, asked: Asked, came: Came, *, whole: bool) -> pd.DataFrame:
    rows = Rows(asked.names).joined(came.parts) if came.requested is None else came.parts[0]
    came.parts = []  # else everything would be there twice while the frame is made
    chosen = asked.chosen
    if chosen is None:
        chosen = tuple(one for name in rows.texts if (one := asked.definitions.get(name)) is not None)
    frame, notes, cautions = records_frame(
        rows.ids,
        rows.texts,
        chosen,
        asked.definitions,
        labels=run.options.labels,
        requested=came.requested,
    )
    run.notes, run.cautions = [*asked.definitions.notes, *notes], cautions
    if whole:
        run.notes += _remarks(run, came)
        run.cautions += _shortfall(run, rows, came, asked.definitions)
    return frame


def _remarks(run: ReadRun, came: Came) -> list[str]:
    """Return what a reader would not expect of what came, in sentences."""
    remarks = []
    if came.merged:
        first, survivor = next(iter(came.merged.items()))
        count = "1 id is" if len(came.merged) == 1 else f"{len(came.merged):,} ids are"
        remarks.append(
            f"{count} of a record that was merged into another, and brought that one ({first}: {survivor}): "
            f"see {REQUESTED_ID}."
        )
    if came.gone:
        found, were = ("1 record", "was") if came.gone == 1 else (f"{came.gone:,} records", "were")
        by = "the list named" if run.options.where is None else "the search found"
        remarks.append(f"{found} that {by} {were} gone when read: archived in between, it seems.")
    return remarks


def _shortfall(run: ReadRun, rows: Rows, came: Came, definitions: Definitions) -> list[str]:
    """Return what HubSpot seems to have and has not shown, in sentences."""
    short = []
    if not definitions.known:
        short.append(
            f"The token may not read the property definitions of {definitions.object_type}: every column is text, "
            "labels are not known, and names and filters are taken at their word. Give the token "
            f"{definitions.needed_scope} and connect again: hubframe.connect()."
        )
    elif len(rows) and rows.unshown:
        short.append(
            f"HubSpot shows {quoted(sorted(rows.unshown))} of no record, not even as a blank: the token may lack a "
            "scope for sensitive data."
        )
    missing = run.total - len(rows) - len(run.absent) - len(run.untold) - came.gone
    if run.options.ids is None and run.options.limit is None and missing > 0:
        short.append(
            f"HubSpot's search counts {run.total:,} records, and {len(rows):,} came. Search runs behind by seconds; if "
            "the difference stays, read again."
        )
    return short
