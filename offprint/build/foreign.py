"""Files in an output folder that no build made, such as ``.git`` or ``CNAME``: they outlive every build.

The stamp file of a site lists the files that its build made; everything else in the folder is foreign. Before
the new site takes the old one's place, foreign files are linked into it, so that no moment lacks them; then
the originals themselves are moved over. Where the new site needs the place of one, publishing is refused.
"""

import contextlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from offprint.build.manifest import STAMP_FILE
from offprint.storage.files import link_or_copy
from offprint.storage.folders import PublishError, exchange, remove

_NAMED = 5  # foreign files that a message names


def foreign_paths(root: Path, built: Collection[str], planned: Collection[str] = ()) -> list[str]:
    """Return the paths below ``root`` that are not in ``built``, the stamp file left out, sorted.

    A folder in which neither a built nor a ``planned`` file lies is one path, with a slash at its end.
    """
    shared = _folders_of(built) | _folders_of(planned)
    paths, pending = [], [""]
    while pending:
        inside = pending.pop()
        with os.scandir(root / inside) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    if path not in built and path != STAMP_FILE:
                        paths.append(path)
                elif path in shared:
                    pending.append(f"{path}/")
                else:
                    paths.append(f"{path}/")
    return sorted(paths)


def may_be_built(path: str) -> bool:
    """Tell whether a build may have made a path: it has no dot in front, and is not a host's ``CNAME``."""
    return not path.startswith(".") and path != "CNAME"


def refuse(output: Path, paths: Collection[str], why: str) -> None:
    """Raise PublishError that names some of these foreign paths in ``output``; do nothing where none is."""
    if paths:
        names = ", ".join(sorted(paths)[:_NAMED])
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        raise PublishError(
            f"{output} holds what no build has made, {why}: {names}{more}; "
            "move that elsewhere or choose another --output"
        )


def colliding(paths: Iterable[str], planned: Collection[str]) -> list[str]:
    """Return those foreign paths whose place the new site needs for its own files or folders."""
    folders = _folders_of(planned)

    def collides(path: str) -> bool:
        bare = path.rstrip("/")
        return bare in planned or bare in folders or any(each in planned for each in _parents(bare))

    return [path for path in paths if collides(path)]


def link_foreign(paths: Iterable[str], source: Path, target: Path) -> None:
    """Link foreign files and folders of one tree into another, or copy them where links cannot be made."""
    for path in paths:
        copy = target / path
        remove(copy)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            shutil.copytree(source / path, copy, symlinks=True, copy_function=_link)
        else:
            _link(f"{source}/{path}", str(copy))


def _link(source: str, target: str) -> str:
    link_or_copy(source, target)
    return target


def move_foreign(old: Path, new: Path, built: Collection[str], planned: Collection[str]) -> None:
    """Move foreign files from the replaced tree into the new one, in place of the links to them.

    What was written there after it had been linked so arrives, too. A file that cannot be moved stays.
    """
    for path in foreign_paths(old, built, planned):
        with contextlib.suppress(OSError, PublishError):
            if not os.path.lexists(new / path):
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                (old / path).rename(new / path)
            elif path.rstrip("/") not in planned:
                exchange(old / path, new / path)
                remove(old / path)


def _parents(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the innermost first."""
    while folder := path.rpartition("/")[0]:
        yield folder
        path = folder


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Return every folder that one of these files lies in, at any depth."""
    folders: set[str] = set()
    for folder in {path.rpartition("/")[0] for path in paths}:
        if folder:
            folders.add(folder)
            folders.update(_parents(folder))
    return folders
