"""Helping people add papers: drafts, importers, checks and fixes."""
