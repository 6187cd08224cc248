"""What the records mean, as frozen data: papers, topics, organizations and authors, resolved.

Holding a ``Library`` means that every reference in it resolves. Nothing here reads, checks or formats for a
page.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from offprint.records.model import (
    NO_TEXT,
    Changes,
    PageRecord,
    PaperRecord,
    PartialDate,
    Picture,
    SiteConfig,
    Text,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A term of the vocabulary; ``parent`` is a slug or empty."""

    slug: str
    name: str
    description: Text = NO_TEXT
    parent: str = ""
    children: tuple[str, ...] = ()
    source: str = ""

    def __hash__(self) -> int:
        return hash(self.slug)


@dataclass(frozen=True, slots=True)
class Organization:
    """Who papers come from: registered, or known only by the name that records use."""

    slug: str
    name: str
    handle: str = ""
    description: Text = NO_TEXT
    ror: str = ""
    url: str = ""
    logo: Picture | None = None
    source: str = ""

    def __hash__(self) -> int:
        return hash(self.slug)


class Author(NamedTuple):
    """A person, unified over papers by ORCID or by name; ``name`` is the spelling used most."""

    slug: str
    name: str
    orcid: str = ""


class Authorship(NamedTuple):
    """An author of one paper: the person, the name as that paper prints it, and their organizations."""

    author: Author
    name: str
    organizations: tuple[Organization, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with everything resolved; ``record`` keeps what needed no resolving."""

    record: PaperRecord
    listed: dt.date | None
    authors: tuple[Authorship, ...]
    organizations: tuple[Organization, ...]
    topics: tuple[Topic, ...]
    picture: Picture | None = None

    @property
    def slug(self) -> str:
        """The permanent id."""
        return self.record.slug

    @property
    def date(self) -> PartialDate | None:
        """When it was published, as far as known."""
        return self.record.date

    @property
    def author_count(self) -> int:
        """How many authors it has, 0 where that is unknown."""
        return max(len(self.authors), self.record.author_count)


@dataclass(frozen=True, slots=True)
class Library:
    """What the content means. Papers stand newest first everywhere; lists by slug or date hold papers.

    ``daily`` and the periods are keyed by date, newest first: a ``datetime.date`` for ``daily``, a
    ``PartialDate`` of a year, a month or a day for ``periods``; ``undated`` holds the rest. ``history`` is
    by file; that and ``related`` are empty where nobody has looked.
    """

    site: SiteConfig
    papers: tuple[Paper, ...]
    topics: tuple[Topic, ...]
    organizations: tuple[Organization, ...]
    authors: tuple[Author, ...]
    pages: tuple[PageRecord, ...]
    by_topic: Mapping[str, tuple[Paper, ...]]
    by_organization: Mapping[str, tuple[Paper, ...]]
    by_author: Mapping[str, tuple[Paper, ...]]
    daily: Mapping[dt.date, tuple[Paper, ...]]
    periods: Mapping[PartialDate, tuple[Paper, ...]]
    undated: tuple[Paper, ...]
    related: Mapping[str, tuple["Related", ...]] = field(default_factory=dict)
    history: Mapping[str, Changes] = field(default_factory=dict)

    @property
    def newest_day(self) -> dt.date | None:
        """The day of the newest daily list."""
        return next(iter(self.daily), None)


class Related(NamedTuple):
    """A paper to read next and why: shared topics' names, then shared words."""

    paper: Paper
    reasons: tuple[str, ...]
