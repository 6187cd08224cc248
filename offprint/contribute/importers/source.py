"""A value of a source and everything in it, of which it is known what was used.

An importer reads through a ``Source``; what it never asked for is left at the end, whatever it is called, and
is told to the one who imports. Nothing can so be lost because a list of names has forgotten it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_SURROGATE = re.compile("[\ud800-\udfff]")  # half of a character; no file can hold it


class Unused(NamedTuple):
    """A value that found no place: the names of the fields it stands in, joined by dots, and its text."""

    name: str
    value: str


class Source:
    """A JSON-like value (mappings, lists, scalars) that marks what is read of it.

    ``text()`` and ``use()`` mark; ``peek()``, ``[…]`` and ``items()`` do not. A missing part is an empty
    Source, so that no reader need ask whether something is there.
    """

    __slots__ = ("_parts", "_used", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._used = False
        self._parts: dict[str | int, Source] = {}

    def __bool__(self) -> bool:
        return self.value not in (None, "", [], {})

    def __getitem__(self, name: str | int) -> Source:
        part = self._parts.get(name)
        if part is None:
            value = _part(self.value, name)
            if value is None:
                return _NOTHING
            part = self._parts[name] = Source(value)
        return part

    def items(self) -> list[Source]:
        """Return the items of a list; a single value counts as a list of itself."""
        if isinstance(self.value, list):
            return [self[index] for index in range(len(self.value))]
        return [self] if self else []

    def names(self) -> list[str]:
        """Return the names of a mapping's parts."""
        return list(self.value) if isinstance(self.value, dict) else []

    def peek(self) -> str:
        """Return the text of a scalar, or of a list's first item, without marking it; empty for all else."""
        value = self.value[0] if isinstance(self.value, list) and self.value else self.value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return ""
        return _SURROGATE.sub("\ufffd", str(value)).strip()

    def text(self) -> str:
        """Return the same, marked as used; of a list, its first item alone."""
        if isinstance(self.value, list) and self.value:
            return self[0].text()
        text = self.peek()
        self._used = self._used or bool(text)
        return text

    def use(self) -> None:
        """Mark what ``peek()`` shows: the value, or a list's first item."""
        if isinstance(self.value, list) and self.value:
            self[0].use()
        else:
            self._used = True

    def use_all(self) -> None:
        """Mark the value with all that it holds."""
        self._used = True

    @property
    def is_used(self) -> bool:
        """Whether nothing of the value is left."""
        return next(self.unused(), None) is None

    def unused(self, name: str = "") -> Iterator[Unused]:
        """Yield every scalar that was not read, in the source's order."""
        if self._used or not self:
            return
        if isinstance(self.value, dict):
            for key in self.value:
                yield from self[key].unused(f"{name}.{key}" if name else str(key))
        elif isinstance(self.value, list):
            for index in range(len(self.value)):
                yield from self[index].unused(name)
        else:
            yield Unused(name, str(self.value))


_NOTHING = Source(None)  # whatever is missing; it has nothing to mark


def _part(value: Any, name: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        return value[name]
    return None
