"""Conversion of Markdown and math to safe HTML: the only module that makes markup from content.

There are three functions: ``inline`` for titles (plain text with math), ``paragraphs`` for abstracts (plain
text with math, in paragraphs), and ``markdown`` for summaries and pages. Each returns a ``Text`` and the
faults in it.

Hostile text is held off in four ways: raw HTML is disabled in Markdown; the HTML passes a strict allow-list
(nh3); MathML passes an allow-list of its own; and texts that would take Python-Markdown minutes, which a few
kilobytes can do, are refused before it runs.

Math is written as ``$…$``, ``$$…$$``, ``\\(…\\)`` or ``\\[…\\]``. It is replaced by placeholders before
Markdown runs, and put back afterwards. As in Pandoc, no space may follow an opening $, and no space may
precede and no digit follow a closing one, so that "from $5 to $10" stays text; ``\\$`` is a dollar sign.
"""

import functools
import html
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from urllib.parse import quote

import markdown as python_markdown
import nh3
from markupsafe import Markup

from offprint.records.characters import first_forbidden, unescape
from offprint.records.language import math_text
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
_CODE_SPAN = re.compile(_CODE, re.DOTALL)
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
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = frozenset({"http", "https", "mailto"})
_RUN_OR_READ = frozenset({"javascript", "vbscript", "data", "file", "blob"})  # never an address for readers

# How often each character may occur: Python-Markdown's patterns backtrack over these. For each [ it reads on
# to the end of the text, so that 256 of them took a second.
_MARKERS = dict.fromkeys("<`*_>!\\&(", MAX_MARKERS) | {"[": MAX_BRACKETS}
_NESTING = re.compile(r"^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*){9}", re.MULTILINE)
_LATEX_TEXT = re.compile(r"\\([%&#_{}$])")
_BRACE = re.compile(r"(?<!\\)[{}]")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a(?: href="(?P<address>[^"]*)")?[^>]*>')
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_CODE_HTML = re.compile(r"<code>.*?</code>", re.DOTALL)
_HTML_TAG = re.compile(
    r"<(?:!--|/?(?:a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figure|font|h[1-6]|hr|i|iframe|img|ins|"
    r"kbd|li|mark|ol|p|pre|script|small|span|strike|strong|style|sub|sup|svg|table|td|th|tr|tt|u|ul|video)"
    r"(?:\s[^<>=]{0,50}=[^<>]{0,200})?\s?/?>)",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\][(\[]")
_MARKDOWN_LINK = re.compile(r"!?\[[^\]\n]{1,200}\]\([^()\s]{1,300}\)")
_TABLE_RULE = re.compile(r"^[ \t]*(?:\|[ \t]*:?-{2,}|:?-{2,}:?[ \t]*\|)", re.MULTILINE)
_ENTITY_NAME = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][0-9A-Za-z]{1,30});")
_ADDRESS = re.compile(r'(?<=<a href=")[^"]*')
_HEADING = re.compile(r"<(/?)h([1-6])>")
_OPEN, _CLOSE = "\ue000", "\ue001"  # content cannot hold these: characters.py refuses private use
_PLACEHOLDER = re.compile(f"{_OPEN}([0-9]{{1,4}}){_CLOSE}")
_IN_ADDRESS = "/:?#[]@!$()*+,;=%~"  # what RFC 3986 allows in addresses, except & and ', which HTML escapes
_ENTITY = re.compile(r"&(?:#[0-9]{1,20}|#[xX][0-9a-fA-F]{1,20}|[0-9A-Za-z]{1,40});?")
_INVISIBLE_OPERATORS = re.compile("[\u2061-\u2064]")  # MathML's own: function application and the like


class Fault(NamedTuple):
    """A fault in a text; ``offset`` is the index of the character where it begins."""

    offset: int
    message: str
    advice: str
    severity: Literal["error", "warning"] = "error"


def inline(source: str) -> tuple[Text, list[Fault]]:
    """Convert one line of plain text with math, such as a title."""
    faults = list(_markup_in_plain_text(source))
    return Text(source, Markup(_inline_html(source, faults)), in_words(source)), faults


def paragraphs(source: str) -> tuple[Text, list[Fault]]:
    """Convert plain text with math, such as an abstract. Empty lines separate paragraphs."""
    faults = list(_markup_in_plain_text(source))
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", source.strip()))
    paragraphs_html = "\n".join(f"<p>{_inline_html(part, faults)}</p>" for part in parts if part)
    return Text(source, Markup(paragraphs_html), " ".join(in_words(source).split())), faults


def in_words(source: str, form: math_text.Form = "unicode") -> str:
    """Return plain text with math, such as a title, without any markup: each formula as text of that form."""
    if "$" not in source and "\\" not in source:
        return source
    pieces, end = [], 0
    for match in _MATH_IN_TEXT.finditer(source):
        pieces += [_unescaped(source[end : match.start()]), _math(match, form).words]
        end = match.end()
    return "".join([*pieces, _unescaped(source[end:])])


def markdown(source: str, *, heading: int = 3, relative_links: bool = False) -> tuple[Text, list[Fault]]:
    """Convert Markdown with math; ``heading`` is the level of the highest headings on their page.

    Links go to http, https and mailto addresses, and with ``relative_links`` to other pages of the site, too.
    Those make sense only for a text that is shown on a single page.
    """
    faults = list(_limits(source))
    if faults:
        return _escaped(source), faults
    formulas: list[_Math] = []

    def take_out(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        formulas.append(_math(match, faults=faults))
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    def put_back(part: str) -> str:
        return _PLACEHOLDER.sub(
            lambda m: "".join(getattr(f, part) for f in formulas[int(m[1]) :][:1]), converted
        )

    converted = _converter().reset().convert(_MATH_IN_MARKDOWN.sub(take_out, source))
    offset, hidden = _hidden_by_entity(converted, source)
    unclean, converted = converted, _cleaner(relative_links).clean(converted)
    if "<a" in unclean or any(sign in source for sign in ("<", "![", "|")):
        prose = _CODE_SPAN.sub(lambda m: " " * len(m[0]), source)
        faults += _link_faults(prose, unclean, converted, formulas)
        faults += _unread_markdown(prose, unclean)
    converted = _ADDRESS.sub(lambda m: _address(m[0], formulas), converted)
    if hidden := hidden or first_forbidden(_PLACEHOLDER.sub("", converted)):
        advice = "delete it; where an entity's name is meant, write its & as &amp;"
        faults.append(Fault(offset, f"{hidden} is not allowed, nor what stands for it", advice))
        return _escaped(source), faults
    converted = _headings(converted, heading)
    plain = " ".join(unescape(_TAG.sub("", put_back("escaped_words"))).split())
    return Text(source, Markup(put_back("html")), source if plain == source else plain), faults


def _link_faults(prose: str, unclean: str, clean: str, formulas: Sequence["_Math"]) -> Iterator[Fault]:
    """Yield a fault for each link without an address in the clean HTML; ``prose`` is the source but code."""
    searched: dict[str, int] = {}  # where to look for the next link to an address
    for before, after in zip(_LINK.finditer(unclean), _LINK.finditer(clean), strict=False):
        address = _PLACEHOLDER.sub(
            lambda m: "".join(f.source for f in formulas[int(m[1]) :][:1]),
            unescape(before["address"] or ""),
        )
        whole = re.compile(rf"(?<![\w./-]){re.escape(address)}(?![\w/])" if address else r"\]\(\)")
        written = whole.search(prose, searched.get(address, 0))
        searched[address] = written.end() if written else 0
        offset = written.start() if written else max(0, prose.find("]("))
        if after["address"] is None or address.startswith("www."):
            yield _dropped_link(offset, address)


def _dropped_link(offset: int, address: str) -> Fault:
    """Return what is wrong with the address of a link; an error where it would run or embed something."""
    bare = re.sub(r"[\x00-\x20]", "", address)
    scheme = _SCHEME.match(bare)
    if scheme and scheme[1].casefold() in _RUN_OR_READ:
        advice = "link to a page, whose address begins with https://"
        return Fault(offset, f"a link to {scheme[0]} is not allowed", advice)
    advice = "write the whole address, as in https://example.org/paper"
    if not bare:
        return Fault(offset, "a link has no address", advice, "warning")
    if bare.startswith("www."):
        advice = f"write https://{bare}"
    elif scheme:
        advice = "addresses begin with https://, http:// or mailto:"
    return Fault(offset, f"the link to {address[:80]!r} leads nowhere", advice, "warning")


def _unread_markdown(prose: str, unclean: str) -> Iterator[Fault]:
    """Yield a warning for HTML, images and tables that Markdown leaves as text; not for those in code."""
    shown = unescape(_TAG.sub("", _CODE_HTML.sub("", unclean)))
    if tag := _HTML_TAG.search(shown):
        advice = "write *emphasis*, **strong**, and math for what is raised or lowered: $x^2$, CO$_2$"
        yield Fault(max(0, prose.find(tag[0])), f"HTML is shown as text: {tag[0][:60]}", advice, "warning")
    if image := _IMAGE.search(shown):
        advice = (
            "put it into content/images/ and its name into the field image, or link to it: [text](https://…)"
        )
        yield Fault(max(0, prose.find(image[0])), "an image is shown as text", advice, "warning")
    if rule := _TABLE_RULE.search(shown):
        advice = "put an empty line before it, and one line of hyphens below its head"
        yield Fault(max(0, prose.find(rule[0])), "a table is shown as text", advice, "warning")


def _markup_in_plain_text(source: str) -> Iterator[Fault]:
    """Yield a warning for HTML and Markdown in plain text, where they are shown as written."""
    if tag := "<" in source and _HTML_TAG.search(source):
        advice = "take it out; write math for what is raised or lowered: $x^2$, CO$_2$"
        yield Fault(tag.start(), f"HTML is shown as text: {tag[0][:60]}", advice, "warning")
    if entity := "&" in source and _ENTITY_NAME.search(source):
        sign = unescape(entity[0])
        if sign != entity[0] and not first_forbidden(sign):
            yield Fault(entity.start(), f"HTML is shown as text: {entity[0]}", f"write {sign}", "warning")
    if link := "](" in source and _MARKDOWN_LINK.search(source):
        advice = "this field is plain text; write the link in the summary or in links"
        yield Fault(link.start(), f"Markdown is shown as text: {link[0][:60]}", advice, "warning")
    if rule := "--" in source and _TABLE_RULE.search(source):
        advice = "this field is plain text; write the table in the summary, or as sentences"
        yield Fault(rule.start(), "a table is shown as text", advice, "warning")


def _address(address: str, formulas: Sequence["_Math"]) -> str:
    """Return a link's address with white space escaped, and placeholders replaced by their source."""
    address = _PLACEHOLDER.sub(
        lambda m: quote("".join(f.source for f in formulas[int(m[1]) :][:1]), safe=_IN_ADDRESS), address
    )
    return "%20".join(address.split())


def _escaped(source: str) -> Text:
    """Return a refused text as it was written."""
    return Text(source, Markup(html.escape(source)), source)


def _headings(converted: str, first: int) -> str:
    """Renumber headings so that they begin at level ``first`` and skip no level on the way down."""
    above: list[int] = []  # levels, as written, of the current heading and of those that it belongs under

    def level(match: re.Match[str]) -> str:
        if not match[1]:
            while above and above[-1] >= int(match[2]):
                above.pop()
            above.append(int(match[2]))
        return f"<{match[1]}h{min(6, first + len(above) - 1)}>"

    return _HEADING.sub(level, converted)


def _hidden_by_entity(converted: str, source: str) -> tuple[int, str]:
    """Return the offset and description of a forbidden character written as an entity, or (0, "")."""
    for entity in _ENTITY.findall(converted):
        # Python's unescape() drops control characters; a browser does not.
        meant = unescape(entity) or chr(int(entity[2:].strip("xX;"), 16 if entity[2] in "xX" else 10))
        if hidden := first_forbidden(meant):
            return max(0, source.find(entity)), hidden
    return 0, ""


def _inline_html(source: str, faults: list[Fault]) -> str:
    if "$" not in source and "\\" not in source:
        return html.escape(source)
    pieces, end = [], 0
    for match in _MATH_IN_TEXT.finditer(source):
        pieces.append(html.escape(_unescaped(source[end : match.start()])))
        pieces.append(_math(match, faults=faults).html)
        end = match.end()
    pieces.append(html.escape(_unescaped(source[end:])))
    return "".join(pieces)


def _unescaped(source: str) -> str:
    """Resolve LaTeX escapes outside math, such as ``\\%``, which are common in abstracts."""
    return _LATEX_TEXT.sub(r"\1", source)


class _Math(NamedTuple):
    """A formula, or an escaped dollar sign: as written, as safe HTML, and as plain text."""

    source: str
    html: str
    words: str

    @property
    def escaped_words(self) -> str:
        return html.escape(self.words)


def _math(match: re.Match[str], form: math_text.Form = "unicode", faults: list[Fault] | None = None) -> _Math:
    """Return the formula in each of its forms. One that cannot be read stays as it is; ``faults`` says so."""
    if match["escaped"]:
        return _Math("$", "$", "$")
    inline_math = match["inline"] or match["inline2"]
    latex = (inline_math or match["display"] or match["display2"] or "").strip()
    mathml = _mathml(latex, inline_math is None)
    if mathml is not None:
        return _Math(match[0], mathml, math_text.math_text(latex, form))
    if faults is not None:
        advice = "it stays as text; mend the LaTeX, or write \\$ for a dollar sign"
        faults.append(Fault(match.start(), "this math cannot be read", advice, "warning"))
    return _Math(match[0], f"<code>{html.escape(match[0])}</code>", match[0])


@functools.lru_cache(4096)
def _mathml(latex: str, display: bool) -> str | None:
    """Return LaTeX as sanitized MathML, or None where it does not parse or is too long."""
    braces = _BRACE.findall(latex)
    if not latex or len(latex) > MAX_MATH or len(braces) > MAX_BRACES or "\n\n" in latex:
        return None
    if braces.count("{") != braces.count("}"):
        return None
    from latex2mathml import converter  # noqa: PLC0415 - slow to import, and few edits need it

    try:
        mathml = converter.convert(latex, display="block" if display else "inline")
    except Exception:  # it raises a dozen kinds, IndexError and KeyError among them
        return None
    if "<mi>\\" in mathml or "<mo>\\" in mathml:  # unknown commands come out as text
        return None
    clean = _math_cleaner.clean(mathml)
    whole = clean.startswith("<math") and clean.count("<math") == 1 and clean.endswith("</math>")
    safe = whole and not first_forbidden(_INVISIBLE_OPERATORS.sub("", clean))
    return clean if safe else None


def _limits(source: str) -> list[Fault]:
    """Return a fault for text that would take Python-Markdown minutes or exceed its recursion limit."""
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
    """Return the Markdown converter, of which there is one: making it takes half as long as a text."""
    converter = python_markdown.Markdown(extensions=["sane_lists", "fenced_code", "tables"])
    converter.preprocessors.deregister("html_block")
    for pattern in ("html", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(pattern)
    return converter


@functools.cache
def _cleaner(relative_links: bool) -> nh3.Cleaner:
    """Return the allow-list of tags, attributes and URL schemes for HTML from Markdown."""
    return nh3.Cleaner(
        tags=_TEXT_TAGS,
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener",
        url_relative="pass_through" if relative_links else "deny",
    )
