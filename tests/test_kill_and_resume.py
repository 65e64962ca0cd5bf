"""Whenever an update is killed, it is gone on with: no row wrong, none that was settled sent again, old values kept."""

import pytest

from tests.kill.run import kill_and_resume


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBFRAME_HOME", str(tmp_path))


@pytest.mark.parametrize("seed", range(5))
def test_a_run_that_was_killed_is_gone_on_with(seed, tmp_path):
    met = kill_and_resume(seed, tmp_path)
    assert met.wrong == []


def test_a_resume_that_was_killed_is_gone_on_with_too(tmp_path):
    assert kill_and_resume(9, tmp_path, kills=2).wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5, 65))
def test_a_run_that_was_killed_at_any_of_many_points_is_gone_on_with(seed, tmp_path):
    assert kill_and_resume(seed, tmp_path, kills=1 + seed % 3 // 2).wrong == []
