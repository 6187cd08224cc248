"""A build: inputs → plan → pages and index → a published site."""
