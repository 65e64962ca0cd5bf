"""An embedded HubSpot: a portal, served over real HTTP on loopback."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any, Self

from .access import all_scopes
from .app import App, RecordedRequest
from .demo_portal import fill
from .export import export
from .faults import Faults
from .messy_contacts import messy_contacts
from .portal import Portal
from .rate_limit import OtherClient
from .server import HOST, ServerThread
from .settings import Settings, Validation

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    import pandas as pd

LOCAL_TOKEN = "pat-local-00000000-0000-0000-0000-000000000000"  # noqa: S105 (opens nothing)


class LocalHubSpot(Settings):
    """A HubSpot account in this process, for tests, demonstrations and notebooks.

    It answers as HubSpot does, in HubSpot's words, on ``127.0.0.1`` alone, from the moment it is made until
    ``close()``, the end of its ``with`` block, or the end of the program. Its settings are plain attributes,
    read anew for every request.

    Parameters
    ----------
    port
        0 takes a free one.
    portal_id
        The account's id (Hub ID).
    token
        The bearer token it accepts.
    scopes
        What the token may do; None: everything.
    validation
        What an invalid value does to a ``batch/update`` whose inputs all carry trace ids: ``"per_row"``
        names the rows in a 207, ``"whole_batch"`` refuses them all. Nobody has recorded which HubSpot does.
        Without trace ids it is always the whole batch.
    requests_per_interval, interval_seconds
        The rolling limit; above it, 429.
    requests_per_day
        The daily limit.
    searches_per_second
        The limit of searches, in a rolling second; they do not count for the other, and carry no limit's headers.
    search_lag_seconds
        How much later than everything else search shows a change. What the account holds when it is first asked
        anything is shown at once.
    latency_seconds
        How long each answer takes; a pair (lowest, highest) draws anew for each request.
    echo_trace_ids
        Whether results carry ``objectWriteTraceId``; HubSpot's recorded ones do not.
    seed
        Makes ids, the order of results, latencies and the demo's records the same every time.
    ssl_context
        A server's context; with it, TLS alone is spoken, and the certificate must be for ``localhost``.

    Attributes
    ----------
    url : str
        Its address, ``http://127.0.0.1:PORT``; with TLS, ``https://localhost:PORT``.
    portal : Portal
        The account's state, to prepare and to look into.
    requests : list of RecordedRequest
        Every request received, in order.
    faults : Faults
        What goes wrong, planned or at random.
    token_expired : bool
        Set it, and the token is past its time.
    ignore_backward_stages : bool
        Set it, and a ``lifecyclestage`` before the one held is ignored without a word, until that is cleared.
    rewrite_values : bool
        Set it, and phone numbers are stored in one format, html without scripts.
    echo_id_property : bool
        Set it, and results of rows addressed by ``idProperty`` carry that property even if it was not sent.
    longest_url : int
        Characters of a request's path and query; above it, 414. HubSpot documents no number; readers of many
        properties met it near 8,000 (dlt-hub/verified-sources, pull request 311).
    properties_not_echoed : set of str
        What the results of ``batch/update`` leave out.

    Raises
    ------
    OSError
        The port is taken.

    Examples
    --------
    >>> import hubframe.local_hubspot as local
    >>> with local.LocalHubSpot() as hubspot:
    ...     juniper = hubspot.portal.add("contacts", {"firstname": "Juniper"})
    ...     hubspot.portal.record("contacts", juniper)["firstname"]
    'Juniper'
    """

    def __init__(
        self,
        *,
        port: int = 0,
        portal_id: int = 44237313,
        token: str = LOCAL_TOKEN,
        scopes: Iterable[str] | None = None,
        validation: Validation = "per_row",
        requests_per_interval: int = 100,
        interval_seconds: float = 10.0,
        requests_per_day: int = 250_000,
        searches_per_second: int = 5,
        search_lag_seconds: float = 0.0,
        latency_seconds: float | tuple[float, float] = 0.0,
        echo_trace_ids: bool = False,
        seed: int = 0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.portal = Portal(portal_id=portal_id, seed=seed)
        self.seed = seed
        super().__init__(
            token=token,
            scopes=all_scopes(self.portal.object_types()) if scopes is None else set(scopes),
            validation=validation,
            requests_per_interval=requests_per_interval,
            interval_seconds=interval_seconds,
            requests_per_day=requests_per_day,
            searches_per_second=searches_per_second,
            search_lag_seconds=search_lag_seconds,
            latency_seconds=latency_seconds,
            echo_trace_ids=echo_trace_ids,
        )
        self.requests: list[RecordedRequest] = []
        self.faults = Faults()
        self._app = App(self.portal, self, self.faults, self.requests, seed)
        self._server = ServerThread(self._app.respond, port, ssl_context)
        origin = f"http://{HOST}" if ssl_context is None else "https://localhost"
        self.url = f"{origin}:{self._server.port}"
        atexit.register(self.close)

    @classmethod
    def demo(cls, *, contacts: int = 5000, **settings: Any) -> Self:
        """Return an embedded account: contacts, 400 companies, 300 deals, 200 contracts, 30 tickets of nobody real.

        Of its owners two share a name, and one has left; each of the three has a few contacts.

        Parameters
        ----------
        contacts
            How many contacts it has.
        **settings
            As for ``LocalHubSpot``.
        """
        made = cls(**settings)
        fill(made.portal, contacts=contacts, seed=made.seed)
        return made

    def messy_contacts(self, rows: int = 3000) -> pd.DataFrame:
        """Return the frame an analyst would have of a demo account: cleaned contacts, and the usual mistakes.

        A column ``Record ID``, then columns named like the properties. Most rows differ a little from the
        account's (names and cities in proper case, phones in one style, people who moved), some not at
        all, and about 4 % are in trouble: unknown and merged ids, rows repeated or contradicting each other,
        options that do not exist, numbers, dates and e-mails that are none, e-mails that another contact has,
        ids blank or ruined by a spreadsheet. The same rows every time, at most as many as there are contacts.
        """
        return messy_contacts(self.portal, rows=rows, seed=self.seed)

    def export(
        self, object_type: str, *, properties: Sequence[str] | None = None, timezone: str = "UTC"
    ) -> pd.DataFrame:
        """Return the frame an analyst has who exports records from HubSpot and reads the CSV with pandas.

        Headers are labels, values too: "Marketing Qualified Lead", "Closed Won (Sales Pipeline)", owners by
        name; times to the minute. The dtypes are pandas' own guesses, for better or worse. A label that two
        properties share heads the second column with ``.1`` behind it. The shape follows HubSpot's exports
        as far as they are known: how they mark owners who left, and times, was seen in published ones; their
        columns of associations are blank here.

        Parameters
        ----------
        object_type
            Any of its names.
        properties
            By internal name, in this order; None: every property that is not hidden.
        timezone
            The account's, in which times are written.

        Examples
        --------
        >>> import hubframe.local_hubspot as local
        >>> with local.LocalHubSpot() as hubspot:
        ...     _ = hubspot.portal.add("contacts", {"firstname": "Juniper", "lifecyclestage": "lead"})
        ...     frame = hubspot.export("contacts", properties=["firstname", "lifecyclestage"])
        >>> frame.loc[0, ["First Name", "Lifecycle Stage"]].to_list()
        ['Juniper', 'Lead']
        """
        return export(self.portal, object_type, properties=properties, timezone=timezone)

    def other_client(self, *, requests_per_second: float) -> OtherClient:
        """Let another program use the same token, and the limit with it, until the end of the ``with`` block.

        Parameters
        ----------
        requests_per_second
            How often it asks, at even intervals. It does not slow down when it is over the limit.

        Examples
        --------
        >>> import time, hubframe.local_hubspot as local
        >>> with local.LocalHubSpot() as hubspot, hubspot.other_client(requests_per_second=100) as other:
        ...     time.sleep(0.05)
        ...     other.let_in >= 5
        True
        """
        return OtherClient(self._app.rate_limit, requests_per_second)

    def close(self) -> None:
        """Stop serving; a second call does nothing. The portal and the recorded requests stay readable."""
        atexit.unregister(self.close)
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "" if self._server.running else " (closed)"
        return f"<LocalHubSpot {self.url} account {self.portal.portal_id}{state}>"
