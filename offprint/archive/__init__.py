"""What records mean: resolved references, papers grouped in every way that has pages, and related papers."""
