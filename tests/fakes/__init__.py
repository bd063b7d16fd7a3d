"""Stand-ins for the world outside, held to the same contracts as the real adapters."""
