"""Pagefind over the papers: the search index, in stretches that are made apart and searched as one.

A stretch is what Pagefind writes for some of the papers, ``pagefind/<name>/``; which those are is for
``findable.py``. ``pagefind/bundles.json`` lists them in order, each with its ``pagefind-entry.json``. All
share the engine (``engine.py``) and the WebAssembly of the first. A stretch whose papers have not changed is
not made again.

The binary is run as it is, while pages are rendered; its official Python wrapper pauses a tenth of a second
for each response.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pagefind_bin

from offprint.diagnostics import CommandError
from offprint.engine import EngineError, make_engine

FOLDER = "pagefind"
BUNDLES = "bundles.json"
ENGINE = "engine.js"
ENTRY = "pagefind-entry.json"
_SCRIPT = "pagefind.js"
_EXTENDED = "pagefind_bin_extended"
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
    name: str
    process: subprocess.Popen[str]


class Indexing:
    """Stretches being indexed: those first in line at once, the rest in ``finish()``."""

    def __init__(self, todo: Mapping[str, Pages], first: str, root: Path, work: Path, jobs: int) -> None:
        self._todo, self._first = list(todo.items()), first
        self._root, self._work, self._jobs = root, work, jobs
        self._running: list[_Run] = []

    def start(self) -> None:
        """Begin with as many stretches as there are jobs."""
        while self._todo and len(self._running) < self._jobs:
            name, pages = self._todo.pop(0)
            self._running.append(_Run(name, self._run(name, pages)))

    def finish(self) -> None:
        """Wait for all stretches; raises SearchError."""
        while self._running:
            name, process = self._running.pop(0)
            output, errors = process.communicate()
            if process.returncode:
                raise SearchError(f"Pagefind failed: {(errors or output).strip()}")
            self.start()
            _check_written(self._root / FOLDER / name)
            self._keep(self._root / FOLDER / name)

    def stop(self) -> None:
        """End what still runs."""
        for _, process in self._running:
            process.kill()
            process.communicate()

    def _run(self, name: str, pages: Pages) -> subprocess.Popen[str]:
        source = self._work / name
        (source / "papers").mkdir(parents=True)
        for path, text in pages():
            (source / path).write_bytes(text.encode())
        command = [_executable(), "--site", str(source), "--silent"]
        command += ["--output-path", str(self._root / FOLDER / name)]
        # close_fds: where the build is killed and Pagefind runs on, the lock that publish.py took stays with
        # it.
        return subprocess.Popen(  # noqa: S603 - ours
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            close_fds=False,
            process_group=0,  # Ctrl-C is for the build, which then ends this
        )

    def _keep(self, folder: Path) -> None:
        """Leave in a stretch only what is needed; the script and the WebAssembly of the first serve all."""
        if folder.name == self._first:
            try:
                engine = make_engine((folder / _SCRIPT).read_text(encoding="utf-8"))
            except EngineError as error:
                raise SearchError(str(error)) from None
            (folder / ENGINE).write_text(engine, encoding="utf-8", newline="\n")
        entry = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
        needed = {ENTRY}
        if folder.name == self._first:
            needed |= {
                ENGINE,
                *(f"wasm.{each['wasm'] or 'unknown'}.pagefind" for each in entry["languages"].values()),
            }
        for file in [each for each in folder.iterdir() if each.is_file()]:
            if file.suffix != ".pf_meta" and file.name not in needed:
                file.unlink()


@contextmanager
def indexing(todo: Mapping[str, Pages], first: str, root: Path, work: Path, jobs: int) -> Iterator[Indexing]:
    """Index stretches of papers by their names into the tree at ``root``, while the context runs.

    ``first`` is the name of the index's first stretch, which holds what all share; ``work`` is a folder for
    what Pagefind reads; it is emptied before and after.
    """
    shutil.rmtree(work, ignore_errors=True)
    made = Indexing(todo, first, root, work, jobs)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(work, ignore_errors=True)


def list_bundles(root: Path, names: Sequence[str]) -> None:
    """Complete the index of these stretches, in their order: their list, and the engine at its own place."""
    folder = root / FOLDER
    listed = [
        {"name": name, "entry": json.loads((folder / name / ENTRY).read_text(encoding="utf-8"))}
        for name in names
    ]
    shutil.copyfile(folder / names[0] / ENGINE, folder / ENGINE)
    (folder / BUNDLES).write_text(json.dumps(listed) + "\n", encoding="utf-8", newline="\n")


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
