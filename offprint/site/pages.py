"""Library → every page of the site, feeds, data files and sitemap included, and what each depends on.

A ``Page`` names a view function and its arguments instead of holding a view, so that the list of all pages
stays small and a worker process makes only the views that it renders. Rendering is left to ``renderer.py``,
writing to ``build/``.
"""

import functools
import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from markupsafe import escape

from offprint.archive.model import Library, Moved, Namesakes, Organization, Paper, Topic
from offprint.archive.moves import first_slug
from offprint.archive.name_index import name_index
from offprint.archive.related import RelatedIds
from offprint.archive.resolve import periods_of
from offprint.diagnostics import Diagnostic
from offprint.records.model import PartialDate, SiteConfig
from offprint.records.slugs import LETTERS
from offprint.site import citations, client_data, routes
from offprint.site.context import SiteContext
from offprint.site.fingerprints import Fingerprints
from offprint.site.messages import Messages
from offprint.site.schema import FORMS, WATCH
from offprint.site.views import (
    calendars,
    changes,
    contribute,
    feeds,
    indexes,
    latest,
    lists,
    newsletters,
    statistics,
    terms,
)
from offprint.site.views.moved import moved_view, removed_view
from offprint.site.views.paper import paper_view
from offprint.site.views.shared import LinkTo, count_pages, page_items, steps
from offprint.storage.fingerprint import SIZE, Fingerprint, content_chunks, fingerprint

SITEMAP_MOST = 45_000  # addresses in one sitemap; the protocol allows 50,000 and 50 MB


class Page(NamedTuple):
    """One output file: ``make(context, *args)`` returns its view, or its content if it has no template.

    What it depends on: ``shows`` are the papers on it, ``shown`` is their fingerprint, and ``rest`` is a
    fingerprint of all else in the library that it is made from. While these, the template, the messages,
    the configuration and the code are the same, so are its bytes.
    """

    path: str
    template: str
    make: Callable[..., Any]
    args: tuple[Any, ...] = ()
    shows: Sequence[Paper] = ()
    rest: Fingerprint = b""
    shown: Fingerprint = b""


def list_pages(library: Library, messages: Messages, fingerprints: Fingerprints) -> list[Page]:
    """Return every page, in a fixed order.

    ``rest`` of papers' pages does not cover their related papers yet: see ``with_related``.
    """
    pages = [
        *_data_pages(library, fingerprints),
        *_home_and_search(library, fingerprints),
        *_daily_pages(library, messages),
        *_term_pages(library, fingerprints),
        *_period_pages(library, messages, fingerprints),
        *_own_pages(library),
        *_moved_pages(library, messages),
        *_contributing_pages(library, fingerprints),
        *_paper_pages(library),
    ]
    pages += _sitemap_pages(library.site, [page.path for page in pages if _in_sitemap(page)])
    return [page._replace(shown=fingerprints.papers(page.shows)) for page in pages]


def renewed(pages: Iterable[Page], papers: Iterable[Paper], fingerprints: Fingerprints) -> list[Page]:
    """Return the pages after an edit of nothing but the texts of some papers.

    ``fingerprints`` must have been renewed for these papers.
    """
    changed = {id(paper) for paper in papers}
    return [
        page
        if changed.isdisjoint(map(id, page.shows))
        else page._replace(shown=fingerprints.papers(page.shows))
        for page in pages
    ]


def with_related(pages: Iterable[Page], related: Mapping[str, RelatedIds]) -> list[Page]:
    """Return the pages with related papers (by slug) added to what papers' pages depend on."""
    return [
        page._replace(rest=page.rest + related[page.shows[0].slug].fingerprint)
        if page.make is paper_view and not page.shows[0].superseded_by
        else page
        for page in pages
    ]


def page_fingerprint(page: Page, common: Fingerprint, social_cards: Container[str]) -> Fingerprint:
    """Return the fingerprint of all that a page is made from.

    ``common`` is the fingerprint of what every page is made from: templates, messages, configuration, code.
    ``social_cards`` are the paths of all social cards.
    """
    card = page.template == "paper.html" and routes.card(page.shows[0].slug) in social_cards
    parts = (common, page.shown, page.rest or bytes(SIZE), page.path.encode())
    return blake2b(b"".join(parts) + bytes(card), digest_size=SIZE).digest()


def collisions(library: Library, pages: Iterable[Page]) -> list[Diagnostic]:
    """Return a fault for each of the archive's own pages whose path, or former path, is another page's."""
    owned = {
        routes.own_page(page.slug): (page.position, "give the file another name") for page in library.pages
    }
    for page in library.pages:
        for ref in page.formerly:
            owned.setdefault(routes.own_page(ref.text), (ref.position, "take it out here"))
    own = (indexes.text_view, moved_view)
    taken = {page.path.casefold() for page in pages if page.make not in own}
    return [
        Diagnostic(position, f"the archive makes a page {path} of its own", advice)
        for path, (position, advice) in owned.items()
        if path in taken
    ]


def _paper_pages(library: Library) -> Iterator[Page]:
    """Yield a page for each paper."""
    titles = [(paper.slug, paper.record.title.source) for paper in library.papers]
    by_slug = library.versions_by_slug()
    for index, paper in enumerate(library.versions):
        around = [
            titles[at] for at in (index - 1, index + 1) if 0 <= at < len(titles) and index < len(titles)
        ]
        others = [(each, by_slug[each].record.title.source, by_slug[each].date) for each in paper.versions]
        rest = fingerprint(around, others)
        yield Page(routes.paper(paper.slug), "paper.html", paper_view, (index,), (paper,), rest)


def _home_and_search(library: Library, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield the home page, search and other single pages, and the feeds of the whole archive."""
    days, papers = list(library.daily), library.papers
    counts = fingerprints.listed(papers)
    shown = [paper for group in latest.home_groups(library) for paper in group.papers]
    yield Page(
        routes.INDEX, "index.html", latest.index_view, (), shown, fingerprint(counts, _day_counts(library))
    )
    if days:
        for path, make, best in (
            (routes.MONTH, latest.month_view, latest.papers_of_month(library)),
            (routes.TRENDING, latest.trending_view, latest.trending_papers(library)),
        ):
            yield Page(path, "list.html", make, (), best, fingerprint(_day_counts(library)))
    venues = fingerprint([paper.record.venue for paper in papers])
    yield Page(routes.SEARCH, "search.html", indexes.search_view, (), (), fingerprint(counts, venues))
    yield Page(routes.MINE, "mine.html", indexes.mine_view)
    yield Page(routes.OFFLINE, "offline.html", indexes.offline_view)
    yield Page(routes.NOT_FOUND, "404.html", indexes.not_found_view)
    newest = feeds.newest(papers, feeds.SITE_ENTRIES)
    yield Page(routes.FEED, "feed.xml", feeds.site_feed, (), newest)
    yield Page(routes.JSON_FEED, "", feeds.json_feed, (), newest)
    of_days = [paper for day in days[: newsletters.DAYS] for paper in library.daily[day]]
    yield Page(routes.DAY_FEED, "digests.xml", newsletters.day_feed, (), of_days)
    weeks = list(lists.weeks_of(library).values())[: newsletters.WEEKS]
    of_weeks = [paper for week in weeks for day in week for paper in library.daily[day]]
    yield Page(routes.WEEK_FEED, "digests.xml", newsletters.week_feed, (), of_weeks)
    yield from _changes_pages(library)
    of_terms = fingerprint(fingerprints.topics, fingerprints.counted_organizations, fingerprints.authors)
    yield Page(routes.OUTLINE, "feeds.opml", feeds.outline_view, (), (), of_terms)


def _changes_pages(library: Library) -> Iterator[Page]:
    """Yield the page and the feed of what changed."""
    newest = changes.newest_changes(library)
    rest = fingerprint(newest, [day.isoformat() for day in library.daily])
    yield Page(routes.CHANGES, "changes.html", changes.changes_view, (newest,), (), rest)
    yield Page(routes.CHANGES_FEED, "changes.xml", changes.changes_feed, (newest,), (), rest)


def _day_counts(library: Library) -> list[tuple[str, int]]:
    return [(day.isoformat(), len(papers)) for day, papers in library.daily.items()]


def _daily_pages(library: Library, messages: Messages) -> Iterator[Page]:
    """Yield the index of daily lists, the list of each day, and the digest of each week."""
    groups = indexes.years_of_days(library)
    counts = fingerprint(_day_counts(library))
    for number, years in enumerate(groups, 1):
        path = routes.numbered(routes.DAILY, number)
        yield Page(path, "days.html", indexes.days_view, (years, number, len(groups)), (), counts)
    days = list(library.daily)
    for index, day in enumerate(days):
        around = steps(days, index, lambda each: LinkTo(messages.day(each), routes.day(each)))
        path, papers = routes.day(day), library.daily[day]
        first = Page(path, "list.html", lists.day_view, (day, around), papers, fingerprint(around))
        yield from _paged(library.site.page_size, ("daily", day), first)
    weeks = lists.weeks_of(library)
    order, mailed = list(weeks), newsletters.mailed_weeks(library)
    for index, week in enumerate(order):
        around = steps(
            order,
            index,
            lambda each: LinkTo(messages("week", week=each[1], year=each[0]), routes.week(*each)),
        )
        mail = routes.mail(*week) if week in mailed else ""
        listed = [paper for day in weeks[week] for paper in library.daily[day]]
        args = (week, weeks[week], around, mail)
        yield Page(routes.week(*week), "list.html", lists.week_view, args, listed, fingerprint(around, mail))
        if mail:
            yield Page(mail, "mail.html", newsletters.mail_view, (week, weeks[week]), listed)


def _term_pages(library: Library, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield indexes, lists and feeds of topics, organizations and authors."""
    size = library.site.page_size
    moved = _former_feeds(library)
    yield Page(routes.TOPICS, "terms.html", terms.topics_view, (), (), fingerprints.topics)
    yield from _alphabets(library, fingerprints)
    for index, topic in enumerate(library.topics):
        path, papers = routes.topic(topic.slug), library.by_topic.get(topic.slug, ())
        around = [(slug, fingerprints.named_topic(slug)) for slug in (topic.parent, *topic.children) if slug]
        rest = fingerprint(fingerprints.topic(topic), around)
        first = Page(path, "list.html", lists.topic_view, (index,), papers, rest)
        yield from _paged(size, ("by_topic", topic.slug), first)
        yield from _feeds_of("topics", topic, moved, (feeds.topic_feed, index), papers)
    for index, organization in enumerate(library.organizations):
        path, papers = routes.organization(organization.slug), library.by_organization[organization.slug]
        rest = fingerprints.organization(organization)
        first = Page(path, "list.html", lists.organization_view, (index,), papers, rest)
        yield from _paged(size, ("by_organization", organization.slug), first)
        if feeds.has_feed(library, organization.source, papers):
            feed = (feeds.organization_feed, index)
            yield from _feeds_of("organizations", organization, moved, feed, papers)
    yield from _author_pages(library, moved)


def _alphabets(library: Library, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield the pages of all organizations and of all authors, and the data of each for scripts."""
    dates = fingerprints.listed(library.papers)
    for kind, make, path, pages, of_terms in (
        (
            "organizations",
            terms.organizations_view,
            routes.ORGANIZATIONS,
            terms.organization_pages(library),
            fingerprints.counted_organizations,
        ),
        ("authors", terms.authors_view, routes.AUTHORS, terms.author_pages(library), fingerprints.authors),
    ):
        for number in range(1, len(pages) + 1):
            yield Page(routes.numbered(path, number), "terms.html", make, (number,), (), of_terms)
        if pages[0]:
            rest = fingerprint(of_terms, dates)
            yield Page(routes.terms_of(kind), "", client_data.terms_file, (kind,), (), rest)


def _author_pages(library: Library, moved: Mapping[tuple[str, str], Sequence[Moved]]) -> Iterator[Page]:
    """Yield lists and feeds of authors, and the pages and feeds of names that several of them have."""
    by_name = {name.slug: name for name in library.namesakes}
    with_feed = feeds.authors_with_feed(library)
    names = {author.slug: author.name for author in library.authors}
    for index, author in enumerate(library.authors):
        path, papers = routes.author(author.slug), library.by_author[author.slug]
        bearers = _people(by_name.pop(author.slug, None))
        others = [(slug, names[slug]) for slug in bearers if slug != author.slug]
        rest = fingerprint(author, others, author.slug in with_feed)
        first = Page(
            path, "list.html", lists.author_view, (index, others, author.slug in with_feed), papers, rest
        )
        yield from _paged(library.site.page_size, ("by_author", author.slug), first)
        if author.slug not in with_feed:
            continue
        # Unlike a topic's, an author's feed has its own address as its id: what leads to it may change.
        addresses = [author.slug, *(each.old for each in moved.get(("authors", author.slug), ()))]
        for slug in addresses:
            feed_path, args = routes.feed_of(routes.author(slug)), (index, slug)
            yield Page(feed_path, "feed.xml", feeds.author_feed, args, papers, fingerprint(author.name, args))
    for index, name in enumerate(library.namesakes):
        if name.slug not in by_name:
            continue
        path, of_all = routes.author(name.slug), feeds.papers_of_all(library, name)
        rest = fingerprint(name, [names[slug] for slug in name.people])
        yield Page(path, "namesakes.html", indexes.namesakes_view, (index,), of_all, rest)
        yield Page(routes.feed_of(path), "feed.xml", feeds.namesakes_feed, (index,), of_all, rest)


def _people(name: Namesakes | None) -> tuple[str, ...]:
    return name.people if name else ()


def _former_feeds(library: Library) -> dict[tuple[str, str], list[Moved]]:
    """Return the former addresses by kind and present slug."""
    former: dict[tuple[str, str], list[Moved]] = {}
    for each in library.moved:
        former.setdefault((each.kind, each.new), []).append(each)
    return former


def _feeds_of(
    kind: str,
    term: Topic | Organization,
    former: Mapping[tuple[str, str], Sequence[Moved]],
    make: tuple[Callable[..., Any], int],
    papers: Sequence[Paper],
) -> Iterator[Page]:
    """Yield the feed of a topic or organization, at its address and at each former one.

    ``make`` is the view function and the first of its arguments.
    """
    view, index = make
    addresses = [(term.slug, first_slug(term.slug, term.formerly))]
    addresses += [(each.old, each.feed_slug) for each in former.get((kind, term.slug), ())]
    for slug, feed_slug in addresses:
        path = routes.feed_of(routes.page_of(kind, slug))
        yield Page(
            path, "feed.xml", view, (index, feed_slug), papers, fingerprint(term.name, term.slug, feed_slug)
        )


def _period_pages(library: Library, messages: Messages, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield the calendar of publication, and the lists of years, months, days and undated papers."""
    undated = library.undated
    counts, shown = fingerprints.listed(library.papers), undated[: library.site.page_size]
    yield Page(
        routes.ARCHIVE,
        "archive.html",
        calendars.archive_view,
        (),
        shown,
        fingerprint(counts, fingerprints.topics),
    )
    years = list(calendars.days_by_year(library))
    for index, year in enumerate(years):
        around = steps(years, index, lambda each: LinkTo(str(each), routes.calendar(each)))
        counts = fingerprint(fingerprints.listed(library.periods[PartialDate(year)]), around)
        yield Page(
            routes.calendar(year), "calendar.html", calendars.calendar_view, (year, around), (), counts
        )
    first = Page(routes.UNDATED, "list.html", lists.undated_view, (), undated)
    yield from _paged(library.site.page_size, ("undated", None), first)
    for depth in range(3):
        of_depth = sorted((d for d in library.periods if _depth(d) == depth), reverse=True)
        for index, date in enumerate(of_depth):
            around = steps(of_depth, index, lambda each: LinkTo(messages.date(each), routes.period(each)))
            path, papers = routes.period(date), library.periods[date]
            first = Page(path, "list.html", lists.period_view, (date, around), papers, fingerprint(around))
            yield from _paged(library.site.page_size, ("periods", date), first)


def _own_pages(library: Library) -> Iterator[Page]:
    """Yield the archive's own pages."""
    for index, page in enumerate(library.pages):
        rest = fingerprint(page.digest, page.position.path)
        yield Page(routes.own_page(page.slug), "page.html", indexes.text_view, (index,), (), rest)


def _moved_pages(library: Library, messages: Messages) -> Iterator[Page]:
    """Yield a page for each former address and each removed paper, and the data by which filters follow."""
    names = {
        "papers": {paper.slug: paper.record.title.plain for paper in library.versions},
        "topics": {topic.slug: topic.name for topic in library.topics},
        "organizations": {each.slug: each.name for each in library.organizations},
        "authors": {author.slug: author.name for author in library.authors},
        "pages": {page.slug: page.title for page in library.pages},
    }
    for gone in library.removed:
        names["papers"][gone.slug] = messages("removed")
        rest = fingerprint(gone.reason, gone.day)
        yield Page(routes.paper(gone.slug), "removed.html", removed_view, (gone,), (), rest)
    for each in library.moved:
        old, new = routes.page_of(each.kind, each.old), routes.page_of(each.kind, each.new)
        args = (old, new, names[each.kind][each.new])
        yield Page(old, "moved.html", moved_view, args, (), fingerprint(args))
    yield from _superseded_periods(library, messages)
    yield Page(routes.MOVED, "", client_data.moved_file, (), (), fingerprint(library.moved))


def _superseded_periods(library: Library, messages: Messages) -> Iterator[Page]:
    """Yield a page that leads on for each day and period of which all papers have a newer version."""
    moved, weeks = {}, lists.weeks_of(library)
    for paper in library.superseded:
        day, date = paper.listed, paper.date
        if day and day not in library.daily:
            moved[routes.day(day)] = (routes.DAILY, messages("daily_lists"))
            year, week, _ = day.isocalendar()
            if (year, week) not in weeks:
                moved[routes.week(year, week)] = (routes.DAILY, messages("daily_lists"))
        for period in periods_of(date):
            if period not in library.periods:
                moved[routes.period(period)] = (routes.ARCHIVE, messages("archive"))
    for path, target in sorted(moved.items()):
        yield Page(path, "moved.html", moved_view, (path, *target), (), fingerprint(target))


def _contributing_pages(library: Library, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield the form "Add a paper", the JSON Schemas, and the pages of gaps in records."""
    yield Page(routes.ADD, "add.html", contribute.add_view, (), (), fingerprints.topics)
    known = fingerprint(client_data.known_papers(library))
    yield Page(routes.SLUGS, "", client_data.slugs, (), (), known)
    for kind in (*FORMS, WATCH):
        yield Page(routes.schema(kind), "", contribute.schema_file, (kind,), (), fingerprints.topics)
    gaps = contribute.find_gaps(library)
    totals = Counter(lack for _, lacks in gaps for lack in lacks)
    counts = fingerprints.listed(library.papers)
    for number in range(1, count_pages(len(gaps), contribute.GAPS_A_PAGE) + 1):
        path = routes.numbered(routes.GAPS, number)
        shown = [paper for paper, _ in page_items(gaps, number, contribute.GAPS_A_PAGE)]
        yield Page(path, "gaps.html", contribute.gaps_view, (gaps, totals, number), shown, counts)


def _data_pages(library: Library, fingerprints: Fingerprints) -> Iterator[Page]:
    """Yield exports, statistics, files of citations, and files that browsers and crawlers ask for."""
    papers, versions = library.papers, library.versions
    for path in citations.EXPORTS:
        yield Page(path, "", export, (path,), versions)
    counts = fingerprint(fingerprints.listed(papers), fingerprints.topics)
    yield Page(routes.STATISTICS, "statistics.html", statistics.statistics_view, (), (), counts)
    yield Page(routes.STATISTICS_JSON, "", statistics.statistics_json, (), (), counts)
    yield Page(routes.STATISTICS_CSV, "", statistics.statistics_csv, (), (), counts)
    for path, numbers in client_data.citation_files(versions).items():
        yield Page(path, "", client_data.citation_file, (path, numbers), [versions[each] for each in numbers])
    yield Page(routes.WORDS, "", client_data.vocabulary, (), papers)
    index = name_index(library)
    for node in index.nodes:
        rest = fingerprint(index.of_node(node), "" if node else list(index.nodes))
        yield Page(routes.names_of(node), "", client_data.names, (node,), (), rest)
    yield Page(routes.EVERY_AUTHOR, "", client_data.every_author, (), (), fingerprint(index.every_author()))
    yield Page("robots.txt", "", _robots)
    yield Page("manifest.webmanifest", "", _manifest)
    yield Page(routes.OPENSEARCH, "opensearch.xml", indexes.search_description_view)
    yield Page(routes.TEXTS, "", _texts)


def _sitemap_pages(site: SiteConfig, addresses: Sequence[str]) -> Iterator[Page]:
    """Yield the sitemap; of more addresses than one may hold, several and an index of them."""
    if len(addresses) <= SITEMAP_MOST:
        yield Page("sitemap.xml", "", _sitemap, (tuple(addresses),), (), fingerprint(addresses))
        return
    parts = [addresses[i : i + SITEMAP_MOST] for i in range(0, len(addresses), SITEMAP_MOST)]
    for number, each in enumerate(parts, 1):
        yield Page(f"sitemap-{number}.xml", "", _sitemap, (tuple(each),), (), fingerprint(each))
    yield Page("sitemap.xml", "", _sitemap_index, (len(parts),), (), fingerprint(len(parts)))


def _paged(size: int, group: tuple[str, object], first: Page) -> Iterator[Page]:
    """Yield the pages of a list, ``size`` papers each, and the rows of a list of several pages for scripts.

    ``first`` is the first page, whose ``shows`` are all papers of the list; ``make`` gets the page's number
    as a last argument. ``group`` names the list in the library, as in ``client_data.papers_of``. The first
    page depends on all papers, since it counts them; a later one on its own papers.
    """
    papers, total = first.shows, count_pages(len(first.shows), size)
    yield first._replace(args=(*first.args, 1))
    for number in range(2, total + 1):
        path, shown = routes.numbered(first.path, number), page_items(papers, number, size)
        rest = fingerprint(first.rest, len(papers))
        yield Page(path, first.template, first.make, (*first.args, number), shown, rest)
    if total > 1:
        yield Page(routes.rows_of(first.path), "", client_data.rows, (first.path, *group), papers)


def _depth(date: PartialDate) -> int:
    """Return 2 for a day, 1 for a month, 0 for a year."""
    return 2 if date.day else 1 if date.month else 0


def _in_sitemap(page: Page) -> bool:
    """Tell whether a page is for people and no other page's double."""
    if not page.path.endswith(".html") or page.template in ("mail.html", "moved.html", "removed.html"):
        return False
    return page.path not in (routes.NOT_FOUND, routes.SEARCH, routes.MINE)


def export(context: SiteContext, path: str) -> bytes:
    """Return the whole archive as one data file; the entries of each chunk of papers are remembered."""
    site, export = context.library.site, citations.EXPORTS[path]
    texts = []
    for papers in content_chunks(context.library.versions, lambda paper: paper.slug):
        key = fingerprint(path, site, context.fingerprints.papers(papers))
        texts.append(context.memo("exports", key, functools.partial(_export_chunk, export, papers, site)))
    whole = export.between.encode().join(filter(None, texts))
    return export.before.encode() + whole + export.after.encode()


def _export_chunk(export: citations.Export, papers: Sequence[Paper], site: SiteConfig) -> bytes:
    return export.between.join(filter(None, (export.entry(paper, site) for paper in papers))).encode()


def _texts(context: SiteContext) -> str:
    return f"{context.messages.script()}const LETTERS = {json.dumps(LETTERS, ensure_ascii=False)};\n"


def _robots(context: SiteContext) -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {context.library.site.url}sitemap.xml\n"


def _manifest(context: SiteContext) -> str:
    """Return the web app manifest; its addresses are relative to itself."""
    site = context.library.site
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


def _sitemap(context: SiteContext, paths: Sequence[str]) -> str:
    url = context.library.site.url
    rows = (f"<url><loc>{escape(url + _address_of(path))}</loc></url>\n" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP_XMLNS}>\n{"".join(rows)}</urlset>\n'


def _sitemap_index(context: SiteContext, parts: int) -> str:
    url = escape(context.library.site.url)
    rows = (f"<sitemap><loc>{url}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, parts + 1))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_SITEMAP_XMLNS}>\n'
    return f"{head}{''.join(rows)}</sitemapindex>\n"


def _address_of(path: str) -> str:
    """Return a page's address below the site's root, which is empty for the home page."""
    return "" if path == routes.INDEX else path
