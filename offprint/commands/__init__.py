"""The commands: each a few lines of prose over the folders below."""
