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
_ACTIONS: tuple[Action, ...] = ("read", "write")
_OWNERS = "crm.objects.owners.read"
_CUSTOM_SCHEMAS = [
    "crm.schemas.custom.read",
    "crm.objects.custom.sensitive.read.v2",
    "crm.objects.custom.highly_sensitive.read.v2",
    "crm.objects.custom.read",
]
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
    _require(scopes, [_objects_scope(kind, action)])


def require_schema(scopes: Iterable[str], kind: ObjectType) -> None:
    """Raise the 403 unless this type's properties may be seen; any right to its records is enough."""
    rights = [_objects_scope(kind, action) for action in _ACTIONS]
    _require(scopes, list(dict.fromkeys([f"crm.schemas.{kind.scope_name}.read", *rights])))


def require_owners(scopes: Iterable[str]) -> None:
    """Raise the 403 unless the account's owners may be seen."""
    _require(scopes, [_OWNERS])


def require_custom_schemas(scopes: Iterable[str]) -> None:
    """Raise the 403 unless the account's custom object types may be seen; any right to read their records is enough."""
    _require(scopes, _CUSTOM_SCHEMAS)


def require_any_object(scopes: Iterable[str], kinds: Iterable[ObjectType]) -> None:
    """Raise the 403 unless records of some type may be read or written."""
    rights = [_objects_scope(kind, action) for kind in kinds for action in _ACTIONS]
    _require(scopes, list(dict.fromkeys([*rights, "crm.objects.custom.read", "crm.objects.custom.write"])))


def require_sensitive(scopes: Iterable[str], kind: ObjectType, sensitivity: str, action: Action) -> None:
    """Raise the 403 unless this type's sensitive data may be read, or written."""
    _require(scopes, [_sensitive_scope(kind, sensitivity, action)])


def may_read_sensitive(scopes: Iterable[str], kind: ObjectType, sensitivity: str) -> bool:
    """Return whether sensitive values are shown to this token."""
    return _sensitive_scope(kind, sensitivity, "read") in set(scopes)


def all_scopes(kinds: Iterable[ObjectType]) -> set[str]:
    """Return every scope that some route asks for."""
    made = {"oauth", _OWNERS, *_CUSTOM_SCHEMAS, "crm.objects.custom.write"}  # a custom type may be defined later
    for kind in kinds:
        made.add(f"crm.schemas.{kind.scope_name}.read")
        for action in _ACTIONS:
            made.add(_objects_scope(kind, action))
            made.update(_sensitive_scope(kind, how, action) for how in ("sensitive", "highly_sensitive"))
    return made


def _objects_scope(kind: ObjectType, action: Action) -> str:
    return kind.own_scope or f"crm.objects.{kind.scope_name}.{action}"


def _sensitive_scope(kind: ObjectType, sensitivity: str, action: Action) -> str:
    if kind.own_scope:
        return f"{kind.own_scope}.{sensitivity}.v2"
    return f"crm.objects.{kind.scope_name}.{sensitivity}.{action}.v2"


def _require(scopes: Iterable[str], one_of: list[str]) -> None:
    if set(one_of).isdisjoint(scopes):
        raise Refusal(missing_scopes(one_of))
