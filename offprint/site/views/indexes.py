"""Library → the views of what leads to lists: terms, all days, search, the own pages."""

import datetime as dt
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from offprint.archive.model import Library
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.views.lists import weeks_of
from offprint.site.views.paper import edit_address
from offprint.site.views.shared import Facet, Head, LinkCount, Pager, pager, pages_of, part

TERMS_A_PAGE = 300
DAYS_A_PAGE = 400
_CHOICES = 150  # values of a filter that the search page offers; the rest is reached by its own page


@dataclass(frozen=True, slots=True)
class Term:
    """A topic, organization or author in an index; ``depth`` is how far below the top a topic stands."""

    name: str
    path: str
    count: int
    note: str = ""
    about: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class TermsView:
    """All topics, organizations or authors, in groups with a heading (a letter, or none)."""

    head: Head
    count: str
    groups: tuple[tuple[str, tuple[Term, ...]], ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class DaysView:
    """All daily lists, by year and month, with their weeks."""

    head: Head
    count: str
    years: tuple[tuple[str, tuple[Facet, ...]], ...]
    weeks: tuple[LinkCount, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a search filter."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page: the filters' values with their counts, the largest first."""

    head: Head
    filters: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    count: str


@dataclass(frozen=True, slots=True)
class TextView:
    """One of the archive's own pages."""

    head: Head
    heading: str
    body: Markup
    edit: str


@dataclass(frozen=True, slots=True)
class PlainView:
    """A page or file that needs only what every page has."""

    head: Head


def topics_view(context: SiteContext) -> TermsView:
    """The vocabulary as a tree, in the order of names."""
    library, messages = context.library, context.messages
    inner = {topic.slug: topic.children for topic in library.topics}
    found = {topic.slug: topic for topic in library.topics}

    def terms(slugs: list[str], depth: int) -> list[Term]:
        made = []
        for slug in sorted(slugs, key=lambda each: (found[each].name.casefold(), each)):
            topic = found[slug]
            count = len(library.by_topic.get(slug, ()))
            about = topic.description.plain
            made.append(Term(topic.name, routes.topic(slug), count, about=about, depth=min(depth, 3)))
            made += terms(list(inner[slug]), depth + 1)
        return made

    tops = [topic.slug for topic in library.topics if not topic.parent]
    return TermsView(
        head=Head(library.site, routes.TOPICS, messages("topics"), section="topics"),
        count=messages.count(len(library.topics), "topics_count"),
        groups=(("", tuple(terms(tops, 0))),),
        pager=None,
    )


def organizations_view(context: SiteContext, number: int) -> TermsView:
    """All organizations, in the order of names."""
    library, messages = context.library, context.messages
    terms = [
        Term(o.name, routes.organization(o.slug), len(library.by_organization[o.slug]), o.handle)
        for o in part(library.organizations, number, TERMS_A_PAGE)
    ]
    head = Head(library.site, routes.ORGANIZATIONS, messages("organizations"), section="organizations")
    count = messages.count(len(library.organizations), "organizations_count")
    pages = pager(head.path, number, pages_of(len(library.organizations), TERMS_A_PAGE), messages)
    return _terms(head, terms, count, pages)


def authors_view(context: SiteContext, number: int) -> TermsView:
    """All authors with a page, in the order of names."""
    library, messages = context.library, context.messages
    terms = [
        Term(author.name, routes.author(author.slug), len(library.by_author[author.slug]))
        for author in part(library.authors, number, TERMS_A_PAGE)
    ]
    description = messages("authors_with", papers=messages.count(library.site.min_papers, "papers"))
    head = Head(library.site, routes.AUTHORS, messages("authors"), description, "authors")
    count = messages.count(len(library.authors), "authors_count")
    pages = pager(head.path, number, pages_of(len(library.authors), TERMS_A_PAGE), messages)
    return _terms(head, terms, count, pages)


def _terms(head: Head, terms: list[Term], count: str, pages: Pager | None) -> TermsView:
    groups = groupby(terms, key=lambda term: term.name[:1].upper())
    return TermsView(
        head=replace(head, path=routes.numbered(head.path, pages.number if pages else 1)),
        count=count,
        groups=tuple((letter, tuple(group)) for letter, group in groups),
        pager=pages,
    )


def years_of_days(library: Library) -> list[list[tuple[int, list[dt.date]]]]:
    """The days with a list, by year, in pages of whole years with about DAYS_A_PAGE days each."""
    pages: list[list[tuple[int, list[dt.date]]]] = [[]]
    held = 0
    for year, in_year in groupby(library.daily, key=lambda day: day.year):
        days = list(in_year)
        if held and held + len(days) > DAYS_A_PAGE:
            pages.append([])
            held = 0
        pages[-1].append((year, days))
        held += len(days)
    return pages


def days_view(
    context: SiteContext, years: list[tuple[int, list[dt.date]]], number: int, total: int
) -> DaysView:
    """The days of some years on which something was listed; the newest weeks on the first page."""
    library, messages = context.library, context.messages
    made = []
    for year, in_year in years:
        months = []
        for month, days in groupby(in_year, key=lambda day: day.month):
            counts = (LinkCount(str(d.day), routes.day(d), len(library.daily[d])) for d in days)
            months.append(Facet(messages.month(month), tuple(counts)))
        made.append((str(year), tuple(months)))
    weeks = tuple(
        LinkCount(
            messages("week", week=week, year=year),
            routes.week(year, week),
            sum(len(library.daily[d]) for d in days),
        )
        for (year, week), days in list(weeks_of(library).items())[:12]
    )
    path = routes.numbered(routes.DAILY, number)
    return DaysView(
        head=Head(
            library.site,
            path,
            messages("daily_lists"),
            messages("daily_description"),
            "daily",
            routes.DAY_FEED,
        ),
        count=messages.count(len(library.daily), "days_count"),
        years=tuple(made),
        weeks=weeks if number == 1 else (),
        pager=pager(routes.DAILY, number, total, messages),
    )


def search_view(context: SiteContext) -> SearchView:
    """Filter values are baked in: asking Pagefind for them would load every filter file."""
    library, messages = context.library, context.messages
    topics = [Choice(t.slug, t.name, len(library.by_topic.get(t.slug, ()))) for t in library.topics]
    organizations = [
        Choice(o.slug, o.name, len(library.by_organization[o.slug])) for o in library.organizations
    ]
    authors = [Choice(a.slug, a.name, len(library.by_author[a.slug])) for a in library.authors]
    years = [
        Choice(d.iso, d.iso, len(library.periods[d]))
        for d in sorted(library.periods, reverse=True)
        if not d.month
    ]
    if library.undated:
        years.append(Choice("undated", messages("undated"), len(library.undated)))
    filters = (
        ("topic", messages("topic"), _largest(topics)),
        ("organization", messages("organization"), _largest(organizations)),
        ("year", messages("year"), tuple(years)),
        ("author", messages("author"), _largest(authors)),
    )
    return SearchView(
        head=Head(
            library.site,
            routes.SEARCH,
            messages("search"),
            messages("search_site", site=library.site.title),
            "search",
        ),
        filters=tuple(each for each in filters if each[2]),
        count=messages.count(len(library.papers), "papers"),
    )


def _largest(choices: list[Choice]) -> tuple[Choice, ...]:
    known = [choice for choice in choices if choice.count]
    return tuple(sorted(known, key=lambda c: (-c.count, c.name.casefold(), c.value))[:_CHOICES])


def text_view(context: SiteContext, index: int) -> TextView:
    """One of the archive's own pages."""
    page, site = context.library.pages[index], context.library.site
    return TextView(
        head=Head(site, routes.own_page(page.slug), page.title, page.body.plain[:160], page.slug),
        heading=page.title,
        body=page.body.html,
        edit=edit_address(site, page.position.path),
    )


def not_found_view(context: SiteContext) -> PlainView:
    """What a server shows where there is no page."""
    return PlainView(
        Head(context.library.site, routes.NOT_FOUND, context.messages("not_found"), indexed=False)
    )


def mine_view(context: SiteContext) -> PlainView:
    """The reader's own list, which a script makes from what the browser keeps."""
    title = context.messages("mine")
    return PlainView(Head(context.library.site, routes.MINE, title, section="mine", indexed=False))


def offline_view(context: SiteContext) -> PlainView:
    """How to read the archive without a network."""
    site, messages = context.library.site, context.messages
    about = messages("offline_description", site=site.title)
    return PlainView(Head(site, routes.OFFLINE, messages("read_offline"), about, "offline"))


def search_description_view(context: SiteContext) -> PlainView:
    """How a browser searches the archive from its address field (OpenSearch)."""
    return PlainView(Head(context.library.site, routes.OPENSEARCH, context.messages("search"), indexed=False))
