"""When the next request may go: HubSpot's rolling limit, used to the full and not beyond.

Every request holds a place until HubSpot has surely forgotten it: a window after it arrived. When it arrived is
known only within bounds: the earliest, if it was as quick as the quickest, is when it was sent; it may have been
later by as much as its answer came later than the quickest. (An answer may be late because HubSpot was slow
after it had counted the request: a twentieth of the window is the most that is believed.)

Others may use the token too. HubSpot says how many places remained when a request arrived; what is missing beside
our own, every doubtful one counted as ours, others took. As many places as they took lately are left to them, and
a few more, so that they can take more; and while there are others, requests go at even intervals instead of as
soon as a place is free. Alone, nobody is missing anything, and all places are ours.

Whoever starts, or was told to pause, starts slowly: after a pause one request goes first, and every good answer
lets more be on the way, until they are enough to send a whole limit within a moment.

https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

import heapq
import math
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

__all__ = ["Pacer", "pacer_for", "search_pacer_for"]

LIMIT_OF_A_FREE_ACCOUNT = 100
INTERVAL_SECONDS = 10.0
LATENCIES_KEPT = 200
SAFETY_SECONDS = 0.05
MOST_DELAY = 0.05  # of the interval
BURST = 0.05  # of the interval: how long it takes to send a whole limit
FIRST_IN_FLIGHT = 8
MORE_IN_FLIGHT = 4  # for every good answer
MOST_IN_FLIGHT = 64
MARGIN = 0.02  # of the limit: places left free for others, beside those they took
LEAST_SHARE = 0.1  # of the limit: ours, whatever others take
SHORTEST_WAIT_SECONDS = 0.001
SEARCHES_PER_SECOND = 5  # of an account, whatever the token; its answers carry no rate-limit headers
MOST_SEARCH_DELAY = 0.25  # of that second: requests come more unevenly than a twentieth of it
TURN_SECONDS = 0.25  # how long a place is kept for a run that asked before: a driver asks ten times a second
ASK_AGAIN_SECONDS = 0.01


@dataclass(slots=True)
class _Place:
    """A request without an answer yet: its number, when it was sent, and how many of ours HubSpot may count then."""

    number: int
    sent: float
    ours: int


class Pacer:
    """The places of one token, shared by all its runs in this process, whatever their thread.

    Times are in seconds on the monotonic clock (an event loop's ``time()``), and always given by the caller.
    """

    def __init__(
        self,
        limit: int = LIMIT_OF_A_FREE_ACCOUNT,
        interval_seconds: float = INTERVAL_SECONDS,
        most_delay: float = MOST_DELAY,
    ) -> None:
        self.limit = limit
        self.interval_seconds = interval_seconds
        self._most_delay = most_delay
        self.requests_per_day: int | None = None  # of the account, as last heard
        self.requests_left_today: int | None = None
        self._unanswered: dict[object, _Place] = {}  # in the order of sending
        self._arrived: list[float] = []  # a heap: when the answered ones arrived, at the latest
        self._sent: deque[float] = deque()  # of the last window
        self._number = 0
        self._latencies: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._others: deque[tuple[float, int]] = deque()  # until when to believe it, and how many places others took
        self._held_until = -math.inf
        self._in_flight = FIRST_IN_FLIGHT
        self._asked: dict[object, float] = {}  # who waits for a place, and asked last when; first come, first served
        self._lock = threading.Lock()

    def seconds_until_next(self, now: float, request: object = None, asker: object = None) -> float:
        """Take a place for a request sent at ``now`` and return 0.0, or return how long to wait before asking again.

        ``request`` is how `learn` will call it. Askers that wait are served in turn.
        """
        with self._lock:
            wait = max(self._wait(now), self._wait_for_turn(now, asker))
            if wait > 0:
                self._asked[asker] = now
                return max(wait, SHORTEST_WAIT_SECONDS)
            self._asked.pop(asker, None)
            self._sent.append(now)
            self._number += 1
            ours = len(self._unanswered) + len(self._arrived) + 1
            self._unanswered[object() if request is None else request] = _Place(self._number, now, ours)
            return 0.0

    def hold(self, until: float) -> None:
        """Let nobody send before ``until``, and start slowly then: HubSpot asked for a pause."""
        with self._lock:
            self._held_until = max(self._held_until, until)
            self._in_flight = 1

    def learn(
        self, headers: Mapping[str, str], latency_seconds: float, request: object = None, status: int = 200
    ) -> None:
        """Learn from an answer: the account's limit, how quick HubSpot is, and how many places others take.

        ``status`` is 0 where no answer came.
        """
        said = {name.lower(): int(text) for name, text in headers.items() if text.isdecimal() and len(text) < 10}
        with self._lock:
            self.limit = said.get("x-hubspot-ratelimit-max") or self.limit
            self.interval_seconds = (
                said.get("x-hubspot-ratelimit-interval-milliseconds", 0) / 1000 or self.interval_seconds
            )
            self.requests_per_day = said.get("x-hubspot-ratelimit-daily", self.requests_per_day)
            self.requests_left_today = said.get("x-hubspot-ratelimit-daily-remaining", self.requests_left_today)
            counted = status != 429  # HubSpot does not count what it refuses
            if status and counted:
                self._latencies.append(latency_seconds)
            place = self._unanswered.pop(request, None)
            if 200 <= status < 400 and (place is None or place.sent >= self._held_until):
                self._in_flight += MORE_IN_FLIGHT
            if place is None:
                return
            delay = min(self._longest_delay(), max(0.0, latency_seconds - min(self._latencies, default=0.0)))
            if counted:
                heapq.heappush(self._arrived, place.sent + delay)
            remaining = said.get("x-hubspot-ratelimit-remaining")
            if remaining is not None:
                later = sum(
                    sent <= place.sent + delay for sent in islice(reversed(self._sent), self._number - place.number)
                )
                others = self.limit - remaining - place.ours - later + (not counted)
                if others > 0:
                    self._others.append((place.sent + 2 * self.interval_seconds, others))

    def seconds_for(self, requests: int) -> float:
        """Return how long so many requests take at the account's limit, and the latency seen, with nobody else."""
        with self._lock:
            latency = sorted(self._latencies)[len(self._latencies) // 2] if self._latencies else 0.0
            return max(0, requests - 1) // self.limit * self.interval_seconds + latency * min(requests, 2)

    def requests_in_flight(self) -> int:
        """Return how many requests on the way at once use the limit to the full, at the latency seen."""
        with self._lock:
            latency = sorted(self._latencies)[len(self._latencies) // 2] if self._latencies else 0.5
            enough = math.ceil(latency * self.limit / (BURST * self.interval_seconds))
            return min(self._in_flight, max(FIRST_IN_FLIGHT, min(MOST_IN_FLIGHT, enough)))

    def _wait(self, now: float) -> float:
        """Return for how long there is no place for anybody."""
        window = self.interval_seconds + SAFETY_SECONDS
        while self._arrived and self._arrived[0] <= now - window:
            heapq.heappop(self._arrived)
        forgotten = now - window - self._longest_delay()
        while self._unanswered and (first := next(iter(self._unanswered.items())))[1].sent <= forgotten:
            del self._unanswered[first[0]]
        while self._sent and self._sent[0] <= forgotten:
            self._sent.popleft()
        while self._others and self._others[0][0] <= now:
            self._others.popleft()
        wait, places = self._held_until - now, self.limit
        if self._others and self._sent:
            others = max(places for _, places in self._others) + math.ceil(MARGIN * self.limit)
            places = max(math.ceil(LEAST_SHARE * self.limit), self.limit - others)
            wait = max(wait, self._sent[-1] + self.interval_seconds / places - now)
        if len(self._arrived) + len(self._unanswered) >= places:
            first_arrived = self._arrived[0] if self._arrived else math.inf
            first_sent = next((place.sent for place in self._unanswered.values()), math.inf)
            free_at = min(first_arrived, first_sent + self._longest_delay()) + window
            wait = max(wait, free_at - now, SHORTEST_WAIT_SECONDS)
        return wait

    def _wait_for_turn(self, now: float, asker: object) -> float:
        """Return for how long the next place is somebody else's."""
        while self._asked and (first := next(iter(self._asked))) != asker:
            if self._asked[first] + TURN_SECONDS > now:
                return ASK_AGAIN_SECONDS
            del self._asked[first]
        return 0.0

    def _longest_delay(self) -> float:
        return self._most_delay * self.interval_seconds


def pacer_for(key: object) -> Pacer:
    """Return the process's pacer for a token: one, whatever the number of connections."""
    with _pacers_lock:
        return _pacers.setdefault(key, Pacer())


def search_pacer_for(account: object) -> Pacer:
    """Return the process's pacer for an account's searches, which have a limit of their own.

    https://developers.hubspot.com/docs/api-reference/crm-search-v3/guide
    """
    with _pacers_lock:
        return _pacers.setdefault(("search", account), Pacer(SEARCHES_PER_SECOND, 1.0, MOST_SEARCH_DELAY))


_pacers: dict[object, Pacer] = {}
_pacers_lock = threading.Lock()
