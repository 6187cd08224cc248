"""Fingerprints: short hashes of all that a value is made from. Equal fingerprints mean equal values."""

import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeVar

SIZE = 12  # bytes of a fingerprint: among 10^9 of them two are equal with a chance of 10^-11
Fingerprint = bytes

Sizes = tuple[int, int, int]  # items of a chunk: the fewest, how many more on average, and the most
_SIZES: Sizes = (64, 32, 256)
_T = TypeVar("_T")


def fingerprint(*parts: object) -> Fingerprint:
    """Return one fingerprint of several values. Values with an equal ``repr`` count as equal."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()


def content_chunks(items: Iterable[_T], key: Callable[[_T], str], sizes: Sizes = _SIZES) -> list[list[_T]]:
    """Split a list into chunks of 64 to 256 items or other sizes, so that what is made of one can be cached.

    The CRC-32 of an item's ``key`` decides whether a chunk ends before it, within bounds, so an item that is
    added or removed moves few boundaries besides its own (content-defined chunking).
    """
    least, more, most = sizes
    chunks: list[list[_T]] = [[]]
    for item in items:
        size = len(chunks[-1])
        if size == most or (size >= least and zlib.crc32(key(item).encode()) % more == 0):
            chunks.append([])
        chunks[-1].append(item)
    return [chunk for chunk in chunks if chunk]
