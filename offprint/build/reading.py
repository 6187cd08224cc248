"""What commands begin with: the content read and resolved, and all that pages are made from."""

import contextlib
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from offprint.archive.related import Kept, Near, Subject, ToRead, find_near
from offprint.archive.resolve import resolve
from offprint.build.plan import Basis, outlined
from offprint.commands import Options
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.records.git_history import read_history
from offprint.records.model import Content, Library
from offprint.records.reader import load_content
from offprint.site.fingerprints import Print
from offprint.site.messages import OWN, load_wording
from offprint.site.renderer import OWN_STYLE, Press
from offprint.storage.cache import Cache
from offprint.storage.deltas import Layers
from offprint.storage.workers import beside

_RELATED = "near"  # where the cache keeps what was found of papers to read next
_PARALLEL_FROM = 2000  # papers; below, a process beside this one costs more than it saves


class Comparison(contextlib.ExitStack):
    """Finds the papers to read next, in a process beside this one where there are many.

    ``near()`` waits for what is found; leaving the context, for what is then kept for the next build.
    """

    def near(self) -> Mapping[str, Near]:
        """What is nearest to each paper by slug."""
        found: dict[str, Near] = self._found.result()
        return found

    def compare(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Begin."""
        several = jobs if len(papers) >= _PARALLEL_FROM else 1
        ask = self.enter_context(beside(several, _Comparer, papers, cache))
        self._found = ask(_Comparer.find, jobs)
        ask(_Comparer.keep)


class LastNear:
    """Has the papers to read next as the last build found them, none for papers that it did not know."""

    def __init__(self, cache: Cache) -> None:
        kept = Kept.of(Layers(cache, _RELATED).load())
        self._near: dict[str, Near] = defaultdict(lambda: Near("[]", b""))
        self._near |= {slug: near for slug, (near, _) in kept.near.items()}

    def near(self) -> Mapping[str, Near]:
        """What was nearest to each paper by slug."""
        return self._near

    def compare(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Leave it at that."""


class _Comparer:
    """Finds what is nearest to each paper, then keeps what makes that quick the next time."""

    def __init__(self, papers: Sequence[Subject], cache: Cache) -> None:
        self._papers, self._layers, self._kept = papers, Layers(cache, _RELATED), Kept()

    def find(self, jobs: int) -> dict[str, Near]:
        """What is nearest to each paper by slug."""
        found, self._kept = find_near(self._papers, Kept.of(self._layers.load()), jobs)
        return found

    def keep(self) -> None:
        """Save what was found."""
        self._layers.save(self._kept.tables())


def read_all(
    options: Options,
    known: Mapping[str, Print],
    cache: Cache,
    comparison: Comparison | LastNear,
    *,
    told: bool = True,
) -> tuple[Press, tuple[Diagnostic, ...]]:
    """All that pages are made from, and the warnings; raises ContentError where anything is an error.

    ``known`` are the fingerprints of the content's files. ``comparison`` compares papers meanwhile; the pages
    are not yet ``with_related()``. Where the warnings are not ``told``, the lines that they name may be old.
    """
    content, malformed = load_content(options.content, options.jobs, cache, known)
    history, cut_off = read_history(options.content, cache)
    words = load_wording(options.templates, content.site.language)
    compare = functools.partial(comparison.compare, cache, options.jobs)
    outline = outlined(Basis(content, history, words), cache, compare, told=told)
    library = replace(outline.library, related=ToRead(outline.library.papers, comparison.near))
    warnings = stop_on_errors(malformed, outline.faults, cut_off)
    own_style = (options.static / OWN / OWN_STYLE).exists()
    press = Press(options.templates, library, words, outline.pages, outline.prints, cache, own_style)
    return press, warnings


def load(options: Options) -> tuple[Content, Library]:
    """The content and what it means; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
