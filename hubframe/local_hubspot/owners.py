"""Owners: the users that records belong to, those who left among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .answers import Answer
from .definitions import DEFINED_AT
from .paging import limit_and_cursor, next_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST_PAGE = 500


@dataclass
class Owner:
    """One owner; an archived one keeps records, and gets no new ones."""

    id: str
    email: str
    first_name: str
    last_name: str
    archived: bool = False
    updated_at: str = DEFINED_AT

    @property
    def export_name(self) -> str:
        """The name as HubSpot's exports have it."""
        name = f"{self.first_name} {self.last_name}"
        return f"{name} (Deactivated User)" if self.archived else name

    def shown(self) -> dict[str, Any]:
        """Return the owner as the owners API has it. ``userId`` is no id of an owner: records refuse it."""
        user_id = int(self.id) // 7
        return {
            "id": self.id,
            "email": self.email,
            "type": "PERSON",
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": None if self.archived else user_id,
            "userIdIncludingInactive": user_id,
            "createdAt": "2020-06-30T15:57:37.277Z",
            "updatedAt": self.updated_at,
            "archived": self.archived,
        }


def page(owners: Iterable[Owner], query: Mapping[str, str], path: str) -> Answer:
    """Return one page of the owners, or of the archived ones, in id order, with the cursor of the next."""
    limit, after = limit_and_cursor(query, usual=100, largest=LARGEST_PAGE)
    archived, email = query.get("archived", "").lower() == "true", query.get("email", "").lower()
    listed = sorted(
        (owner for owner in owners if owner.archived == archived and email in {"", owner.email.lower()}),
        key=lambda owner: int(owner.id),
    )
    rest = [owner for owner in listed if int(owner.id) > after]
    body: dict[str, Any] = {"results": [owner.shown() for owner in rest[:limit]]}
    if len(rest) > limit:
        body["paging"] = next_page(path, query, rest[limit - 1].id, ("limit", "archived", "email"))
    return Answer(200, body)
