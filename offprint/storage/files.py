"""Single files: reading them safely, fingerprinting their content, and writing them whole.

Whether a file has changed is decided by its bytes alone: it may be rewritten with the same size and time.
"""

import contextlib
import errno
import functools
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.storage.fingerprint import SIZE, Fingerprint

MAX_FILE = 4 * 1024 * 1024
# Opening a FIFO must not hang the build before fstat can refuse it. Links are not followed: one may lead out
# of the content folder, and messages quote what they read.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
# What systems answer where they cannot make a hard link, though they can copy.
_NO_LINK = {
    errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV,
}  # fmt: skip


def hash_file(file: Path) -> Fingerprint:
    """Return the fingerprint of a file's bytes. Raises OSError where it cannot be read."""
    return blake2b(file.read_bytes(), digest_size=SIZE).digest()


def hash_file_below(base: Path, path: str) -> Fingerprint:
    """Return the fingerprint of a file's bytes, or of the reason why it cannot be read."""
    return hash_content(*read_bytes(base, path))


def hash_content(data: bytes | None, faults: list[Diagnostic]) -> Fingerprint:
    """Return the fingerprint of a result of ``read_bytes()``: of the bytes, or else of the faults."""
    return blake2b(repr(faults).encode() if data is None else data, digest_size=SIZE).digest()


def read_bytes(base: Path, path: str, most: int = MAX_FILE) -> tuple[bytes | None, list[Diagnostic]]:
    """Return the bytes of a regular file below ``base``, or None and a fault that says why it is refused.

    Links, devices, files of more than ``most`` bytes and files that cannot be read are refused.
    """
    try:
        handle = os.open(f"{base}/{path}", _OPEN)  # hot: no Path and no file object for each record
        try:
            info = os.fstat(handle)
            if not stat.S_ISREG(info.st_mode):
                return None, [Diagnostic(Position(path, 1, 1), "this is not a regular file")]
            if info.st_size > most:
                message = f"a file of more than {most // 2**20} MiB"
                return None, [Diagnostic(Position(path, 1, 1), message, "split it")]
            return _read(handle, info.st_size), []
        finally:
            os.close(handle)
    except OSError as error:
        start = Position(path, 1, 1)
        if error.errno == errno.ELOOP:
            return None, [Diagnostic(start, "this is a link, not a file", "put the file itself here")]
        return None, [Diagnostic(start, f"cannot be read: {error.strerror}")]


def _read(handle: int, size: int) -> bytes:
    """Read an open file to its end, whatever its size was a moment ago."""
    data = os.read(handle, size)
    while more := os.read(handle, 1 << 16):
        data += more
    return data


def source_lines(base: Path) -> Callable[[Position], str | None]:
    """Return a function that reads the line at a position below ``base``, for a message to quote.

    The function returns None where there is no such line. It caches one file: diagnostics are sorted by file.
    """

    @functools.lru_cache(1)
    def lines_of(path: str) -> list[str]:
        data, _ = read_bytes(base, path)
        return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n") if data else []

    def line_at(position: Position) -> str | None:
        lines = lines_of(position.path)
        return lines[position.line - 1] if position.line <= len(lines) else None

    return line_at


def write_new(path: str, content: bytes) -> None:
    """Write a file that does not exist yet. Raises OSError where it does, or where the disk is full."""
    with open(path, "xb", buffering=0) as file:  # noqa: PTH123 - hot: 2 µs, not 20
        data = memoryview(content)
        while data:  # a disk that fills up may accept a part without an error
            data = data[file.write(data) :]


def link_or_copy(source: str, target: str) -> bool:
    """Hard-link a file to a new path, or copy it where that cannot be; return whether it was linked.

    exFAT, SMB and FUSE have no hard links, a file has at most so many of them, and some systems refuse links
    to files of other users. A copy keeps mode and times.
    """
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copy2(source, target, follow_symlinks=False)
        return False
    return True


def create_files(root: Path, texts: Mapping[str, str]) -> None:
    """Write new files below ``root``, text by path, all of them or none; make the folders they need.

    Raises FileExistsError where one of them exists, and OSError. Should the files that are in place already
    refuse to go then, a note to the exception names them.
    """
    written: dict[Path, Path] = {}  # the files as they are written aside, by the paths that they are to have
    folders: list[Path] = []
    try:
        for path, text in texts.items():
            target = root / path
            parents = (target.parent, *target.parent.parents)
            folders += [each for each in parents if not each.exists()][::-1]
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f".{target.name}.{os.getpid()}.new")
            _write_whole(aside, text.encode())
            written[target] = aside
        for target, aside in written.items():
            _rename_new(aside, target)
    except BaseException as error:
        remaining = [path for path in written if not _take_back(written[path], path)]
        if remaining:
            names = ", ".join(path.relative_to(root).as_posix() for path in remaining)
            error.add_note(f"only these files were written: {names}")
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
    for aside in written.values():
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _write_whole(file: Path, data: bytes) -> None:
    """Write a new file, or leave none where the disk is full."""
    try:
        write_new(str(file), data)
    except BaseException:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        raise


def _rename_new(aside: Path, target: Path) -> None:
    """Bring a file that was written aside to its path. Raises FileExistsError where there is one."""
    try:
        os.link(aside, target)  # unlike a rename, it replaces nothing
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        aside.rename(target)


def _take_back(aside: Path, target: Path) -> bool:
    """Delete a file that was written aside, and its target where that is the same; tell whether it went.

    Where there is none aside, it was renamed to its target.
    """
    try:
        if not os.path.lexists(aside) or (os.path.lexists(target) and target.samefile(aside)):
            target.unlink(missing_ok=True)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        aside.unlink(missing_ok=True)
    return True


def replace_file(file: Path, data: bytes) -> None:
    """Replace a file's content atomically and keep its mode."""
    aside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        _write_whole(aside, data)
        aside.chmod(file.stat().st_mode)
        aside.replace(file)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
