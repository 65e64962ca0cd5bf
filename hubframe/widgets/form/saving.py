"""Frames as CSV files that a spreadsheet program opens without taking text for a formula."""

from __future__ import annotations

import base64
import numbers
import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from hubframe.errors import HubframeError

__all__ = ["MARK", "MARKED", "csv_bytes", "download_link", "marked", "save", "unmarked"]

# OWASP's list of what begins a formula, with the spaces some programs skip. Behind a semicolon too: where a comma is
# the decimal sign, Excel splits there. https://owasp.org/www-community/attacks/CSV_Injection
_BEGINS = r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_TO_MARK = re.compile(rf"(\A|;)(?='*{_BEGINS})")
MARKED = rf"(\A|;)'(?='*{_BEGINS})"
MARK = "'"
_SUSPECT = frozenset("'=+-@\uff1d\uff0b\uff0d\uff20")
_MARKED = re.compile(MARKED)
_LINK_BYTES = 5_000_000
_EXACT_BELOW = 2**53
_WINDOWS_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")


def marked(text: str) -> str:
    """Return a text with an apostrophe before whatever a spreadsheet program would take for a formula's beginning.

    Texts that begin so behind apostrophes of their own get one too: `unmarked` takes away exactly what was added.

    >>> marked("=1+1"), marked("'+49"), marked("2 = 2")
    ("'=1+1", "''+49", '2 = 2')
    """
    first = text[:1]
    if ";" not in text and first not in _SUSPECT and not first.isspace():
        return text  # almost every text, and far quicker than the search
    return _TO_MARK.sub(r"\1" + MARK, text)


def unmarked(text: str) -> str:
    """Return the text that `marked` was given.

    >>> unmarked("'=1+1"), unmarked("''+49"), unmarked("'tis")
    ('=1+1', "'+49", "'tis")
    """
    return _MARKED.sub(r"\1", text) if MARK in text else text


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV: UTF-8, which its first bytes tell Excel, commas, CRLF; named index levels come first.

    Text is written `marked`, headers too; numbers stay numbers, whole ones without ".0"; blanks are empty.
    """
    levels = [frame.index.get_level_values(place) for place in range(frame.index.nlevels)]
    named = [(level.name, pd.Series(level)) for level in levels if level.name is not None]
    columns = [*named, *((label, frame.iloc[:, place]) for place, label in enumerate(frame.columns))]
    cells = pd.DataFrame({place: pd.Series(_cells(one), dtype=object) for place, (_, one) in enumerate(columns)})
    headers = [_header(label) for label, _ in columns]
    text = cells.to_csv(header=headers, index=False, lineterminator="\r\n") if columns else ""
    return text.encode("utf-8-sig", errors="replace")


def save(frame: pd.DataFrame, folder: str | Path, name: str) -> Path:
    """Write a frame as CSV to a new file and return its path; one that is there is never overwritten.

    Parameters
    ----------
    folder
        Where to; it has to be there.
    name
        The file's name; characters that a file system might not take become ``_``. Where the name is taken, ``-2``,
        ``-3`` ... is added.

    Raises
    ------
    HubframeError
        It could not be written; nothing is left of it.
    """
    content = csv_bytes(frame)
    folder, stem = Path(folder), _stem(name)
    number = 1
    while True:
        path = folder / f"{stem}.csv" if number == 1 else folder / f"{stem}-{number}.csv"
        try:
            with path.open("xb") as file:
                _write(file, content, path)
        except FileExistsError:
            number += 1
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise HubframeError(
                f"{path.name} could not be saved in {folder.absolute()}: {why}. Download it instead, or make room or "
                "choose another folder and press the button again."
            ) from error
        else:
            return path


def download_link(content: bytes, name: str) -> str:
    """Return HTML with a link that downloads a CSV, or with why there is none: a page should not carry over 5 MB."""
    file_name = f"{_stem(name)}.csv"
    if len(content) > _LINK_BYTES:
        return (
            f"{escape(file_name)} has {len(content) / 1e6:,.1f} MB, too much for a link in a notebook: open the saved "
            "file instead."
        )
    data = base64.b64encode(content).decode()
    return (
        f'<a download="{escape(file_name)}" href="data:text/csv;charset=utf-8;base64,{data}">'
        f"Download {escape(file_name)}</a>"
    )


def _write(file: Any, content: bytes, path: Path) -> None:
    try:
        file.write(content)
        file.flush()
    except BaseException:
        file.close()
        path.unlink(missing_ok=True)
        raise


def _stem(name: str) -> str:
    clean = re.sub(r"[^\w .\-]", "_", Path(name).name).strip(" .")
    stem = (clean.removesuffix(".csv").encode("utf-8", "ignore")[:150].decode("utf-8", "ignore")).strip(" .") or "rows"
    return f"_{stem}" if _WINDOWS_NAMES.match(stem) else stem


def _header(label: Any) -> str:
    if isinstance(label, str):
        return marked(label)
    return "" if not isinstance(label, tuple) and pd.isna(label) else str(label)  # None becomes NaN among texts


def _cells(column: pd.Series[Any]) -> list[Any]:
    """Return a column's cells as they are written: numbers, marked texts, None for blanks."""
    blank = column.isna().to_numpy()
    values = column.astype(object).to_numpy()
    return [None if empty else _cell(value) for value, empty in zip(values, blank, strict=True)]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return marked(value)
    if isinstance(value, numbers.Number):
        return _number(value)
    return marked(str(value))


def _number(value: Any) -> str:
    # A column of whole numbers with a blank in it holds floats; its ids would be read back as "101.0".
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_BELOW
    return str(int(value)) if whole else str(value)
