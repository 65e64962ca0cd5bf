"""How far a run is, in words: pure."""

from __future__ import annotations

from hubframe.delivery.run import Progress

__all__ = ["progress_text", "share_done"]

SOON = 2.0  # seconds before a rate says anything


def share_done(progress: Progress) -> float:
    """Return how much of a run is done, 0 to 1."""
    return progress.rows_done / progress.rows_total if progress.rows_total else 0.0


def progress_text(progress: Progress, seconds: float, before: int = 0) -> str:
    """Return rows done, rate, time left and refusals.

    ``before``: rows that were settled when ``seconds`` began, with no request.

    >>> text = progress_text(Progress(50_000, 12_000, {"updated": 11_990, "failed": 10}), 6.0)
    >>> text
    '12,000 of 50,000 rows · 2,000 rows/s · about 19 s left · 10 refused'
    """
    done, total = progress.rows_done, progress.rows_total
    if not total:
        return "Reading…"
    parts = [f"{done:,} of {total:,} rows"]
    if done > before and seconds >= SOON and done < total:
        rate = (done - before) / seconds
        parts += [f"{rate:,.0f} rows/s" if rate >= 1 else f"{60 * rate:,.0f} rows a minute"]
        parts += [] if progress.stopping else [f"about {_duration((total - done) / rate)} left"]
    refused = progress.counts.get("failed", 0) + progress.counts.get("invalid", 0)
    if refused:
        parts.append(f"{refused:,} refused")
    if progress.waiting_seconds >= 0.5 and not progress.stopping:
        parts.append(f"waiting {progress.waiting_seconds:.0f} s for HubSpot's limit")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{max(1, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"
