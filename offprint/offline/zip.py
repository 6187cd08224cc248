"""A zip whose bytes depend on its files alone: sorted by name, all of one date, for every unzip program.

Python's ``zipfile`` compresses one file after another; here a pool of processes does, since compressing is
nearly all of the work.
"""

import datetime as dt
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from offprint.storage.workers import pool

_PARALLEL_FROM = 400  # files; below, starting processes costs more than they save
_BATCH = 200  # files that a process compresses at a time
_LOCAL, _CENTRAL, _END = 0x04034B50, 0x02014B50, 0x06054B50
_END_64, _LOCATOR_64 = 0x06064B50, 0x07064B50
_NAMES_IN_UTF8 = 1 << 11
_STORED, _DEFLATED = 0, 8
_VERSION = 20
_MADE_ON_UNIX = 3 << 8 | 45
_REGULAR_FILE = 0o100644 << 16
_MOST_BYTES, _MOST_FILES = 0xFFFFFFFF, 0xFFFF


class ZipError(Exception):
    """The files do not fit into one zip."""


class _Entry(NamedTuple):
    """A compressed file: its name, CRC-32, size before compression, method, and bytes."""

    name: bytes
    crc: int
    size: int
    method: int
    data: bytes


def write_zip(
    file: BinaryIO, sources: Mapping[str, Callable[[], bytes]], date: dt.date, jobs: int
) -> Iterator[int]:
    """Write a zip of files, by name; yield, from time to time, how many more have been written.

    ``sources`` return the files' bytes; with several jobs they are called in other processes. Raises ZipError
    beyond 4 GB.
    """
    day = (max(date.year, 1980) - 1980) << 9 | date.month << 5 | date.day
    directory, offset, count = bytearray(), 0, 0
    for entries in _compress_all(sources, jobs):
        for entry in entries:
            if offset + len(entry.data) + 65_536 > _MOST_BYTES:
                raise ZipError("the files are more than the 4 GB that a zip holds")
            local, central = _headers(entry, day, offset)
            file.write(local + entry.name + entry.data)
            directory += central + entry.name
            offset += len(local) + len(entry.name) + len(entry.data)
        count += len(entries)
        yield len(entries)
    file.write(directory)
    file.write(_end(count, len(directory), offset))


def _headers(entry: _Entry, day: int, offset: int) -> tuple[bytes, bytes]:
    """Return a file's local header and its header in the central directory, both without its name.

    ``day`` is a date as MS-DOS stores it; ``offset`` is where the local header stands in the zip.
    """
    fields = (
        _NAMES_IN_UTF8, entry.method, 0, day, entry.crc, len(entry.data), entry.size, len(entry.name), 0,
    )  # fmt: skip
    local = struct.pack("<IHHHHHIIIHH", _LOCAL, _VERSION, *fields)
    rest = (0, 0, 0, _REGULAR_FILE, offset)
    central = struct.pack("<IHHHHHHIIIHHHHHII", _CENTRAL, _MADE_ON_UNIX, _VERSION, *fields, *rest)
    return local, central


def _end(count: int, size: int, offset: int) -> bytes:
    """Return the end of a zip of ``count`` files whose central directory has ``size`` bytes at ``offset``."""
    end_64 = b""
    if count >= _MOST_FILES:
        end_64 = struct.pack("<IQHHIIQQQQ", _END_64, 44, 45, 45, 0, 0, count, count, size, offset)
        end_64 += struct.pack("<IIQI", _LOCATOR_64, 0, offset + size, 1)
    shown = min(count, _MOST_FILES)
    return end_64 + struct.pack("<IHHHHIIH", _END, 0, 0, shown, shown, size, offset, 0)


def _compress_all(sources: Mapping[str, Callable[[], bytes]], jobs: int) -> Iterator[list[_Entry]]:
    """Yield all files in batches, sorted by name."""
    items = sorted(sources.items())
    batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
    if jobs < 2 or len(items) < _PARALLEL_FROM:
        yield from map(_compress, batches)
        return
    with pool(jobs) as workers:
        yield from workers.map(_compress, batches)


def _compress(items: list[tuple[str, Callable[[], bytes]]]) -> list[_Entry]:
    """Return the files of one batch, each deflated, or stored where that is smaller."""
    entries = []
    for name, source in items:
        data = source()
        compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
        deflated = compressor.compress(data) + compressor.flush()
        smaller = len(deflated) < len(data)
        method, content = (_DEFLATED, deflated) if smaller else (_STORED, data)
        entries.append(_Entry(name.encode(), zlib.crc32(data), len(data), method, content))
    return entries
