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
import zlib
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
FileStates = dict[str, tuple[int, int]]  # by path: the size in bytes, and the inode


@dataclass(frozen=True, slots=True)
class Manifest:
    """A complete built site: the fingerprint of each file, and of each folder that is made as one, by path.

    A folder's path ends with a slash; ``folders`` lists the files in each. ``files`` has the size and inode
    of every file, ``checksums`` the CRC-32 of its content. ``papers`` and ``global_inputs`` are the
    fingerprints that pages were made from, to explain later why one is rendered again. ``finished`` is when
    the stamp was written, in nanoseconds since 1970. The ``name`` is equal for equal input.
    """

    name: str
    made_from: Mapping[str, Fingerprint]
    folders: Mapping[str, tuple[str, ...]]
    files: FileStates
    checksums: Mapping[str, int]
    papers: Mapping[str, Fingerprint] = field(default_factory=dict)
    global_inputs: Mapping[str, Fingerprint] = field(default_factory=dict)
    finished: int = 0

    def unchanged(self, targets: Mapping[str, Fingerprint]) -> list[str]:
        """Return the paths of the targets that this site was made with, from the same fingerprint."""
        return [path for path, value in targets.items() if self.made_from.get(path) == value]

    @property
    def stamp(self) -> str:
        """The text of the site's stamp file."""
        return stamp_text(self.name, self.files)


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


def list_files(root: Path, finished: float = math.inf) -> FileStates:
    """Return the size and inode of every file below ``root`` but the stamp file, by path.

    The size is -1 for what is no regular file, or was written after ``finished`` (nanoseconds since 1970).
    """
    states: FileStates = {}
    folders = [("", str(root))]
    while folders:
        inside, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{path}/", entry.path))
                elif path != STAMP_FILE:
                    states[path] = _state(entry.stat(follow_symlinks=False), finished)
    return states


def states_of(root: Path, paths: Iterable[str], finished: float = math.inf) -> FileStates:
    """Return the states of these files below ``root`` as ``list_files()`` does, without those missing."""
    states = {}
    for path in paths:
        with contextlib.suppress(OSError):
            states[path] = _state(os.lstat(f"{root}/{path}"), finished)
    return states


def _state(info: os.stat_result, finished: float) -> tuple[int, int]:
    is_old = stat.S_ISREG(info.st_mode) and info.st_mtime_ns <= finished
    return info.st_size if is_old else -1, info.st_ino


def checksum_of(root: Path, path: str) -> int:
    """Return the CRC-32 of a file, or -1 where it cannot be read."""
    try:
        return zlib.crc32((root / path).read_bytes())
    except OSError:
        return -1


def intact_files(manifest: Manifest, root: Path, states: FileStates) -> set[str]:
    """Return the paths of those files, with their states now, that are as the build left them.

    A file of another inode was renamed, or copied with its times as a restored cache is: its content decides.
    """
    intact = set()
    for path, state in states.items():
        known = manifest.files.get(path)
        if known == state or (
            known and known[0] == state[0] and checksum_of(root, path) == manifest.checksums[path]
        ):
            intact.add(path)
    return intact


def changed_files(manifest: Manifest, root: Path) -> dict[str, int | None]:
    """Return the size of each file at ``root`` that is not as the build left it; None for those missing."""
    states = list_files(root, manifest.finished)
    changed = (states.keys() | manifest.files.keys()) - intact_files(manifest, root, states)
    return {path: states[path][0] if path in states else None for path in changed}


def is_intact(manifest: Manifest, root: Path) -> bool:
    """Tell whether every file of the site at ``root`` is as the build left it, whatever else lies there."""
    states = list_files(root, manifest.finished)
    return manifest.files.keys() == intact_files(manifest, root, states)
