"""The search index of a build: begun early in a background process, then written into the staged site."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from offprint.build.options import Options, Progress
from offprint.build.publish import Staging
from offprint.search import index
from offprint.search.documents import search_document, shards
from offprint.search.pagefind_format import File
from offprint.site.context import SiteContext
from offprint.storage.cache import Cache
from offprint.storage.files import write_new
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.workers import background

FOLDER = f"{index.FOLDER}/"


class SearchStep(contextlib.ExitStack):
    """The index of a site, made in the background unless the published site already has it.

    ``target`` is the index as ``Staging.plan()`` takes it: its folder and its fingerprint, or nothing where
    the site has no search. Leaving the context ends the background process.
    """

    def __init__(
        self, context: SiteContext, cache: Cache, staging: Staging, options: Options, progress: Progress
    ) -> None:
        super().__init__()
        self._context, self._cache, self._staging, self._options = context, cache, staging, options
        self._shards = _shards(context) if options.search else []
        self._files: Future[dict[str, bool]] | None = None
        self.target: dict[str, Fingerprint] = {}
        if self._shards:
            published = staging.published.made_from.get(FOLDER) if staging.published else None
            self.target[FOLDER] = fingerprint(*(index.shard_key(each) for each in self._shards))
            if self.target[FOLDER] != published:
                progress("Indexing", 0, 0)
                self._files = self._start()

    def _start(self) -> Future[dict[str, bool]]:
        language, jobs = self._context.library.site.language, self._options.jobs
        make_index = functools.partial(index.make_index, self._shards, language, self._cache, jobs)
        known_files = self._staging.known_files(FOLDER)
        self._submit = self.enter_context(background(jobs, _Indexer, make_index, known_files, jobs))
        return self._submit(_Indexer.make)

    def stage(self) -> None:
        """Write the index into the staged site, reusing files that an earlier site has."""
        # Where none was started, the published site has this index, but has lost some of its files.
        files = (self._files or self._start()).result()
        hashed = [path for path, content_addressed in files.items() if content_addressed]
        reused = self._staging.reuse_hashed(FOLDER, hashed)
        self._submit(_Indexer.write, self._staging.root, files.keys() - reused).result()


class _Indexer:
    """What the background process holds: the files of the index, as they are made and until they are written.

    ``known_files`` are paths that an earlier site has, and whose bytes are therefore not made in advance.
    """

    def __init__(
        self, make_index: Callable[[], Iterator[File]], known_files: Collection[str], jobs: int
    ) -> None:
        self._make_index, self._known_files, self._jobs = make_index, known_files, jobs
        self._files: dict[str, File] = {}
        self._data: dict[str, Future[bytes]] = {}

    def make(self) -> dict[str, bool]:
        """Make the index; return its files' paths in the site, and whether each name is a content hash."""
        self._threads = ThreadPoolExecutor(self._jobs)  # compressing leaves Python to others
        for file in self._make_index():
            path = f"{FOLDER}{file.path}"
            self._files[path] = file
            if path not in self._known_files and not file.compressed:
                self._data[path] = self._threads.submit(file.data)
        return {path: file.content_addressed for path, file in self._files.items()}

    def write(self, root: Path, paths: Collection[str]) -> None:
        """Write these files of the index into the site at ``root``, where their folders already exist."""
        for path in paths:
            data = self._data.get(path)
            write_new(f"{root}/{path}", data.result() if data else self._files[path].data())
        self._threads.shutdown()


def _shards(context: SiteContext) -> list[index.Documents]:
    """Return the shards of the index: functions that make each paper's document, by its fingerprint."""
    language, shown = context.library.site.language, context.fingerprints.shown
    messages = fingerprint(language, sorted(context.messages.texts.items()))
    return [
        {
            fingerprint(messages, shown[paper.slug]): functools.partial(
                search_document, paper, language, context.messages
            )
            for paper in shard
        }
        for shard in shards(context.library.papers)
    ]
