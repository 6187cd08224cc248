"""Library → digests of days and weeks: as feeds, and a week as an e-mail that a newsletter can send.

A digest reads the same in a feed and in an e-mail: plain HTML, no style, absolute addresses. The current
week has one as well, which grows day by day; it is meant to be sent once the week is over.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from offprint.archive.model import Library, Paper
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.views.feeds import FeedView, moment
from offprint.site.views.lists import weeks_of
from offprint.site.views.shared import LEAD, Head, LinkTo, authors_line, shorten

DAYS = 20  # in the feed of days
WEEKS = 10  # in the feed of weeks, and those that have an e-mail
_MOST = 60  # papers in one digest: mail programs cut off messages longer than 100 kB
_TEXT = 900  # characters of a summary
_CATEGORIES = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One paper in a digest; ``topics`` link to absolute addresses."""

    title: str
    url: str
    by: str
    text: str
    votes: int | None
    topics: tuple[LinkTo, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The papers listed on a day, or in a week with a section for each day.

    ``more`` counts the papers that are left out and only on the site.
    """

    url: str
    title: str
    published: str
    updated: str
    count: int
    categories: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Item, ...]], ...]
    more: int


@dataclass(frozen=True, slots=True)
class MailView:
    """A digest as an e-mail."""

    head: Head
    digest: Digest


def day_feed(context: SiteContext) -> FeedView[Digest]:
    """Return the feed of the newest days, an entry each."""
    site = context.library.site
    digests = [
        _digest(context, context.messages.day(day), site.url + routes.day(day), [("", day)])
        for day in list(context.library.daily)[:DAYS]
    ]
    return _feed(context, routes.DAY_FEED, context.messages("day_by_day"), digests)


def week_feed(context: SiteContext) -> FeedView[Digest]:
    """Return the feed of the newest weeks, an entry each."""
    weeks = list(weeks_of(context.library).items())[:WEEKS]
    digests = [_week_digest(context, week, days) for week, days in weeks]
    return _feed(context, routes.WEEK_FEED, context.messages("week_by_week"), digests)


def mailed_weeks(library: Library) -> frozenset[tuple[int, int]]:
    """Return the weeks, as (year, week), that have an e-mail."""
    return frozenset(list(weeks_of(library))[:WEEKS])


def mail_view(context: SiteContext, week: tuple[int, int], days: Sequence[dt.date]) -> MailView:
    """Return one week's digest as an e-mail."""
    digest = _week_digest(context, week, days)
    return MailView(Head(context.library.site, routes.mail(*week), digest.title, indexed=False), digest)


def _week_digest(context: SiteContext, week: tuple[int, int], days: Sequence[dt.date]) -> Digest:
    """Return the digest of a week with a section for each day."""
    title = context.messages("week", week=week[1], year=week[0])
    named = [(context.messages.day(day), day) for day in days]
    return _digest(context, title, context.library.site.url + routes.week(*week), named)


def _digest(context: SiteContext, title: str, url: str, days: Sequence[tuple[str, dt.date]]) -> Digest:
    """Return the digest of ``days``, (heading, day), the newest first as everywhere."""
    library = context.library
    sections, room = [], _MOST
    for heading, day in days:
        papers = library.daily[day][:room]
        room -= len(papers)
        if papers:
            sections.append((heading, tuple(_item(paper, context) for paper in papers)))
    listed = [paper for _, day in days for paper in library.daily[day]]
    return Digest(
        url=url,
        title=title,
        published=moment(days[-1][1]),
        updated=moment(days[0][1]),
        count=len(listed),
        categories=_categories(listed),
        sections=tuple(sections),
        more=len(listed) - (_MOST - room),
    )


def _item(paper: Paper, context: SiteContext) -> Item:
    """Return a paper as an item of a digest."""
    record, url = paper.record, context.library.site.url
    by = [authors_line(paper, context.messages), ", ".join(each.name for each in paper.organizations)]
    mark = "" if record.status == "published" else f"[{record.status.upper()}] "
    return Item(
        title=mark + record.title.plain,
        url=url + routes.paper(paper.slug),
        by=" · ".join(part for part in by if part),
        text=shorten(record.summary.plain, _TEXT) or shorten(record.abstract.plain, LEAD),
        votes=record.upvotes,
        topics=tuple(LinkTo(topic.name, url + routes.topic(topic.slug)) for topic in paper.topics),
    )


def _categories(papers: Iterable[Paper]) -> tuple[tuple[str, str], ...]:
    """Return the slugs and names of the most frequent topics, the most frequent first."""
    counts = Counter((topic.slug, topic.name) for paper in papers for topic in paper.topics)
    return tuple(sorted(counts, key=lambda each: (-counts[each], each))[:_CATEGORIES])


def _feed(context: SiteContext, path: str, title: str, digests: Sequence[Digest]) -> FeedView[Digest]:
    """Return the feed of these digests."""
    site = context.library.site
    return FeedView(
        id=site.url + path,
        title=f"{title} · {site.title}",
        subtitle=site.tagline or site.description,
        author=site.title,
        language=site.language,
        url=site.url + path,
        page=site.url + routes.DAILY,
        icon=f"{site.url}static/icon.svg",
        updated=digests[0].updated if digests else moment(None),
        entries=tuple(digests),
    )
