"""An embedded HubSpot, served over real HTTP on loopback. Imports nothing from the rest of hubframe."""

from .app import RecordedRequest
from .faults import FAULT_NAMES, RANDOM_FAULTS, Fault, Faults
from .hubspot import LocalHubSpot
from .portal import Portal
from .rate_limit import OtherClient

__all__ = [
    "FAULT_NAMES",
    "RANDOM_FAULTS",
    "Fault",
    "Faults",
    "LocalHubSpot",
    "OtherClient",
    "Portal",
    "RecordedRequest",
]
