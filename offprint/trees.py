"""What is known of a built tree: what each file is made from, and whether it is as it was written.

A tree says in its mark which one it is; what is known of it is in the cache under that name. Nothing here
writes into a tree.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from offprint.cache import Cache
from offprint.prints import Print, fold

MARK = ".offprint"  # what tells a site of ours from a folder that must not be replaced
_FOLDER = "trees"
_MARKED = re.compile(r"This folder was built by Offprint and is replaced by its next build\.\n([0-9a-f]+)\n")


class Found(NamedTuple):
    """A regular file as it lies in a tree: bytes, and when they were written in nanoseconds."""

    size: int
    written: int


File = tuple[Print, int]  # what it is made from, and its size
Folder = tuple[Print, dict[str, int]]  # what all in it is made from, and the sizes of its files by whole path


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole built tree: its files and its folders made as one, by path, and when it was finished.

    ``papers`` and ``world`` are the fingerprints that its pages were made from, for telling why one is made
    anew.
    """

    files: dict[str, File]
    folders: dict[str, Folder]
    papers: Mapping[str, Print] = field(default_factory=dict)
    world: Mapping[str, Print] = field(default_factory=dict)
    finished: int = 0

    @property
    def name(self) -> str:
        """The tree's name: equal for equal input."""
        made = [(path, made_from) for path, (made_from, _) in (*self.files.items(), *self.folders.items())]
        return fold(sorted(made)).hex()

    def files_of(self, path: str, made_from: Print) -> dict[str, int]:
        """The sizes of a file or of a folder's files by path; none where it is made from something else."""
        made = self.files.get(path) or self.folders.get(path)
        if not made or made[0] != made_from:
            return {}
        return made[1] if isinstance(made[1], dict) else {path: made[1]}

    @property
    def sizes(self) -> dict[str, int]:
        """The size of every file, those in folders too, by path."""
        sizes = {path: size for path, (_, size) in self.files.items()}
        for _, inside in self.folders.values():
            sizes |= inside
        return sizes

    @property
    def mark(self) -> str:
        """What stands in the tree's mark."""
        return f"This folder was built by Offprint and is replaced by its next build.\n{self.name}\n"


def load(cache: Cache, root: Path) -> Tree | None:
    """What is known of the tree at ``root``; None where that is nothing, or it was not finished."""
    try:
        marked = _MARKED.fullmatch((root / MARK).read_text("utf-8", "replace"))
    except OSError:
        return None
    tree = cache.load(f"{_FOLDER}/{marked[1]}") if marked else None
    return tree if isinstance(tree, Tree) else None


def save(cache: Cache, tree: Tree, also: Tree | None) -> None:
    """Keep what is known of a tree, and of one other; what is known of all others goes."""
    cache.save(f"{_FOLDER}/{tree.name}", tree)
    cache.keep_only(_FOLDER, {tree.name, also.name if also else ""})


def walk(root: Path) -> dict[str, Found]:
    """All files below ``root`` but the mark; what is neither a folder nor a regular file has the size -1."""
    found: dict[str, Found] = {}
    todo = [("", str(root))]
    while todo:
        inside, folder = todo.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    todo.append((f"{path}/", entry.path))
                elif path != MARK:
                    info = entry.stat(follow_symlinks=False)
                    regular = entry.is_file(follow_symlinks=False)
                    found[path] = Found(info.st_size if regular else -1, info.st_mtime_ns)
    return found


def intact(tree: Tree, sizes: Mapping[str, int], found: Mapping[str, Found]) -> bool:
    """Whether files are still as they were when the tree was finished."""
    for path, size in sizes.items():
        here = found.get(path)
        if here is None or here.size != size or here.written > tree.finished:
            return False
    return True


def whole(tree: Tree, root: Path) -> bool:
    """Whether a tree is as it was when it was finished, with no file more or less."""
    found, sizes = walk(root), tree.sizes
    return len(sizes) == len(found) and intact(tree, sizes, found)


def look(root: Path, paths: Iterable[str]) -> dict[str, Found]:
    """These files of a tree as they lie there, without those that are missing."""
    found = {}
    for path in paths:
        try:
            info = os.lstat(f"{root}/{path}")
        except OSError:
            continue
        found[path] = Found(info.st_size, info.st_mtime_ns)
    return found
