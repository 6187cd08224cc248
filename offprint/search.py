"""Pagefind over the staged tree: the search index of the papers' pages, in one or more bundles.

A bundle is what Pagefind writes for some of the papers, ``pagefind/<name>/``. ``pagefind/bundles.json`` lists
them in order, each with its ``pagefind-entry.json`` and with the ids of results that are stale: the interface
drops them from that bundle's answers, since a later bundle has the papers' new text. All bundles share one
engine (``engine.py``) and the WebAssembly of the first.

The binary is run as it is; its official Python wrapper pauses a tenth of a second for each response.
"""

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pagefind_bin_extended import get_executable

from offprint.engine import EngineError, make_engine

FOLDER = "pagefind"
BUNDLES = "bundles.json"
ENGINE = "engine.js"
_ENTRY = "pagefind-entry.json"
_SCRIPT = "pagefind.js"
_ROOM = 2**20  # bytes; more than Pagefind writes at once


class SearchError(Exception):
    """Pagefind failed; the message holds what it said."""


class Bundle(NamedTuple):
    """A folder of the index, and the ids of its results that a later bundle replaces."""

    name: str
    stale: Sequence[str] = ()


def index_search(root: Path) -> None:
    """Index all papers below ``root`` into one bundle; raises SearchError."""
    index_bundle(root, "all", "papers/*.html")
    join_bundles(root / FOLDER, [Bundle("all")])


def index_bundle(root: Path, name: str, pages: str) -> None:
    """Index the pages below ``root`` that a glob matches into the bundle ``name``; raises SearchError."""
    command = [str(get_executable()), "--site", str(root), "--glob", pages, "--silent"]
    command += ["--output-path", str(root / FOLDER / name)]
    # close_fds: where the build is killed and Pagefind runs on, the lock that publish.py took stays with it.
    done = subprocess.run(  # noqa: S603 - ours
        command, capture_output=True, text=True, check=False, close_fds=False
    )
    if done.returncode:
        raise SearchError(f"Pagefind failed: {(done.stderr or done.stdout).strip()}")
    _check_written(root / FOLDER / name)


def join_bundles(folder: Path, bundles: Iterable[Bundle]) -> None:
    """Make an index of whole Pagefind bundles below ``folder``: the list, the engine, nothing unused."""
    listed = []
    for number, bundle in enumerate(bundles):
        inside = folder / bundle.name
        if not number:
            try:
                engine = make_engine((inside / _SCRIPT).read_text(encoding="utf-8"))
            except EngineError as error:
                raise SearchError(str(error)) from None
            (folder / ENGINE).write_text(engine, encoding="utf-8", newline="\n")
        entry = json.loads((inside / _ENTRY).read_text(encoding="utf-8"))
        listed.append({"name": bundle.name, "stale": sorted(bundle.stale), "entry": entry})
        needed = (
            set()
            if number
            else {f"wasm.{each['wasm'] or 'unknown'}.pagefind" for each in entry["languages"].values()}
        )
        for file in inside.iterdir():
            if file.is_file() and file.suffix != ".pf_meta" and file.name not in needed:
                file.unlink()
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
