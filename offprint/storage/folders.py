"""Whole folders, and where operating systems differ: listing, locking, exchanging and removing them.

When the folders of a site are locked and exchanged is decided in ``build/publish.py``.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from offprint.diagnostics import CommandError, ContentError, Diagnostic, Position
from offprint.storage.fingerprint import SIZE, Fingerprint

if sys.platform != "win32":
    import fcntl

OWN = "own"  # the folder in Offprint's own that the archive beside it fills
_PATIENCE = 3  # seconds to wait for another build's end
_AT_FDCWD = -100
_CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV}
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2, RENAME_SWAP of macOS's renamex_np


class PublishError(CommandError):
    """The site cannot be published; the message says why and what to do. The published site is untouched."""


def regular_files(folder: Path, into: str, without: str = "") -> dict[str, Path]:
    """Return the regular files below ``folder`` by their path below ``into``, which may be empty.

    A folder that does not exist has none. Names that begin with a dot are left out, and so is the subfolder
    ``without``. Raises PublishError for links and devices.
    """
    if folder.is_symlink():
        raise PublishError(f"{folder.name} is a link; put the folder itself there")
    files = {}
    for source in sorted(folder.rglob("*")):
        inside = source.relative_to(folder)
        if inside.parts[0] == without or any(part.startswith(".") for part in inside.parts):
            continue
        if source.is_symlink() or not (source.is_dir() or source.is_file()):
            raise PublishError(f"{folder.name}/{inside} is a link or a device; put the file itself there")
        if source.is_file():
            files[f"{into}/{inside.as_posix()}".lstrip("/")] = source
    return files


class Overlay(NamedTuple):
    """A folder that comes with Offprint, and an archive's own, whose files win over those of the same path.

    ``own`` need not exist. Files in ``base/own`` are never those of ``base``: they belong to the archive
    that is kept beside Offprint.
    After ``read()``, all processes of a build see the files as they were then.
    """

    base: Path
    own: Path
    contents: Mapping[str, bytes] | None = None  # of all files by whole path, once they are read

    @property
    def layers(self) -> tuple[Path, Path]:
        """Return the two folders, the one that wins first."""
        return self.own, self.base

    def files(self, into: str = "") -> list[tuple[str, Path]]:
        """Return the files of both folders by their path below ``into``, those that win last.

        Raises PublishError for links and devices.
        """
        if self.contents is not None:
            read = [(self.layer(file), file) for file in map(Path, self.contents)]
            return [
                (f"{into}/{file.relative_to(layer).as_posix()}".lstrip("/"), file) for layer, file in read
            ]
        return [
            *regular_files(self.base, into, without=OWN).items(),
            *regular_files(self.own, into).items(),
        ]

    def read(self) -> "Overlay":
        """Return the same folders, with all files' bytes in memory; raises PublishError and OSError."""
        if self.contents is not None:
            return self
        return self._replace(contents={str(file): file.read_bytes() for _, file in self.files()})

    def data(self, file: Path) -> bytes | None:
        """Return the bytes of a file in either folder, or None where there is no such file."""
        if self.contents is not None:
            return self.contents.get(str(file))
        return file.read_bytes() if file.is_file() else None

    def hashes(self) -> list[tuple[str, Fingerprint]]:
        """Return the fingerprint of every file's bytes with its path, files of ``own`` last."""
        files = self.files()
        return [(path, blake2b(self.data(file) or b"", digest_size=SIZE).digest()) for path, file in files]

    def layer(self, file: Path) -> Path:
        """Return the folder of the two that a file lies in."""
        return self.own if file.is_relative_to(self.own) else self.base

    def text(self, file: Path, data: bytes | None = None) -> str:
        """Return the text of a file in either folder; raises ContentError where it is not UTF-8.

        ``data`` are the file's bytes, where the caller has read them.
        """
        try:
            return (
                ((self.data(file) if data is None else data) or b"").decode("utf-8-sig").replace("\r\n", "\n")
            )
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            place = Position(self.shown(file), line, 1)
            fault = Diagnostic(place, "this is not UTF-8 text", "save the file as UTF-8")
            raise ContentError([fault]) from None

    def clashes(self) -> list[Diagnostic]:
        """Return an error for each own folder that is a file in ``base``, and the other way round."""
        faults = []
        for own in sorted(self.own.rglob("*")):
            other = self.base / own.relative_to(self.own)
            if other.exists() and own.is_dir() != other.is_dir():
                kinds = ("folder", "file") if own.is_dir() else ("file", "folder")
                message = "this is a {}, but Offprint's own of this name is a {}".format(*kinds)
                advice = f"rename it, or put a {kinds[1]} in its place"
                faults.append(Diagnostic(Position(self.shown(own), 1, 1), message, advice))
        return faults

    def shown(self, file: Path) -> str:
        """Return a file's path as messages have it: ``templates/a.html``; ``offprint:a.html`` for ours."""
        root = self.base.parent if self.own.parent == self.base else self.own.parent
        if file.is_relative_to(root):
            return file.relative_to(root).as_posix()
        return f"offprint:{file.relative_to(self.base).as_posix()}"


def lock(folder: Path) -> int:
    """Lock a folder against other builds and return a descriptor; closing that releases the lock.

    Raises PublishError where another build holds the lock for more than _PATIENCE seconds, and on Windows.
    """
    if sys.platform == "win32":
        raise PublishError("Windows cannot exchange two folders in one step; build in WSL")
    handle = os.open(folder, os.O_RDONLY)
    os.set_inheritable(handle, True)
    # Worker processes of a killed build hold its lock until they notice, so that they cannot write any more.
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(handle)
                message = f"another build or pack is at work in {folder}; wait for it to end"
                raise PublishError(message) from None
            time.sleep(0.1)
        else:
            return handle


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock on a folder: see ``lock()``."""
    handle = lock(folder)
    try:
        yield
    finally:
        os.close(handle)


def exchange(staged: Path, output: Path) -> None:
    """Swap two folders, or two files, atomically.

    Raises PublishError where the system or file system cannot do that, and OSError where it may not.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(staged), os.fsencode(output)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(one, other, _EXCHANGE)
    else:
        raise PublishError(
            f"this system cannot exchange two folders; move {output} elsewhere and build again"
        )
    if failed:
        number = ctypes.get_errno()
        if number in _CANNOT_EXCHANGE:
            raise PublishError(
                f"this file system cannot exchange two folders ({os.strerror(number)}); "
                f"move {output} elsewhere and build again, or choose --output on another disk"
            )
        raise OSError(number, os.strerror(number), str(output))


def remove(path: Path) -> None:
    """Delete a folder with its content, or the file or link in its place; do nothing where none exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
