"""Library → the home page with the newest day, the best of that day's month, and what is trending.

The week of the day has its digest among the lists. All four are counted from the archive's own newest
day; no clock is read.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from offprint.archive.model import Library, Paper
from offprint.archive.order import best_first
from offprint.records.model import PartialDate
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.messages import Messages
from offprint.site.views.lists import ListView, Section
from offprint.site.views.shared import Facet, Head, LinkTo, Steps, count_organizations, count_topics, nonempty

TRENDING_DAYS = 7  # days with papers
_NEWEST_DAYS = 60


@dataclass(frozen=True, slots=True)
class IndexView:
    """The home page: the newest daily lists, and where older days are.

    ``newest`` has the newest days with their numbers of papers, for the script that tells what is new since a
    reader's last visit: ``2026-06-30=53 2026-06-29=2``.
    """

    head: Head
    count: str
    days: tuple[Section, ...]
    steps: Steps
    tabs: tuple[LinkTo, ...]
    more: LinkTo | None
    facets: tuple[Facet, ...]
    newest: str


class HomeGroup(NamedTuple):
    """Papers under one heading of the home page: those of a daily list, or dated to a month or year alone."""

    day: dt.date | None
    date: PartialDate | None
    papers: tuple[Paper, ...]


def home_groups(library: Library) -> list[HomeGroup]:
    """Return what the home page shows, as many papers as a page holds: what the archive took in last.

    Where no day is known of any paper, these are the newest papers.
    """
    loose: dict[tuple[dt.date, PartialDate | None], list[Paper]] = {}
    for paper in library.papers:
        if paper.listed is None and paper.taken_in:
            loose.setdefault((paper.taken_in, paper.date), []).append(paper)
    groups = [(day, 1, HomeGroup(day, None, papers)) for day, papers in library.daily.items()]
    groups += [(day, 0, HomeGroup(None, date, tuple(papers))) for (day, date), papers in loose.items()]
    groups.sort(key=lambda each: (each[0], each[1], each[2].date or PartialDate(0)), reverse=True)
    size = library.site.page_size
    shown: list[HomeGroup] = []
    for _, _, group in groups:
        shown.append(group._replace(papers=group.papers[:size]))
        size -= len(group.papers)
        if size <= 0:
            return shown
    return shown or [HomeGroup(None, None, library.papers[:size])] * bool(library.papers)


def index_view(context: SiteContext) -> IndexView:
    """Return the home page: what the archive took in last, and where earlier papers are."""
    library, messages, size = context.library, context.messages, context.library.site.page_size
    site = library.site
    groups = home_groups(library)
    days = list(library.daily)
    shown = {group.day for group in groups if group.day}
    rest = [day for day in days if day not in shown]
    more = None
    if groups and (day := groups[0].day) and len(library.daily[day]) > size:
        path = routes.numbered(routes.day(day), 2)
        more = LinkTo(messages.count(len(library.daily[day]) - size, "more_of_day"), path)
    elif rest:
        more = LinkTo(messages("earlier_days"), routes.day(rest[0]))
    elif sum(len(group.papers) for group in groups) < len(library.papers):
        more = LinkTo(messages("archive"), routes.ARCHIVE)
    back = LinkTo(messages.day(days[1]), routes.day(days[1])) if len(days) > 1 else None
    cards = iter(context.cards(paper for group in groups for paper in group.papers))
    return IndexView(
        head=Head(site, routes.INDEX, site.title, site.description or site.tagline, "home", routes.FEED),
        count=messages.count(len(library.papers), "papers"),
        days=tuple(
            Section(_home_heading(group, messages), tuple(islice(cards, len(group.papers))), _day_of(group))
            for group in groups
        ),
        newest=_newest_days(library),
        steps=Steps(back, None),
        tabs=latest_links(library, messages, routes.INDEX),
        more=more,
        facets=nonempty(
            count_topics(library.papers, messages), count_organizations(library.papers, messages)
        ),
    )


def _day_of(group: HomeGroup) -> str:
    """Return the day on which the archive took in a group of the home page; empty where it is not known."""
    days = {paper.taken_in for paper in group.papers}
    return str(group.day or (days.pop() if len(days) == 1 else None) or "")


def _newest_days(library: Library) -> str:
    """Return the newest days on which papers were taken in, each with their number, as in IndexView."""
    counts = Counter(paper.listed or paper.taken_in for paper in library.papers)
    days = sorted((day for day in counts if day), reverse=True)[:_NEWEST_DAYS]
    return " ".join(f"{day}={counts[day]}" for day in days)


def _home_heading(group: HomeGroup, messages: Messages) -> LinkTo:
    """Return the heading of a group, which leads to the whole of it."""
    if group.day:
        return LinkTo(messages.day(group.day), routes.day(group.day))
    if group.date:
        return LinkTo(messages.date(group.date), routes.period(group.date))
    undated = all(paper.date is None for paper in group.papers)
    return LinkTo(messages("undated"), routes.UNDATED) if undated else LinkTo(messages("newest_papers"))


def latest_links(library: Library, messages: Messages, here: str) -> tuple[LinkTo, ...]:
    """Return links to the newest day, its week, its month and what is trending.

    The path of the page ``here`` is empty; there are none where no day is known of any paper.
    """
    day = library.newest_day
    if day is None:
        return ()
    year, week, _ = day.isocalendar()
    month = messages.date(PartialDate(day.year, day.month))
    links = (
        LinkTo(messages("today"), routes.INDEX, messages.day(day)),
        LinkTo(messages("this_week"), routes.week(year, week), messages("week", week=week, year=year)),
        LinkTo(messages("this_month"), routes.MONTH, month),
        LinkTo(messages("trending"), routes.TRENDING),
    )
    return tuple(link._replace(path="") if link.path == here else link for link in links)


def papers_of_month(library: Library) -> tuple[Paper, ...]:
    """Return the papers listed in the month of the newest day, the best first."""
    newest = library.newest_day
    days = (day for day in library.daily if newest and (day.year, day.month) == (newest.year, newest.month))
    return tuple(sorted((paper for day in days for paper in library.daily[day]), key=best_first))


def trending_papers(library: Library) -> tuple[Paper, ...]:
    """Return the papers of the last days with papers, the best first; none that was taken back."""
    listed = [paper for day in list(library.daily)[:TRENDING_DAYS] for paper in library.daily[day]]
    return tuple(sorted((each for each in listed if each.record.status == "published"), key=best_first))


def month_view(context: SiteContext) -> ListView:
    """Return the page of the best papers of the newest day's month."""
    newest = context.library.newest_day
    month = PartialDate(newest.year, newest.month) if newest else PartialDate(0)
    title = context.messages("best_of", month=context.messages.date(month))
    return _best(context, routes.MONTH, title, "", papers_of_month(context.library))


def trending_view(context: SiteContext) -> ListView:
    """Return the page of the papers that are trending."""
    messages = context.messages
    days = min(TRENDING_DAYS, len(context.library.daily))
    how = messages.count(days, "trending_how")
    return _best(context, routes.TRENDING, messages("trending"), how, trending_papers(context.library))


def _best(context: SiteContext, path: str, title: str, how: str, papers: Sequence[Paper]) -> ListView:
    """Return the page of the first of some papers, as many as a page holds."""
    library, messages, size = context.library, context.messages, context.library.site.page_size
    whole = len(papers) <= size
    count = messages.count(len(papers), "papers")
    if not whole:
        count = messages("first_of", shown=messages.number(size), papers=count)
    return ListView(
        head=Head(library.site, path, title, how, section="home"),
        kicker=LinkTo(messages("daily_lists"), routes.DAILY),
        heading=title,
        note="",
        count=count,
        tabs=latest_links(library, messages, path),
        sections=(Section(LinkTo(""), context.cards(papers[:size])),),
        facets=nonempty(count_topics(papers, messages), count_organizations(papers, messages)),
        rows="" if whole else None,
        how=how,
        leads=True,
    )
