"""The form in which a frame is written to HubSpot without code."""
