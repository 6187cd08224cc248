"""What a build reads, by its bytes alone: enough to see that nothing has changed before anything is parsed.

Names, sizes and times tell nothing here: a file may be written anew with the size and the time that it had.
"""

import errno
import functools
import os
import stat
from hashlib import blake2b
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.site.fingerprints import SIZE, Print

MAX_FILE = 4 * 1024 * 1024
# A FIFO must not hang the build before fstat can refuse it; a link may lead out of the content, and messages
# quote what they read.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def survey(root: Path) -> dict[str, Print]:
    """The fingerprint of each file's bytes below ``root``, by path from the folder's own name on.

    Names that begin with a dot do not count; what cannot be read has a fingerprint, too.
    """
    _lines.cache_clear()
    found, base = {}, root.parent
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        inside = os.path.relpath(folder, base)
        for name in names:
            if not name.startswith("."):
                found[f"{inside}/{name}"] = print_of(base, f"{inside}/{name}")
        for name in inner:
            found[f"{inside}/{name}/"] = b""  # a folder with a record's name is a fault, too
    return found


def file_print(file: Path) -> Print:
    """The fingerprint of a file's bytes."""
    return blake2b(file.read_bytes(), digest_size=SIZE).digest()


def print_of(base: Path, path: str) -> Print:
    """The fingerprint of a file's bytes; of one that cannot be read, of the reason why."""
    return print_of_read(*read_bytes(base, path))


def print_of_read(data: bytes | None, faults: list[Diagnostic]) -> Print:
    """The same of what ``read_bytes()`` has given."""
    return blake2b(repr(faults).encode() if data is None else data, digest_size=SIZE).digest()


def read_bytes(base: Path, path: str) -> tuple[bytes | None, list[Diagnostic]]:
    """The bytes of a regular file below ``base``; None and a fault where it is none, or too large."""
    try:
        handle = os.open(f"{base}/{path}", _OPEN)  # hot: neither a Path nor a file object for each record
        try:
            info = os.fstat(handle)
            if not stat.S_ISREG(info.st_mode):
                return None, [Diagnostic(Position(path, 1, 1), "this is not a regular file")]
            if info.st_size > MAX_FILE:
                message = f"a file of more than {MAX_FILE // 2**20} MiB"
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
    """All of a file, whose size may be another by now."""
    data = os.read(handle, size)
    while more := os.read(handle, 1 << 16):
        data += more
    return data


def source_line(root: Path, position: Position) -> str | None:
    """The line that a position names, for a message to quote; None where it cannot be had."""
    lines = _lines(root.parent, position.path)
    return lines[position.line - 1] if position.line <= len(lines) else None


@functools.lru_cache(1)  # faults are told file by file
def _lines(base: Path, path: str) -> list[str]:
    data, _ = read_bytes(base, path)
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n") if data else []
