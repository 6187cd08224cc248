"""Asking other services: what is new to propose, and what records lack; everything for a person to review."""
