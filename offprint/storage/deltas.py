"""Mappings kept in the cache as a base and a delta, so that an edit writes only what it has changed.

The base has all entries as some earlier build had them, the delta what became of them after that.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from offprint.storage.cache import Cache

_FEW = 1 / 4  # of the base's entries; where more have changed, all are written again

Tables = Mapping[str, Mapping[str, Any]]


class _Change(NamedTuple):
    """What became of a mapping: entries that are new or have changed, and keys that it has lost."""

    entries: dict[str, Any]
    removed: frozenset[str]


class _Base(NamedTuple):
    """The mappings by their names; ``token`` is another with each base that was ever written."""

    token: bytes
    tables: Tables


class _Delta(NamedTuple):
    """What became of each mapping, by its name, after the base of this token."""

    token: bytes
    changes: dict[str, _Change]


class DeltaTable:
    """Some mappings by their names, kept as one kind of state: loaded once, then saved as they are now."""

    def __init__(self, cache: Cache, kind: str) -> None:
        self._cache, self._kind = cache, kind
        self._base = _Base(b"", {})

    def load(self) -> Tables:
        """Return the mappings as they were saved last; none where nothing is kept by this very code."""
        self._base = self._cache.state(self._kind, "base") or _Base(b"", {})
        delta = self._cache.state(self._kind, "delta")
        if delta is None or delta.token != self._base.token:
            return self._base.tables
        return {name: _apply(self._base.tables.get(name, {}), each) for name, each in delta.changes.items()}

    def save(self, tables: Tables) -> None:
        """Store the mappings as they are now: only what differs from the base, where that is little."""
        changes = {name: _compare(self._base.tables.get(name, {}), now) for name, now in tables.items()}
        changed = sum(len(change.entries) + len(change.removed) for change in changes.values())
        if changed > _FEW * sum(map(len, self._base.tables.values())):
            self._cache.save_state(self._kind, _Base(os.urandom(8), tables), "base")
        else:
            self._cache.save_state(self._kind, _Delta(self._base.token, changes), "delta")


def _compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> _Change:
    missing = object()
    changed = {key: value for key, value in now.items() if before.get(key, missing) != value}
    return _Change(changed, frozenset(before.keys() - now.keys()))


def _apply(before: Mapping[str, Any], change: _Change) -> dict[str, Any]:
    now = {**before, **change.entries}
    for key in change.removed:
        del now[key]
    return now
