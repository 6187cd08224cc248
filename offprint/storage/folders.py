"""Whole folders, and where operating systems differ: listing, locking, exchanging and removing them.

When the folders of a site are locked and exchanged is decided in ``build/publish.py``.
"""

import ctypes
import errno
import os
import shutil
import sys
import time
from pathlib import Path

from offprint.diagnostics import CommandError

if sys.platform != "win32":
    import fcntl

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
