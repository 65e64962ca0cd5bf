"""A portal and a frame, each row with the truth of what it is."""

import random
from dataclasses import dataclass, field

import pandas as pd

import hubframe

GOOD = ("good", "same", "blank", "twin")
SAYINGS = (
    "Ærø",
    "李",
    "🌿 fern",
    "O'Birch",
    "a;b",
    "  spaced ",
    '"quoted"',
    "<script>",
    "null",
    "x" * 5000,
    "ß\u0301",
    "1e5",
)
CELLS = (
    ("annual_spend", "1e5"),
    ("annual_spend", "12,500"),
    ("lifecyclestage", "Leed"),
    ("birthday", "31.02.2026"),
    ("email", "fern@@example.com"),
    ("email", "taken@example.com"),
    ("last_visit_at", "yesterday"),
)


@dataclass
class Scenario:
    """``kinds``: what each row is; ``wanted``: per row, what its record holds once it is written."""

    local: hubframe.LocalHubSpot
    seed: int
    write: str
    id_property: str | None
    df: pd.DataFrame = field(default_factory=pd.DataFrame)
    kinds: list[str] = field(default_factory=list)
    record_ids: list[str | None] = field(default_factory=list)
    wanted: list[dict[str, str]] = field(default_factory=list)
    before: dict[str, dict[str, str]] = field(default_factory=dict)

    def untouched_result(self):
        """Return what a run that never began would say."""
        statuses = ["unsent" if kind not in ("id", "contradiction") else "invalid" for kind in self.kinds]
        statuses = [
            "unchanged" if kind == "blank" else status for kind, status in zip(self.kinds, statuses, strict=True)
        ]
        codes = ["NOTHING_TO_SEND" if kind == "blank" else None for kind in self.kinds]
        nobody = pd.array([None] * len(codes), dtype="string")
        codes = pd.array(codes, dtype="string")
        return self.df.assign(hubspot_status=statuses, hubspot_error_code=codes, hubspot_id=nobody)

    def arguments(self):
        return {"write": self.write, "id_property": self.id_property}


def build(local, seed, rows):
    """Return a scenario: mostly good rows, and some of every kind of bad one."""
    chance = random.Random(seed)
    write = chance.choice(["changed", "changed", "all"])
    id_property = chance.choice([None, None, "customer_number"])
    made = Scenario(local, seed, write, id_property)
    local.portal.add("contacts", {"email": "taken@example.com"})
    lines = []
    while len(lines) < rows:
        kind = chance.choices(
            ["good", "same", "blank", "twins", "contradiction", "unknown", "merged", "cell", "rule", "id"],
            [60, 12, 3, 3, 2, 3, 3, 8, 4, 3],
        )[0]
        lines += _rows_of(kind, made, chance, len(lines))
    if chance.random() < 0.4:
        poisoned = next(line for line in lines if line["kind"] == "good")
        poisoned["kind"] = "rule"
        local.portal.rules.refuse_batches_with("contacts", poisoned["record"])
    # A city needs a state that the record holds or not: the refusal names another property, and no value.
    local.portal.rules.require("contacts", "country", with_="city", told_once=chance.random() < 0.5)
    chance.shuffle(lines)
    made.kinds = [line["kind"] for line in lines]
    made.record_ids = [line["record"] for line in lines]
    made.wanted = [line["cells"] for line in lines]
    made.df = pd.DataFrame([{"address": line["address"], **line["cells"]} for line in lines])
    made.df = made.df.rename(columns={"address": id_property or "Record ID"})
    made.before = state(local)
    return made


def state(local):
    """Return what every contact holds, blanks left out."""
    return {record: contents(local, record) for record in local.portal.ids("contacts")}


def contents(local, record):
    held = local.portal.record("contacts", record)
    return {name: text for name, text in held.items() if text and not name.endswith(("modifieddate", "_ids"))}


def _rows_of(kind, made, chance, number):
    held = {
        "firstname": f"juniper {number}",
        "customer_number": f"C-{number}",
        "country": "Belgium",
        "lifecyclestage": "lead",
        "annual_spend": str(chance.randrange(1000)),
    }
    cells = {"firstname": f"{chance.choice(SAYINGS)} {number}", "annual_spend": str(chance.randrange(1000, 9999))}
    if chance.random() < 0.3:
        cells["city"] = "Ghent"
    if kind == "rule":
        del held["country"]
        cells["city"] = "Ghent"
    record = made.local.portal.add("contacts", held)
    address = f"C-{number}" if made.id_property else record
    line = {"kind": kind, "record": record, "address": address, "cells": cells}
    if kind == "same":
        cells.update({"firstname": held["firstname"], "annual_spend": f"{held['annual_spend']}.0"})
        cells.pop("city", None)
    elif kind == "blank":
        line["cells"] = {}
    elif kind == "cell":
        name, text = chance.choice(CELLS)
        cells[name] = text
    elif kind == "unknown":
        line.update(record=None, address=f"C-unknown-{number}" if made.id_property else f"{888000000000 + number}")
    elif kind == "merged":
        _merge(made, line, number)
    elif kind == "id":
        damaged = [None, "", " "] if made.id_property else [None, "", "1.7159e+11", "-4", "12.5", "abc", "007"]
        line.update(record=None, address=chance.choice(damaged))
    elif kind == "twins":
        return [{**line, "kind": "twin"}, {**line, "kind": "twin"}]
    elif kind == "contradiction":
        return [line, {**line, "cells": {**cells, "firstname": "somebody else"}}]
    return [line]


def _merge(made, line, number):
    """Merge the record away. By a unique value the survivor is addressed, which is no trouble at all."""
    into = made.local.portal.add("contacts", {"firstname": "survivor", "country": "Belgium"})
    survivor = made.local.portal.merge("contacts", into, line["record"])
    if made.id_property:
        number_held = made.local.portal.record("contacts", survivor).get("customer_number")
        line.update(kind="good" if number_held == f"C-{number}" else "unknown", record=survivor)
    else:
        line["record"] = None
