"""The search index of a build: made in a process beside it, from early on, and put into the staged site."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from offprint.build.publish import Staging
from offprint.commands import Options, Progress
from offprint.records.model import Paper
from offprint.search import index
from offprint.search.documents import findable, parts
from offprint.search.pagefind_format import File
from offprint.site.fingerprints import Print, fold
from offprint.site.renderer import Press
from offprint.storage.folders import write_new
from offprint.storage.workers import beside

FOLDER = f"{index.FOLDER}/"


class Indexing(contextlib.ExitStack):
    """Makes the index that a site is to have, where the present site has another.

    ``unit`` is that index as the site's ``plan()`` takes it: nothing where there is to be none.
    """

    def __init__(self, press: Press, staging: Staging, options: Options, progress: Progress) -> None:
        super().__init__()
        self._press, self._staging, self._options = press, staging, options
        self._parts = _parts(press) if options.search else {}
        self._made: Future[dict[str, bool]] | None = None
        self.unit: dict[str, Print] = {}
        if self._parts:
            present = staging.live.made.get(FOLDER) if staging.live else None
            self.unit[FOLDER] = fold(*self._parts)
            if self.unit[FOLDER] != present:
                progress("Indexing", 0, 0)
                self._made = self._begin()

    def _begin(self) -> Future[dict[str, bool]]:
        language, jobs = self._press.library.site.language, self._options.jobs
        make = functools.partial(index.make_index, self._parts, language, self._press.kept, jobs)
        self._ask = self.enter_context(beside(jobs, _Indexer, make, self._staging.had(FOLDER), jobs))
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
        return {path: file.lasting for path, file in self._files.items()}

    def write(self, root: Path, paths: Collection[str]) -> None:
        """Write some of the files into a site, in which their folders are there."""
        for path in paths:
            made = self._data.get(path)
            write_new(f"{root}/{path}", made.result() if made else self._files[path].data())
        self._threads.shutdown()


def _parts(press: Press) -> dict[Print, index.Pages]:
    """The parts of the search index by what each follows from, and what Pagefind is to read of them."""
    language = press.library.site.language
    wording = fold(language, sorted(press.words.texts.items()))
    return {
        fold(wording, press.prints.papers(part)): functools.partial(_findables, press, part)
        for part in parts(press.library.papers)
    }


def _findables(press: Press, papers: list[Paper]) -> Iterator[tuple[str, str]]:
    language = press.library.site.language
    return (findable(paper, language, press.words) for paper in papers)
