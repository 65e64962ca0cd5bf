"""Answers of a HubSpot in trouble, and of what stands before it.

As in ``answers``, the wording is recorded or documented; a comment marks what was found in neither.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .answers import Answer, batch, error, over_limit
from .timestamps import now

if TYPE_CHECKING:
    from collections.abc import Callable

ELSEWHERE = "/elsewhere"


def rate_limited(policy: str, *, as_category: bool = False) -> Callable[[int], Answer]:
    """Return a maker of the 429 of a policy, in either form HubSpot uses, from a portal id."""

    def made(portal_id: int) -> Answer:
        if as_category:
            answer = error(429, f"You have reached your {policy.lower()} limit.", "RATE_LIMITS")
        else:
            answer = over_limit(policy, portal_id)
        spent = {
            "TEN_SECONDLY_ROLLING": {"X-HubSpot-RateLimit-Remaining": "0"},
            "SECONDLY": {"X-HubSpot-RateLimit-Secondly-Remaining": "0"},
            "DAILY": {"X-HubSpot-RateLimit-Daily-Remaining": "0"},
        }
        return replace(answer, headers=spent[policy])

    return made


def cloudflare_rate_limited(_portal_id: int) -> Answer:
    """Return the 429 that Cloudflare gives in HubSpot's place."""
    return Answer(429, "error code: 1015", {"Content-Type": "text/plain"}, by_proxy=True)


def proxy_page(status: int, title: str) -> Callable[[int], Answer]:
    """Return a maker of a page as proxies write them."""
    heading = f"{status} {title}"
    page = (
        f"<html>\r\n<head><title>{heading}</title></head>\r\n<body>\r\n<center><h1>{heading}</h1></center>\r\n"
        "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    return lambda _portal_id: Answer(status, page, by_proxy=True)


def plain_text(status: int, text: str) -> Callable[[int], Answer]:
    """Return a maker of an answer of plain text."""
    return lambda _portal_id: Answer(status, text, {"Content-Type": "text/plain"}, by_proxy=True)


def in_json(status: int, message: str, category: str | None) -> Callable[[int], Answer]:
    """Return a maker of an error in HubSpot's usual form."""
    return lambda _portal_id: error(status, message, category)


def empty_batch(_portal_id: int) -> Answer:
    """Return a batch's answer that accounts for no row."""
    started = now()
    return batch([], [], started, now())


def redirect(status: int) -> Callable[[int], Answer]:
    """Return a maker of a redirect; where to is filled in by whoever knows the server's names."""
    return lambda _portal_id: Answer(status, "", by_proxy=True)


def arrived_elsewhere() -> Answer:
    """Return the page of the other host, to those who followed the redirect."""
    return Answer(200, "<html><body>This is not HubSpot.</body></html>\n", by_proxy=True)


def without_errors(body: dict[str, Any]) -> Answer:
    """Return a 207 that says nothing of the rows that failed."""
    return Answer(207, {**body, "numErrors": 0, "errors": []})


def under_200(body: dict[str, Any]) -> Answer:
    """Return a batch's answer with status 200 whatever it says of errors, as the draft of 2026-09 has it."""
    return Answer(200, body)


def with_status(status: str) -> Callable[[dict[str, Any]], Answer]:
    """Return a changer of a batch's ``status``; such a batch is not over, or never will be."""

    def changed(body: dict[str, Any]) -> Answer:
        made = {**body, "status": status}
        return Answer(207 if "errors" in made else 200, made)

    return changed


def first_half_shown(body: dict[str, Any]) -> Answer:
    """Return a batch's answer with only half of its results (none of one)."""
    results = body.get("results", [])
    return Answer(207 if "errors" in body else 200, {**body, "results": results[: len(results) // 2]})


def called_html(body: dict[str, Any]) -> Answer:
    """Return JSON that says it is HTML."""
    return Answer(207 if "errors" in body else 200, body, {"Content-Type": "text/html;charset=utf-8"})
