"""What commands begin with: the content read and resolved, and all that pages are made from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from offprint.cache import Cache
from offprint.commands import Options
from offprint.content import load_content
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.history import read_history
from offprint.library import resolve
from offprint.model import Content, Library, Paper, Related
from offprint.pages import collisions, pages_beside_papers, with_papers
from offprint.prints import Print, Prints
from offprint.processes import pool
from offprint.related import Near, find_near, related_papers
from offprint.render import OWN_STYLE, Press
from offprint.wording import OWN, load_wording

_RELATED = "related"  # where the cache keeps what was found of papers to read next
_PARALLEL_FROM = 2000  # papers; below, a process beside this one costs more than it saves


def read_all(
    options: Options, known: Mapping[str, Print] | None = None
) -> tuple[Press, tuple[Diagnostic, ...]]:
    """All that pages are made from, and the warnings; raises ContentError where anything is an error.

    ``known`` are the fingerprints of the content's files, where they were taken already.
    """
    cache = Cache(options.cache)
    content, malformed = load_content(options.content, options.jobs, cache, known)
    library, unresolved = resolve(content)
    with _looking_for_related(library, cache, options.jobs) as related:
        history, cut_off = read_history(options.content, cache)
        library = replace(library, history=history)
        words = load_wording(options.templates, library.site.language)
        prints = Prints(library)
        pages = pages_beside_papers(library, words, prints)
        library = replace(library, related=related())
    pages = with_papers(library, pages)
    warnings = stop_on_errors(malformed, unresolved, cut_off, collisions(library, pages))
    own_style = (options.static / OWN / OWN_STYLE).exists()
    return Press(options.templates, library, words, pages, prints, cache, own_style), warnings


@contextmanager
def _looking_for_related(
    library: Library, cache: Cache, jobs: int
) -> Iterator[Callable[[], dict[str, tuple[Related, ...]]]]:
    """Find the papers to read next, beside this process where there are many; gives what waits for it."""
    if jobs < 2 or len(library.papers) < _PARALLEL_FROM:
        yield lambda: related_papers(library.papers, _find_near(library.papers, cache, jobs))
        return
    with pool(1, _Beside.hold, library.papers, cache) as worker:
        found = worker.submit(_Beside.find, jobs)
        yield lambda: related_papers(library.papers, found.result())


def _find_near(papers: Sequence[Paper], cache: Cache, jobs: int) -> dict[str, Near]:
    found, kept = find_near(papers, cache.load(_RELATED), jobs)
    cache.save(_RELATED, kept)
    return found


class _Beside:
    """What the process beside holds from its start on."""

    papers: Sequence[Paper]
    cache: Cache

    @classmethod
    def hold(cls, papers: Sequence[Paper], cache: Cache) -> None:
        cls.papers, cls.cache = papers, cache

    @classmethod
    def find(cls, jobs: int) -> dict[str, Near]:
        return _find_near(cls.papers, cls.cache, jobs)


def load(options: Options) -> tuple[Content, Library]:
    """The content and what it means; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
