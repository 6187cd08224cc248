"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself begins from nothing each time, at a second and 140 MB for every thousand papers. So it reads
the papers in parts (``findable.py``), beside the rendering of pages; what it found in a part is kept in the
cache, and the one index is put together from all parts (``postings.py``). The script that loads it is made
from Pagefind's own (``engine.py``); the program itself is run by ``service.py``.

Pagefind can also search several indexes as one, but each ranks by its own counts: of 10,000 papers in 16
indexes, 4.7 of the first ten hits were those of one index, and a first query took 53 requests instead of 20.
"""

import contextlib
import functools
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping

from markupsafe import escape

from offprint.search.pagefind_format import ENTRY, File, Shard, join, merge, read_shard
from offprint.search.pagefind_process import PagefindProcess, SearchError
from offprint.search.pagefind_script import ScriptError, make_script
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint

FOLDER = "pagefind"
ENGINE = "engine.js"
_SCRIPT = "pagefind.js"
# Kinds of values in the cache: what Pagefind found in a shard, in √n of them, and its script for a language.
_SHARDS, _MERGED, _SCRIPT_KIND = "shards", "merged-shards", "pagefind-script"

Pages = Callable[[], Iterator[tuple[str, str]]]  # paths and texts of what Pagefind is to read


def make_index(shards: Mapping[Fingerprint, Pages], language: str, cache: Cache, jobs: int) -> Iterator[File]:
    """Yield the files of one index of all shards' pages; each shard stands under its fingerprint.

    Raises SearchError, PostingsError, OSError.
    """
    with contextlib.ExitStack() as running:

        def start() -> PagefindProcess:
            return running.enter_context(PagefindProcess())

        merged = _read_shards(shards, start, cache, jobs)
        files, entry = cache.get(
            _SCRIPT_KIND, fingerprint(language), functools.partial(_read_script, language, start)
        )
        yield from files
        yield from join(merged, entry)


def _read_shards(
    shards: Mapping[Fingerprint, Pages], start: Callable[[], PagefindProcess], cache: Cache, jobs: int
) -> list[Shard]:
    """Return the shards of the index, from the cache or made anew; each √n shards are merged into one.

    So neither the shards to merge nor the shards to join are many after an edit.
    """
    keys, size = list(shards), math.isqrt(len(shards)) or 1
    groups = [keys[first : first + size] for first in range(0, len(keys), size)]
    stored = {key for key in keys if cache.has(_SHARDS, key)}
    stale = [group for group in groups if not cache.has(_MERGED, fingerprint(*group))]
    reader = _Reader(start, {key: shards[key] for group in stale for key in group if key not in stored}, jobs)

    def shard(key: Fingerprint) -> Shard:
        return cache.get(_SHARDS, key, functools.partial(reader.read, key, shards[key]))

    def merged(group: list[Fingerprint]) -> Shard:
        return cache.get(_MERGED, fingerprint(*group), lambda: merge([shard(key) for key in group]))

    return [merged(group) if size > 1 else shard(*group) for group in groups]


class _Reader:
    """Has Pagefind read some shards, as many at once as there are jobs, the first ones from now on."""

    def __init__(
        self, start: Callable[[], PagefindProcess], shards: Mapping[Fingerprint, Pages], jobs: int
    ) -> None:
        self._start = start
        self._waiting = iter(shards.items())
        self._reading: dict[Fingerprint, tuple[PagefindProcess, list[str]]] = {}
        for key, pages in itertools.islice(self._waiting, jobs):
            self._begin(start(), key, pages)

    def _begin(self, process: PagefindProcess, key: Fingerprint, pages: Pages) -> None:
        documents = list(pages())
        process.ask(documents)
        self._reading[key] = process, [path for path, _ in documents]

    def read(self, key: Fingerprint, pages: Pages) -> Shard:
        """Return what Pagefind finds in a shard's pages."""
        if key not in self._reading:
            self._begin(self._start(), key, pages)
        process, paths = self._reading.pop(key)
        files = process.files()
        for following in itertools.islice(self._waiting, 1):
            self._begin(process, *following)
        return read_shard(files, paths)


def _read_script(language: str, start: Callable[[], PagefindProcess]) -> tuple[list[File], dict[str, object]]:
    """Return the files that all queries need and Pagefind's own entry, as it makes them for any page."""
    page = f'<!doctype html><html lang="{escape(language)}"><body>{escape(language)}</body></html>'
    process = start()
    process.ask([("page.html", page)])
    return _parse_script(process.files())


def _parse_script(files: Mapping[str, bytes]) -> tuple[list[File], dict[str, object]]:
    try:
        engine = make_script(files[_SCRIPT].decode())
    except ScriptError as error:
        raise SearchError(str(error)) from None
    entry = json.loads(files[ENTRY])
    (about,) = entry["languages"].values()
    wasm = f"wasm.{about['wasm'] or 'unknown'}.pagefind"
    made = [(ENGINE, engine.encode()), (wasm, files[wasm])]
    return [File(name, content, compressed=True) for name, content in made], entry
