"""Answers that say nothing about any row: wait, halve, look, or stop.

HubSpot's limits: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines;
its other statuses: https://developers.hubspot.com/docs/api-reference/error-handling
"""

from __future__ import annotations

from hubframe.delivery.messages import Answer
from hubframe.delivery.steps import History, Limits, Look, Rows, Split, Step, Stop, Wait

__all__ = ["decide_trouble", "halves"]

LONGEST_WAIT_SECONDS = 60.0
TRIES_BEFORE_HALVING = 3


def decide_trouble(answer: Answer, rows: Rows, history: History, limits: Limits) -> tuple[Step, ...] | None:
    """Return what to do where the answer is about the whole request and no row of it; None where it isn't."""
    if answer.status in (401, 403) or _unknown_type(answer):
        return (_stop(answer, rows, history),)
    if answer.status == 429:
        return (_limited(answer, rows, history, limits),)
    if answer.status == 477:
        wait = answer.retry_after_seconds
        if wait is None or history.waited_seconds + wait > limits.max_wait_seconds:
            return (_unavailable(answer, rows, history, limits, "The account is being moved by HubSpot."),)
        return (Wait(rows, wait, answer.problem(), everyone=True, is_attempt=False),)
    if answer.ok or (400 <= answer.status < 500 and answer.status not in (408, 423)):
        return None
    return _failing(answer, rows, history, limits)


def halves(rows: Rows) -> tuple[Rows, ...]:
    middle = (len(rows) + 1) // 2
    return tuple(half for half in (rows[:middle], rows[middle:]) if half)


def _failing(answer: Answer, rows: Rows, history: History, limits: Limits) -> tuple[Step, ...]:
    """HubSpot (or something before it) is overloaded, broken, or gone: 408, 423, 5xx, no answer, no JSON."""
    if answer.status == 500 and history.attempts >= TRIES_BEFORE_HALVING:
        if len(rows) > 1:
            return (Split(halves(rows), answer.problem(), blind=True),)  # one row can poison a batch
        return (Look(rows, answer.problem("INTERNAL_ERROR")),)
    seconds = min(LONGEST_WAIT_SECONDS, 2.0 ** (history.attempts - 1)) * (0.5 + history.jitter)
    if answer.status == 423:
        seconds = max(seconds, 2.0 + history.jitter)  # "Locks will last for 2 seconds"
    seconds = max(seconds, answer.retry_after_seconds or 0.0)
    if history.attempts >= limits.max_attempts or history.waited_seconds + seconds > limits.max_wait_seconds:
        if answer.uncertain or history.maybe_written:
            return (Look(rows, answer.problem(), seconds=2.0),)
        return (_unavailable(answer, rows, history, limits, "HubSpot could not be reached."),)
    return (Wait(rows, seconds, answer.problem(), everyone=answer.status in (423, 502, 503, 504)),)


def _limited(answer: Answer, rows: Rows, history: History, limits: Limits) -> Step:
    policy = str(answer.json.get("policyName") or "").upper()
    message = answer.message.lower()
    if policy == "DAILY" or "daily limit" in message:
        return Stop(rows, "daily_limit", answer.problem("DAILY_LIMIT"), history.maybe_written)
    if answer.retry_after_seconds is not None:
        seconds = answer.retry_after_seconds
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
    hint = f"{why} Gave up after {history.attempts} tries and {history.waited_seconds:.0f} of {limits.max_wait_seconds:.0f} s."
    return Stop(rows, "unavailable", answer.problem("UNAVAILABLE", hint), history.maybe_written)


def _unknown_type(answer: Answer) -> bool:
    return answer.status == 400 and answer.message.startswith(
        ("Unable to infer object type from", "Invalid object or event type id")
    )


def _scopes(answer: Answer) -> tuple[str, ...]:
    """Return the scopes a 403 names, in its newer form (``errors[].context``) or its older one (``context``)."""
    contexts = [answer.json.get("context")] + [
        error.get("context") for error in answer.json.get("errors") or () if isinstance(error, dict)
    ]
    named = [
        str(scope)
        for context in contexts
        if isinstance(context, dict)
        for scope in context.get("requiredGranularScopes") or context.get("requiredScopes") or ()
    ]
    return tuple(dict.fromkeys(named))
