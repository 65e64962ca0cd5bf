"""TLS with a private authority, and the token: it is in nothing LocalHubSpot keeps, says or logs."""

from __future__ import annotations

import contextlib
import gc
import http.client
import json
import logging
import re
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

import pytest
import trustme

from hubframe.local_hubspot import Fault, LocalHubSpot
from tests.test_local_hubspot_http import UPDATE, ask, one_row


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def server_context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def client_context(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def post(local, context, body):
    connection = http.client.HTTPSConnection(urlsplit(local.url).netloc, timeout=10, context=context)
    try:
        connection.request("POST", UPDATE, json.dumps(body), {"Authorization": f"Bearer {local.token}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_https_for_those_who_trust_the_authority(server_context, client_context):
    with LocalHubSpot(ssl_context=server_context) as local:
        assert re.fullmatch(r"https://localhost:\d+", local.url)
        record_id = local.portal.add("contacts", {})
        assert post(local, client_context, one_row(record_id, city="Boston"))[0] == 200
        assert local.portal.record("contacts", record_id)["city"] == "Boston"
        with pytest.raises(ssl.SSLCertVerificationError):
            post(local, ssl.create_default_context(), one_row(record_id, city="Austin"))
        assert len(local.requests) == 1


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("cut_after_write", (http.client.RemoteDisconnected, ssl.SSLEOFError)),
        ("cut_mid_answer", http.client.IncompleteRead),
        ("reset_after_write", (ConnectionError, ssl.SSLEOFError)),
    ],
)
def test_faults_strike_through_tls(server_context, client_context, name, errors):
    with LocalHubSpot(ssl_context=server_context) as local:
        record_id = local.portal.add("contacts", {})
        local.faults.plan(name, times=1)
        with pytest.raises(errors):
            post(local, client_context, one_row(record_id, city="Boston"))
        assert local.portal.record("contacts", record_id)["city"] == "Boston"
        assert post(local, client_context, one_row(record_id, city="Austin"))[0] == 200


def test_closing_is_quick_while_tls_hangs(server_context, client_context):
    threads = threading.active_count()
    local = LocalHubSpot(ssl_context=server_context)
    local.faults.plan(Fault("headers_only", seconds=60))
    connection = http.client.HTTPSConnection(urlsplit(local.url).netloc, timeout=10, context=client_context)
    try:
        connection.request("POST", UPDATE, json.dumps({}), {"Authorization": f"Bearer {local.token}"})
        connection.getresponse()
        begun = time.monotonic()
        local.close()
        assert time.monotonic() - begun < 1
        gc.collect()  # a connection left open is a warning, and that an error
    finally:
        connection.close()
    assert threading.active_count() == threads


# The token --------------------------------------------------------------------------------------------------


def test_the_token_is_in_no_log_repr_or_record(caplog):
    caplog.set_level(logging.DEBUG)
    token = "pat-local-secret-77"
    with LocalHubSpot(token=token, requests_per_interval=10_000) as local:
        record_id = local.portal.add("contacts", {})
        for name in ("html_502", "cut_after_write", "token_expires"):
            local.faults.plan(name, times=1)
            with contextlib.suppress(http.client.RemoteDisconnected):
                ask(local, "POST", UPDATE, one_row(record_id, city="Boston"))
        ask(local, "POST", UPDATE, raw=b"{")
        # What aiohttp cannot read it would quote in its log.
        for spoiled in (f"Bearer {token}\x01", f"Bearer {token}\r\nnothing"):
            unreadable = socket.create_connection(("127.0.0.1", urlsplit(local.url).port), timeout=10)
            with unreadable:
                unreadable.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {spoiled}\r\n\r\n".encode())
                assert unreadable.recv(65_536).startswith(b"HTTP/1.0 400")
        said = [repr(local), str(local), repr(local.requests), repr(local.faults), repr(vars(local)["_app"])]
    formatter = logging.Formatter()
    said += [formatter.format(record) for record in caplog.records]
    assert any("Error handling request" in text for text in said)
    assert [text for text in said if token in text] == []
