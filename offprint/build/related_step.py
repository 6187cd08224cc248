"""Related papers, found in a process beside the build and kept for the next one."""

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
    """Finds the papers to read next, in a process beside this one where there are many.

    ``near()`` waits for what is found; leaving the context, for what is then kept for the next build.
    """

    def near(self) -> Mapping[str, RelatedIds]:
        """What is nearest to each paper by slug."""
        found: dict[str, RelatedIds] = self._found.result()
        return found

    def compare(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Begin."""
        several = jobs if len(papers) >= _PARALLEL_FROM else 1
        ask = self.enter_context(background(several, _Comparer, papers, cache))
        self._found = ask(_Comparer.find, jobs)
        ask(_Comparer.keep)


class LastRelated:
    """Has the papers to read next as the last build found them, none for papers that it did not know."""

    def __init__(self, cache: Cache) -> None:
        kept = RelatedState.of(DeltaTable(cache, _RELATED).load())
        self._near: dict[str, RelatedIds] = defaultdict(lambda: RelatedIds("[]", b""))
        self._near |= {slug: near for slug, (near, _) in kept.related.items()}

    def near(self) -> Mapping[str, RelatedIds]:
        """What was nearest to each paper by slug."""
        return self._near

    def compare(self, cache: Cache, jobs: int, papers: Sequence[Subject]) -> None:
        """Leave it at that."""


class _Comparer:
    """Finds what is nearest to each paper, then keeps what makes that quick the next time."""

    def __init__(self, papers: Sequence[Subject], cache: Cache) -> None:
        self._papers, self._layers, self._kept = papers, DeltaTable(cache, _RELATED), RelatedState()

    def find(self, jobs: int) -> dict[str, RelatedIds]:
        """What is nearest to each paper by slug."""
        found, self._kept = find_related(self._papers, RelatedState.of(self._layers.load()), jobs)
        return found

    def keep(self) -> None:
        """Save what was found."""
        self._layers.save(self._kept.tables())
