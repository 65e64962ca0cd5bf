"""Answers that say nothing about any row: wait, halve, look, or stop.

HubSpot's limits: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines;
its other statuses: https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

from hubframe.delivery.messages import Answer, context_of, strings
from hubframe.delivery.steps import History, Limits, Look, Rows, Settle, Split, Step, Stop, Wait
from hubframe.results.outcomes import Outcome

__all__ = ["decide_trouble", "halves"]

LONGEST_WAIT_SECONDS = 60.0
TRIES_BEFORE_HALVING = 3


def decide_trouble(
    answer: Answer, rows: Rows, history: History, limits: Limits, *, reading: bool = False
) -> tuple[Step, ...] | None:
    """Return what to do where the answer is about the whole request and no row of it; None where it isn't.

    ``reading``: the request could not have written anything, so that there is nothing to look at.
    """
    if answer.status in (401, 403) or _unknown_type(answer):
        return (_stop(answer, rows, history),)
    if answer.status == 429:
        return (_limited(answer, rows, history, limits),)
    if answer.status == 477:
        wait = answer.retry_after_seconds
        if wait is None or history.waited_seconds + wait > limits.max_wait_seconds:
            return (_unavailable(answer, rows, history, limits, "The account is being moved by HubSpot."),)
        return (Wait(rows, max(1.0, wait), answer.problem(), everyone=True, is_attempt=False),)
    if answer.ok or (400 <= answer.status < 500 and answer.status not in (408, 423)):
        return None
    return (_failing(answer, rows, history, limits, reading=reading),)


def halves(rows: Rows) -> tuple[Rows, ...]:
    middle = (len(rows) + 1) // 2
    return tuple(half for half in (rows[:middle], rows[middle:]) if half)


def _failing(answer: Answer, rows: Rows, history: History, limits: Limits, *, reading: bool) -> Step:
    """HubSpot (or something before it) is overloaded, broken, or gone: 408, 423, 5xx, no answer, no JSON."""
    maybe_written = not reading and (answer.uncertain or history.maybe_written)
    if answer.status == 500 and history.attempts >= TRIES_BEFORE_HALVING:
        cause = answer.problem(answer.category or "INTERNAL_ERROR")
        if len(rows) > 1:
            return Split(halves(rows), cause, blind=True)  # one row can poison a batch
        if maybe_written:
            return Look(rows, cause)
        return Settle(tuple(Outcome(row, "failed", problems=(cause,)) for row in rows))
    seconds = min(LONGEST_WAIT_SECONDS, 2.0 ** min(history.attempts - 1, 10)) * (0.5 + history.jitter)
    if answer.status == 423:
        seconds = max(seconds, 2.0 + history.jitter)  # "Locks will last for 2 seconds"
    seconds = max(seconds, answer.retry_after_seconds or 0.0)
    if history.attempts >= limits.max_attempts or history.waited_seconds + seconds > limits.max_wait_seconds:
        if maybe_written:
            return Look(rows, answer.problem(), seconds=2.0, gave_up=True)
        return _unavailable(answer, rows, history, limits, "HubSpot could not be reached.")
    return Wait(rows, seconds, answer.problem(), everyone=answer.status in (423, 502, 503, 504))


def _limited(answer: Answer, rows: Rows, history: History, limits: Limits) -> Step:
    policy = str(answer.json.get("policyName") or "").upper()
    message = answer.message.lower()
    if policy == "DAILY" or "daily limit" in message:
        return Stop(rows, "daily_limit", answer.problem("DAILY_LIMIT"), history.maybe_written)
    if answer.retry_after_seconds is not None:
        seconds = max(1.0, answer.retry_after_seconds)
    elif policy == "SECONDLY" or "secondly limit" in message.replace("ten_secondly", ""):
        seconds = 1.0
    else:
        # A rolling window gives back a little all the time: look again soon, then ever later, a window at most.
        seconds = min(10.0, max(1.0, history.waited_seconds))
    seconds += history.jitter
    if history.waited_seconds + seconds > limits.max_wait_seconds:
        return _unavailable(answer, rows, history, limits, "HubSpot's rate limit stayed used up.")
    return Wait(rows, seconds, answer.problem("RATE_LIMIT"), everyone=True, is_attempt=False)


def _stop(answer: Answer, rows: Rows, history: History) -> Stop:
    if answer.status == 401:
        return Stop(rows, "authentication", answer.problem("INVALID_AUTHENTICATION"), history.maybe_written)
    if answer.status == 403:
        scopes = _scopes(answer)
        return Stop(rows, "scope", answer.problem("MISSING_SCOPES"), history.maybe_written, scopes)
    return Stop(rows, "object_type", answer.problem("UNKNOWN_OBJECT_TYPE"), history.maybe_written)


def _unavailable(answer: Answer, rows: Rows, history: History, limits: Limits, why: str) -> Stop:
    waited = f"{history.waited_seconds:.0f} of {limits.max_wait_seconds:.0f} s"
    hint = f"{why} Gave up after {history.attempts} tries and {waited}."
    return Stop(rows, "unavailable", answer.problem("UNAVAILABLE", hint), history.maybe_written)


def _unknown_type(answer: Answer) -> bool:
    return answer.status == 400 and answer.message.startswith(
        ("Unable to infer object type from", "Invalid object or event type id")
    )


def _scopes(answer: Answer) -> tuple[str, ...]:
    """Return the scopes a 403 names, in its newer form (``errors[].context``) or its older one (``context``)."""
    named = [
        scope
        for error in (answer.json, *answer.errors)
        for scope in strings(context_of(error).get("requiredGranularScopes") or context_of(error).get("requiredScopes"))
    ]
    return tuple(dict.fromkeys(named))
