"""Everything wrong at once, five seeds: no row wrong, lost, or blamed for another's fault."""

import pytest

from hubframe.delivery.steps import Settle
from hubframe.results.outcomes import Outcome
from tests.attack.million import updates
from tests.attack.run import attack


@pytest.mark.parametrize("seed", range(5))
def test_a_hubspot_in_trouble_makes_no_row_wrong(seed):
    assert attack(seed, rows=300).wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_hundreds_of_seeds(seed):
    assert attack(seed).wrong == []


@pytest.mark.soak
def test_a_million_row_updates():
    met = updates()
    assert met["rows"] == 1_000_000
    assert met["wrong"] == 0


# The attack must be able to fail: each of these defects, put in on purpose, is seen by a few seeds.


def by_order(batch, results):
    return [*results, *[None] * len(batch)][: len(batch)]


def never_looked(batch, _answer, _definitions, cause, *_, **__):
    return (Settle(tuple(Outcome(index, "updated", problems=(cause,)) for index in range(len(batch)))),)


@pytest.mark.parametrize(
    ("where", "defect"),
    [
        ("hubframe.delivery.decide._results_by_row", by_order),
        ("hubframe.delivery.driver.decide_look", never_looked),
    ],
)
def test_a_defect_put_in_on_purpose_is_found(where, defect, monkeypatch):
    monkeypatch.setattr(where, defect)
    assert any(attack(seed, rows=150).wrong for seed in range(5))
