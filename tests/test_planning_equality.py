"""Two texts are one value where HubSpot would store the same."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubframe.planning.definitions import Property
from hubframe.planning.equality import same_float, same_value
from hubframe.planning.scalars import number_text

TEXT = Property("city", type="string", field_type="text")
EMAIL = Property("email", type="string", field_type="text", is_contact_email=True)
OTHER_EMAIL = Property("email", type="string", field_type="text")  # of tickets: a text like any other
NUMBER = Property("amount", type="number", field_type="number")
DATE = Property("renewal_date", type="date", field_type="date")
MOMENT = Property("last_visit", type="datetime", field_type="date")
BOOL = Property("opted_in", type="bool", field_type="booleancheckbox")
OPTION = Property("tier", type="enumeration", field_type="select")
OPTIONS = Property("interests", type="enumeration", field_type="checkbox")
EVERY = (TEXT, EMAIL, OTHER_EMAIL, NUMBER, DATE, MOMENT, BOOL, OPTION, OPTIONS, None)


@pytest.mark.parametrize(
    ("definition", "ours", "theirs", "same"),
    [
        (TEXT, "Ghent", "Ghent", True),
        (TEXT, "Ghent", "ghent", False),
        (TEXT, "12", "12.0", False),
        (TEXT, "", None, True),
        (TEXT, "", "Ghent", False),
        (TEXT, "Ghent", None, False),
        (TEXT, "Ghent", "", False),
        (None, "12", "12", True),
        (None, "12", "12.0", False),
        (EMAIL, "Juniper@Example.com ", "juniper@example.com", True),
        (EMAIL, "juniper@example.com", "hazel@example.com", False),
        (OTHER_EMAIL, "Juniper@Example.com", "juniper@example.com", False),
        (NUMBER, "12.50", "12.5", True),
        (NUMBER, "12", "12.0", True),
        (NUMBER, "0", "-0", True),
        (NUMBER, "12", "13", False),
        (NUMBER, "0.1", "0.1000000000000000055511151231257827", False),
        (NUMBER, "1e999999999", "2e999999999", False),
        (NUMBER, "twelve", "12", False),
        (NUMBER, "twelve", "dozen", False),
        (NUMBER, "NaN", "nan", False),
        (NUMBER, "sNaN", "0", False),
        (NUMBER, "inf", "Infinity", False),
        (DATE, "2015-05-01", "2015-05-01", True),
        (DATE, "1430438400000", "2015-05-01", True),
        (DATE, "2015-05-01T00:00:00Z", "2015-05-01", True),
        (DATE, "2015-05-01", "2015-05-02", False),
        (DATE, "May", "2015-05-01", False),
        (MOMENT, "2026-01-31T09:30:00.000Z", "2026-01-31T09:30:00Z", True),
        (MOMENT, "2026-01-31T10:30:00+01:00", "2026-01-31T09:30:00Z", True),
        (MOMENT, "2026-01-31T09:30:00", "2026-01-31T09:30:00Z", True),
        (MOMENT, "-1", "1969-12-31T23:59:59.999Z", True),
        (MOMENT, "2026-01-31T09:30:00.001Z", "2026-01-31T09:30:00Z", False),
        (MOMENT, "0001-01-01T00:00:00+14:00", "2026-01-31T09:30:00Z", False),
        (MOMENT, "9" * 30, "2026-01-31T09:30:00Z", False),
        (MOMENT, "9" * 5000, "2026-01-31T09:30:00Z", False),
        (MOMENT, "--5", "²", False),
        (BOOL, "TRUE", "true", True),
        (BOOL, "true", "false", False),
        (BOOL, "1", "true", False),
        (OPTION, "gold", "Gold", False),
        (OPTIONS, "a;b", "b;a", True),
        (OPTIONS, "a;b;", "a;b", True),
        (OPTIONS, "a", "a;b", False),
        (OPTIONS, "a;b", "a", False),
        (OPTIONS, ";a", "a;b", True),
        (OPTIONS, ";a;b", "a;b", True),
        (OPTIONS, ";c", "a;b", False),
        (OPTIONS, ";a", None, False),
        (OPTION, ";a", "a;b", False),
    ],
)
def test_one_value_or_two(definition, ours, theirs, same):
    assert same_value(definition, ours, theirs) is same


@settings(deadline=None)
@given(st.sampled_from(EVERY), st.text(), st.none() | st.text())
def test_no_text_crashes_and_every_text_is_itself(definition, ours, theirs):
    assert same_value(definition, ours, ours)
    assert same_value(definition, ours, theirs) in (True, False)


@settings(deadline=None)
@given(
    st.sampled_from(EVERY), st.text("-+.:;TZ0123456789eNa", max_size=25), st.text("-+.:;TZ0123456789eNa", max_size=25)
)
def test_nothing_near_a_number_or_a_date_crashes(definition, ours, theirs):
    assert same_value(definition, ours, theirs) in (True, False)


@settings(deadline=None)
@given(st.integers(0, 4102444800000))
def test_epoch_milliseconds_and_iso_text_are_one_moment(milliseconds):
    text = pd.Timestamp(milliseconds, unit="ms").isoformat() + "Z"
    assert same_value(MOMENT, str(milliseconds), text)
    assert not same_value(MOMENT, str(milliseconds + 1), text)


@settings(deadline=None)
@given(st.integers(2**53, 10**30), st.integers(2**24, 2**52), st.integers(2**11, 65_504))
def test_a_float_is_every_number_that_it_may_have_been(wide, narrow, half):
    for number, kind in ((wide, np.float64), (narrow, np.float32), (half, np.float16)):
        assert same_float(number_text(kind(number)), str(number))
        assert same_float(number_text(-kind(number)), f"-{number}.0")
        assert not same_float(number_text(kind(number)), str(number + number // 500))
