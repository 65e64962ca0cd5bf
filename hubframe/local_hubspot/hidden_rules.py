"""What an account refuses although no property definition shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from .object_types.deals import PIPELINES
from .row_rules import Refuses, RowRule, stage_rule


class Rules:
    """An account's hidden rules; a new one has none. They are judged on records that exist.

    Where a whole batch is refused, a rule ``told_once`` gives one item (one for each value, where it gives
    values), however many rows break it: whoever counts items takes good rows for bad ones, or bad for good.

    Examples
    --------
    >>> import hubframe.local_hubspot as local
    >>> portal = local.Portal()
    >>> portal.rules.require("contacts", "state", with_="city")
    >>> portal.rules.keep_deal_stages_in_pipelines()
    """

    def __init__(self, type_id: Callable[[str], str]) -> None:
        self._type_id = type_id
        self._rules: dict[str, list[RowRule]] = {}
        self._batches: dict[str, dict[str, str]] = {}

    def refuse(
        self,
        object_type: str,
        named: str,
        *,
        when: Refuses,
        touching: Collection[str] | None = None,
        code: str = "INVALID_OPTION",
        message: str | Callable[[Mapping[str, str]], str] = "The value is not allowed.",
        told_once: bool = True,
        gives_value: bool = True,
    ) -> None:
        """Refuse rows after which a record would be as ``when`` says.

        Parameters
        ----------
        object_type
            Any of its names.
        named
            The property that the refusal names.
        when
            Gets the record's texts as they would be after the write.
        touching
            Only rows that write one of these are looked at; None: ``named``.
        code, message
            The refusal's; the message may be made from the texts.
        told_once
            One item for all rows of a refused batch, rather than one for each.
        gives_value
            Whether the item has the ``propertyValue``.
        """
        rule = RowRule(
            touching=frozenset([named] if touching is None else touching),
            refuses=when,
            named=named,
            code=code,
            message=message,
            told_once=told_once,
            gives_value=gives_value,
        )
        self._rules.setdefault(self._type_id(object_type), []).append(rule)

    def require(
        self, object_type: str, needed: str, *, with_: str, text: str | None = None, told_once: bool = True
    ) -> None:
        """Require that ``needed`` has a value wherever ``with_`` is written, or is written as ``text``.

        The refusal names ``needed``, which the row need not have sent, and gives no value.
        """

        def broken(texts: Mapping[str, str]) -> bool:
            applies = texts.get(with_) == text if text is not None else bool(texts.get(with_))
            return applies and not texts.get(needed)

        # HubSpot announced these refusals as VALIDATION_ERROR; the code within was not found.
        self.refuse(
            object_type,
            needed,
            when=broken,
            touching=(with_, needed),
            code="REQUIRED_FIELD",
            message=f'Property "{needed}" is required',
            told_once=told_once,
            gives_value=False,
        )

    def keep_deal_stages_in_pipelines(self, *, told_once: bool = True, gives_value: bool = True) -> None:
        """Refuse a ``dealstage`` of another pipeline than the deal's, though the definition lists it."""
        rule = stage_rule(PIPELINES, told_once=told_once, gives_value=gives_value)
        self._rules.setdefault(self._type_id("deals"), []).append(rule)

    def refuse_batches_with(
        self, object_type: str, record_id: str, message: str = "The request could not be processed."
    ) -> None:
        """Refuse every batch that holds this record, in words that name nobody."""
        self._batches.setdefault(self._type_id(object_type), {})[record_id] = message

    def clear(self) -> None:
        """Forget every rule."""
        self._rules.clear()
        self._batches.clear()

    def of(self, type_id: str) -> list[RowRule]:
        """Return the rules of an object type."""
        return self._rules.get(type_id, [])

    def refused_batch(self, type_id: str, record_ids: Collection[str]) -> str | None:
        """Return the message that refuses a batch with these records, if one does."""
        messages = self._batches.get(type_id, {})
        return next((messages[record_id] for record_id in record_ids if record_id in messages), None)
