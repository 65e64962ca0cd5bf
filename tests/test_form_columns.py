"""What the first step shows of columns, ids and settings, and that its code and arguments do the same."""

import pandas as pd
import pytest

import hubframe
from hubframe.widgets.form.choose import ChoosePanel
from hubframe.widgets.form.code import code
from tests.form_host import FormHost
from tests.over_http import portal

TYPES = [("Contacts", "contacts"), ("Companies", "companies"), ("Deals", "deals")]


@pytest.fixture
def local():
    with portal() as server:
        yield server


def frame(local, **columns):
    ids = [local.portal.add("contacts", {"firstname": name, "city": "Oslo"}) for name in ("juniper", "hazel")]
    return pd.DataFrame({"Record ID": ids, "First Name": ["Juniper", "Hazel"], **columns})


class Shown:
    """A panel with everything it called."""

    def __init__(self, local, df, object_type="contacts", object_types=TYPES):
        self.host = FormHost(hubframe.connect(local))
        self.previews = self.changes = 0
        self.panel = ChoosePanel(self.host, df, object_types, object_type, self.preview, self.change)
        self.panel.start()

    def preview(self):
        self.previews += 1

    def change(self):
        self.changes += 1

    @property
    def rows(self):
        """The rows in sight: name, samples, box, what is told, button."""
        return [row.children for row in self.panel.columns.rows.box.children[1:]]

    def row(self, name):
        (found,) = [row for row in self.rows if f">{name}<" in row[0].value]
        return found

    @property
    def reason(self):
        return self.panel._why.value

    def problem_texts(self):
        return [row[3].value for row in self.rows if "hf-amber" in row[3].value]


def planned(shown, df):
    """The plan that the panel's arguments make."""
    return hubframe.plan_update(df, **shown.panel.arguments, progress=False, connection=shown.host.connection)


def test_a_frame_as_exported_needs_no_choice(local):
    df = frame(local, **{"Associated Company": ["", "Fern Ltd"]})
    shown = Shown(local, df)
    assert shown.host.ran == ["Reading the properties of contacts"]
    assert (shown.panel.problems, shown.panel.valid, shown.panel.preview.disabled) == ([], True, False)
    assert shown.panel.arguments == {"object_type": "contacts"}
    assert shown.panel.object_type == "contacts"
    _, samples, box, told, off = shown.row("First Name")
    assert ("Juniper" in samples.value, "Hazel" in samples.value) == (True, True)
    assert (box.value, told.value, off.disabled) == ("First Name (firstname)", "text", False)
    assert "Email (email)" in box.options
    assert not any("hs_object_id" in option for option in box.options)
    _, _, box, told, off = shown.row("Associated Company")
    assert (box.value, told.value, off.disabled) == ("", "Not written: only in exports, no property.", True)
    _, _, box, told, _ = shown.row("Record ID")
    assert box.disabled
    assert "Says which record each row is" in told.value
    shown.panel.preview.click()
    assert shown.previews == 1
    assert shown.changes > 0
    assert planned(shown, df).counts == {"planned": 2}


def test_nothing_can_be_previewed_before_an_object_type_is_chosen(local):
    df = frame(local)
    shown = Shown(local, df, object_type=None)
    assert shown.host.ran == []
    assert shown.panel.object_type == ""
    assert shown.panel.problems == ["Choose what kind of records the rows are."]
    assert shown.panel.preview.disabled
    assert "Choose what kind of records" in shown.reason
    shown.panel.preview.click()
    assert shown.previews == 0
    shown.panel.object_types.value = "contacts"
    assert shown.panel.valid
    assert shown.panel.arguments == {"object_type": "contacts"}
    shown.panel.object_types.value = "companies"
    assert shown.host.ran[-1] == "Reading the properties of companies"
    assert not shown.panel.valid  # companies have no first name
    assert shown.panel.arguments["object_type"] == "companies"


@pytest.mark.parametrize(
    ("given", "chosen"), [("contacts", "contacts"), ("0-1", "contacts"), ("CONTACT", "contacts"), ("p1_x", "p1_x")]
)
def test_an_object_type_may_be_given_by_any_of_its_names(local, given, chosen):
    host = FormHost(hubframe.connect(local))
    panel = ChoosePanel(host, frame(local), TYPES, given, lambda: None, lambda: None)
    assert panel.object_type == chosen


def test_a_column_is_sent_elsewhere_turned_off_and_on_again(local):
    df = frame(local, nick=["Juni", "Haze"])
    shown = Shown(local, df)
    _, _, box, told, off = shown.row("nick")
    assert "No property is called" in told.value
    box.value = "lastname"
    assert box.value == "Last Name (lastname)"
    assert shown.panel.arguments["columns"] == {"First Name": "firstname", "nick": "lastname"}
    off.click()
    assert box.value == ""
    assert off.disabled
    _, _, box, told, off = shown.row("First Name")
    off.click()
    assert (box.value, told.value, off.description) == ("", "Turned off.", "On")
    assert shown.panel.problems == ["Nothing is written yet. Choose a property for at least one column."]
    off.click()
    assert (box.value, off.description) == ("First Name (firstname)", "Off")
    assert shown.panel.valid
    assert planned(shown, df).counts == {"planned": 2}


def test_two_columns_on_one_property_are_marked_both_and_hold_the_preview_back(local):
    shown = Shown(local, frame(local, nick=["a", "b"]))
    shown.row("nick")[2].value = "First Name (firstname)"
    assert len(shown.problem_texts()) == 2
    assert shown.panel.preview.disabled
    assert "nick goes to the same property" in shown.reason
    shown.panel.columns.match_again.click()
    assert shown.problem_texts() == []
    assert shown.panel.valid


def test_a_box_that_holds_no_property_says_what_is_near(local):
    shown = Shown(local, frame(local))
    shown.row("First Name")[2].value = "fristname"
    assert "No property is called &#x27;fristname&#x27;. Near it: First Name (firstname)" in shown.problem_texts()[0]
    assert "fristname" in shown.reason
    assert shown.panel.arguments["object_type"] == "contacts"  # the code line is shown all the same


def test_all_columns_are_turned_off_at_once(local):
    shown = Shown(local, frame(local))
    shown.panel.columns.turn_all_off.click()
    assert {row[2].value for row in shown.rows} == {""}
    assert not shown.panel.valid
    shown.panel.columns.match_again.click()
    assert shown.panel.arguments == {"object_type": "contacts"}


def test_the_ids_are_looked_for_where_the_analyst_says(local):
    local.portal.add("contacts", {"email": "juniper@example.com"})
    df = pd.DataFrame({"Email": ["juniper@example.com"], "First Name": ["Juniper"], "key": ["7"]})
    shown = Shown(local, df)
    assert shown.panel.problems == [
        "Choose the column that says which record each row is. Email could be it.",
    ]
    shown.panel.ids.column.value = 0
    assert shown.panel.ids.kind.value == "email"  # said by the column's name
    assert shown.panel.arguments == {
        "object_type": "contacts",
        "id_property": "email",
        "columns": {"First Name": "firstname"},
    }
    assert planned(shown, df).counts == {"planned": 1}
    shown.panel.ids.column.value = 2
    shown.panel.ids.kind.value = ""
    assert shown.panel.arguments["id_column"] == "key"
    assert "id_property" not in shown.panel.arguments
    assert shown.row("Email")[2].value == "Email (email)"


def test_the_row_labels_may_hold_the_ids(local):
    df = frame(local).set_index("Record ID")
    shown = Shown(local, df)
    assert shown.panel.arguments == {"object_type": "contacts"}
    assert shown.panel.ids.column.options[shown.panel.ids.column.index] == ("Record ID (row labels)", 1)


def test_how_to_write_is_explained_and_becomes_arguments(local):
    df = frame(local)
    shown = Shown(local, df)
    controls = shown.panel.settings
    explained = [line.children[-1] for line in controls.box.children[:3]]
    before = [hint.value for hint in explained]
    controls.write.value, controls.blanks.value, controls.duplicates.value = "blank", True, "last"
    assert all(hint.value != was for hint, was in zip(explained, before, strict=True))
    controls.zone.value = " Europe/Berlin "
    controls.blank_texts.value = True
    assert shown.panel.arguments == {
        "object_type": "contacts",
        "write": "blank",
        "clear_blanks": True,
        "duplicate_ids": "last",
        "timezone": "Europe/Berlin",
        "allow_blank_texts": True,
    }
    controls.zone.value = "Mars"
    assert "no time zone" in shown.reason
    controls.zone.value = ""
    assert shown.panel.valid
    shown.panel.object_types.value = "companies"
    assert shown.panel.arguments["write"] == "blank"  # what was chosen outlives the object type


def test_many_columns_are_paged_searched_and_filtered(local):
    columns = {f"column {number}": ["x", "y"] for number in range(200)}
    shown = Shown(local, frame(local, **columns, Email=["", "hazel@example.com"]))
    assert len(shown.rows) == 10
    panel = shown.panel
    panel.columns.pager.last.click()
    box = shown.row("column 199")[2]
    box.value = "city"
    assert box.value == "City (city)"
    assert panel.arguments["columns"] == {"First Name": "firstname", "column 199": "city", "Email": "email"}
    panel.columns.search.value = "COLUMN 17"
    assert len(shown.rows) == 10
    assert "column 17" in shown.rows[0][0].value
    panel.columns.search.value = "city"
    assert len(shown.rows) == 1
    assert "column 199" in shown.rows[0][0].value
    panel.columns.search.value = "nothing like it"
    assert shown.rows == []
    assert panel.columns._none.layout.display == ""
    panel.columns.search.value = ""
    panel.columns.filter.value = "on"
    assert [row[2].value for row in shown.rows] == ["First Name (firstname)", "City (city)", "Email (email)"]
    panel.columns.filter.value = "wrong"
    assert shown.rows == []
    panel.columns.filter.value = "off"
    shown.rows[3][2].value = "nonsense"
    assert len(shown.rows) == 10  # nothing moves away under the pointer
    panel.columns.filter.value = "wrong"
    assert [row[2].value for row in shown.rows] == ["nonsense"]


def test_few_columns_need_no_search(local):
    shown = Shown(local, frame(local))
    assert shown.panel.columns.search.layout.display == "none"
    assert shown.panel.columns.pager.box.layout.display == "none"


def test_what_came_from_outside_is_escaped(local):
    evil = "<script>alert(1)</script>"
    local.portal.define("contacts", {"name": "evil", "label": evil, "type": "string", "fieldType": "text"})
    df = frame(local, **{evil: [evil, "<img src=x onerror=alert(1)>"], "<b>other</b>": ["a", "b"]})
    shown = Shown(local, df)
    assert any(row[2].value == f"{evil} (evil)" for row in shown.rows)
    shown.row("First Name")[2].value = f"{evil} (evil)"
    shown.row("&lt;b&gt;other&lt;/b&gt;")[2].value = "<i>none</i>"
    boxes = [row[2].value for row in shown.rows]
    html = "".join(row[place].value for row in shown.rows for place in (0, 1, 3)) + shown.reason
    assert "<script" not in html
    assert "<img" not in html
    assert "<i>" not in html
    assert "<b>other" not in html
    assert f"{evil} (evil)" in boxes  # which show text


def test_no_definitions_may_be_read_and_internal_names_are_typed(local):
    local.scopes = {"crm.objects.deals.read"}
    df = frame(local, Town=["Bergen", "Moss"])
    shown = Shown(local, df)
    assert "type the internal name" in shown.panel._notes.value
    assert shown.panel.problems == ["Nothing is written yet. Choose a property for at least one column."]
    shown.row("Town")[2].value = "city"
    assert shown.panel.valid
    assert shown.panel.arguments["columns"] == {"Town": "city"}
    assert shown.panel.ids.name.value == ""
    shown.panel.ids.name.value = "email"
    assert shown.panel.arguments["id_property"] == "email"


def test_sensitive_properties_that_can_not_be_read_may_be_typed(local):
    local.scopes = {one for one in local.scopes if "sensitive" not in one}
    shown = Shown(local, frame(local, secret=["1", "2"]))
    assert "sensitive properties" in shown.panel._notes.value
    assert "type its internal name" in shown.panel._notes.value
    shown.row("secret")[2].value = "national_id"
    assert shown.panel.valid
    assert shown.panel.arguments["columns"] == {"First Name": "firstname", "secret": "national_id"}


def test_nothing_is_said_to_have_changed_while_the_panel_is_made(local):
    changes = []
    ChoosePanel(FormHost(hubframe.connect(local)), frame(local), TYPES, "contacts", list, lambda: changes.append(1))
    assert changes == []


def test_a_frame_without_rows_or_columns_says_so(local):
    empty = Shown(local, frame(local).iloc[:0])
    assert empty.panel.problems == ["There are no rows to write."]
    bare = Shown(local, pd.DataFrame(index=range(2)))
    assert any("Nothing is written yet" in one for one in bare.panel.problems)
    assert bare.rows == []


def test_labels_of_several_levels_are_refused_in_words(local):
    df = frame(local)
    df.columns = pd.MultiIndex.from_tuples([("Record ID", ""), ("First Name", "")])
    shown = Shown(local, df)
    assert "several levels" in shown.panel.problems[0]


def test_labels_of_any_kind_are_shown_and_chosen(local):
    df = frame(local)
    df.columns = pd.Index([0, None], dtype=object)
    shown = Shown(local, df)
    shown.panel.ids.column.value = 0
    shown.rows[1][2].value = "First Name (firstname)"
    assert shown.panel.valid
    assert shown.panel.arguments == {"object_type": "contacts", "id_column": 0, "columns": {None: "firstname"}}
    assert planned(shown, df).counts == {"planned": 2}


def test_properties_that_could_not_be_read_can_be_read_again(local):
    class Refusing(FormHost):
        def run(self, title, make, done):
            self.ran.append(title)  # it failed, and the form said so

    host = Refusing(hubframe.connect(local))
    panel = ChoosePanel(host, frame(local), TYPES, "contacts", lambda: None, lambda: None)
    panel.start()
    assert panel.problems == ["The properties of contacts have not been read yet. Press Read again."]
    assert panel.read_again.layout.display == ""
    assert panel.arguments == {"object_type": "contacts"}
    panel.read_again.click()
    assert host.ran == ["Reading the properties of contacts"] * 2
    host.run = FormHost(host.connection).run
    panel.read_again.click()
    assert panel.valid
    assert panel.read_again.layout.display == "none"
    panel.start()
    assert host.ran == ["Reading the properties of contacts"] * 2  # read once


def test_an_answer_that_comes_after_another_type_was_chosen_is_dropped(local):
    late = []

    class Slow(FormHost):
        def run(self, title, make, done):
            late.append(lambda: FormHost.run(self, title, make, done))

    host = Slow(hubframe.connect(local))
    panel = ChoosePanel(host, frame(local), TYPES, "contacts", lambda: None, lambda: None)
    panel.start()
    panel.object_types.value = "deals"
    late[0]()
    assert panel.problems == ["The properties of deals have not been read yet. Press Read again."]
    late[1]()
    assert "First Name" not in panel.arguments.get("columns", {})


def test_the_code_does_the_same(local):
    df = frame(local, nick=["Juni", "Haze"], Town=["Bergen", "Moss"])
    shown = Shown(local, df)
    shown.row("nick")[2].value = "Last Name (lastname)"
    shown.row("Town")[2].value = "City (city)"
    text = code(shown.panel.arguments, labels=df.columns, index_names=df.index.names)
    scope = {"df": df}
    exec(text, scope)
    assert scope["result"]["hubspot_status"].tolist() == ["updated", "updated"]
    assert local.portal.record("contacts", df["Record ID"][0])["lastname"] == "Juni"


def test_two_thousand_columns_stay_a_page_of_widgets(local):
    df = pd.concat([frame(local), pd.DataFrame({f"c{n}": ["a", "b"] for n in range(2_000)})], axis=1)
    shown = Shown(local, df)
    panel = shown.panel
    for _ in range(5):
        panel.columns.pager.next.click()
    assert len(panel.columns.rows._rows) == 10
    shown.rows[0][2].value = "city"
    assert len(panel.arguments["columns"]) == 2
