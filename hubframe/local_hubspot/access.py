"""Tokens and scopes: who may ask what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Literal

from .answers import Refusal, expired_token, missing_scopes, no_credentials
from .timestamps import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .object_type import ObjectType
    from .settings import Settings

Action = Literal["read", "write"]
_EXPIRED_SECONDS_AGO = 75


def check_token(authorization: str | None, settings: Settings) -> None:
    """Raise HubSpot's 401 unless the header carries this account's token, unexpired."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(
        token.strip().encode(errors="replace"), settings.token.encode()
    ):
        raise Refusal(no_credentials())
    if settings.token_expired:
        then = datetime.now(UTC) - timedelta(seconds=_EXPIRED_SECONDS_AGO)
        raise Refusal(expired_token(_EXPIRED_SECONDS_AGO, instant(then)))


def require_objects(scopes: Iterable[str], kind: ObjectType, action: Action) -> None:
    """Raise the 403 unless records of this type may be read, or written."""
    _require(scopes, [f"crm.objects.{kind.scope_name}.{action}"])


def require_schema(scopes: Iterable[str], kind: ObjectType) -> None:
    """Raise the 403 unless this type's properties may be seen; any right to its records is enough."""
    name = kind.scope_name
    _require(scopes, [f"crm.schemas.{name}.read", f"crm.objects.{name}.read", f"crm.objects.{name}.write"])


def require_sensitive(scopes: Iterable[str], kind: ObjectType, sensitivity: str, action: Action) -> None:
    """Raise the 403 unless this type's sensitive data may be read, or written."""
    _require(scopes, [_sensitive_scope(kind, sensitivity, action)])


def may_read_sensitive(scopes: Iterable[str], kind: ObjectType, sensitivity: str) -> bool:
    """Return whether sensitive values are shown to this token."""
    return _sensitive_scope(kind, sensitivity, "read") in set(scopes)


def all_scopes(kinds: Iterable[ObjectType]) -> set[str]:
    """Return every scope that some route asks for."""
    made = {"oauth", "crm.objects.owners.read"}
    for kind in kinds:
        name = kind.scope_name
        made.add(f"crm.schemas.{name}.read")
        for action in ("read", "write"):
            made.add(f"crm.objects.{name}.{action}")
            made.add(f"crm.objects.{name}.sensitive.{action}.v2")
            made.add(f"crm.objects.{name}.highly_sensitive.{action}.v2")
    return made


def _sensitive_scope(kind: ObjectType, sensitivity: str, action: Action) -> str:
    return f"crm.objects.{kind.scope_name}.{sensitivity}.{action}.v2"


def _require(scopes: Iterable[str], one_of: list[str]) -> None:
    if set(one_of).isdisjoint(scopes):
        raise Refusal(missing_scopes(one_of))
