"""Saved rows open in a spreadsheet program as text, and come back as they were."""

import base64
import csv
import datetime
import io
import re
import string
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hubframe.errors import HubframeError
from hubframe.widgets.form import saving
from hubframe.widgets.form.saving import csv_bytes, download_link, marked, save, unmarked
from hubframe.widgets.form.uploads import read_upload

SPECIAL = "'=+-@;, \t\r\n\"\uff1d"
texts = st.text(st.one_of(st.sampled_from(SPECIAL), st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def rows(frame):
    return list(csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-", "'-"),
        ("@juniper", "'@juniper"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("  =1", "'  =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("'=1", "''=1"),
        ("'", "'"),
        ("'tis", "'tis"),
        ("Alder;=1+1;x", "Alder;'=1+1;x"),
        (";pricing", ";pricing"),
        ("2 = 2", "2 = 2"),
        ("juniper@example.com", "juniper@example.com"),
        ("", ""),
    ],
)
def test_what_begins_like_a_formula_gets_one_apostrophe(text, written):
    assert marked(text) == written
    assert unmarked(written) == text


@settings(deadline=None)
@given(texts)
@example("'" * 3 + "=1")
@example(";'=;=\n;")
def test_marks_hide_every_formula_and_come_off_again(text):
    written = marked(text)
    assert unmarked(written) == text
    assert not any(FORMULA.match(cell) for cell in written.split(";"))


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), texts)
def test_texts_come_back_from_a_saved_file(cells, header):
    header = f"{header}x"  # a blank one is given a name by pandas
    assume(header not in ("Record ID", "other"))
    ones, others = zip(*cells, strict=True)
    frame = pd.DataFrame({"Record ID": [f"0{place}" for place in range(len(cells))], header: ones, "other": others})
    upload = read_upload("rows.csv", csv_bytes(frame))
    back = upload.frame
    assert list(back.columns) == list(frame.columns)
    assert back.fillna("").to_numpy().tolist() == frame.to_numpy().tolist()


def test_numbers_are_written_as_numbers_and_everything_else_as_marked_text():
    frame = pd.DataFrame(
        {
            "whole": [-5, 0, 7],
            "id": [171591000198.0, np.nan, 7.0],
            "share": [-0.5, 1e22, np.inf],
            "nullable": pd.array([-1, None, 3], dtype="Int64"),
            "flag": [True, False, True],
            "text": ["-5", None, "=x"],
            "mixed": [-5, "-5", Decimal("-1.50")],
            "kind": pd.Categorical(["-a", None, "b"]),
            "day": [datetime.date(2025, 1, 2), None, pd.NaT],
            "took": pd.to_timedelta([-1, 0, 1], unit="h"),
            "odd": [("=", 1), ["x"], object],
        }
    )
    header, *cells = rows(frame)
    assert header == list(frame.columns)
    columns = dict(zip(header, zip(*cells, strict=True), strict=True))
    assert columns["whole"] == ("-5", "0", "7")
    assert columns["id"] == ("171591000198", "", "7")
    assert columns["share"] == ("-0.5", "1e+22", "inf")
    assert columns["nullable"] == ("-1", "", "3")
    assert columns["flag"] == ("True", "False", "True")
    assert columns["text"] == ("'-5", "", "'=x")
    assert columns["mixed"] == ("-5", "'-5", "-1.50")
    assert columns["kind"] == ("'-a", "", "b")
    assert columns["day"] == ("2025-01-02", "", "")
    assert columns["took"][0].startswith("'-1 days")
    assert columns["odd"][0] == "('=', 1)"


def test_headers_are_marked_and_named_index_levels_kept():
    frame = pd.DataFrame({"=cmd": [1], 2: [2]}, index=pd.Index(["0042"], name="Record ID"))
    assert rows(frame) == [["Record ID", "'=cmd", "2"], ["0042", "1", "2"]]
    levels = pd.MultiIndex.from_tuples([("a", 1)], names=["=key", None])
    assert rows(pd.DataFrame({"x": [3]}, index=levels)) == [["'=key", "x"], ["a", "3"]]
    assert rows(pd.DataFrame({"x": [3]}, index=[17])) == [["x"], ["3"]]


def test_columns_of_one_label_and_of_several_levels_are_all_there():
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "a", None])
    assert rows(frame) == [["a", "a", ""], ["1", "2", "3"]]
    wide = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    assert rows(wide) == [["('a', 'b')"], ["1"]]


def test_frames_without_rows_or_columns_can_be_saved():
    assert rows(pd.DataFrame({"a": []})) == [["a"]]
    assert rows(pd.DataFrame(index=range(3))) == []


def test_the_frame_is_not_changed_and_the_file_is_what_excel_wants():
    frame = pd.DataFrame({"a": ["=1", None]})
    before = frame.copy()
    content = csv_bytes(frame)
    assert content == b'\xef\xbb\xbfa\r\n\'=1\r\n""\r\n'
    pd.testing.assert_frame_equal(frame, before)


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    frame = pd.DataFrame({"a": [1]})
    paths = [save(frame, tmp_path, "failed rows.csv") for _ in range(3)]
    assert [path.name for path in paths] == ["failed rows.csv", "failed rows-2.csv", "failed rows-3.csv"]
    paths[1].unlink()
    paths[0].write_text("mine")
    assert save(frame, str(tmp_path), "failed rows").name == "failed rows-2.csv"
    assert paths[0].read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("../../etc/passwd", "passwd.csv"),
        ("contacts: <new>?", "contacts_ _new__.csv"),
        ("..", "rows.csv"),
        ("", "rows.csv"),
        ("con", "_con.csv"),
        ("Kunden-Übersicht.csv", "Kunden-Übersicht.csv"),
        ("x" * 300, "x" * 150 + ".csv"),
    ],
)
def test_names_are_made_fit_for_a_file_system_and_never_lead_elsewhere(tmp_path, name, file_name):
    path = save(pd.DataFrame({"a": [1]}), tmp_path, name)
    assert (path.name, path.parent) == (file_name, tmp_path)


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(HubframeError, match=r"rows\.csv could not be saved in .*No such file or directory\. Download"):
        save(pd.DataFrame({"a": [1]}), tmp_path / "gone", "rows")


def test_of_a_file_that_could_not_be_written_nothing_is_left(tmp_path, monkeypatch):
    opened = saving.Path.open

    def full(path, mode):
        file = opened(path, mode)

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                file.close()

            def write(self, content):
                file.write(content[:3])
                raise OSError(28, "No space left on device")

            close = file.close

        return Full()

    monkeypatch.setattr(saving.Path, "open", full)
    with pytest.raises(HubframeError, match="No space left on device"):
        save(pd.DataFrame({"a": [1]}), tmp_path, "rows")
    assert list(tmp_path.iterdir()) == []


def test_a_link_carries_the_file_and_a_large_one_is_none():
    content = csv_bytes(pd.DataFrame({"a": ["<script>"]}))
    link = download_link(content, 'rows"><script>.csv')
    href = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]*)"', link)[1]
    assert base64.b64decode(href) == content
    assert "<script>" not in link
    assert 'download="rows' in link
    told = download_link(b"x" * 5_000_001, "rows.csv")
    assert "<a" not in told
    assert "5.0 MB" in told
    assert set(told) <= set(string.printable)
