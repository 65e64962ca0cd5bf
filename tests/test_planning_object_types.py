"""HubSpot's own object types are known by every name it takes for them."""

import pytest

from hubframe.planning.object_types import type_id


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("contacts", "0-1"),
        ("contact", "0-1"),
        ("CONTACT", "0-1"),
        ("company", "0-2"),
        ("Companies", "0-2"),
        ("deal", "0-3"),
        ("tax", "0-86"),
        ("fees", "0-85"),
        ("postal_mail", "0-116"),
        ("line_item", "0-8"),
        ("0-1", "0-1"),
        ("2-1234567", "2-1234567"),
        ("p44237313_rooms", None),
        ("rooms", None),
        ("", None),
        ("s", None),
        ("2-", None),
    ],
)
def test_names_and_ids(name, known):
    assert type_id(name) == known
