"""Where requests go, and as whom: every setting once."""

from __future__ import annotations

import dataclasses
import os
import ssl
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from hubframe.errors import AuthenticationError, Interrupted, PlanError, SettingsError
from hubframe.settings import HUBSPOT_URL, check_settings, journal_is_on

if TYPE_CHECKING:
    from hubframe.planning.definitions import Definitions

__all__ = ["Account", "Connection", "Token", "connect", "current_connection"]

GET_A_KEY = (
    "In HubSpot, create a Service Key (Development, Keys, Service keys) with the crm.objects.*.read and .write "
    "scopes of the records to update, and set it as HUBSPOT_ACCESS_TOKEN or pass it: "
    'hubframe.connect("pat-..."). To try without an account: hubframe.connect(hubframe.LocalHubSpot.demo())'
)


NO_JOURNAL = (
    "No journal is kept: a run whose kernel dies can't be gone on with, nothing can be undone, and nobody can tell "
    "afterwards what was written."
)
COLAB = (
    "On Colab the journal dies with the machine. To keep on record what was written, set HUBFRAME_HOME to a folder of "
    "your Drive."
)


class Token:
    """A bearer token that shows itself to nobody: not to ``repr``, not to pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        # A trailing newline (a token read from a file) would raise deep inside aiohttp, with the header in sight.
        self._text = text.strip()

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("hubframe.Token", self._text))

    def __repr__(self) -> str:
        return "Token('***')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a connection holds the token and is not pickled; call hubframe.connect() where it is needed")

    def authorization(self) -> str:
        return f"Bearer {self._text}"

    def sendable(self) -> bool:
        return self._text.isascii() and self._text.isprintable() and " " not in self._text


@dataclass(frozen=True, slots=True)
class Account:
    """The HubSpot account a token belongs to (``GET /account-info/{version}/details``)."""

    id: str
    type: str
    time_zone: str

    def __str__(self) -> str:
        kind = self.type.replace("_", " ").lower()
        return f"HubSpot account {self.id} ({kind})" if kind else f"HubSpot account {self.id}"


class LocalServer(Protocol):
    """What `connect` needs of a `LocalHubSpot`."""

    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An account, and how hubframe talks to it. Made by `connect`; see there for the settings."""

    token: Token
    base_url: str = HUBSPOT_URL
    api_version: str = "2026-03"
    rows_per_request: int = 100
    max_in_flight: int | None = None
    request_timeout_seconds: float = 120
    max_attempts: int = 6
    max_wait_seconds: float = 600
    journal: bool = True
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False)
    account: Account = Account("", "", "")
    # Read once: definitions by object type; by path, what else planning asks of an account. A LocalHubSpot lives as
    # long as somebody is connected to it.
    definitions: dict[str, Definitions] = field(default_factory=dict, repr=False, compare=False)
    facts: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    local: object | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def pacing_key(self) -> tuple[str, Token]:
        """What HubSpot counts requests by: everything with this key shares one limit."""
        return (self.base_url, self.token)

    def __str__(self) -> str:
        return f"{self.account} at {self.base_url}, API {self.api_version}"


def connect(
    token: str | LocalServer | None = None,
    *,
    base_url: str = HUBSPOT_URL,
    api_version: str = "2026-03",
    rows_per_request: int = 100,
    max_in_flight: int | None = None,
    request_timeout_seconds: float = 120,
    max_attempts: int = 6,
    max_wait_seconds: float = 600,
    journal: bool = True,
    ssl_context: ssl.SSLContext | None = None,
) -> Connection:
    """Connect to a HubSpot account, and make it the one that later calls use.

    One request is made at once (``GET /account-info/{version}/details``, which every token may make), so
    that a bad token fails here and not in the middle of an update. The token is never shown by hubframe.

    Parameters
    ----------
    token : str or LocalHubSpot, optional
        A Service Key or another bearer token, or a `LocalHubSpot`, which brings its own URL and token.
        Default: the environment variable ``HUBSPOT_ACCESS_TOKEN``, else asked for where somebody can answer.
    base_url : str
        Where the API is. Plain http is accepted for loopback addresses alone.
    api_version : str
        HubSpot's date version, ``"2026-03"`` or ``"2026-09"``.
    rows_per_request : int
        Rows in one batch request, 1 to 100 (HubSpot's own limit).
    max_in_flight : int, optional
        Requests on the way at the same time. Default: as many as the latency seen and the limit call for.
    request_timeout_seconds : float
        How long one request may take. HubSpot itself gives up after 100 seconds.
    max_attempts : int
        How often one request is sent when HubSpot is overloaded or answers with an error of its own.
    max_wait_seconds : float
        How long the rows of one request may wait for HubSpot in all, in seconds.
    journal : bool
        Whether every run is recorded on this machine before its first request, so that it can be gone on with after
        its kernel was killed (`hubframe.resume`). ``HUBFRAME_JOURNAL=off`` in the environment does the same as False.
        Customers' values stand in the journal in the clear, the token never; see `hubframe.runs`.
    ssl_context : ssl.SSLContext, optional
        For a private certificate authority (a company's proxy):
        ``ssl.create_default_context(cafile="company-ca.pem")``.

    Returns
    -------
    Connection

    Raises
    ------
    SettingsError
        A setting that can't work, such as ``rows_per_request`` over 100.
    AuthenticationError
        No token, or one that HubSpot does not accept.
    HubSpotUnavailable
        No usable answer; what to look at is in the message.
    Interrupted
        Stopped by hand.

    Examples
    --------
    >>> import hubframe
    >>> local = hubframe.LocalHubSpot.demo()
    >>> connection = hubframe.connect(local)
    >>> print(connection.account.id)
    44237313
    >>> local.close()

    Notes
    -----
    HubSpot's pages: `account information
    <https://developers.hubspot.com/docs/api-reference/account-account-info-v3/guide>`_, `usage guidelines
    <https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines>`_.
    """
    token = _wrapped(token)  # before anything can raise: a traceback may show this frame's variables
    local, secret, base_url = _settled(token, base_url)
    connection = Connection(
        token=secret,
        base_url=base_url.rstrip("/") if isinstance(base_url, str) else base_url,
        api_version=api_version,
        rows_per_request=rows_per_request,
        max_in_flight=max_in_flight,
        request_timeout_seconds=request_timeout_seconds,
        max_attempts=max_attempts,
        max_wait_seconds=max_wait_seconds,
        journal=journal and journal_is_on(),
        ssl_context=ssl_context,
        local=local,
    )
    from hubframe.delivery.blocking import run_blocking  # noqa: PLC0415 - aiohttp is imported when needed
    from hubframe.reading import read_account  # noqa: PLC0415
    from hubframe.speaking import say  # noqa: PLC0415

    try:
        account = run_blocking(lambda: read_account(connection))
    except KeyboardInterrupt:
        raise Interrupted("Stopped by hand before HubSpot answered. To connect: hubframe.connect()") from None
    connection = dataclasses.replace(connection, account=account)
    _current[:] = [connection]
    if not connection.journal:
        say(NO_JOURNAL)
    elif "google.colab" in sys.modules:
        say(COLAB)
    return connection


def current_connection(connection: Connection | None = None) -> Connection:
    """Return the connection given, else the one `connect` made last; connect if there is none yet."""
    if connection is not None:
        if not isinstance(connection, Connection):
            raise PlanError(
                f"connection={type(connection).__name__} is not a connection. Pass what hubframe.connect() returns."
            )
        return connection
    return _current[0] if _current else connect()


_current: list[Connection] = []


def _wrapped(token: Any) -> Any:
    if token is None or isinstance(token, Token) or (hasattr(token, "url") and hasattr(token, "token")):
        return token
    return Token(token) if isinstance(token, str) else type(token)


def _settled(token: Any, base_url: str) -> tuple[object | None, Token, str]:
    local = None
    if token is None:
        token = _find_token()
    elif isinstance(token, type):
        raise SettingsError(f"token is a {token.__name__}; it must be text or a LocalHubSpot. {GET_A_KEY}")
    elif not isinstance(token, Token):
        local, base_url, token = token, token.url, Token(token.token)
    if not token:
        raise AuthenticationError(f"The token is empty. {GET_A_KEY}")
    if not token.sendable():
        raise AuthenticationError(
            "The token has a space or a character that no token has: it was probably not copied whole. " + GET_A_KEY
        )
    return local, token, base_url


def _find_token() -> Token:
    token = Token(os.environ.get("HUBSPOT_ACCESS_TOKEN", ""))
    if not token and _somebody_can_answer():
        import getpass  # noqa: PLC0415

        try:
            token = Token(getpass.getpass("HubSpot Service Key (not shown): "))
        except (EOFError, OSError, NotImplementedError, RuntimeError):  # a kernel run without a front end
            token = Token("")
    if not token:
        raise AuthenticationError(f"There is no HubSpot token. {GET_A_KEY}")
    return token


def _somebody_can_answer() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        return bool(getattr(shell.kernel, "_allow_stdin", False))
    return sys.stdin is not None and sys.stdin.isatty()
