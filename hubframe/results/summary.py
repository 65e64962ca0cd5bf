"""A run in ten seconds: counts, causes, what to do next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubframe.results.frame import TO_LOOK_AT, require_result
from hubframe.results.outcomes import STATUSES

__all__ = ["RunFacts", "Summary", "next_line", "remember", "runs_to_go_on", "summarize"]

RUNS_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run did that is in no row."""

    account: str
    object_type: str
    call: str
    requests: int
    writes: int
    seconds: float
    waited_for_limit_seconds: float
    stopped: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the rows of a result.

    Attributes
    ----------
    rows : int
    counts : dict of str to int
        Rows by ``hubspot_status``, those that occur.
    causes : pandas.DataFrame
        Columns ``hubspot_status``, ``hubspot_error_code``, ``hubspot_error_property``, ``rows`` and ``example`` (an
        error of one of them); most rows first.
    rewritten : int
        Rows that HubSpot stored in a form of its own (phones, e-mails); they are ``updated``.
    run : RunFacts or None
        Requests, seconds and account; None where the result comes from another kernel or from several runs.
    next_line : str or None
        The next line to run, where something is left to do.
    """

    rows: int
    counts: dict[str, int]
    causes: pd.DataFrame
    rewritten: int
    run: RunFacts | None
    next_line: str | None

    def __str__(self) -> str:
        where = f"{self.run.account}, {self.run.object_type}: " if self.run else ""
        lines = [f"{where}{self.sentence}"]
        if self.run:
            waited = self.run.waited_for_limit_seconds
            limit = f", {waited:.1f} s of it waiting for HubSpot's limit" if waited >= 0.1 else ""
            lines.append(f"{self.run.requests:,} requests in {self.run.seconds:.1f} s{limit}")
            lines += [f"Stopped early: {self.run.stopped}"] if self.run.stopped else []
            lines += list(self.run.notes)
        if self.rewritten:
            lines.append(
                f"{self.rewritten:,} of the updated rows hold a value that HubSpot stored in a form of its own."
            )
        for _, cause in self.causes.iterrows():
            what = f"{cause['hubspot_status']:<11} {cause['hubspot_error_code']}"
            lines.append(f"  {cause['rows']:>6,} {what}: {cause['example']}")
        lines += [f"Next: {self.next_line}"] if self.next_line else []
        return "\n".join(lines)

    __repr__ = __str__

    @property
    def sentence(self) -> str:
        """The counts in one sentence."""
        told = ", ".join(f"{count:,} {status}" for status, count in self.counts.items())
        return f"{self.rows:,} row{'' if self.rows == 1 else 's'}: {told or 'nothing to do'}"

    def _repr_html_(self) -> str:
        from hubframe.widgets.rich import summary_html  # noqa: PLC0415 - only where somebody looks

        return summary_html(self)


def summarize(result: pd.DataFrame, *, recorded: Callable[[Iterable[str]], bool] = lambda _: False) -> Summary:
    """Summarize a result, whole or any part of it.

    ``recorded`` tells whether there is a journal of each of these runs.
    """
    require_result(result)
    status = result["hubspot_status"].astype("string")
    counted = status.value_counts()
    counts = {name: int(counted[name]) for name in STATUSES if name in counted.index}
    to_look_at = result[status.isin(TO_LOOK_AT).to_numpy(dtype=bool)]
    codes = result.get("hubspot_error_code", pd.Series(dtype="string"))
    runs = result["hubspot_run"].dropna().unique()
    run = _remembered.get(str(runs[0])) if len(runs) == 1 else None
    return Summary(
        rows=len(result),
        counts=counts,
        causes=_causes(to_look_at),
        rewritten=int((codes == "VALUE_REWRITTEN").sum()),
        run=run,
        next_line=next_line(counts, run.call if run else None, recorded=recorded(runs_to_go_on(result))),
    )


def runs_to_go_on(result: pd.DataFrame) -> list[str]:
    """Return the runs of the rows of a result that are not updated or unchanged."""
    left = ~result["hubspot_status"].isin(["updated", "unchanged"]).to_numpy(dtype=bool)
    return [str(run) for run in result["hubspot_run"][left].dropna().unique()]


def next_line(counts: dict[str, int], call: str | None, frame: str = "result", *, recorded: bool = False) -> str | None:
    """Return the next line to run after an update, if there is one.

    Parameters
    ----------
    counts
        Rows by status.
    call
        The call that made the result, as one would write it again: ``batch_update("contacts")``.
    frame
        What the result is called.
    recorded
        Whether there is a journal of the rows' runs, so that they can be retried.
    """
    if call is not None and call.startswith("undo("):
        left = any(counts.get(status) for status in ("failed", "unsent", "unconfirmed", "planned"))
        return f"hubframe.{call}  # puts back what is left" if left else None
    if counts.get("planned") and call is not None:
        return f"df.hubspot.{call}  # writes what is planned"
    if recorded and (counts.get("unsent") or counts.get("unconfirmed")):
        return f"{frame}.hubspot.retry()  # sends what is left again"
    if recorded and (counts.get("invalid") or counts.get("failed")):
        return f"{frame}.hubspot.failed  # correct these in {frame}, then {frame}.hubspot.retry()"
    if counts.get("unsent") or counts.get("unconfirmed"):
        return f"{frame}.hubspot.failed.hubspot.{call or 'batch_update(...)'}  # sends what is left again"
    if any(counts.get(status) for status in TO_LOOK_AT):
        return f"{frame}.hubspot.failed  # the rows to look at, each with its reason"
    return None


def _causes(rows: pd.DataFrame) -> pd.DataFrame:
    keys = ["hubspot_status", "hubspot_error_code", "hubspot_error_property"]
    wanted = [*keys, "hubspot_error"]
    texts: Any = rows.reindex(columns=wanted).astype("string").astype(object)
    grouped = texts.groupby(keys, dropna=False, sort=False)["hubspot_error"]
    causes: pd.DataFrame = grouped.agg(rows="size", example="first").reset_index()
    return causes.sort_values("rows", ascending=False, kind="stable", ignore_index=True)


_remembered: OrderedDict[str, RunFacts] = OrderedDict()


def remember(run_id: str, facts: RunFacts) -> None:
    """Keep a run's facts for `summarize`: the frame has no place for them that survives a merge."""
    _remembered[run_id] = facts
    while len(_remembered) > RUNS_REMEMBERED:
        _remembered.popitem(last=False)
