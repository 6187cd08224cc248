"""Library → feeds: Atom (RFC 4287) everywhere, JSON Feed 1.1 for the site, and OPML as the list of all.

A feed has what happened last in the archive: papers that it took in, and notices of retractions,
withdrawals and corrections, which renew a paper's entry whatever its age. A paper of which no day is known
is in none. There is no clock: a feed was updated when the newest of its papers was.
"""

import datetime as dt
import heapq
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from offprint.archive.model import Library, Namesakes, Paper
from offprint.archive.moves import first_slug
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.messages import Messages
from offprint.site.views.shared import LEAD, notice_key, shorten

SITE_ENTRIES = 50
TERM_ENTRIES = 25
NAMES = 10  # of authors in an entry: some papers have thousands, and an entry is in many feeds
_E = TypeVar("_E")


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper in a feed; its ``id`` is the first address that its page ever had."""

    slug: str
    id: str
    url: str
    title: str
    published: str
    updated: str
    authors: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    lead: str
    content: Markup
    image: str


@dataclass(frozen=True, slots=True)
class FeedView(Generic[_E]):
    """A feed; addresses are whole, since readers take feeds away from the site."""

    id: str
    title: str
    subtitle: str
    author: str
    language: str
    url: str
    page: str
    icon: str
    updated: str
    entries: tuple[_E, ...]


def site_feed(context: SiteContext) -> FeedView[Entry]:
    """Return the feed of the newest papers of the whole archive."""
    site = context.library.site
    return _feed(context, context.library.papers, routes.INDEX, site.title, SITE_ENTRIES)


def has_feed(library: Library, source: str, papers: Sequence[Paper]) -> bool:
    """Tell whether an organization or author has a feed: one with a record (``source``) or enough papers.

    Most of those without a record have a single paper, and theirs would be most of the site's feeds.
    """
    return bool(source) or len(papers) >= library.site.feed_min_papers


def authors_with_feed(library: Library) -> frozenset[str]:
    """Return the slugs of authors with a feed, namesakes among them: another may have had their address."""
    named_alike = {slug for name in library.namesakes for slug in name.people}
    return frozenset(
        each.slug
        for each in library.authors
        if each.slug in named_alike or has_feed(library, each.source, library.by_author[each.slug])
    )


def topic_feed(context: SiteContext, index: int, feed_slug: str) -> FeedView[Entry]:
    """Return the feed of the newest papers of a topic; ``feed_slug`` is the slug in the feed's id."""
    library = context.library
    topic = library.topics[index]
    title = f"{topic.name} · {library.site.title}"
    papers = library.by_topic.get(topic.slug, ())
    feed = _feed(context, papers, routes.topic(topic.slug), title, TERM_ENTRIES)
    return replace(feed, id=library.site.url + routes.topic(feed_slug))


def organization_feed(context: SiteContext, index: int, feed_slug: str) -> FeedView[Entry]:
    """Return the feed of the newest papers of an organization; ``feed_slug`` is the slug in its id."""
    library = context.library
    organization = library.organizations[index]
    title = f"{organization.name} · {library.site.title}"
    papers = library.by_organization[organization.slug]
    feed = _feed(context, papers, routes.organization(organization.slug), title, TERM_ENTRIES)
    return replace(feed, id=library.site.url + routes.organization(feed_slug))


def namesakes_feed(context: SiteContext, index: int) -> FeedView[Entry]:
    """Return the feed of the newest papers of all people who have a name."""
    library = context.library
    name = library.namesakes[index]
    papers = papers_of_all(library, name)
    return _feed(
        context, papers, routes.author(name.slug), f"{name.name} · {library.site.title}", TERM_ENTRIES
    )


def papers_of_all(library: Library, name: Namesakes) -> list[Paper]:
    """Return the papers of all people who have a name, each once."""
    papers = {paper.slug: paper for person in name.people for paper in library.by_author[person]}
    return list(papers.values())


def author_feed(context: SiteContext, index: int, feed_slug: str) -> FeedView[Entry]:
    """Return the feed of the newest papers of an author."""
    library = context.library
    author = library.authors[index]
    title = f"{author.name} · {library.site.title}"
    papers = library.by_author[author.slug]
    feed = _feed(context, papers, routes.author(author.slug), title, TERM_ENTRIES)
    return replace(feed, id=library.site.url + routes.author(feed_slug))


@dataclass(frozen=True, slots=True)
class OutlineView:
    """All feeds in groups: a heading, and (name, path of the feed, path of its page)."""

    title: str
    url: str
    groups: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]


def outline_view(context: SiteContext) -> OutlineView:
    """Return all feeds for an OPML file, which a reader subscribes to as a whole or by the group."""
    library, messages = context.library, context.messages
    digests: tuple[tuple[str, str, str], ...] = (
        (library.site.title, routes.FEED, ""),
        (messages("day_by_day"), routes.DAY_FEED, routes.DAILY),
        (messages("week_by_week"), routes.WEEK_FEED, routes.DAILY),
        (messages("changes"), routes.CHANGES_FEED, routes.CHANGES),
    )
    groups = [(library.site.title, digests)]
    organizations = [
        each
        for each in library.organizations
        if has_feed(library, each.source, library.by_organization[each.slug])
    ]
    by_slug = authors_with_feed(library)
    authors = [each for each in library.authors if each.slug in by_slug]
    for heading, terms, path_of in (
        ("topics", library.topics, routes.topic),
        ("organizations", organizations, routes.organization),
        ("authors", authors, routes.author),
    ):
        paths = ((each.name, path_of(each.slug)) for each in terms)
        groups.append((messages(heading), tuple((name, routes.feed_of(p), p) for name, p in paths)))
    return OutlineView(library.site.title, library.site.url, tuple(group for group in groups if group[1]))


def json_feed(context: SiteContext) -> str:
    """Return the site's feed as JSON Feed 1.1."""
    feed = site_feed(context)
    site = context.library.site
    items: list[dict[str, Any]] = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            **({"content_html": str(entry.content)} if entry.content else {"content_text": entry.title}),
            "summary": entry.lead,
            **({"image": entry.image} if entry.image else {}),
            "date_published": entry.published,
            **({"date_modified": entry.updated} if entry.updated != entry.published else {}),
            "authors": [{"name": name} for name in entry.authors or (site.title,)],
            "tags": [name for _, name in entry.topics],
        }
        for entry in feed.entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": site.url,
        "feed_url": site.url + routes.JSON_FEED,
        "description": feed.subtitle,
        "language": feed.language,
        "authors": [{"name": site.title, "url": site.url}],
        "items": items,
    }
    return json.dumps({k: v for k, v in document.items() if v != ""}, ensure_ascii=False, indent=1) + "\n"


def _feed(context: SiteContext, papers: Iterable[Paper], page: str, title: str, most: int) -> FeedView[Entry]:
    """Return the feed that belongs to a page, with at most ``most`` entries."""
    site = context.library.site
    listed = newest(papers, most)
    path = routes.FEED if page == routes.INDEX else routes.feed_of(page)
    return FeedView(
        id=site.url + ("" if page == routes.INDEX else page),
        title=title,
        subtitle=site.tagline or site.description,
        author=site.title,
        language=site.language,
        url=site.url + path,
        page=site.url + ("" if page == routes.INDEX else page),
        icon=f"{site.url}static/icon.svg",
        # A feed without entries still needs a moment; the epoch says that nothing has happened yet.
        updated=moment(listed[0].renewed if listed else None),
        entries=tuple(make_entry(paper, site.url, context.messages) for paper in listed),
    )


def newest(papers: Iterable[Paper], most: int) -> list[Paper]:
    """Return at most ``most`` papers, those that were taken in or renewed last."""
    known = (paper for paper in papers if paper.renewed)
    return heapq.nsmallest(
        most, known, key=lambda paper: (-_ordinal(paper), paper.record.title.source.casefold(), paper.slug)
    )


def make_entry(paper: Paper, url: str, messages: Messages) -> Entry:
    """Return a paper as an entry of any feed; ``url`` is the site's."""
    record = paper.record
    mark = "" if record.status == "published" else f"[{record.status.upper()}] "
    notice = Markup()
    if record.has_notice:
        heading = messages(notice_key(record.status))
        notice = Markup("<p><strong>{}</strong> {}</p>\n").format(heading, record.notice)
    return Entry(
        slug=paper.slug,
        id=url + routes.paper(first_slug(paper.slug, paper.formerly)),
        url=url + routes.paper(paper.slug),
        title=mark + record.title.plain,
        published=moment(paper.taken_in),
        updated=moment(paper.renewed),
        authors=_names(paper, messages) or tuple(each.name for each in paper.organizations),
        topics=tuple((topic.slug, topic.name) for topic in paper.topics),
        lead=shorten(record.notice or record.summary.plain or record.abstract.plain, LEAD),
        content=notice + record.summary.html + record.abstract.html,
        image=url + routes.image(paper.picture.name) if paper.picture else "",
    )


def _names(paper: Paper, messages: Messages) -> tuple[str, ...]:
    """Return the names of a paper's authors, of a long list the first and how many more there are."""
    names = tuple(each.shown for each in paper.authors[:NAMES])
    more = paper.author_count - len(names)
    return (*names, messages("and_unnamed", count=more)) if names and len(paper.authors) > NAMES else names


def _ordinal(paper: Paper) -> int:
    """Return the day on which a paper was renewed as a number, 0 where it is not known."""
    return paper.renewed.toordinal() if paper.renewed else 0


def moment(day: dt.date | None) -> str:
    """Return a day as RFC 3339 wants it, at midnight UTC; the epoch for None."""
    return f"{(day or dt.date(1970, 1, 1)).isoformat()}T00:00:00Z"
