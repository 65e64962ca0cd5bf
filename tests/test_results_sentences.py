"""Whatever became of a row is one line that says what is wrong and, where something can be done, what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.results.outcomes import Problem
from hubframe.results.sentences import sentence

TAKEN = (
    "Cannot set PropertyValueCoordinates{portalId=44956899, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, "
    "propertyName=email, value=taken@example.com} on 552148386511. 552239500007 already has that value."
)
MERGE = " Merge the two in HubSpot, or correct the value."
STRUCTS = (  # as HubSpot wrote it before 2024
    'P was not one of the allowed options: [label: "Prospect"\nvalue: "PROSPECT"\nhidden: false\n, '
    'label: "X"\nvalue: "X1"\nhidden: false\n]'
)


def problem(code, message="What HubSpot says", name="city", value="Ghent", **more):
    return Problem("VALIDATION_ERROR", code, message, name, value, **more)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            problem("INVALID_INTEGER", name="amount", value="1e3"),
            "amount: '1e3' is not a number HubSpot takes. Write plain digits with at most one decimal point.",
        ),
        (problem("INVALID_LONG"), "city: 'Ghent' is not a date and time. Write it as 2026-01-31T09:30:00Z."),
        (problem("INVALID_DATE"), "city: 'Ghent' is not a date. Write it as 2026-01-31."),
        (problem("INVALID_EMAIL"), "city: 'Ghent' is not an e-mail address HubSpot takes. Correct it."),
        (
            problem(
                "INVALID_OPTION", "confirmed: Veza was not one of the allowed options: [none, possible]", value="Veza"
            ),
            "city: 'Veza' is not one of the options (none, possible). Use an option's internal value.",
        ),
        (
            problem("INVALID_OPTION", STRUCTS, value="P"),
            "city: 'P' is not one of the options (PROSPECT, X1). Use an option's internal value.",
        ),
        (
            problem("INVALID_OPTION", f"x was not one of the allowed options: [{', '.join('abcdefghijk')}]"),
            "city: 'Ghent' is not one of the options (a, b, c, d, e, f, g, h, …). Use an option's internal value.",
        ),
        (problem("INVALID_OPTION"), "city: 'Ghent' is not one of the options. Use an option's internal value."),
        (problem("READ_ONLY_VALUE"), "city: HubSpot keeps this property read-only. Leave the column out."),
        (
            problem("PROPERTY_DOESNT_EXIST"),
            "city: HubSpot has no property of this name. Correct the name, or leave the column out.",
        ),
        (
            problem("OBJECT_NOT_FOUND", name=None, value=None),
            "HubSpot has no record 7: it was deleted or never existed. Correct the id, or drop the row.",
        ),
        (
            problem("OBJECT_NOT_FOUND", name=None, value="C-17"),
            "HubSpot has no record C-17: it was deleted or never existed. Correct the id, or drop the row.",
        ),
        (
            problem("UNIQUE_VALUE_CONFLICT", TAKEN, "email", "taken@example.com"),
            "email: Another record already has 'taken@example.com' (record 552239500007), and it must be unique."
            + MERGE,
        ),
        (
            problem("UNIQUE_VALUE_CONFLICT"),
            "city: Another record already has 'Ghent', and it must be unique." + MERGE,
        ),
        (problem("SOMETHING_NEW"), "city: What HubSpot says."),
        (problem("SOMETHING_NEW", "Really?"), "city: Really?"),
        (problem("SOMETHING_NEW", hint="Do this"), "city: What HubSpot says. Do this."),
        (problem("INVALID_DATE", "May has no day", hint="Say which."), "city: May has no day. Say which."),
        (problem("SOMETHING_NEW", "", name=None), "SOMETHING_NEW."),
        (problem("SOMETHING_NEW", "two\n  lines\tand\x0bmore"), "city: two lines and more."),
    ],
)
def test_a_sentence_for_each_code(found, expected):
    assert sentence([found], "7") == expected


def test_where_no_record_is_known():
    found = Problem("OBJECT_NOT_FOUND", "OBJECT_NOT_FOUND", "m")
    assert sentence([found], None).startswith("HubSpot has no record of this id: it was deleted")


def test_other_problems_are_named_once_each():
    found = [problem("INVALID_DATE"), problem("X", name="seats"), problem("Y", name="seats"), problem("Z", name=None)]
    assert sentence(found, "7").endswith("2026-01-31. (Also wrong: seats, Z.)")


CODES = [
    "INVALID_INTEGER", "INVALID_LONG", "INVALID_DATE", "INVALID_EMAIL", "INVALID_OPTION", "READ_ONLY_VALUE",
    "PROPERTY_DOESNT_EXIST", "OBJECT_NOT_FOUND", "UNIQUE_VALUE_CONFLICT", "SOMETHING_NEW",
]  # fmt: skip


@settings(deadline=None)
@given(
    st.sampled_from(CODES),
    st.text() | st.just("x" * 5000) | st.just(STRUCTS * 50),
    st.none() | st.sampled_from(["city"]),
    st.none() | st.text() | st.just("y" * 5000),
    st.none() | st.just("Do this."),
)
def test_every_sentence_is_one_line_of_bearable_length(code, message, name, value, hint):
    found = Problem("VALIDATION_ERROR", code, message, name, value, hint)
    said = sentence([found, found], "7")
    assert said.strip()
    assert "\n" not in said
    assert len(said) < 1500
