"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself begins from nothing each time, at a second and 140 MB for every thousand papers. So it reads
the papers in parts (``findable.py``), beside the rendering of pages; what it found in a part is kept in the
cache, and the one index is put together from all parts (``postings.py``). The script that loads it is made
from Pagefind's own (``engine.py``).

The binary is run as it is; its official Python wrapper pauses a tenth of a second for each response.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pagefind_bin

from offprint.cache import Cache
from offprint.diagnostics import CommandError
from offprint.engine import EngineError, make_engine
from offprint.postings import File, Part, join, read_part
from offprint.prints import Print

FOLDER = "pagefind"
ENGINE = "engine.js"
ENTRY = "pagefind-entry.json"
_SCRIPT = "pagefind.js"
_EXTENDED = "pagefind_bin_extended"
_KEPT = "search"  # where the cache keeps what was found in a part
_ROOM = 2**20  # bytes; more than Pagefind writes at once

Pages = Callable[[], Iterator[tuple[str, str]]]  # paths and texts of what Pagefind is to read


def understands(language: str) -> bool:
    """Whether the Pagefind at hand finds words in texts of a language.

    Chinese and Japanese put no space between words; Pagefind's extended build has the dictionaries that it
    takes to part them, and is ten times as large: the extra ``chinese``.
    """
    return language.partition("-")[0].lower() not in ("zh", "ja") or find_spec(_EXTENDED) is not None


def _executable() -> str:
    found = import_module(_EXTENDED) if find_spec(_EXTENDED) else pagefind_bin
    return str(found.get_executable())


class SearchError(CommandError):
    """Pagefind failed; the message holds what it said."""


class _Run(NamedTuple):
    """Pagefind at work on a part: its name in the cache, the folder it writes, the pages' paths."""

    name: str
    folder: Path
    paths: list[str]
    process: subprocess.Popen[str]


class Indexing:
    """The parts of an index, of which some are kept and the others are being read by Pagefind."""

    def __init__(self, parts: Mapping[Print, Pages], cache: Cache, work: Path, jobs: int) -> None:
        self._cache, self._work, self._jobs = cache, work, jobs
        self._parts: dict[str, Part | None] = {}
        self._running: list[_Run] = []
        for made_from in parts:
            self._parts[made_from.hex()] = cache.load(f"{_KEPT}/{made_from.hex()}")
        self._todo = [(each.hex(), pages) for each, pages in parts.items() if self._parts[each.hex()] is None]

    @property
    def few(self) -> bool:
        """Whether there are so few parts to read that it can be done beside other work."""
        return len(self._todo) <= self._jobs

    def start(self) -> None:
        """Begin with as many parts as there are jobs."""
        while self._todo and len(self._running) < self._jobs:
            self._running.append(self._run(*self._todo.pop(0)))

    def finish(self, language: str) -> Iterator[File]:
        """Wait for all parts; gives the files of the index. Raises SearchError, PostingsError, OSError."""
        self.start()
        while self._running:
            run = self._running.pop(0)
            _wait(run)
            self.start()
            part = read_part(run.folder, run.paths)
            shutil.rmtree(run.folder)
            self._parts[run.name] = part
            self._cache.save(f"{_KEPT}/{run.name}", part)
        self._cache.keep_only(_KEPT, self._parts.keys())
        files, entry = self._engine(language)
        yield from files
        yield from join([part for part in self._parts.values() if part], entry)

    def stop(self) -> None:
        """End what still runs."""
        for run in self._running:
            run.process.kill()
            run.process.communicate()

    def _run(self, name: str, pages: Pages) -> _Run:
        source = self._work / name / "site"
        (source / "papers").mkdir(parents=True)
        paths = []
        for path, text in pages():
            (source / path).write_bytes(text.encode())
            paths.append(path)
        output = self._work / name / "index"
        # close_fds: where the build is killed and Pagefind runs on, the lock that publish.py took stays with
        # it.
        process = subprocess.Popen(  # noqa: S603 - ours
            [_executable(), "--site", str(source), "--silent", "--output-path", str(output)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            close_fds=False,
            process_group=0,  # Ctrl-C is for the build, which then ends this
        )
        return _Run(name, output, paths, process)

    def _engine(self, language: str) -> tuple[list[File], dict[str, object]]:
        """What all of an index's queries need, and Pagefind's own entry, as it makes them for any page."""
        page = f'<!doctype html><html lang="{language}"><body>{language}</body></html>'
        run = self._run("engine", lambda: iter([("papers/page.html", page)]))
        _wait(run)
        try:
            engine = make_engine((run.folder / _SCRIPT).read_text(encoding="utf-8"))
        except EngineError as error:
            raise SearchError(str(error)) from None
        entry = json.loads((run.folder / ENTRY).read_text(encoding="utf-8"))
        (about,) = entry["languages"].values()
        wasm = f"wasm.{about['wasm'] or 'unknown'}.pagefind"
        files = [(ENGINE, engine.encode()), (wasm, (run.folder / wasm).read_bytes())]
        return [File(name, content, compressed=True) for name, content in files], entry


@contextmanager
def indexing(parts: Mapping[Print, Pages], cache: Cache, jobs: int) -> Iterator[Indexing]:
    """Index papers while the context runs: their parts in order, each with what it follows from."""
    work = cache.folder / "indexing"
    shutil.rmtree(work, ignore_errors=True)
    made = Indexing(parts, cache, work, jobs)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(work, ignore_errors=True)


def _wait(run: _Run) -> None:
    """Wait for Pagefind's end; raises SearchError where it failed, OSError where the disk is full."""
    output, errors = run.process.communicate()
    if run.process.returncode:
        raise SearchError(f"Pagefind failed: {(errors or output).strip()}")
    _check_written(run.folder)


def _check_written(folder: Path) -> None:
    """Pagefind takes no notice of a full disk: it leaves empty files behind and says that all went well.

    Raises OSError where the disk is full, SearchError where a file is empty.
    """
    room = folder / ".room"
    room.write_bytes(bytes(_ROOM))
    room.unlink()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.stat().st_size:
            raise SearchError(f"Pagefind left {file.name} empty; is the disk full?")
