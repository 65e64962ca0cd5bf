"""A lifecycle stage that goes back is cleared first: HubSpot ignores a backward move, and says nothing. Pure.

https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hubframe.planning.batches import Batch
from hubframe.planning.definitions import Definitions
from hubframe.results.outcomes import Outcome, Problem

__all__ = ["STAGE_CLEARED", "Stages"]

STAGE = "lifecyclestage"
STAGE_CLEARED = Problem(
    category="STAGE_CLEARED",
    code="STAGE_CLEARED",
    message="The lifecycle stage was cleared, to be set to an earlier one.",
)


class Stages:
    """Sends a row whose stage goes back in two requests: the whole row without its stage, then the stage.

    What HubSpot may refuse goes first, and takes the clearing with it: a row it refuses keeps its stage.
    """

    def __init__(self, definitions: Definitions) -> None:
        self._definition = definitions.get(STAGE)
        self._waiting: dict[int, str] = {}
        self._earlier: dict[int, tuple[Problem, ...]] = {}

    def cleared(self, batch: Batch) -> Batch:
        """Return the batch with every stage that goes back cleared instead; `following` gives what it goes back to."""
        back = [
            index
            for index, (texts, known) in enumerate(zip(batch.texts, batch.known, strict=True))
            if self._goes_back(texts, known or {})
        ]
        if not back:
            return batch
        batch = batch.part(range(len(batch)))
        for index in back:
            self._waiting[batch.rows[index]] = batch.texts[index][STAGE]
            batch.texts[index] = {**batch.texts[index], STAGE: ""}
        return batch

    def following(self, batch: Batch, outcomes: Sequence[Outcome]) -> tuple[list[Outcome], Batch]:
        """Return the outcomes that stand, and the rows of which the stage alone is to be sent now."""
        standing: list[Outcome] = []
        following = Batch([], [], [])
        for outcome in outcomes:
            row = batch.rows[outcome.index]
            stage = self._waiting.pop(row, None)
            if stage is not None and _was_cleared(outcome):
                self._earlier[row] = outcome.problems
                stages = Batch([row], [batch.ids[outcome.index]], [{STAGE: stage}], known=[{STAGE: ""}])
                following.extend(stages)
                continue
            earlier = self._earlier.pop(row, ())
            if earlier:
                failed = any(problem.code == "VALUE_NOT_KEPT" for problem in earlier) and outcome.status == "updated"
                status = "failed" if failed else outcome.status
                outcome = outcome._replace(status=status, problems=(*earlier, *outcome.problems))  # noqa: PLW2901
            standing.append(outcome)
        return standing, following

    def _goes_back(self, texts: Mapping[str, str], known: Mapping[str, str]) -> bool:
        """Tell whether a stage may not be a later one; where their order is not known, it may be."""
        to, held = texts.get(STAGE), known.get(STAGE)
        if not to or not held:
            return False
        choices = self._definition.choices if self._definition is not None else None
        before, after = (choices.place(held), choices.place(to)) if choices is not None else (None, None)
        return before is None or after is None or after < before


def _was_cleared(outcome: Outcome) -> bool:
    """Tell whether HubSpot wrote the row's stage, whatever it made of its other cells."""
    return outcome.status == "updated" or (
        outcome.status == "failed"
        and bool(outcome.problems)
        and all(problem.code == "VALUE_NOT_KEPT" and problem.property != STAGE for problem in outcome.problems)
    )
