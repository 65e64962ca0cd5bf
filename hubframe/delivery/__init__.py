"""From a plan to HubSpot and back: deciding is pure (messages, decide, looking), doing is apart."""
