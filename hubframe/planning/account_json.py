"""An account's owners, pipelines and rules, from HubSpot's JSON.

https://developers.hubspot.com/docs/api-reference/crm-owners-v3/guide,
https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide,
https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubframe.planning.choices import Choice, Choices
from hubframe.planning.definitions import display_order
from hubframe.planning.rules import Rule

__all__ = ["Pipelines", "owner_choices", "pipelines_from_json", "rules_by_property"]

Objects = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Pipelines:
    """An object type's pipelines, and the stages of all of them."""

    pipelines: Choices
    stages: Choices


def owner_choices(active: Objects, archived: Objects) -> Choices:
    """Return the owners by id, called by full name or e-mail, and as exports call them once they have left."""
    return Choices((*_owners(active, retired=False), *_owners(archived, retired=True)))


def _owners(owners: Objects, *, retired: bool) -> Iterable[Choice]:
    for owner in owners:
        email = str(owner.get("email") or "")
        name = " ".join(filter(None, (str(owner.get(part) or "").strip() for part in ("firstName", "lastName"))))
        names = (email, f"{name or email} (Deactivated User)") if retired else (email,)
        if owner.get("id") is not None:
            yield Choice(str(owner["id"]), name or email, tuple(filter(None, names)), retired=retired)


def pipelines_from_json(found: Objects) -> Pipelines:
    """Return pipelines and stages in HubSpot's order: those with the same place in it by label."""
    pipelines: list[Choice] = []
    stages: list[Choice] = []
    for pipeline in sorted(found, key=_place):
        if pipeline.get("id") is None:
            continue
        at, label = str(pipeline["id"]), str(pipeline.get("label") or "")
        pipelines.append(Choice(at, label))
        inside = pipeline.get("stages")
        given = [stage for stage in inside if isinstance(stage, Mapping)] if isinstance(inside, list) else []
        for stage in sorted(given, key=_place):
            if stage.get("id") is not None:
                called = str(stage.get("label") or "")
                stages.append(Choice(str(stage["id"]), called, (f"{called} ({label})",), within=at))  # as in exports
    return Pipelines(Choices(tuple(pipelines)), Choices(tuple(stages)))


def _place(item: Mapping[str, Any]) -> tuple[tuple[bool, int], str]:
    return display_order(item), str(item.get("label") or "").casefold()


def rules_by_property(found: Objects) -> dict[str, tuple[Rule, ...]]:
    rules: dict[str, tuple[Rule, ...]] = {}
    for item in found:
        given = item.get("propertyValidationRules")
        rules[str(item.get("propertyName"))] = tuple(
            Rule(str(rule.get("ruleType") or ""), _texts(rule.get("ruleArguments")))
            for rule in (given if isinstance(given, list) else ())
            if isinstance(rule, Mapping)
        )
    return rules


def _texts(arguments: Any) -> tuple[str, ...]:
    return tuple(map(str, arguments)) if isinstance(arguments, list) else ()
