"""What is wrong with content, where it stands, and what to do about it.

Nothing here reads files: the line that a message quotes is handed in by whoever prints it. Functions
that can find fault elsewhere in the package return ``(value, diagnostics)``; one ``ContentError`` is
raised once, after everything was collected.
"""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
MAX_FAULTS = 200  # told of one file; who has made so many mends those first
_MOST_SAID = 400  # characters of one message, which may quote the content
SEVERITIES: tuple[Severity, ...] = ("error", "warning")


class Position(NamedTuple):
    """A place in a file of the project: its path as a person would type it, line and column from 1."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One fault: where, what, what to do, and whether it stops the build."""

    position: Position
    message: str
    advice: str = ""
    severity: Severity = "error"


class ContentError(Exception):
    """Content has errors; carries every diagnostic found, warnings included, sorted by place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__(f"{count(self.diagnostics, 'error')} errors in content")


class CommandError(Exception):
    """A command cannot go on; the message says why and what to do. Nothing was published or overwritten."""


class TooManyFaultsError(Exception):
    """Reading of one file stops: it has more than MAX_FAULTS. Carries those found."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(f"more than {MAX_FAULTS} faults")


def count(diagnostics: Iterable[Diagnostic], severity: Severity) -> int:
    """How many of the diagnostics have this severity."""
    return sum(diagnostic.severity == severity for diagnostic in diagnostics)


def stop_on_errors(*groups: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Raise ContentError when any group holds an error; otherwise return all warnings, sorted."""
    diagnostics = tuple(sorted(diagnostic for group in groups for diagnostic in group))
    if count(diagnostics, "error"):
        raise ContentError(diagnostics)
    return diagnostics


def nearest(word: str, words: Iterable[str]) -> str:
    """Advice that names the most similar of the valid words, or lists them where none is near."""
    known = sorted(set(words))
    close = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if not known:
        return "none is defined yet"
    shown = ", ".join(known[:12])
    return f"valid are: {shown}{', …' if len(known) > 12 else ''}"


def format_text(diagnostic: Diagnostic, line: str | None) -> str:
    """The message as a person reads it: place, message, the line with a caret, advice.

    ``line`` is the source line that the position names, without its end, or None where there is none.
    """
    where = diagnostic.position
    said = _shown(diagnostic.message)
    text = f"{_shown(where.path)}:{where.line}:{where.column}: {diagnostic.severity}: {said}"
    if line is not None:
        text += "\n" + excerpt(line, where.column)
    if diagnostic.advice:
        text += f"\n    {_shown(diagnostic.advice)}"
    return text


def _shown(text: str) -> str:
    """What a message says, parts of it a stranger's: on one line, not too long, all of it visible."""
    cut = text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID - 1]}…"
    return "".join(map(_visible, cut))


def excerpt(line: str, column: int, width: int = 96) -> str:
    """The line and a caret under ``column`` (from 1), cut to about ``width`` characters around it."""
    start = max(0, column - 1 - width * 2 // 3)
    shown = "".join(map(_visible, line[start : start + width]))
    before = "".join(map(_visible, line[start : column - 1]))
    cut_left, cut_right = "…" if start else "", "…" if len(line) > start + width else ""
    pad = "".join(_blank(character) for character in cut_left + before)
    return f"    {cut_left}{shown}{cut_right}\n    {pad}^"


def _visible(character: str) -> str:
    """The character itself, or a stand-in where it would move, hide or recolour what a terminal shows."""
    if character == "\t":
        return " "
    return "�" if unicodedata.category(character)[0] == "C" else character


def _blank(character: str) -> str:
    """White space as wide as the character is on a terminal."""
    if unicodedata.combining(character):
        return ""
    return "\u3000" if unicodedata.east_asian_width(character) in "WF" else " "
