"""What commands begin with: the content read and resolved, and all that pages are made from."""

import contextlib
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from offprint.cache import Cache
from offprint.commands import Options
from offprint.content import load_content
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.history import read_history
from offprint.library import resolve
from offprint.model import Content, Library
from offprint.outline import outlined
from offprint.prints import Print
from offprint.processes import pool
from offprint.related import Kept, Near, Subject, ToRead, find_near
from offprint.render import OWN_STYLE, Press
from offprint.wording import OWN, load_wording

_RELATED = "related"  # where the cache keeps what was found of papers to read next
_PARALLEL_FROM = 2000  # papers; below, a process beside this one costs more than it saves


class Comparison(contextlib.ExitStack):
    """Finds the papers to read next, in a process beside this one where there are many.

    ``near()`` waits for what is found; leaving the context, for what is then kept for the next build.
    """

    near: Callable[[], dict[str, Near]]

    def compare(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Begin."""
        if jobs < 2 or len(papers) < _PARALLEL_FROM:
            found, kept = find_near(papers, cache.load(_RELATED), jobs)
            cache.save(_RELATED, kept)
            self.near = lambda: found
        else:
            worker = self.enter_context(pool(1, _Held.hold, papers, cache))
            self.near = worker.submit(_Held.find, jobs).result
            worker.submit(_Held.keep)


class _Held:
    """What the process beside holds."""

    papers: Sequence[Subject]
    cache: Cache
    kept: Kept

    @classmethod
    def hold(cls, papers: Sequence[Subject], cache: Cache) -> None:
        cls.papers, cls.cache = papers, cache

    @classmethod
    def find(cls, jobs: int) -> dict[str, Near]:
        found, cls.kept = find_near(cls.papers, cls.cache.load(_RELATED), jobs)
        return found

    @classmethod
    def keep(cls) -> None:
        cls.cache.save(_RELATED, cls.kept)


def read_all(
    options: Options, known: Mapping[str, Print], comparison: Comparison
) -> tuple[Press, Callable[[], dict[str, Near]], tuple[Diagnostic, ...]]:
    """All that pages are made from, what waits for the papers to read next, and the warnings.

    ``known`` are the fingerprints of the content's files; ``comparison`` compares papers meanwhile.
    Raises ContentError where anything is an error.
    """
    cache = Cache(options.cache)
    content, malformed = load_content(options.content, options.jobs, cache, known)
    history, cut_off = read_history(options.content, cache)
    words = load_wording(options.templates, content.site.language)
    compare = functools.partial(comparison.compare, cache, options.jobs)
    outline = outlined(content, history, words, cache, compare)
    library = replace(outline.library, related=ToRead(outline.library.papers, comparison.near))
    warnings = stop_on_errors(malformed, outline.faults, cut_off)
    own_style = (options.static / OWN / OWN_STYLE).exists()
    press = Press(options.templates, library, words, outline.pages, outline.prints, cache, own_style)
    return press, comparison.near, warnings


def load(options: Options) -> tuple[Content, Library]:
    """The content and what it means; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
