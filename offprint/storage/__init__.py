"""Caching, files, folders and processes: what knows nothing of papers."""
