"""Reading of ``content/``: from files to records, in which each value knows its position."""
