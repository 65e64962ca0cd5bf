"""What is read and written back untouched changes nothing; edited, it changes the edited cells and no others.

Portals are generated: every property type, options whose labels collide with each other and with values, owners who
left or share a name, and values as HubSpot may hold them, wherever they came from.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, field

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hubframe

KINDS = {
    "c_text": ("string", "text"),
    "c_html": ("string", "html"),
    "c_area": ("string", "textarea"),
    "c_number": ("number", "number"),
    "c_money": ("number", "number"),
    "c_date": ("date", "date"),
    "c_moment": ("datetime", "date"),
    "c_bool": ("bool", "booleancheckbox"),
    "c_yes": ("enumeration", "booleancheckbox"),
    "c_choice": ("enumeration", "select"),
    "c_radio": ("enumeration", "radio"),
    "c_several": ("enumeration", "checkbox"),
    "c_owner": ("enumeration", "select"),
}
STAGED = ("pipeline", "dealstage", "hubspot_owner_id")
PROPERTIES = [*KINDS, *STAGED]

ODD_TEXTS = [
    "nan", "None", "<NA>", "NaT",
    "null", "true", "0", "007", "1.0", "1e5", "-", " ", "  x ", "x\u00a0", "a\nb", "a\r\nb",
    "\t", ";", "a;b", ";a", "=1+1", "'x", "<b>&amp;</b>", "é", "e\u0301", "ﬀ", "İ", "\u200b", "🙂", "2026-01-01", "Yes",
    "[]", "['a']", "x" * 300,
]  # fmt: skip
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12
)
WHOLE = st.integers(-(10**6), 10**6).map(str)
NUMBERS = st.one_of(
    WHOLE,
    st.decimals(-(10**9), 10**9, places=2).map(lambda number: f"{number:f}"),
    st.sampled_from(
        [
            "0", "-0", "0.0", "00", "007", "1.50", "1.", ".5", "-.5", "0.1", "0.30000000000000004", "9007199254740993",
            "12345678901234567890", "123456789.123456789123", "171591000198", "9223372036854775807",
            "9223372036854775808",
            "1" + "0" * 40, "0." + "0" * 30 + "1", "99999999999999999999.5",
        ]
    ),
)  # fmt: skip
ODD_NUMBERS = st.sampled_from(["1e5", "1E-7", "NaN", "Infinity", "1,5", "", " 7", "abc", "0x1F", "1_000", "١٢"])
DATES = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(
    ["0001-01-01", "1677-09-21", "1600-02-29", "2262-04-12", "9999-12-31", "2026-02-28"]
)
ODD_DATES = st.sampled_from(["1430438400000", "2026-02-30", "12026-01-01", "soon", "2026-1-1", "-0001-01-01"])
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z") | st.sampled_from(
    [
        "2026-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.001Z",
        "2026-03-29T02:30:00Z",
    ]
)
ODD_MOMENTS = st.sampled_from(
    ["1430438400000", "2026-01-01T00:00:00.123456Z", "2026-01-01T01:00:00+01:00", "2026-01-01", "soon", "0"]
)
BOOLS = st.sampled_from(["true", "false"])
ODD_BOOLS = st.sampled_from(["True", "yes", "1", "0", "maybe", "FALSE"])
LABELS = [
    "Up",
    "up",
    "UP ",
    "Down",
    "Other",
    "Yes",
    "true",
    "1",
    "1.0",
    "nan",
    "None",
    "A, B",
    "A",
    "Ärger",
    "",
    "Lead (X)",
]
VALUES = ["up", "down", "Up", "other", "true", "1", "01", "2", "nan", "None", "a b", "A", "Other", "x,y", "é"]


LOST_ARE_TOLD = pytest.mark.filterwarnings("ignore:.*no cell stands for:hubframe.HubframeWarning")


@dataclass
class Account:
    """What a portal is made of."""

    options: dict[str, list[tuple[str, str]]]
    labels: dict[str, str]
    owners: list[tuple[str, str, str, bool]]
    rows: list[dict[str, str]]
    kinds: dict[str, str] = field(default_factory=dict)


OPTIONS = st.lists(
    st.tuples(st.sampled_from(VALUES), st.sampled_from(LABELS)), min_size=1, max_size=7, unique_by=lambda one: one[0]
)
HEADS = [
    "Text",
    "text",
    "Number",
    "Deal Name",
    "c_text",
    "Amount",
    "Record ID",
    "RecordID",
    "Date",
    "Date.1",
    "Associated Deal",
    " Text ",
    "Status",
    "Mood",
]
OWNERS = st.lists(
    st.tuples(
        st.sampled_from(["Hazel", "Juniper", "", "hazel"]),
        st.sampled_from(["Yew", "Alder", ""]),
        st.sampled_from(["hazel@example.com", "juniper@example.com", "yew@example.com", "alder@example.com"]),
        st.booleans(),
    ),
    max_size=5,
)


@st.composite
def accounts(draw):
    options = {name: draw(OPTIONS) for name in ("c_choice", "c_radio", "c_several")}
    owners = draw(OWNERS)
    odd = draw(st.booleans())
    ids = [str(501 + number) for number in range(len(owners))]

    def values(usual, odd_ones):
        return st.one_of(st.none(), st.just(""), usual, usual, usual, *([odd_ones] if odd else []))

    def one_of(name, *others):
        known = st.sampled_from([value for value, _ in options[name]])
        return values(known, st.sampled_from(["retired", "a;b", "Gone ", "nan", *others]))

    several = st.lists(st.sampled_from([value for value, _ in options["c_several"]]), min_size=1, unique=True)
    stages = st.sampled_from(STAGES)
    strategies = {
        **dict.fromkeys(("c_text", "c_html", "c_area"), values(TEXTS, TEXTS)),
        "c_number": values(NUMBERS, ODD_NUMBERS),
        "c_money": values(draw(st.sampled_from([WHOLE, NUMBERS])), WHOLE),
        "c_date": values(DATES, ODD_DATES),
        "c_moment": values(MOMENTS, ODD_MOMENTS),
        "c_bool": values(BOOLS, ODD_BOOLS),
        "c_yes": values(BOOLS, ODD_BOOLS),
        "c_choice": one_of("c_choice"),
        "c_radio": one_of("c_radio", "Up"),
        "c_several": values(
            several.map(";".join), st.sampled_from(["retired", "retired;up", "up;;down", ";up", "up;"])
        ),
        "c_owner": values(st.sampled_from(ids or [""]), st.just("99999")),
        "hubspot_owner_id": values(st.sampled_from(ids or [""]), st.just("99999")),
    }
    rows = draw(st.lists(st.fixed_dictionaries(strategies), min_size=1, max_size=8))
    for row in rows:
        row["pipeline"], row["dealstage"] = draw(stages)
    labels = {name: draw(st.sampled_from([name.title(), *HEADS])) for name in KINDS}
    return Account(options, labels, owners, rows)


def _stages():
    with hubframe.LocalHubSpot() as local:
        pipelines = local.portal.object_type("deals").pipelines.each
        return [(pipeline.id, stage.id) for pipeline in pipelines for stage in pipeline.stages]


STAGES = _stages()
_numbers = itertools.count()


def filled(local, account):
    """Make a portal as an account is drawn; values stand as they are, whoever would refuse them today."""
    for number, (first, last, email, gone) in enumerate(account.owners):
        local.portal.add_owner(str(501 + number), email=email, first_name=first, last_name=last)
        if gone:
            local.portal.archive_owner(str(501 + number))
    for name, (kind, field_type) in KINDS.items():
        made = {"name": name, "label": account.labels[name], "type": kind, "fieldType": field_type}
        if name in account.options:
            made["options"] = [{"value": value, "label": label} for value, label in account.options[name]]
        elif name in ("c_bool", "c_yes"):
            made["options"] = [{"value": "true", "label": "Yes"}, {"value": "false", "label": "No"}]
        elif name == "c_owner":
            made |= {"referencedObjectType": "OWNER", "externalOptions": True}
        local.portal.define("deals", made)
    ids = [local.portal.add("deals", {}) for _ in account.rows]
    with local.portal.lock:
        live = local.portal.records_of("deals").live
        for record, row in zip(ids, account.rows, strict=True):
            live[record].properties.update({name: text for name, text in row.items() if text is not None})
    return ids


def account_of(local):
    return {record: local.portal.record("deals", record) for record in local.portal.ids("deals")}


def writes(local, first):
    return [request for request in local.requests[first:] if request.path.endswith("/batch/update")]


def edited(column, kind, held, known):
    """Return a new value for a cell, as a person would put it into a column of this dtype; None where none fits."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return next((value for value in dtype.categories if value in known and value != held), None)
    if pd.api.types.is_bool_dtype(dtype):
        return held is None or not held
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return pd.Timestamp("2031-05-05", tz=getattr(dtype, "tz", None))
    if pd.api.types.is_numeric_dtype(dtype):
        return 424242
    if kind[1] == "checkbox" and pd.api.types.is_object_dtype(dtype):
        return next(([value] for value, names in known.items() if names.isdisjoint(held or ())), None)
    if kind[0] in ("enumeration", "bool"):
        return None  # text, where no dtype holds what HubSpot does
    return {"string": "Edited", "number": "424242", "date": "2031-05-05", "datetime": "2031-05-05T10:00:00Z"}[kind[0]]


def choosable(account, name):
    """Return what a cell may be given today, in words that mean one option only, and each option's names."""
    if name == "c_owner":
        return {str(501 + number): set() for number, (*_, gone) in enumerate(account.owners) if not gone}
    pairs = account.options.get(name, ())
    meant = Counter(text.strip().casefold() for pair in pairs for text in dict.fromkeys(pair))
    return {
        text: {name.strip() for name in pair}
        for pair in pairs
        for text in pair
        if text.strip() and meant[text.strip().casefold()] == 1
    }


SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LOST_ARE_TOLD
@SETTINGS
@given(account=accounts(), labels=st.booleans(), way=st.sampled_from(["list", "ids"]))
def test_read_and_written_back_untouched_nothing_is_sent(account, labels, way):
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000, token=f"pat-local-trip-{next(_numbers)}") as local:
        ids = filled(local, account)
        hubframe.connect(local, journal=False)
        before, first = account_of(local), len(local.requests)
        asked = ids if way == "ids" else None
        frame = hubframe.read("deals", properties=PROPERTIES, ids=asked, labels=labels, progress=False)
        assert sorted(frame["hs_object_id" if "hs_object_id" in frame else "Record ID"]) == sorted(ids)
        copy = frame.copy()
        result = frame.hubspot.batch_update("deals", progress=False)
        assert Counter(result["hubspot_status"]) == {"unchanged": len(ids)}, problems(result)
        assert writes(local, first) == []
        assert account_of(local) == before
        pd.testing.assert_frame_equal(frame, copy)


@LOST_ARE_TOLD
@SETTINGS
@given(account=accounts(), labels=st.booleans(), data=st.data())
def test_edited_cells_are_written_and_no_others(account, labels, data):
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000, token=f"pat-local-trip-{next(_numbers)}") as local:
        filled(local, account)
        hubframe.connect(local, journal=False)
        frame = hubframe.read("deals", properties=PROPERTIES, labels=labels, progress=False)
        ids = frame.iloc[:, 0].tolist()
        cells = [(row, place) for row in range(len(ids)) for place in range(len(KINDS))]
        chosen = data.draw(st.lists(st.sampled_from(cells), max_size=6, unique=True))
        expected = set()
        for row, place in chosen:
            name = PROPERTIES[place]
            column = frame.iloc[:, place + 1]
            held = column.iloc[row]
            held = None if _is_blank(held) else held
            value = edited(column, KINDS[name], held, choosable(account, name))
            if value is None:
                continue
            frame.iloc[row, place + 1] = value
            expected.add((ids[row], name))
        before, first = account_of(local), len(local.requests)
        result = frame.hubspot.batch_update("deals", progress=False)
        wrote = {
            (record, name) for request in writes(local, first) for _, record, texts in request.written for name in texts
        }
        assert wrote == expected, problems(result)
        rows = {record for record, _ in expected}
        statuses = dict(zip(ids, result["hubspot_status"], strict=True))
        assert statuses == {record: "updated" if record in rows else "unchanged" for record in ids}, problems(result)
        after = account_of(local)
        changed = {
            (record, name)
            for record, held in after.items()
            for name in KINDS
            if held.get(name) != before[record].get(name)
        }
        assert changed == expected
        again = hubframe.read("deals", properties=PROPERTIES, labels=labels, progress=False)
        again = again.hubspot.batch_update("deals", progress=False)
        assert set(again["hubspot_status"]) == {"unchanged"}


def _is_blank(held):
    return not isinstance(held, list) and pd.isna(held)


def problems(result):
    return result.hubspot.problems.to_dict("records")


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("object_type", ["contacts", "companies", "deals", "tickets", "contracts"])
def test_the_demo_account_comes_back_as_it_was(object_type, labels):
    with hubframe.LocalHubSpot.demo(contacts=600, requests_per_interval=1_000_000) as local:
        hubframe.connect(local, journal=False)
        frame = hubframe.read(object_type, properties="all", labels=labels, progress=False)
        assert len(frame) == len(local.portal.ids(object_type))
        first = len(local.requests)
        result = frame.hubspot.batch_update(object_type, progress=False)
        assert set(result["hubspot_status"]) == {"unchanged"}, problems(result)[:5]
        assert writes(local, first) == []


def test_a_sensitive_property_read_by_name_goes_back_by_the_line_that_the_error_gives(local, connection):
    """Its definition may not be read, so that its column could be anything: that is asked before it is written."""
    definition = {"name": "health", "label": "Health", "type": "string", "dataSensitivity": "sensitive"}
    local.portal.define("contacts", definition)
    contact = local.portal.add("contacts", {"firstname": "Juniper"})
    local.scopes = {scope for scope in local.scopes if "sensitive.read" not in scope}
    with pytest.warns(hubframe.HubframeWarning, match="'health' of no record"):
        frame = hubframe.read("contacts", properties=["firstname", "health"], progress=False)
    frame["health"] = "good"
    with pytest.raises(hubframe.ColumnError, match="To send 'health' anyway") as caught:
        frame.hubspot.batch_update("contacts", progress=False)
    assert str(caught.value).endswith("columns=['firstname', 'health']")
    result = frame.hubspot.batch_update("contacts", columns=["firstname", "health"], progress=False)
    assert result["hubspot_status"].tolist() == ["updated"]
    assert local.portal.record("contacts", contact)["health"] == "good"


def test_a_case_only_edit_is_written_but_to_contacts_emails(local, connection):
    """HubSpot lower-cases contacts' own e-mail alone; a property called so in another type is a text like any other."""
    local.portal.define("tickets", {"name": "email", "label": "E-mail"})
    for object_type, status in (("tickets", "updated"), ("contacts", "unchanged")):
        record = local.portal.add(object_type, {"email": "Juniper@Example.com"})
        frame = hubframe.read(object_type, properties=["email"], progress=False)
        frame["email"] = "JUNIPER@Example.com"
        result = frame.hubspot.batch_update(object_type, progress=False)
        assert result["hubspot_status"].tolist() == [status]
        kept = {"tickets": "JUNIPER@Example.com", "contacts": "juniper@example.com"}
        assert local.portal.record(object_type, record)["email"] == kept[object_type]


@pytest.mark.parametrize("labels", [False, True])
def test_a_property_called_like_the_record_id_is_read_filtered_by_and_written(local, connection, labels):
    """Of the label "RecordID", HubSpot makes the internal name ``recordid``: a property like any other."""
    local.portal.define("contacts", {"name": "recordid", "label": "RecordID"})
    contact = local.portal.add("contacts", {"recordid": "A-17"})
    header = "RecordID" if labels else "recordid"
    found = hubframe.read(
        "contacts", properties=["recordid"], where=[("recordid", "EQ", "A-17")], labels=labels, progress=False
    )
    assert found[header].tolist() == ["A-17"]
    frame = hubframe.read("contacts", properties="all", labels=labels, progress=False)
    assert frame.hubspot.batch_update("contacts", progress=False)["hubspot_status"].tolist() == ["unchanged"]
    frame[header] = "B-18"
    assert frame.hubspot.batch_update("contacts", progress=False)["hubspot_status"].tolist() == ["updated"]
    assert local.portal.record("contacts", contact)["recordid"] == "B-18"


def test_what_ids_of_one_record_bring_is_a_baseline(local, connection):
    """A merged id brings the survivor, as the survivor's own does: two rows that agree."""
    first, second = (local.portal.add("contacts", {"city": city}) for city in ("Bergen", "Turku"))
    merged = local.portal.merge("contacts", first, second)
    frame = hubframe.read("contacts", ids=[first, second, merged, merged], properties=["city"], progress=False)
    was = frame.copy()
    frame["city"] = "Oslo"
    result = frame.hubspot.batch_update("contacts", baseline=was, progress=False)
    assert result["hubspot_status"].tolist() == ["updated"] * 4
    assert local.portal.record("contacts", merged)["city"] == "Oslo"


@pytest.mark.parametrize("write", ["changed", "blank", "all"])
def test_a_long_number_that_a_file_made_a_float_overwrites_nothing(local, connection, write):
    """A blank in its column makes floats of whole numbers, and a float has no more than 15 digits for certain."""
    local.portal.define("contacts", {"name": "fb", "label": "FB", "type": "number", "fieldType": "number"})
    contacts = [local.portal.add("contacts", {"fb": "12345678901234567", "city": "Oslo"}) for _ in range(2)]
    frame = pd.DataFrame({"hs_object_id": contacts, "city": "Bergen", "fb": [1.2345678901234568e16, 1e18]})
    result = frame.hubspot.batch_update("contacts", write=write, progress=False)
    first = {"changed": "updated", "blank": "unchanged", "all": "invalid"}[write]
    second = "unchanged" if write == "blank" else "invalid"
    assert result["hubspot_status"].tolist() == [first, second]
    assert [local.portal.record("contacts", contact)["fb"] for contact in contacts] == ["12345678901234567"] * 2
    meant = frame.assign(fb=frame["fb"].astype("Int64")).tail(1)
    meant.hubspot.batch_update("contacts", progress=False)
    assert local.portal.record("contacts", contacts[1])["fb"] == "1" + "0" * 18
