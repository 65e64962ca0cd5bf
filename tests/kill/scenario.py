"""What is to be written: contacts of which most differ, and rows that are refused here or by HubSpot."""

import random
from dataclasses import dataclass

import pandas as pd

PROPERTIES = ["firstname", "city", "lifecyclestage"]


@dataclass
class Scenario:
    """A frame, how it is sent, and what must become of each of its rows.

    ``wanted`` is by index label: ``good``, ``invalid`` or ``failed``; ``before`` what each record held, by id.
    """

    df: pd.DataFrame
    arguments: dict
    wanted: dict
    before: dict
    records: list


def build(local, seed, rows=240):
    chance = random.Random(f"kill {seed}")
    lines, wanted, records = [], {}, []
    by_email = seed % 4 == 2
    for number in range(rows):
        held = {"firstname": f"hazel {number}", "city": "Oslo", "email": f"hazel{number}@example.com"}
        if seed % 4 == 3:
            held = {"email": held["email"]}  # write="blank" has something to write
        record = local.portal.add("contacts", held)
        fate = chance.choices(["good", "same", "invalid", "failed", "twin"], [80, 8, 4, 4, 4])[0]
        line = {"ids": held["email"] if by_email else record, "firstname": f"Hazel {number}", "city": "Bergen"}
        line["lifecyclestage"] = ""
        if fate == "same":
            line |= {name: held.get(name, "") for name in ("firstname", "city")}
        elif fate == "invalid":
            line["lifecyclestage"] = "no such stage"
        elif fate == "failed":
            line["ids"] = f"nobody{number}@example.com" if by_email else str(10**14 + number)
        for twin in range(2 if fate == "twin" else 1):
            label = f"line {number}{'b' * twin}"
            lines.append({"line": label} | line)
            wanted[label] = fate if fate in ("invalid", "failed") else "good"
            records.append(None if fate == "failed" else record)
    df = pd.DataFrame(lines).set_index("line")
    arguments = {"id_column": "ids", "columns": PROPERTIES, "write": ("changed", "all", "changed", "blank")[seed % 4]}
    if by_email:
        arguments["id_property"] = "email"
    before = {record: local.portal.record("contacts", record) for record in local.portal.ids("contacts")}
    return Scenario(df, arguments, wanted, before, records)
