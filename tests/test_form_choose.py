"""The first step: what matches is on, what does not is plainly off, and what is wrong is said as it is chosen."""

import ipywidgets
import pandas as pd
import pytest

import hubframe
from hubframe.widgets.form.choose import ChoosePanel
from tests.form_host import FormHost

SCRIPT = "<script>alert(1)</script>"
TYPES = [("Contacts", "contacts"), ("Deals", "deals")]


@pytest.fixture(scope="module")
def connection():
    with hubframe.LocalHubSpot.demo(contacts=10) as local:
        yield hubframe.connect(local)


def frame(**columns):
    made = {"Record ID": ["1", "2"], "First Name": ["Juniper", "Hazel"], "Shoe size": ["38", "41"]}
    return pd.DataFrame({**made, **columns})


class Chosen:
    """A panel, and how often it said that something changed or is to be previewed."""

    def __init__(self, connection, df, object_type="contacts"):
        self.host, self.changes, self.previews = FormHost(connection), [], []
        self.panel = ChoosePanel(
            self.host,
            df,
            TYPES,
            object_type,
            on_preview=lambda: self.previews.append(self.panel.arguments),
            on_change=lambda: self.changes.append(True),
        )
        self.panel.start()

    def row(self, name):
        """The row of a column that is in sight."""
        rows = self.panel.columns.rows
        shown = rows._rows[: len(rows.box.children) - 1]
        return next(one for one in shown if f">{name}<" in one._name.value)

    def html(self):
        def walk(widget):
            yield from [widget.value] if isinstance(widget, ipywidgets.HTML) else []
            for child in getattr(widget, "children", ()):
                yield from walk(child)

        return "".join(walk(self.panel.box))


@pytest.fixture
def chosen(connection):
    return Chosen(connection, frame())


def test_matched_columns_are_on_and_the_others_plainly_off(chosen):
    assert chosen.panel.valid
    assert chosen.row("First Name")._target.value == "First Name (firstname)"
    assert chosen.row("Shoe size")._target.value == ""
    assert "No property is called" in chosen.row("Shoe size")._told.value
    assert "hf-row-off" in chosen.row("Shoe size").box._dom_classes
    assert chosen.row("Record ID")._target.disabled
    assert "38" in chosen.row("Shoe size")._samples.value
    assert chosen.panel.arguments == {"object_type": "contacts", "columns": {"First Name": "firstname"}}


def test_a_column_goes_where_it_is_sent_and_off_again(chosen):
    before = len(chosen.changes)
    chosen.row("Shoe size")._target.value = "jobtitle"
    assert chosen.row("Shoe size")._target.value == "Job Title (jobtitle)"
    assert chosen.panel.arguments["columns"] == {"First Name": "firstname", "Shoe size": "jobtitle"}
    chosen.row("Shoe size")._off.click()
    assert chosen.panel.arguments["columns"] == {"First Name": "firstname"}
    assert len(chosen.changes) > before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no such thing", "no such thing"),
        ("createdate", "HubSpot sets it"),
        ("firstname", "First Name goes to the same"),
    ],
)
def test_what_is_wrong_is_said_beside_the_column_and_keeps_from_previewing(chosen, text, told):
    chosen.row("Shoe size")._target.value = text
    assert told in chosen.row("Shoe size")._told.value
    assert not chosen.panel.valid
    assert chosen.panel.preview.disabled
    assert any("Shoe size" in problem for problem in chosen.panel.problems)
    chosen.panel._preview()
    assert chosen.previews == []
    chosen.row("Shoe size")._off.click()
    assert not chosen.panel.preview.disabled


def test_without_an_id_it_asks_for_one_and_names_what_could_be_it(connection):
    chosen = Chosen(connection, frame().rename(columns={"Record ID": "Customer"}))
    assert "Choose the column that says which record each row is" in chosen.panel.problems[0]
    chosen.panel.ids.column.value = 0
    assert chosen.panel.valid
    assert chosen.panel.arguments["id_column"] == "Customer"


def test_ids_may_be_e_mails(connection):
    chosen = Chosen(connection, frame(email=["a@example.com", "b@example.com"]).drop(columns="Record ID"))
    chosen.panel.ids.column.value = 2
    assert chosen.panel.ids.kind.value == "email"
    assert chosen.panel.arguments["id_property"] == "email"
    assert "email" not in chosen.panel.arguments.get("columns", {})


def test_settings_are_explained_and_in_the_arguments(chosen):
    settings = chosen.panel.settings
    settings.write.value = "blank"
    settings.blanks.value = True
    settings.duplicates.value = "last"
    settings.zone.value = "Europe/Berlin"
    said = {"write": "blank", "clear_blanks": True, "duplicate_ids": "last", "timezone": "Europe/Berlin"}
    assert said.items() <= chosen.panel.arguments.items()
    settings.zone.value = "Atlantis"
    assert "no time zone" in chosen.panel.problems[0]


def test_the_arguments_are_those_of_the_public_function(connection, chosen):
    chosen.row("Shoe size")._target.value = "jobtitle"
    chosen.panel.preview.click()
    [arguments] = chosen.previews
    plan = hubframe.plan_update(frame(), **arguments, progress=False, connection=connection)
    assert plan.columns["property"].tolist() == ["firstname", "jobtitle"]


def test_another_object_type_is_read_and_matched_anew(chosen):
    chosen.panel.object_types.value = "deals"
    assert chosen.host.ran == ["Reading the properties of contacts", "Reading the properties of deals"]
    assert chosen.panel.arguments["object_type"] == "deals"
    assert "Nothing is written yet. Choose a property for at least one column." in chosen.panel.problems
    chosen.panel.object_types.value = "contacts"
    assert chosen.panel.valid


def test_definitions_that_fail_to_come_can_be_read_again(connection):
    chosen = Chosen(connection, frame(), None)
    run = chosen.host.run
    chosen.host.run = lambda title, make, done: None  # it failed, and the form has said so
    chosen.panel.object_types.value = "contacts"
    assert "Press Read again" in chosen.panel.problems[0]
    chosen.host.run = run
    chosen.panel.read_again.click()
    assert chosen.panel.valid


def test_where_definitions_may_not_be_read_names_are_taken_at_their_word():
    with hubframe.LocalHubSpot() as local:
        local.scopes = {"crm.objects.deals.read"}
        chosen = Chosen(hubframe.connect(local), frame())
        assert "may not read" in chosen.html()
        chosen.row("Shoe size")._target.value = "jobtitle"
        assert chosen.panel.arguments["columns"]["Shoe size"] == "jobtitle"


def test_two_thousand_columns_are_paged_and_found(connection):
    many = frame(**{f"column {number}": ["x", "y"] for number in range(2_000)})
    chosen = Chosen(connection, many)
    assert len(chosen.panel.columns.rows.box.children) <= 26
    chosen.panel.columns.search.value = "column 1999"
    chosen.row("column 1999")._target.value = "jobtitle"
    assert chosen.panel.arguments["columns"] == {"First Name": "firstname", "column 1999": "jobtitle"}


def test_all_off_and_matched_again(chosen):
    chosen.panel.columns.turn_all_off.click()
    assert "Nothing is written yet" in chosen.panel.problems[0]
    chosen.panel.columns.match_again.click()
    assert chosen.panel.valid


def test_nothing_of_the_frame_is_a_tag(connection):
    chosen = Chosen(connection, frame(**{f"b {SCRIPT}": [SCRIPT, SCRIPT], "City": [SCRIPT, "x"]}))
    chosen.panel.columns.search.value = ""
    assert "&lt;script" in chosen.html()
    assert "<script" not in chosen.html()


@pytest.mark.parametrize(
    "df",
    [
        pd.DataFrame(),
        pd.DataFrame({"Record ID": []}),
        pd.DataFrame([["1", "2", "3"]], columns=["Record ID", "City", "City"]),
        pd.DataFrame([["1", "x"]], columns=pd.MultiIndex.from_tuples([("a", "Record ID"), ("b", "City")])),
        pd.DataFrame({0: ["1"], 1.5: ["x"], None: ["y"], ("a", 1): ["z"]}),
    ],
)
def test_frames_that_can_not_be_written_say_why(connection, df):
    chosen = Chosen(connection, df)
    assert not chosen.panel.valid
    assert all(problem.endswith((".", "?", ")")) for problem in chosen.panel.problems)
