"""Proxies, certificates, timeouts: a real proxy and TLS on loopback, and for each trouble the next thing to do."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import socket
import ssl
import threading
import time

import pandas as pd
import pytest
import trustme

import hubframe
from hubframe.connection import Connection, Token
from hubframe.delivery import pacing, transport
from tests.test_transport import PROXY_VARIABLES

SECRET = "pat-na1-5e5e5e5e-secret"
NAME = "hubspot.test"  # known to the proxy alone


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in [*PROXY_VARIABLES, "REQUEST_METHOD", "SSL_CERT_FILE"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pacing, "_pacers", {})
    lookup = socket.getaddrinfo

    def look_up(host, *given, **named):
        if host == NAME:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return lookup(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def secure(authority):
    """An embedded HubSpot behind TLS, with a certificate of a private authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", NAME).configure_cert(context)
    with hubframe.LocalHubSpot(ssl_context=context, token=SECRET) as local:
        yield local


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


class Proxy:
    """A forward proxy in a thread: CONNECT and absolute-form; `heads` are the requests it was sent."""

    def __init__(self, port, *, refuses=None, password=None):
        self.target_port, self.refuses, self.password = port, refuses, password
        self.heads = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = self.call(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head.decode())
            wanted = f"Basic {base64.b64encode((self.password or '').encode()).decode()}"
            if self.refuses or (self.password and f"Proxy-Authorization: {wanted}" not in self.heads[-1]):
                writer.write(f"HTTP/1.1 {self.refuses or '407 Wanted'}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
            else:
                there_reader, there = await asyncio.open_connection("127.0.0.1", self.target_port)
                if head.startswith(b"CONNECT "):
                    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    there.write(head)
                await asyncio.gather(pipe(reader, there), pipe(there_reader, writer))
        writer.close()

    async def stop(self):
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call(self.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


async def pipe(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


def port_of(local):
    return int(local.url.rpartition(":")[2])


def connect(**settings):
    return hubframe.connect(SECRET, **({"base_url": f"https://{NAME}"} | settings))


def update(local, connection):
    ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(3)]
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    result = df.hubspot.batch_update("contacts", connection=connection, progress=False)
    return result["hubspot_status"].tolist()


# Proxies ----------------------------------------------------------------------------------------------------


def test_an_update_goes_through_the_environments_proxy(secure, trusting, monkeypatch):
    with Proxy(port_of(secure), password="u:p") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//u:p@"))
        assert update(secure, connect(ssl_context=trusting)) == ["updated"] * 3
    assert all(head.startswith(f"CONNECT {NAME}:443 ") for head in proxy.heads)
    assert proxy.heads
    assert SECRET not in "".join(proxy.heads)


def test_a_plain_request_goes_to_a_proxy_in_absolute_form(local, monkeypatch):
    """hubframe speaks plain http to loopback alone, which needs none; the transport can, all the same."""
    monkeypatch.setattr("hubframe.settings.is_loopback", lambda _: True)
    connection = Connection(token=Token(local.token), base_url=f"http://{NAME}")
    with Proxy(port_of(local)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)

        async def ask():
            async with transport.Transport(connection) as wire:
                return await wire.request("GET", "/account-info/2026-03/details")

        assert asyncio.run(ask()).status == 200
    assert proxy.heads[0].startswith(f"GET http://{NAME}/account-info/")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_loopback_is_reached_directly(secure, trusting, local, monkeypatch, variable):
    with Proxy(9) as proxy:
        monkeypatch.setenv(variable, proxy.url)
        assert update(local, hubframe.connect(local)) == ["updated"] * 3
        assert connect(base_url=secure.url, ssl_context=trusting).account.id
    assert proxy.heads == []


@pytest.mark.parametrize("value", [NAME, "other.test, .test", f"{NAME}:443", "*"])
def test_no_proxy_is_honoured(monkeypatch, value):
    with Proxy(9) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", value)
        url = f"https://{NAME}:443"
        with pytest.raises(hubframe.HubSpotUnavailable, match="not known"):
            connect(base_url=url, max_attempts=1)
    assert proxy.heads == []


def test_netrc_is_not_read(local, monkeypatch, tmp_path):
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    assert update(local, hubframe.connect(local)) == ["updated"] * 3


# Trouble ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refuses", "password", "says"),
    [
        ("403 Forbidden", None, r"refuses \(403 Forbidden\).* Check HTTPS_PROXY, or set NO_PROXY=hubspot\.test"),
        (None, "u:p", r"asks for a user name and a password.*HTTPS_PROXY=http://user:password@"),
    ],
)
def test_a_proxy_that_refuses(secure, monkeypatch, refuses, password, says):
    with Proxy(port_of(secure), refuses=refuses, password=password) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//me:hidden-word@"))
        with pytest.raises(hubframe.HubSpotUnavailable, match=says) as raised:
            connect(max_attempts=1)
    assert "hidden-word" not in str(raised.value)
    assert SECRET not in "".join(proxy.heads)


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://me:hidden-word@127.0.0.1:9", r"no connection to the proxy http://127\.0\.0\.1:9 .*NO_PROXY="),
        (f"http://{NAME}:3128", r"the proxy's name hubspot\.test is not known.* Check HTTPS_PROXY"),
    ],
)
def test_a_proxy_that_is_not_there(monkeypatch, proxy, says):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(hubframe.HubSpotUnavailable, match=says) as raised:
        connect(max_attempts=1, base_url="https://elsewhere.test")
    assert "hidden-word" not in str(raised.value)


def test_a_name_that_is_not_known():
    says = r"the name hubspot\.test is not known\..*Check the network, a VPN, and base_url\.$"
    with pytest.raises(hubframe.HubSpotUnavailable, match=says):
        connect(max_attempts=1)


def test_nobody_listens():
    with pytest.raises(hubframe.HubSpotUnavailable, match=r"no connection to 127\.0\.0\.1:9 .*Check the network"):
        connect(base_url="http://127.0.0.1:9", max_attempts=1)


@pytest.mark.parametrize("through_a_proxy", [False, True])
def test_a_certificate_that_is_not_trusted_fails_at_once(secure, trusting, monkeypatch, through_a_proxy):
    begun = time.monotonic()
    says = r"is not trusted \(.*\).*ssl_context=ssl\.create_default_context\(cafile=.*\)\)$"
    with Proxy(port_of(secure)) as proxy:
        if through_a_proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        url = f"https://{NAME}" if through_a_proxy else secure.url
        with pytest.raises(hubframe.HubSpotUnavailable, match=says):
            connect(base_url=url)
        assert time.monotonic() - begun < 2
        assert connect(base_url=url, ssl_context=trusting).account.id


def test_a_certificate_for_another_name_is_not_trusted(secure, trusting):
    with pytest.raises(hubframe.HubSpotUnavailable, match="not trusted"):
        connect(base_url=secure.url.replace("localhost", "127.0.0.1"), ssl_context=trusting)


def test_a_certificate_no_longer_trusted_in_the_middle_is_said_too(secure, trusting):
    connection = connect(base_url=secure.url, ssl_context=trusting, max_attempts=1)
    update(secure, connection)  # the definitions are known
    object.__setattr__(connection, "ssl_context", ssl.create_default_context())
    with pytest.raises(hubframe.HubSpotUnavailable, match="not trusted"):
        update(secure, connection)


def test_plain_http_where_tls_is_expected(local):
    with pytest.raises(hubframe.HubSpotUnavailable, match=r"no TLS with .*speaking https\?"):
        connect(base_url=local.url.replace("http://", "https://"), max_attempts=1)


@pytest.mark.parametrize("context", [True, "ca.pem"])
def test_an_ssl_context_that_is_none(context):
    with pytest.raises(hubframe.SettingsError, match=r"ssl\.create_default_context\(cafile="):
        connect(ssl_context=context)


@pytest.mark.parametrize("url", ["http://[::1", "https://x:99999", None, 7, "https://x/?a=1", b"https://x"])
def test_a_base_url_that_is_none(url):
    with pytest.raises(hubframe.SettingsError, match="is not a URL"):
        connect(base_url=url)


def test_no_redirect_is_followed(local):
    for name in ("redirect_302", "redirect_307"):
        local.faults.plan(name, times=1, path=None)
        with pytest.raises(hubframe.HubSpotUnavailable, match=r"Check base_url"):
            hubframe.connect(local, max_attempts=1)
    assert len(local.requests) == 2


def test_ipv6_loopback():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        body = b'{"portalId": 7}'

        def answer():
            there, _ = server.accept()
            with there:
                there.recv(65536)
                there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        thread = threading.Thread(target=answer)
        thread.start()
        connection = connect(base_url=f"http://[::1]:{server.getsockname()[1]}")
        thread.join()
        assert connection.account.id == "7"


# Patience ---------------------------------------------------------------------------------------------------


def test_request_timeout_seconds_is_honoured(local):
    local.latency_seconds = 30
    begun = time.monotonic()
    says = r"no answer within 0\.3 s.* connect with a longer request_timeout_seconds\.$"
    with pytest.raises(hubframe.HubSpotUnavailable, match=says):
        hubframe.connect(local, request_timeout_seconds=0.3, max_attempts=1)
    assert time.monotonic() - begun < 3


def test_max_attempts_is_honoured(local):
    local.faults.plan("text_503", path=None)
    with pytest.raises(hubframe.HubSpotUnavailable, match=r"2 tries.*Try again later\.$"):
        hubframe.connect(local, max_attempts=2)
    assert len(local.requests) == 2


def test_max_wait_seconds_is_honoured_and_counts_silence(local):
    local.latency_seconds = 30
    begun = time.monotonic()
    with pytest.raises(hubframe.HubSpotUnavailable, match=r"1 tries and 1 of 1 s"):
        hubframe.connect(local, request_timeout_seconds=0.6, max_wait_seconds=1)
    assert time.monotonic() - begun < 4


def test_the_settings_hold_in_an_update(local):
    connection = hubframe.connect(local, max_attempts=2, max_wait_seconds=5)
    local.faults.plan("text_503")
    ids = [local.portal.add("contacts", {"firstname": "juniper"}) for _ in range(3)]
    df = pd.DataFrame({"hs_object_id": ids, "firstname": "Rowan"})
    with contextlib.suppress(hubframe.HubframeWarning):
        df.hubspot.batch_update("contacts", write="all", connection=connection, progress=False)
    result = hubframe.last_result()
    writes = [request for request in local.requests if request.path.endswith("batch/update")]
    assert len(writes) == 2
    assert not re.search("updated", " ".join(result["hubspot_status"]))
