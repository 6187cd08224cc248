"""An archive → pages, feeds and data files."""
