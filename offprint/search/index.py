"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself begins from nothing each time, at a second and 140 MB for every thousand papers. So it reads
the papers in parts (``findable.py``), beside the rendering of pages; what it found in a part is kept in the
cache, and the one index is put together from all parts (``postings.py``). The script that loads it is made
from Pagefind's own (``engine.py``); the program itself is run by ``service.py``.

Pagefind can also search several indexes as one, but each ranks by its own counts: of 10,000 papers in 16
indexes, 4.7 of the first ten hits were those of one index, and a first query took 53 requests instead of 20.
"""

import contextlib
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping

from markupsafe import escape

from offprint.search.pagefind_format import ENTRY, File, Part, join, merge, read_part
from offprint.search.pagefind_process import SearchError, Service
from offprint.search.pagefind_script import EngineError, make_engine
from offprint.site.fingerprints import Print, fold
from offprint.storage.cache import Cache

FOLDER = "pagefind"
ENGINE = "engine.js"
_SCRIPT = "pagefind.js"
_KEPT = "search"  # where the cache keeps what was found in a part
_KEPT_ENGINE = "engine"  # and what is the same for all papers, by their language

Pages = Callable[[], Iterator[tuple[str, str]]]  # paths and texts of what Pagefind is to read


def make_index(parts: Mapping[Print, Pages], language: str, cache: Cache, jobs: int) -> Iterator[File]:
    """The files of one index of all these parts' pages; each part stands by what it follows from.

    Raises SearchError, PostingsError, OSError.
    """
    with contextlib.ExitStack() as running:

        def start() -> Service:
            return running.enter_context(Service())

        found = _read(parts, start, cache, jobs)
        files, entry = _engine(language, start, cache)
        yield from files
        yield from join(found, entry)


def _read(parts: Mapping[Print, Pages], start: Callable[[], Service], cache: Cache, jobs: int) -> list[Part]:
    """What Pagefind finds in all parts, or has found before: as many parts, or some larger ones.

    Where there are n parts, about the root of n are merged to each larger one, so that neither the parts to
    merge nor the parts to join are many after an edit.
    """
    named = {made_from.hex(): pages for made_from, pages in parts.items()}
    names, size = list(named), math.isqrt(len(named)) or 1
    groups = [names[start : start + size] for start in range(0, len(names), size)]
    larger = {fold(*group).hex() if size > 1 else group[0]: group for group in groups}
    kept = cache.names(_KEPT)
    stale = [each for name, group in larger.items() if name not in kept for each in group]
    reader = _Reader(start, cache, {name: named[name] for name in stale if name not in kept}, jobs)
    found: dict[str, Part | None] = {name: cache.load(f"{_KEPT}/{name}") for name in larger}
    for name, group in larger.items():
        if found[name] is None:
            read = [cache.load(f"{_KEPT}/{each}") or reader.read(each, named[each]) for each in group]
            if size == 1:
                found[name] = read[0]  # which is kept
            else:
                found[name] = merge(read)
                cache.save(f"{_KEPT}/{name}", found[name])
    cache.keep_only(_KEPT, found.keys() | named.keys())
    return [part for part in found.values() if part]


class _Reader:
    """Has Pagefind read some parts, as many at once as there are jobs, the first ones from now on."""

    def __init__(
        self, start: Callable[[], Service], cache: Cache, parts: Mapping[str, Pages], jobs: int
    ) -> None:
        self._start, self._cache = start, cache
        self._todo = iter(parts.items())
        self._reading: dict[str, tuple[Service, list[str]]] = {}
        for name, pages in itertools.islice(self._todo, jobs):
            self._begin(start(), name, pages)

    def _begin(self, service: Service, name: str, pages: Pages) -> None:
        given = list(pages())
        service.ask(given)
        self._reading[name] = service, [path for path, _ in given]

    def read(self, name: str, pages: Pages) -> Part:
        """What Pagefind finds in a part; it is then kept."""
        if name not in self._reading:
            self._begin(self._start(), name, pages)
        service, paths = self._reading.pop(name)
        files = service.files()
        for following in itertools.islice(self._todo, 1):
            self._begin(service, *following)
        part = read_part(files, paths)
        self._cache.save(f"{_KEPT}/{name}", part)
        return part


def _engine(
    language: str, start: Callable[[], Service], cache: Cache
) -> tuple[list[File], dict[str, object]]:
    """What all of an index's queries need, and Pagefind's own entry, as it makes them for any page."""
    name = f"{_KEPT_ENGINE}/{fold(language).hex()}"
    kept = cache.load(name)
    if kept is None:
        page = f'<!doctype html><html lang="{escape(language)}"><body>{escape(language)}</body></html>'
        service = start()
        service.ask([("page.html", page)])
        kept = _read_engine(service.files())
        cache.save(name, kept)
    made: tuple[list[File], dict[str, object]] = kept
    return made


def _read_engine(files: Mapping[str, bytes]) -> tuple[list[File], dict[str, object]]:
    try:
        engine = make_engine(files[_SCRIPT].decode())
    except EngineError as error:
        raise SearchError(str(error)) from None
    entry = json.loads(files[ENTRY])
    (about,) = entry["languages"].values()
    wasm = f"wasm.{about['wasm'] or 'unknown'}.pagefind"
    made = [(ENGINE, engine.encode()), (wasm, files[wasm])]
    return [File(name, content, compressed=True) for name, content in made], entry
