"""Settings are checked at once, the account is asked for, and the token is never shown."""

import contextlib
import copy
import logging
import pickle
import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

import hubframe
from hubframe import connection as connections
from hubframe.connection import Token

SECRET = "pat-eu1-deadbeef-not-a-real-token"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"base_url": "http://api.hubapi.com"}, "https://api.hubapi.com"),
        ({"base_url": "http://127.0.0.1.example.com"}, "unencrypted"),
        ({"base_url": "api.hubapi.com"}, "not a URL"),
        ({"base_url": "https://user:pw@api.hubapi.com"}, "password"),
        ({"api_version": "v3"}, "2026-03"),
        ({"rows_per_request": 101}, "1 to 100"),
        ({"rows_per_request": 0}, "1 to 100"),
        ({"rows_per_request": 10.0}, "1 to 100"),
        ({"rows_per_request": True}, "1 to 100"),
        ({"max_in_flight": 0}, "1 to 1000"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"request_timeout_seconds": 0}, "seconds"),
        ({"max_wait_seconds": float("nan")}, "seconds"),
    ],
)
def test_a_setting_that_cannot_work_is_an_error_before_anything_is_sent(settings, says):
    with pytest.raises(hubframe.SettingsError, match=says):
        hubframe.connect(SECRET, **settings)


@pytest.mark.parametrize("token", ["", "  \n", "pat na1", "pat-\x00", "pät", b"pat-na1", 7])
def test_a_token_that_cannot_be_one_is_an_error_that_tells_how_to_get_one(token):
    with pytest.raises(hubframe.HubframeError, match="Service Key"):
        hubframe.connect(token, base_url="http://127.0.0.1:9")


def test_without_a_token_and_without_anybody_to_ask_it_is_an_error(monkeypatch):
    monkeypatch.setattr(connections, "_somebody_can_answer", lambda: False)
    with pytest.raises(hubframe.AuthenticationError, match=r"HUBSPOT_ACCESS_TOKEN.*LocalHubSpot\.demo"):
        hubframe.connect()


def test_the_token_is_taken_from_the_environment_stripped(local, monkeypatch):
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", f" {local.token}\n")
    assert hubframe.connect(base_url=local.url).account.id == "44237313"


def test_the_token_is_asked_for_where_somebody_can_answer(local, monkeypatch):
    monkeypatch.setattr(connections, "_somebody_can_answer", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: local.token)
    assert hubframe.connect(base_url=local.url).account.id == "44237313"


def test_a_kernel_that_says_it_can_ask_and_cannot_is_an_error(monkeypatch):
    def getpass(_prompt):
        raise NotImplementedError

    monkeypatch.setattr(connections, "_somebody_can_answer", lambda: True)
    monkeypatch.setattr("getpass.getpass", getpass)
    with pytest.raises(hubframe.AuthenticationError, match="no HubSpot token"):
        hubframe.connect()


def test_a_token_that_hubspot_refuses_fails_at_once_and_says_what_to_do(local):
    with pytest.raises(hubframe.AuthenticationError, match=r"does not accept the token.*Service keys"):
        hubframe.connect(SECRET, base_url=local.url)


def test_a_server_that_is_not_there_or_not_hubspot_is_said_so(aiohttp_like_server):
    with pytest.raises(hubframe.HubSpotUnavailable, match="does not answer like HubSpot"):
        hubframe.connect(SECRET, base_url=aiohttp_like_server, max_attempts=1)
    with pytest.raises(hubframe.HubSpotUnavailable, match="no usable answer"):
        hubframe.connect(SECRET, base_url="http://127.0.0.1:9", max_attempts=1)


def test_the_connection_names_the_account_and_is_used_by_later_calls(local):
    connection = hubframe.connect(local)
    assert "44237313" in repr(connection)
    assert "44237313" in str(connection)
    assert connections.current_connection() is connection
    with pytest.raises(hubframe.PlanError, match=r"hubframe\.connect\(\)"):
        connections.current_connection("not one")


def test_nothing_shows_the_token(caplog):
    token = Token(SECRET)
    connection = hubframe.Connection(token=token)
    for shown in (repr(token), str(token), f"{token}", repr(connection), str(connection), repr(vars(connection))):
        assert SECRET not in shown
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with contextlib.suppress(TypeError):  # a connection is not to be pickled
            assert SECRET not in repr(copied(connection))
    assert caplog.text == ""


@pytest.mark.parametrize(
    "token", [SECRET, SECRET.encode(), SimpleNamespace(secret=SECRET), f"{SECRET} x", f"{SECRET}\x00"]
)
def test_no_traceback_of_ours_shows_the_token_nor_does_a_log(token, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(hubframe.HubframeError) as raised:
        hubframe.connect(token, base_url="http://127.0.0.1:9", max_attempts=1)
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    ours = [frame for frame in told.stack if "hubframe" in frame.filename and "tests" not in frame.filename]
    assert ours
    assert not any(SECRET in str(frame.locals) for frame in ours)
    assert SECRET not in str(raised.value)
    causes = [told.__cause__, None if told.__suppress_context__ else told.__context__]
    assert not any(SECRET in "".join(cause.format()) for cause in causes if cause is not None)
    assert SECRET not in caplog.text


@pytest.fixture
def aiohttp_like_server():
    """Serve a web page where HubSpot is expected."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
