"""The search index as classic scripts, which a page may load from ``file://`` where it can fetch nothing.

Each data file becomes a script that hands it to ``static/finder.js``, which loads it when a query needs it.
Fragments, one for each paper, are packed by the first digits of their hash, as text: so they compress best
and stay few. What every query needs comes with the engine.
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

_FRAGMENTS_A_PACK = 60  # about 50 kB

Source = Callable[[], bytes]


def scripts(folder: Path) -> Iterator[tuple[str, Source]]:
    """The scripts for an index in ``folder``: paths below it, and what gives their text.

    Raises EngineError, here or from a source, where a file is not of the Pagefind known.
    """
    entry = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
    if not entry["version"].startswith(f"{KNOWN}."):
        raise ScriptError(f"the search index is of Pagefind {entry['version']}, and only {KNOWN} is known")
    fragments: list[Path] = []
    always: dict[str, str] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        inside = path.relative_to(folder).as_posix()
        if path.suffix in (".pf_meta", ".pagefind"):
            always[inside] = _encoded(path)
        elif path.suffix in (".pf_index", ".pf_filter"):
            yield f"{inside}.js", partial(_data, path, inside)
        elif path.suffix == ".pf_fragment":
            fragments.append(path)
        elif path.name not in (ENTRY, ENGINE):  # both are made anew below
            raise _unknown(path)
    digits = _digits(len(fragments))
    packs: dict[str, list[Path]] = defaultdict(list)
    for path in fragments:
        packs[path.stem.rpartition("_")[2][:digits]].append(path)
    for name, paths in packs.items():
        yield f"fragment/{name}.js", partial(_fragments, folder, paths)
    packed = {"digits": digits, "entry": entry, "files": always}
    yield ENGINE, partial(_engine, folder / ENGINE, packed)


def _digits(fragments: int) -> int:
    """How many digits of their hashes divide the fragments into packs of a good size."""
    digits = 1
    while fragments > _FRAGMENTS_A_PACK * 16**digits:
        digits += 1
    return digits


def _engine(path: Path, packed: dict[str, Any]) -> bytes:
    return path.read_bytes() + f"self.pagefind.packed = {_json(packed)};\n".encode()


def _data(path: Path, key: str) -> bytes:
    return f"offprintFiles({_json({key: _encoded(path)})});\n".encode()


def _fragments(folder: Path, paths: list[Path]) -> bytes:
    texts = {}
    for path in paths:
        try:
            content = content_of(path.read_bytes(), path.name)
        except PostingsError:
            raise _unknown(path) from None
        texts[path.relative_to(folder).as_posix()] = content.decode()
    return f"offprintFiles({_json(texts)});\n".encode()


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _unknown(path: Path) -> ScriptError:
    return ScriptError(f"{path} is no data file of Pagefind {KNOWN}, the version known")
