"""Offprint turns a folder of paper records into a dated archive of static pages.

This is the map. Imports point down only; what a module leaves to others, its own docstring says.

    build.py          hands over to offprint.cli
    offprint/
      cli.py          arguments, printing, exit codes: only here
      commands/       build, check, serve, pack, new, import: a few lines of prose each; what a build does is
                      in reading, making and indexing, what serve shows before one has ended in preview
      ── effects ──
      publish.py      a staged tree: begun as a spare, completed, exchanged for the old one, or discarded
      folders.py      folders and files as wholes: locks, the exchange of two folders
      trees.py        what is known of a built tree: what each file is made from
      offline.py      the offline edition: a built site as one zip
      twins.py        the search index as scripts, for pages from file://
      zipping.py      a zip whose bytes follow from its files
      worker.py       sw.js: which files a reader's browser keeps
      search.py       Pagefind over the papers, in parts, of which only changed ones are read again
      service.py      Pagefind's program, kept running: pages in, files out
      social.py       social cards: drawn from fonts and colours, kept in the cache
      render.py       pages → files, in several processes
      templating.py   Jinja2: templates → text
      outline.py      the library and its pages, kept while papers change in nothing but their texts
      content.py      the only reader of records, kept where their bytes are known
      survey.py       fingerprints of what a build reads; the lines that messages quote
      cache.py        what makes the next build quick: values under a stamp of the code
      layers.py       large mappings there, of which an edit writes what it has changed
      pictures.py     the only reader of content/images/
      writing.py      its only writer: new records, mended files
      history.py      git's log: when each record was added and changed
      fetch.py        arXiv and DOI registries → a draft
      linkcheck.py    which links are dead, what arXiv has withdrawn
      processes.py    a pool of processes that ends when the build does
      ── pure ──
      engine.py       Pagefind's script as one that is handed its fetch
      imports/        BibTeX, CSL-JSON, RIS, daily-papers pages → drafts
      drafts.py       a record about to be written: its text, its name, whether the archive has it
      propose.py      which topics a new paper may have
      lint.py         what is no error but deserves a second look
      mend.py         what in a file can be mended without a doubt
      reports.py      diagnostics as GitHub's annotations and as JSON
      pages.py        Library → every Page, and what each follows from
      reasons.py      why a page is made again
      postings.py     Pagefind's index files: what it found in parts, put together to one index
      findable.py     a paper as Pagefind reads it; the parts in which papers are read
      paperview.py    Library → the view of a paper
      listings.py     Library → the views of lists of papers
      indexes.py      Library → the views of what leads to lists
      digests.py      Library → days and weeks as feeds, a week as an e-mail
      statistics.py   Library → the statistics page and its numbers as files
      calendars.py    Library → the calendar: months of all years, heat maps of days
      feeds.py        Library → Atom and JSON feeds, and the list of all feeds
      contributing.py Library → the views of the form and of what records lack
      schema.py       the fields of a record → JSON Schema
      views.py        the parts that views share: plain frozen data
      handover.py     Library → what scripts load when asked: rows of lists, citations
      citations.py    CSL-JSON, BibTeX, RIS, CSV, and what Google Scholar and search engines read
      trends.py       Library → numbers over the years; what rises
      wording.py      the text of the interface, in the archive's language
      routes.py       the shape of every URL
      library.py      references resolved; taxonomies; periods
      names.py        which words name the same organization, person or topic
      related.py      which papers to read next
      telling.py      which words tell a paper from others
      packed.py       a paper's record that unpacks itself when it is asked
      prints.py       fingerprints of papers, lists and terms
      records.py      positioned fields → records
      fields.py       the kinds of value a field can have
      markup.py       Markdown → safe HTML, math → MathML
      frontmatter.py  text → positioned fields and body
      vocabulary.py   a text's words, counted
      slugs.py        names → slugs
      characters.py   which characters no content may hold
      model.py        frozen dataclasses
      diagnostics.py  Position, Diagnostic, the excerpt with its caret

How a build is quick: every page has a fingerprint of all that it follows from, and what the last two sites
have under the same fingerprint is linked rather than made (pages.py, publish.py). Where only texts have
changed, pages need not be listed again (outline.py). Pagefind reads only the part of the papers that has
changed (search.py). Nothing is kept that cannot be told from its input: delete ``.cache`` and the site is the
same.

What always holds: content never becomes code; nothing is published unless everything is valid, and then as
one whole; the same input gives the same bytes; a page can be read without JavaScript; no page asks a third
party for anything; every message about content says where, what, and what to do.
"""
