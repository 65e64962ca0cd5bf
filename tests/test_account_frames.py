"""What an account defines, as frames: fresh each time, whatever the token may not read said so."""

import pandas as pd
import pytest

import hubframe


@pytest.fixture
def local():
    with hubframe.LocalHubSpot(requests_per_interval=1_000_000) as server:
        yield server


@pytest.fixture
def connection(local):
    return hubframe.connect(local)


def test_properties_are_told_as_defined(local, connection):
    options = [{"label": "Up & <up>", "value": "up"}, {"label": "Down", "value": "down"}]
    local.portal.define(
        "contacts",
        {"name": "mood", "label": "Mood", "type": "enumeration", "fieldType": "select", "options": options},
    )
    local.portal.define("contacts", {"name": "health", "label": "Health", "dataSensitivity": "sensitive"})
    found = hubframe.properties("contacts").set_index("name")
    assert found.index.is_unique
    mood = found.loc["mood"]
    assert (mood["label"], mood["type"], mood["field_type"]) == ("Mood", "enumeration", "select")
    assert mood["options"] == ["up", "down"]
    assert mood["option_labels"] == ["Up & <up>", "Down"]
    assert not mood["read_only"]
    assert not mood["hubspot_defined"]
    assert found.loc["createdate", "read_only"]
    assert found.loc["health", "sensitivity"] == "sensitive"
    assert found.loc["firstname", "sensitivity"] == "non_sensitive"
    flags = ["read_only", "unique", "hidden", "hubspot_defined"]
    assert set(found[flags].dtypes) == {pd.Series([True]).dtype}
    assert found["label"].dtype == pd.StringDtype("python")


def test_what_was_defined_since_is_known_from_then_on(local, connection):
    local.portal.add("contacts", {"city": "Turku"})
    hubframe.read("contacts", properties=["city"], progress=False)
    local.portal.define("contacts", {"name": "shoe_size", "label": "Shoe size"})
    assert "shoe_size" in set(hubframe.properties("contacts")["name"])
    assert "shoe_size" in hubframe.read("contacts", properties=["shoe_size"], progress=False)


def test_sensitive_definitions_that_may_not_be_read_are_said_to_be_missing(local, connection, capsys):
    local.portal.define("contacts", {"name": "health", "label": "Health", "dataSensitivity": "sensitive"})
    local.scopes = {name for name in local.scopes if "sensitive" not in name}
    found = hubframe.properties("contacts")
    assert "health" not in set(found["name"])
    assert "firstname" in set(found["name"])
    assert "scope crm.objects.contacts.sensitive.read.v2" in capsys.readouterr().err


def test_in_hubspots_order_with_what_is_sensitive_or_has_left_last(local, connection):
    local.portal.define("contacts", {"name": "a_health", "label": "Health", "dataSensitivity": "sensitive"})
    local.portal.define("contacts", {"name": "z_hobby", "label": "Hobby"})
    found = hubframe.properties("contacts").set_index("name")
    assert (found["sensitivity"] != "non_sensitive").is_monotonic_increasing
    assert found.loc["a_health", "sensitivity"] == "sensitive"
    assert found.index.get_loc("z_hobby") < found.index.get_loc("a_health")
    for owner in ("901", "902", "903"):
        local.portal.add_owner(owner, email=f"{owner}@example.com", first_name="", last_name="")
    local.portal.archive_owner("902")
    owners = hubframe.owners()
    assert owners["id"].tolist()[-3:] == ["901", "903", "902"]
    assert owners["active"].is_monotonic_decreasing


def test_lists_as_texts_can_be_compared_and_counted(local, connection):
    found = hubframe.properties("contacts").astype({"options": "string", "option_labels": "string"})
    assert len(found.drop_duplicates()) == found["name"].nunique() == found.nunique()["name"]
    assert hubframe.owners().astype({"teams": "string"}).nunique()["teams"] <= 1
    types = hubframe.object_types()
    assert len(types.drop_duplicates()) == types.nunique()["name"]


def test_a_type_that_is_none(connection):
    with pytest.raises(hubframe.UnknownObjectType, match="widgets"):
        hubframe.properties("widgets")


def test_owners_with_those_who_left(local, connection):
    local.portal.add_owner("501", email="hazel@example.com", first_name="Hazel", last_name="Yew")
    local.portal.add_owner("502", email="sage@example.com", first_name="", last_name="")
    local.portal.archive_owner("502")
    found = hubframe.owners().set_index("id")
    assert found.loc["501", ["email", "name", "active"]].tolist() == ["hazel@example.com", "Hazel Yew", True]
    assert found.loc["502", "active"] == False  # noqa: E712 - numpy's own
    assert found.loc[["502"], ["first_name", "name"]].isna().all(axis=None)
    assert found["active"].dtype == bool
    assert found["name"].dtype == pd.StringDtype("python")


def test_owners_that_may_not_be_read_name_the_scope(local, connection):
    local.scopes = local.scopes - {"crm.objects.owners.read"}
    with pytest.raises(hubframe.MissingScope, match="owners") as told:
        hubframe.owners()
    assert "crm.objects.owners.read" in told.value.scopes


def test_an_account_without_owners_has_a_frame_all_the_same(local, connection):
    local.portal._owners.clear()
    found = hubframe.owners()
    assert (len(found), found["active"].dtype, found["id"].dtype) == (0, bool, pd.StringDtype("python"))
