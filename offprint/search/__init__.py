"""The search index: Pagefind reads papers in shards, which are joined into one index."""
