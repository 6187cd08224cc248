"""Library → lists of papers: daily lists, weeks, topics, organizations, authors, periods, the home page.

All of them are one kind of page: a heading, facts about the thing, papers in sections, counts of what else
they have in common, the neighbours. Long lists are paged; facts and counts are on the first page.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from markupsafe import Markup

from offprint.archive.model import Library, Organization, Paper
from offprint.records.model import PartialDate
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.forges import edit_address
from offprint.site.messages import Messages
from offprint.site.views.feeds import has_feed
from offprint.site.views.shared import (
    NO_MARKUP,
    NO_STEPS,
    NO_TIMELINE,
    Card,
    Facet,
    Head,
    Image,
    LinkCount,
    LinkTo,
    Pager,
    Steps,
    Timeline,
    count_organizations,
    count_pages,
    count_topics,
    make_image,
    nonempty,
    page_items,
    pager,
    timeline,
)


@dataclass(frozen=True, slots=True)
class Section:
    """Papers under a heading, which may link to a page of its own; its name is empty for a plain list.

    ``day`` is the day (ISO) on which the archive took them in, where all have the same.
    """

    heading: LinkTo
    cards: tuple[Card, ...]
    day: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of papers and what surrounds it.

    ``leads`` tells whether cards show the start of a paper's text: those of days and weeks, where papers are
    met first, and not the many lists in which they are looked up. ``rows`` is the path of the list's data
    for scripts; it is empty where the page has all papers, and None where the page is not a single list.
    ``how`` says how the papers were chosen, where that is not plain.
    """

    head: Head
    kicker: LinkTo
    heading: str
    note: str
    count: str
    sections: tuple[Section, ...]
    facets: tuple[Facet, ...] = ()
    timeline: Timeline = NO_TIMELINE
    pager: Pager | None = None
    rows: str | None = None
    leads: bool = False
    steps: Steps = NO_STEPS
    logo: Image | None = None
    about: Markup = NO_MARKUP
    links: tuple[LinkTo, ...] = ()
    search: str = ""
    edit: str = ""
    tabs: tuple[LinkTo, ...] = ()
    how: str = ""


def day_view(context: SiteContext, day: dt.date, around: Steps, number: int) -> ListView:
    """Return a page of the papers listed on one day; ``around`` are the days before and after."""
    library, messages = context.library, context.messages
    papers = library.daily[day]
    year, week, _ = day.isocalendar()
    return _list(
        context,
        papers,
        number,
        head=Head(
            library.site,
            routes.day(day),
            messages.day(day),
            section="daily",
            feed=routes.DAY_FEED,
            feed_title=messages("day_by_day"),
        ),
        kicker=LinkTo(messages("listed_on"), routes.DAILY),
        leads=True,
        steps=around,
        facts=lambda: _ListFacts(
            facets=(count_topics(papers, messages), count_organizations(papers, messages)),
            links=(LinkTo(messages("week", week=week, year=year), routes.week(year, week)),),
        ),
    )


def weeks_of(library: Library) -> dict[tuple[int, int], tuple[dt.date, ...]]:
    """Return the ISO weeks, as (year, week), with daily lists and their days; newest first."""
    weeks: dict[tuple[int, int], tuple[dt.date, ...]] = {}
    for day in library.daily:
        year, week, _ = day.isocalendar()
        weeks[year, week] = (*weeks.get((year, week), ()), day)
    return weeks


def week_view(
    context: SiteContext, week: tuple[int, int], days: tuple[dt.date, ...], around: Steps, mail: str
) -> ListView:
    """Return the digest of a week: each day's papers, as many in all as a page holds.

    A day with many papers is cut, but never below three. ``mail`` is the path of the digest as an e-mail,
    or empty.
    """
    library, messages, size = context.library, context.messages, context.library.site.page_size
    sections, room = [], size
    for day in days:
        papers = library.daily[day]
        name = LinkTo(messages.day(day), routes.day(day), messages.count(len(papers), "papers"))
        sections.append(Section(name, context.cards(papers[: max(room, 3)])))
        room -= len(papers)
    listed = [paper for day in days for paper in library.daily[day]]
    heading = messages("week", week=week[1], year=week[0])
    return ListView(
        head=Head(
            library.site,
            routes.week(*week),
            heading,
            section="daily",
            feed=routes.WEEK_FEED,
            feed_title=messages("week_by_week"),
        ),
        kicker=LinkTo(messages("listed_in"), routes.DAILY),
        heading=heading,
        note="",
        count=messages.count(len(listed), "papers"),
        sections=tuple(sections),
        facets=nonempty(count_topics(listed, messages), count_organizations(listed, messages)),
        leads=True,
        steps=around,
        links=(LinkTo(messages("as_mail"), mail),) if mail else (),
    )


def topic_view(context: SiteContext, index: int, number: int) -> ListView:
    """Return a page of a topic's papers; ``index`` is the topic's in ``library.topics``."""
    library, messages = context.library, context.messages
    topic = library.topics[index]
    papers = library.by_topic.get(topic.slug, ())
    path = routes.topic(topic.slug)

    def facts() -> _ListFacts:
        names = {each.slug: each.name for each in library.topics}
        inner = tuple(
            LinkCount(names[slug], routes.topic(slug), len(library.by_topic.get(slug, ())))
            for slug in topic.children
        )
        links = [LinkTo(messages("feed_of_topic"), routes.feed_of(path))]
        if topic.parent:
            links.insert(0, LinkTo(messages("part_of", name=names[topic.parent]), routes.topic(topic.parent)))
        return _ListFacts(
            facets=(
                Facet(messages("narrower"), inner),
                count_organizations(papers, messages),
                _headed(count_topics(papers, messages, topic.slug), messages("related_topics")),
            ),
            timeline=timeline(papers, path),
            about=topic.description.html,
            links=tuple(links),
            edit=edit_address(library.site, topic.source),
        )

    return _list(
        context,
        papers,
        number,
        head=Head(library.site, path, topic.name, topic.description.plain, "topics", routes.feed_of(path)),
        kicker=LinkTo(messages("topic"), routes.TOPICS),
        search=f"topic={topic.slug}",
        facts=facts,
    )


def organization_view(context: SiteContext, index: int, number: int) -> ListView:
    """Return a page of an organization's papers; ``index`` is as in ``library.organizations``."""
    library, messages = context.library, context.messages
    organization = library.organizations[index]
    papers, path = library.by_organization[organization.slug], routes.organization(organization.slug)
    feed = routes.feed_of(path) if has_feed(library, organization.source, papers) else ""

    def facts() -> _ListFacts:
        return _ListFacts(
            facets=(
                count_topics(papers, messages),
                _headed(
                    count_organizations(papers, messages, organization.slug),
                    messages("related_organizations"),
                ),
            ),
            timeline=timeline(papers, path),
            about=organization.description.html,
            links=_organization_links(organization, feed, messages),
            edit=edit_address(library.site, organization.source) if organization.source else "",
        )

    return _list(
        context,
        papers,
        number,
        head=Head(
            library.site,
            path,
            organization.name,
            organization.description.plain,
            "organizations",
            feed,
        ),
        kicker=LinkTo(messages("organization"), routes.ORGANIZATIONS),
        note=organization.handle,
        logo=make_image(organization.logo) if organization.logo else None,
        search=f"organization={organization.slug}",
        facts=facts,
    )


def _organization_links(organization: Organization, feed: str, messages: Messages) -> tuple[LinkTo, ...]:
    """Return links to an organization's website, its entry in ROR, and its feed, if it has one."""
    links = (
        LinkTo(messages("website"), organization.url),
        LinkTo("ROR", organization.ror),
        LinkTo(messages("feed_of_organization"), feed),
    )
    return tuple(link for link in links if link.path)


def author_view(
    context: SiteContext, index: int, namesakes: Sequence[tuple[str, str]], with_feed: bool, number: int
) -> ListView:
    """Return a page of an author's papers; ``index`` is the author's in ``library.authors``.

    ``namesakes`` are the slugs and names of other people whom this address may be asked for.
    """
    library, messages = context.library, context.messages
    author = library.authors[index]
    papers = library.by_author[author.slug]
    path = routes.author(author.slug)
    feed = routes.feed_of(path) if with_feed else ""
    links = (
        LinkTo(messages("website"), author.url),
        LinkTo("ORCID", f"https://orcid.org/{author.orcid}" if author.orcid else ""),
        LinkTo(messages("feed_of_author"), feed),
        *(LinkTo(messages("namesake", name=name), routes.author(slug)) for slug, name in namesakes),
    )
    return _list(
        context,
        papers,
        number,
        head=Head(
            library.site,
            path,
            author.name,
            author.description.plain,
            section="authors",
            feed=feed,
        ),
        kicker=LinkTo(messages("author"), routes.AUTHORS),
        search=f"author={author.slug}",
        facts=lambda: _ListFacts(
            facets=(count_topics(papers, messages), count_organizations(papers, messages)),
            timeline=timeline(papers, path),
            about=author.description.html,
            links=tuple(link for link in links if link.path),
            edit=edit_address(library.site, author.source) if author.source else "",
        ),
    )


def period_view(context: SiteContext, date: PartialDate, around: Steps, number: int) -> ListView:
    """Return a page of a year, month or day; ``around`` are the periods before and after."""
    library, messages = context.library, context.messages
    papers = library.periods[date]

    def facts() -> _ListFacts:
        inner = Facet(
            messages("days_heading" if date.month else "months_heading"), _inner_periods(context, date)
        )
        year = LinkTo(str(date.year), routes.period(PartialDate(date.year)))
        month = LinkTo(messages.date(PartialDate(*date[:2])), routes.period(PartialDate(*date[:2])))
        links = (year, month) if date.day else (year,) if date.month else ()
        if not date.month and any(each.date and each.date.day for each in papers):
            links = (LinkTo(messages("day_by_day"), routes.calendar(date.year)),)
        facets = (inner, count_topics(papers, messages), count_organizations(papers, messages))
        return _ListFacts(facets=facets, links=links)

    return _list(
        context,
        papers,
        number,
        head=Head(library.site, routes.period(date), messages.date(date), section="archive"),
        kicker=LinkTo(messages("published_on" if date.day else "published_in"), routes.ARCHIVE),
        steps=around,
        search=f"year={date.year}" if not date.month else "",
        facts=facts,
    )


def undated_view(context: SiteContext, number: int) -> ListView:
    """Return a page of the papers whose date of publication is not known."""
    library, messages = context.library, context.messages
    return _list(
        context,
        library.undated,
        number,
        head=Head(library.site, routes.UNDATED, messages("undated_papers"), section="archive"),
        kicker=LinkTo(messages("archive"), routes.ARCHIVE),
        search="year=undated",
        facts=lambda: _ListFacts(
            facets=(count_topics(library.undated, messages), count_organizations(library.undated, messages))
        ),
    )


def _headed(facet: Facet, heading: str) -> Facet:
    """Return the same counts under another heading."""
    return facet._replace(heading=heading)


def _inner_periods(context: SiteContext, date: PartialDate) -> tuple[LinkCount, ...]:
    """Return the months of a year or days of a month that have papers, in calendar order."""
    library, messages = context.library, context.messages
    if date.day:
        return ()
    depth = 2 if date.month else 1
    periods = {
        PartialDate(*each.date[: depth + 1])
        for each in library.periods[date]
        if each.date and each.date[depth]
    }
    return tuple(
        LinkCount(
            str(inner.day) if inner.day else messages.month(inner.month),
            routes.period(inner),
            len(library.periods[inner]),
        )
        for inner in sorted(periods)
    )


class _ListFacts(NamedTuple):
    """Facts about a whole list, shown on its first page alone: counting a long list takes time."""

    facets: tuple[Facet, ...]
    timeline: Timeline = NO_TIMELINE
    about: Markup = NO_MARKUP
    links: tuple[LinkTo, ...] = ()
    edit: str = ""


def _list(
    context: SiteContext,
    papers: Sequence[Paper],
    number: int,
    *,
    head: Head,
    facts: Callable[[], _ListFacts],
    **more: object,
) -> ListView:
    """Return page ``number`` of a list.

    ``head`` is that of the first page, ``facts`` is called for the first page only, and ``more`` are
    further fields of ListView.
    """
    messages, size = context.messages, context.library.site.page_size
    count = messages.count(len(papers), "papers")
    total = count_pages(len(papers), size)
    first, heading = head.path, head.title
    list_facts = facts() if number == 1 else _ListFacts(())
    if number > 1:
        title = f"{heading}, {messages('page', number=number)}"
        head = replace(head, path=routes.numbered(first, number), title=title, description="")
    if not head.description:
        text = messages("list_description", heading=heading, papers=count, site=head.site.title)
        head = replace(head, description=text)
    return ListView(
        head=head,
        heading=heading,
        count=count,
        sections=(Section(LinkTo(""), context.cards(page_items(papers, number, size))),),
        facets=nonempty(*list_facts.facets),
        timeline=list_facts.timeline,
        pager=pager(first, number, total, messages),
        rows=routes.rows_of(first) if total > 1 else "",
        about=list_facts.about,
        links=list_facts.links,
        edit=list_facts.edit,
        **({"note": ""} | more),  # type: ignore[arg-type] # the callers above give ListView's own fields
    )
