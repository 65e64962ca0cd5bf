"""When the next request may go: HubSpot's rolling limit, used to the full and not beyond.

A request counts towards the limit when it reaches HubSpot, which is some time after it was sent. Two requests
sent a window apart may therefore arrive less than a window apart; the window is widened by the spread of the
latencies seen. But an answer may be late because HubSpot was slow, after it had counted the request: more than a
twentieth of the window is never added, so that one slow answer does not slow the run down.

https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Mapping

__all__ = ["Pacer", "pacer_for"]

LIMIT_OF_A_FREE_ACCOUNT = 100
INTERVAL_SECONDS = 10.0
LATENCIES_KEPT = 200
SAFETY_SECONDS = 0.05
WIDEST_SPREAD = 0.05  # of the interval
SHORTEST_WAIT_SECONDS = 0.001


class Pacer:
    """A sliding log of the requests of one token, shared by all its runs in this process, whatever their thread.

    Times are in seconds on the monotonic clock (an event loop's ``time()``), and always given by the caller.
    """

    def __init__(self, limit: int = LIMIT_OF_A_FREE_ACCOUNT, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self.limit = limit
        self.interval_seconds = interval_seconds
        self._sent: deque[float] = deque()
        self._latencies: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._held_until = -math.inf
        self._lock = threading.Lock()

    def seconds_until_next(self, now: float) -> float:
        """Take a place for a request sent at ``now`` and return 0.0, or return how long to wait before asking again."""
        with self._lock:
            if now < self._held_until:
                return max(SHORTEST_WAIT_SECONDS, self._held_until - now)
            window = self.interval_seconds + self._spread() + SAFETY_SECONDS
            while self._sent and self._sent[0] <= now - window:
                self._sent.popleft()
            if len(self._sent) < self.limit:
                self._sent.append(now)
                return 0.0
            return max(SHORTEST_WAIT_SECONDS, self._sent[len(self._sent) - self.limit] + window - now)

    def hold(self, until: float) -> None:
        """Let nobody send before ``until``: HubSpot asked for a pause."""
        with self._lock:
            self._held_until = max(self._held_until, until)

    def learn(self, headers: Mapping[str, str], latency_seconds: float) -> None:
        """Take the account's own limit from an answer's headers."""
        said = {name.lower(): value for name, value in headers.items()}
        limit = said.get("x-hubspot-ratelimit-max", "")
        interval = said.get("x-hubspot-ratelimit-interval-milliseconds", "")
        with self._lock:
            self._latencies.append(latency_seconds)
            if limit.isdecimal() and int(limit) > 0:
                self.limit = int(limit)
            if interval.isdecimal() and int(interval) > 0:
                self.interval_seconds = int(interval) / 1000

    def requests_in_flight(self) -> int:
        """Return how many requests on the way at once keep the limit used, at the latency seen (at least 8)."""
        with self._lock:
            latency = sorted(self._latencies)[len(self._latencies) // 2] if self._latencies else 0.5
            return max(8, min(64, math.ceil(2 * latency * self.limit / self.interval_seconds)))

    def _spread(self) -> float:
        seen = max(self._latencies) - min(self._latencies) if self._latencies else 0.0
        return min(seen, WIDEST_SPREAD * self.interval_seconds)


def pacer_for(key: object) -> Pacer:
    """Return the process's pacer for a token: one, whatever the number of connections."""
    with _pacers_lock:
        return _pacers.setdefault(key, Pacer())


_pacers: dict[object, Pacer] = {}
_pacers_lock = threading.Lock()
