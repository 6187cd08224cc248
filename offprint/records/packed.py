"""A paper's record as the cache keeps it: packed until something of it is asked for.

A build after an edit tells of some hundreds of many thousand papers, and to unpack a record takes longer
than to find out that nobody needs it. What a packed record tells at once: its slug, the digest of its text,
and the fingerprints of its outline, which is all of it but its texts and the lines that things stand on, and
of these lines.
"""

import io
import pickle
from dataclasses import fields, replace
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from offprint.diagnostics import Position
from offprint.records.model import NO_TEXT, PaperRecord, Text
from offprint.records.tokens import NO_TOKENS
from offprint.storage.fingerprint import SIZE, Fingerprint, fingerprint

_FIELDS = tuple(each.name for each in fields(PaperRecord))
_values = attrgetter(*_FIELDS)  # a dataclass would be pickled with a call for each of its fields
_SOME_TEXT = Text("…")


class Packed(PaperRecord):
    """A record that unpacks itself."""

    __slots__ = ("outline", "packed", "places")

    outline: Fingerprint
    places: Fingerprint
    packed: bytes

    def __init__(
        self, slug: str, digest: bytes, outline: Fingerprint, places: Fingerprint, packed: bytes
    ) -> None:
        given = (
            ("slug", slug),
            ("digest", digest),
            ("outline", outline),
            ("places", places),
            ("packed", packed),
        )
        for name, value in given:
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """What is not there yet."""
        for each, value in zip(_FIELDS, pickle.loads(self.packed), strict=True):  # noqa: S301 - see cache.py
            object.__setattr__(self, each, value)
        return object.__getattribute__(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return Packed, (self.slug, self.digest, self.outline, self.places, self.packed)


def pack(record: PaperRecord) -> Packed:
    """A record, packed."""
    packed = pickle.dumps(_values(record), pickle.HIGHEST_PROTOCOL)
    return Packed(record.slug, record.digest, *_outline(record), packed)


class _Pickler(pickle.Pickler):
    """Pickles what the outline is made from, and puts the lines and columns that it meets aside."""

    def __init__(self, into: io.BytesIO) -> None:
        super().__init__(into, pickle.HIGHEST_PROTOCOL)
        self.places: list[tuple[int, int]] = []
        self.dispatch_table = {Position: self._path}

    def _path(self, position: Position) -> tuple[type[str], tuple[str]]:
        self.places.append((position.line, position.column))
        return str, (position.path,)


def _outline(record: PaperRecord) -> tuple[Fingerprint, Fingerprint]:
    """The fingerprint of all of a record but its texts, of which it has whether they are there; of lines."""
    summary, abstract = (_SOME_TEXT if text else NO_TEXT for text in (record.summary, record.abstract))
    bare = replace(record, summary=summary, abstract=abstract, words=NO_TOKENS, digest=b"")
    made = io.BytesIO()
    pickler = _Pickler(made)
    pickler.dump(_values(bare))
    return blake2b(made.getbuffer(), digest_size=SIZE).digest(), fingerprint(pickler.places)
