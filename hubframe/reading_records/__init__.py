"""Records out of HubSpot: by id, all of a type, or by search; every page once, nothing silently absent."""
