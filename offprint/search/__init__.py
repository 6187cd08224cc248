"""The search index: Pagefind over the papers, in shards."""
