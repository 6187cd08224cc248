"""``content/watch.yaml``, which says what ``harvest`` looks for, and ``content/watch/``, what it proposed."""
