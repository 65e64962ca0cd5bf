"""HubSpot's texts → a typed frame; which properties are read, and which records. Pure: no network."""
