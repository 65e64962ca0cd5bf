"""Whether the settings of a connection can work."""

from __future__ import annotations

import ipaddress
import os
import ssl
import urllib.parse
from typing import Any, Protocol

from hubframe.errors import SettingsError

__all__ = ["HUBSPOT_URL", "check_settings", "is_loopback", "journal_is_on"]

HUBSPOT_URL = "https://api.hubapi.com"


class Settings(Protocol):
    """What is checked of a `Connection`."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_version(self) -> str: ...
    @property
    def rows_per_request(self) -> int: ...
    @property
    def max_in_flight(self) -> int | None: ...
    @property
    def request_timeout_seconds(self) -> float: ...
    @property
    def max_attempts(self) -> int: ...
    @property
    def max_wait_seconds(self) -> float: ...
    @property
    def journal(self) -> bool: ...
    @property
    def ssl_context(self) -> ssl.SSLContext | None: ...


def journal_is_on() -> bool:
    """Tell whether the environment lets runs be recorded: ``HUBFRAME_JOURNAL`` is not ``off``."""
    said = os.environ.get("HUBFRAME_JOURNAL", "").strip().lower()
    if said not in ("", "on", "off", "1", "0", "true", "false", "yes", "no"):
        raise SettingsError(f'HUBFRAME_JOURNAL={said!r} must be "on" or "off".')
    return said not in ("off", "0", "false", "no")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_settings(settings: Settings) -> None:
    url = _split(settings.base_url)
    if url is None:
        raise SettingsError(f"base_url={settings.base_url!r} is not a URL. HubSpot's is {HUBSPOT_URL!r}.")
    if url.username or url.password:
        raise SettingsError("base_url must not hold a user name or a password. Pass the token as token=.")
    if url.scheme == "http" and not is_loopback(url.hostname or ""):
        raise SettingsError(
            f"base_url={settings.base_url!r} would send the token unencrypted. "
            f"Use {settings.base_url.replace('http://', 'https://', 1)!r}."
        )
    if settings.api_version not in ("2026-03", "2026-09"):
        raise SettingsError(f'api_version={settings.api_version!r} is not known. Use "2026-03" or "2026-09".')
    _whole("rows_per_request", settings.rows_per_request, 1, 100)
    if settings.max_in_flight is not None:
        _whole("max_in_flight", settings.max_in_flight, 1, 1000)
    _whole("max_attempts", settings.max_attempts, 1, 100)
    for name in ("request_timeout_seconds", "max_wait_seconds"):
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
            raise SettingsError(f"{name}={value!r} must be a number of seconds above 0.")
    if not isinstance(settings.journal, bool):
        raise SettingsError(f"journal={settings.journal!r} must be True or False.")
    if settings.ssl_context is not None and not isinstance(settings.ssl_context, ssl.SSLContext):
        raise SettingsError(
            f"ssl_context is a {type(settings.ssl_context).__name__}. "
            'Use ssl.create_default_context(cafile="company-ca.pem").'
        )


def _split(url: Any) -> urllib.parse.SplitResult | None:
    try:
        parts = urllib.parse.urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except (AttributeError, TypeError, ValueError):  # not text, half an IPv6 address, a port above 65535
        return None
    return parts if isinstance(url, str) and usable and not parts.query and not parts.fragment else None


def _whole(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        limit = "; HubSpot takes no more in a request" if name == "rows_per_request" else ""
        raise SettingsError(f"{name}={value!r} must be a whole number from {least} to {most}{limit}.")
