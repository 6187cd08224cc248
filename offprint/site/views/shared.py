"""What templates see, and the parts that many pages share: heads, cards, steps, counts.

Views are plain frozen data: a page's bytes follow from its view and its templates alone. Paths in views
start at the site's root; a template puts ``~/`` before them.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from offprint.archive.model import Organization, Paper, Topic
from offprint.archive.trends import years_of
from offprint.records.model import Link, PartialDate, Picture, SiteConfig
from offprint.site import routes
from offprint.site.messages import Messages

CARD_SIZE = 1200, 630  # pixels of a social card: what Open Graph asks for
LEAD = 260  # characters of a paper's text that a card shows
_NAMES_SHOWN = 4
_COUNTS_SHOWN = 12
_COUNTED_FROM = 3  # papers of a list; many lists of a large archive are shorter
_YEARS_SHOWN = 25
_T = TypeVar("_T")


class LinkTo(NamedTuple):
    """A name that links to a page of the archive, or to none where ``path`` is empty."""

    name: str
    path: str = ""
    note: str = ""


class LinkCount(NamedTuple):
    """A name, where it leads, and how many papers there are."""

    name: str
    path: str
    papers: int


class Facet(NamedTuple):
    """A heading and what is counted under it; ``more`` leads to the whole of it."""

    heading: str
    counts: tuple[LinkCount, ...]


class Bar(NamedTuple):
    """A year in a timeline; ``share`` is its papers in percent of the fullest year's."""

    name: str
    path: str
    papers: int
    share: int


class Timeline(NamedTuple):
    """The years of some papers, the newest first; ``earlier`` counts papers of years left out."""

    bars: tuple[Bar, ...]
    earlier: int = 0


class Steps(NamedTuple):
    """The neighbours of a page in some order; None at an end."""

    back: LinkTo | None = None
    forward: LinkTo | None = None


NO_STEPS = Steps()
NO_TIMELINE = Timeline(())
NO_MARKUP = Markup()


class Image(NamedTuple):
    """A picture on the site: its path, its size in pixels, what it shows in words."""

    path: str
    width: int
    height: int
    alt: str


def shown(picture: Picture, alt: str = "") -> Image:
    """A record's picture; without words where what it shows stands beside it."""
    return Image(routes.image(picture.name), picture.width, picture.height, alt)


@dataclass(frozen=True, slots=True)
class Head:
    """What every page has: where it is, what it is called, which part of the archive it belongs to."""

    site: SiteConfig
    path: str
    title: str
    description: str = ""
    section: str = ""
    feed: str = ""
    feed_title: str = ""
    indexed: bool = True
    image: Image | None = None

    @property
    def canonical(self) -> str:
        """The page's address on the web."""
        return self.site.url + ("" if self.path == routes.INDEX else self.path)

    @property
    def top(self) -> bool:
        """Whether the page stands at the site's root, among the few that lead to all others."""
        return "/" not in self.path

    @property
    def shared(self) -> bool:
        """Whether people send each other links to it: then it says what such a link shows."""
        return self.top or self.section == "papers"


def site_card(site: SiteConfig) -> Image:
    """The social card of pages that have none of their own."""
    return Image(routes.CARD, *CARD_SIZE, site.title)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as a machine and as a person reads it; ``path`` leads to its period."""

    iso: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A paper in a list."""

    slug: str
    path: str
    title: Markup
    lead: str
    who: str
    organizations: tuple[LinkTo, ...]
    date: Date | None
    topics: tuple[LinkTo, ...]
    links: tuple[Link, ...]
    upvotes: int | None
    comments: int | None
    status: str
    new: bool


class Pager(NamedTuple):
    """Which page of how many, and the pages to offer; a path is empty for a gap and the current one."""

    number: int
    total: int
    pages: tuple[LinkTo, ...]
    steps: Steps


def make_card(paper: Paper, newest_day: dt.date | None, messages: Messages) -> Card:
    """A paper's card; it is new where it stands in the newest daily list."""
    record = paper.record
    return Card(
        slug=paper.slug,
        path=routes.paper(paper.slug),
        title=record.title.html,
        lead=shorten(record.summary.plain or record.abstract.plain, LEAD),
        who=who(paper, messages),
        organizations=organizations_of(paper),
        date=date_of(paper.date, messages),
        topics=topics_of(paper),
        links=record.links,
        upvotes=record.upvotes,
        comments=record.comments,
        status=record.status,
        new=paper.listed is not None and paper.listed == newest_day,
    )


def shorten(text: str, length: int) -> str:
    """The start of a text, cut between words."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:.– ") + "\u00a0…"


def who(paper: Paper, messages: Messages) -> str:
    """The authors in a line: ``A, B, C and 4 more``, or ``31 authors`` where no name is known."""
    shown, count = named_of(paper), paper.author_count
    if not shown:
        return messages.count(count, "authors_count") if count else ""
    line = ", ".join(shown)
    rest = count - len(shown)
    return messages("and_more", names=line, count=rest) if rest else line


def named_of(paper: Paper) -> list[str]:
    """The authors whose names a line shows."""
    names = [each.name for each in paper.authors]
    return names if len(names) <= _NAMES_SHOWN else names[: _NAMES_SHOWN - 1]


def organizations_of(paper: Paper) -> tuple[LinkTo, ...]:
    """Links to a paper's organizations, their handles as notes."""
    return tuple(LinkTo(o.name, routes.organization(o.slug), o.handle) for o in paper.organizations)


def topics_of(paper: Paper) -> tuple[LinkTo, ...]:
    """Links to a paper's topics."""
    return tuple(LinkTo(topic.name, routes.topic(topic.slug)) for topic in paper.topics)


def date_of(date: PartialDate | None, messages: Messages) -> Date | None:
    """A date to show, with its period's page."""
    return Date(date.iso, messages.date(date), routes.period(date)) if date else None


def pages_of(count: int, size: int) -> int:
    """How many pages a list of ``count`` takes; an empty list takes one."""
    return max(1, -(-count // size))


def part(items: Sequence[_T], number: int, size: int) -> Sequence[_T]:
    """What page ``number`` (from 1) of a list holds."""
    return items[(number - 1) * size : number * size]


def pager(path: str, number: int, total: int, messages: Messages) -> Pager | None:
    """The pages around ``number`` and the two ends; None where there is one page."""
    if total == 1:
        return None
    near = sorted({1, total, *range(max(1, number - 2), min(total, number + 2) + 1)})
    pages: list[LinkTo] = []
    for before, each in zip([0, *near], near, strict=False):
        if each > before + 1:
            pages.append(LinkTo("…"))
        pages.append(LinkTo(str(each), "" if each == number else routes.numbered(path, each)))

    def step(to: int, name: str) -> LinkTo | None:
        return LinkTo(name, routes.numbered(path, to)) if 1 <= to <= total else None

    return Pager(
        number,
        total,
        tuple(pages),
        Steps(step(number - 1, messages("newer")), step(number + 1, messages("older"))),
    )


def steps(items: Sequence[_T], index: int, link: Callable[[_T], LinkTo]) -> Steps:
    """The neighbours of an item in a list that goes from newest to oldest: back is the older one."""
    older = link(items[index + 1]) if index + 1 < len(items) else None
    newer = link(items[index - 1]) if index else None
    return Steps(older, newer)


def count_topics(papers: Sequence[Paper], messages: Messages, without: str = "") -> Facet:
    """The topics of some papers, the most frequent first; of so few that a look tells, none."""
    if len(papers) < _COUNTED_FROM:
        return Facet("", ())
    found = [each for paper in papers for each in paper.topics if each.slug != without]
    return Facet(messages("topics"), _counted(found, routes.topic))


def count_organizations(papers: Sequence[Paper], messages: Messages, without: str = "") -> Facet:
    """The organizations of some papers, likewise."""
    if len(papers) < _COUNTED_FROM:
        return Facet("", ())
    found = [each for paper in papers for each in paper.organizations if each.slug != without]
    return Facet(messages("organizations"), _counted(found, routes.organization))


def _counted(found: Sequence[Topic | Organization], path_of: Callable[[str], str]) -> tuple[LinkCount, ...]:
    """The most frequent of some terms, each with its page and how often it stands there."""
    names = {each.slug: each.name for each in found}
    counts = Counter(each.slug for each in found)
    largest = sorted(counts.items(), key=lambda each: (-each[1], names[each[0]].casefold(), each[0]))
    return tuple(LinkCount(names[slug], path_of(slug), number) for slug, number in largest[:_COUNTS_SHOWN])


def timeline(papers: Sequence[Paper], path: str) -> Timeline:
    """The years of the papers of the list at ``path``, which each bar leads to, filtered by its year."""
    counts = years_of(papers)
    if len(papers) < _COUNTED_FROM or not counts:
        return NO_TIMELINE
    newest, oldest = max(counts), min(counts)
    # Years without papers are part of the picture, but not where a stray date would make them a thousand.
    years = list(range(newest, oldest - 1, -1)) if newest - oldest < _YEARS_SHOWN else list(counts)
    shown, most = years[:_YEARS_SHOWN], max(counts.values())
    bars = tuple(
        Bar(
            str(year),
            f"{path}?year={year:04}" if counts[year] else "",
            counts[year],
            -(-100 * counts[year] // most),
        )
        for year in shown
    )
    return Timeline(bars, sum(counts[year] for year in years[_YEARS_SHOWN:]))
