"""How fast hubframe writes, beside the official client and a bare aiohttp loop."""
