"""How content is read, and what the desk is."""
