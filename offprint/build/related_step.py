"""The related papers of a build, found in a background process from a state that is cached between builds.

How papers are compared is for ``archive/related.py``.
"""

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from offprint.archive.related import RelatedIds, RelatedState, Subject, find_related
from offprint.storage.cache import Cache
from offprint.storage.deltas import DeltaTable
from offprint.storage.workers import background

_RELATED = "related"  # the kind of state in the cache
_PARALLEL_FROM = 2000  # papers; below, a process beside this one costs more than it saves


class RelatedStep(contextlib.ExitStack):
    """Related papers, found in a background process where there are many papers.

    ``result()`` blocks until they are found; leaving the context blocks until the state for the next build
    is saved.
    """

    def start(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Begin to compare the papers; to be called once, before ``result()``."""
        several = jobs if len(papers) >= _PARALLEL_FROM else 1
        submit = self.enter_context(background(several, _Finder, papers, cache))
        self._related = submit(_Finder.find, jobs)
        submit(_Finder.save)

    def result(self) -> Mapping[str, RelatedIds]:
        """Return the related papers of each paper by slug."""
        related: dict[str, RelatedIds] = self._related.result()
        return related


class LastRelated:
    """The related papers of the last build, as a ``RelatedStep``; none for papers that it did not know."""

    def __init__(self, cache: Cache) -> None:
        state = RelatedState.of(DeltaTable(cache, _RELATED).load())
        self._related: dict[str, RelatedIds] = defaultdict(lambda: RelatedIds("[]", b""))
        self._related |= {slug: related for slug, (related, _) in state.related.items()}

    def start(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Do nothing: there is nothing to compare."""

    def result(self) -> Mapping[str, RelatedIds]:
        """Return the related papers of each paper by slug."""
        return self._related


class _Finder:
    """What the background process holds: the papers, and the state that it saves for the next build."""

    def __init__(self, papers: Sequence[Subject], cache: Cache) -> None:
        self._papers, self._table, self._state = papers, DeltaTable(cache, _RELATED), RelatedState()

    def find(self, jobs: int) -> dict[str, RelatedIds]:
        """Return the related papers of each paper by slug."""
        related, self._state = find_related(self._papers, RelatedState.of(self._table.load()), jobs)
        return related

    def save(self) -> None:
        """Save the state that makes the next build quick."""
        self._table.save(self._state.tables())
