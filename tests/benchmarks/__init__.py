"""How long builds take: ``python -m tests.benchmarks``; see ``__main__.py``."""
