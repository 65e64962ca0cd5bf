"""The demo's account and frame: nobody real, whole, and the same every time."""

from __future__ import annotations

from hubframe.local_hubspot import LocalHubSpot, Portal
from hubframe.local_hubspot.demo_portal import fill


def test_demo_is_the_same_every_time():
    first, second, other = Portal(seed=3), Portal(seed=3), Portal(seed=4)
    for portal, seed in ((first, 3), (second, 3), (other, 4)):
        fill(portal, contacts=200, seed=seed)
    held = [[portal.record("contacts", name) for name in portal.ids("contacts")] for portal in (first, second)]
    for records in held:
        for record in records:
            if "hs_merged_object_ids" in record:  # made just now
                del record["createdate"], record["lastmodifieddate"]
    assert held[0] == held[1]
    assert first.ids("contacts") != other.ids("contacts")
    assert [len(first.ids(name)) for name in ("contacts", "companies", "deals", "contracts", "tickets")] == [
        200,
        400,
        300,
        200,
        30,
    ]


def test_messy_contacts_hold_every_kind_of_trouble():
    with LocalHubSpot.demo(contacts=1500) as hubspot:
        frame = hubspot.messy_contacts(rows=1200)
        assert frame.equals(hubspot.messy_contacts(rows=1200))
        records = hubspot.portal.records_of("contacts")
        assert len(hubspot.messy_contacts(rows=5000)) == 1500
    assert len(frame) == 1200
    ids = frame["Record ID"].fillna("").str.strip()
    assert (ids == "").sum() >= 2
    assert (ids == "1.7159e+11").sum() >= 2
    assert ids.isin(list(records.merged_into)).sum() >= 2
    numbers = ids[ids.str.fullmatch(r"\d+")]
    known = numbers.isin(list(records.live))
    assert 3 <= (~known).sum() <= 20
    assert 5 <= numbers.duplicated().sum() <= 15
    assert frame.duplicated().sum() >= 2
    kind = hubspot.portal.object_type("contacts")
    stages = {option["value"] for option in kind.definitions["lifecyclestage"]["options"]}
    assert (~frame["lifecyclestage"].isin(stages)).sum() >= 2
    assert (~frame["annual_spend"].str.fullmatch(r"\d+\.\d+")).sum() >= 2
    assert (~frame["renewal_date"].str.fullmatch(r"20\d\d-[01]\d-\d\d")).sum() >= 2
    assert (~frame["email"].str.fullmatch(r"[^@ ]+@example\.(com|org|net)")).sum() >= 2
    assert frame["email"].duplicated().sum() > frame.duplicated().sum()
