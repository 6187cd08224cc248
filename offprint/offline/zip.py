"""A zip whose bytes follow from its files: in the order of their names, of one date, readable by all.

Python's ``zipfile`` compresses one file after another; here a pool of processes does, since that is nearly
all of the work.
"""

import datetime as dt
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import BinaryIO, NamedTuple

_PARALLEL_FROM = 400  # files; below, starting processes costs more than they save
_STRETCH = 200
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
    name: bytes
    crc: int
    size: int
    method: int
    data: bytes


def write_zip(
    file: BinaryIO, sources: Mapping[str, Callable[[], bytes]], date: dt.date, jobs: int
) -> Iterator[int]:
    """Write a zip of what the sources give, by name; gives, from time to time, how many more are written.

    With several jobs the sources are called in other processes. Raises ZipError beyond 4 GB.
    """
    stamp = (max(date.year, 1980) - 1980) << 9 | date.month << 5 | date.day
    directory, offset, count = bytearray(), 0, 0
    for entries in _compressed(sources, jobs):
        for entry in entries:
            fields = (
                _NAMES_IN_UTF8, entry.method, 0, stamp, entry.crc,
                len(entry.data), entry.size, len(entry.name), 0,
            )  # fmt: skip
            if offset + len(entry.data) + 65_536 > _MOST_BYTES:
                raise ZipError("the files are more than the 4 GB that a zip holds")
            file.write(struct.pack("<IHHHHHIIIHH", _LOCAL, _VERSION, *fields) + entry.name + entry.data)
            directory += struct.pack(
                "<IHHHHHHIIIHHHHHII",
                _CENTRAL,
                _MADE_ON_UNIX,
                _VERSION,
                *fields,
                0,
                0,
                0,
                _REGULAR_FILE,
                offset,
            )
            directory += entry.name
            offset += 30 + len(entry.name) + len(entry.data)
        count += len(entries)
        yield len(entries)
    file.write(directory)
    if count >= _MOST_FILES:
        file.write(
            struct.pack("<IQHHIIQQQQ", _END_64, 44, 45, 45, 0, 0, count, count, len(directory), offset)
            + struct.pack("<IIQI", _LOCATOR_64, 0, offset + len(directory), 1)
        )
    shown = min(count, _MOST_FILES)
    file.write(struct.pack("<IHHHHIIH", _END, 0, 0, shown, shown, len(directory), offset, 0))


def _compressed(sources: Mapping[str, Callable[[], bytes]], jobs: int) -> Iterator[list[_Entry]]:
    items = sorted(sources.items())
    stretches = [items[start : start + _STRETCH] for start in range(0, len(items), _STRETCH)]
    if jobs < 2 or len(items) < _PARALLEL_FROM:
        yield from map(_compress, stretches)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_compress, stretches)


def _compress(items: list[tuple[str, Callable[[], bytes]]]) -> list[_Entry]:
    entries = []
    for name, source in items:
        data = source()
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush()
        smaller = len(packed) < len(data)
        method, kept = (_DEFLATED, packed) if smaller else (_STORED, data)
        entries.append(_Entry(name.encode(), zlib.crc32(data), len(data), method, kept))
    return entries
