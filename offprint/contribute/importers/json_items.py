"""JSON of any program → the objects that should be papers, each with its line.

Programs put their papers into a list, or into an object by key, and these into further objects under names
of their own: ``message.items``, ``references``, ``data``. Some write an object a line. Of a file that breaks
off, what stands before the fault is read.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from offprint.contribute.importers.zotero import looks_like_zotero
from offprint.diagnostics import Diagnostic, Position

_LISTS = ("items", "references", "message", "results", "data", "entries")  # looked into first
_OF_PAPERS = frozenset(("title", "paper"))  # of which a paper has one, unless it is an item of Zotero
_DEEPEST = 4  # objects within one another that are looked into
_BLANK = re.compile(r"[ \t\n\r]*")

Item = tuple[Any, int]  # a value and its line


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=str, parse_constant=str)


def read_items(text: str, path: str) -> tuple[list[Item], list[Diagnostic]]:
    """Return the papers of a file of JSON, and a fault where it is no JSON; those before it are kept."""
    try:
        return list(_with_lines(text, _papers(text))), []
    except json.JSONDecodeError as error:
        place = Position(path, error.lineno, error.colno)
        fault = Diagnostic(place, f"this is not JSON: {error.msg}", "export it once more")
        return list(_before_fault(text)), [fault]
    except RecursionError:
        return [], [Diagnostic(Position(path, 1, 1), "this JSON is nested too deep")]


def _papers(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the offset and value of each paper of a text's values: most have one, some one a line.

    Raises JSONDecodeError.
    """
    for position, value in _values(text, _after_blank(text, 0)):
        keys = _place_of_papers(value)
        yield from _inside(text, position, keys) if keys is not None else ((position, value),)


def _before_fault(text: str) -> Iterator[Item]:
    """Yield the items of a list, or of values behind one another, up to the first that cannot be read."""
    start = _after_blank(text, 0)
    members = ((at, each) for _, at, each in _members(text, start))
    with contextlib.suppress(json.JSONDecodeError, RecursionError):
        yield from _with_lines(text, members if text.startswith("[", start) else _values(text, start))


def _with_lines(text: str, found: Iterable[tuple[int, Any]]) -> Iterator[Item]:
    """Yield values, which come with their offsets in order, with their lines."""
    line, counted = 1, 0
    for offset, value in found:
        line += text.count("\n", counted, offset)
        counted = offset
        yield value, line


def _values(text: str, position: int) -> Iterator[tuple[int, Any]]:
    """Yield the offset and value of each of the values behind one another."""
    while position < len(text):
        value, end = _DECODER.raw_decode(text, position)
        yield position, value
        position = _after_blank(text, end)


def _place_of_papers(value: Any) -> tuple[str, ...] | None:
    """Return the keys that lead to a paper, or to the list or object whose members are papers; else None."""
    if isinstance(value, list):
        return ()
    if not isinstance(value, dict) or _is_paper(value):
        return None
    waiting: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), value)]
    for keys, each in waiting:
        if each and all(map(_is_paper, each.values())):
            return keys
        for name in sorted(each, key=lambda name: _LISTS.index(name) if name in _LISTS else len(_LISTS)):
            inner = each[name]
            is_list = isinstance(inner, list) and any(map(_is_paper, inner))
            if is_list or _is_paper(inner):
                return (*keys, name)
            if isinstance(inner, dict) and len(keys) < _DEEPEST:
                waiting.append(((*keys, name), inner))
    return None


def _inside(text: str, position: int, keys: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """Yield the offset and value of what keys lead to: of a paper itself, or of each member."""
    value: Any = None
    for key in keys:
        position, value = next((at, each) for name, at, each in _members(text, position) if name == key)
    if _is_paper(value):
        yield position, value
    else:
        yield from ((at, each) for _, at, each in _members(text, position))


def _members(text: str, position: int) -> Iterator[tuple[str | int, int, Any]]:
    """Yield the key, offset and value of each member of the object or list that begins here."""
    is_object = text[position] == "{"
    position, key = _after_blank(text, position + 1), -1
    while text[position : position + 1] not in ("]", "}", ""):
        name, key = None, key + 1
        if is_object:
            name, position = _DECODER.raw_decode(text, position)
            position = _after_blank(text, _after_blank(text, position) + 1)  # behind the colon
        start = position
        value, position = _DECODER.raw_decode(text, position)
        yield key if name is None else name, start, value
        position = _after_blank(text, position)
        if text[position : position + 1] == ",":
            position = _after_blank(text, position + 1)


def _after_blank(text: str, position: int) -> int:
    """Return where the blank that begins here ends."""
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _is_paper(value: Any) -> bool:
    return isinstance(value, dict) and (not _OF_PAPERS.isdisjoint(value) or looks_like_zotero(value))
