"""The faults by name: which rows are written, what is answered, how it is put on the wire.

Each line is one way in which a request can go wrong. What the columns mean is told in ``Kind``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from . import fault_answers as say
from . import wire

if TYPE_CHECKING:
    from .answers import Answer
    from .wire import Wire

Rows = Literal["none", "all", "part", "part, then the rest"]
Event = Literal["token_expires", "scope_lost"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way of going wrong.

    Attributes
    ----------
    rows
        Which of the request's rows are carried out, by the portal's rules.
    answer
        Makes, from the portal's id, what is answered whatever became of the rows.
    change
        Makes, from the body of a success, what is answered instead; a refusal stays what it is.
    wire
        How the answer is sent.
    event
        What happens to the account before the request is looked at, and stays so.
    seconds
        How long it takes, unless the fault says otherwise.
    never_writes
        It stands for a request that HubSpot did not let in: it cannot be had with ``written=True``.
    seldom
        Hangs long, lasts, or stops a client for the day: not among the random faults unless asked for.
    """

    rows: Rows = "none"
    answer: Callable[[int], Answer] | None = None
    change: Callable[[dict[str, Any]], Answer] | None = None
    wire: Wire = wire.whole
    event: Event | None = None
    seconds: float = 0.0
    never_writes: bool = False
    seldom: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing at all is answered."""
        return self.wire in {wire.nothing, wire.reset}

    @property
    def may_write_or_not(self) -> bool:
        """Whether ``Fault(written=…)`` has a say: where what is answered does not tell what was done."""
        telling = self.change is not None or self.event is not None or self.wire is wire.drip
        return not self.never_writes and not telling


def _limit(policy: str, *, as_category: bool = False) -> Kind:
    return Kind(answer=say.rate_limited(policy, as_category=as_category), never_writes=True, seldom=policy == "DAILY")


KINDS: dict[str, Kind] = {
    # The connection
    "cut_before_write": Kind(wire=wire.nothing),
    "cut_after_write": Kind(rows="all", wire=wire.nothing),
    "cut_mid_answer": Kind(rows="all", wire=wire.half_then_cut),
    "reset_before_write": Kind(wire=wire.reset),
    "reset_after_write": Kind(rows="all", wire=wire.reset),
    "silence": Kind(wire=wire.nothing, seconds=100, seldom=True),
    "headers_only": Kind(rows="all", wire=wire.headers_only, seconds=100, seldom=True),
    "slow_drip": Kind(rows="all", wire=wire.drip, seconds=2, seldom=True),
    "truncated_json": Kind(rows="all", wire=wire.half_as_whole),
    # HubSpot, or a proxy before it, in trouble. The words of 408, 423, 477, 413 and 500 were not found.
    "timeout_408": Kind(answer=say.in_json(408, "The request timed out.", "REQUEST_TIMEOUT")),
    "locked_423": Kind(answer=say.in_json(423, "The resource is locked.", "LOCKED")),
    "migration_477": Kind(
        answer=say.in_json(477, "This account is being migrated.", "MIGRATION_IN_PROGRESS"),
        never_writes=True,
        seldom=True,
    ),
    "error_500": Kind(answer=say.in_json(500, "There was a problem with the request.", None)),
    "html_502": Kind(answer=say.proxy_page(502, "Bad Gateway")),
    "text_503": Kind(answer=say.plain_text(503, "upstream connect error or disconnect/reset before headers")),
    "html_504": Kind(answer=say.proxy_page(504, "Gateway Time-out")),
    "timeout_524": Kind(answer=say.proxy_page(524, "A timeout occurred"), seconds=100, seldom=True),
    # Limits
    "ten_secondly_429": _limit("TEN_SECONDLY_ROLLING"),
    "secondly_429": _limit("SECONDLY"),
    "daily_429": _limit("DAILY"),
    "ten_secondly_429_category": _limit("TEN_SECONDLY_ROLLING", as_category=True),
    "secondly_429_category": _limit("SECONDLY", as_category=True),
    "daily_429_category": _limit("DAILY", as_category=True),
    "cloudflare_429": Kind(answer=say.cloudflare_rate_limited, never_writes=True),
    # Success that is none, or not all
    "empty_results": Kind(answer=say.empty_batch),
    "empty_results_written": Kind(rows="all", answer=say.empty_batch),
    "errors_under_200": Kind(rows="all", change=say.under_200),
    "no_errors_207": Kind(rows="all", change=say.without_errors),
    "rows_dropped": Kind(rows="part", change=say.with_status("COMPLETE")),
    "rows_not_shown": Kind(rows="all", change=say.first_half_shown),
    "status_pending": Kind(rows="part, then the rest", change=say.with_status("PENDING"), seconds=0.5),
    "status_processing": Kind(rows="part, then the rest", change=say.with_status("PROCESSING"), seconds=0.5),
    "status_canceled": Kind(rows="part", change=say.with_status("CANCELED")),
    "wrong_content_type": Kind(rows="all", change=say.called_html),
    # Somebody else's answer
    "html_404": Kind(answer=say.proxy_page(404, "Not Found"), seldom=True),
    "too_large_413": Kind(answer=say.proxy_page(413, "Request Entity Too Large"), seldom=True),
    "redirect_302": Kind(answer=say.redirect(302), seldom=True),
    "redirect_307": Kind(answer=say.redirect(307), seldom=True),
    # The account
    "token_expires": Kind(rows="all", event="token_expires", seldom=True),
    "scope_lost": Kind(rows="all", event="scope_lost", seldom=True),
}
