"""The upload panel: a file is looked at before it is used, and one that can't be read leaves nothing to use."""

import io

import ipywidgets
import pandas as pd
import pytest

from hubframe.errors import PlanError
from hubframe.widgets.form.upload import UploadPanel
from tests.form_host import FormHost

SEVEN = ipywidgets.__version__.startswith("7.")


@pytest.fixture
def used():
    return []


@pytest.fixture
def host():
    return FormHost()


@pytest.fixture
def panel(host, used):
    return UploadPanel(host, lambda frame, source: used.append((frame, source)))


def choose(panel, name, content):
    """Send what the browser sends when a file is chosen."""
    facts = {"name": name, "type": "", "size": len(content)}
    if SEVEN:
        state = {"metadata": [facts], "data": [memoryview(content)], "_counter": panel.file._counter + 1}
    else:
        state = {"value": [{**facts, "content": memoryview(content), "last_modified": 1_764_000_000_000}]}
    panel.file.set_state(state)


def workbook(*titles):
    pytest.importorskip("openpyxl")
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as writer:
        for title in titles:
            pd.DataFrame({"Record ID": [7], "Name": [f"of {title}"]}).to_excel(writer, sheet_name=title, index=False)
    return buffer.getvalue()


def texts(panel):
    """All HTML in sight."""

    def walk(widget):
        if widget.layout.display == "none":
            return
        if isinstance(widget, ipywidgets.HTML):
            yield widget.value
        for child in getattr(widget, "children", ()):
            yield from walk(child)

    return "\n".join(walk(panel.box))


def test_a_file_is_shown_and_used_only_when_asked(panel, host, used):
    assert panel.use.disabled
    choose(panel, "contacts.csv", "Record ID;Name\n007;Zoë <b>\n".encode())
    assert host.ran == ["Reading contacts.csv"]
    assert "<b>contacts.csv</b>" in texts(panel)
    assert "Zoë &lt;b&gt;" in texts(panel)
    assert "1 row and 2 columns" in texts(panel)
    assert (used, panel.use.disabled) == ([], False)
    panel.use.click()
    ((frame, source),) = used
    assert frame.to_numpy().tolist() == [["007", "Zoë <b>"]]
    assert source.startswith('import pandas as pd\n\ndf = pd.read_csv("contacts.csv", sep=";", ')


def test_the_control_lets_go_of_the_file(panel):
    empty = panel.file.get_state(["data", "metadata"] if SEVEN else ["value"])
    choose(panel, "contacts.csv", b"id\n1\n")
    assert panel.file.get_state(list(empty)) == empty
    assert not panel.use.disabled


def test_a_file_that_cannot_be_read_takes_the_one_before_along(panel, host, used):
    choose(panel, "good.csv", b"id\n1\n")
    with pytest.raises(PlanError, match=r"bad\.csv"):
        choose(panel, "bad.csv", b"id\n1,2\n")
    assert panel.use.disabled
    assert "good.csv" not in texts(panel)
    panel.use.click()
    assert used == []
    choose(panel, "good.csv", b"id\n1\n")
    assert not panel.use.disabled


def test_names_and_notes_are_escaped(panel):
    choose(panel, "<script>.csv", b"id\n1\n\xff\n")
    assert "<script>" not in texts(panel)
    assert "&lt;script&gt;.csv" in texts(panel)
    assert "cp1252" in texts(panel)


def test_a_workbooks_sheets_can_be_chosen(panel, host, used):
    choose(panel, "book.xlsx", workbook("First", "<i>Second"))
    assert panel.sheet.options == ("First", "<i>Second")
    assert panel.sheet.value == "First"
    assert "of First" in texts(panel)
    panel.sheet.value = "<i>Second"
    assert host.ran == ["Reading book.xlsx"] * 2
    assert "of &lt;i&gt;Second" in texts(panel)
    assert panel.sheet.value == "<i>Second"
    panel.use.click()
    ((frame, source),) = used
    assert frame.to_numpy().tolist() == [[7, "of <i>Second"]]
    assert 'sheet_name="<i>Second"' in source


def test_sheets_of_one_file_are_not_those_of_the_next(panel, host):
    choose(panel, "book.xlsx", workbook("First", "Second"))
    choose(panel, "rows.csv", b"id\n1\n")
    assert panel.sheet.options == ()
    choose(panel, "other.xlsx", workbook("Second", "Third"))
    assert (panel.sheet.options, panel.sheet.value) == (("Second", "Third"), "Second")
    assert "of Second" in texts(panel)
    assert host.ran == ["Reading book.xlsx", "Reading rows.csv", "Reading other.xlsx"]


def test_an_only_sheet_is_no_choice(panel):
    choose(panel, "book.xlsx", workbook("Only"))
    assert panel.sheet.options == ("Only",)
    assert panel._sheet_row.layout.display == "none"


def test_a_large_file_makes_no_more_of_a_page(panel):
    lines = "\n".join(f"{place},{'x' * 50}" for place in range(50_000))
    choose(panel, "large.csv", f"id,text\n{lines}\n".encode())
    assert len(texts(panel)) < 5000
    assert "50,000 rows and 2 columns" in texts(panel)
