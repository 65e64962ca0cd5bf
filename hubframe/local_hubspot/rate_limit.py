"""HubSpot's limits on requests: a rolling window of seconds, and the day."""

from __future__ import annotations

import time
from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .settings import Settings

_DAY_SECONDS = 86_400


class RateLimit:
    """Counts the requests that were let in; those refused count for nothing, so waiting always helps.

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
        self._settings = settings
        self._clock = clock
        self._calendar = calendar
        self._let_in: deque[float] = deque()
        self._day = 0
        self._used_today = 0

    @property
    def used_today(self) -> int:
        """Requests let in since midnight."""
        self._turn_day()
        return self._used_today

    @property
    def resets_at_seconds(self) -> int:
        """The next midnight, in seconds since 1970."""
        self._turn_day()
        return (self._day + 1) * _DAY_SECONDS

    def refused_by(self) -> str | None:
        """Let a request in and count it, or return the name of the policy that refuses it."""
        now = self._forget()
        if self.used_today >= self._settings.requests_per_day:
            return "DAILY"
        if len(self._let_in) >= self._settings.requests_per_interval:
            return "TEN_SECONDLY_ROLLING"
        self._let_in.append(now)
        self._used_today += 1
        return None

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a client where it stands."""
        now = self._forget()
        settings = self._settings
        limit, daily = settings.requests_per_interval, settings.requests_per_day
        secondly = max(limit // 10, 1)
        # No longer enforced by HubSpot, still sent.
        in_this_second = sum(1 for _ in takewhile(lambda at: at > now - 1, reversed(self._let_in)))
        return {
            "X-HubSpot-RateLimit-Daily": str(daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(daily - self.used_today, 0)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(round(settings.interval_seconds * 1000)),
            "X-HubSpot-RateLimit-Max": str(limit),
            "X-HubSpot-RateLimit-Remaining": str(max(limit - len(self._let_in), 0)),
            "X-HubSpot-RateLimit-Secondly": str(secondly),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(max(secondly - in_this_second, 0)),
        }

    def _forget(self) -> float:
        now = self._clock()
        while self._let_in and self._let_in[0] <= now - self._settings.interval_seconds:
            self._let_in.popleft()
        return now

    def _turn_day(self) -> None:
        day = int(self._calendar() // _DAY_SECONDS)
        if day != self._day:
            self._day, self._used_today = day, 0
