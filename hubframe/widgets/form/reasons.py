"""Why a cell was refused and what to do about it, in words for somebody who writes no code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hubframe.results.outcomes import Problem
from hubframe.results.sentences import advised, sentence

__all__ = ["reason", "short_reason"]

# What only helps who writes code: an argument, a method of a frame, a function.
_CODE = re.compile(r"\bdf\b|\bpd\.|\bhubframe\.|\bresult\.|\bplan\.|\bplan or send\b|\.dt\.|\b[a-z_]+=|\(\)")
_TO_DO = {
    "AMBIGUOUS_OPTION": "Choose the one that is meant.",
    "BLANK_AS_TEXT": "Empty the cell, or write what is meant.",
    "BLANK_ID": "Fill in the record's id: records are never created here.",
    "CHANGED_SINCE": "Look at the record. To overwrite what HubSpot holds now, start again.",
    "DUPLICATE_ID": "Correct the id of one of them and send both, or start again and say which of such rows counts.",
    "ID_LOST_DIGITS": "Copy the id from the address of the record's page in HubSpot.",
    "INVALID_STRING_LENGTH": "Shorten it.",
    "INVALID_TEXT": "Write it again.",
    "LIFECYCLE_STAGE_BACKWARDS": "Choose a later stage, or clear the stage in HubSpot first and send the row again.",
    "LOST_DIGITS": "Write it again, with all its digits.",
    "NOT_AN_ID": "Correct the id: it is the number at the end of the address of the record's page in HubSpot.",
    "NOT_IN_BASELINE": "Start again without comparing to the earlier table.",
    "OBJECT_NOT_FOUND": "Correct the id, or leave the row.",
    "PROPERTY_DOESNT_EXIST": "Start again, and turn the column off.",
    "READ_ONLY_VALUE": "Start again, and turn the column off.",
    "UNCONFIRMED": "Send it again: what was written will be found unchanged.",
    "UNSUPPORTED_VALUE": "Write the value.",
}
_WHAT = {
    "BLANK_AS_TEXT": "The word is what some programs leave of an empty cell.",
    "NO_OLD_VALUE": "Left alone: the update did not look at what it overwrote.",
    "NOT_IN_BASELINE": "The earlier table has no row with this id, so nobody knows which cells were edited.",
}
_BY_CODE_OTHERWISE = {
    "INVALID_BOOLEAN": "Tick or untick the box.",
    "INVALID_DATE": "Choose the day.",
    "INVALID_INTEGER": "Write digits and at most one point.",
    "INVALID_LONG": "Write it as 2026-01-31T09:30:00Z.",
    "INVALID_OPTION": "Choose one of the options.",
}
_OTHERWISE = {"cell": "Correct the value.", "id": "Correct the id.", "again": "Send it again."}
_SHORT = {
    "AMBIGUOUS_OPTION": "several options are called so",
    "BLANK_AS_TEXT": "a word that stands for an empty cell",
    "BLANK_ID": "no id",
    "CHANGED_SINCE": "changed in HubSpot since, and left alone",
    "DUPLICATE_ID": "several rows for one record, with different values",
    "ID_LOST_DIGITS": "the id has lost digits",
    "INVALID_BOOLEAN": "neither yes nor no",
    "INVALID_DATE": "not a date",
    "INVALID_EMAIL": "not an e-mail address",
    "INVALID_INTEGER": "not a number",
    "INVALID_LONG": "not a date and time",
    "INVALID_OPTION": "not one of the options",
    "INVALID_STRING_LENGTH": "too long",
    "LIFECYCLE_STAGE_BACKWARDS": "HubSpot moves the stage forward only",
    "LOST_DIGITS": "a number that may have lost digits",
    "NOT_AN_ID": "not a record id",
    "NO_OLD_VALUE": "the old value is not known",
    "OBJECT_NOT_FOUND": "no such record in HubSpot",
    "PROPERTY_DOESNT_EXIST": "HubSpot has no such property",
    "READ_ONLY_VALUE": "read-only in HubSpot",
    "RECORD_MERGED": "merged into another record",
    "SUPERSEDED": "another row for the same record was sent",
    "UNCONFIRMED": "sent, and nobody knows whether it was written",
    "UNIQUE_VALUE_CONFLICT": "another record has the value already",
    "VALUE_NOT_KEPT": "HubSpot did not keep the value",
}


def short_reason(code: str) -> str:
    """Return what rows refused for this code have in common; ``""`` where nothing short is known."""
    return _SHORT.get(code, "")


def reason(fact: Mapping[str, Any], record: str | None, fix: str) -> str:
    """Return why one cell was refused, and what to do.

    Parameters
    ----------
    fact
        One problem of ``hubspot_error_details``.
    record
        The row's record id, where it is known.
    fix
        What helps: ``"cell"``, ``"id"``, ``"again"`` or ``"none"``.

    Examples
    --------
    >>> reason({"code": "INVALID_DATE", "value": "31.12.", "message": "31.12. was not a valid date.",
    ...         "hint": "Turn the text into dates: pd.to_datetime(df[...], dayfirst=True)"}, "7", "cell")
    "'31.12.' is not a date. Choose the day."
    """
    code = str(fact.get("code") or "")
    message = _WHAT.get(code) or str(fact.get("message") or "")
    value = fact.get("value")
    bare = Problem(
        category=str(fact.get("category") or code),
        code=code,
        message=message,
        value=None if value is None else str(value),
    )
    if not message and not code:
        return "HubSpot was not reached."
    said = fact.get("hint")
    ours = advised(bare).hint
    hint = _hint(code, said if isinstance(said, str) and said != ours else None, ours, fix)
    told = sentence([bare], record)
    if ours is not None and said in (None, ours) and told.endswith(ours):
        # In words of our own for the code, where HubSpot's are about coordinates and objects.
        return f"{told.removesuffix(ours)}{hint}".strip()
    return sentence([bare.with_hint(hint)], record) if hint else told


def _hint(code: str, said: str | None, ours: str | None, fix: str) -> str:
    if code == "INVALID_OPTION" and said and not said.startswith(("Did you mean", "Correct the pipeline", "Choose an")):
        said = None
    if code in _TO_DO:
        return _TO_DO[code]
    if said and not _CODE.search(said):
        return said
    if code in _BY_CODE_OTHERWISE:
        return _BY_CODE_OTHERWISE[code]
    return ours or (_OTHERWISE.get(fix, "") if said else "")
