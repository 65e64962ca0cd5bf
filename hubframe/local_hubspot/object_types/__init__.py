"""The object types a LocalHubSpot knows, with HubSpot's own properties and some of an administrator's."""

from .companies import companies
from .contacts import contacts
from .contracts import contracts
from .deals import deals
from .tickets import tickets

STANDARD_TYPES = (contacts, companies, deals, contracts, tickets)

__all__ = ["STANDARD_TYPES"]
