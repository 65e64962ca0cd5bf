"""Without a browser its tests are skipped with the reason; where CI is set they fail instead."""

import sys

import pytest

from tests.jupyterlab.chromium import chromium_path, missing_part
from tests.jupyterlab.conftest import require_browser


@pytest.fixture
def no_chromium(monkeypatch):
    pytest.importorskip("jupyterlab")
    pytest.importorskip("playwright")
    monkeypatch.setenv("HUBFRAME_CHROMIUM", "/no/such/chromium")
    return "HUBFRAME_CHROMIUM is '/no/such/chromium', which is no program"


def test_skipped_with_the_reason(no_chromium, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        require_browser()
    assert skipped.value.msg == no_chromium


def test_failed_in_ci(no_chromium, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI is set, and HUBFRAME_CHROMIUM is"):
        require_browser()


def test_nothing_on_path(monkeypatch):
    pytest.importorskip("jupyterlab")
    pytest.importorskip("playwright")
    monkeypatch.delenv("HUBFRAME_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    assert missing_part().startswith("none of chromium, chromium-browser, google-chrome is on PATH")


def test_the_chosen_one(monkeypatch):
    monkeypatch.setenv("HUBFRAME_CHROMIUM", sys.executable)
    assert chromium_path() == sys.executable
