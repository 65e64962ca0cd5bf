"""No cell is sent as another value than the one it was, and none stops the plan."""

import re

import pandas as pd
import pytest

import hubframe
from hubframe.planning.cells import cell_texts
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Property
from hubframe.planning.rules import Rule, broken_rule

TEXT = Property("account_code", type="string")
OWNER = Property(
    "hubspot_owner_id",
    type="enumeration",
    references="OWNER",
    choices=Choices((Choice("61526375"), Choice("61526376"))),
)


@pytest.mark.parametrize(
    ("values", "definition"),
    [
        (pd.Series([12345678901234567, None]), TEXT),
        (pd.Series([12345678901234567, None], dtype="Float64"), TEXT),
        (pd.Series([12345678901234567.0, "x"], dtype=object), TEXT),
        (pd.Series([12345678901234567.0]).astype("category"), TEXT),
        (pd.Series([15035550142], dtype="float32"), TEXT),
        (pd.Series([61526375], dtype="float32"), OWNER),  # as float32, that is 61526376: a colleague
    ],
    ids=["float64", "Float64", "object", "category", "float32", "owner"],
)
def test_a_number_that_lost_digits_is_no_text_and_no_choice(values, definition):
    found = cell_texts(values, definition)
    assert 0 in found.refused or 0 in found.doubted


def test_numbers_that_kept_their_digits_are_texts():
    assert cell_texts(pd.Series([2.0**53 - 1, 0.5, None]), TEXT).texts == ["9007199254740991", "0.5", None]
    assert cell_texts(pd.Series([2**62]), TEXT).texts == ["4611686018427387904"]


@pytest.mark.parametrize("kind", ["string", "number", "date", "datetime", "enumeration"])
def test_a_number_of_thousands_of_digits_is_a_problem_of_its_row(kind):
    found = cell_texts(pd.Series([10**5000, 1], dtype=object), Property("seats", type=kind))
    assert 0 in found.refused or 0 in found.doubted


@pytest.mark.parametrize("pattern", ["^[a[bc]]$", "[a-z&&[^b]]", "^[[:alpha:]]+$", r"^[\w--_]$"])
def test_a_pattern_that_python_reads_otherwise_is_left_to_hubspot(pattern):
    assert broken_rule("b", Property("code", rules=(Rule("REGEX", (pattern,)),))) is None


def test_what_the_token_may_not_see_is_not_called_blank(local):
    definition = {"name": "badge", "label": "Badge", "type": "string", "fieldType": "text", "groupName": "g"}
    local.portal.define("contacts", {**definition, "dataSensitivity": "sensitive"})
    contact = local.portal.add("contacts", {"badge": "B-17"})
    local.scopes = {scope for scope in local.scopes if not re.search(r"sensitive\.read", scope)}
    df = pd.DataFrame({"Record ID": [contact], "badge": ["B-18"]})
    plan = hubframe.plan_update(df, "contacts", columns=["badge"], progress=False, connection=hubframe.connect(local))
    assert "(blank) →" not in repr(plan)
    assert "(may not be read) →" in repr(plan)
    assert plan.changes()["before"].isna().tolist() == [True]


def test_rows_with_nothing_to_send_are_no_problem(local, connection):
    contact = local.portal.add("contacts", {"city": "Oslo"})
    df = pd.DataFrame({"Record ID": [contact], "City": ["Oslo"]})
    plan = hubframe.plan_update(df, "contacts", baseline=df, progress=False, connection=connection)
    assert plan.counts == {"unchanged": 1}
    assert plan.problems.empty
