"""Pagefind over the papers: one search index, of which only what has changed is made again.

Pagefind itself begins from nothing each time, at a second and 140 MB for every thousand papers. So it reads
the papers in parts (``findable.py``), beside the rendering of pages; what it found in a part is kept in the
cache, and the one index is put together from all parts (``postings.py``). The script that loads it is made
from Pagefind's own (``engine.py``).

Pagefind can also search several indexes as one, but each ranks by its own counts: of 10,000 papers in 16
indexes, 4.7 of the first ten hits were those of one index, and a first query took 53 requests instead of 20.

The binary is run as it is; its official Python wrapper pauses a tenth of a second for each response.
"""

import itertools
import json
import math
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pagefind_bin
from markupsafe import escape

from offprint.cache import Cache
from offprint.diagnostics import CommandError
from offprint.engine import EngineError, make_engine
from offprint.postings import ENTRY, File, Part, join, merge, read_part
from offprint.prints import Print, fold

FOLDER = "pagefind"
ENGINE = "engine.js"
_SCRIPT = "pagefind.js"
_EXTENDED = "pagefind_bin_extended"
_KEPT = "search"  # where the cache keeps what was found in a part
_KEPT_ENGINE = "engine"  # and what is the same for all papers, by their language
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
    """Pagefind at work on a part: the folder it writes, the pages' paths."""

    folder: Path
    paths: list[str]
    process: subprocess.Popen[str]

    def wait(self) -> None:
        """Wait for its end; raises SearchError where it failed, OSError where the disk is full."""
        output, errors = self.process.communicate()
        if self.process.returncode:
            raise SearchError(f"Pagefind failed: {(errors or output).strip()}")
        _check_written(self.folder)


def make_index(parts: Mapping[Print, Pages], language: str, cache: Cache, jobs: int) -> Iterator[File]:
    """The files of one index of all these parts' pages; each part stands by what it follows from.

    Raises SearchError, PostingsError, OSError.
    """
    work = cache.folder / "indexing"
    shutil.rmtree(work, ignore_errors=True)
    pagefind = _Pagefind(work)
    try:
        found = _read(parts, pagefind, cache, jobs)
        files, entry = _engine(pagefind, language, cache)
        yield from files
        yield from join(found, entry)
    finally:
        pagefind.stop()
        shutil.rmtree(work, ignore_errors=True)


def _read(parts: Mapping[Print, Pages], pagefind: "_Pagefind", cache: Cache, jobs: int) -> list[Part]:
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
    reader = _Reader(pagefind, cache, {name: named[name] for name in stale if name not in kept}, jobs)
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

    def __init__(self, pagefind: "_Pagefind", cache: Cache, parts: Mapping[str, Pages], jobs: int) -> None:
        self._pagefind, self._cache = pagefind, cache
        self._todo = iter(parts.items())
        self._running: dict[str, _Run] = {}
        for _ in range(jobs):
            self._begin()

    def _begin(self) -> None:
        for name, pages in itertools.islice(self._todo, 1):
            self._running[name] = self._pagefind.run(name, pages)

    def read(self, name: str, pages: Pages) -> Part:
        """What Pagefind finds in a part; it is then kept."""
        run = self._running.pop(name, None) or self._pagefind.run(name, pages)
        run.wait()
        self._begin()
        part = read_part(run.folder, run.paths)
        self._cache.save(f"{_KEPT}/{name}", part)
        shutil.rmtree(run.folder)
        return part


class _Pagefind:
    """Pagefind's program, run in folders below ``work``, as often and as often at once as is asked for."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._runs: list[_Run] = []

    def stop(self) -> None:
        """End what still runs."""
        for run in [each for each in self._runs if each.process.poll() is None]:
            run.process.kill()
            run.process.communicate()

    def run(self, name: str, pages: Pages) -> _Run:
        """Begin to read some pages."""
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
        self._runs.append(_Run(output, paths, process))
        return self._runs[-1]


def _engine(pagefind: "_Pagefind", language: str, cache: Cache) -> tuple[list[File], dict[str, object]]:
    """What all of an index's queries need, and Pagefind's own entry, as it makes them for any page."""
    name = f"{_KEPT_ENGINE}/{fold(language).hex()}"
    kept = cache.load(name)
    if kept is None:
        page = f'<!doctype html><html lang="{escape(language)}"><body>{escape(language)}</body></html>'
        run = pagefind.run("engine", lambda: iter([("papers/page.html", page)]))
        run.wait()
        kept = _read_engine(run.folder)
        cache.save(name, kept)
    made: tuple[list[File], dict[str, object]] = kept
    return made


def _read_engine(folder: Path) -> tuple[list[File], dict[str, object]]:
    try:
        engine = make_engine((folder / _SCRIPT).read_text(encoding="utf-8"))
    except EngineError as error:
        raise SearchError(str(error)) from None
    entry = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
    (about,) = entry["languages"].values()
    wasm = f"wasm.{about['wasm'] or 'unknown'}.pagefind"
    files = [(ENGINE, engine.encode()), (wasm, (folder / wasm).read_bytes())]
    return [File(name, content, compressed=True) for name, content in files], entry


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
