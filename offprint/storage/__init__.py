"""Caching, fingerprints, files, folders and processes. Nothing here knows of papers."""
