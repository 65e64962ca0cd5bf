"""Which of a row's cells go, once HubSpot's values are known: equality first, then validity, then what was expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.delivery.choosing import Chooser
from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import Definitions, Property
from hubframe.results.outcomes import Problem

STAGES = Choices(tuple(Choice(value, value.title()) for value in ("lead", "opportunity", "customer")))
DEAL_STAGES = Choices(
    (
        Choice("won", "Closed Won", ("Closed Won (Sales)",), within="sales"),
        Choice("183", "Closed Won", ("Closed Won (Renewals)",), within="renewals"),
    )
)
PROPERTIES = [
    Property("firstname", type="string"),
    Property("city", type="string"),
    Property("seats", type="number"),
    Property("seen_at", type="datetime"),
    Property("channel", type="enumeration", choices=Choices.of(["email", "phone"])),
    Property("lifecyclestage", type="enumeration", choices=STAGES),
    Property("hubspot_owner_id", choices=Choices((Choice("7", "Juniper Alder"), Choice("8", "Juniper Alder")))),
    Property("pipeline", type="enumeration"),
    Property("dealstage", type="enumeration", choices=DEAL_STAGES, pipeline_property="pipeline"),
]
DEFINITIONS = Definitions("contacts", {item.name: item for item in PROPERTIES})


def doubt(name, code="INVALID_OPTION"):
    return Problem("VALIDATION_ERROR", code, f"{name} is wrong", property=name)


def chosen(texts, current, *, doubts=(), expected=None, changed_only=True):
    chooser = Chooser(DEFINITIONS, {3: tuple(doubts)}, None if expected is None else {3: expected}, changed_only)
    return chooser.choose(3, texts, current)


@pytest.mark.parametrize(
    ("texts", "current", "goes"),
    [
        ({"firstname": "Juniper"}, {"firstname": "juniper"}, {"firstname": "Juniper"}),
        ({"firstname": "Juniper", "seats": "1.0"}, {"firstname": "J", "seats": "1"}, {"firstname": "Juniper"}),
        ({"firstname": "Juniper"}, {"firstname": "Juniper"}, {}),
        ({"city": ""}, {}, {}),
        ({"city": ""}, {"city": "Oslo"}, {"city": ""}),
        # HubSpot's exports leave the seconds out: such a text stands for the whole minute
        ({"seen_at": "2026-01-31T09:30:00Z"}, {"seen_at": "2026-01-31T09:30:07.123Z"}, {}),
        (
            {"seen_at": "2026-01-31T09:30:00.000Z"},
            {"seen_at": "2026-01-31T09:30:07.123Z"},
            {"seen_at": "2026-01-31T09:30:00.000Z"},
        ),
        (
            {"seen_at": "2026-01-31T09:31:00Z"},
            {"seen_at": "2026-01-31T09:30:59Z"},
            {"seen_at": "2026-01-31T09:31:00Z"},
        ),
    ],
)
def test_only_cells_that_differ_go(texts, current, goes):
    made = chosen(texts, current)
    assert made.texts == goes
    assert made.status == ("" if goes else "unchanged")
    assert made.problems == ()


def test_unseen_every_cell_goes():
    assert chosen({"city": "Oslo"}, {"city": "Oslo"}, changed_only=False).texts == {"city": "Oslo"}


def test_a_cell_that_equals_what_hubspot_holds_is_never_a_problem():
    made = chosen({"channel": "fax", "city": "Oslo"}, {"channel": "fax"}, doubts=[doubt("channel")])
    assert (made.texts, made.status, made.problems) == ({"city": "Oslo"}, "", ())


def test_a_cell_that_is_wrong_holds_back_its_row_with_every_problem_that_stands():
    doubts = [doubt("channel"), doubt("seats", "INVALID_INTEGER"), doubt("city", "BLANK_AS_TEXT")]
    texts = {"channel": "fax", "seats": "many", "city": "nan", "firstname": "Juniper"}
    made = chosen(texts, {"city": "nan"}, doubts=doubts)
    assert (made.texts, made.status) == ({}, "invalid")
    assert [problem.property for problem in made.problems] == ["channel", "seats"]


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [
        ("lead", "customer", "invalid"),
        ("customer", "lead", ""),
        ("lead", "", ""),
        ("", "customer", ""),
        ("lead", "lead", "unchanged"),
        ("lead", "a stage deleted since", ""),
    ],
)
def test_a_lifecycle_stage_moves_forward_only_and_may_be_cleared(ours, theirs, status):
    made = chosen({"lifecyclestage": ours}, {"lifecyclestage": theirs})
    assert made.status == status
    assert [problem.code for problem in made.problems] == ["LIFECYCLE_STAGE_BACKWARDS"] * (status == "invalid")


def test_a_label_of_several_stages_is_the_one_of_the_pipeline_the_record_is_in():
    ambiguous = doubt("dealstage", "AMBIGUOUS_OPTION")
    texts = {"dealstage": "Closed Won"}
    here = chosen(texts, {"pipeline": "renewals", "dealstage": "182"}, doubts=[ambiguous])
    assert (here.texts, here.status) == ({"dealstage": "183"}, "")
    held = chosen(texts, {"pipeline": "renewals", "dealstage": "183"}, doubts=[ambiguous])
    assert held.status == "unchanged"
    nowhere = chosen(texts, {"dealstage": "182"}, doubts=[ambiguous])
    assert (nowhere.status, nowhere.problems) == ("invalid", (ambiguous,))


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [
        ("12345678901234568", "12345678901234567", "unchanged"),
        ("12345678901234568", "12345678901234568.0", "unchanged"),
        ("12345678901234568", "12345678901234570", "invalid"),
        ("12345678901234568", "", "invalid"),
        ("12345678901234568", "many", "invalid"),
        ("171591010000", "171591000198", "unchanged"),  # below 2**53, it was a float of 32 bits
        ("171591010000", "171591020000", "invalid"),
        ("171591010000", "1" + "0" * 400, "invalid"),
        ("2050", "2051", "invalid"),  # and below 2**24, of 16: 2052
        ("2052", "2051", "unchanged"),
        ("2052", "1" + "0" * 30, "invalid"),
    ],
)
def test_a_float_that_lost_digits_is_no_edit_where_it_is_what_hubspots_number_would_have_become(ours, theirs, status):
    lost = doubt("seats", "LOST_DIGITS")
    made = chosen({"seats": ours}, {"seats": theirs}, doubts=[lost])
    assert (made.texts, made.status) == ({}, status)
    assert made.problems == ((lost,) if status == "invalid" else ())
    along = chosen({"seats": ours, "city": "Oslo"}, {"seats": theirs}, doubts=[lost])
    assert along.texts == ({"city": "Oslo"} if status == "unchanged" else {})


def test_a_text_that_lost_digits_is_another_text():
    lost = doubt("city", "LOST_DIGITS")
    assert chosen({"city": "12345678901234568"}, {"city": "12345678901234567"}, doubts=[lost]).problems == (lost,)
    assert chosen({"city": "12345678901234568"}, {"city": "12345678901234568"}, doubts=[lost]).status == "unchanged"


def test_a_doubt_about_a_cell_that_is_not_to_go_is_none():
    for code in ("AMBIGUOUS_OPTION", "LOST_DIGITS", "INVALID_OPTION"):
        doubts = [doubt(name, code) for name in ("dealstage", "seats", "channel")]
        assert chosen({"city": "Oslo"}, {"seats": "7"}, doubts=doubts).texts == {"city": "Oslo"}


def test_a_cell_goes_only_where_hubspot_still_holds_what_was_expected():
    texts = {"city": "Bergen", "firstname": "Juniper"}
    made = chosen(texts, {"city": "Tromsø", "firstname": "juniper"}, expected={"city": "Oslo", "firstname": "juniper"})
    assert (made.texts, made.status) == ({"firstname": "Juniper"}, "")
    assert [(problem.property, problem.code) for problem in made.problems] == [("city", "CHANGED_SINCE")]
    assert "'Oslo'" in made.problems[0].message
    assert "'Tromsø'" in made.problems[0].message


def test_a_name_that_two_owners_share_is_no_problem_where_hubspot_holds_one_of_them():
    ambiguous = doubt("hubspot_owner_id", "AMBIGUOUS_OPTION")
    texts = {"hubspot_owner_id": "Juniper Alder"}
    assert chosen(texts, {"hubspot_owner_id": "8"}, doubts=[ambiguous]).status == "unchanged"
    assert chosen(texts, {"hubspot_owner_id": "9"}, doubts=[ambiguous]).problems == (ambiguous,)
    assert chosen(texts, {}, doubts=[ambiguous]).problems == (ambiguous,)


def test_a_row_of_which_nothing_is_left_is_skipped():
    made = chosen({"city": "Bergen"}, {"city": "Tromsø"}, expected={"city": "Oslo"})
    assert (made.texts, made.status) == ({}, "skipped")
    # somebody else has written the same: nothing is left to do
    assert chosen({"city": "Bergen"}, {"city": "Bergen"}, expected={"city": "Oslo"}).status == "unchanged"


NAMES = st.sampled_from(["firstname", "city", "seats", "channel"])
TEXTS = st.dictionaries(NAMES, st.sampled_from(["", "1", "1.0", "2", "email", "fax"]))


@given(TEXTS, TEXTS, st.lists(NAMES.map(doubt), max_size=3), TEXTS)
def test_what_goes_differs_is_expected_and_in_no_doubt(texts, current, doubts, expected):
    made = chosen(texts, current, doubts=doubts, expected=expected)
    assert bool(made.texts) == (made.status == "")
    for name, text in made.texts.items():
        assert texts[name] == text != current.get(name, "")
        assert name not in {problem.property for problem in doubts}
        if name in expected:
            assert chosen({name: expected[name]}, current).status == "unchanged"
