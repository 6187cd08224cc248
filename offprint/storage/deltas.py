"""Mappings kept in the cache as two layers, so that an edit writes what it has changed and not all of them.

``base`` has all entries as some earlier build had them, ``since`` what became of them after that. What the
entries are is for whoever keeps them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from offprint.storage.cache import Cache

_FEW = 1 / 4  # of the base's entries; where more have changed, all are written again

Tables = Mapping[str, Mapping[str, Any]]


class _Change(NamedTuple):
    """What became of a mapping: entries that it did not have so, keys that it has no longer."""

    now: dict[str, Any]
    gone: frozenset[str]


class _Since(NamedTuple):
    """What became of each mapping, by its name, after a file of the base that had this size and time."""

    base: tuple[int, int]
    changes: dict[str, _Change]


class Layers:
    """Some mappings by their names, in one folder of the cache: loaded once, then saved as they are now."""

    def __init__(self, cache: Cache, folder: str) -> None:
        self._cache = cache
        self._base_name, self._since_name = f"{folder}/base", f"{folder}/since"
        self._base: Tables = {}

    def load(self) -> Tables:
        """The mappings as they were saved last; none where nothing is kept by this very code."""
        self._base = self._cache.load(self._base_name) or {}
        since = self._cache.load(self._since_name)
        if not isinstance(since, _Since) or since.base != self._stamp():
            return self._base
        return {name: _changed(self._base.get(name, {}), change) for name, change in since.changes.items()}

    def save(self, tables: Tables) -> None:
        """Keep the mappings as they are now, the entries since the base alone where these are few."""
        changes = {name: _change(self._base.get(name, {}), now) for name, now in tables.items()}
        changed = sum(len(change.now) + len(change.gone) for change in changes.values())
        if changed > _FEW * sum(map(len, self._base.values())):
            self._cache.save(self._base_name, tables)
        else:
            self._cache.save(self._since_name, _Since(self._stamp(), changes))

    def _stamp(self) -> tuple[int, int]:
        try:
            about = (self._cache.folder / self._base_name).stat()
        except OSError:
            return (0, 0)
        return about.st_size, about.st_mtime_ns


def _change(before: Mapping[str, Any], now: Mapping[str, Any]) -> _Change:
    missing = object()
    changed = {key: value for key, value in now.items() if before.get(key, missing) != value}
    return _Change(changed, frozenset(before.keys() - now.keys()))


def _changed(before: Mapping[str, Any], change: _Change) -> dict[str, Any]:
    now = {**before, **change.now}
    for key in change.gone:
        del now[key]
    return now
