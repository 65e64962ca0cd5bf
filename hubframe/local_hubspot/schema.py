"""Property definitions as the properties API shows them: sensitive ones only to those who ask and may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import answers
from .access import require_sensitive
from .answers import Answer, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .object_type import ObjectType
    from .portal import Portal
    from .settings import Settings


def properties(portal: Portal, kind: ObjectType, query: Mapping[str, str], settings: Settings) -> Answer:
    """Return a type's definitions of one sensitivity, ``non_sensitive`` unless asked otherwise; no pages."""
    sensitivity = _sensitivity(kind, query, settings)
    if query.get("archived", "").lower() == "true":
        return Answer(200, {"results": []})
    with portal.lock:
        shown = [made for made in kind.definitions.values() if made["dataSensitivity"] == sensitivity]
    return Answer(200, {"results": shown})


def one_property(portal: Portal, kind: ObjectType, name: str, query: Mapping[str, str], settings: Settings) -> Answer:
    """Return one definition; a sensitive one is as good as undefined unless its sensitivity is asked for."""
    sensitivity = _sensitivity(kind, query, settings)
    with portal.lock:
        made = kind.definitions.get(name)
    if made is None or made["dataSensitivity"] != sensitivity:
        raise Refusal(answers.no_such_property(name))
    return Answer(200, made)


def _sensitivity(kind: ObjectType, query: Mapping[str, str], settings: Settings) -> str:
    asked = query.get("dataSensitivity", "non_sensitive")
    if asked != "non_sensitive":
        require_sensitive(settings.scopes, kind, asked, "read")
    return asked
