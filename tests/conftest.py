"""What many tests share: an embedded HubSpot, and a connection to it."""

import os

import pytest

import hubframe
from hubframe import connection as connections


@pytest.fixture(autouse=True, scope="session")
def _journals_of_their_own(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBFRAME_HOME", str(tmp_path_factory.getbasetemp() / "hubframe"))
        yield


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
