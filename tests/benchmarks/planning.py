"""How long a million cells take to plan, beside ``df.astype(str)`` of the same cells.

``python -m tests.benchmarks planning``: a frame of 200,000 rows and 5 columns for each kind of cell, CPU seconds, best
of 3. The plan's side also reads an id column and looks for duplicates in it; nothing is subtracted for that.

"plan" is `plan_rows`: every cell judged. "+ texts" adds the text of every cell, as sending asks for them. pandas 3
leaves a str column alone in ``astype(str)``, which then turns nothing into text: "objects" is
``df.astype(object).astype(str)``, the second step timed only, which looks at every cell under any pandas, but makes no
text of what is one already. So the target is for the frames that hold strings, numbers and enumerations together.
"""

from __future__ import annotations

import gc
import io
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.plan import plan_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 200_000
COLUMNS = 5
ROWS_PER_REQUEST = 100
MOST_OF_ASTYPE = 3

STAGES = {
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
}
KINDS = {
    "string": Property("", type="string", field_type="text"),
    "number": Property("", type="number", field_type="number"),
    "enumeration": Property(
        "", type="enumeration", field_type="select", choices=Choices(tuple(Choice(*pair) for pair in STAGES.items()))
    ),
}
RECORD_ID = Property("hs_object_id", "Record ID", "number", "number", read_only=True, unique=True)

Cells = dict[str, Any]  # by property; a property's name begins with its kind


def five(kind: str, make: Callable[[np.random.Generator], Any]) -> Cells:
    return {f"{kind}_{place}": make(np.random.default_rng(place)) for place in range(COLUMNS)}


def strings(random: np.random.Generator) -> Any:
    plants = np.array(["Juniper", "Hazel", "Sage", "Rowan", "Łubin", "Wild Thyme"], dtype=object)
    numbers = random.integers(0, 10**6, ROWS).astype(str).astype(object)
    return plants[random.integers(0, len(plants), ROWS)] + " " + numbers


def chosen(texts: Any) -> Callable[[np.random.Generator], Any]:
    return lambda random: np.array(list(texts), dtype=object)[random.integers(0, len(texts), ROWS)]


def wholes(random: np.random.Generator) -> Any:
    return random.integers(0, 10**6, ROWS)


def decimals(random: np.random.Generator) -> Any:
    return random.uniform(0, 10**5, ROWS).round(2)


def with_blanks(make: Callable[[np.random.Generator], Any]) -> Any:
    random = np.random.default_rng(7)
    return pd.Series(make(random)).mask(random.random(ROWS) < 0.05)


def read_csv(cells: Cells) -> pd.DataFrame:
    file = io.StringIO()
    pd.DataFrame(cells).to_csv(file, index=False)
    file.seek(0)
    return pd.read_csv(file)


def frames() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield frames of a million cells, by what they hold."""
    yield "string, as read_csv gives it", read_csv(five("string", strings))
    yield "string, object", pd.DataFrame(five("string", strings)).astype(object)
    yield "number, int64", pd.DataFrame(five("number", wholes))
    yield "number, float64", pd.DataFrame(five("number", decimals))
    values, labels = five("enumeration", chosen(STAGES)), five("enumeration", chosen(STAGES.values()))
    yield "enumeration, values, as read_csv gives it", read_csv(values)
    yield "enumeration, labels, as read_csv gives it", read_csv(labels)
    yield "enumeration, labels, object", pd.DataFrame(labels).astype(object)
    yield "enumeration, labels, category", pd.DataFrame(labels).astype("category")
    export = {
        "string_0": with_blanks(strings),
        "string_1": with_blanks(strings),
        "number_0": wholes(np.random.default_rng(1)),
        "number_1": with_blanks(decimals),
        "enumeration_0": with_blanks(chosen(STAGES.values())),
    }
    yield "an export: 2 string, 2 number, 1 enumeration", read_csv(export)
    yield "the same, object", read_csv(export).astype(object)


def definitions(df: pd.DataFrame) -> Definitions:
    of_columns = {}
    for name in df.columns:
        kind = KINDS[name.partition("_")[0]]
        of_columns[name] = Property(name, name, type=kind.type, field_type=kind.field_type, choices=kind.choices)
    return Definitions("contacts", {RECORD_ID.name: RECORD_ID, **of_columns})


def cpu_seconds(work: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def measured(df: pd.DataFrame, rounds: int) -> dict[str, float]:
    """Seconds by what was done with the frame, taken in turn; the least of every round."""
    known = definitions(df)
    identified = df.assign(**{RECORD_ID.name: np.arange(ROWS) + 171_591_000_198})
    objects = df.astype(object)

    def plan() -> Any:
        found = plan_rows(identified, known)
        if len(found.to_send) != ROWS or found.doubts:
            raise AssertionError("Every row was to be sent.")
        return found

    def texts() -> None:
        for batch in plan().batches(ROWS_PER_REQUEST):
            del batch

    works: dict[str, Callable[[], Any]] = {
        "plan": plan,
        "texts": texts,
        "astype": lambda: df.astype(str),
        "objects": lambda: objects.astype(str),
    }
    taken = [{name: cpu_seconds(work) for name, work in works.items()} for _ in range(rounds)]
    return {name: min(one[name] for one in taken) for name in works}


def main(rounds: int = 3) -> None:
    heads = ("a million cells", "plan, ms", "+ texts, ms", "astype(str), ms", "of objects, ms")
    lines = [(*heads, "plan / astype(str)", "plan / of objects", "+ texts / of objects")]
    judged = []
    for title, df in frames():
        found = measured(df, rounds)
        shares = [
            found[part] / max(found[whole], 1e-9)
            for part, whole in (("plan", "astype"), ("plan", "objects"), ("texts", "objects"))
        ]
        if len({name.partition("_")[0] for name in df.columns}) == len(KINDS):
            judged.append(shares[0])
        milliseconds = [f"{1000 * seconds:,.0f}" for seconds in found.values()]
        lines.append((title, *milliseconds, *(f"{share:,.2f}" if share < 100 else "-" for share in shares)))
    print(f"pandas {pd.__version__}, best of {rounds}\n")
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ("-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])))
    for first, *rest in lines:
        print("| " + " | ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]) + " |")
    verdict = "met" if max(judged) <= MOST_OF_ASTYPE else "MISSED"
    reached = ", ".join(f"{share:.2f}" for share in judged)
    print(f"\nTarget: planning an export at most {MOST_OF_ASTYPE} x astype(str): {verdict} ({reached}).")


if __name__ == "__main__":
    main()
