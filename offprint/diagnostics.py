"""Faults in content: the diagnostics that every reader returns, the exceptions, and how a person reads them.

Functions that can find faults return ``(value, diagnostics)``; one ``ContentError`` is raised after all were
collected. Nothing here reads files: whoever prints a message passes in the source line that it quotes.
"""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
MAX_FAULTS = 200  # reported of one file; whoever made so many will fix these first
_MAX_MESSAGE = 400  # characters of one message, which may quote the content
MAX_ALIKE = 5  # warnings of one kind printed by a run
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[0-9][0-9,.-]*|(?<=: ).+")
SEVERITIES: tuple[Severity, ...] = ("error", "warning")


class Position(NamedTuple):
    """A place in a file of the project: its path as a person would type it, line and column from 1."""

    path: str
    line: int
    column: int


def where(position: Position) -> str:
    """Return a place as a message names it: path and line."""
    return f"{position.path}:{position.line}"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One fault: its position, a message, advice on what to do, and whether it stops the build."""

    position: Position
    message: str
    advice: str = ""
    severity: Severity = "error"


class ContentError(Exception):
    """Content has errors. ``diagnostics`` are all that were found, warnings included, sorted by position."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__(f"{count(self.diagnostics, 'error')} errors in content")


class CommandError(Exception):
    """A command cannot go on; the message says why and what to do. Nothing is published or overwritten."""


class TooManyFaultsError(Exception):
    """One file has more than MAX_FAULTS faults, and reading it stops. ``diagnostics`` are those found."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(f"more than {MAX_FAULTS} faults")


def count(diagnostics: Iterable[Diagnostic], severity: Severity) -> int:
    """Return how many of the diagnostics have this severity."""
    return sum(diagnostic.severity == severity for diagnostic in diagnostics)


def stop_on_errors(*groups: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return all warnings, sorted by position; raise ContentError if there is an error in any group."""
    diagnostics = tuple(sorted(diagnostic for group in groups for diagnostic in group))
    if count(diagnostics, "error"):
        raise ContentError(diagnostics)
    return diagnostics


def nearest(word: str, words: Iterable[str]) -> str:
    """Return advice that names the most similar valid word, or lists the first 12 where none is similar."""
    known = list(dict.fromkeys(words))
    close = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if not known:
        return "none is defined yet"
    shown = ", ".join(known[:12])
    return f"valid are: {shown}{', …' if len(known) > 12 else ''}"


def gather(diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[str]]:
    """Return the diagnostics to print, and a line for each kind of warning of which only the first few are.

    Warnings are of one kind when their messages are equal but for what they quote and count. Errors are all
    printed: each must be mended.
    """
    printed, left_out = [], Counter[str]()
    first: dict[str, str] = {}
    seen = Counter[str]()
    for each in diagnostics:
        kind = _QUOTED.sub("…", each.message)
        seen[kind] += each.severity == "warning"
        if seen[kind] <= MAX_ALIKE:
            printed.append(each)
            first.setdefault(kind, each.message)
        else:
            left_out[kind] += 1
    lines = [
        f"and {number:,} more warnings like: {_printable(first[kind])}"
        for kind, number in left_out.most_common()
    ]
    return printed, lines


def format_text(diagnostic: Diagnostic, line: str | None) -> str:
    """Return a diagnostic as a person reads it: position, message, the line with a caret, advice.

    ``line`` is the source line at the position, without its end; None where there is no such line.
    """
    place = diagnostic.position
    message = _printable(diagnostic.message)
    text = f"{_printable(place.path)}:{place.line}:{place.column}: {diagnostic.severity}: {message}"
    if line is not None:
        text += "\n" + excerpt(line, place.column)
    if diagnostic.advice:
        text += f"\n    {_printable(diagnostic.advice)}"
    return text


def _printable(text: str) -> str:
    """Return a text, which may quote a stranger's content, on one line, cut, and safe for a terminal."""
    cut = text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 1]}…"
    return "".join(map(_visible, cut))


def excerpt(line: str, column: int, width: int = 96) -> str:
    """Return the line with a caret under ``column`` (from 1), cut to about ``width`` characters around it."""
    start = max(0, column - 1 - width * 2 // 3)
    shown = "".join(map(_visible, line[start : start + width]))
    before = "".join(map(_visible, line[start : column - 1]))
    cut_left, cut_right = "…" if start else "", "…" if len(line) > start + width else ""
    pad = "".join(_blank(character) for character in cut_left + before)
    return f"    {cut_left}{shown}{cut_right}\n    {pad}^"


def _visible(character: str) -> str:
    """Return the character, or a stand-in for one that would move, hide or recolour a terminal's text."""
    if character == "\t":
        return " "
    return "�" if unicodedata.category(character)[0] == "C" else character


def _blank(character: str) -> str:
    """Return white space as wide as the character is on a terminal."""
    if unicodedata.combining(character):
        return ""
    return "\u3000" if unicodedata.east_asian_width(character) in "WF" else " "
