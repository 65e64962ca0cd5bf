"""What goes wrong with which request: planned, or at random with a seed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .fault_kinds import KINDS, Kind

if TYPE_CHECKING:
    from .app import RecordedRequest

FAULT_NAMES = tuple(KINDS)
RANDOM_FAULTS = tuple(name for name, kind in KINDS.items() if not kind.seldom)


@dataclass(frozen=True)
class Fault:
    """One way in which a request goes wrong.

    Parameters
    ----------
    name
        One of ``FAULT_NAMES``.
    seconds
        How long until the answer, or the cut; for ``slow_drip``, how long the answer takes; for
        ``status_pending`` and ``status_processing``, how much later the rest of the rows is written.
        None: as usual for the fault.
    retry_after_seconds
        The answer's ``Retry-After``; None: it has none.
    written
        Whether the request is carried out although its answer says nothing of it; None: as the name says, else
        not. Only for faults that leave it open.
    share
        For ``status_pending``, ``status_processing``, ``status_canceled`` and ``rows_dropped``: the part of
        the rows, from the first on, that is written at once.
    scope
        For ``scope_lost``: the scope taken away; None: every scope to write.

    Raises
    ------
    ValueError
        The name is unknown, or the fault cannot be had like that.

    Examples
    --------
    >>> from hubframe.local_hubspot import Fault
    >>> Fault("timeout_524", seconds=0.1, written=True).name
    'timeout_524'
    """

    name: str
    _: KW_ONLY
    seconds: float | None = None
    retry_after_seconds: float | None = None
    written: bool | None = None
    share: float = 0.5
    scope: str | None = None

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            near = get_close_matches(self.name, KINDS, n=3) or FAULT_NAMES
            raise ValueError(f"no fault is named {self.name!r}; did you mean one of {', '.join(near)}?")
        if self.written is not None and not self.kind.may_write_or_not:
            raise ValueError(f"what {self.name} writes is part of what it is; leave written=None")
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is {self.share}; it must be between 0 and 1")

    @property
    def kind(self) -> Kind:
        """What the name stands for."""
        return KINDS[self.name]

    @property
    def lasts_seconds(self) -> float:
        """How long it takes."""
        return self.kind.seconds if self.seconds is None else self.seconds

    @property
    def carries_out(self) -> str:
        """Which rows are carried out: ``"none"``, ``"all"``, ``"part"`` or ``"part, then the rest"``."""
        if self.written is None:
            return self.kind.rows
        return "all" if self.written else "none"


class _Plan:
    """A fault and the requests it strikes; counts those it might."""

    def __init__(
        self,
        fault: Fault,
        places: Callable[[int], bool],
        times: int | None,
        concerns: Callable[[RecordedRequest], bool],
    ) -> None:
        self._fault = fault
        self._places = places
        self._left = times
        self._concerns = concerns
        self._seen = 0

    def strike(self, request: RecordedRequest, *, taken: bool) -> Fault | None:
        if not self._concerns(request):
            return None
        self._seen += 1
        if taken or self._left == 0 or not self._places(self._seen):
            return None
        if self._left is not None:
            self._left -= 1
        return self._fault


class _Chance:
    """Faults at random; the same request number meets the same fate for the same seed."""

    def __init__(
        self, seed: int, probability: float, faults: Sequence[Fault], concerns: Callable[[RecordedRequest], bool]
    ) -> None:
        self._seed = seed
        self._probability = probability
        self._faults = faults
        self._concerns = concerns
        self._seen = 0

    def strike(self, request: RecordedRequest, *, taken: bool) -> Fault | None:
        if not self._concerns(request):
            return None
        self._seen += 1
        chance = random.Random(f"{self._seed}:{self._seen}")  # noqa: S311 (the same every time, on purpose)
        if taken or chance.random() >= self._probability:
            return None
        return chance.choice(self._faults)


class Faults:
    """The faults a ``LocalHubSpot`` has in store. At most one strikes a request, planned ones first.

    Requests are counted from the call of ``plan`` or ``random`` on, in the order they were let in: those refused
    for their token or for the limit count for nothing.

    Examples
    --------
    >>> import hubframe.local_hubspot as local
    >>> with local.LocalHubSpot() as hubspot:
    ...     hubspot.faults.plan("error_500", times=1)                                    # once
    ...     hubspot.faults.plan("error_500", holding="171591000198")                     # a poisoned row
    ...     hubspot.faults.plan(local.Fault("text_503", retry_after_seconds=1), at=[2, 5])
    ...     hubspot.faults.random(seed=1, probability=0.2, kinds=["cut_after_write", "html_502"])
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[_Plan] = []
        self._chance: _Chance | None = None

    def plan(
        self,
        fault: Fault | str,
        *,
        at: int | Collection[int] | None = None,
        every: int | None = None,
        after: int = 0,
        times: int | None = None,
        path: str | None = "batch/update",
        holding: str | None = None,
        matching: Callable[[RecordedRequest], bool] | None = None,
    ) -> None:
        """Let a fault strike some of the requests that match, or all.

        Parameters
        ----------
        fault
            A fault, or its name.
        at
            Which of the requests that match it strikes: 1 is the next. None: all of them.
        every
            It strikes every so many requests: 2, each second one.
        after
            So many requests go unharmed first.
        times
            After so many strikes it is over.
        path
            Text that a matching request's path contains; None: any path.
        holding
            The id of a record that a matching batch holds.
        matching
            What a matching request is; it gets the request as it was recorded.

        Raises
        ------
        ValueError
            The numbers make no sense, or no fault has that name.
        """
        made = Fault(fault) if isinstance(fault, str) else fault
        numbers = {at} if isinstance(at, int) else None if at is None else set(at)
        if numbers is not None and every is not None:
            raise ValueError("at and every exclude each other; give one of them")
        if min([after + 1, *(numbers or ()), *(number for number in (every, times) if number is not None)]) < 1:
            raise ValueError("at, every and times are numbers from 1 on, after from 0 on")

        def places(number: int) -> bool:
            if numbers is not None and number not in numbers:
                return False
            return number > after and (every is None or (number - after) % every == 0)

        plan = _Plan(made, places, times, _concerns(path, holding, matching))
        with self._lock:
            self._plans.append(plan)

    def random(
        self,
        *,
        seed: int,
        probability: float = 0.2,
        kinds: Sequence[Fault | str] = RANDOM_FAULTS,
        path: str | None = "batch/update",
        matching: Callable[[RecordedRequest], bool] | None = None,
    ) -> None:
        """Let faults strike at random; a second call replaces the first.

        Parameters
        ----------
        seed
            The same seed strikes the same request numbers with the same faults.
        probability
            How likely a request is struck.
        kinds
            Faults, or their names, equally likely; by default ``RANDOM_FAULTS``, which hang nowhere and pass.
        path, matching
            As for ``plan``.
        """
        faults = [Fault(kind) if isinstance(kind, str) else kind for kind in kinds]
        if not 0 <= probability <= 1 or not faults:
            raise ValueError("probability must be between 0 and 1, and kinds hold at least one fault")
        with self._lock:
            self._chance = _Chance(seed, probability, faults, _concerns(path, None, matching))

    def clear(self) -> None:
        """Forget every fault; what has struck already takes its course."""
        with self._lock:
            self._plans.clear()
            self._chance = None

    def strike(self, request: RecordedRequest) -> Fault | None:
        """Return the fault that strikes this request, if one does; every plan counts it."""
        struck: Fault | None = None
        with self._lock:
            for plan in self._plans:
                struck = plan.strike(request, taken=struck is not None) or struck
            if self._chance is not None:
                struck = self._chance.strike(request, taken=struck is not None) or struck
        return struck


def _concerns(
    path: str | None, holding: str | None, matching: Callable[[RecordedRequest], bool] | None
) -> Callable[[RecordedRequest], bool]:
    def concerns(request: RecordedRequest) -> bool:
        if path is not None and path not in request.path:
            return False
        if holding is not None and holding not in _ids(request.body):
            return False
        return matching is None or matching(request)

    return concerns


def _ids(body: Any) -> set[str]:
    inputs = body.get("inputs") if isinstance(body, dict) else None
    return {str(item.get("id")) for item in inputs if isinstance(item, dict)} if isinstance(inputs, list) else set()
