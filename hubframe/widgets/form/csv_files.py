"""CSV files as text columns, however they were written; and the arguments of pandas that read them the same way."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from hubframe.errors import PlanError

__all__ = ["CsvFile", "read_csv"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SNIFFED_CHARACTERS, SNIFFED_ROWS = 200_000, 200
AGAIN = 'Open it in the program it comes from, save it as "CSV UTF-8", and choose it again.'


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file's cells as they stand in it, only empty ones blank.

    ``options`` are the arguments of ``pd.read_csv`` that read it so, as code; ``notes`` say what to look at.
    """

    frame: pd.DataFrame
    options: str
    notes: tuple[str, ...]


def read_csv(name: str, content: bytes) -> CsvFile:
    """Read a CSV file with whatever separator and encoding it has.

    Raises
    ------
    PlanError
        It is none, or its rows don't fit its header: which line.
    """
    encoding, text = _decoded(name, content)
    if not text.strip():
        raise PlanError(f"{name} is empty. Choose a file with the columns' names in its first line.")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise PlanError(f"{name} has a character in line {line:,} that no text has (NUL). {AGAIN}")
    told = text.startswith("sep=") and len(text.splitlines()[0].rstrip()) == 5  # Excel's own way to name it
    separator = text[4] if told else _separator(text)
    notes = [*_encoding_notes(encoding), *_width_notes(name, text, separator, skipped=int(told))]
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            sep=separator,
            skiprows=int(told),
            encoding=encoding,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise PlanError(_unread(name, str(error))) from None
    if not isinstance(frame.index, pd.RangeIndex):  # a file whose rows are all one cell longer than its header
        raise PlanError(_unread(name, "every row has one cell more than the first line"))
    options = [] if separator == "," else [f"sep={json.dumps(separator)}"]
    options += ["skiprows=1"] if told else []
    options += [] if encoding == "utf-8" else [f'encoding="{encoding}"']
    return CsvFile(frame, ", ".join([*options, 'dtype=str, keep_default_na=False, na_values=[""]']), tuple(notes))


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    """Return the encoding, and the text without the mark that some files begin with."""
    head = content[:4000]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        guesses = ["utf-8-sig"]
    elif head[1::2].count(0) > len(head) // 4:
        guesses = ["utf-16-le"]
    elif head[::2].count(0) > len(head) // 4:
        guesses = ["utf-16-be"]
    else:
        guesses = ["utf-8", "cp1252"]
    for encoding in guesses:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PlanError(f"{name} is no text file that can be read. {AGAIN}")


def _encoding_notes(encoding: str) -> Iterator[str]:
    if encoding == "cp1252":
        yield (
            "The file does not say how its letters are written and was read as Windows text (cp1252). Look whether "
            'letters with accents are right; if not, save it as "CSV UTF-8" and choose it again.'
        )


def _separator(text: str) -> str:
    """Return what separates the cells: what makes rows as long as the first, rarely has a space behind it, and is many.

    Where it leaves the first line one cell, that line is no header; it is then what separates the lines below.
    """
    sample = text[:SNIFFED_CHARACTERS]
    whole = len(sample) == len(text)

    def fit(separator: str) -> tuple[bool, bool, float, float, int]:
        quoted_well = bool(_first_rows(sample, separator, strict=True))  # a quotation mark ends where a cell does
        rows = _first_rows(sample, separator)
        if not whole and 1 < len(rows) < SNIFFED_ROWS:
            rows.pop()
        width = len(rows[0]) if rows else 0
        fitting = sum((len(row) == width) if width > 1 else (len(row) > 1) for row in rows)
        later = [cell for row in rows for cell in row[1:]]
        spaced = sum(cell.startswith(" ") for cell in later)
        fits, loose = round(fitting / max(1, len(rows)), 1), round(spaced / max(1, len(later)), 1)
        return quoted_well, width > 1, fits, -loose, width

    return max(SEPARATORS, key=fit)


def _first_rows(sample: str, separator: str, *, strict: bool = False) -> list[list[str]]:
    """Return the rows up to what can't be read; ``strict`` reads nothing behind a closing quotation mark."""
    rows: list[list[str]] = []
    reader = csv.reader(_lines(sample), delimiter=separator, strict=strict)
    with contextlib.suppress(csv.Error):
        rows.extend(row for row in islice(reader, SNIFFED_ROWS) if row)
    return rows


def _width_notes(name: str, text: str, separator: str, *, skipped: int) -> Iterator[str]:
    """Say which rows are shorter than the header; a longer one has shifted cells, and is an error."""
    reader = csv.reader(_lines(text), delimiter=separator)
    width, begins, short, first_short = 0, 1, 0, 0
    try:
        for row in reader:
            line, begins = begins, reader.line_num + 1
            if line <= skipped or not row or (len(row) == 1 and not row[0].strip()):
                continue  # as pandas does
            if not width:
                width = len(row)
            elif len(row) > width:
                raise PlanError(
                    f"Line {line:,} of {name} has {len(row):,} cells, and the first line names {width:,} "
                    f"column{'' if width == 1 else 's'} (there are {SEPARATORS.get(separator, separator)} between). "
                    "Its first line has to name the columns, and a cell that contains the separator has to stand in "
                    'quotation marks. Correct the line, or open the file in a spreadsheet program and save it as "CSV '
                    'UTF-8", and choose it again.'
                )
            elif len(row) < width:
                short, first_short = short + 1, first_short or line
    except csv.Error:
        raise PlanError(_unread(name, f"a cell that begins in line {begins:,} does not end")) from None
    if short:
        rows = "1 row has" if short == 1 else f"{short:,} rows have"
        yield (
            f"{rows} fewer cells than there are columns (the first is line {first_short:,}). What is missing was read "
            "as blank: look whether a line break or a separator broke such a row."
        )


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text.removeprefix("\ufeff"), newline="")


def _unread(name: str, why: str) -> str:
    if "EOF inside string" in why or "does not end" in why:
        why = "a quotation mark is opened and never closed: " + why.rpartition("C error: ")[2]
    return f"{name} can't be read as a table: {why}. {AGAIN}"
