"""Library → the pages that lead to lists (all terms, all days, search), and the archive's own pages."""

import base64
import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from offprint.archive.model import Author, Library
from offprint.archive.name_index import name_index
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.forges import edit_address
from offprint.site.messages import Messages
from offprint.site.views.lists import weeks_of
from offprint.site.views.shared import Facet, Head, LinkCount, LinkTo, Pager, pager

DAYS_A_PAGE = 400
_BARE_STYLE = Markup(
    ":root{color-scheme:light dark}"
    "body{max-width:42rem;margin:2rem auto;padding:0 1.25rem;font:1.0625rem/1.6 Georgia,serif}"
    ".name{font-size:1.9rem;margin:0}.masthead>.menu,.address{display:none}"
    ".sections,.foot nav{position:static;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;border:0;"
    "background:none;color:inherit;margin:1rem 0}"
)  # of the page for unknown addresses, which may stand where no style sheet is found
_CHOICES = 150  # values of a filter that the search page offers; the rest have pages of their own


@dataclass(frozen=True, slots=True)
class NamesakesView:
    """A name that several people have, and links to each of them, with notes that tell them apart."""

    head: Head
    heading: str
    people: tuple[LinkTo, ...]


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
    """A value of a search filter, and how many papers have it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page: filters as (key, values, number of all values), at most 150 values of each.

    ``examples`` are queries of which each shows something that can be asked for, and what that is.
    """

    head: Head
    filters: tuple[tuple[str, tuple[Choice, ...], int], ...]
    count: str
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """One of the archive's own pages."""

    head: Head
    heading: str
    body: Markup
    edit: str


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """The page for an unknown address: ``style`` is its own, ``digest`` that by which browsers allow it."""

    head: Head
    style: Markup
    digest: str


@dataclass(frozen=True, slots=True)
class PlainView:
    """A page or file that needs only what every page has."""

    head: Head


def namesakes_view(context: SiteContext, index: int) -> NamesakesView:
    """Return the view of a name that several people have, with what tells them apart."""
    library, messages = context.library, context.messages
    name = library.namesakes[index]
    people = library.people
    return NamesakesView(
        Head(library.site, routes.author(name.slug), name.name, section="authors"),
        name.name,
        tuple(
            LinkTo(people[slug].name, routes.author(slug), _told_apart(library, people[slug], messages))
            for slug in name.people
        ),
    )


def _told_apart(library: Library, author: Author, messages: Messages) -> str:
    """Return what tells an author from namesakes: organizations, ORCID iD, and the number of papers."""
    papers = library.by_author[author.slug]
    here = [each for paper in papers for each in paper.authors if each.author.slug == author.slug]
    names = dict.fromkeys(organization.name for each in here for organization in each.organizations)
    parts = (", ".join(list(names)[:3]), author.orcid, messages.count(len(papers), "papers"))
    return " · ".join(part for part in parts if part)


def years_of_days(library: Library) -> list[list[tuple[int, list[dt.date]]]]:
    """Return the days with a list by year, in pages of whole years, about DAYS_A_PAGE days each."""
    pages: list[list[tuple[int, list[dt.date]]]] = [[]]
    size = 0
    for year, in_year in groupby(library.daily, key=lambda day: day.year):
        days = list(in_year)
        if size and size + len(days) > DAYS_A_PAGE:
            pages.append([])
            size = 0
        pages[-1].append((year, days))
        size += len(days)
    return pages


def days_view(
    context: SiteContext, years: list[tuple[int, list[dt.date]]], number: int, total: int
) -> DaysView:
    """Return the view of the daily lists of some years; the first page has the newest weeks, too."""
    library, messages = context.library, context.messages
    shown_years = []
    for year, in_year in years:
        months = []
        for month, days in groupby(in_year, key=lambda day: day.month):
            counts = (LinkCount(str(d.day), routes.day(d), len(library.daily[d])) for d in days)
            months.append(Facet(messages.month(month), tuple(counts)))
        shown_years.append((str(year), tuple(months)))
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
        years=tuple(shown_years),
        weeks=weeks if number == 1 else (),
        pager=pager(routes.DAILY, number, total, messages),
    )


def search_view(context: SiteContext) -> SearchView:
    """Return the view of the search page, with the filters' values.

    They are part of the page because asking Pagefind for them would load every filter file.
    """
    library, messages = context.library, context.messages
    topics = [Choice(t.slug, t.name, len(library.by_topic.get(t.slug, ()))) for t in library.topics]
    organizations = [
        Choice(o.slug, o.name, len(library.by_organization[o.slug])) for o in library.organizations
    ]
    authors = [Choice(each.slug, each.name, each.papers) for each in context.once(name_index).every_author()]
    named = topics, organizations, authors
    in_venue = Counter(paper.record.venue for paper in library.papers if paper.record.venue)
    venues = [Choice(venue, venue, count) for venue, count in in_venue.items()]
    years = [
        Choice(d.iso, d.iso, len(library.periods[d]))
        for d in sorted(library.periods, reverse=True)
        if not d.month
    ]
    if library.undated:
        years.append(Choice("undated", messages("undated"), len(library.undated)))
    kinds = {"topic": topics, "organization": organizations, "author": authors, "venue": venues}
    filters = [(kind, _largest(values), len(values)) for kind, values in kinds.items()]
    filters.append(("year", tuple(years), len(years)))
    return SearchView(
        head=Head(
            library.site,
            routes.SEARCH,
            messages("search"),
            messages("search_site", site=library.site.title),
            "search",
        ),
        filters=tuple(each for each in filters if each[1]),
        count=messages.count(len(library.papers), "papers"),
        examples=tuple(
            (query, messages(f"search_help_{key}")) for key, query in _examples(*map(_largest, named))
        ),
    )


def _examples(
    topics: Sequence[Choice], organizations: Sequence[Choice], authors: Sequence[Choice]
) -> tuple[tuple[str, str], ...]:
    """Return examples of queries for ``static/queries.js``, each with the key of what it shows.

    They are made of what the archive has most of; an archive that has nothing yet gets some of no subject.
    """
    topic = topics[0] if topics else Choice("field-studies", "Field studies", 0)
    words = topic.name.casefold().replace('"', "")
    either = [f"topic:{each.value}" for each in topics[:2]] if len(topics) > 1 else ["survey", "review"]
    *_, author = ["lovelace", *_words(authors[:1])]
    organization, *_ = [*_words(organizations[:1]), "university"]
    return (
        ("words", words),
        ("phrase", f'"{words}"'),
        ("without", f"{words} -survey"),
        ("or", " OR ".join(either)),
        ("author", f"author:{author} org:{organization}"),
        ("topic", f"topic:{topic.value}"),
        ("year", "year:2020..2022 after:2024 before:2020"),
        ("id", "arXiv:2512.05103"),
    )


def _words(choices: Sequence[Choice]) -> list[str]:
    """Return the words of choices' names in lower case."""
    return [word for each in choices for word in re.findall(r"\w+", each.name.casefold())]


def _largest(choices: list[Choice]) -> tuple[Choice, ...]:
    """Return the choices that papers have, at most ``_CHOICES``, those with most papers first."""
    used = [choice for choice in choices if choice.count]
    return tuple(sorted(used, key=lambda c: (-c.count, c.name.casefold(), c.value))[:_CHOICES])


def text_view(context: SiteContext, index: int) -> TextView:
    """Return the view of one of the archive's own pages."""
    page, site = context.library.pages[index], context.library.site
    return TextView(
        head=Head(site, routes.own_page(page.slug), page.title, page.body.plain[:160], page.slug),
        heading=page.title,
        body=page.body.html,
        edit=edit_address(site, page.position.path),
    )


def not_found_view(context: SiteContext) -> NotFoundView:
    """Return the view of the page that a server shows for an unknown address."""
    digest = base64.b64encode(hashlib.sha256(_BARE_STYLE.encode()).digest()).decode()
    head = Head(context.library.site, routes.NOT_FOUND, context.messages("not_found"), indexed=False)
    return NotFoundView(head, _BARE_STYLE, f"sha256-{digest}")


def mine_view(context: SiteContext) -> PlainView:
    """Return the view of the reader's own list, which a script fills from what the browser keeps."""
    title = context.messages("mine")
    return PlainView(Head(context.library.site, routes.MINE, title, section="mine", indexed=False))


def offline_view(context: SiteContext) -> PlainView:
    """Return the view of the page about reading without a network."""
    site, messages = context.library.site, context.messages
    description = messages("offline_description", site=site.title)
    return PlainView(Head(site, routes.OFFLINE, messages("read_offline"), description, "offline"))


def search_description_view(context: SiteContext) -> PlainView:
    """Return the view of the OpenSearch file, by which browsers search from the address field."""
    return PlainView(Head(context.library.site, routes.OPENSEARCH, context.messages("search"), indexed=False))
