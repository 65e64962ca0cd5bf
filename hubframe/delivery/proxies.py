"""Which proxy a URL is reached through."""

from __future__ import annotations

import urllib.parse
import urllib.request

from hubframe.errors import SettingsError
from hubframe.settings import is_loopback

__all__ = ["proxy_for"]


def proxy_for(url: str) -> str | None:
    """Return the environment's (on Windows and macOS: the system's) proxy for a URL; never one for loopback."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(parts.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy:
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.lower().startswith(("http://", "https://")):
        raise SettingsError(
            f"The environment asks for a {proxy.partition(':')[0]} proxy; hubframe can use http proxies alone. "
            f"Set {parts.scheme.upper()}_PROXY to one, or NO_PROXY={host} to do without."
        )
    return proxy
