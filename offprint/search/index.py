"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself starts from nothing each time, at a second and 140 MB for every thousand papers. So it reads
papers in shards (``documents.py``) while pages are rendered; what it makes of a shard is cached, and the
one index is joined from all shards (``pagefind_format.py``). The script that loads the index is made from
Pagefind's own (``pagefind_script.py``); the program itself is run by ``pagefind_process.py``.

Pagefind can also search several indexes as one, but each ranks by its own counts: of 10,000 papers in 16
indexes, the first ten results had only 4.7 in common with those of a single index, and a first query took
53 requests instead of 20.
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
ENGINE = "engine.js"  # Pagefind's script as the site serves it
_SCRIPT = "pagefind.js"
# Kinds of values in the cache: a shard, √n shards merged into one, Pagefind's script for a language.
_SHARDS, _MERGED, _SCRIPT_KIND = "shards", "merged-shards", "pagefind-script"

Pages = Callable[[], Iterator[tuple[str, str]]]  # yields the path and the HTML of each page to read


def make_index(shards: Mapping[Fingerprint, Pages], language: str, cache: Cache, jobs: int) -> Iterator[File]:
    """Yield the files of one index over the pages of all shards.

    ``shards`` maps a shard's fingerprint to a function that yields its search documents; at most ``jobs``
    Pagefind processes run at once. Raises SearchError, PostingsError, OSError.
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

    After an edit there are then few shards to merge and few to join.
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
    """Runs Pagefind over shards, ``jobs`` of them at once.

    The first processes start at once, so that Pagefind works while the build does other things; each goes
    on with the next shard when its result is fetched.
    """

    def __init__(
        self, start: Callable[[], PagefindProcess], shards: Mapping[Fingerprint, Pages], jobs: int
    ) -> None:
        self._start = start
        self._waiting = iter(shards.items())
        self._reading: dict[Fingerprint, tuple[PagefindProcess, list[str]]] = {}
        for key, pages in itertools.islice(self._waiting, jobs):
            self._begin(start(), key, pages)

    def _begin(self, process: PagefindProcess, key: Fingerprint, pages: Pages) -> None:
        """Hand the pages of a shard to a process, which indexes them while the build goes on."""
        documents = list(pages())
        process.ask(documents)
        self._reading[key] = process, [path for path, _ in documents]

    def read(self, key: Fingerprint, pages: Pages) -> Shard:
        """Return a shard of what Pagefind makes of these pages; blocks until it is done."""
        if key not in self._reading:
            self._begin(self._start(), key, pages)
        process, paths = self._reading.pop(key)
        files = process.files()
        for following in itertools.islice(self._waiting, 1):
            self._begin(process, *following)
        return read_shard(files, paths)


def _read_script(language: str, start: Callable[[], PagefindProcess]) -> tuple[list[File], dict[str, object]]:
    """Return the files that every query needs and Pagefind's entry file, parsed.

    Pagefind makes them together with an index of any page, so it is given a page of one word.
    """
    page = f'<!doctype html><html lang="{escape(language)}"><body>{escape(language)}</body></html>'
    process = start()
    process.ask([("page.html", page)])
    return _parse_script(process.files())


def _parse_script(files: Mapping[str, bytes]) -> tuple[list[File], dict[str, object]]:
    """Return these from the files that Pagefind wrote; raises SearchError if its script is not known."""
    try:
        script = make_script(files[_SCRIPT].decode())
    except ScriptError as error:
        raise SearchError(str(error)) from None
    entry = json.loads(files[ENTRY])
    (language,) = entry["languages"].values()
    wasm = f"wasm.{language['wasm'] or 'unknown'}.pagefind"
    contents = {ENGINE: script.encode(), wasm: files[wasm]}
    return [File(name, content, compressed=True) for name, content in contents.items()], entry
