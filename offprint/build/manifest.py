"""What is known of a built tree: what each file is made from, and whether it is as it was written.

A tree says in its mark which one it is; what is known of it is in the cache under that name. Nothing here
writes into a tree.
"""

import contextlib
import math
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from offprint.storage.cache import Cache
from offprint.storage.fingerprint import SIZE, Fingerprint

STAMP_FILE = ".offprint"  # what tells a site of ours from a folder that must not be replaced
_KIND = "manifests"  # of states in the cache
_MARKED = re.compile(r"This folder was built by Offprint and is replaced by its next build\.\n([0-9a-f]+)\n")


Sizes = dict[str, int]  # bytes of files by path


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole built tree: what its files and its folders made as one are made from, by path.

    A folder's path ends with a slash, ``folders`` has the files in each; ``sizes`` are those of all files.
    ``papers`` and ``world`` are the fingerprints that its pages were made from, for telling why one is made
    anew. The ``name`` is equal for equal input.
    """

    name: str
    made: Mapping[str, Fingerprint]
    folders: Mapping[str, tuple[str, ...]]
    sizes: Sizes
    papers: Mapping[str, Fingerprint] = field(default_factory=dict)
    world: Mapping[str, Fingerprint] = field(default_factory=dict)
    finished: int = 0

    def same(self, wanted: Mapping[str, Fingerprint]) -> list[str]:
        """The files and folders that are made from what is wanted."""
        return [path for path, made_from in wanted.items() if self.made.get(path) == made_from]

    @property
    def mark(self) -> str:
        """What stands in the tree's mark."""
        return f"This folder was built by Offprint and is replaced by its next build.\n{self.name}\n"


def load(cache: Cache, root: Path) -> Manifest | None:
    """What is known of the tree at ``root``; None where that is nothing, or it was not finished."""
    try:
        marked = _MARKED.fullmatch((root / STAMP_FILE).read_text("utf-8", "replace"))
    except OSError:
        return None
    tree = cache.state(_KIND, marked[1]) if marked else None
    return tree if isinstance(tree, Manifest) else None


def save(cache: Cache, tree: Manifest) -> None:
    """Store what is known of a tree."""
    cache.save_state(_KIND, tree, tree.name)


def name_of(made: Mapping[str, Fingerprint]) -> str:
    """The name of a tree that is made from this."""
    paths = "\0".join(made).encode("utf-8", "surrogatepass")
    return blake2b(paths + b"".join(made.values()), digest_size=SIZE).hexdigest()


def walk(root: Path, finished: float = math.inf) -> Sizes:
    """All files below ``root`` but the mark; -1 for no regular file, or one written after ``finished``."""
    found: Sizes = {}
    todo = [("", str(root))]
    while todo:
        inside, folder = todo.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    todo.append((f"{path}/", entry.path))
                elif path != STAMP_FILE:
                    found[path] = _size(entry.stat(follow_symlinks=False), finished)
    return found


def look(root: Path, paths: Iterable[str], finished: float = math.inf) -> Sizes:
    """These files of a tree as ``walk`` has them, without those that are missing."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            found[path] = _size(os.lstat(f"{root}/{path}"), finished)
    return found


def _size(info: os.stat_result, finished: float) -> int:
    return info.st_size if stat.S_ISREG(info.st_mode) and info.st_mtime_ns <= finished else -1


def changes(tree: Manifest, root: Path) -> dict[str, int | None]:
    """The files at ``root`` that are not as the tree was when it was finished; None for those missing."""
    found = walk(root, tree.finished)
    return {path: found.get(path) for path, _ in found.items() ^ tree.sizes.items()}


def whole(tree: Manifest, root: Path) -> bool:
    """Whether a tree is as it was when it was finished, with no file more or less."""
    return walk(root, tree.finished) == tree.sizes
