"""An uploaded file as a frame, and the code that reads the same file the same way."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

import pandas as pd

from hubframe.errors import PlanError
from hubframe.widgets.form.csv_files import read_csv
from hubframe.widgets.form.saving import MARK, MARKED, unmarked
from hubframe.widgets.form.workbooks import SAVED_AS, read_workbook

__all__ = ["Upload", "preview_html", "read_upload", "uploaded"]

_MARKED = re.compile(MARKED)
_UNNAMED = re.compile(r"Unnamed: [0-9]+")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LINE_LENGTH = 100
_ROWS_SHOWN, _COLUMNS_SHOWN, _CHARACTERS_SHOWN = 8, 12, 60


@dataclass(frozen=True, slots=True)
class Upload:
    """A file's rows.

    Attributes
    ----------
    frame : pandas.DataFrame
        Of a CSV file, text columns; of a workbook, its cells' values. Only empty cells are blank.
    source : str
        The lines that read the file so, where it lies beside the code; they call it ``df``.
    notes : tuple of str
        What to look at, in sentences.
    sheets : tuple of str
        The names of a workbook's sheets; empty of a CSV file.
    sheet : str
        The one read.
    """

    frame: pd.DataFrame
    source: str
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def read_upload(name: str, content: bytes, sheet: str | None = None) -> Upload:
    """Read a CSV file or a sheet of a workbook; what it is, its content tells, not its name.

    Apostrophes that saving put before texts that look like formulas are taken off again; blank rows are left out.

    Raises
    ------
    PlanError
        The file can't be read; what to do instead.
    """
    if content.startswith(_OLD_OFFICE):
        raise PlanError(f"{name} is a workbook of the old kind (.xls), or has a password. {SAVED_AS}")
    if zipfile.is_zipfile(BytesIO(content)):
        book = read_workbook(name, content, sheet)
        which = "" if book.is_first else f"sheet_name={_quoted(book.sheet)}, "
        call = f'pd.read_excel({_quoted(name)}, {which}dtype=object, keep_default_na=False, na_values=[""])'
        return _finished(name, book.frame, call, book.notes, book.sheets, book.sheet)
    if content[:1000].lstrip().lower().startswith((b"<!doctype html", b"<html", b"%pdf")):
        raise PlanError(f"{name} is neither a CSV file nor an Excel workbook, whatever its name says. {SAVED_AS}")
    file = read_csv(name, content)
    return _finished(name, file.frame, f"pd.read_csv({_quoted(name)}, {file.options})", file.notes)


def uploaded(value: Any) -> tuple[str, bytes] | None:
    """Return name and content of the file in the value of a ``FileUpload`` of ipywidgets 7 or 8, or None."""
    if not value:
        return None
    if isinstance(value, Mapping):
        name, file = next(iter(value.items()))
    else:
        file = value[0]
        name = file["name"]
    return str(name), bytes(file["content"])


def preview_html(frame: pd.DataFrame) -> str:
    """Return the first rows and columns of a frame as an HTML table, with how much there is."""
    shown = frame.iloc[:_ROWS_SHOWN, :_COLUMNS_SHOWN]
    left = len(frame.columns) - len(shown.columns)
    more = [f"<th>and {left:,} more</th>"] if left else []
    head = "".join([f'<th style="text-align:left">{_shown(label)}</th>' for label in shown.columns] + more)
    filler = ["<td></td>"] if left else []
    body = "".join(
        f"<tr>{''.join([*(f'<td>{_shown(cell)}</td>' for cell in row), *filler])}</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    rows, columns = len(frame), len(frame.columns)
    counted = f"{rows:,} row{'' if rows == 1 else 's'} and {columns:,} column{'' if columns == 1 else 's'}"
    first = f"; the first {len(shown):,} rows:" if len(shown) < rows else ":"
    return f'<div>{counted}{first}</div><div style="overflow-x:auto"><table><tr>{head}</tr>{body}</table></div>'


def _finished(
    name: str,
    frame: pd.DataFrame,
    call: str,
    notes: tuple[str, ...],
    sheets: tuple[str, ...] = (),
    sheet: str = "",
) -> Upload:
    """Leave out blank rows and take marks off, in the frame and in the code alike."""
    steps = []
    told = [*notes, *_header_notes(frame)]
    blank = frame.isna().all(axis="columns")
    if blank.any():
        frame = frame.dropna(how="all", ignore_index=True)
        steps.append('dropna(how="all", ignore_index=True)')
        count = int(blank.sum())
        told.append(f"{'1 blank row was' if count == 1 else f'{count:,} blank rows were'} left out.")
    if frame.empty:
        where = f"The sheet {sheet!r} of {name}" if sheet else name
        raise PlanError(f"{where} has no rows under its first line, which names the columns. Choose another file.")
    frame, cells = _unmarked_cells(frame)
    if cells:
        steps.append(f'replace(r"{MARKED}", r"\\1", regex=True)')
    renamed = {label: unmarked(label) for label in frame.columns if _is_marked(label)}
    if renamed:
        frame = frame.rename(columns=renamed)
        steps.append(f"rename(columns={_mapping(renamed)})")
    if cells or renamed:
        total = cells + len(renamed)
        told.append(
            f"{'1 text begins' if total == 1 else f'{total:,} texts begin'} with an apostrophe before =, +, - or @, as "
            "files saved here do so that no spreadsheet program takes them for formulas. The apostrophe was taken off."
        )
    return Upload(frame, _lines(call, steps), tuple(told), sheets, sheet)


def _unmarked_cells(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame without marks, and how many cells had one; the frame itself where none has."""
    columns, found = {}, 0
    for place in range(len(frame.columns)):
        column = frame.iloc[:, place]
        cells = column.to_list()
        marked = [position for position, cell in enumerate(cells) if _is_marked(cell)]
        if marked:
            for position in marked:
                cells[position] = unmarked(cells[position])
            column = pd.Series(cells, index=column.index, dtype=column.dtype)
            found += len(marked)
        columns[place] = column
    if not found:
        return frame, 0
    made = pd.DataFrame(columns, copy=False)
    made.columns = frame.columns
    return made, found


def _is_marked(value: Any) -> bool:
    return isinstance(value, str) and MARK in value and _MARKED.search(value) is not None


def _header_notes(frame: pd.DataFrame) -> Iterator[str]:
    unnamed = sum(isinstance(label, str) and _UNNAMED.fullmatch(label) is not None for label in frame.columns)
    if unnamed:
        yield (
            f"{'1 column has' if unnamed == 1 else f'{unnamed:,} columns have'} no name in the first line. If the "
            "names stand further down, delete the lines above them in a spreadsheet program, save, and choose it again."
        )


def _lines(call: str, steps: list[str]) -> str:
    if not steps and len(call) <= _LINE_LENGTH:
        return f"import pandas as pd\n\ndf = {call}"
    parts = "".join(f"    {part}\n" for part in (call, *(f".{step}" for step in steps)))
    return f"import pandas as pd\n\ndf = (\n{parts})"


def _quoted(text: str) -> str:
    """Return a text as Python code, in double quotes as formatters have them."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _mapping(renamed: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(old)}: {_quoted(new)}" for old, new in renamed.items()) + "}"


def _shown(value: Any) -> str:
    if not isinstance(value, str) and pd.isna(value) is True:
        return ""
    text = str(value)
    return escape(text if len(text) <= _CHARACTERS_SHOWN else f"{text[: _CHARACTERS_SHOWN - 1]}…")
