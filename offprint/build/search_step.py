"""The search index of a build: made in a process beside it, from early on, and put into the staged site."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from offprint.archive.model import Paper
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
    """Makes the index that a site is to have, where the present site has another.

    ``unit`` is that index as the site's ``plan()`` takes it: nothing where there is to be none.
    """

    def __init__(
        self, context: SiteContext, cache: Cache, staging: Staging, options: Options, progress: Progress
    ) -> None:
        super().__init__()
        self._context, self._cache, self._staging, self._options = context, cache, staging, options
        self._parts = _shards(context) if options.search else {}
        self._made: Future[dict[str, bool]] | None = None
        self.unit: dict[str, Fingerprint] = {}
        if self._parts:
            present = staging.live.made.get(FOLDER) if staging.live else None
            self.unit[FOLDER] = fingerprint(*self._parts)
            if self.unit[FOLDER] != present:
                progress("Indexing", 0, 0)
                self._made = self._begin()

    def _begin(self) -> Future[dict[str, bool]]:
        language, jobs = self._context.library.site.language, self._options.jobs
        make = functools.partial(index.make_index, self._parts, language, self._cache, jobs)
        self._ask = self.enter_context(background(jobs, _Indexer, make, self._staging.had(FOLDER), jobs))
        return self._ask(_Indexer.make)

    def put(self) -> None:
        """Write the index into the staged site, of which earlier sites may have had some of the files."""
        # Where that was not begun, the present site had the index, and has lost some of it.
        lasting = (self._made or self._begin()).result()
        taken = self._staging.again(FOLDER, [path for path, lasts in lasting.items() if lasts])
        self._ask(_Indexer.write, self._staging.root, lasting.keys() - taken).result()


class _Indexer:
    """Makes the files of an index, then writes those that are asked for."""

    def __init__(self, index: Callable[[], Iterator[File]], had: Collection[str], jobs: int) -> None:
        self._index, self._had, self._jobs = index, had, jobs
        self._files: dict[str, File] = {}
        self._data: dict[str, Future[bytes]] = {}

    def make(self) -> dict[str, bool]:
        """All files by their paths in the site, and whether their names tell their content."""
        self._threads = ThreadPoolExecutor(self._jobs)  # compressing leaves Python to others
        for file in self._index():
            path = f"{FOLDER}{file.path}"
            self._files[path] = file
            if path not in self._had and not file.compressed:
                self._data[path] = self._threads.submit(file.data)
        return {path: file.content_addressed for path, file in self._files.items()}

    def write(self, root: Path, paths: Collection[str]) -> None:
        """Write some of the files into a site, in which their folders are there."""
        for path in paths:
            made = self._data.get(path)
            write_new(f"{root}/{path}", made.result() if made else self._files[path].data())
        self._threads.shutdown()


def _shards(context: SiteContext) -> dict[Fingerprint, index.Pages]:
    """Return what Pagefind is to read of each shard of the index, by what it follows from."""
    messages = fingerprint(context.library.site.language, sorted(context.messages.texts.items()))
    return {
        fingerprint(messages, context.fingerprints.papers(shard)): functools.partial(
            _documents, context, shard
        )
        for shard in shards(context.library.papers)
    }


def _documents(context: SiteContext, papers: list[Paper]) -> Iterator[tuple[str, str]]:
    language = context.library.site.language
    return (search_document(paper, language, context.messages) for paper in papers)
