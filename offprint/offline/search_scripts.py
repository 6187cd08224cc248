"""The search index as classic scripts: a page opened from ``file://`` may load those, but fetch nothing.

Each data file becomes a script that passes it to ``static/finder.js``, which loads it when a query needs it.
Fragments, one for each paper, are grouped by the first digits of their hash and written as text, so that they
compress well and stay few. What every query needs is part of Pagefind's own script.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from offprint.search.index import ENGINE
from offprint.search.pagefind_format import ENTRY, PostingsError, content_of
from offprint.search.pagefind_script import KNOWN, ScriptError

_FRAGMENTS_A_SCRIPT = 60  # about 50 kB

Source = Callable[[], bytes]  # returns the bytes of a file


def make_scripts(folder: Path) -> Iterator[tuple[str, Source]]:
    """Yield the path of each script for the index in ``folder``, from there on, and what returns its bytes.

    Raises ScriptError, here or from a source, where a file is not of the version of Pagefind known here.
    """
    entry = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
    if not entry["version"].startswith(f"{KNOWN}."):
        raise ScriptError(f"the search index is of Pagefind {entry['version']}, and only {KNOWN} is known")
    fragments: list[Path] = []
    preloaded: dict[str, str] = {}  # needed by every query: data files in Base64, by path
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.name[0] != "."):
        inside = path.relative_to(folder).as_posix()
        if path.suffix in (".pf_meta", ".pagefind"):
            preloaded[inside] = _base64(path)
        elif path.suffix in (".pf_index", ".pf_filter"):
            yield f"{inside}.js", partial(_data_script, path, inside)
        elif path.suffix == ".pf_fragment":
            fragments.append(path)
        elif path.name not in (ENTRY, ENGINE):  # both are part of the script below
            raise _unknown(path)
    digits = _digits(len(fragments))
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in fragments:
        groups[path.stem.rpartition("_")[2][:digits]].append(path)
    for name, paths in groups.items():
        yield f"fragment/{name}.js", partial(_fragments_script, folder, paths)
    data = {"digits": digits, "entry": entry, "files": preloaded}
    yield ENGINE, partial(_pagefind_script, folder / ENGINE, data)


def _digits(fragments: int) -> int:
    """Return how many digits of their hashes divide so many fragments into scripts of a good size."""
    digits = 1
    while fragments > _FRAGMENTS_A_SCRIPT * 16**digits:
        digits += 1
    return digits


def _pagefind_script(path: Path, data: dict[str, Any]) -> bytes:
    """Return Pagefind's script with the data that every query needs."""
    return path.read_bytes() + f"self.pagefind.packed = {_json(data)};\n".encode()


def _data_script(path: Path, key: str) -> bytes:
    """Return the script that passes on one data file under its path in the index, ``key``."""
    return f"offprintFiles({_json({key: _base64(path)})});\n".encode()


def _fragments_script(folder: Path, paths: list[Path]) -> bytes:
    """Return the script that passes on the texts of these fragments by their paths in the index."""
    texts = {}
    for path in paths:
        try:
            content = content_of(path.read_bytes(), path.name)
        except PostingsError:
            raise _unknown(path) from None
        texts[path.relative_to(folder).as_posix()] = content.decode()
    return f"offprintFiles({_json(texts)});\n".encode()


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _unknown(path: Path) -> ScriptError:
    return ScriptError(f"{path} is no data file of Pagefind {KNOWN}, the version known")
