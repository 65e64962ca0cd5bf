"""From a frame to what would be sent. Pure: nothing here reads a clock, a socket or a random number."""
