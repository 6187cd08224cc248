"""What commands begin with: the content read and resolved, and all that pages are made from."""

from collections.abc import Mapping
from dataclasses import replace

from offprint.cache import Cache
from offprint.commands import Options
from offprint.content import load_content
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.history import read_history
from offprint.library import resolve
from offprint.model import Content, Library
from offprint.pages import collisions, list_pages
from offprint.prints import Print, Prints
from offprint.related import related_papers
from offprint.render import OWN_STYLE, Press
from offprint.wording import OWN, load_wording

_RELATED = "related"  # where the cache keeps what was found of papers to read next


def read_all(
    options: Options, known: Mapping[str, Print] | None = None
) -> tuple[Press, tuple[Diagnostic, ...]]:
    """All that pages are made from, and the warnings; raises ContentError where anything is an error.

    ``known`` are the fingerprints of the content's files, where they were taken already.
    """
    cache = Cache(options.cache)
    content, malformed = load_content(options.content, options.jobs, cache, known)
    library, unresolved = resolve(content)
    history, cut_off = read_history(options.content, cache)
    related, kept = related_papers(library.papers, cache.load(_RELATED), options.jobs)
    cache.save(_RELATED, kept)
    library = replace(library, history=history, related=related)
    words = load_wording(options.templates, library.site.language)
    prints = Prints(library)
    pages = list_pages(library, words, prints)
    warnings = stop_on_errors(malformed, unresolved, cut_off, collisions(library, pages))
    own_style = (options.static / OWN / OWN_STYLE).exists()
    return Press(options.templates, library, words, pages, prints, cache, own_style), warnings


def load(options: Options) -> tuple[Content, Library]:
    """The content and what it means; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs)
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
