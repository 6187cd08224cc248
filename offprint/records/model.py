"""Records as frozen data: what the content files say, with references as they were written.

A record's ``position`` is where it begins in its file, and its ``digest`` a hash of the text that it was read
from. Nothing here reads or checks anything. References are resolved in ``archive/resolve.py``.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from markupsafe import Markup

from offprint.diagnostics import Position
from offprint.records.tokens import NO_TOKENS, TokenCounts

Status = Literal["published", "withdrawn", "retracted"]

_EMPTY = Markup()


class Text(NamedTuple):
    """A text in three forms: as written, as safe HTML (math as MathML), and as plain text without markup."""

    source: str = ""
    html: Markup = _EMPTY
    plain: str = ""

    def __bool__(self) -> bool:
        return bool(self.source)


NO_TEXT = Text()


class PartialDate(NamedTuple):
    """A date of publication, as far as it is known: a year, a month or a day. 0 stands for unknown."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """Return the date in ISO form: ``2026``, ``2026-06`` or ``2026-06-30``."""
        year, month, day = self
        return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}" if month else f"{year:04}"

    @property
    def whole(self) -> dt.date | None:
        """Return the calendar day, or None where the day is not known."""
        return dt.date(*self) if self.day else None


class Ref(NamedTuple):
    """A name or id as it is written in a record, and where."""

    text: str
    position: Position


class Link(NamedTuple):
    """A link from a paper to another site: its kind (``code``, ``project``, …) and the URL."""

    kind: str
    url: str


class Picture(NamedTuple):
    """A picture in ``content/images/``: its file name, and its width and height in pixels as it is shown.

    ``digest`` is the hash of the file's bytes.
    """

    name: str
    width: int
    height: int
    digest: bytes = b""


class AuthorRecord(NamedTuple):
    """One author or editor of one paper, as written.

    ``family`` is the family name as it is printed in the name, empty where the record does not say it; a
    ``group`` is a body, not a person.
    """

    name: Ref
    orcid: str = ""
    family: str = ""
    group: bool = False
    organizations: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A paper as a file describes it. ``tokens`` are the counted words of its title, summary and abstract.

    ``type``, ``volume``, ``issue``, ``pages``, ``publisher`` and ``editors`` have the meaning of CSL 1.0.2.
    ``rank`` is its place, from 1, among the papers that its source listed on that day.
    """

    slug: str
    position: Position
    title: Text
    date: PartialDate | None = None
    listed: dt.date | None = None
    authors: tuple[AuthorRecord, ...] = ()
    author_count: int = 0
    organizations: tuple[Ref, ...] = ()
    topics: tuple[Ref, ...] = ()
    type: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    editors: tuple[AuthorRecord, ...] = ()
    arxiv: Ref | None = None
    doi: Ref | None = None
    links: tuple[Link, ...] = ()
    image: Ref | None = None
    image_alt: str = ""
    upvotes: int | None = None
    comments: int | None = None
    rank: int | None = None
    status: Status = "published"
    notice: str = ""
    formerly: tuple[Ref, ...] = ()
    supersedes: Ref | None = None
    draft: bool = False
    abstract: Text = NO_TEXT
    summary: Text = NO_TEXT
    tokens: TokenCounts = NO_TOKENS
    digest: bytes = b""

    @property
    def has_notice(self) -> bool:
        """Whether readers are to be told something: a retraction, a withdrawal or a correction."""
        return self.status != "published" or bool(self.notice)


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A topic of the controlled vocabulary as a file describes it."""

    slug: str
    position: Position
    name: str
    description: Text = NO_TEXT
    parent: Ref | None = None
    aliases: tuple[Ref, ...] = ()
    formerly: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """A registered organization as a file describes it."""

    slug: str
    position: Position
    name: str
    handle: str = ""
    description: Text = NO_TEXT
    aliases: tuple[Ref, ...] = ()
    ror: str = ""
    url: str = ""
    logo: Ref | None = None
    formerly: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """A paper that is gone for good, as ``content/removed.yaml`` says: since when, and why."""

    slug: str
    position: Position
    reason: str
    day: dt.date | None = None
    formerly: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An author as a file describes them: ``name`` is the one they prefer, ``aliases`` what papers print."""

    slug: str
    position: Position
    name: str
    family: str = ""
    aliases: tuple[Ref, ...] = ()
    orcid: str = ""
    url: str = ""
    description: Text = NO_TEXT
    formerly: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One of the archive's own pages, such as ``about``."""

    slug: str
    position: Position
    title: str
    body: Text
    formerly: tuple[Ref, ...] = ()
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A newsletter service's form: the URL that it posts to, and the name of its e-mail field."""

    action: str
    field: str


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The archive's configuration, from ``content/site.yaml``. ``url`` ends with a slash.

    From ``min_papers`` papers on an author has a page, from ``feed_min_papers`` on what has no record a feed.
    ``own_pages`` are the slugs and titles of the archive's own pages, ``sections`` the kinds of list that
    hold anything, such as ``topics``; both are empty until references are resolved.
    """

    title: str
    url: str
    tagline: str = ""
    description: str = ""
    short_name: str = ""
    language: str = "en"
    repository: str = ""
    branch: str = "main"
    edit_url: str = ""
    subscribe: Subscription | None = None
    min_papers: int = 2
    feed_min_papers: int = 3
    page_size: int = 30
    cards: bool = False
    own_pages: tuple[tuple[str, str], ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """All records, in the order of their files; references are not resolved yet.

    ``broken`` are the slugs of topics whose files could not be read, ``drafts`` those of papers left out.
    ``facts_hash`` is a fingerprint of all content except the papers' texts and the positions of values in
    their files, ``lines_hash`` is one of those positions.
    """

    site: SiteConfig
    papers: tuple[PaperRecord, ...] = ()
    topics: tuple[TopicRecord, ...] = ()
    organizations: tuple[OrganizationRecord, ...] = ()
    authors: tuple[PersonRecord, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    removed: tuple[RemovedRecord, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    drafts: frozenset[str] = frozenset()
    facts_hash: bytes = b""
    lines_hash: bytes = b""

    def published(self) -> "Content":
        """Return the content without drafts, as it is published."""
        papers = tuple(paper for paper in self.papers if not paper.draft)
        return replace(self, papers=papers, drafts=frozenset(each.slug for each in self.papers if each.draft))


class Event(NamedTuple):
    """What a commit did to a record: the commit's moment (RFC 3339) and hash, and what.

    ``what`` is added, changed, renamed or removed; ``old`` the slug before a rename.
    """

    moment: str
    commit: str
    what: str
    old: str = ""

    @property
    def day(self) -> str:
        """Return the day, in ISO form."""
        return self.moment[:10]


class Removal(NamedTuple):
    """A record's file that is gone: its path, its title or name, when it went, and its former paths."""

    path: str
    title: str
    event: Event
    formerly: tuple[str, ...] = ()


class Changes(NamedTuple):
    """The days (ISO) on which a file was added and last changed, and its former paths, the oldest first.

    ``noticed`` is the day on which the status or notice of a paper last changed, empty where it has neither.
    ``events`` are what commits did, the newest first; of many, those in the middle are left out.
    """

    added: str
    changed: str
    formerly: tuple[str, ...] = ()
    noticed: str = ""
    events: tuple[Event, ...] = ()
