"""An embedded HubSpot, served over real HTTP on loopback. Imports nothing from the rest of hubframe."""

from .app import RecordedRequest
from .hubspot import LocalHubSpot
from .portal import Portal

__all__ = ["LocalHubSpot", "Portal", "RecordedRequest"]
