"""Paper records as they are cached: pickled until one of their fields is read.

A build after an edit reads a few hundred records out of many thousand, and unpickling a record takes longer
than finding out that it is not needed. Some values are available at once: the slug, the digest of the text,
whether there is a notice, whether it is a draft, and the two hashes that ``Content.facts_hash`` and
``Content.lines_hash`` are made from.
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
_SOME_TEXT = Text("…")  # stands for any text that is not empty


class Packed(PaperRecord):
    """A record that unpickles itself when a field is read that it does not have yet.

    ``facts_hash`` covers all fields except texts and positions, ``lines_hash`` the positions; ``pickled``
    are the values of all fields.
    """

    __slots__ = ("facts_hash", "has_notice", "lines_hash", "pickled")

    facts_hash: Fingerprint
    lines_hash: Fingerprint
    has_notice: bool  # known without unpickling, unlike the property that it replaces
    pickled: bytes

    def __init__(
        self,
        slug: str,
        digest: bytes,
        hashes: tuple[Fingerprint, Fingerprint],
        flags: tuple[bool, bool],
        pickled: bytes,
    ) -> None:
        facts_hash, lines_hash = hashes
        # The dataclass is frozen, so its own assignment raises.
        object.__setattr__(self, "slug", slug)
        object.__setattr__(self, "digest", digest)
        object.__setattr__(self, "facts_hash", facts_hash)
        object.__setattr__(self, "lines_hash", lines_hash)
        object.__setattr__(self, "has_notice", flags[0])
        object.__setattr__(self, "draft", flags[1])
        object.__setattr__(self, "pickled", pickled)

    def __getattr__(self, name: str) -> Any:
        """Unpickle all fields and return one; Python calls this for a field that is not set yet."""
        for field, value in zip(_FIELDS, pickle.loads(self.pickled), strict=True):  # noqa: S301 - see cache.py
            object.__setattr__(self, field, value)
        return object.__getattribute__(self, name)

    def __reduce__(self) -> tuple[Any, ...]:
        hashes = self.facts_hash, self.lines_hash
        return Packed, (self.slug, self.digest, hashes, (self.has_notice, self.draft), self.pickled)


def pack(record: PaperRecord) -> Packed:
    """Return a record as it is cached."""
    pickled = pickle.dumps(_values(record), pickle.HIGHEST_PROTOCOL)
    return Packed(record.slug, record.digest, _hashes(record), (record.has_notice, record.draft), pickled)


class _Pickler(pickle.Pickler):
    """A pickler that writes only the path of a position, and collects its line and column in ``lines``."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.lines: list[tuple[int, int]] = []
        self.dispatch_table = {Position: self._path}

    def _path(self, position: Position) -> tuple[type[str], tuple[str]]:
        self.lines.append((position.line, position.column))
        return str, (position.path,)


def _hashes(record: PaperRecord) -> tuple[Fingerprint, Fingerprint]:
    """Return ``facts_hash`` and ``lines_hash`` of a record. Of texts, only whether they are empty counts."""
    summary, abstract = (_SOME_TEXT if text else NO_TEXT for text in (record.summary, record.abstract))
    facts = replace(record, summary=summary, abstract=abstract, tokens=NO_TOKENS, digest=b"")
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(_values(facts))
    return blake2b(file.getbuffer(), digest_size=SIZE).digest(), fingerprint(pickler.lines)
