"""HubSpot's limits on requests: a rolling window of seconds, the day, and one for searches alone."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from .settings import Settings

_DAY_SECONDS = 86_400
_SEARCH_SECONDS = 1.0


class OtherClient:
    """Another program with the same token: it takes its part of the limit until it stops.

    It asks at even intervals and does not slow down when it is refused. Made by
    ``LocalHubSpot.other_client``; its ``with`` block stops it.
    """

    def __init__(self, rate_limit: RateLimit, requests_per_second: float) -> None:
        if not 0 < requests_per_second <= 10_000:
            raise ValueError(f"requests_per_second is {requests_per_second}; it must be above 0, at most 10,000")
        self._rate_limit = rate_limit
        self._asks_every_seconds = 1 / requests_per_second
        self._next_at = rate_limit.clock()
        self._stops_at = math.inf
        self._counts = {True: 0, False: 0}
        rate_limit.share_with(self)

    @property
    def let_in(self) -> int:
        """How many of its requests were let in."""
        self._rate_limit.catch_up()
        return self._counts[True]

    @property
    def refused(self) -> int:
        """How many of its requests were over the limit."""
        self._rate_limit.catch_up()
        return self._counts[False]

    def stop(self) -> None:
        """Ask no more; a second call does nothing."""
        self._stops_at = min(self._stops_at, self._rate_limit.clock())

    def next_before(self, now: float) -> float:
        """Return when it asks next, as long as that is not after ``now``; else infinity."""
        return self._next_at if self._next_at <= min(now, self._stops_at) else math.inf

    def asked(self, *, let_in: bool) -> None:
        """Take note of the answer to its request."""
        self._counts[let_in] += 1
        self._next_at += self._asks_every_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class RateLimit:
    """Counts the requests that were let in; those refused count for nothing, so waiting always helps.

    Other clients need no thread: what they will have asked in the meantime is worked out whenever somebody
    looks.

    Parameters
    ----------
    settings
        Where the limits are looked up, for every request.
    clock
        Seconds; the rolling window goes by it.
    calendar
        Seconds since 1970; the day, in UTC, goes by it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        calendar: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self._settings = settings
        self._calendar = calendar
        self._lock = threading.RLock()
        self._let_in: deque[float] = deque()
        self._searches: deque[float] = deque()
        self._others: list[OtherClient] = []
        self._day = 0
        self._used_today = 0

    @property
    def used_today(self) -> int:
        """Requests let in since midnight."""
        self.catch_up()
        return self._used_today

    @property
    def resets_at_seconds(self) -> int:
        """The next midnight, in seconds since 1970."""
        self._turn_day()
        return (self._day + 1) * _DAY_SECONDS

    def share_with(self, other: OtherClient) -> None:
        """Let another client use the same limit from now on."""
        with self._lock:
            self._others.append(other)

    def refused_by(self) -> str | None:
        """Let a request in and count it, or return the name of the policy that refuses it."""
        with self._lock:
            return self._refused_by(self.catch_up())

    def search_refused_by(self) -> str | None:
        """Do the same for a search: it counts for the day, but not among the requests of the window."""
        with self._lock:
            now = self.catch_up()
            while self._searches and self._searches[0] <= now - _SEARCH_SECONDS:
                self._searches.popleft()
            if self._used_today >= self._settings.requests_per_day:
                return "DAILY"
            if len(self._searches) >= self._settings.searches_per_second:
                return "SECONDLY"
            self._searches.append(now)
            self._used_today += 1
            return None

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a client where it stands."""
        settings = self._settings
        limit, daily = settings.requests_per_interval, settings.requests_per_day
        secondly = max(limit // 10, 1)
        with self._lock:
            now = self.catch_up()
            # No longer enforced by HubSpot, still sent.
            in_this_second = sum(1 for _ in takewhile(lambda at: at > now - 1, reversed(self._let_in)))
            return {
                "X-HubSpot-RateLimit-Daily": str(daily),
                "X-HubSpot-RateLimit-Daily-Remaining": str(max(daily - self._used_today, 0)),
                "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(settings.interval_seconds * 1000)),
                "X-HubSpot-RateLimit-Max": str(limit),
                "X-HubSpot-RateLimit-Remaining": str(max(limit - len(self._let_in), 0)),
                "X-HubSpot-RateLimit-Secondly": str(secondly),
                "X-HubSpot-RateLimit-Secondly-Remaining": str(max(secondly - in_this_second, 0)),
            }

    def catch_up(self) -> float:
        """Bring the window and the day up to the present, which is returned."""
        with self._lock:
            now = self.clock()
            self._turn_day()
            while self._others:
                other = min(self._others, key=lambda each: each.next_before(now))
                at = other.next_before(now)
                if at > now:
                    break
                self._forget(at)
                other.asked(let_in=self._refused_by(at) is None)
            self._forget(now)
            return now

    def _refused_by(self, at: float) -> str | None:
        if self._used_today >= self._settings.requests_per_day:
            return "DAILY"
        if len(self._let_in) >= self._settings.requests_per_interval:
            return "TEN_SECONDLY_ROLLING"
        self._let_in.append(at)
        self._used_today += 1
        return None

    def _forget(self, now: float) -> None:
        while self._let_in and self._let_in[0] <= now - self._settings.interval_seconds:
            self._let_in.popleft()

    def _turn_day(self) -> None:
        day = int(self._calendar() // _DAY_SECONDS)
        if day != self._day:
            self._day, self._used_today = day, 0
