"""The kinds of value that a field can have: how each is read and checked, and its JSON Schema.

A ``Kind`` joins a reader with the JSON Schema of what that accepts, so that the validator and the schema for
editors cannot drift apart. A reader takes a node and a list of faults. It returns the value, or adds a fault
to the list and returns None. Which record has which fields is defined in ``forms.py``.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from offprint.diagnostics import (
    MAX_FAULTS,
    Diagnostic,
    Position,
    Severity,
    TooManyFaultsError,
    nearest,
)
from offprint.records import identifiers, markup
from offprint.records.frontmatter import MAX_SCALAR, Mapping, Node, Scalar, Sequence
from offprint.records.language.synonyms import link_meant
from offprint.records.model import Link, PartialDate, Ref, Text
from offprint.records.slugs import MAX_LENGTH, SLUG, slug_fault

T = TypeVar("T")
Faults = list[Diagnostic]
Schema = dict[str, Any]

MAX_LINE = 1000
LINK_KINDS = (
    "blog", "code", "data", "demo", "discussion", "html", "model", "pdf", "poster", "project", "slides",
    "supplement", "video",
)  # fmt: skip

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_ROR = re.compile(r"(?:https://ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})")
IMAGE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.(png|jpe?g|webp)")
_URL_FORBIDDEN = re.compile(r"[\s\"<>\\^`{|}\x00-\x20]")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value: the function that reads it, and the JSON Schema of what that accepts."""

    read: Callable[[Node, Faults], T | None]
    schema: Schema


def fault(
    faults: Faults, place: Position, message: str, advice: str = "", severity: Severity = "error"
) -> None:
    """Add a fault to the list. Raises TooManyFaultsError where it has MAX_FAULTS already."""
    if len(faults) >= MAX_FAULTS:
        raise TooManyFaultsError(faults)
    faults.append(Diagnostic(place, message, advice, severity))


def scalar(node: Node, faults: Faults, what: str) -> Scalar | None:
    """Return the node if it is a single value; otherwise add a fault that ``what`` is expected."""
    if isinstance(node, Scalar):
        return node
    kind = "a list" if isinstance(node, Sequence) else "fields of its own"
    fault(faults, node.position, f"{what} is expected here, not {kind}")
    return None


def report(text_faults: list[markup.Fault], node: Scalar, faults: Faults) -> None:
    """Add the faults of a text as diagnostics at the position of its scalar."""
    for each in text_faults:
        fault(faults, node.position, each.message, each.advice, each.severity)


def _prose(node: Node, faults: Faults) -> Scalar | None:
    """Read a scalar of free text; one without quotes must not be cut off by a comment."""
    value = scalar(node, faults, "a text")
    if value and value.cut:
        advice = "put the text in quotes where the # belongs to it, else the comment on its own line"
        fault(faults, value.position, "a # after a space begins a comment and ends the text", advice)
    return value


def read_line(node: Node, faults: Faults) -> str | None:
    """Read a text on one line; each run of white space becomes one space."""
    return _one_line(_prose(node, faults), faults)


def read_setting(node: Node, faults: Faults) -> str | None:
    """Read a text on one line as ``read_line()`` does, but for a comment that may follow it."""
    return _one_line(scalar(node, faults, "a text"), faults)


def _one_line(value: Scalar | None, faults: Faults) -> str | None:
    if value and len(value.text) > MAX_LINE:
        fault(faults, value.position, f"a text on one line has at most {MAX_LINE} characters")
        return None
    return " ".join(value.text.split()) if value else None


def read_title(node: Node, faults: Faults) -> Text | None:
    """Read a title: one line with math."""
    value = _prose(node, faults)
    if not value:
        return None
    if len(value.text) > 500:
        fault(faults, value.position, "a title has at most 500 characters")
        return None
    text, text_faults = markup.inline(" ".join(value.text.split()))
    report(text_faults, value, faults)
    return text


def read_paragraphs(node: Node, faults: Faults) -> Text | None:
    """Read plain text with math, in paragraphs."""
    value = _prose(node, faults)
    if not value:
        return None
    text, text_faults = markup.paragraphs(value.text)
    report(text_faults, value, faults)
    return text


def read_markdown(node: Node, faults: Faults) -> Text | None:
    """Read Markdown with math."""
    value = _prose(node, faults)
    if not value:
        return None
    text, text_faults = markup.markdown(value.text)
    report(text_faults, value, faults)
    return text


def read_date(node: Node, faults: Faults) -> PartialDate | None:
    """Read a year, a month or a day in ISO form."""
    value = scalar(node, faults, "a date")
    if not value:
        return None
    match = _DATE.fullmatch(value.text)
    if not match:
        advice = "write YYYY, YYYY-MM or YYYY-MM-DD; leave the field out where the date is unknown"
        fault(faults, value.position, f"{_short(value.text)} is not a date", advice)
        return None
    date = PartialDate(*(int(part or 0) for part in match.groups()))
    try:
        if match[2] == "00" or match[3] == "00":
            raise ValueError("month and day count from 01")
        dt.date(date.year, date.month or 1, date.day or 1)
    except ValueError as error:
        fault(faults, value.position, f"{value.text} is not in the calendar: {error}")
        return None
    return date


def read_day(node: Node, faults: Faults) -> dt.date | None:
    """Read a day in ISO form."""
    before = len(faults)
    date = read_date(node, faults)
    if date and not date.whole:
        fault(faults, node.position, f"{date.iso} is not a whole day", "write YYYY-MM-DD")
    return date.whole if date and len(faults) == before else None


def read_number(node: Node, faults: Faults) -> int | None:
    """Read a count of up to nine digits."""
    value = scalar(node, faults, "a number")
    if not value:
        return None
    if not _NUMBER.fullmatch(value.text):
        fault(
            faults,
            value.position,
            f"{_short(value.text)} is not a count",
            "write up to nine digits, nothing else",
        )
        return None
    return int(value.text)


def read_place(node: Node, faults: Faults) -> int | None:
    """Read a place in an order, counted from 1."""
    number = read_number(node, faults)
    if number == 0:
        fault(faults, node.position, "places are counted from 1", "write 1 for the first")
        return None
    return number


def read_url(node: Node, faults: Faults) -> str | None:
    """Read an http or https URL."""
    value = scalar(node, faults, "an address")
    if not value:
        return None
    if problem := url_fault(value.text):
        advice = "write the whole address, as in https://example.org/paper"
        fault(faults, value.position, f"this is not a web address: {problem}", advice)
        return None
    return value.text


def read_file_url(node: Node, faults: Faults) -> str | None:
    """Read a pattern of addresses of files: ``{path}`` stands for the file, ``{branch}`` for the branch."""
    value = scalar(node, faults, "an address")
    if not value:
        return None
    advice = "write it as https://git.example.org/bees/edit/{branch}/{path}"
    if "{path}" not in value.text:
        fault(faults, value.position, "the address has no {path}, which stands for the file", advice)
        return None
    if problem := url_fault(value.text.replace("{branch}", "main").replace("{path}", "a.md")):
        fault(faults, value.position, f"this is not a web address: {problem}", advice)
        return None
    return value.text


def url_fault(url: str) -> str:
    """Return why a page must not link to a URL; "" where it may."""
    if bad := _URL_FORBIDDEN.search(url):
        return f"it holds {bad[0]!r}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https"):
        return "it does not begin with https:// or http://"
    if not host or not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host):
        return "it names no host"
    return "it holds a user name" if "@" in parts.netloc else ""


def read_arxiv(node: Node, faults: Faults) -> Ref | None:
    """Read an arXiv id, with or without its version."""
    value = scalar(node, faults, "an arXiv id")
    if not value:
        return None
    if not identifiers.ARXIV.fullmatch(value.text):
        number = identifiers.pasted(value.text).arxiv
        advice = f"write {number}" if number else "write it as 2512.05103 or hep-th/9901001"
        fault(faults, value.position, f"{_short(value.text)} is not an arXiv id", advice)
        return None
    return Ref(value.text, value.position)


def read_doi(node: Node, faults: Faults) -> Ref | None:
    """Read a DOI, beginning with ``10.``, without a resolver's address."""
    value = scalar(node, faults, "a DOI")
    if not value:
        return None
    if not identifiers.DOI.fullmatch(value.text):
        doi = identifiers.pasted(value.text).doi
        advice = f"write {doi}" if doi else "write it as 10.1000/xyz123, without https://"
        fault(faults, value.position, f"{_short(value.text)} is not a DOI", advice)
        return None
    return Ref(value.text, value.position)


def read_orcid(node: Node, faults: Faults) -> str | None:
    """Read an ORCID iD, with or without its address, and verify its check digit (ISO 7064 MOD 11-2)."""
    value = scalar(node, faults, "an ORCID iD")
    if not value:
        return None
    text = value.text.removeprefix("https://orcid.org/")
    if not _ORCID.fullmatch(text):
        advice = "write it as 0000-0002-1825-0097"
        fault(faults, value.position, f"{_short(value.text)} is not an ORCID iD", advice)
        return None
    total = 0
    for digit in text.replace("-", "")[:15]:
        total = (total + int(digit)) * 2
    if "0123456789X"[(12 - total % 11) % 11] != text[-1]:
        advice = "one of its digits is mistyped"
        fault(faults, value.position, f"the check digit of {text} is wrong", advice)
        return None
    return text


def read_ror(node: Node, faults: Faults) -> str | None:
    """Read a ROR id, with or without its address; return the address."""
    value = scalar(node, faults, "a ROR id")
    if not value:
        return None
    match = _ROR.fullmatch(value.text)
    if not match:
        advice = "write it as https://ror.org/05dxps055"
        fault(faults, value.position, f"{_short(value.text)} is not a ROR id", advice)
        return None
    return f"https://ror.org/{match[1]}"


def read_image(node: Node, faults: Faults) -> Ref | None:
    """Read the name of a file in ``content/images/``. Whether it exists is checked later."""
    value = scalar(node, faults, "a picture's name")
    if not value:
        return None
    if not IMAGE_NAME.fullmatch(value.text):
        advice = "write the name of a .png, .jpg or .webp file in content/images/, without the folder"
        fault(faults, value.position, f"{_short(value.text)} is not a picture's name", advice)
        return None
    return Ref(value.text, value.position)


def read_flag(node: Node, faults: Faults) -> bool | None:
    """Read ``true`` or ``false``."""
    value = scalar(node, faults, "true or false")
    if value and value.text not in ("true", "false"):
        fault(faults, value.position, f"{_short(value.text)} is neither true nor false")
        return None
    return value.text == "true" if value else None


def read_ref(node: Node, faults: Faults) -> Ref | None:
    """Read a name or slug, of a topic, organization or author. What it refers to is resolved later."""
    text = read_line(node, faults)
    if text is None:
        return None
    if not 0 < len(text) <= 200:
        fault(faults, node.position, "a name has between 1 and 200 characters")
        return None
    return Ref(text, node.position)


def read_slug(node: Node, faults: Faults) -> Ref | None:
    """Read a slug: one that a record had before, or another paper's."""
    value = scalar(node, faults, "a slug")
    if not value:
        return None
    if problem := slug_fault(value.text):
        fault(faults, value.position, *problem)
        return None
    return Ref(value.text, value.position)


def read_links(node: Node, faults: Faults) -> tuple[Link, ...] | None:
    """Read a mapping from kinds of link to URLs, in the order of the record."""
    if not isinstance(node, Mapping):
        advice = "write links: {code: https://…, project: https://…}"
        fault(faults, node.position, "links needs a kind for each address", advice)
        return None
    links = []
    for kind, (key, value) in node.entries.items():
        if kind not in LINK_KINDS:
            meant = link_meant(kind, LINK_KINDS)
            advice = f"it is called {meant!r} here" if meant else nearest(kind, LINK_KINDS)
            fault(faults, key.position, f"{_short(kind)} is not a kind of link", advice)
        elif url := read_url(value, faults):
            links.append(Link(kind, url))
    return tuple(links)


def many(item: Kind[T], example: str, most: int) -> Kind[tuple[T, ...]]:
    """Return the kind of a list of values of kind ``item``, at most ``most`` long."""

    def read(node: Node, faults: Faults) -> tuple[T, ...] | None:
        if not isinstance(node, Sequence):
            fault(faults, node.position, "this is a list", f"write it as {example}")
            return None
        if len(node.items) > most:
            fault(faults, node.items[most].position, f"a list has at most {most} items here")
        values = (item.read(each, faults) for each in node.items[:most])
        return tuple(value for value in values if value is not None)

    return Kind(read, {"type": "array", "items": item.schema, "maxItems": most})


def choice(*words: str) -> Kind[str]:
    """Return the kind of a value that is one of some words."""

    def read(node: Node, faults: Faults) -> str | None:
        value = scalar(node, faults, "a word")
        if value and value.text not in words:
            message = f"{_short(value.text)} is not known here"
            fault(faults, value.position, message, nearest(value.text, words))
            return None
        return value.text if value else None

    return Kind(read, {"enum": list(words)})


def _short(text: str) -> str:
    """Return a text in quotes for a message, cut to 60 characters."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


# What url_fault() accepts, as a pattern that JavaScript understands too; IPv6 addresses are left out.
_URL_PATTERN = r'^https?://[^\s\x00-\x20!-,/:-@\[-^`{-~]+(?::[0-9]{1,5})?(?:[/?#][^\s\x00-\x20"<>\\^`{|}]*)?$'
_TEXT: Schema = {"type": "string", "minLength": 1}
_SCALAR_TEXT: Schema = {"type": ["string", "number"]}

LINE = Kind(read_line, {**_TEXT, "maxLength": MAX_LINE})
SETTING = Kind(read_setting, LINE.schema)  # in a configuration, where comments are usual
TITLE = Kind(read_title, {**_TEXT, "maxLength": 500})
PARAGRAPHS = Kind(read_paragraphs, {**_TEXT, "maxLength": MAX_SCALAR})
MARKDOWN = Kind(read_markdown, {**_TEXT, "maxLength": markup.MAX_MARKDOWN})
NUMBERING = Kind(read_line, {**_SCALAR_TEXT, "maxLength": MAX_LINE})  # a volume, an issue, pages
DATE = Kind(read_date, {"type": ["string", "integer"], "pattern": f"^(?!0000)(?:{_DATE.pattern})$"})
DAY = Kind(read_day, {"type": "string", "pattern": "^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
NUMBER = Kind(read_number, {"type": "integer", "minimum": 0, "maximum": 999_999_999})
PLACE = Kind(read_place, {"type": "integer", "minimum": 1, "maximum": 999_999_999})
URL = Kind(read_url, {"type": "string", "format": "uri", "pattern": _URL_PATTERN})
FILE_URL = Kind(read_file_url, {"type": "string", "pattern": r"^https?://.*\{path\}"})
ARXIV = Kind(read_arxiv, {**_SCALAR_TEXT, "pattern": f"^(?:{identifiers.ARXIV_PATTERN})$"})
DOI = Kind(read_doi, {"type": "string", "pattern": f"^{identifiers.DOI_PATTERN}$"})
ORCID = Kind(read_orcid, {"type": "string", "pattern": f"^(?:https://orcid.org/)?{_ORCID.pattern}$"})
ROR = Kind(read_ror, {"type": "string", "pattern": f"^{_ROR.pattern}$"})
IMAGE = Kind(read_image, {"type": "string", "pattern": f"^{IMAGE_NAME.pattern}$"})
FLAG = Kind(read_flag, {"type": "boolean"})
REF = Kind(read_ref, {**_TEXT, "maxLength": 200})
SLUG_REF = Kind(read_slug, {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": MAX_LENGTH})
SLUGS = many(SLUG_REF, "[old-name, older-name]", 200)
REFS = many(REF, "[first, second]", 200)
LINKS = Kind(
    read_links,
    {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(LINK_KINDS, URL.schema),
    },
)
