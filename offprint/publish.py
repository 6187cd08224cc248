"""A staged tree: written beside the output, exchanged for it in one step, or discarded.

Two renames (the old site away, the new one in) leave no site where the build is killed between them. Linux
and macOS can exchange two folders in one step; where neither can, publishing over an existing site is
refused rather than risked. What a killed build leaves behind is removed by the next one.
"""

import ctypes
import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

if sys.platform != "win32":
    import fcntl

MARK = ".offprint"  # what tells a site of ours from a folder that must not be replaced
_PATIENCE = 3  # seconds to wait for another build's end
_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux's renameat2, RENAME_SWAP of macOS's renamex_np


class PublishError(Exception):
    """The site cannot be published; the message says why and what to do. The old one is untouched."""


class Staging:
    """A context in which a new site is written; leaving it without ``publish()`` discards the new one."""

    def __init__(self, output: Path) -> None:
        self.output = output.absolute()
        self.root = self.output.parent / f".{self.output.name}.staging"

    def __enter__(self) -> "Staging":
        _check_output(self.output)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.output.parent)
        try:
            _remove(self.root)
            self.root.mkdir()
            self.write(MARK, "This folder was built by Offprint and is replaced by its next build.\n")
        except BaseException:  # a full disk, an interrupt: nobody calls __exit__ where __enter__ fails
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            _remove(self.root)
        finally:
            os.close(self._lock)

    def make_folders(self, paths: Iterable[str]) -> None:
        """Make the folders of all paths that will be written, once each."""
        for folder in sorted({path.rpartition("/")[0] for path in paths}):
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str) -> None:
        """Write one file; its folder is there."""
        with open(f"{self.root}/{path}", "wb", buffering=0) as file:  # noqa: PTH123 - hot: 2 µs, not 20
            data = text.encode()
            while data:  # a disk that fills up takes a part and says nothing
                data = data[file.write(data) :]

    def copy(self, folder: Path, into: str, without: str = "") -> None:
        """Copy the regular files of a folder, if it is there, over what is staged.

        Names that begin with a dot stay behind, and so does the folder ``without``.
        """
        if folder.is_symlink():
            raise PublishError(f"{folder.name} is a link; put the folder itself there")
        for source in sorted(folder.rglob("*")):
            inside = source.relative_to(folder)
            if inside.parts[0] == without or any(part.startswith(".") for part in inside.parts):
                continue
            if source.is_symlink() or not (source.is_dir() or source.is_file()):
                raise PublishError(f"{folder.name}/{inside} is a link or a device; put the file itself there")
            if source.is_file():
                target = self.root / into / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def copy_files(self, files: Mapping[str, Path]) -> None:
        """Copy single files to their paths in the site."""
        self.make_folders(files)
        for path, source in files.items():
            shutil.copyfile(source, self.root / path)

    def publish(self) -> None:
        """Put the staged site in the output's place, in one step."""
        if self.output.exists():
            _exchange(self.root, self.output)
        else:
            self.root.rename(self.output)


def _check_output(output: Path) -> None:
    """Refuse to replace what no build of ours has made."""
    if not output.exists() and not output.is_symlink():
        return
    if output.is_symlink() or not output.is_dir():
        raise PublishError(f"{output} is not a folder; choose another --output")
    if any(output.iterdir()) and not (output / MARK).exists():
        raise PublishError(f"{output} holds files that no build has made; choose another --output")


def _lock(folder: Path) -> int:
    """Hold the folder against another build beside this one, until the descriptor is closed."""
    if sys.platform == "win32":
        raise PublishError("Windows cannot exchange two folders in one step; build in WSL")
    handle = os.open(folder, os.O_RDONLY)
    os.set_inheritable(handle, True)
    # Processes that a killed build has left end soon, and write no more when the lock is free.
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(handle)
                raise PublishError(f"another build is writing in {folder}; wait for it to end") from None
            time.sleep(0.1)
        else:
            return handle


def _exchange(staged: Path, output: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(staged), os.fsencode(output)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE)
    elif hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(one, other, _EXCHANGE)
    else:
        raise PublishError(f"this system cannot exchange two folders; delete {output} and build again")
    if failed:
        reason = os.strerror(ctypes.get_errno())
        raise PublishError(
            f"this file system cannot exchange two folders ({reason}); "
            f"delete {output} and build again, or choose --output on another disk"
        )


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
