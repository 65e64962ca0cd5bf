"""What many tests share: an embedded HubSpot, and a connection to it."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

import hubframe
from hubframe import connection as connections

BROWSER_TESTS = "tests/jupyterlab/"


def pytest_xdist_auto_num_workers(config):
    """As many processes as processors for the whole suite, none for a part of it: `-n 2` and `-n 0` say otherwise."""
    part = config.args_source is pytest.Config.ArgsSource.ARGS
    part = part or any(config.getoption(name, None) for name in ("keyword", "lf", "failedfirst", "stepwise"))
    return 0 if part else min(os.cpu_count() or 1, 4)


class WholeFiles(LoadScopeScheduling):
    """Each file's tests in one process, the browser's all in one: one JupyterLab, one Voila, one Chromium."""

    def _split_scope(self, nodeid):
        return BROWSER_TESTS if nodeid.startswith(BROWSER_TESTS) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False  # as collected: the browser's, which take longest, come first
    return WholeFiles(config, log)


@pytest.fixture(autouse=True, scope="session")
def _journals_of_their_own(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBFRAME_HOME", str(tmp_path_factory.getbasetemp() / "hubframe"))
        yield


@pytest.fixture(autouse=True)
def _no_width_of_anybodys_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(autouse=True)
def _no_connection_of_anybody_else(monkeypatch):
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN", raising=False)
    monkeypatch.setattr(connections, "_current", [])


@pytest.fixture(params=["per_row", "whole_batch"])
def local(request):
    """An empty embedded HubSpot, in both ways of answering a batch with an invalid value."""
    with hubframe.LocalHubSpot(validation=request.param) as server:
        yield server


@pytest.fixture
def connection(local):
    return hubframe.connect(local)


@pytest.fixture(scope="session")
def in_ci() -> bool:
    return os.environ.get("CI") == "true"
