"""Where firstline meets the world: storage, web, command line."""
