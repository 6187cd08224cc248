"""The manifest of a built site: what each file was made from, and whether the files are intact.

A built site names its manifest in a stamp file; the manifest itself is in the cache under that name. Nothing
here writes into a site.
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

STAMP_FILE = ".offprint"  # tells a site that a build made from a folder that must not be replaced
_KIND = "manifests"  # of states in the cache
_STAMP = re.compile(r"This folder was built by Offprint and is replaced by its next build\.\n([0-9a-f]+)\n")


Sizes = dict[str, int]  # bytes of files by path


@dataclass(frozen=True, slots=True)
class Manifest:
    """A complete built site: the fingerprint of each file, and of each folder that is made as one, by path.

    A folder's path ends with a slash; ``folders`` lists the files in each, and ``sizes`` has the size of
    every file in bytes. ``papers`` and ``global_inputs`` are the fingerprints that pages were made from, to
    explain later why one is rendered again. ``finished`` is when the stamp was written, in nanoseconds since
    1970. The ``name`` is equal for equal input.
    """

    name: str
    made_from: Mapping[str, Fingerprint]
    folders: Mapping[str, tuple[str, ...]]
    sizes: Sizes
    papers: Mapping[str, Fingerprint] = field(default_factory=dict)
    global_inputs: Mapping[str, Fingerprint] = field(default_factory=dict)
    finished: int = 0

    def unchanged(self, targets: Mapping[str, Fingerprint]) -> list[str]:
        """Return the paths of the targets that this site was made with, from the same fingerprint."""
        return [path for path, value in targets.items() if self.made_from.get(path) == value]

    @property
    def stamp(self) -> str:
        """The text of the site's stamp file."""
        return f"This folder was built by Offprint and is replaced by its next build.\n{self.name}\n"


def load_manifest(cache: Cache, root: Path) -> Manifest | None:
    """Return the manifest of the site at ``root``; None if it has no stamp or the cache does not know it."""
    try:
        stamp = _STAMP.fullmatch((root / STAMP_FILE).read_text("utf-8", "replace"))
    except OSError:
        return None
    manifest = cache.state(_KIND, stamp[1]) if stamp else None
    return manifest if isinstance(manifest, Manifest) else None


def save_manifest(cache: Cache, manifest: Manifest) -> None:
    """Store a manifest in the cache under its own name."""
    cache.save_state(_KIND, manifest, manifest.name)


def manifest_name(made_from: Mapping[str, Fingerprint]) -> str:
    """Return the name of the manifest with these paths and fingerprints: their hash, in hexadecimal."""
    paths = "\0".join(made_from).encode("utf-8", "surrogatepass")
    return blake2b(paths + b"".join(made_from.values()), digest_size=SIZE).hexdigest()


def list_sizes(root: Path, finished: float = math.inf) -> Sizes:
    """Return the size of every file below ``root`` but the stamp file, by path.

    The size is -1 for what is no regular file, or was written after ``finished`` (nanoseconds since 1970).
    """
    sizes: Sizes = {}
    folders = [("", str(root))]
    while folders:
        inside, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{path}/", entry.path))
                elif path != STAMP_FILE:
                    sizes[path] = _size(entry.stat(follow_symlinks=False), finished)
    return sizes


def sizes_of(root: Path, paths: Iterable[str], finished: float = math.inf) -> Sizes:
    """Return the sizes of these files below ``root`` as ``list_sizes()`` does, without those missing."""
    sizes = {}
    for path in paths:
        with contextlib.suppress(OSError):
            sizes[path] = _size(os.lstat(f"{root}/{path}"), finished)
    return sizes


def _size(info: os.stat_result, finished: float) -> int:
    return info.st_size if stat.S_ISREG(info.st_mode) and info.st_mtime_ns <= finished else -1


def changed_files(manifest: Manifest, root: Path) -> dict[str, int | None]:
    """Return the size of each file at ``root`` that is not as the build left it; None for those missing."""
    sizes = list_sizes(root, manifest.finished)
    return {path: sizes.get(path) for path, _ in sizes.items() ^ manifest.sizes.items()}


def is_intact(manifest: Manifest, root: Path) -> bool:
    """Tell whether the site at ``root`` is as the build left it, with no file more or less."""
    return list_sizes(root, manifest.finished) == manifest.sizes
