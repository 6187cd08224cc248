"""Offprint turns a folder of paper records into a dated archive of static pages.

Where things stand. Each row may import from the rows below it, never from those above; what is *pure* touches
neither disk nor network (``tests/test_architecture.py`` reads this table and holds the code to it):

    __main__      the installed program
    cli           commands, their failures and exit codes
    packaging     the step of building a wheel that adds templates and static files
    screen        all printing: results, faults, progress
    arguments     the commands' arguments
    commands      build, check, serve, pack, new, import, harvest, enrich: a few lines of prose each
    offline       a built site → the offline edition, one zip
    build         inputs → plan → pages and index → a published site
    harvest       what other services list and know → records to propose, and what records lack
    contribute    drafts, importers, registries, checks and fixes for people who add papers
    search        Pagefind over the papers, in shards that are joined to one index
    site          an archive → pages, feeds and data files
    site/views    pure: the plain data that templates see, one function for each kind of page
    archive       pure: what records mean, with references resolved
    records       content files → what they say
    storage       caching, fingerprints, files, folders and processes: knows nothing of papers
    diagnostics   faults with their place, and how a person reads them

What to know, in eight words:

1. **Record**: what one file says, as written, each value with its position. Faults are ``Diagnostic`` values,
   gathered and reported together, never raised one by one.
2. **Library**: what all records mean: references resolved, papers by topic, organization, author, day and
   period. Holding one means that every reference in it resolves.
3. **Page**: an output file: its path, template, view function and arguments, and what it depends on: the
   papers it shows, and a fingerprint of everything else.
4. **View**: plain frozen data that a template sees. Only ``records/markup.py`` makes markup from content.
5. **Fingerprint**: a 12-byte hash of everything that a value is made from. Equal fingerprint, equal bytes.
6. **Cache**: values under a fingerprint, each with a checksum. It may be deleted at any time; what the last
   builds did not ask for is swept.
7. **Manifest**: the fingerprint that each file of the published site was made from. A build lists its
   targets, reuses what has the same fingerprint, makes the rest in a second tree, and exchanges the two.
8. **Search index**: Pagefind reads papers in shards; shards are cached; the index is joined from them.

So a build is quick because it makes only what has changed: pages whose fingerprint differs
(``site/pages.py``, ``build/publish.py``), changed papers in the search index (``search/index.py``), the
related papers of those that share words with them (``archive/related.py``). While only texts change, the
library and the list of pages are kept, too (``build/plan.py``). Delete ``.cache`` and the site is the same to
the byte.

What always holds: content never becomes code; nothing is published unless everything is valid, and then as
one whole; the same input gives the same bytes; a page can be read without JavaScript; no page asks a third
party for anything; every message about content says where, what, and what to do.
"""

__version__ = "0.2.0"
HOME = "https://github.com/offprint/archive"
