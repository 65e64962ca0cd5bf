"""What a person writes becomes HubSpot's internal value only where one choice alone is called so."""

import pytest

from hubframe.planning.choices import Choice, Choices

STAGES = Choices(
    (
        Choice("won_a", "Closed won", ("Closed won (Sales)",), within="sales"),
        Choice("won_b", "Closed won", ("Closed won (Renewals)",), within="renewals"),
        Choice("open", "Open", within="sales"),
        Choice("closed won", "A value like another's label", within="odd"),
    )
)
OWNERS = Choices(
    (
        Choice("1", "Juniper Ash", ("juniper@example.com",)),
        Choice("2", "Juniper Ash", ("juniper@example.com", "Juniper Ash (Deactivated User)"), retired=True),
        Choice("3", "Hazel Elm", ("Hazel Elm (Deactivated User)",), retired=True),
        Choice("1", "Juniper once more", retired=True),
        Choice("4", "", ("  ",)),
    )
)


@pytest.mark.parametrize(
    ("choices", "text", "value"),
    [
        (STAGES, "open", "open"),
        (STAGES, " OPEN ", "open"),
        (STAGES, "Closed won", None),  # two pipelines have one
        (STAGES, "closed won", "closed won"),  # a value goes before any label
        (STAGES, "closed WON (sales)", "won_a"),
        (STAGES.within("renewals"), "Closed won", "won_b"),
        (STAGES.within("nowhere"), "Closed won", None),
        (OWNERS, "juniper@EXAMPLE.com", "1"),  # who left and came back is two owners
        (OWNERS, "Juniper Ash (Deactivated User)", "2"),
        (OWNERS, "hazel elm", "3"),
        (OWNERS, "", None),
        (OWNERS, "  ", None),
        (Choices(), "anything", None),
    ],
)
def test_a_text_stands_for_a_value(choices, text, value):
    assert choices.value_of(text) == value


def test_every_choice_called_so_is_named_but_no_retired_one_beside_others():
    assert [choice.value for choice in STAGES.named("closed won")] == ["won_a", "won_b"]
    assert [choice.value for choice in OWNERS.named("Juniper Ash")] == ["1"]


def test_of_two_choices_with_one_value_the_first_counts():
    assert OWNERS.by_value["1"].label == "Juniper Ash"
    assert not OWNERS.by_value["1"].retired


def test_the_nearest_choices_are_offered_once_each_and_no_retired_one():
    assert [choice.value for choice in STAGES.nearest("opne")] == ["open"]
    assert [choice.value for choice in STAGES.nearest("Closed won (Sale)")][:1] == ["won_a"]
    assert OWNERS.nearest("Hazel Elm") == []
    assert len(STAGES.nearest("closed won", most=1)) == 1


def test_places_are_hubspot_s_order():
    assert [STAGES.place(value) for value in ("won_a", "open", "gone")] == [0, 2, None]
    assert "open" in STAGES
    assert None not in STAGES
    assert not Choices()
    assert Choices.of(["a", "b"]).value_of("b") == "b"
