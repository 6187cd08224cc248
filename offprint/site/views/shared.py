"""Data that many pages share: heads, cards, pagers, neighbours, counts.

Views are plain frozen data: a page's bytes follow from its view and its templates alone. Paths in views
start at the site's root; a template puts ``~/`` before them.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from offprint.archive.model import Organization, Paper, Topic
from offprint.archive.trends import years_of
from offprint.records.model import Link, PartialDate, Picture, SiteConfig, Text
from offprint.site import routes
from offprint.site.messages import Messages

CARD_SIZE = 1200, 630  # pixels of a social card: what Open Graph asks for
_IN_TEX = frozenset("\\^_{}")  # one of these tells that plain characters could not say all of a formula
LEAD = 260  # characters of a paper's text that a card shows
_NAMES_SHOWN = 4
_COUNTS_SHOWN = 12
_COUNTED_FROM = 3  # papers; shorter lists, of which a large archive has many, get no counts
_YEARS_SHOWN = 25
_T = TypeVar("_T")


class LinkTo(NamedTuple):
    """A name that links to a page of the archive, or to none where ``path`` is empty."""

    name: str
    path: str = ""
    note: str = ""


class LinkCount(NamedTuple):
    """A name, where it leads, and a number of papers."""

    name: str
    path: str
    papers: int


class Facet(NamedTuple):
    """A heading, and the terms that are counted under it."""

    heading: str
    counts: tuple[LinkCount, ...]


class Bar(NamedTuple):
    """A year in a timeline; ``share`` is its papers in percent of the fullest year's."""

    name: str
    path: str
    papers: int
    share: int


class Timeline(NamedTuple):
    """The years of some papers, the newest first; ``earlier`` counts the papers of years left out."""

    bars: tuple[Bar, ...]
    earlier: int = 0


class Steps(NamedTuple):
    """The previous (older) and next (newer) page in some order; None at an end."""

    back: LinkTo | None = None
    forward: LinkTo | None = None


NO_STEPS = Steps()
NO_TIMELINE = Timeline(())
NO_MARKUP = Markup()


class Image(NamedTuple):
    """A picture on the site: its path, its size in pixels, its text alternative."""

    path: str
    width: int
    height: int
    alt: str


def make_image(picture: Picture, alt: str = "") -> Image:
    """Return a record's picture; ``alt`` is empty where text next to it says what it shows."""
    return Image(routes.image(picture.name), picture.width, picture.height, alt)


@dataclass(frozen=True, slots=True)
class Head:
    """What every page has: its path, its title, its section of the site, its feed."""

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
        """Whether people send each other links to it, so that it says what such a link shows."""
        return self.top or self.section == "papers"


def site_card(site: SiteConfig) -> Image:
    """Return the social card of pages that have none of their own."""
    return Image(routes.CARD, *CARD_SIZE, site.title)


@dataclass(frozen=True, slots=True)
class Date:
    """A date for machines (ISO 8601) and for people; ``path`` leads to its period."""

    iso: str
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A paper in a list; ``in_words`` is its title as text where the title has math, else empty.

    ``rtl`` says that the title has letters that run from right to left.
    """

    slug: str
    path: str
    title: Markup
    in_words: str
    lead: str
    who: str
    organizations: tuple[LinkTo, ...]
    date: Date | None
    topics: tuple[LinkTo, ...]
    links: tuple[Link, ...]
    upvotes: int | None
    comments: int | None
    draft: bool
    status: str
    new: bool
    rtl: bool = False
    image: Image | None = None


class Pager(NamedTuple):
    """A page's number, how many there are, and the pages to offer.

    Of these, a path is empty for a gap and for the current page.
    """

    number: int
    total: int
    pages: tuple[LinkTo, ...]
    steps: Steps


def make_card(paper: Paper, messages: Messages, *, new: bool) -> Card:
    """Return a paper's card; ``new`` says whether it is marked so."""
    record = paper.record
    return Card(
        slug=paper.slug,
        path=routes.paper(paper.slug),
        title=record.title.html,
        in_words=record.title.plain if "<math" in record.title.html else "",
        lead=shorten(record.summary.plain or record.abstract.plain, LEAD),
        who=authors_line(paper, messages),
        organizations=organizations_of(paper),
        date=date_of(paper.date, messages),
        topics=topics_of(paper),
        links=record.links,
        upvotes=record.upvotes,
        comments=record.comments,
        status=record.status,
        draft=record.draft,
        new=new,
        rtl=is_rtl(record.title.plain),
        image=make_image(paper.picture, record.image_alt) if paper.picture else None,
    )


def is_rtl(text: str) -> bool:
    """Return whether a text has letters of a script that runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(each) in ("R", "AL") for each in text)


def without_marks(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return the same cards, none of them marked as new."""
    return tuple(replace(card, new=False) if card.new else card for card in cards)


def notice_key(status: str) -> str:
    """Return the key of the message that heads a notice; a published paper's is a correction."""
    return "paper_corrected" if status == "published" else f"paper_gone_{status}"


def shorten(text: str, length: int) -> str:
    """Return the start of a text, cut between words to about ``length`` characters."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:.– ") + "\u00a0…"


def authors_line(paper: Paper, messages: Messages) -> str:
    """Return the authors in a line: ``A, B, C and 4 more``, or ``31 authors`` without a name."""
    names, count = shown_names(paper), paper.author_count
    if not names:
        return messages.count(count, "authors_count") if count else ""
    line = ", ".join(names)
    rest = count - len(names)
    return messages("and_more", names=line, count=rest) if rest else line


def shown_names(paper: Paper) -> list[str]:
    """Return the names of the authors that a line shows."""
    names = [each.shown for each in paper.authors]
    return names if len(names) <= _NAMES_SHOWN else names[: _NAMES_SHOWN - 1]


def organizations_of(paper: Paper) -> tuple[LinkTo, ...]:
    """Return links to a paper's organizations, with handles as notes."""
    return tuple(LinkTo(o.name, routes.organization(o.slug), o.handle) for o in paper.organizations)


def topics_of(paper: Paper) -> tuple[LinkTo, ...]:
    """Return links to a paper's topics."""
    return tuple(LinkTo(topic.name, routes.topic(topic.slug)) for topic in paper.topics)


def date_of(date: PartialDate | None, messages: Messages) -> Date | None:
    """Return a date with a link to its period's page; None for None."""
    return Date(date.iso, messages.date(date), routes.period(date)) if date else None


def link_title(title: Text) -> str:
    """Return a title as a link among others shows it: its math in plain characters where these say the same.

    MathML takes several hundred bytes a formula, which a page with the titles of seven others would repeat.
    """
    plain = "<math" not in title.html or _IN_TEX.isdisjoint(title.plain)
    return title.plain if plain else title.html


def count_pages(count: int, size: int) -> int:
    """Return how many pages a list of ``count`` takes; an empty list takes one."""
    return max(1, -(-count // size))


def page_items(items: Sequence[_T], number: int, size: int) -> Sequence[_T]:
    """Return the items of page ``number`` (from 1) of a list with ``size`` items a page."""
    return items[(number - 1) * size : number * size]


def pager(path: str, number: int, total: int, messages: Messages, *, by_date: bool = True) -> Pager | None:
    """Return the pages around ``number`` and the two ends; None if there is only one page.

    ``by_date`` says that the list goes from newer to older, which its steps are then called.
    """
    if total == 1:
        return None
    numbers = sorted({1, total, *range(max(1, number - 2), min(total, number + 2) + 1)})
    pages: list[LinkTo] = []
    for before, each in zip([0, *numbers], numbers, strict=False):
        if each > before + 1:
            pages.append(LinkTo("…"))
        pages.append(LinkTo(str(each), "" if each == number else routes.numbered(path, each)))

    def step(to: int, name: str) -> LinkTo | None:
        return LinkTo(name, routes.numbered(path, to)) if 1 <= to <= total else None

    return Pager(
        number,
        total,
        tuple(pages),
        Steps(
            step(number - 1, messages("newer" if by_date else "previous_page")),
            step(number + 1, messages("older" if by_date else "next_page")),
        ),
    )


def steps(items: Sequence[_T], index: int, link: Callable[[_T], LinkTo]) -> Steps:
    """Return the neighbours of an item in a list that goes from newest to oldest; back is older."""
    older = link(items[index + 1]) if index + 1 < len(items) else None
    newer = link(items[index - 1]) if index else None
    return Steps(older, newer)


def count_topics(papers: Sequence[Paper], messages: Messages, without: str = "") -> Facet:
    """Return the topics of some papers but ``without``, a slug; the most frequent first.

    Nothing is counted in lists so short that a reader sees it at once.
    """
    if len(papers) < _COUNTED_FROM:
        return Facet("", ())
    topics = [each for paper in papers for each in paper.topics if each.slug != without]
    return Facet(messages("topics"), _count_terms(topics, routes.topic))


def count_organizations(papers: Sequence[Paper], messages: Messages, without: str = "") -> Facet:
    """Return the organizations of some papers, counted as in ``count_topics``."""
    if len(papers) < _COUNTED_FROM:
        return Facet("", ())
    organizations = [each for paper in papers for each in paper.organizations if each.slug != without]
    return Facet(messages("organizations"), _count_terms(organizations, routes.organization))


def nonempty(*facets: Facet) -> tuple[Facet, ...]:
    """Return the facets that count anything."""
    return tuple(facet for facet in facets if facet.counts)


def _count_terms(
    terms: Sequence[Topic | Organization], path_of: Callable[[str], str]
) -> tuple[LinkCount, ...]:
    """Return the most frequent of these terms, with their pages and how often each occurs."""
    names = {each.slug: each.name for each in terms}
    counts = Counter(each.slug for each in terms)
    largest = sorted(counts.items(), key=lambda each: (-each[1], names[each[0]].casefold(), each[0]))
    return tuple(LinkCount(names[slug], path_of(slug), number) for slug, number in largest[:_COUNTS_SHOWN])


def timeline(papers: Sequence[Paper], path: str) -> Timeline:
    """Return the years of a list's papers; each bar links to the list at ``path``, filtered by year."""
    counts = years_of(papers)
    if len(papers) < _COUNTED_FROM or not counts:
        return NO_TIMELINE
    newest, oldest = max(counts), min(counts)
    # Years without papers are part of the picture, unless one wrong date would add hundreds of them.
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
