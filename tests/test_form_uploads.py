"""Whatever an analyst's file looks like, its cells arrive as they stand in it, or a sentence says why not."""

import codecs
import importlib.util
import io
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.errors import PlanError
from hubframe.widgets.form.saving import csv_bytes
from hubframe.widgets.form.uploads import preview_html, read_upload, uploaded

TEXT = "Record ID,Name\n0171591000198,Zoë\n42,\n"
CELLS = [["0171591000198", "Zoë"], ["42", None]]


def cells(frame):
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def run(source, files, monkeypatch, tmp_path):
    """What the shown code reads."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    made = {}
    exec(source, made)
    return made["df"]


def workbook(*sheets, hidden=()):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"], ids=lambda encoding: encoding
)
def test_every_usual_kind_of_file_has_the_same_cells(separator, ends, encoding, monkeypatch, tmp_path):
    content = TEXT.replace(",", separator).replace("\n", ends).encode(encoding)
    upload = read_upload("contacts.csv", content)
    assert list(upload.frame.columns) == ["Record ID", "Name"]
    assert cells(upload.frame) == CELLS
    assert bool(upload.notes) == (encoding == "cp1252")
    again = run(upload.source, {"contacts.csv": content}, monkeypatch, tmp_path)
    pd.testing.assert_frame_equal(again, upload.frame)


def test_utf_16_of_either_order_is_known_by_its_mark():
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert cells(read_upload("x.csv", mark + TEXT.encode(encoding)).frame) == CELLS


def test_cells_stay_texts_and_only_empty_ones_are_blank():
    lines = 'id,a,b\n007,NA,1.0\n12345678901234567890,null,"two\r\nlines; ""quoted"", and a comma"\n1e5,-, \n,"",nan\n'
    upload = read_upload("x.csv", lines.encode())
    assert cells(upload.frame) == [
        ["007", "NA", "1.0"],
        ["12345678901234567890", "null", 'two\r\nlines; "quoted", and a comma'],
        ["1e5", "-", " "],
        [None, None, "nan"],
    ]
    assert (
        upload.source
        == 'import pandas as pd\n\ndf = pd.read_csv("x.csv", dtype=str, keep_default_na=False, na_values=[""])'
    )
    assert upload.notes == ()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Name, first;City\nAlder, Juniper;Oslo\nYew, Hazel;Rome\n", ["Name, first", "City"]),
        ("id;spend\n1;1,50\n2;2,50\n", ["id", "spend"]),
        ('id,"a;b;c;d"\n1,"x;y"\n', ["id", "a;b;c;d"]),
        ("id\n1\n2\n", ["id"]),
        ('"id"\n"a,b"\n', ["id"]),
        ("sep=;\nid;a,b\n1;2\n", ["id", "a,b"]),
        ("sep=|\r\nid|a,b\r\n1|2\r\n", ["id", "a,b"]),
        ("\n\nid;a\n1;2\n", ["id", "a"]),
    ],
)
def test_the_separator_is_what_makes_the_rows_alike(text, columns, monkeypatch, tmp_path):
    upload = read_upload("x.csv", text.encode())
    assert list(upload.frame.columns) == columns
    again = run(upload.source, {"x.csv": text.encode()}, monkeypatch, tmp_path)
    pd.testing.assert_frame_equal(again, upload.frame)


def test_the_separator_of_a_long_file_is_told_from_its_beginning():
    text = "id;text\n" + "".join(f'{place};"{"a, b " * 30}\n{place}"\n' for place in range(3000))
    assert len(read_upload("x.csv", text.encode()).frame) == 3000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("\ufeff", "is empty"),
        ("id,a\n", "has no rows under its first line"),
        ("id,a\n,\n", "has no rows under its first line"),
        ("id,a\n1,2\n3,4,5\n", r"Line 3 of x\.csv has 3 cells, and the first line names 2 columns \(there are commas"),
        ("id,a\n1,2,\n", "Line 2 of .* has 3 cells"),
        ("id;a\n1;2;\n3;4;\n", "Line 2 of .* has 3 cells, and the first line names 2 columns .*semicolons"),
        ('id,a\n1,"x\ny"\n2,3,4\n', "Line 4 of"),
        ("Report of May\nid,a\n1,2\n", "Line 2 of .* names 1 column "),
        ('id,a\n1,"x\n2,y\n', "a quotation mark is opened and never closed"),
        ('id,a\n1,"x' + "\n2,y" * 60_000, "a quotation mark is opened and never closed"),
        ("id,a\n1,x\0y\n", r"a character in line 2 .*NUL"),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(text, said):
    with pytest.raises(PlanError, match=said) as refused:
        read_upload("x.csv", text.encode())
    assert "choose" in str(refused.value).lower()
    assert "C error" not in str(refused.value)


def test_a_row_longer_than_the_header_never_shifts_its_cells_into_an_index():
    # pandas would take the first column for an index, and every record's id for a name
    for text in ("id,name\n1,Alder,x\n", "id,name\n1,Alder,x\n2,Yew,y\n", "id\n1,2\n3,4\n"):
        with pytest.raises(PlanError, match="Line 2"):
            read_upload("x.csv", text.encode())


def test_rows_that_are_too_short_are_said():
    upload = read_upload("x.csv", b"id,a,b\n1,2,3\n4\n5,6\n")
    assert cells(upload.frame) == [["1", "2", "3"], ["4", None, None], ["5", "6", None]]
    assert "2 rows have fewer cells than there are columns (the first is line 3)" in upload.notes[0]


def test_blank_rows_are_left_out_here_and_in_the_code(monkeypatch, tmp_path):
    content = b"id,a\n1,2\n,\n\n3,\n,\n"
    upload = read_upload("x.csv", content)
    assert cells(upload.frame) == [["1", "2"], ["3", None]]
    assert upload.frame.index.tolist() == [0, 1]
    assert upload.notes == ("2 blank rows were left out.",)
    pd.testing.assert_frame_equal(run(upload.source, {"x.csv": content}, monkeypatch, tmp_path), upload.frame)


def test_columns_without_a_name_are_said():
    assert read_upload("x.csv", b"id,,\n1,2,3\n").notes[0].startswith("2 columns have no name in the first line.")


def test_apostrophes_of_a_saved_file_come_off_here_and_in_the_code(monkeypatch, tmp_path):
    frame = pd.DataFrame({"id": ["1", "2"], "=a": ["+49", "''-x"], 'b"': ["x;@y", "'tis"], "c": [None, "plain"]})
    content = csv_bytes(frame)
    upload = read_upload("saved.csv", content)
    assert list(upload.frame.columns) == list(frame.columns)
    assert cells(upload.frame) == cells(frame)
    assert upload.notes[0].startswith("4 texts begin with an apostrophe")
    assert "\\uff1d" in upload.source
    pd.testing.assert_frame_equal(run(upload.source, {"saved.csv": content}, monkeypatch, tmp_path), upload.frame)


def test_a_separator_within_quotation_marks_separates_nothing():
    assert cells(read_upload("x.csv", b'"c"\t"c;"\r\n"0"\t"0"\r\n').frame) == [["0", "0"]]


headers = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6).map(lambda text: f"c{text}")


@settings(deadline=None)
@given(
    st.lists(headers, min_size=1, max_size=4, unique_by=str.casefold),
    st.data(),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_table_that_pandas_writes_is_read_back(labels, data, separator):
    some = st.text(st.characters(codec="utf-8", exclude_characters="\0'"), min_size=1).filter(str.strip)
    lines = data.draw(st.lists(st.lists(some, min_size=len(labels), max_size=len(labels)), min_size=1, max_size=4))
    frame = pd.DataFrame(lines, columns=labels, dtype=object)
    written = frame.to_csv(index=False, sep=separator, quoting=1)
    upload = read_upload("x.csv", written.encode())
    assert list(upload.frame.columns) == labels
    assert cells(upload.frame) == lines


# Workbooks


def test_a_workbooks_cells_keep_their_kinds(monkeypatch, tmp_path):
    moment = pd.Timestamp("2025-02-03 09:30").to_pydatetime()
    content = workbook(
        ("Contacts", [["Record ID", "Name", "When", "Spend", "On"], [171591000198, "007", moment, 1.5, True]]),
        ("Notes", [["id"], ["NA"], [None], ["=1", "x"][:1]]),
    )
    upload = read_upload("book.xlsx", content)
    assert upload.sheets == ("Contacts", "Notes")
    assert upload.sheet == "Contacts"
    assert cells(upload.frame) == [[171591000198, "007", moment, 1.5, True]]
    assert isinstance(upload.frame.loc[0, "Record ID"], int | np.integer)
    assert "sheet_name" not in upload.source
    pd.testing.assert_frame_equal(run(upload.source, {"book.xlsx": content}, monkeypatch, tmp_path), upload.frame)


def test_another_sheet_is_read_and_named_in_the_code(monkeypatch, tmp_path):
    content = workbook(("Contacts", [["a"], [1]]), ('Notes "2"', [["id", "b"], ["NA", None], [None, None], ["'=1", 2]]))
    upload = read_upload("book.xlsx", content, 'Notes "2"')
    assert cells(upload.frame) == [["NA", None], ["=1", 2]]
    assert 'sheet_name="Notes \\"2\\""' in upload.source
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Downcasting behavior in `replace`", FutureWarning)  # pandas 2
        again = run(upload.source, {"book.xlsx": content}, monkeypatch, tmp_path)
    pd.testing.assert_frame_equal(again, upload.frame, check_dtype=not pd.__version__.startswith("2."))
    with pytest.raises(PlanError, match=r"has no sheet 'Gone'\. Choose one of: Contacts, Notes"):
        read_upload("book.xlsx", content, "Gone")


def test_hidden_sheets_are_not_offered_and_the_code_reads_the_one_in_sight(monkeypatch, tmp_path):
    content = workbook(("Lists", [["x"], [1]]), ("Rows", [["id"], [7]]), hidden=["Lists"])
    upload = read_upload("book.xlsx", content)
    assert (upload.sheets, cells(upload.frame)) == (("Rows",), [[7]])
    assert upload.notes == ("1 hidden sheet is not in the list.",)
    assert cells(run(upload.source, {"book.xlsx": content}, monkeypatch, tmp_path)) == [[7]]


def test_errors_of_excel_are_said_because_they_are_read_as_blank():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["id", "a"])
    book.active.append([1, "#N/A"])
    book.active.append([2, "fine"])
    book.active["B2"].data_type = "e"
    buffer = io.BytesIO()
    book.save(buffer)
    upload = read_upload("book.xlsx", buffer.getvalue())
    assert cells(upload.frame) == [[1, None], [2, "fine"]]
    assert upload.notes[0].startswith("1 cell holds an error of Excel's, such as #N/A in B2, and was read as blank.")


def test_a_workbook_goes_by_its_content_not_its_name():
    assert cells(read_upload("rows.csv", workbook(("S", [["id"], [7]]))).frame) == [[7]]
    assert cells(read_upload("rows.xlsx", b"id\n7\n").frame) == [["7"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", "old kind .*or has a password"),
        (b"<html><table></table>", "neither a CSV file nor an Excel workbook"),
        (b"%PDF-1.7", "neither a CSV file nor an Excel workbook"),
        (bytes(range(256)) * 4, "no text|NUL"),
    ],
)
def test_other_kinds_of_files_are_refused_with_what_to_do(content, said):
    with pytest.raises(PlanError, match=said) as refused:
        read_upload("x.xls", content)
    assert "ave it as" in str(refused.value)


def test_a_zip_that_is_no_workbook_and_one_cut_short_are_refused():
    whole = workbook(("S", [["id"], [7]]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rows.csv", "id\n1\n")
    for content in (buffer.getvalue(), whole[: len(whole) // 2]):
        with pytest.raises(PlanError, match=r"can't be|NUL|no text"):
            read_upload("x.xlsx", content)


def test_a_sheet_without_rows_is_refused():
    content = workbook(("Rows", [["id"]]), ("None", []))
    for sheet in ("Rows", "None"):
        with pytest.raises(PlanError, match=f"The sheet '{sheet}' of book.xlsx has no rows"):
            read_upload("book.xlsx", content, sheet)


def test_without_openpyxl_it_is_said_how_to_get_it(monkeypatch):
    content = workbook(("S", [["id"], [7]]))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PlanError, match="%pip install openpyxl"):
        read_upload("book.xlsx", content)


# What the form shows, and gets


@pytest.mark.parametrize("name", ['we"ird\\name.csv', "Zoë's.csv", "line\nbreak.csv", "\u202egnp.csv"])
def test_any_file_name_is_code(name):
    source = read_upload(name, b"id\n1\n").source
    made = {"read": lambda name, **_: name}
    exec(source.replace("pd.read_csv", "read"), made)
    assert made["df"] == name
    assert len(source.splitlines()) == 3


def test_a_long_call_is_broken_into_lines():
    name = "a" * 90
    *_, opened, call, closed = read_upload(f"{name}.csv", b"id\n1\n").source.splitlines()
    assert (opened, closed) == ("df = (", ")")
    assert call == f'    pd.read_csv("{name}.csv", dtype=str, keep_default_na=False, na_values=[""])'


def test_the_preview_is_escaped_cut_and_counted():
    frame = pd.DataFrame({f"<b>{place}": ["<script>", None, "x" * 200] * 4 for place in range(20)})
    shown = preview_html(frame)
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown
    assert "12 rows and 20 columns; the first 8 rows:" in shown
    assert "and 8 more" in shown
    assert "x" * 61 not in shown
    assert shown.count("<tr>") == 9
    assert "nan" not in shown.lower()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ((), None),
        ({}, None),
        (({"name": "a.csv", "content": memoryview(b"id")},), ("a.csv", b"id")),
        ({"a.csv": {"metadata": {"name": "a.csv"}, "content": b"id"}}, ("a.csv", b"id")),
    ],
)
def test_both_forms_of_an_upload_are_understood(value, found):
    assert uploaded(value) == found
