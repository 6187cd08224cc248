"""From an archive to the site: pages, feeds and data files, and what each of them depends on."""
