"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself starts from nothing each time, at a second and 140 MB for every thousand papers. So it reads
papers in shards of about a thousand (``documents.py``) while pages are rendered. What it makes of a shard is
cached; after an edit it reads the changed papers alone, and the shard is put together from these and its
former ones. The one index is joined from all shards (``pagefind_format.py``). The script that loads the index
is made from Pagefind's own (``pagefind_script.py``); the program itself is run by ``pagefind_process.py``.

Pagefind can also search several indexes as one, but each ranks by its own counts: of 10,000 papers in 16
indexes, the first ten results had only 4.7 in common with those of a single index, and a first query took
53 requests instead of 20.
"""

import contextlib
import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import escape

from offprint.search.pagefind_format import ENTRY, File, Shard, join, read_shard, select
from offprint.search.pagefind_process import PagefindProcess, SearchError
from offprint.search.pagefind_script import ScriptError, make_script
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint

FOLDER = "pagefind"
ENGINE = "engine.js"  # Pagefind's script as the site serves it
_SCRIPT = "pagefind.js"
# Kinds of values in the cache: a shard; the documents of each shard of the last build, a state; Pagefind's
# script for a language.
_SHARDS, _FORMER, _SCRIPT_KIND = "shards", "shard-documents", "pagefind-script"
_REREAD = 8  # a shard is read as a whole where more than one in this many of its documents has changed

# The documents of a shard, in their order: by fingerprint, a function that returns the path and the HTML.
Documents = Mapping[Fingerprint, Callable[[], tuple[str, str]]]


def shard_key(documents: Iterable[Fingerprint]) -> Fingerprint:
    """Return the fingerprint of a shard from those of its documents."""
    return fingerprint(*documents)


def make_index(shards: Sequence[Documents], language: str, cache: Cache, jobs: int) -> Iterator[File]:
    """Yield the files of one index over the documents of all shards.

    At most ``jobs`` Pagefind processes run at once. Raises SearchError, PostingsError, OSError.
    """
    with contextlib.ExitStack() as running:

        def start() -> PagefindProcess:
            return running.enter_context(PagefindProcess())

        read = _read_shards(shards, start, cache, jobs)
        files, entry = cache.get(
            _SCRIPT_KIND, fingerprint(language), functools.partial(_read_script, language, start)
        )
        yield from files
        yield from join(read, entry)


def _read_shards(
    shards: Sequence[Documents], start: Callable[[], PagefindProcess], cache: Cache, jobs: int
) -> list[Shard]:
    """Return the shards of the index, from the cache or made anew; remember which documents they have."""
    by_key = {shard_key(documents): documents for documents in shards}
    last: dict[Fingerprint, tuple[Fingerprint, ...]] = cache.state(_FORMER) or {}
    stale = {key: documents for key, documents in by_key.items() if not cache.has(_SHARDS, key)}
    former = {key: _former_shard(documents, last, cache) for key, documents in stale.items()}
    unread = {key: _changed(documents, former[key]) for key, documents in stale.items()}
    reader = _Reader(start, unread, jobs)

    def make(key: Fingerprint) -> Shard:
        before, changed = former.get(key), unread.get(key, by_key[key])
        read = reader.read(key, changed)
        if before is None:
            return read
        places = {document: (0, number) for number, document in enumerate(before.documents)}
        places |= {document: (1, number) for number, document in enumerate(changed)}
        return select([before.shard, read], [places[document] for document in by_key[key]])

    made = [cache.get(_SHARDS, key, functools.partial(make, key)) for key in by_key]
    if stale:
        cache.save_state(_FORMER, {key: tuple(documents) for key, documents in by_key.items()})
    return made


class _Former(NamedTuple):
    """A shard of the last build, and the fingerprints of its documents."""

    documents: tuple[Fingerprint, ...]
    shard: Shard


def _former_shard(
    documents: Documents, last: Mapping[Fingerprint, tuple[Fingerprint, ...]], cache: Cache
) -> _Former | None:
    """Return the shard of the last build that has nearly all of these documents; None where there is none."""
    for key, had in last.items():
        if len(documents.keys() - set(had)) * _REREAD <= len(documents):
            shard = cache.find(_SHARDS, key)
            return _Former(had, shard) if isinstance(shard, Shard) else None
    return None


def _changed(documents: Documents, former: _Former | None) -> Documents:
    """Return the documents that a former shard lacks, in their order: all where there is no such shard."""
    had = set(former.documents) if former else set()
    return {key: document for key, document in documents.items() if key not in had}


class _Reader:
    """Runs Pagefind over documents of several shards, ``jobs`` of them at once.

    The first processes start at once, so that Pagefind works while the build does other things; each goes
    on with the next shard when its result is fetched.
    """

    def __init__(
        self, start: Callable[[], PagefindProcess], shards: Mapping[Fingerprint, Documents], jobs: int
    ) -> None:
        self._start = start
        self._waiting = iter([(key, documents) for key, documents in shards.items() if documents])
        self._reading: dict[Fingerprint, tuple[PagefindProcess, list[str]]] = {}
        for key, documents in itertools.islice(self._waiting, jobs):
            self._begin(start(), key, documents)

    def _begin(self, process: PagefindProcess, key: Fingerprint, documents: Documents) -> None:
        """Hand documents to a process, which indexes them while the build goes on."""
        pages = [make() for make in documents.values()]
        process.ask(pages)
        self._reading[key] = process, [path for path, _ in pages]

    def read(self, key: Fingerprint, documents: Documents) -> Shard:
        """Return a shard of what Pagefind makes of these documents; blocks until it is done."""
        if not documents:
            return Shard([], {})
        if key not in self._reading:
            self._begin(self._start(), key, documents)
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
