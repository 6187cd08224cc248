"""Mappings that are cached as a base and a delta, so that a small change writes little to disk.

The base holds all entries as an earlier build saved them; the delta, what has changed since.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from offprint.storage.cache import Cache

_MOST_CHANGED = 1 / 4  # of the base's entries; where more have changed, a new base is written

Tables = Mapping[str, Mapping[str, Any]]


class _Change(NamedTuple):
    """The difference between two states of a mapping: new or changed entries, and removed keys."""

    entries: dict[str, Any]
    removed: frozenset[str]


class _Base(NamedTuple):
    """All entries of each mapping, by its name. Each base has a random ``token`` of its own."""

    token: bytes
    tables: Tables


class _Delta(NamedTuple):
    """The changes to each mapping, by its name, since the base with this ``token``."""

    token: bytes
    changes: dict[str, _Change]


class DeltaTable:
    """Named mappings that are cached together as one kind of state: loaded once, then saved when changed."""

    def __init__(self, cache: Cache, kind: str) -> None:
        self._cache, self._kind = cache, kind
        self._base = _Base(b"", {})

    def load(self) -> Tables:
        """Return the mappings as they were saved last, empty where none are stored for this code."""
        self._base = self._cache.state(self._kind, "base") or _Base(b"", {})
        delta = self._cache.state(self._kind, "delta")
        if delta is None or delta.token != self._base.token:
            return self._base.tables
        return {name: _apply(self._base.tables.get(name, {}), each) for name, each in delta.changes.items()}

    def save(self, tables: Tables) -> None:
        """Store the mappings: only the difference from the base, unless it is more than _MOST_CHANGED."""
        changes = {name: _compare(self._base.tables.get(name, {}), now) for name, now in tables.items()}
        changed = sum(len(change.entries) + len(change.removed) for change in changes.values())
        if changed > _MOST_CHANGED * sum(map(len, self._base.tables.values())):
            self._cache.save_state(self._kind, _Base(os.urandom(8), tables), "base")
        else:
            self._cache.save_state(self._kind, _Delta(self._base.token, changes), "delta")


def _compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> _Change:
    """Return the change that leads from one state of a mapping to another."""
    missing = object()
    changed = {key: value for key, value in now.items() if before.get(key, missing) != value}
    return _Change(changed, frozenset(before.keys() - now.keys()))


def _apply(before: Mapping[str, Any], change: _Change) -> dict[str, Any]:
    """Return the mapping that a change leads to."""
    now = {**before, **change.entries}
    for key in change.removed:
        del now[key]
    return now
