"""Why no answer came, in words, and what to do about it."""

from __future__ import annotations

import os
import urllib.parse

import aiohttp

from hubframe.connection import Connection
from hubframe.delivery.messages import Answer

__all__ = ["LATER", "NEVER_SENT", "advice_on", "no_answer", "untrusted"]

# Nothing reached HubSpot: there was no connection, or a proxy that made none.
NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
LATER = "Try again later."
REDIRECTED = "Check base_url; a network may also want a sign-in first: open any page in a browser."


def advice_on(answer: Answer) -> str:
    """Return what to do about an answer that is of no use."""
    return answer.advice or (REDIRECTED if 300 <= answer.status < 400 else LATER)


def no_answer(error: BaseException, connection: Connection, proxy: str | None) -> tuple[str, str]:
    """Return why a request had no answer, and the next thing to do."""
    host = urllib.parse.urlsplit(connection.base_url).hostname or ""
    through = _without_password(proxy)
    mend_proxy = f"Check HTTPS_PROXY, or set NO_PROXY={host} to do without."
    if isinstance(error, aiohttp.ClientHttpProxyError):
        if error.status == 407:
            return (
                f"the proxy {through} asks for a user name and a password (407)",
                "Set HTTPS_PROXY=http://user:password@host:port.",
            )
        return f"the proxy {through} refuses ({error.status} {error.message})", mend_proxy
    if isinstance(error, aiohttp.ClientConnectorError):
        to_proxy = proxy is not None and error.host == urllib.parse.urlsplit(proxy).hostname
        target = f"the proxy {through}" if to_proxy else f"{error.host}:{error.port}"
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            name = f"the proxy's name {error.host}" if to_proxy else f"the name {error.host}"
            return f"{name} is not known", mend_proxy if to_proxy else "Check the network, a VPN, and base_url."
        if isinstance(error, aiohttp.ClientSSLError):
            return (
                f"no TLS with {target} ({error.os_error})",
                "Check base_url and HTTPS_PROXY: is what listens there speaking https?",
            )
        said = os.strerror(error.errno) if error.errno else str(error.os_error)
        return f"no connection to {target} ({said})", mend_proxy if to_proxy else "Check the network, and base_url."
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        target = f"the proxy {through}" if proxy else host
        return (
            f"no connection to {target} in time",
            "Check the network: a firewall may ask for a proxy (HTTPS_PROXY=http://host:port).",
        )
    if isinstance(error, TimeoutError):
        seconds = connection.request_timeout_seconds
        return f"no answer within {seconds:g} s", f"{LATER[:-1]}, or connect with a longer request_timeout_seconds."
    return f"no answer ({type(error).__name__}: {error})", LATER


def untrusted(base_url: str, error: aiohttp.ClientConnectorCertificateError) -> str:
    """Return what to do about a certificate that this machine does not trust."""
    reason = getattr(error.certificate_error, "verify_message", None) or str(error.certificate_error)
    return (
        f"The certificate of {base_url} is not trusted ({reason}). Where a company's proxy stands between, get its "
        "certificate authority's file (IT has it) and connect with it: "
        'hubframe.connect(ssl_context=ssl.create_default_context(cafile="company-ca.pem"))'
    )


def _without_password(proxy: str | None) -> str:
    parts = urllib.parse.urlsplit(proxy or "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
