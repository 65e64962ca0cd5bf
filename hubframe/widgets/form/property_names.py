"""How properties are named where one is chosen for a column, and which one a text means: pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from hubframe.planning.choices import folded
from hubframe.planning.definitions import Definitions, Property
from hubframe.planning.headers import RECORD_ID, Headers, could_be_internal

__all__ = ["PropertyNames", "kind_of", "name_of"]

_KINDS = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "date and time",
    "phone_number": "phone number",
}


@dataclass(frozen=True)
class PropertyNames:
    """An object type's properties, as ``First Name (firstname)``.

    Attributes
    ----------
    writable : tuple of str
        The names of those that can be written, in alphabetical order.
    unique : tuple of Property
        Those whose values can identify a record.

    Examples
    --------
    >>> names = PropertyNames(Definitions("contacts", {"city": Property("city", "City")}))
    >>> names.writable, [names.meant(text) == names.meant("City (city)") for text in (" city", "CITY")]
    (('City (city)',), [True, True])
    """

    definitions: Definitions
    headers: Headers = field(init=False, repr=False, compare=False)
    writable: tuple[str, ...] = field(init=False, repr=False, compare=False)
    unique: tuple[Property, ...] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Property] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = sorted(self.definitions.by_name.values(), key=lambda one: (folded(name_of(one)), one.name))
        by_name: dict[str, Property] = {}
        for one in known:
            by_name.setdefault(folded(name_of(one)), one)
        by_name.update({name_of(one): one for one in known})  # as it is written goes before any case
        # A frozen dataclass sets what it derives this way.
        object.__setattr__(self, "headers", Headers(self.definitions))
        object.__setattr__(self, "writable", tuple(name_of(one) for one in known if not one.read_only))
        object.__setattr__(self, "unique", tuple(one for one in known if self.identifies(one)))
        object.__setattr__(self, "_by_name", by_name)

    def identifies(self, definition: Property) -> bool:
        """Tell whether a property's values are unique, other than the record id; contacts' e-mail does not say so."""
        return definition.name != RECORD_ID and (definition.unique or definition.is_contact_email)

    def meant(self, text: str) -> Property | str:
        """Return the property that a text means: by its name here, else by internal name, else by label.

        The text itself, stripped, where it means none, or several.
        """
        text = text.strip()
        if not text:
            return ""
        named = self._by_name.get(text) or self._by_name.get(folded(text))
        if named is not None:
            return named
        found = self.headers.find(text)
        if not found and self.definitions.hidden and could_be_internal(text):
            return Property(text)  # a sensitive one, perhaps: HubSpot judges
        return found[0] if len(found) == 1 else text


def name_of(definition: Property) -> str:
    """Return what a property is called where it is chosen."""
    label = " ".join(definition.label.split())  # a text box has one line
    return f"{label} ({definition.name})" if label and label != definition.name else definition.name


def kind_of(definition: Property) -> str:
    """Return a property's type, in plain words.

    >>> kind_of(Property("renewal", type="datetime")), kind_of(Property("optin", field_type="booleancheckbox"))
    ('date and time', 'yes or no')
    """
    if definition.is_owner:
        return "owner: a name, an e-mail or an id"
    if definition.is_bool:
        return "yes or no"
    options = len(definition.choices.items)
    if definition.is_multiple:
        return f"any of {options:,} options" if options else "several options"
    if definition.type == "enumeration":
        return f"one of {options:,} options" if options else "one option"
    return _KINDS.get(definition.type, definition.type or "type not known")
