"""Tests of the scripts in ``static/``, in their own language."""
