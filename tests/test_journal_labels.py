"""An index label comes back from the journal as what it was."""

import datetime
import decimal
import json
import math
import uuid

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubframe.journal.labels import json_text, label_from, label_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # half characters and NUL among them
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    ANY_TEXT,
    st.binary(),
    st.uuids(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(datetime.UTC)),
    st.timedeltas(max_value=datetime.timedelta(days=90_000), min_value=datetime.timedelta(days=-90_000)).map(
        pd.Timedelta
    ),
)
LABELS = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=6)


@given(LABELS)
def test_any_label_round_trips(label):
    found = label_from(label_text(label))
    assert found == label
    assert type(found) is type(label)
    assert hash(found) == hash(label)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", datetime.timezone(datetime.timedelta(hours=-3.5))])
def test_a_moment_keeps_its_unit_its_zone_and_every_digit(unit, zone):
    moment = pd.Timestamp("2026-11-23T13:02:03.123456789").as_unit(unit).tz_localize(zone)
    found = label_from(label_text(moment))
    assert (found, found.unit, str(found.tz), found.value) == (moment, unit, str(moment.tz), moment.value)


def test_a_zone_unknown_here_keeps_the_moment():
    text = json_text({"timestamp": [0, "ns", "Herbarium/Juniper", 3600.0]})
    assert label_from(text) == pd.Timestamp(0, tz="UTC")
    assert label_from(text).utcoffset() == datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        (np.int64(7), 7),
        (np.uint8(7), 7),
        (np.bool_(True), True),
        (np.str_("juniper"), "juniper"),
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.datetime64("2026-11-23T13:02", "ns"), pd.Timestamp("2026-11-23T13:02")),
        (10**40, 10**40),
        (-0.0, 0.0),
        (math.inf, math.inf),
        (pd.Period("2026-11", "M"), pd.Period("2026-11", "M")),
        (pd.Interval(0, 1.5, closed="left"), pd.Interval(0, 1.5, closed="left")),
        (pd.Interval(pd.Timestamp(0), pd.Timestamp(1)), pd.Interval(pd.Timestamp(0), pd.Timestamp(1))),
        (decimal.Decimal("1.10"), decimal.Decimal("1.1")),
        (uuid.UUID(int=5), uuid.UUID(int=5)),
        (complex(1, 2), "(1+2j)"),  # an unknown kind stays its repr
    ],
)
def test_other_kinds_of_labels(label, plain):
    found = label_from(label_text(label))
    assert (found, type(found)) == (plain, type(plain))


@pytest.mark.parametrize("label", [pd.NaT, pd.NA])
def test_missing_labels_are_the_same_objects(label):
    assert label_from(label_text(label)) is label
    assert label_from(label_text((label, 1)))[0] is label


def test_not_a_number_stays_one():
    assert math.isnan(label_from(label_text(float("nan"))))


@given(st.recursive(ANY_TEXT | st.integers(-(2**70), 2**70), lambda inner: st.lists(inner, max_size=3), max_leaves=5))
def test_what_is_kept_as_json_is_text_that_any_file_can_hold(value):
    assert json.loads(json_text(value).encode()) == value
