"""Library → the page of one paper."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from offprint.archive.model import Library, Paper, Related
from offprint.records.model import Link, PaperRecord
from offprint.site import citations, routes
from offprint.site.context import SiteContext
from offprint.site.forges import edit_address, history_address
from offprint.site.messages import Messages
from offprint.site.views.changes import OwnChange, own_changes
from offprint.site.views.shared import (
    CARD_SIZE,
    Date,
    Head,
    Image,
    LinkTo,
    Steps,
    authors_line,
    date_of,
    link_title,
    make_image,
    notice_key,
    organizations_of,
    shorten,
    topics_of,
)

_MANY_AUTHORS = 30  # of more, the page shows the first and the last, and all on demand
_AUTHORS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AuthorView:
    """An author on a paper's page; ``path`` is empty where the archive has no page of them."""

    name: str
    path: str
    orcid: str
    organizations: tuple[LinkTo, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """Everything known about one paper."""

    head: Head
    slug: str
    title: Markup
    summary: Markup
    abstract: Markup
    authors: tuple[AuthorView, ...]
    first_authors: tuple[AuthorView, ...]
    who: str
    unnamed: int
    organizations: tuple[LinkTo, ...]
    topics: tuple[LinkTo, ...]
    date: Date | None
    listed: LinkTo | None
    venue: str
    arxiv: str
    doi: str
    links: tuple[Link, ...]
    image: Image | None
    upvotes: int | None
    comments: int | None
    status: str
    notice: str
    notice_heading: str
    versions: tuple[LinkTo, ...]
    draft: bool
    new: bool
    bibtex: str
    meta: tuple[tuple[str, str], ...]
    json_ld: Markup
    steps: Steps
    related: tuple[LinkTo, ...]
    edit: str
    added: str
    changed: str
    changes: tuple[OwnChange, ...]
    history: str


def paper_view(context: SiteContext, index: int) -> PaperView:
    """Return the view of the paper at ``index`` in ``library.versions``, newest first."""
    library, messages = context.library, context.messages
    paper, site = library.versions[index], library.site
    record = paper.record
    return PaperView(
        head=_head(context, paper),
        slug=paper.slug,
        title=record.title.html,
        summary=record.summary.html,
        abstract=record.abstract.html,
        authors=_authors(paper),
        first_authors=_first_authors(paper),
        who=authors_line(paper, context.messages),
        unnamed=paper.author_count - len(paper.authors),
        organizations=organizations_of(paper),
        topics=topics_of(paper),
        date=date_of(paper.date, messages),
        listed=LinkTo(messages.day(paper.listed), routes.day(paper.listed)) if paper.listed else None,
        venue=_venue_line(record),
        arxiv=record.arxiv.text if record.arxiv else "",
        doi=record.doi.text if record.doi else "",
        links=tuple(Link(messages(f"link_{kind}"), url) for kind, url in record.links),
        image=paper_image(paper),
        upvotes=record.upvotes,
        comments=record.comments,
        status=record.status,
        notice=record.notice,
        draft=record.draft,
        notice_heading=messages(notice_key(record.status)) if record.has_notice else "",
        versions=_versions(context, paper),
        new=library.is_new(paper),
        bibtex=citations.bibtex(paper, site),
        meta=citations.meta_tags(paper, site),
        json_ld=Markup(citations.json_ld(paper, site)),  # noqa: S704 - json_ld() escapes what ends a script
        steps=_steps(library, index),
        related=_related(library, paper, messages),
        edit=edit_address(site, record.position.path),
        **_history(context, paper),
    )


def _venue_line(record: PaperRecord) -> str:
    """Return where a paper stands, as references have it: ``J. of Bees 3(4), 1–12``."""
    number = record.volume + (f"({record.issue})" if record.issue else "")
    place = " ".join(part for part in (record.venue, number) if part)
    return ", ".join(part for part in (place, record.pages.replace("-", "–"), record.publisher) if part)


def _head(context: SiteContext, paper: Paper) -> Head:
    """Return the head of a paper's page."""
    record, site = paper.record, context.library.site
    text = record.summary.plain or record.abstract.plain
    return Head(
        site,
        routes.paper(paper.slug),
        record.title.plain,
        shorten(text, 160) or context.messages("in_archive", title=record.title.plain, site=site.title),
        "papers",
        image=_social_image(context, paper),
        indexed=not record.draft,
    )


def _history(context: SiteContext, paper: Paper) -> dict[str, Any]:
    """Return what git knows of a paper's file, as fields of PaperView; empty if unknown."""
    library, messages, path = context.library, context.messages, paper.record.position.path
    changes = library.history.get(path)
    if not changes:
        return {"added": "", "changed": "", "changes": (), "history": ""}
    changed = messages("changed_on", date=_day(changes.changed, messages))
    return {
        "added": messages("added_on", date=_day(changes.added, messages)),
        "changed": changed if changes.changed != changes.added else "",
        "changes": own_changes(context, paper),
        "history": history_address(library.site, path),
    }


def _versions(context: SiteContext, paper: Paper) -> tuple[LinkTo, ...]:
    """Return links to all versions of a paper's work, the newest first, with dates; its own has no path."""
    links = []
    for slug in paper.versions:
        version = context.once(Library.versions_by_slug)[slug]
        date = context.messages.date(version.date) if version.date else context.messages("undated")
        path = "" if slug == paper.slug else routes.paper(slug)
        links.append(LinkTo(link_title(version.record.title), path, date))
    return tuple(links)


def _related(library: Library, paper: Paper, messages: Messages) -> tuple[LinkTo, ...]:
    """Return links to related papers, the nearest first, with the reasons as notes."""
    return tuple(
        LinkTo(link_title(each.paper.record.title), routes.paper(each.paper.slug), _why(each, messages))
        for each in library.related.get(paper.slug, ())
    )


def _why(related: Related, messages: Messages) -> str:
    """Return in a sentence or two why a paper is related."""
    words = [f"“{word}”" for word in related.words]
    said = (("also_by", related.authors), ("both_on", related.topics), ("both_say", words))
    return " ".join(messages(key, names=", ".join(names)) for key, names in said if names)


def paper_image(paper: Paper) -> Image | None:
    """Return the picture that the record names, or None."""
    return make_image(paper.picture, paper.record.image_alt) if paper.picture else None


def _social_image(context: SiteContext, paper: Paper) -> Image | None:
    """Return what a link to the paper shows: its social card, else the record's own picture."""
    card = routes.card(paper.slug)
    if card in context.social_cards:
        return Image(card, *CARD_SIZE, paper.record.title.plain)
    return paper_image(paper)


def _day(iso: str, messages: Messages) -> str:
    """Return an ISO 8601 day as people read it."""
    return messages.day(dt.date.fromisoformat(iso))


def _authors(paper: Paper) -> tuple[AuthorView, ...]:
    """Return the authors of a paper."""
    return tuple(
        AuthorView(
            each.shown,
            routes.author(each.author.slug) if each.author.has_page else "",
            each.author.orcid,
            tuple(LinkTo(o.name, routes.organization(o.slug)) for o in each.organizations),
        )
        for each in paper.authors
    )


def _first_authors(paper: Paper) -> tuple[AuthorView, ...]:
    """Return the authors of a long list whom the page shows at once, the last among them; else none."""
    if len(paper.authors) <= _MANY_AUTHORS:
        return ()
    shown = (*paper.authors[:_AUTHORS_SHOWN], paper.authors[-1])
    return _authors(replace(paper, authors=shown))


def _steps(library: Library, index: int) -> Steps:
    """Return the papers next to the one at ``index``."""

    def link(to: int) -> LinkTo | None:
        if not 0 <= to < len(library.papers) or index >= len(library.papers):
            return None
        paper = library.papers[to]
        return LinkTo(link_title(paper.record.title), routes.paper(paper.slug))

    return Steps(link(index + 1), link(index - 1))
