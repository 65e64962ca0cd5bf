"""A CSV as HubSpot exports it, read back as pandas reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from .object_type import ObjectType
    from .portal import Portal

# A stored text, to what an export shows for it.
Shown = Callable[[str], str]

_EXPORT_ONLY = ("Associated Company", "Associated Company IDs")


def export(portal: Portal, object_type: str, *, properties: Sequence[str] | None, timezone: str) -> pd.DataFrame:
    """Return a type's records as pandas reads them from an export; see ``LocalHubSpot.export``."""
    import pandas as pd  # noqa: PLC0415 (the server needs none)

    text = io.StringIO(exported_csv(portal, object_type, properties=properties, timezone=timezone))
    return pd.read_csv(text, dtype={"Record ID": str})


def exported_csv(portal: Portal, object_type: str, *, properties: Sequence[str] | None, timezone: str) -> str:
    """Return the file's text; ``ValueError`` for a property that does not exist."""
    zone = ZoneInfo(timezone)
    with portal.lock:
        records = portal.records_of(object_type)
        definitions = _exported(records.kind, properties)
        owners = {owner.id: owner.export_name for owner in portal.all_owners()}
        columns = [(made["name"], _shown_as(made, records.kind, owners, zone)) for made in definitions]
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["Record ID", *(made["label"] for made in definitions), *_EXPORT_ONLY])
        for record in records.live.values():
            held = record.properties
            cells = [shown(held[name]) if held.get(name) else "" for name, shown in columns]
            writer.writerow([record.id, *cells, *("" for _ in _EXPORT_ONLY)])
    return out.getvalue()


def _exported(kind: ObjectType, properties: Sequence[str] | None) -> list[dict[str, Any]]:
    if properties is None:
        names = [name for name, made in kind.definitions.items() if not made["hidden"]]
    else:
        names = list(properties)
    for name in names:
        if name not in kind.definitions:
            raise ValueError(f'Property "{name}" does not exist')
    return [kind.definitions[name] for name in names if name != "hs_object_id"]


def _shown_as(made: Mapping[str, Any], kind: ObjectType, owners: Mapping[str, str], zone: ZoneInfo) -> Shown:
    """Return how an export shows a property's values; what has no label is shown as it is."""
    if made["type"] == "datetime":
        return lambda text: datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    labels = {option["value"]: option["label"] for option in made["options"]}
    if made.get("referencedObjectType") == "OWNER":
        labels = dict(owners)
    elif kind.pipelines and made["name"] == kind.pipelines.pipeline_property:
        labels = {value: label for label, value in kind.pipelines.pipeline_options()}
    elif kind.pipelines and made["name"] == kind.pipelines.stage_property:
        labels = {value: label for label, value in kind.pipelines.stage_options()}
    if made["fieldType"] == "checkbox":
        return lambda text: ";".join(labels.get(part, part) for part in text.split(";"))
    return lambda text: labels.get(text, text)
