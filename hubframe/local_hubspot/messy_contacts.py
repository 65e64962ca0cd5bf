"""The frame an analyst would have: contacts exported and cleaned by hand, with the usual mistakes."""

from __future__ import annotations

import itertools
import random
import re
from typing import TYPE_CHECKING, Any

from .demo_names import CITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from .portal import Portal
    from .records import Records

_COLUMNS = (
    "Record ID",
    "firstname",
    "lastname",
    "email",
    "phone",
    "city",
    "lifecyclestage",
    "preferred_channel",
    "birthday",
    "renewal_date",
    "annual_spend",
    "seats",
    "newsletter",
)
_TROUBLE_SHARE = 0.04
_UNCHANGED_SHARE = 0.12

Row = dict[str, Any]


def messy_contacts(portal: Portal, *, rows: int, seed: int) -> pd.DataFrame:
    """Return the frame: at most as many rows as there are contacts, about 4 % of them in trouble.

    ``trouble_kinds`` lists the kinds.
    """
    import pandas as pd  # noqa: PLC0415 (the server needs none)

    chance = random.Random(f"messy:{seed}")  # noqa: S311 (the same every time, on purpose)
    with portal.lock:
        records = portal.records_of("contacts")
        ids = chance.sample(sorted(records.live), min(rows, len(records.live)))
        made = [_cleaned(chance, records.live[record_id].properties) for record_id in ids]
        _spoil(chance, records, made)
    chance.shuffle(made)
    frame = pd.DataFrame(made, columns=list(_COLUMNS))
    frame["birthday"] = pd.to_datetime(frame["birthday"])
    frame["seats"] = frame["seats"].astype("Int64")
    frame["newsletter"] = frame["newsletter"].astype(bool)
    return frame


def _cleaned(chance: random.Random, held: dict[str, str]) -> Row:
    unchanged = chance.random() < _UNCHANGED_SHARE
    row: Row = {
        "Record ID": held["hs_object_id"],
        **{name: held.get(name) or None for name in _COLUMNS[1:]},
        "seats": int(held.get("seats") or 0),
        "newsletter": held.get("newsletter") == "true",
    }
    if unchanged:
        return row
    row["firstname"] = str(row["firstname"] or "").title()
    row["lastname"] = str(row["lastname"] or "").title()
    row["city"] = str(row["city"] or "").title()
    digits = re.sub(r"\D", "", row["phone"] or "")[-10:]
    if digits:
        row["phone"] = f"+1 {digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if chance.random() < 0.08:
        row["city"] = chance.choice(CITIES)[0]
    if chance.random() < 0.1:
        row["seats"] += chance.randint(1, 20)
    if chance.random() < 0.06:
        row["lifecyclestage"] = "customer"
    if chance.random() < 0.05:
        row["renewal_date"] = f"2028-{chance.randint(1, 12):02d}-01"
    if chance.random() < 0.05:
        row["newsletter"] = not row["newsletter"]
    return row


def _spoil(chance: random.Random, records: Records, rows: list[Row]) -> None:
    kinds = trouble_kinds(chance, records, rows)
    count = round(len(rows) * _TROUBLE_SHARE)
    # Duplicates copy an unspoiled row over a spoiled place: the two must not meet.
    for number, place in enumerate(chance.sample(range(len(rows) // 2), min(count, len(rows) // 2))):
        kinds[number % len(kinds)](rows[place])


def trouble_kinds(chance: random.Random, records: Records, rows: list[Row]) -> list[Callable[[Row], None]]:
    """Return what can be wrong with a row, each as a function that makes it so."""
    gone = sorted(records.merged_into)
    chance.shuffle(gone)
    unknown = itertools.count(171_590_000_001)
    untouched = iter(chance.sample(range(len(rows) // 2, len(rows)), len(rows) - len(rows) // 2))

    def copy_of_another(row: Row) -> None:
        row.update(rows[next(untouched)])

    def contradicts_another(row: Row) -> None:
        copy_of_another(row)
        row["city"] = "Elsewhere"

    def merged_away(row: Row) -> None:
        row["Record ID"] = gone.pop() if gone else str(next(unknown))

    def unknown_id(row: Row) -> None:
        row["Record ID"] = str(next(unknown))

    def taken_email(row: Row) -> None:
        row["email"] = rows[next(untouched)]["email"]

    def wrong(column: str, *values: str | None) -> Callable[[Row], None]:
        return lambda row: row.update({column: chance.choice(values)})

    return [
        unknown_id,
        merged_away,
        copy_of_another,
        contradicts_another,
        wrong("preferred_channel", "Telephone", "Text message", "fax"),
        wrong("lifecyclestage", "Marketing Qualified Lead", "hot", "prospect"),
        wrong("annual_spend", "n/a", "12,500", "approx. 900", "1.25e+04"),
        wrong("renewal_date", "31.02.2027", "soon", "2027-13-01", "next spring"),
        wrong("email", "juniper.alder@", "not an e-mail", "hazel@@example.com", "sage@example"),
        taken_email,
        wrong("Record ID", None, "", " "),
        wrong("Record ID", "1.7159e+11"),
    ]
