"""Library → every page of the site, feeds, data and sitemap included.

A ``Page`` names a function and its arguments rather than holding a view, so that the list of all pages is
small and a worker process makes only the views that it renders.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from offprint import (
    calendars,
    citations,
    contributing,
    digests,
    feeds,
    handover,
    indexes,
    listings,
    routes,
    statistics,
)
from offprint.diagnostics import Diagnostic
from offprint.model import Library, PartialDate, Site
from offprint.paperview import paper_view
from offprint.schema import FORMS
from offprint.views import Named, Shelf, pages_of, steps
from offprint.wording import Wording

SITEMAP_MOST = 45_000  # addresses in one sitemap; the protocol allows 50,000 and 50 MB
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page:
    """One output file. ``make(shelf, *args)`` gives its view, or its text where it has no template."""

    path: str
    template: str
    make: Callable[..., Any]
    args: tuple[Any, ...] = ()


def list_pages(library: Library, words: Wording) -> list[Page]:
    """Every page, in a fixed order."""
    pages = [
        *_paper_pages(library),
        *_home_and_search(library),
        *_daily_pages(library, words),
        *_term_pages(library),
        *_period_pages(library, words),
        *_own_pages(library),
        *_contributing_pages(library),
        *_data_pages(library),
    ]
    addresses = [page.path for page in pages if _in_sitemap(page)]
    return [*pages, *_sitemap_pages(library.site, addresses)]


def collisions(library: Library, pages: Iterable[Page]) -> list[Diagnostic]:
    """A fault for each of the archive's own pages whose path another page has."""
    owned = {routes.own_page(page.slug): page for page in library.pages}
    taken = {page.path.casefold() for page in pages if page.make is not indexes.text_view}
    return [
        Diagnostic(page.position, f"the archive makes a page {path} of its own", "give the file another name")
        for path, page in owned.items()
        if path in taken
    ]


def _paper_pages(library: Library) -> Iterator[Page]:
    for index, paper in enumerate(library.papers):
        yield Page(routes.paper(paper.slug), "paper.html", paper_view, (index,))


def _home_and_search(library: Library) -> Iterator[Page]:
    yield Page(routes.INDEX, "index.html", listings.index_view)
    yield Page(routes.SEARCH, "search.html", indexes.search_view)
    yield Page(routes.MINE, "mine.html", indexes.mine_view)
    yield Page(routes.OFFLINE, "offline.html", indexes.offline_view)
    yield Page(routes.NOT_FOUND, "404.html", indexes.not_found_view)
    yield Page(routes.FEED, "feed.xml", feeds.site_feed)
    yield Page(routes.JSON_FEED, "", feeds.json_feed)
    yield Page(routes.DAY_FEED, "digests.xml", digests.day_feed)
    yield Page(routes.WEEK_FEED, "digests.xml", digests.week_feed)
    yield Page(routes.OUTLINE, "feeds.opml", feeds.outline_view)


def _daily_pages(library: Library, words: Wording) -> Iterator[Page]:
    groups = indexes.years_of_days(library)
    for number, years in enumerate(groups, 1):
        path = routes.numbered(routes.DAILY, number)
        yield Page(path, "days.html", indexes.days_view, (years, number, len(groups)))
    days = list(library.daily)
    for index, day in enumerate(days):
        around = steps(days, index, lambda each: Named(words.day(each), routes.day(each)))
        yield from _paged(library, ("daily", day), routes.day(day), listings.day_view, day, around)
    weeks = listings.weeks_of(library)
    order, mailed = list(weeks), digests.mailed_weeks(library)
    for index, week in enumerate(order):
        around = steps(
            order, index, lambda each: Named(words("week", week=each[1], year=each[0]), routes.week(*each))
        )
        mail = routes.mail(*week) if week in mailed else ""
        yield Page(routes.week(*week), "list.html", listings.week_view, (week, weeks[week], around, mail))
        if mail:
            yield Page(mail, "mail.html", digests.mail_view, (week, weeks[week]))


def _term_pages(library: Library) -> Iterator[Page]:
    yield Page(routes.TOPICS, "terms.html", indexes.topics_view)
    for make, first, terms in (
        (indexes.organizations_view, routes.ORGANIZATIONS, library.organizations),
        (indexes.authors_view, routes.AUTHORS, library.authors),
    ):
        for number in range(1, pages_of(len(terms), indexes.TERMS_A_PAGE) + 1):
            yield Page(routes.numbered(first, number), "terms.html", make, (number,))
    for index, topic in enumerate(library.topics):
        path = routes.topic(topic.slug)
        yield from _paged(library, ("by_topic", topic.slug), path, listings.topic_view, index)
        yield Page(routes.feed_of(path), "feed.xml", feeds.topic_feed, (index,))
    for index, organization in enumerate(library.organizations):
        path = routes.organization(organization.slug)
        group = ("by_organization", organization.slug)
        yield from _paged(library, group, path, listings.organization_view, index)
        yield Page(routes.feed_of(path), "feed.xml", feeds.organization_feed, (index,))
    for index, author in enumerate(library.authors):
        path = routes.author(author.slug)
        yield from _paged(library, ("by_author", author.slug), path, listings.author_view, index)
        yield Page(routes.feed_of(path), "feed.xml", feeds.author_feed, (index,))


def _period_pages(library: Library, words: Wording) -> Iterator[Page]:
    yield Page(routes.ARCHIVE, "archive.html", calendars.archive_view)
    years = list(calendars.days_by_year(library))
    for index, year in enumerate(years):
        around = steps(years, index, lambda each: Named(str(each), routes.calendar(each)))
        yield Page(routes.calendar(year), "calendar.html", calendars.calendar_view, (year, around))
    yield from _paged(library, ("undated", None), routes.UNDATED, listings.undated_view)
    for depth in range(3):
        of_depth = sorted((d for d in library.periods if _depth(d) == depth), reverse=True)
        for index, date in enumerate(of_depth):
            around = steps(of_depth, index, lambda each: Named(words.date(each), routes.period(each)))
            path = routes.period(date)
            yield from _paged(library, ("periods", date), path, listings.period_view, date, around)


def _own_pages(library: Library) -> Iterator[Page]:
    for index, page in enumerate(library.pages):
        yield Page(routes.own_page(page.slug), "page.html", indexes.text_view, (index,))


def _contributing_pages(library: Library) -> Iterator[Page]:
    yield Page(routes.ADD, "add.html", contributing.add_view)
    for kind in FORMS:
        yield Page(routes.schema(kind), "", contributing.schema_file, (kind,))
    found = contributing.with_gaps(library)
    for number in range(1, pages_of(len(found), contributing.GAPS_A_PAGE) + 1):
        path = routes.numbered(routes.GAPS, number)
        yield Page(path, "gaps.html", contributing.gaps_view, (found, number))


def _data_pages(library: Library) -> Iterator[Page]:
    for path, make in (
        (routes.PAPERS_JSON, citations.papers_json),
        (routes.PAPERS_BIB, citations.papers_bib),
        (routes.PAPERS_CSV, citations.papers_csv),
    ):
        yield Page(path, "", _data, (make,))
    yield Page(routes.STATISTICS, "statistics.html", statistics.statistics_view)
    yield Page(routes.STATISTICS_JSON, "", statistics.statistics_json)
    yield Page(routes.STATISTICS_CSV, "", statistics.statistics_csv)
    for path, numbers in handover.cited(library.papers).items():
        yield Page(path, "", handover.cite, (path, numbers))
    yield Page("robots.txt", "", _robots)
    yield Page("manifest.webmanifest", "", _manifest)
    yield Page(routes.OPENSEARCH, "opensearch.xml", indexes.search_description_view)
    yield Page(routes.TEXTS, "", _texts)


def _sitemap_pages(site: Site, addresses: Sequence[str]) -> Iterator[Page]:
    if len(addresses) <= SITEMAP_MOST:
        yield Page("sitemap.xml", "", _sitemap, (tuple(addresses),))
        return
    parts = [addresses[i : i + SITEMAP_MOST] for i in range(0, len(addresses), SITEMAP_MOST)]
    for number, each in enumerate(parts, 1):
        yield Page(f"sitemap-{number}.xml", "", _sitemap, (tuple(each),))
    yield Page("sitemap.xml", "", _sitemap_index, (len(parts),))


def _paged(
    library: Library, group: tuple[str, object], path: str, make: Callable[..., Any], *args: object
) -> Iterator[Page]:
    """The pages of a list: ``make`` gets the page's number after its other arguments.

    ``group`` tells which of the library's lists it is. What has more than one page gets its rows beside, so
    that a script can filter and order the whole.
    """
    total = pages_of(len(handover.papers_of(library, *group)), library.site.page_size)
    for number in range(1, total + 1):
        yield Page(routes.numbered(path, number), "list.html", make, (*args, number))
    if total > 1:
        yield Page(routes.rows_of(path), "", handover.rows, (path, *group))


def _depth(date: PartialDate) -> int:
    return 2 if date.day else 1 if date.month else 0


def _in_sitemap(page: Page) -> bool:
    """Whether it is a page for people that is not another's double."""
    if not page.path.endswith(".html") or page.template == "mail.html":
        return False
    return page.path not in (routes.NOT_FOUND, routes.SEARCH, routes.MINE)


def _data(shelf: Shelf, make: Callable[[Iterable[Any], Site], str]) -> str:
    return make(shelf.library.papers, shelf.library.site)


def _texts(shelf: Shelf) -> str:
    return shelf.words.script()


def _robots(shelf: Shelf) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {shelf.library.site.url}sitemap.xml\n"


def _manifest(shelf: Shelf) -> str:
    """The web app manifest; addresses in it are relative to itself."""
    site = shelf.library.site
    manifest = {
        "name": site.title,
        "short_name": site.short_name,
        "description": site.description or site.tagline,
        "lang": site.language,
        "start_url": "./index.html",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [{"src": "static/icon.svg", "type": "image/svg+xml", "sizes": "any"}],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


_SITEMAP_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _sitemap(shelf: Shelf, paths: Sequence[str]) -> str:
    url = shelf.library.site.url
    rows = (f"<url><loc>{escape(url + _address(path))}</loc></url>\n" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP_XMLNS}>\n{"".join(rows)}</urlset>\n'


def _sitemap_index(shelf: Shelf, parts: int) -> str:
    url = escape(shelf.library.site.url)
    rows = (f"<sitemap><loc>{url}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, parts + 1))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_SITEMAP_XMLNS}>\n'
    return f"{head}{''.join(rows)}</sitemapindex>\n"


def _address(path: str) -> str:
    return "" if path == routes.INDEX else path
