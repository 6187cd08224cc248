"""Library → the views of lists of papers: daily lists, weeks, topics, organizations, authors, periods.

All of them are one kind of page: a heading, what is known of the thing, papers in sections, what else is
counted among them, the neighbours. Long lists are paged; facts and counts stand on the first page.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from offprint.records.model import Library, Paper, PartialDate
from offprint.site import routes
from offprint.site.views.paper import edit_address
from offprint.site.views.shared import (
    NO_MARKUP,
    NO_STEPS,
    NO_TIMELINE,
    Card,
    Counted,
    Facet,
    Head,
    Image,
    Named,
    Pager,
    Shelf,
    Steps,
    Timeline,
    count_organizations,
    count_topics,
    pager,
    pages_of,
    part,
    shown,
    timeline,
)


@dataclass(frozen=True, slots=True)
class Section:
    """Papers under a heading, which may link to a page of its own; "" for a list without parts."""

    heading: Named
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of papers and what stands around it.

    ``leads`` tells whether cards show the start of the papers' texts; ``rows`` is the path of what scripts
    read of all its papers: "" where the page has them all, None where the page is no single list.
    """

    head: Head
    kicker: Named
    heading: str
    note: str
    count: str
    sections: tuple[Section, ...]
    facets: tuple[Facet, ...] = ()
    timeline: Timeline = NO_TIMELINE
    pager: Pager | None = None
    rows: str | None = None
    leads: bool = True
    steps: Steps = NO_STEPS
    logo: Image | None = None
    about: Markup = NO_MARKUP
    links: tuple[Named, ...] = ()
    search: str = ""
    edit: str = ""


@dataclass(frozen=True, slots=True)
class IndexView:
    """The home page: the newest daily lists, and where older days are."""

    head: Head
    count: str
    days: tuple[Section, ...]
    steps: Steps
    more: Named | None
    facets: tuple[Facet, ...]


def index_view(shelf: Shelf) -> IndexView:
    """The newest daily list, then the days before, as many as a page holds.

    Where nothing is listed, the newest papers stand there without a day.
    """
    library, words, size = shelf.library, shelf.words, shelf.library.site.page_size
    site = library.site
    days = list(library.daily)
    sections: list[Section] = []
    shown = 0
    for day in days:
        papers = library.daily[day][: size - shown]
        sections.append(Section(Named(words.day(day), routes.day(day)), shelf.cards(papers)))
        shown += len(papers)
        if shown >= size:
            break
    more = None
    if sections and len(library.daily[days[0]]) > size:
        path = routes.numbered(routes.day(days[0]), 2)
        more = Named(words.count(len(library.daily[days[0]]) - size, "more_of_day"), path)
    elif len(sections) < len(days):
        more = Named(words("earlier_days"), routes.day(days[len(sections)]))
    if not days and library.papers:
        sections = [Section(Named(words("newest_papers")), shelf.cards(library.papers[:size]))]
    back = Named(words.day(days[1]), routes.day(days[1])) if len(days) > 1 else None
    return IndexView(
        head=Head(site, routes.INDEX, site.title, site.description or site.tagline, "home", routes.FEED),
        count=words.count(len(library.papers), "papers"),
        days=tuple(sections),
        steps=Steps(back, None),
        more=more,
        facets=_nonempty(count_topics(library.papers, words), count_organizations(library.papers, words)),
    )


def day_view(shelf: Shelf, day: dt.date, around: Steps, number: int) -> ListView:
    """What was listed on one day; ``around`` are the days before and after."""
    library, words = shelf.library, shelf.words
    papers = library.daily[day]
    year, week, _ = day.isocalendar()
    return _list(
        shelf,
        papers,
        number,
        head=Head(
            library.site,
            routes.day(day),
            words.day(day),
            section="daily",
            feed=routes.DAY_FEED,
            feed_title=words("day_by_day"),
        ),
        kicker=Named(words("listed_on"), routes.DAILY),
        steps=around,
        whole=lambda: _Whole(
            facets=(count_topics(papers, words), count_organizations(papers, words)),
            links=(Named(words("week", week=week, year=year), routes.week(year, week)),),
        ),
    )


def weeks_of(library: Library) -> dict[tuple[int, int], tuple[dt.date, ...]]:
    """The ISO weeks in which something was listed, newest first, and their days."""
    weeks: dict[tuple[int, int], tuple[dt.date, ...]] = {}
    for day in library.daily:
        year, week, _ = day.isocalendar()
        weeks[year, week] = (*weeks.get((year, week), ()), day)
    return weeks


def week_view(
    shelf: Shelf, week: tuple[int, int], days: tuple[dt.date, ...], around: Steps, mail: str
) -> ListView:
    """The digest of a week: each day's papers, as many in all as a page holds, most votes first.

    ``mail`` is the path of the digest as an e-mail, where it has one.
    """
    library, words, size = shelf.library, shelf.words, shelf.library.site.page_size
    sections, left = [], size
    for day in days:
        papers = library.daily[day]
        name = Named(words.day(day), routes.day(day), words.count(len(papers), "papers"))
        sections.append(Section(name, shelf.cards(papers[: max(left, 3)])))
        left -= len(papers)
    listed = [paper for day in days for paper in library.daily[day]]
    heading = words("week", week=week[1], year=week[0])
    return ListView(
        head=Head(
            library.site,
            routes.week(*week),
            heading,
            section="daily",
            feed=routes.WEEK_FEED,
            feed_title=words("week_by_week"),
        ),
        kicker=Named(words("listed_in"), routes.DAILY),
        heading=heading,
        note="",
        count=words.count(len(listed), "papers"),
        sections=tuple(sections),
        facets=_nonempty(count_topics(listed, words), count_organizations(listed, words)),
        steps=around,
        links=(Named(words("as_mail"), mail),) if mail else (),
    )


def topic_view(shelf: Shelf, index: int, number: int) -> ListView:
    """One topic: its description, its papers, its years, its organizations, its neighbours."""
    library, words = shelf.library, shelf.words
    topic = library.topics[index]
    papers = library.by_topic.get(topic.slug, ())
    path = routes.topic(topic.slug)

    def whole() -> _Whole:
        names = {each.slug: each.name for each in library.topics}
        inner = tuple(
            Counted(names[slug], routes.topic(slug), len(library.by_topic.get(slug, ())))
            for slug in topic.children
        )
        links = [Named(words("feed_of_topic"), routes.feed_of(path))]
        if topic.parent:
            links.insert(0, Named(words("part_of", name=names[topic.parent]), routes.topic(topic.parent)))
        return _Whole(
            facets=(
                Facet(words("narrower"), inner),
                count_organizations(papers, words),
                _headed(count_topics(papers, words, topic.slug), words("together")),
            ),
            timeline=timeline(papers, path),
            about=topic.description.html,
            links=tuple(links),
            edit=edit_address(library.site, topic.source),
        )

    return _list(
        shelf,
        papers,
        number,
        head=Head(library.site, path, topic.name, topic.description.plain, "topics", routes.feed_of(path)),
        kicker=Named(words("topic"), routes.TOPICS),
        search=f"topic={topic.slug}",
        whole=whole,
    )


def organization_view(shelf: Shelf, index: int, number: int) -> ListView:
    """One organization: what is known of it, its papers, years and topics."""
    library, words = shelf.library, shelf.words
    organization = library.organizations[index]
    papers = library.by_organization[organization.slug]
    path = routes.organization(organization.slug)

    def whole() -> _Whole:
        links = [
            Named(words("website"), organization.url),
            Named("ROR", organization.ror),
            Named(words("feed_of_organization"), routes.feed_of(path)),
        ]
        return _Whole(
            facets=(
                count_topics(papers, words),
                _headed(count_organizations(papers, words, organization.slug), words("together")),
            ),
            timeline=timeline(papers, path),
            about=organization.description.html,
            links=tuple(link for link in links if link.path),
            edit=edit_address(library.site, organization.source) if organization.source else "",
        )

    return _list(
        shelf,
        papers,
        number,
        head=Head(
            library.site,
            path,
            organization.name,
            organization.description.plain,
            "organizations",
            routes.feed_of(path),
        ),
        kicker=Named(words("organization"), routes.ORGANIZATIONS),
        note=organization.handle,
        logo=shown(organization.logo) if organization.logo else None,
        search=f"organization={organization.slug}",
        whole=whole,
    )


def author_view(shelf: Shelf, index: int, number: int) -> ListView:
    """One author: papers, topics, organizations."""
    library, words = shelf.library, shelf.words
    author = library.authors[index]
    papers = library.by_author[author.slug]
    path = routes.author(author.slug)
    links = (
        Named("ORCID", f"https://orcid.org/{author.orcid}" if author.orcid else ""),
        Named(words("feed_of_author"), routes.feed_of(path)),
    )
    return _list(
        shelf,
        papers,
        number,
        head=Head(library.site, path, author.name, section="authors", feed=routes.feed_of(path)),
        kicker=Named(words("author"), routes.AUTHORS),
        search=f"author={author.slug}",
        whole=lambda: _Whole(
            facets=(count_topics(papers, words), count_organizations(papers, words)),
            timeline=timeline(papers, path),
            links=tuple(link for link in links if link.path),
        ),
    )


def period_view(shelf: Shelf, date: PartialDate, around: Steps, number: int) -> ListView:
    """A year, a month or a day of publication; ``around`` are the periods before and after."""
    library, words = shelf.library, shelf.words
    papers = library.periods[date]

    def whole() -> _Whole:
        inner = Facet(words("days" if date.month else "months_heading"), _inner_periods(shelf, date))
        year = Named(str(date.year), routes.period(PartialDate(date.year)))
        month = Named(words.date(PartialDate(*date[:2])), routes.period(PartialDate(*date[:2])))
        links = (year, month) if date.day else (year,) if date.month else ()
        if not date.month and any(each.date and each.date.day for each in papers):
            links = (Named(words("day_by_day"), routes.calendar(date.year)),)
        facets = (inner, count_topics(papers, words), count_organizations(papers, words))
        return _Whole(facets=facets, links=links)

    return _list(
        shelf,
        papers,
        number,
        head=Head(library.site, routes.period(date), words.date(date), section="archive"),
        kicker=Named(words("published_on" if date.day else "published_in"), routes.ARCHIVE),
        steps=around,
        leads=False,
        search=f"year={date.year}" if not date.month else "",
        whole=whole,
    )


def undated_view(shelf: Shelf, number: int) -> ListView:
    """The papers whose date of publication is not known."""
    library, words = shelf.library, shelf.words
    return _list(
        shelf,
        library.undated,
        number,
        head=Head(library.site, routes.UNDATED, words("undated_papers"), section="archive"),
        kicker=Named(words("archive"), routes.ARCHIVE),
        search="year=undated",
        whole=lambda: _Whole(
            facets=(count_topics(library.undated, words), count_organizations(library.undated, words))
        ),
    )


def _headed(facet: Facet, heading: str) -> Facet:
    """The same counts under another heading."""
    return facet._replace(heading=heading)


def _inner_periods(shelf: Shelf, date: PartialDate) -> tuple[Counted, ...]:
    """The months of a year or the days of a month that have papers, in the calendar's order."""
    library, words = shelf.library, shelf.words
    if date.day:
        return ()
    depth = 2 if date.month else 1
    known = {
        PartialDate(*each.date[: depth + 1])
        for each in library.periods[date]
        if each.date and each.date[depth]
    }
    return tuple(
        Counted(
            str(inner.day) if inner.day else words.month(inner.month),
            routes.period(inner),
            len(library.periods[inner]),
        )
        for inner in sorted(known)
    )


class _Whole(NamedTuple):
    """What tells of a whole list, on its first page alone: counting a long list takes long."""

    facets: tuple[Facet, ...]
    timeline: Timeline = NO_TIMELINE
    about: Markup = NO_MARKUP
    links: tuple[Named, ...] = ()
    edit: str = ""


def _list(
    shelf: Shelf,
    papers: Sequence[Paper],
    number: int,
    *,
    head: Head,
    whole: Callable[[], _Whole],
    **more: object,
) -> ListView:
    """Page ``number`` of a list."""
    words, size = shelf.words, shelf.library.site.page_size
    count = words.count(len(papers), "papers")
    total = pages_of(len(papers), size)
    first, heading = head.path, head.title
    told = whole() if number == 1 else _Whole(())
    if number > 1:
        title = f"{heading}, {words('page', number=number)}"
        head = replace(head, path=routes.numbered(first, number), title=title, description="")
    if not head.description:
        text = words("list_description", heading=heading, papers=count, site=head.site.title)
        head = replace(head, description=text)
    return ListView(
        head=head,
        heading=heading,
        count=count,
        sections=(Section(Named(""), shelf.cards(part(papers, number, size))),),
        facets=_nonempty(*told.facets),
        timeline=told.timeline,
        pager=pager(first, number, total, words),
        rows=routes.rows_of(first) if total > 1 else "",
        about=told.about,
        links=told.links,
        edit=told.edit,
        **({"note": ""} | more),  # type: ignore[arg-type] # the callers above give ListView's own fields
    )


def _nonempty(*facets: Facet) -> tuple[Facet, ...]:
    return tuple(facet for facet in facets if facet.counts)
