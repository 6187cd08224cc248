"""The archive as frozen data: papers, topics, organizations and authors that refer to each other.

Every reference in a ``Library`` is resolved. Nothing here reads, checks or formats anything.
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
    Removal,
    RemovedRecord,
    SiteConfig,
    Text,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A term of the controlled vocabulary.

    ``parent`` is a slug or empty, ``children`` are slugs in order, and ``source`` is the path of its file.
    Here and elsewhere ``formerly`` are former slugs, the oldest first.
    """

    slug: str
    name: str
    description: Text = NO_TEXT
    parent: str = ""
    children: tuple[str, ...] = ()
    source: str = ""
    formerly: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.slug)


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization that papers come from.

    ``source`` is the path of its file, empty where it is not registered and only papers name it.
    """

    slug: str
    name: str
    handle: str = ""
    description: Text = NO_TEXT
    ror: str = ""
    url: str = ""
    logo: Picture | None = None
    source: str = ""
    formerly: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.slug)


class Author(NamedTuple):
    """A person, identified across papers by record, ORCID iD or name.

    ``name`` is the one that their record prefers, else the most frequent spelling. ``source`` is the path of
    the record, empty without one.
    """

    slug: str
    name: str
    orcid: str = ""
    has_page: bool = True
    url: str = ""
    description: Text = NO_TEXT
    source: str = ""
    family: str = ""


class Authorship(NamedTuple):
    """An author of one paper: the person, their name as the paper spells it, and their organizations.

    ``family`` is the family name as the paper's record says it, or else the author's own if the name has it.
    ``group`` says that the author is a body.
    """

    author: Author
    name: str
    organizations: tuple[Organization, ...] = ()
    family: str = ""
    group: bool = False

    @property
    def shown(self) -> str:
        """The name that the person prefers where a record says it, else the paper's spelling."""
        return self.author.name if self.author.source else self.name


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with its references resolved.

    ``record`` has all other fields; ``listed`` is the day of the daily list that it is on, ``taken_in`` when
    the archive took it in: the day that it is listed, else the day that git knows, else the date; and
    ``renewed`` is that or the day of its notice, if later. ``versions`` are the slugs of all versions of its
    work, the newest first; empty where it is the only one.
    """

    record: PaperRecord
    listed: dt.date | None
    authors: tuple[Authorship, ...]
    organizations: tuple[Organization, ...]
    topics: tuple[Topic, ...]
    picture: Picture | None = None
    formerly: tuple[str, ...] = ()
    taken_in: dt.date | None = None
    renewed: dt.date | None = None
    versions: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Return the permanent id."""
        return self.record.slug

    @property
    def date(self) -> PartialDate | None:
        """Return the date of publication, as far as it is known."""
        return self.record.date

    @property
    def author_count(self) -> int:
        """Return the number of authors, 0 where it is unknown. A record may list only some of them."""
        return max(len(self.authors), self.record.author_count)

    @property
    def supersedes(self) -> str:
        """Return the slug of the version before it; empty for the first."""
        return next(iter(self.versions[self.versions.index(self.slug) + 1 :]), "") if self.versions else ""

    @property
    def superseded_by(self) -> str:
        """Return the slug of the version after it; empty for the newest."""
        place = self.versions.index(self.slug) if self.versions else 0
        return self.versions[place - 1] if place else ""


@dataclass(frozen=True, slots=True)
class Library:
    """The whole archive. Papers are sorted newest first everywhere, and those of a day the best first.

    ``by_topic``, ``by_organization``, ``by_author`` and ``related`` are keyed by slug, ``daily`` by day and
    ``periods`` by year, month and day of publication; the newest key comes first. ``undated`` papers are in
    no period. ``superseded`` are the papers that have a newer version: they have a page and are in exports,
    but in none of the above. ``history`` is keyed by a file's path. It, ``removals``
    (files that are gone) and ``related`` are empty until they are added.
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
    superseded: tuple[Paper, ...] = ()
    related: Mapping[str, tuple["Related", ...]] = field(default_factory=dict)
    history: Mapping[str, Changes] = field(default_factory=dict)
    removals: tuple[Removal, ...] = ()
    moved: tuple["Moved", ...] = ()
    namesakes: tuple["Namesakes", ...] = ()
    removed: tuple[RemovedRecord, ...] = ()

    @property
    def versions(self) -> tuple[Paper, ...]:
        """Return all papers that have a page: the listed ones, then those that have a newer version."""
        return self.papers + self.superseded  # the very same tuple where there is nothing to add

    def versions_by_slug(self) -> dict[str, Paper]:
        """Return the papers of works that have several versions, by slug."""
        return {paper.slug: paper for paper in self.versions if paper.versions}

    @property
    def people(self) -> Mapping[str, Author]:
        """Return the authors who have a page, by slug."""
        return {author.slug: author for author in self.authors}

    @property
    def newest_day(self) -> dt.date | None:
        """Return the day of the newest daily list, None where there is none."""
        return next(iter(self.daily), None)

    def family_of(self, author: Author) -> str:
        """Return an author's family name where their record or one of a paper says it, else an empty text."""
        if author.family:
            return author.family
        here = (each for paper in self.by_author[author.slug] for each in paper.authors)
        return next((each.family for each in here if each.author.slug == author.slug and each.family), "")

    def is_new(self, paper: Paper) -> bool:
        """Return whether a paper is of the newest day, unless all are, or it was taken back or superseded."""
        newest = self.newest_day
        stands = paper.record.status == "published" and not paper.superseded_by
        if newest is None or paper.listed != newest or not stands:
            return False
        return len(self.daily[newest]) < len(self.papers)


class Moved(NamedTuple):
    """A former address: the folder of its kind of record, the slug then, and the slug now.

    ``feed_slug`` is the slug in the id of the feed at the former address.
    """

    kind: str
    old: str
    new: str
    feed_slug: str


class Namesakes(NamedTuple):
    """A name that several people have: its slug, the name, and the slugs of the people."""

    slug: str
    name: str
    people: tuple[str, ...]


class Related(NamedTuple):
    """A related paper, and the reasons: names of authors and topics that two papers share, and words."""

    paper: Paper
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return all reasons, the strongest first."""
        return self.authors + self.topics + self.words
