"""A resumed plan sends every open row once, first those that were sent; of those, only what went."""

from hypothesis import given
from hypothesis import strategies as st

from hubframe.planning.definitions import Definitions
from hubframe.planning.resumed import ResumedPlan, first_difference
from hubframe.results.outcomes import Outcomes, Problem

DEFINITIONS = Definitions("contacts", {}, known=False)
FATES = ("settled", "open", "sent", "sent by record", "like the first")


def plan_of(fates, id_property=None, **facts):
    rows = len(fates)
    outcomes = Outcomes(rows)
    for row, fate in enumerate(fates):
        if fate == "settled":
            outcomes.settle(row, "updated", str(row))
    sent = [row for row, fate in enumerate(fates) if fate.startswith("sent")]
    return ResumedPlan(
        definitions=DEFINITIONS,
        id_property=id_property,
        ids=[f"a{row}" for row in range(rows)],
        cells={"firstname": [f"J{row}" for row in range(rows)], "city": [None] * rows},
        outcomes=outcomes,
        same_as={row: 0 for row, fate in enumerate(fates) if row and fate == "like the first"},
        before={row: {"firstname": "j"} for row in sent},
        after={row: {"firstname": "J"} for row in sent},
        record_ids={row: str(row) for row in sent if fates[row] == "sent by record"},
        **facts,
    )


@given(st.lists(st.sampled_from(FATES), max_size=30), st.integers(1, 7), st.sampled_from([None, "email"]))
def test_every_open_row_goes_once_and_no_settled_one(fates, size, id_property):
    plan = plan_of(fates, id_property)
    batches = list(plan.batches(size))
    rows = [row for batch in batches for row in batch.rows]
    followers = {row for row, fate in enumerate(fates) if row and fate == "like the first"}
    assert sorted(rows) == [row for row in plan.outcomes.open_rows() if row not in followers]
    assert all(1 <= len(batch) <= size for batch in batches)
    for batch in batches:
        for row, address, texts in zip(batch.rows, batch.ids, batch.texts, strict=True):
            assert texts == ({"firstname": "J"} if fates[row].startswith("sent") else {"firstname": f"J{row}"})
            by_record = fates[row] == "sent by record"
            assert (address, batch.id_property) == ((str(row), None) if by_record else (f"a{row}", id_property))
    was_sent = [fates[row].startswith("sent") for row in rows]
    assert was_sent == sorted(was_sent, reverse=True)


def test_what_went_must_still_be_what_it_was_and_other_rows_keep_what_is_expected():
    doubt = (Problem("VALIDATION_ERROR", "INVALID_OPTION", "no", property="firstname"),)
    expected = {0: {"firstname": "base"}, 1: {"firstname": "base"}}
    plan = plan_of(["open", "sent"], expected=expected, doubts={0: doubt, 1: doubt})
    assert plan.expected == {0: {"firstname": "base"}, 1: {"firstname": "j"}}
    assert plan.doubts == {0: doubt}
    assert plan_of(["open"]).expected is None


def test_a_row_that_was_sent_is_never_unsent():
    plan = plan_of(["open", "sent"])
    for row in (0, 1):
        plan.outcomes.settle(row, "unsent")
    assert [plan.outcomes.status_of(row) for row in (0, 1)] == ["unsent", "unconfirmed"]


def test_the_first_difference_is_the_topmost():
    ids, cells = ["1", "2", "3"], {"a": ["x", "y", None], "b": ["p", "q", "r"]}

    def difference(now_ids=ids, only_recorded=False, **columns):
        return first_difference((ids, cells), (now_ids, {**cells, **columns}), only_recorded=only_recorded)

    assert difference() is None
    assert difference(a=["x", "Y", None], b=["P", "q", "r"]) == (0, "b", "p", "P")
    assert difference(["1", "2", None]) == (2, None, "3", None)
    assert difference(a=["x", "y", "z"]) == (2, "a", None, "z")
    assert difference(a=["x", "y", "z"], only_recorded=True) is None
    assert difference(a=["x", None, None], only_recorded=True) == (1, "a", "y", None)
