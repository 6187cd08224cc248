"""Characters that content must not hold: finding, naming and replacing them.

Refused are characters that hide, reorder or break text, those that XML and HTML cannot hold, and stacks of
combining marks on one letter that would cover the lines around it.
"""

import html
import itertools
import re
import unicodedata

from offprint.diagnostics import Diagnostic, Position

_BEYOND_UNICODE = re.compile(r"&#(?:0*[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{6,});?")
MAX_MARKS = 8  # on one letter; Hebrew with vowels and cantillation has four
_MOST_NAMED = 20  # forbidden characters named in one file

# Tab and line feed are fine. Private-use characters have no meaning outside one font (text copied from PDFs
# has them), and markup.py uses them as placeholders, which content can therefore not forge.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U0001fffe\U0001ffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
# Letters that join: between two of these, a joiner or non-joiner is spelling (Persian, Sinhala, Hindi).
_JOINING = (
    "\u0620-\u065f\u066e-\u06d3\u06d5\u06fa-\u06ff\u0710-\u077f\u07ca-\u07f5\u0840-\u0858\u08a0-\u08ff"
    "\u0900-\u0dff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3\u1820-\u18aa\u1b00-\u1bf3"
    "\ua980-\ua9c0\ufb50-\ufdcf\ufe70-\ufefc"
)
_JOINER = "\u200c\u200d"
_FORBIDDEN = re.compile(
    f"[{_HIDDEN}]|(?<![{_JOINING}])[{_JOINER}]|[{_JOINER}](?![{_JOINING}])"
    f"|(?P<pile>(?<=[{_MARKS}]{{{MAX_MARKS}}})[{_MARKS}]+)"
)
_NAMES = {
    "\x00": "NUL", "\x07": "BELL", "\x08": "BACKSPACE", "\x0b": "VERTICAL TAB", "\x0c": "FORM FEED",
    "\r": "CARRIAGE RETURN", "\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE",
}  # fmt: skip


def without_forbidden(text: str, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the text with forbidden characters replaced by U+FFFD, and a fault that names each of them.

    Positions in the text do not change, so it can be read on. Line ends must be line feeds already.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text, []  # most files, and twenty times as fast
    faults = []
    for match in itertools.islice(_FORBIDDEN.finditer(text), _MOST_NAMED):
        start = text.rfind("\n", 0, match.start()) + 1
        line = text.count("\n", 0, match.start()) + 1
        message = f"{_describe(match)} is not allowed"
        advice = "delete it: it cannot be seen, or it changes how the text around it is shown"
        faults.append(Diagnostic(Position(path, line, match.start() - start + 1), message, advice))
    return (_FORBIDDEN.sub(lambda m: "\ufffd" * len(m[0]), text) if faults else text), faults


def script_pattern() -> str:
    """Return what no content may hold as a regular expression of ECMAScript, in ASCII, for its flag ``u``."""
    hidden, joining, joiner, marks = (
        "".join(c if c == "-" else f"\\u{{{ord(c):x}}}" for c in ranges)
        for ranges in (_HIDDEN, _JOINING, _JOINER, _MARKS)
    )
    joiners = f"(?<![{joining}])[{joiner}]|[{joiner}](?![{joining}])"
    return f"[{hidden}]|{joiners}|(?<=[{marks}]{{{MAX_MARKS}}})[{marks}]+"


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen: white space, or the Braille cell without dots."""
    return not text.replace("\u2800", "").strip()


def first_forbidden(text: str) -> str:
    """Describe the first forbidden character in a text; return "" where there is none."""
    match = _FORBIDDEN.search(text)
    return _describe(match) if match else ""


def _describe(match: re.Match[str]) -> str:
    """Return what a message calls a match of _FORBIDDEN."""
    pile = match["pile"]
    return f"a pile of more than {MAX_MARKS} combining marks" if pile else f"the character {_name(match[0])}"


def _name(character: str) -> str:
    """Return a character's code and name, such as ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    code = ord(character)
    private = "PRIVATE USE" if unicodedata.category(character) == "Co" else "NONCHARACTER"
    name = _NAMES.get(character) or unicodedata.name(character, "")
    return f"U+{code:04X} {name or ('CONTROL' if code < 0xA0 else private)}"


def unescape(text: str) -> str:
    """Return a text with HTML's character references resolved; a number beyond Unicode is U+FFFD.

    ``html.unescape()`` raises ValueError for a number of more than 4,300 digits.
    """
    return html.unescape(_BEYOND_UNICODE.sub("\ufffd", text))
