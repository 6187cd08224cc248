"""The words of the field, as frozen data: records (what files say) and what they resolve to.

A ``*Record`` holds references as they were written, each with its place. A ``Library`` holds what the
records mean: having one means that every reference in it resolves. Nothing here reads, checks or formats
for a page. A record's ``digest`` is of the text that it was read from.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from markupsafe import Markup

from offprint.diagnostics import Position
from offprint.records.tokens import NO_TOKENS, TokenCounts

Status = Literal["published", "withdrawn", "retracted"]

_NOTHING = Markup()


class Text(NamedTuple):
    """A text as it was written, as safe HTML (math as MathML), and as a reader sees it, without markup."""

    source: str = ""
    html: Markup = _NOTHING
    plain: str = ""

    def __bool__(self) -> bool:
        return bool(self.source)


NO_TEXT = Text()


class PartialDate(NamedTuple):
    """A date of publication as far as it is known: a year, a month or a day; 0 stands for unknown."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """``2026``, ``2026-06`` or ``2026-06-30``."""
        year, month, day = self
        return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}" if month else f"{year:04}"

    @property
    def whole(self) -> dt.date | None:
        """The calendar day, where the day is known."""
        return dt.date(*self) if self.day else None


class Ref(NamedTuple):
    """A name or id as a record wrote it, and where."""

    text: str
    position: Position


class Link(NamedTuple):
    """An outside address of a paper: its kind (``code``, ``project``, …) and the URL."""

    kind: str
    url: str


class Picture(NamedTuple):
    """A picture of ``content/images/``: its file's name, its width and height in pixels."""

    name: str
    width: int
    height: int


class AuthorRecord(NamedTuple):
    """One author of one paper, as written."""

    name: Ref
    orcid: str = ""
    organizations: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What a file says of one paper."""

    slug: str
    position: Position
    title: Text
    date: PartialDate | None = None
    listed: dt.date | None = None
    authors: tuple[AuthorRecord, ...] = ()
    author_count: int = 0
    organizations: tuple[Ref, ...] = ()
    topics: tuple[Ref, ...] = ()
    venue: str = ""
    arxiv: Ref | None = None
    doi: Ref | None = None
    links: tuple[Link, ...] = ()
    image: Ref | None = None
    image_alt: str = ""
    upvotes: int | None = None
    comments: int | None = None
    status: Status = "published"
    notice: str = ""
    abstract: Text = NO_TEXT
    summary: Text = NO_TEXT
    words: TokenCounts = NO_TOKENS
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What a file says of one topic of the vocabulary."""

    slug: str
    position: Position
    name: str
    description: Text = NO_TEXT
    parent: Ref | None = None
    aliases: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """What a file says of one registered organization."""

    slug: str
    position: Position
    name: str
    handle: str = ""
    description: Text = NO_TEXT
    aliases: tuple[Ref, ...] = ()
    ror: str = ""
    url: str = ""
    logo: Ref | None = None
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One of the archive's own pages."""

    slug: str
    position: Position
    title: str
    body: Text
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An e-mail service's form: where it posts to and the name of its address field."""

    action: str
    field: str


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The archive's configuration, from ``content/site.yaml``. ``url`` ends with a slash.

    ``own_pages`` are the slugs and titles of the archive's own pages, known once they are read.
    """

    title: str
    url: str
    tagline: str = ""
    description: str = ""
    short_name: str = ""
    language: str = "en"
    repository: str = ""
    branch: str = "main"
    subscribe: Subscription | None = None
    min_papers: int = 2
    page_size: int = 30
    cards: bool = False
    own_pages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the files say, in the files' order; references are still words.

    ``broken`` are the slugs of topics whose files could not be read; ``outline`` is a fingerprint of all this
    but the texts of papers and the lines that things stand on, and ``places`` is one of those.
    """

    site: SiteConfig
    papers: tuple[PaperRecord, ...] = ()
    topics: tuple[TopicRecord, ...] = ()
    organizations: tuple[OrganizationRecord, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    outline: bytes = b""
    places: bytes = b""


class Changes(NamedTuple):
    """The days (ISO) on which a file was added and last changed."""

    added: str
    changed: str
