"""Everything wrong at once, five seeds: no row wrong, lost, or blamed for another's fault."""

import pytest

from tests.attack.run import attack


@pytest.mark.parametrize("seed", range(5))
def test_a_hubspot_in_trouble_makes_no_row_wrong(seed):
    assert attack(seed, rows=300).wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_hundreds_of_seeds(seed):
    assert attack(seed).wrong == []
