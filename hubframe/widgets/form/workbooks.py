"""Excel workbooks: one sheet's cells as they are, and what to look at in them."""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.errors import PlanError

__all__ = ["Workbook", "read_workbook"]

SAVED_AS = "Save it as an Excel workbook (.xlsx) without a password, or as CSV, and choose that."


@dataclass(frozen=True, slots=True)
class Workbook:
    """A sheet of a workbook, its cells as Python values, only empty ones blank.

    ``sheets`` are the names to choose from, ``is_first`` tells whether pandas takes this sheet by itself.
    """

    frame: pd.DataFrame
    sheet: str
    sheets: tuple[str, ...]
    is_first: bool
    notes: tuple[str, ...]


def read_workbook(name: str, content: bytes, sheet: str | None = None) -> Workbook:
    """Read a sheet; the first one in sight, unless another is named.

    Raises
    ------
    PlanError
        It is no workbook that can be read, openpyxl is missing, or the sheet is.
    """
    if importlib.util.find_spec("openpyxl") is None:
        raise PlanError(
            f"{name} is an Excel workbook, and reading those needs openpyxl, which is not installed here. Run this in "
            "a cell: %pip install openpyxl - then choose the file again. Or save it as CSV and choose that."
        )
    with warnings.catch_warnings():  # of features of Excel's that hold no cells
        warnings.simplefilter("ignore")
        try:
            book = pd.ExcelFile(io.BytesIO(content), engine="openpyxl")
        except Exception as error:  # noqa: BLE001 - damaged files raise whatever the first odd byte leads to
            raise PlanError(f"{name} can't be opened ({type(error).__name__}). {SAVED_AS}") from None
        with book:
            return _read(name, book, sheet)


def _read(name: str, book: pd.ExcelFile, sheet: str | None) -> Workbook:
    worksheets: list[Any] = book.book.worksheets
    if not worksheets:
        raise PlanError(f"{name} has no sheet with cells. {SAVED_AS}")
    shown = [one.title for one in worksheets if one.sheet_state == "visible"] or [one.title for one in worksheets]
    sheet = shown[0] if sheet is None else sheet
    if sheet not in shown:
        raise PlanError(f"{name} has no sheet {sheet!r}. Choose one of: {', '.join(shown)}.")
    try:
        frame = book.parse(sheet, dtype=object, keep_default_na=False, na_values=[""])
        notes = tuple(_notes(book.book[sheet], hidden=len(worksheets) - len(shown)))
    except Exception as error:  # noqa: BLE001 - as above: a sheet is read when its cells are
        raise PlanError(f"The sheet {sheet!r} of {name} can't be read ({type(error).__name__}). {SAVED_AS}") from None
    return Workbook(frame, sheet, tuple(shown), sheet == worksheets[0].title, notes)


def _notes(worksheet: Any, *, hidden: int) -> Iterator[str]:
    if hidden:
        yield f"{'1 hidden sheet is' if hidden == 1 else f'{hidden:,} hidden sheets are'} not in the list."
    errors = [(cell.coordinate, cell.value) for row in worksheet.iter_rows() for cell in row if cell.data_type == "e"]
    if errors:
        where, what = errors[0]
        cells = "1 cell holds" if len(errors) == 1 else f"{len(errors):,} cells hold"
        yield (
            f"{cells} an error of Excel's, such as {what} in {where}, and {'was' if len(errors) == 1 else 'were'} read "
            "as blank. Correct the formulas, or leave blank cells alone in the next step."
        )
