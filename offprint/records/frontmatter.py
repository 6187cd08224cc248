"""Parsing of YAML and front matter into nodes that know their position, safely.

A YAML loader would not do: loaders choose types themselves (``2406.10000`` loses its zeros, ``no`` becomes
False), discard positions and expand aliases without limit, and libyaml's crashes the process on deep nesting.
Here the *events* of libyaml are read one by one, and every scalar stays text until its field gives it a type.
Aliases, anchors, tags, second documents, duplicate keys and nesting deeper than MAX_DEPTH are refused.

What the fields mean is defined in ``forms.py``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from offprint.diagnostics import MAX_FAULTS, Diagnostic, Position, Severity
from offprint.records.characters import first_forbidden
from offprint.records.language.math_text import is_command

MAX_DEPTH = 5
MAX_SCALAR = 20_000
MAX_VALUES = 100_000  # in one file: about two thousand records; a value takes 6 µs and 300 bytes

# CSafeLoader's get_event() is libyaml's; the pure Python parser is the same where PyYAML lacks that.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_COMMENT_FOLLOWS = re.compile(r"[ \t]+#")
_DOUBTFUL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\([abefnrtvNLP][a-zA-Z]+|_[a-zA-Z])")


class Scalar(NamedTuple):
    """A single value, as text.

    ``plain`` is false for quoted and block scalars. ``cut`` is true where a comment follows a plain one: the
    text may have been meant to go on after the ``#``.
    """

    text: str
    position: Position
    plain: bool = True
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each with its own position, and their nodes, in the order of the file."""

    entries: dict[str, tuple[Scalar, "Node"]]
    position: Position


Node = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """The front matter and body of a Markdown record, and the line, from 1, where each begins in the file."""

    front: str
    front_line: int
    body: str
    body_line: int


class _RefusedError(Exception):
    """Parsing of this text stops, with the fault that stopped it."""

    def __init__(self, position: Position, message: str, advice: str = "") -> None:
        self.diagnostic = Diagnostic(position, message, advice)


def split(text: str, path: str) -> tuple[Document | None, list[Diagnostic]]:
    """Split a Markdown record at its two ``---`` lines; return None and a fault where one is missing."""
    opening = _FENCE.match(text)
    if not opening:
        return None, [
            Diagnostic(
                Position(path, 1, 1),
                "the file does not begin with front matter",
                "begin it with a line ---, then the fields, then a line --- again",
            )
        ]
    closing = _FENCE.search(text, opening.end())
    if not closing:
        return None, [
            Diagnostic(
                Position(path, 1, 1),
                "the front matter has no end",
                "close it with a line that holds --- alone, at its very beginning",
            )
        ]
    front = text[opening.end() + 1 : closing.start()]
    body_line = text.count("\n", 0, closing.end()) + 2
    return Document(front, 2, text[closing.end() + 1 :], body_line), []


def parse(
    text: str, path: str, line: int = 1, depth: int = MAX_DEPTH
) -> tuple[Node | None, list[Diagnostic]]:
    """Parse one YAML document; ``line`` is the line of the file on which ``text`` begins.

    Return the root node and the faults. The node is None for an empty document, and for one that is refused.
    """
    reader = _Reader(text, path, line, depth)
    try:
        return reader.document(), reader.faults
    except _RefusedError as refusal:
        return None, [*reader.faults, refusal.diagnostic]
    except yaml.MarkedYAMLError as error:
        too_deep = "maximum nesting depth" in (error.problem or "")
        fault = reader.too_deep() if too_deep else _syntax_fault(error, text, path, line)
        return None, [*reader.faults, fault]
    except (yaml.YAMLError, UnicodeError) as error:
        # ReaderError: a character that YAML forbids. The caller has reported it already.
        fault = Diagnostic(Position(path, line, 1), f"this cannot be read as YAML: {error}".splitlines()[0])
        return None, [*reader.faults, fault]


class _Reader:
    """A parser that turns the events of one text into nodes, and collects faults that need not stop it."""

    def __init__(self, text: str, path: str, line: int, depth: int) -> None:
        self._most = depth
        self.faults: list[Diagnostic] = []
        self._text, self._path, self._line = text, path, line
        self._values, self._has_comments = 0, "#" in text
        self._last: tuple[Any, int] | None = None
        self._next: Callable[[], Any] = _Parser(text).get_event  # events differ by kind; see pyyaml

    def document(self) -> Node | None:
        """Return the root node of the text, None where it is empty. Raises _RefusedError."""
        next_event = self._next
        next_event()  # the stream's start
        event = next_event()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        node = self._node(next_event(), 1)
        next_event()  # the document's end
        extra = next_event()
        if not isinstance(extra, yaml.StreamEndEvent):
            raise _RefusedError(self._place(extra), "a second document begins here", "keep one")
        return node

    def too_deep(self) -> Diagnostic:
        """Return the fault for deep nesting where libyaml, which reads ahead, refuses it before we do."""
        index = open_ = 0
        if self._last:
            event, depth = self._last
            index, open_ = event.end_mark.index, depth - isinstance(event, yaml.ScalarEvent)
        for bracket in _BRACKET.finditer(self._text, index):
            open_ += 1 if bracket[0] in "[{" else -1
            if open_ > self._most:
                index = bracket.start()
                break
        line = self._text.count("\n", 0, index)
        place = Position(self._path, self._line + line, index - self._text.rfind("\n", 0, index))
        return Diagnostic(place, f"nested more than {self._most} deep")

    def _node(self, event: Any, depth: int) -> Node:
        """Return the node that begins with ``event``, at ``depth`` levels of nesting, the root's being 1."""
        self._values += 1
        self._last = (event, depth)
        if self._values > MAX_VALUES:
            advice = "split the file"
            raise _RefusedError(self._place(event), f"more than {MAX_VALUES} values in one file", advice)
        if event.anchor is not None:
            if isinstance(event, yaml.AliasEvent):
                self._refuse(event, f"the alias *{event.anchor}", "* begins an alias")
            self._refuse(event, f"the anchor &{event.anchor}", "& begins an anchor")
        if event.tag is not None:
            self._refuse(event, f"the tag {event.tag}", "! begins a tag")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth > self._most:
            raise _RefusedError(self._place(event), f"nested more than {self._most} deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), self._place(start))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Scalar):
                raise _RefusedError(key.position, "a field's name is one word, not a list or more fields")
            if key.text == "<<":
                raise _RefusedError(key.position, "merge keys are not allowed", "write the fields out")
            if key.text in entries:
                first = entries[key.text][0].position.line
                self._fault(key.position, f"{key.text!r} stands twice", f"first on line {first}")
                continue
            entries[key.text] = (key, value)
        return Mapping(entries, self._place(start))

    def _scalar(self, event: Any) -> Scalar:
        place, text = self._place(event), event.value.replace("\r\n", "\n")  # as Windows' escapes have it
        if len(text) > MAX_SCALAR:
            raise _RefusedError(place, f"a text of more than {MAX_SCALAR} characters")
        plain = not event.style
        if event.style == '"':
            self._check_escapes(event, text, place)
        cut = plain and self._has_comments and bool(_COMMENT_FOLLOWS.match(self._text, event.end_mark.index))
        return Scalar(text, place, plain, cut)

    def _check_escapes(self, event: Any, text: str, place: Position) -> None:
        """Add a fault for escapes in double quotes that were hardly meant: \\tau begins with a tab."""
        source = self._text[event.start_mark.index : event.end_mark.index]
        if "\\" not in source:
            return
        if hidden := first_forbidden(text):
            self._fault(
                place,
                f"an escape in double quotes makes {hidden}",
                "use single quotes, where a backslash is a backslash",
            )
        elif doubtful := next((m for m in _DOUBTFUL_ESCAPE.finditer(source) if _is_tex(m[1])), None):
            self._fault(
                place,
                f"\\{doubtful[1][0]} in double quotes is an escape, not a backslash",
                "use single quotes, or double the backslash",
                "warning",
            )

    def _place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self._path, self._line + mark.line, mark.column + 1)

    def _fault(self, place: Position, message: str, advice: str = "", severity: Severity = "error") -> None:
        if len(self.faults) >= MAX_FAULTS:
            raise _RefusedError(place, f"more than {MAX_FAULTS} faults; mend those first")
        self.faults.append(Diagnostic(place, message, advice, severity))

    def _refuse(self, event: Any, what: str, cause: str) -> None:
        advice = f"{cause}; put the text in quotes where it is meant as text"
        raise _RefusedError(self._place(event), f"{what} is not allowed", advice)


def _is_tex(escaped: str) -> bool:
    """Return whether letters after a backslash are a command of LaTeX, such as ``\\nu``, and no line end."""
    return escaped[0] == "_" or is_command(escaped)


# What libyaml says, what that means to a person, and what to do.
_SYNTAX_FAULTS = (
    ("mapping values are not allowed", "a colon and a space where no field can begin",
     "a text that holds a colon and a space needs quotes around it; a field begins at the start of its line"),
    ("could not find expected ':'", "this line has no colon",
     "write it as name: value, or indent it as part of the line above"),
    ("cannot start any token", "a text cannot begin with this sign", "put quotes around the text"),
    ("did not find expected ',' or ']'", "a list is not closed, or lacks a comma",
     "close the list with ], with commas between its items"),
    ("did not find expected ',' or '}'", "a { is not closed, or a comma is missing",
     "close it with }, with commas between its fields"),
    ("unexpected end of stream", "quotes are not closed", "close the quotes"),
    ("hexdecimal", "a backslash in double quotes begins an escape, and this is none",
     "use single quotes, where a backslash is a backslash"),
    ("unknown escape character", "a backslash in double quotes begins an escape, and this is none",
     "use single quotes, where a backslash is a backslash"),
    ("did not find expected key", "this belongs to no field",
     "check the indentation, and quotes inside quotes"),
    ("did not find expected '-'", "the items of a list begin in different columns",
     "indent every item of the list alike"),
    ("did not find expected <document start>", "the fields have ended above this line",
     "delete the line ... or --- above it"),
    ("invalid Unicode character escape", "an escape in double quotes names no character",
     "use single quotes, where a backslash is a backslash"),
    ("did not find expected node content", "a value is missing",
     "delete the comma, or write a value before it"),
    ("did not find expected comment or line break", "a text after | or > begins on the next line",
     "move the text to the next line, and indent it"),
)  # fmt: skip


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, path: str, line: int) -> Diagnostic:
    """Return libyaml's error as a diagnostic, with advice, at the most likely position of the mistake."""
    problem = error.problem or ""
    unclosed = "unexpected end" in problem or "expected ',' or" in problem
    at_context = unclosed or "could not find expected ':'" in problem
    mark = (at_context and error.context_mark) or error.problem_mark
    place = Position(path, line + mark.line, mark.column + 1) if mark else Position(path, line, 1)
    if mark and (tab := _tab_before(text, mark)) is not None:
        where = Position(path, line + mark.line, tab + 1)
        return Diagnostic(
            where, "a tab stands here, and YAML is indented by spaces", "replace the tab with spaces"
        )
    for part, message, advice in _SYNTAX_FAULTS:
        if part in problem:
            return Diagnostic(place, message, advice)
    return Diagnostic(place, "this cannot be read as YAML", "compare the line with the example in the README")


def _tab_before(text: str, mark: Any) -> int | None:
    """Return the column (from 0) of a tab in the white space around a mark, None where there is none."""
    row = text.split("\n")[mark.line] if mark.line <= text.count("\n") else ""
    start = len(row[: mark.column].rstrip(" \t"))
    blank = re.match(r"[ \t]*", row[start:])
    return start + blank[0].index("\t") if blank and "\t" in blank[0] else None
