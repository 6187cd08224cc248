"""BibTeX's grammar: a file → its entries as written, each value with its line, ``@string`` resolved.

A tokenizer of our own, since none of the parsers at hand accounts for everything that real files hold:
bibtexparser 1 drops repeated keys and fields and knows no lines; bibtexparser 2 refuses ``,,`` and
repeated fields and leaves ``#``; pybtex loses an entry without a key and the name of an unknown string. All
take time that grows with the square of some inputs. Source: Patashnik, BibTeXing (1988).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from offprint.contribute.importers.entry import month_of
from offprint.diagnostics import Diagnostic, Position

_START = re.compile(r"@\s*([A-Za-z][\w-]*)\s*([{(])")
_LINE_START = re.compile(r"^[ \t]*@\s*[A-Za-z][\w-]*\s*[{(]", re.MULTILINE)
_KEY = {  # by what closes the entry
    "}": re.compile(r"\s*([^,={}\"#\n]*)\s*"),
    ")": re.compile(r"\s*([^,={}\"#\n)]*)\s*"),
}
_SKIPPED = re.compile(r"(?:\s|,|%[^\n]*)*")
_NAME = re.compile(r"""([^\s"#%'(),={}]+)\s*=\s*""")
_WORD = re.compile(r"""[^\s"#%'(),={}]+""")
_QUOTE_OR_BRACE = re.compile(r'["{}]')
_BLANK = re.compile(r"\s*")
MAX_STRING = 5000  # characters of an @string; strings made of strings can grow without bound
_STRAY_FIELD = re.compile(r"(?<![\w-])[A-Za-z][\w-]*\s*=\s*[\"{]")


class Field(NamedTuple):
    """A field's name in lower case, its value (TeX, all strings in their places), and its line."""

    name: str
    value: str
    line: int


@dataclass(slots=True)
class Block:
    """An entry: its type in lower case, its key (empty where it has none), its line, and its fields."""

    kind: str
    key: str
    line: int
    fields: list[Field] = field(default_factory=list)


class _Part(NamedTuple):
    """A piece of a value between ``#``; ``bare`` where it is a number or a string's name."""

    text: str
    bare: bool


class _SyntaxError(Exception):
    """An entry cannot be read from here on; the offset, what is wrong, and what to do."""

    def __init__(self, offset: int, message: str, advice: str) -> None:
        super().__init__(message)
        self.offset, self.message, self.advice = offset, message, advice


@dataclass(slots=True)
class _Raw:
    """A block before the strings are resolved."""

    kind: str
    key: str
    start: int
    fields: list[tuple[str, list[_Part], int]]


def parse(text: str, path: str) -> tuple[list[Block], list[Diagnostic]]:
    """Return every entry of a file, and an error for each that cannot be read; those are left out."""
    scanner = _Scanner(text, path)
    raw = list(scanner.blocks())
    blocks = list(_resolved(raw, scanner))
    return blocks, sorted(scanner.faults, key=lambda each: each.position.line)


class _Scanner:
    """Reads blocks out of a text, in time that grows with its length."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.faults: list[Diagnostic] = []
        self._ends = _matching_braces(text)
        self._lines = [match.end() for match in re.finditer("\n", text)]
        self._starts = [match.start() for match in _LINE_START.finditer(text)]

    def position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset)
        return Position(self.path, line + 1, offset - (self._lines[line - 1] if line else 0) + 1)

    def fault(self, offset: int, message: str, advice: str, *, warning: bool = False) -> None:
        place = self.position(offset)
        self.faults.append(Diagnostic(place, message, advice, "warning" if warning else "error"))

    def blocks(self) -> Iterator[_Raw]:
        """Yield blocks in the file's order, strings among them."""
        end = 0
        while match := _START.search(self.text, end):
            self._check_between(end, match.start())
            kind = match[1].lower()
            if kind == "comment":
                end = self._ends.get(match.end() - 1, match.end() - 1) + 1 if match[2] == "{" else match.end()
                continue
            block = _Raw(kind, "", match.start(), [])
            try:
                end = self._body(block, match)
            except _SyntaxError as error:
                name = f"{block.key}: " if block.key else ""
                message = f"{name}this @{kind} was left out: {error.message}"
                self.fault(error.offset, message, error.advice)
                end = self._next_start(max(error.offset, match.end()))
            else:
                yield block
        self._check_between(end, len(self.text))

    def _check_between(self, start: int, end: int) -> None:
        """Report text between entries that is no comment: it looks like fields that fell out of an entry."""
        if stray := _STRAY_FIELD.search(self.text, start, end):
            message = f"{stray[0].partition('=')[0].strip()} stands outside of every entry"
            self.fault(stray.start(), message, "a brace before it closes its entry too early; take that out")

    def _next_start(self, offset: int) -> int:
        index = bisect_right(self._starts, offset)
        return self._starts[index] if index < len(self._starts) else len(self.text)

    def _body(self, block: _Raw, start: re.Match[str]) -> int:
        """Read what is in an entry's braces; return where it ends."""
        text, position = self.text, start.end()
        closing = ")" if start[2] == "(" else "}"
        if block.kind not in ("string", "preamble"):
            block.key, position = self._key(position, closing)
        if closing == "}" and start.end() - 1 not in self._ends:
            advice = "close every brace and quote that it opens"
            raise _SyntaxError(start.start(), "its braces do not close", advice)
        if block.kind == "preamble":
            _, position = self._value(position)
        while True:
            skipped = _SKIPPED.match(text, position)
            position = skipped.end() if skipped else position
            if text[position : position + 1] == closing:
                return position + 1
            name = _NAME.match(text, position)
            if not name:
                raise self._unexpected(position)
            parts, position = self._value(name.end())
            block.fields.append((name[1].lower(), parts, name.start()))
            blank = _BLANK.match(text, position)
            position = blank.end() if blank else position
            if text[position : position + 1] not in (",", closing):
                raise self._unexpected(position, after=name[1])

    def _key(self, start: int, closing: str) -> tuple[str, int]:
        """Read an entry's key; empty where its fields begin at once. Return it and where it ends."""
        match = _KEY[closing].match(self.text, start)
        if not match:
            return "", start
        key, following = match[1].strip(), self.text[match.end() : match.end() + 1]
        if following in (",", closing):
            return key, match.end()
        if following == "=" and len(words := key.split()) > 1:
            advice = f"put a comma behind {words[0]!r}"
            raise _SyntaxError(start, f"no comma follows its key {words[0]!r}", advice)
        return "", start

    def _unexpected(self, offset: int, after: str = "") -> _SyntaxError:
        if offset >= len(self.text):
            return _SyntaxError(offset - 1, "the file ends within it", "close every brace that it opens")
        sign = self.text[offset]
        if after:
            return _SyntaxError(
                offset, f"no comma follows the field {after}", f"put a comma before this {sign!r}"
            )
        return _SyntaxError(
            offset, f"{sign!r} stands where a field begins", "write name = {value} and a comma"
        )

    def _value(self, position: int) -> tuple[list[_Part], int]:
        """Read the parts of a value, joined by ``#``; return them and where they end."""
        parts = []
        while True:
            part, position = self._part(position)
            parts.append(part)
            blank = _BLANK.match(self.text, position)
            after = blank.end() if blank else position
            if self.text[after : after + 1] != "#":
                return parts, position
            blank = _BLANK.match(self.text, after + 1)
            position = blank.end() if blank else after + 1

    def _part(self, start: int) -> tuple[_Part, int]:
        sign = self.text[start : start + 1]
        if sign == "{" and start in self._ends:
            end = self._ends[start]
        elif sign == '"':
            end = self._closing_quote(start)
        elif word := _WORD.match(self.text, start):
            return _Part(word[0], bare=True), word.end()
        else:
            raise self._unexpected(min(start, len(self.text)))
        following = self._next_start(start)
        if following < end:
            line = self.position(following).line
            advice = "close every brace and quote that it opens"
            raise _SyntaxError(
                start, f"this value goes on to line {line}, where another entry begins", advice
            )
        return _Part(self.text[start + 1 : end], bare=False), end + 1

    def _closing_quote(self, start: int) -> int:
        position = start + 1
        while match := _QUOTE_OR_BRACE.search(self.text, position):
            if match[0] == '"':
                return match.start()
            if match[0] == "}" or match.start() not in self._ends:
                break
            position = self._ends[match.start()] + 1
        raise _SyntaxError(start, "this quote does not close", "close every brace and quote that it opens")


def _matching_braces(text: str) -> dict[int, int]:
    """Return where each brace closes. BibTeX counts every one, an escaped one too."""
    ends, stack = {}, []
    for match in re.finditer("[{}]", text):
        if match[0] == "{":
            stack.append(match.start())
        elif stack:
            ends[stack.pop()] = match.start()
    return ends


def _resolved(raw: list[_Raw], scanner: _Scanner) -> Iterator[Block]:
    """Yield blocks with strings in their places: as defined before, or else anywhere in the file."""
    all_strings: dict[str, list[_Part]] = {}
    for block in raw:
        if block.kind == "string":
            for name, parts, _ in block.fields:
                all_strings.setdefault(name, parts)
    strings: dict[str, str] = {}
    for name, parts in all_strings.items():  # those that others are defined by stand before them
        strings[name] = _joined(parts, strings, [])[:MAX_STRING]
    for block in raw:
        if block.kind != "preamble":
            fields = [_field(block, each, strings, scanner) for each in block.fields]
            if block.kind != "string":
                yield Block(block.kind, block.key, scanner.position(block.start).line, fields)


def _field(
    block: _Raw, written: tuple[str, list[_Part], int], strings: dict[str, str], scanner: _Scanner
) -> Field:
    """Return a field with strings in their places; that of an ``@string`` defines one from here on."""
    name, parts, offset = written
    unknown: list[str] = []
    value = _joined(parts, strings, unknown)
    if block.kind == "string":
        strings[name] = value[:MAX_STRING]
        if len(value) > MAX_STRING:
            message = f"the string {name!r} has more than {MAX_STRING} characters; it was cut there"
            scanner.fault(offset, message, "write the text where it belongs")
    for word in unknown:
        if not (name == "month" and month_of(word)):
            message = f"{block.key or '@' + block.kind}: no @string defines {word!r}; it stays as it is"
            advice = "put it in braces where it is the text itself"
            scanner.fault(offset, message, advice, warning=True)
    return Field(name, value.strip(), scanner.position(offset).line)


def _joined(parts: list[_Part], strings: Mapping[str, str], unknown: list[str]) -> str:
    values = []
    for part in parts:
        if part.bare and not part.text.isdecimal():
            name = part.text.lower()
            if name not in strings:
                unknown.append(part.text)
            values.append(strings.get(name, part.text))
        else:
            values.append(part.text)
    return "".join(values)
