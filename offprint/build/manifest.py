"""The manifest of a built site: what each file was made from, and whether the files are intact.

A built site names its manifest in a stamp file; the manifest itself is in the cache under that name. The
stamp file also lists the files that the build made, so that others in the folder are known without the cache.
Nothing here writes into a site.
"""

import contextlib
import json
import math
import os
import re
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from offprint.storage.cache import Cache
from offprint.storage.fingerprint import SIZE, Fingerprint

STAMP_FILE = ".offprint"  # tells a site that a build made from a folder that must not be replaced
_KIND = "manifests"  # of states in the cache
_STAMP = re.compile(rb"This folder was built by Offprint and is replaced by its next build\.\n([0-9a-f]+)\n")
_STAMP_SIZE = 200  # bytes at the start of the stamp file that hold what _STAMP matches
_LIST = "These files are the build's own; it leaves all others in this folder alone.\n"

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
        return stamp_text(self.name, self.sizes)


def stamp_text(name: str, files: Collection[str]) -> str:
    """Return the text of a stamp file: a manifest's name, and the paths of all files that a build made."""
    built = json.dumps(sorted(files), indent=0)
    return f"This folder was built by Offprint and is replaced by its next build.\n{name}\n{_LIST}{built}\n"


def built_files(root: Path) -> frozenset[str] | None:
    """Return the paths of the files that a build made at ``root``, or None where no stamp file says so."""
    try:
        text = (root / STAMP_FILE).read_text("utf-8", "replace")
        paths = json.loads(text.partition(_LIST)[2])
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        return None
    return frozenset(paths)


def manifest_name_at(root: Path) -> str:
    """Return the name of the manifest that the stamp file at ``root`` names; "" where there is none."""
    try:
        with (root / STAMP_FILE).open("rb") as file:
            stamp = _STAMP.match(file.read(_STAMP_SIZE))
    except OSError:
        return ""
    return stamp[1].decode() if stamp else ""


def load_manifest(cache: Cache, root: Path) -> Manifest | None:
    """Return the manifest of the site at ``root``; None if it has no stamp or the cache does not know it."""
    name = manifest_name_at(root)
    manifest = cache.state(_KIND, name) if name else None
    return manifest if isinstance(manifest, Manifest) and manifest.name == name else None


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
    """Tell whether every file of the site at ``root`` is as the build left it, whatever else lies there."""
    return manifest.sizes.items() <= list_sizes(root, manifest.finished).items()
