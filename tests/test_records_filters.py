"""Filters in Python's own values become HubSpot's groups; what it would refuse, or take for something else, raises."""

import datetime
import zoneinfo
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hubframe.errors import ColumnError, PlanError
from hubframe.planning.choices import Choices
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.texts import CellSettings
from hubframe.records.filters import filter_groups
from hubframe.records.searches import MOST_CHARACTERS, search_length
from tests.cell_table import BOOL, DATE, MOMENT, NUMBER, OPTION, OPTIONS, OWNER, STAGE
from tests.cell_table import TEXT as CITY

LABELLED = Property("tier_two", "Tier", "enumeration")
ALIKE = Property("tier_three", "Tier", "enumeration")
PIPELINE = Property("pipeline", "Pipeline", "enumeration", choices=Choices.of(["sales", "renewals"]))
KNOWN = (BOOL, DATE, MOMENT, NUMBER, OPTION, OPTIONS, OWNER, STAGE, PIPELINE, CITY, LABELLED, ALIKE)
BY_NAME = {one.name: one for one in KNOWN}
DEFINITIONS = Definitions("deals", BY_NAME)
BERLIN = CellSettings(zoneinfo.ZoneInfo("Europe/Berlin"))
JANUARY_31 = "1769817600000"


def filters(*where, settings=BERLIN):
    (group,) = filter_groups(list(where), DEFINITIONS, settings)
    return group["filters"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (("city", "EQ", "Ghent"), {"value": "Ghent"}),
        (("city", "eq", "nan"), {"value": "nan"}),
        (("city", "EQ", 12.0), {"value": "12"}),
        (("city", "contains token", "*gh*"), {"operator": "CONTAINS_TOKEN", "value": "*gh*"}),
        (("city", "HAS_PROPERTY"), {}),
        (("city", "IN", ["Ghent", "Bruges", "GHENT"]), {"values": ["ghent", "bruges"]}),
        (("city", "NOT_IN", "Ghent", "Bruges"), {"values": ["ghent", "bruges"]}),
        (("city", "IN", pd.Series(["Ghent"])), {"values": ["ghent"]}),
        (("city", "IN", ("Ghent",)), {"values": ["ghent"]}),
        (("seats", "GT", 5), {"value": "5"}),
        (("seats", "GT", np.int64(5)), {"value": "5"}),
        (("seats", "LTE", 1e-7), {"value": "0.0000001"}),
        (("seats", "BETWEEN", 1, 2.5), {"value": "1", "highValue": "2.5"}),
        (("seats", "BETWEEN", (1, 2)), {"value": "1", "highValue": "2"}),
        (("seats", "GT", 1e16), {"value": "10000000000000000"}),
        (("seats", "IN", np.array([1, 2])), {"values": ["1", "2"]}),
        (("seats", "IN", np.array(7)), {"values": ["7"]}),
        (("seats", "IN", pd.Series([0.1], dtype="float32")), {"values": ["0.1"]}),
        (("seats", "IN", range(3)), {"values": ["0", "1", "2"]}),
        (("seats", "BETWEEN", range(1, 3)), {"value": "1", "highValue": "2"}),
        (("city", "IN", {"Ghent": 1, "Bruges": 2}.keys()), {"values": ["ghent", "bruges"]}),
        (("opted_in", "EQ", True), {"value": "true"}),
        (("opted_in", "EQ", "no"), {"value": "false"}),
        (("renewal_date", "GTE", "2026-01-31"), {"value": JANUARY_31}),
        (("renewal_date", "GTE", datetime.date(2026, 1, 31)), {"value": JANUARY_31}),
        (("renewal_date", "GTE", pd.Timestamp(2026, 1, 31)), {"value": JANUARY_31}),
        (("renewal_date", "GTE", np.datetime64("2026-01-31")), {"value": JANUARY_31}),
        (("renewal_date", "BETWEEN", "1969-12-31", "2026-01-31"), {"value": "-86400000", "highValue": JANUARY_31}),
        (("last_visit", "LT", pd.Timestamp("2026-01-31", tz="UTC")), {"value": JANUARY_31}),
        (("last_visit", "LT", "2026-01-31T00:00:00.250Z"), {"value": "1769817600250"}),
        (("last_visit", "LT", "2026-01-31"), {"value": "1769814000000"}),  # midnight in Berlin
        (("last_visit", "LT", 1769817600000), {"value": JANUARY_31}),
        (("tier", "EQ", "Gold plan"), {"value": "gold"}),
        (("tier", "IN", ["Gold plan", "silver", "gold"]), {"values": ["gold", "silver"]}),
        (("interests", "IN", ["Apples", "b"]), {"values": ["a", "b"]}),
        (("interests", "EQ", ["Apples"]), {"value": "a"}),
        (("interests", "IN", [["a"], "Berries"]), {"values": ["a", "b"]}),
        (("interests", "CONTAINS_TOKEN", "Apples"), {"value": "a"}),
        (("hubspot_owner_id", "EQ", "Hazel Birch"), {"value": "101"}),
        (("hubspot_owner_id", "EQ", "Willow Reed"), {"value": "105"}),  # gone; whose records are they?
        (("dealstage", "EQ", "Open (Renewals)"), {"value": "r1"}),
        (("hs_object_id", "GT", 171591000198), {"value": "171591000198"}),
        (("hs_object_id", "GT", 0), {"value": "0"}),
        (("hs_object_id", "GTE", "0"), {"value": "0"}),
        (("hs_object_id", "LT", -1), {"value": "-1"}),
        (("hs_object_id", "BETWEEN", 0, 1e9), {"value": "0", "highValue": "1000000000"}),
        (("Record ID", "IN", ["7", 8]), {"propertyName": "hs_object_id", "values": ["7", "8"]}),
    ],
    ids=lambda case: str(case)[:60],
)
def test_a_filter_in_hubspots_terms(given, made):
    name, operator = given[:2]
    assert filters(given) == [{"propertyName": name, "operator": operator.upper(), **made}]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("=", '("city", "EQ", ...)'),
        ("!=", '("city", "NEQ", ...)'),
        ("is", '("city", "EQ", ...)'),
        ("Equals", '("city", "EQ", ...)'),
        ("is not", '("city", "NEQ", ...)'),
        (">=", '("city", "GTE", ...)'),
        ("IS NULL", '("city", "NOT_HAS_PROPERTY")'),
        ("is  empty", '("city", "NOT_HAS_PROPERTY")'),
        ("is not null", '("city", "HAS_PROPERTY")'),
        ("exists", '("city", "HAS_PROPERTY")'),
        ("LIKE", '("city", "CONTAINS_TOKEN", "x*")'),
        ("ilike", '("city", "CONTAINS_TOKEN", "x*")'),
        ("starts with", '("city", "CONTAINS_TOKEN", "x*")'),
        ("startswith", '("city", "CONTAINS_TOKEN", "x*")'),
        ("ends-with", '("city", "CONTAINS_TOKEN", "*x")'),
        ("contains", '("city", "CONTAINS_TOKEN", "*x*")'),
        ("not like", '("city", "NOT_CONTAINS_TOKEN", "*x*")'),
        ("does not contain", '("city", "NOT_CONTAINS_TOKEN", "*x*")'),
        ("isin", '("city", "IN", [..., ...])'),
        ("not any of", '("city", "NOT_IN", [..., ...])'),
        ("BETWEN", '("city", "BETWEEN", ..., ...)'),
        ("HASPROPERTY", '("city", "HAS_PROPERTY")'),
    ],
)
def test_of_an_unknown_operator_is_said_which_of_hubspots_is_meant(given, meant):
    with pytest.raises(PlanError) as caught:
        filters(("city", given, "x"))
    assert f"no operator {given!r}. Did you mean {meant}? It has EQ, NEQ, " in str(caught.value)


@pytest.mark.parametrize("given", ["not in", " Not_In ", "not  in"])
def test_an_operator_is_known_by_its_words(given):
    assert filters(("city", given, ["x"]))[0]["operator"] == "NOT_IN"


def test_values_that_can_be_gone_through_once_are_a_list():
    assert filters(("city", "IN", (name for name in ("Ghent", "Bruges"))))[0]["values"] == ["ghent", "bruges"]
    assert filters(("interests", "IN", map(str, "ab")))[0]["values"] == ["a", "b"]


def test_all_filters_stand_in_one_group():
    where = [("city", "EQ", "Ghent"), ["seats", "GT", 5]]
    assert [one["propertyName"] for one in filters(*where)] == ["city", "seats"]
    assert filter_groups([], DEFINITIONS, BERLIN) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("city", "EQ", None), ["a blank is no value", '("city", "NOT_HAS_PROPERTY")']),
        (("city", "EQ", ""), ["a blank is no value"]),
        (("city", "IN", ["Ghent", float("nan")]), ["a blank is no value"]),
        (("city", "IN", []), ["needs a list of values"]),
        (("city", "IN"), ["needs a list of values"]),
        (("city", "EQ"), ["EQ needs one value, and 0 are given"]),
        (("city", "EQ", ["Ghent"]), ["EQ takes no list", "IN"]),
        (("city", "EQ", range(3)), ["EQ takes no list", "IN"]),
        (("city", "IN", [["Ghent"]]), ["['Ghent'] is a list where one value belongs", 'Write ("city", "IN", [']),
        (("city", "NOT_IN", ["Ghent", ("a",)]), ["('a',) is a list where one value belongs"]),
        (("seats", "BETWEEN", [1], [2]), ["[1] is a list where", 'Write ("seats", "BETWEEN", ..., ...)']),
        (("seats", "BETWEEN", range(1, 10)), ["BETWEEN needs two values, and 9 are given"]),
        (("seats", "EQ", 1e16), ["may have lost digits", "Write it as text, with all its digits"]),
        (("city", "EQ", "a", "b"), ["EQ needs one value, and 2 are given"]),
        (("seats", "BETWEEN", 1), ["BETWEEN needs two values, and 1 is given", '("seats", "BETWEEN", ..., ...)']),
        (("city", "HAS_PROPERTY", True), ["HAS_PROPERTY needs no value"]),
        (("city", "=", "Ghent"), ["no operator '='", 'Did you mean ("city", "EQ", ...)?']),
        (("city", "CONTAINS", "Ghent"), ['Did you mean ("city", "CONTAINS_TOKEN", "*x*")?']),
        (("city", "£", "Ghent"), ["no operator '£'. It has EQ, NEQ"]),
        (("city",), ["a filter is a property, an operator"]),
        ((7, "EQ", "x"), ["a filter is a property, an operator"]),
        (("seats", "GT", "a dozen"), ["a dozen was not a valid number"]),
        (("seats", "GT", float("inf")), ["was not a valid number"]),
        (("renewal_date", "GT", "31.01.2026"), ["was not a valid date", "dayfirst=True"]),
        (("renewal_date", "GT", pd.Timestamp("2026-01-31 09:30")), ["has a time of day"]),
        (("last_visit", "GT", "2026-03-29T02:30"), ["never was in Europe/Berlin"]),
        (("tier", "EQ", "Platinum"), ["Platinum was not one of the allowed options", "where=[{"]),
        (("hubspot_owner_id", "EQ", "Rowan Ash"), ["the name of 2 owners: [103, 104]"]),
        (("dealstage", "EQ", "Open"), ["2 pipelines"]),
        (("city", "EQ", 2.0**60), ["lost digits"]),
        (("seats", "EQ", 2.0**60), ["lost digits", "Write it as text, with all its digits."]),
        pytest.param(("city", "EQ", object()), ["has no text in HubSpot"], id="a value of no known type"),
        (("hs_object_id", "EQ", 2.0**60), ["lost digits"]),
        (("hs_object_id", "EQ", "abc"), ["not a HubSpot record id"]),
        (("hs_object_id", "EQ", 0), ["not a HubSpot record id"]),
        (("hs_object_id", "GT", "abc"), ["abc was not a valid number"]),
        (("hs_object_id", "GT", 2.0**60), ["lost digits"]),
        (("hs_object_id", "GT", "1.7E+11"), ["lost digits"]),
    ],
    ids=lambda case: str(case)[:50],
)
def test_a_filter_that_can_not_be_meant_names_itself(given, said):
    with pytest.raises(PlanError) as caught:
        filters(("city", "HAS_PROPERTY"), given)
    message = str(caught.value)
    assert message.startswith("Filter 2, (")
    for words in said:
        assert words in message


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("name", "said"), [("citty", "(near: 'city')"), ("Tier", "'tier_two' (choice) or 'tier_three' (choice)"), ("", "")]
)
def test_a_filter_on_no_property_or_on_several(name, said, raw):
    given = {"filters": [{"propertyName": name, "operator": "HAS_PROPERTY"}]} if raw else (name, "HAS_PROPERTY")
    with pytest.raises(ColumnError) as caught:
        filter_groups([given], DEFINITIONS, BERLIN)
    assert str(caught.value).startswith("Filter 1")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (("city", "EQ", "Ghent"), "where=[('city', 'EQ', 'Ghent')]"),
        ({"filters": []}, "must be a list of filters"),
        ("city", "must be a list of filters"),
        (7, "must be a list of filters"),
        ([("city", "HAS_PROPERTY"), {"filters": []}], "tuples and filter groups together"),
        ([None], "holds None"),
        ([{"filter": []}], "Filter group 1"),
        ([{"filters": [{"operator": "EQ"}]}], "Filter 1.1"),
        ([{"filters": [{"propertyName": "seats", "operator": "EQ", "value": 5}]}], "must be texts"),
        ([{"filters": [{"propertyName": "seats", "operator": "IN", "values": "5"}]}], "must be texts"),
        ([{"filters": [{"propertyName": "seats", "operator": "==", "value": "5"}]}], 'Did you mean "EQ"?'),
    ],
    ids=lambda case: str(case)[:50],
)
def test_what_is_no_list_of_filters(where, said):
    with pytest.raises(PlanError) as caught:
        filter_groups(where, DEFINITIONS, BERLIN)
    assert said in str(caught.value)


def test_hubspots_own_groups_go_as_they_are():
    groups = [
        {"filters": [{"propertyName": "tier", "operator": "EQ", "value": "Platinum"}]},
        {"filters": [{"propertyName": "seats", "operator": "IN", "values": ["1", "2"]},
                     {"propertyName": "city", "operator": "NOT_HAS_PROPERTY"}]},
    ]  # fmt: skip
    made = filter_groups(groups, DEFINITIONS, BERLIN)
    assert made == groups
    made[1]["filters"][0]["values"].append("3")
    assert groups[1]["filters"][0]["values"] == ["1", "2"]  # the caller's own stay as they are


HAS = {"propertyName": "city", "operator": "HAS_PROPERTY"}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ([{"filters": [HAS]}] * 6, "6 filter groups, and HubSpot takes 5"),
        ([("city", "HAS_PROPERTY")] * 7, "7 filters, and HubSpot takes 6"),
        ([{"filters": [HAS]}, {"filters": [HAS] * 7}], "Filter group 2 has 7 filters"),
        ([{"filters": [HAS] * 4}] * 5, "20 filters, and HubSpot takes 18"),
        ([("city", "IN", [f"city {number}" for number in range(300)])], "HubSpot takes 3,000"),
    ],
    ids=range(5),
)
def test_more_than_hubspot_takes(where, said):
    with pytest.raises(PlanError) as caught:
        filter_groups(where, DEFINITIONS, BERLIN)
    assert said in str(caught.value)
    assert str(caught.value).endswith((").", "=.", "them."))


def test_as_much_as_hubspot_takes():
    assert len(filter_groups([{"filters": [HAS] * 6}] * 3, DEFINITIONS, BERLIN)) == 3
    assert len(filter_groups([{"filters": [HAS] * 3}] * 5, DEFINITIONS, BERLIN)) == 5
    assert len(filters(*[("city", "HAS_PROPERTY")] * 6)) == 6


def test_a_search_has_all_the_room_that_hubspot_gives_one():
    room = MOST_CHARACTERS - search_length([{"filters": filters(("city", "EQ", "x"))}])
    assert filters(("city", "EQ", "é" * (room + 1)))
    with pytest.raises(PlanError, match="3,001 characters"):
        filters(("city", "EQ", "é" * (room + 2)))


def test_a_long_filter_is_named_in_short():
    with pytest.raises(PlanError) as caught:
        filters(("tier", "IN", ["x" * 500] * 100))
    assert len(str(caught.value)) < 1_500


@pytest.mark.parametrize(
    "value", [pd.DataFrame({"city": ["Ghent"] * 50}), pd.Series(["x"] * 50)], ids=["frame", "column"]
)
@pytest.mark.parametrize("operator", ["EQ", "IN"])
def test_a_frame_in_a_filter_is_named_on_one_line(operator, value):
    if operator == "IN" and isinstance(value, pd.Series):
        value = pd.Series(["x\0"] * 50)
    with pytest.raises(PlanError) as caught:
        filters(("city", operator, value))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert ("df[column]" in str(caught.value)) == isinstance(value, pd.DataFrame)


def test_without_definitions_filters_are_taken_at_their_word():
    unknown = Definitions("deals", {}, known=False)
    (group,) = filter_groups([("made_up", "EQ", 5)], unknown, BERLIN)
    assert group == {"filters": [{"propertyName": "made_up", "operator": "EQ", "value": "5"}]}
    (group,) = filter_groups([("made_up", "IN", ["OPEN"])], unknown, BERLIN)  # an option's value, perhaps
    assert group["filters"][0]["values"] == ["OPEN"]


# What would look right and find nothing ------------------------------------------------------------------------

ANY = '("interests", "IN", ["a", "b"])'
ALL = '("interests", "EQ", "a"), ("interests", "EQ", "b")'
NONE = '("interests", "NOT_IN", ["a", "b"])'


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("interests", "EQ", ["Apples", "b"]), [ANY, ALL]),
        (("interests", "EQ", np.array(["a", "b"])), [ANY, ALL]),
        (("interests", "EQ", "a;b"), [ANY, ALL]),
        (("interests", "EQ", "Apples; Berries"), [ANY, ALL]),
        (("interests", "EQ", "['a', 'b']"), [ANY, ALL]),
        (("interests", "EQ", ";a"), ['Write ("interests", "EQ", "a").']),
        (("interests", "IN", [["a", "b"]]), [ANY, ALL]),
        (("interests", "IN", ["a;b"]), [ANY, ALL]),
        (("interests", "CONTAINS_TOKEN", "a;b"), [ANY, ALL]),
        (("interests", "CONTAINS_TOKEN", ["a", "b"]), [ANY, ALL]),
        (("interests", "NEQ", ["a", "b"]), [NONE]),
        (("interests", "NOT_IN", [["a", "b"]]), [NONE]),
        (("interests", "NOT_CONTAINS_TOKEN", "a;b"), [NONE]),
    ],
    ids=lambda case: str(case)[:50],
)
def test_of_several_choices_one_filter_takes_one_option(given, said):
    with pytest.raises(PlanError) as caught:
        filters(given)
    assert "one option at a time" in str(caught.value)
    for words in said:
        assert words in str(caught.value)
    assert (ALL in str(caught.value)) == (ALL in said)


def test_an_option_that_has_a_semicolon_in_it_is_one_option():
    several = replace(OPTIONS, choices=Choices.of(["a;b", "c"]))
    (group,) = filter_groups([("interests", "EQ", "a;b")], DEFINITIONS.amended([several]), BERLIN)
    assert group["filters"][0]["value"] == "a;b"


@pytest.mark.parametrize(
    ("operator", "instead"), [("CONTAINS_TOKEN", ("EQ", "IN")), ("NOT_CONTAINS_TOKEN", ("NEQ", "NOT_IN"))]
)
@pytest.mark.parametrize("name", ["hubspot_owner_id", "dealstage", "pipeline"])
@pytest.mark.parametrize("value", ["Hazel*", "Hazel Birch", "101"])
def test_names_of_owners_pipelines_and_stages_have_no_parts_to_be_found_by(name, operator, instead, value):
    with pytest.raises(PlanError) as caught:
        filters((name, operator, value))
    for one in instead:
        assert f'("{name}", "{one}", ' in str(caught.value)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("seats", 1, 10),
        ("seats", "9", "10"),
        ("seats", -2.5, 0.1),
        ("renewal_date", "2026-01-31", datetime.date(2026, 2, 1)),
        ("last_visit", "1969-12-31", pd.Timestamp("2026-01-31", tz="UTC")),
        ("hs_object_id", 9, "171591000198"),
    ],
    ids=str,
)
def test_the_lower_of_two_bounds_comes_first(name, low, high):
    assert filters((name, "BETWEEN", low, high))
    assert filters((name, "BETWEEN", low, low))
    with pytest.raises(PlanError) as caught:
        filters((name, "BETWEEN", high, low))
    assert f'("{name}", "BETWEEN", {low!r}, {high!r})' in str(caught.value)


# What no request can hold ---------------------------------------------------------------------------------------

UNKNOWN = Definitions("deals", {}, known=False)


@pytest.mark.parametrize("definitions", [DEFINITIONS, UNKNOWN], ids=["known", "unknown"])
@pytest.mark.parametrize("value", ["\ud800", "x\0"], ids=ascii)
@pytest.mark.parametrize(
    "given",
    [
        ("city", "EQ", ...),
        ("city", "IN", ["Ghent", ...]),
        ("city", "CONTAINS_TOKEN", ...),
        ("city", "NOT_CONTAINS_TOKEN", ...),
        (..., "HAS_PROPERTY"),
    ],
    ids=str,
)
def test_half_a_character_or_a_nul_is_an_error_that_names_the_filter(definitions, given, value):
    def put(part):
        return value if part is ... else [value if one is ... else one for one in part] if type(part) is list else part

    with pytest.raises(PlanError) as caught:
        filter_groups([tuple(map(put, given))], definitions, BERLIN)
    assert str(caught.value).startswith("Filter 1, (")
    str(caught.value).encode()


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ({"filters": [{"propertyName": "city", "operator": "EQ", "value": "\ud800"}]}, "Filter 1.1"),
        ({"filters": [{"propertyName": "city", "operator": "IN", "values": ["a", "\ud800"]}]}, "Filter 1.1"),
        ({"filters": [{"propertyName": "\ud800", "operator": "HAS_PROPERTY"}]}, "Filter 1.1"),
        ({"filters": [{"propertyName": "city", "operator": "EQ", "value": {1, 2}}]}, "must be texts"),
        ({"filters": [{"propertyName": "city", "operator": "EQ", "value": "a", "more": {1, 2}}]}, "Filter 1.1"),
        ({"filters": [{"propertyName": "city", "operator": "EQ", "value": "a", 7: "b"}]}, "Filter 1.1"),
        ({"filters": [{"propertyName": "city", "operator": "HAS_PROPERTY"}], "more": {1, 2}}, "Filter group 1"),
    ],
    ids=range(7),
)
def test_what_json_can_not_hold_of_hubspots_own_groups_is_named(group, words):
    for definitions in (DEFINITIONS, UNKNOWN):
        with pytest.raises(PlanError) as caught:
            filter_groups([group], definitions, BERLIN)
        assert words in str(caught.value)
        str(caught.value).encode()


# What is said is about a filter, not about a frame's cells ------------------------------------------------------

NO_OWNERS = DEFINITIONS.amended([replace(OWNER, choices=Choices())])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("seats", "EQ", True), "Write 1 or 0."),
        (("seats", "EQ", "a dozen"), "Write digits and at most one point."),
        (("seats", "EQ", float("inf")), "Write a finite number."),
        (("seats", "BETWEEN", 1), "needs two values, and 1 is given"),
        ((BOOL.name, "EQ", "maybe"), "Write true or false."),
        (("renewal_date", "GT", "31.01.2026"), "pd.to_datetime('31.01.2026', dayfirst=True)"),
        (("renewal_date", "GT", pd.Timestamp("2026-01-31 09:30")), "with .normalize()"),
        (("renewal_date", "GT", pd.Timestamp("2026-01-31 09:30")), "or .date()."),
        (("tier", "EQ", 2.0**60), "Write it as text, with all its digits."),
        (("tier", "EQ", "nan"), '"NOT_HAS_PROPERTY"'),
        (("city", "EQ", b"x"), "Turn it into text"),
        (("city", "EQ", "x\0"), "Remove it: 'x\\x00'.replace("),
        (("dealstage", "EQ", "open"), "Write 'Open (Sales)' or 'Open (Renewals)', or the stage's id."),
        (("hs_object_id", "EQ", "abc"), "Correct the id."),
        (("hs_object_id", "EQ", 2.0**60), "Write the id as text"),
        (("hubspot_owner_id", "EQ", "Hazel Yew"), "crm.objects.owners.read"),
        (("hubspot_owner_id", "IN", ["7", "hazel@example.com"]), "'hazel@example.com'"),
    ],
    ids=lambda case: str(case)[:50],
)
def test_a_filter_is_told_what_a_filter_can_do(given, words):
    with pytest.raises(PlanError) as caught:
        filter_groups([given], NO_OWNERS, BERLIN)
    message = str(caught.value)
    assert words in message
    for of_frames in ("df[", "the cell", "the frame", "the column", "id_property", ".dt.", ".str."):
        assert of_frames not in message
