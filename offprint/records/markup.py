"""Markdown and math → safe HTML. The one place where text becomes markup.

Three roads: ``inline`` for titles (plain text with math), ``paragraphs`` for abstracts (the same, in
paragraphs), ``markdown`` for summaries and pages. Each gives a ``Text`` and the faults found in it.

What holds hostile text: raw HTML is not part of our Markdown; what Python-Markdown makes passes a strict
allow-list (nh3); MathML passes one of its own; and before either runs, the text is measured, since
Python-Markdown takes minutes for some inputs of a few kilobytes.

Math stands between ``$…$``, ``$$…$$``, ``\\(…\\)`` or ``\\[…\\]``. It is taken out before Markdown sees it
and put back after. As in Pandoc, an opening $ has no space after it, a closing $ none before it and no
digit behind it, so that "from $5 to $10" stays text; ``\\$`` is a dollar sign.
"""

import functools
import html
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple
from urllib.parse import quote

import markdown as python_markdown
import nh3
from markupsafe import Markup

from offprint.records.characters import first_forbidden
from offprint.records.model import Text

MAX_MARKDOWN = 8 * 1024
MAX_LINES = 1000
MAX_MARKERS = 256
MAX_BRACKETS = 100
MAX_MATH = 2000
MAX_BRACES = 400

_MATH = (
    r"\\(?P<escaped>\$)"
    r"|\$\$(?P<display>[^$]{1,2000})\$\$"
    r"|\\\[(?P<display2>.{1,2000}?)\\\]"
    r"|\\\((?P<inline2>.{1,2000}?)\\\)"
    r"|\$(?P<inline>(?!\s)(?:\\.|[^$\\]){1,2000}(?<!\s))\$(?!\d)"
)
_MATH_IN_TEXT = re.compile(_MATH, re.DOTALL)
_CODE = r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
_MATH_IN_MARKDOWN = re.compile(f"{_CODE}|{_MATH}", re.DOTALL)
_MATH_TAGS = frozenset(
    "math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover "
    "mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none".split()
)
_MATH_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "separator", "form", "minsize", "maxsize", "lspace",
    "rspace", "accent", "accentunder", "linethickness", "displaystyle", "scriptlevel", "width", "height",
    "depth", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines", "notation",
}  # fmt: skip
_math_cleaner = nh3.Cleaner(
    tags=set(_MATH_TAGS),
    attributes={"*": set(_MATH_ATTRIBUTES)},
    clean_content_tags={"script", "style"},
    link_rel=None,
)

_TEXT_TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "ul",
}  # fmt: skip
SCHEMES = frozenset({"http", "https", "mailto"})

# How often each may stand: what Python-Markdown's patterns backtrack over. For each [ it reads on to the end
# of the text, so that 256 of them took a second.
_MARKERS = dict.fromkeys("<`*_>!\\&(", MAX_MARKERS) | {"[": MAX_BRACKETS}
_NESTING = re.compile(r"^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*){9}", re.MULTILINE)
_LATEX_TEXT = re.compile(r"\\([%&#_{}$])")
_BRACE = re.compile(r"(?<!\\)[{}]")
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r'(?<=<a href=")[^"]*')
_HEADING = re.compile(r"<(/?)h([1-6])>")
_OPEN, _CLOSE = "\ue000", "\ue001"  # content cannot hold these: frontmatter.py refuses private use
_MARK = re.compile(f"{_OPEN}([0-9]{{1,4}}){_CLOSE}")
_IN_ADDRESS = "/:?#[]@!$()*+,;=%~"  # of what RFC 3986 has in addresses all but & and ', which HTML escapes
_ENTITY = re.compile(r"&(?:#[0-9]{1,20}|#[xX][0-9a-fA-F]{1,20}|[0-9A-Za-z]{1,40});?")
_INVISIBLE_OPERATORS = re.compile("[\u2061-\u2064]")  # MathML's own: function application and the like


class Fault(NamedTuple):
    """What is wrong in a text, at which character of it (from 0)."""

    offset: int
    message: str
    advice: str
    severity: Literal["error", "warning"] = "error"


def inline(source: str) -> tuple[Text, list[Fault]]:
    """One line of plain text with math, such as a title."""
    faults: list[Fault] = []
    return _text(source, _inline_html(source, faults)), faults


def paragraphs(source: str) -> tuple[Text, list[Fault]]:
    """Plain text with math, in paragraphs parted by empty lines, such as an abstract."""
    faults: list[Fault] = []
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", source.strip()))
    made = "\n".join(f"<p>{_inline_html(part, faults)}</p>" for part in parts if part)
    return _text(source, made), faults


def markdown(source: str, *, heading: int = 3, relative_links: bool = False) -> tuple[Text, list[Fault]]:
    """Markdown with math. ``heading`` is the level that the highest headings get on their page.

    Links go to http, https and mailto addresses; relative ones only where they are asked for, since only
    a page with a fixed place can have them.
    """
    faults = list(_limits(source))
    if faults:
        return _text(source, html.escape(source)), faults
    held: list[str] = []
    written: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        held.append("$" if match["escaped"] else _math_html(match, faults))
        written.append("$" if match["escaped"] else match[0])
        return f"{_OPEN}{len(held) - 1}{_CLOSE}"

    made = _converter().reset().convert(_MATH_IN_MARKDOWN.sub(hold, source))
    offset, hidden = _hidden_by_entity(made, source)
    made = _cleaner(relative_links).clean(made)
    made = _ADDRESS.sub(lambda m: _address(m[0], written), made)
    if hidden := hidden or first_forbidden(_MARK.sub("", made)):
        advice = "delete it; where an entity's name is meant, write its & as &amp;"
        faults.append(Fault(offset, f"{hidden} is not allowed, nor what stands for it", advice))
        return _text(source, html.escape(source)), faults
    made = _headings(made, heading)
    return _text(source, _MARK.sub(lambda m: "".join(held[int(m[1]) :][:1]), made)), faults


def _address(address: str, written: Sequence[str]) -> str:
    """A link's address without white space, and with what was taken for math in it as it was written."""
    address = _MARK.sub(lambda m: quote("".join(written[int(m[1]) :][:1]), safe=_IN_ADDRESS), address)
    return "%20".join(address.split())


def _text(source: str, made: str) -> Text:
    """A text with its HTML, and what is left of that without tags."""
    plain = " ".join(html.unescape(_TAG.sub("", made)).split())
    return Text(source, Markup(made), source if plain == source else plain)


def _headings(made: str, first: int) -> str:
    """Headings that begin at level ``first`` and go down one at a time, whatever levels the text skips."""
    above: list[int] = []  # the text's own levels of the heading at hand and of those it stands under

    def level(match: re.Match[str]) -> str:
        if not match[1]:
            while above and above[-1] >= int(match[2]):
                above.pop()
            above.append(int(match[2]))
        return f"<{match[1]}h{min(6, first + len(above) - 1)}>"

    return _HEADING.sub(level, made)


def _hidden_by_entity(made: str, source: str) -> tuple[int, str]:
    """What no content may hold and an entity such as ``&#x202e;`` brings in, and where it is written."""
    for entity in _ENTITY.findall(made):
        # Python's unescape() drops control characters; a browser does not.
        meant = html.unescape(entity) or chr(int(entity[2:].strip("xX;"), 16 if entity[2] in "xX" else 10))
        if hidden := first_forbidden(meant):
            return max(0, source.find(entity)), hidden
    return 0, ""


def _inline_html(source: str, faults: list[Fault]) -> str:
    if "$" not in source and "\\" not in source:
        return html.escape(source)
    parts, end = [], 0
    for match in _MATH_IN_TEXT.finditer(source):
        parts.append(_plain_html(source[end : match.start()]))
        parts.append("$" if match["escaped"] else _math_html(match, faults))
        end = match.end()
    parts.append(_plain_html(source[end:]))
    return "".join(parts)


def _plain_html(source: str) -> str:
    """Text outside math: LaTeX's escapes of % and the like, common in abstracts, read as meant."""
    return html.escape(_LATEX_TEXT.sub(r"\1", source))


def _math_html(match: re.Match[str], faults: list[Fault]) -> str:
    inline_math = match["inline"] or match["inline2"]
    latex = inline_math or match["display"] or match["display2"] or ""
    made = _mathml(latex.strip(), inline_math is None)
    if made is None:
        advice = "it stays as text; mend the LaTeX, or write \\$ for a dollar sign"
        faults.append(Fault(match.start(), "this math cannot be read", advice, "warning"))
        return f"<code>{html.escape(match[0])}</code>"
    return made


@functools.lru_cache(4096)
def _mathml(latex: str, display: bool) -> str | None:
    """LaTeX as sanitized MathML, or None where it does not parse."""
    braces = _BRACE.findall(latex)
    if not latex or len(latex) > MAX_MATH or len(braces) > MAX_BRACES or "\n\n" in latex:
        return None
    if braces.count("{") != braces.count("}"):
        return None
    from latex2mathml import converter  # noqa: PLC0415 - an eighth of all imports, which few edits need

    try:
        made = converter.convert(latex, display="block" if display else "inline")
    except Exception:  # it raises a dozen kinds, IndexError and KeyError among them
        return None
    if "<mi>\\" in made or "<mo>\\" in made:  # it passes a command that it does not know on as text
        return None
    clean = _math_cleaner.clean(made)
    whole = clean.startswith("<math") and clean.count("<math") == 1 and clean.endswith("</math>")
    safe = whole and not first_forbidden(_INVISIBLE_OPERATORS.sub("", clean))
    return clean if safe else None


def _limits(source: str) -> list[Fault]:
    """What Python-Markdown must not be given: shapes that take it minutes, or too deep for its recursion."""
    advice = "split or shorten the text"
    if len(source) > MAX_MARKDOWN:
        message = f"Markdown of more than {MAX_MARKDOWN} characters"
        return [Fault(MAX_MARKDOWN, message, advice)]
    if source.count("\n") >= MAX_LINES:
        return [Fault(0, f"Markdown of more than {MAX_LINES} lines", advice)]
    for marker, most in _MARKERS.items():
        if source.count(marker) > most:
            offset = [i for i, c in enumerate(source) if c == marker][most]
            return [Fault(offset, f"more than {most} times {marker!r} in one text", advice)]
    if nested := _NESTING.search(source):
        return [Fault(nested.start(), "more than 8 quote or list markers on one line", advice)]
    return []


@functools.cache
def _converter() -> python_markdown.Markdown:
    """One instance, reused: making one costs half of what a text does."""
    made = python_markdown.Markdown(extensions=["sane_lists", "fenced_code"])
    made.preprocessors.deregister("html_block")
    for pattern in ("html", "image_link", "image_reference", "short_image_ref"):
        made.inlinePatterns.deregister(pattern)
    return made


@functools.cache
def _cleaner(relative_links: bool) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TEXT_TAGS,
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener",
        url_relative="pass_through" if relative_links else "deny",
    )
