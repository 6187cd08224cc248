"""Library → what changed in the archive, by day: additions, corrections, retractions, renames, removals.

Git tells what happened to the files of records; where there is no history, the records tell what they say
themselves. A page and a feed hold the newest changes; the repository has all of them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from offprint.archive.model import Library, Paper
from offprint.records.model import Event
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.forges import commit_address, history_address
from offprint.site.messages import Messages
from offprint.site.views.feeds import FeedView, moment
from offprint.site.views.shared import Head, LinkTo

MOST = 300  # changes on the page
_OF_A_KIND = 30  # changes of one kind on one day; an import of thousands would hide all others
_DAYS = 30  # in the feed
_KINDS = ("added", "corrected", "retracted", "withdrawn", "renamed", "changed", "removed")


class Change(NamedTuple):
    """One change: when (RFC 3339), what kind of, the record's name and page, what else, and the commit."""

    moment: str
    kind: str
    name: str
    path: str
    note: str = ""
    commit: str = ""

    @property
    def day(self) -> str:
        """Return the day, in ISO form."""
        return self.moment[:10]


class Group(NamedTuple):
    """The changes of one kind on one day: links, each with the address of the difference; how many more."""

    heading: str
    items: tuple[tuple[LinkTo, str], ...]
    more: int


class ChangeDay(NamedTuple):
    """A day's changes. ``updated`` is the moment of the newest; ``path`` that of the daily list, if any."""

    iso: str
    name: str
    path: str
    updated: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The newest changes by day; ``history`` is where the repository lists all of them."""

    head: Head
    days: tuple[ChangeDay, ...]
    history: str


def newest_changes(library: Library) -> tuple[Change, ...]:
    """Return the newest changes, the newest first, in whole days and at most ``MOST`` or those of one day."""
    has_history = bool(library.history or library.removals)
    found = _from_git(library) if has_history else _from_records(library)
    known: list[Change] = []
    by_name = sorted(found, key=lambda each: (each.name.casefold(), each.path, each.kind))
    ordered = sorted(by_name, key=lambda each: (each.day, each.moment), reverse=True)
    for _, of_day in groupby(ordered, key=lambda each: each.day):
        changes = list(of_day)
        if known and len(known) + min(len(changes), _OF_A_KIND * len(_KINDS)) > MOST:
            break
        known += changes
    return tuple(known)


def _from_git(library: Library) -> Iterator[Change]:
    """Yield a change for each day on which commits touched a record, and for each record that is gone."""
    for path, named in _by_file(library).items():
        changes = library.history.get(path)
        if not changes:
            continue
        told: set[tuple[str, str]] = set()
        days_added = {event.day for event in changes.events if event.what == "added"}
        for event in changes.events:
            kind = _kind(event, changes.noticed, named.status)
            if (event.day, kind) not in told and (kind == "added" or event.day not in days_added):
                told.add((event.day, kind))
                note = event.old or named.note
                yield Change(event.moment, kind, named.name, named.path, note, event.commit)
    secret = {each.slug for each in library.removed}
    for path, title, event, _ in library.removals:
        slug = PurePosixPath(path).stem
        if path.split("/")[1:2] != ["papers"] or slug not in secret:
            yield Change(event.moment, "removed", title, _leads_on(library, path), "", event.commit)
    yield from _removed(library)


def _from_records(library: Library) -> Iterator[Change]:
    """Yield what records say themselves: when they were listed, what their notices tell, which are gone."""
    for paper in library.versions:
        name, path = paper.record.title.plain, routes.paper(paper.slug)
        if paper.record.listed:
            yield Change(moment(paper.record.listed), "added", name, path)
        if paper.record.has_notice and paper.renewed and paper.renewed != paper.taken_in:
            yield Change(moment(paper.renewed), _of_notice(paper.record.status), name, path)
    yield from _removed(library)


def _removed(library: Library) -> Iterator[Change]:
    """Yield the papers that are gone for good; nothing but their own page names them."""
    for each in library.removed:
        if each.day:
            yield Change(moment(each.day), "removed", "", "", each.reason)


class _Named(NamedTuple):
    """What a file's changes are shown under: a name, a page, a number of records, a paper's status."""

    name: str
    path: str
    note: str = ""
    status: str = ""


def _by_file(library: Library) -> dict[str, _Named]:
    """Return under which name each file's changes are shown, by its path; a list's under its own."""
    papers: dict[str, list[Paper]] = {}
    for paper in library.versions:
        papers.setdefault(paper.record.position.path, []).append(paper)
    files = {
        path: _Named(each[0].record.title.plain, routes.paper(each[0].slug), "", each[0].record.status)
        if len(each) == 1
        else _Named(path.partition("/")[2], "", str(len(each)))
        for path, each in papers.items()
    }
    for terms, path_of in (
        (library.topics, routes.topic),
        (library.organizations, routes.organization),
        (library.authors, routes.author),
    ):
        files |= {each.source: _Named(each.name, path_of(each.slug)) for each in terms if each.source}
    return files | {p.position.path: _Named(p.title, routes.own_page(p.slug)) for p in library.pages}


def _kind(event: Event, noticed: str, status: str) -> str:
    """Return the kind of a change; the one that set a paper's notice or status is called after it."""
    return _of_notice(status) if event.what == "changed" and event.day == noticed else event.what


def _of_notice(status: str) -> str:
    return "corrected" if status == "published" else status


def _leads_on(library: Library, path: str) -> str:
    """Return the page that a file's former address leads to; empty where it leads nowhere."""
    _, kind, *_ = (*path.split("/"), "", "")
    slug = PurePosixPath(path).stem
    new = (each.new for each in library.moved if (each.kind, each.old) == (kind, slug))
    return next((routes.page_of(kind, each) for each in new), "")


def changes_view(context: SiteContext, changes: tuple[Change, ...]) -> ChangesView:
    """Return the page of what changed."""
    site, messages = context.library.site, context.messages
    head = Head(
        site,
        routes.CHANGES,
        messages("changes"),
        messages("changes_description", site=site.title),
        "changes",
        routes.CHANGES_FEED,
    )
    return ChangesView(head, tuple(_days(context, changes, "")), history_address(site, "content"))


def _utc(moment: str) -> str:
    """Return a commit's moment, which says its distance from UTC, as feeds have it: in UTC (RFC 3339)."""
    return f"{dt.datetime.fromisoformat(moment).astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _days(context: SiteContext, changes: Iterable[Change], url: str) -> Iterator[ChangeDay]:
    """Yield the days of changes; ``url`` is what stands before the paths of pages."""
    library, messages = context.library, context.messages
    for iso, of_day in groupby(changes, key=lambda each: each.day):
        rows = list(of_day)
        day = dt.date.fromisoformat(iso)
        groups = (_group(context, kind, [row for row in rows if row.kind == kind], url) for kind in _KINDS)
        path = routes.day(day) if day in library.daily else ""
        yield ChangeDay(
            iso, messages.day(day), path, _utc(rows[0].moment), tuple(each for each in groups if each.items)
        )


def _group(context: SiteContext, kind: str, rows: list[Change], url: str) -> Group:
    site, messages = context.library.site, context.messages
    items = []
    for row in rows[:_OF_A_KIND]:
        note = messages("renamed_from", name=row.note) if kind == "renamed" else _note(row, messages)
        link = LinkTo(row.name or messages("removed_paper"), row.path and url + row.path, note)
        items.append((link, commit_address(site, row.commit)))
    return Group(messages(f"change_{kind}"), tuple(items), len(rows) - len(items))


def _note(row: Change, messages: Messages) -> str:
    """Return what stands beside a name: how many papers a list has, or why a paper is gone."""
    return (
        messages.count(int(row.note), "papers") if row.note.isdigit() and row.kind != "removed" else row.note
    )


def changes_feed(context: SiteContext, changes: tuple[Change, ...]) -> FeedView[ChangeDay]:
    """Return the feed of what changed, an entry a day."""
    site, messages = context.library.site, context.messages
    days = list(_days(context, changes, site.url))[:_DAYS]
    return FeedView(
        id=site.url + routes.CHANGES_FEED,
        title=f"{messages('changes')} · {site.title}",
        subtitle=messages("changes_description", site=site.title),
        author=site.title,
        language=site.language,
        url=site.url + routes.CHANGES_FEED,
        page=site.url + routes.CHANGES,
        icon=f"{site.url}static/icon.svg",
        updated=days[0].updated if days else moment(None),
        entries=tuple(days),
    )


class OwnChange(NamedTuple):
    """One change of a paper's own record: the day, what happened, and the address of the difference."""

    iso: str
    text: str
    difference: str


def own_changes(context: SiteContext, paper: Paper) -> tuple[OwnChange, ...]:
    """Return the changes of a paper's record, the newest first; none where its file holds others, too."""
    library, messages = context.library, context.messages
    path = paper.record.position.path
    changes = library.history.get(path)
    if not changes or PurePosixPath(path).stem != paper.slug or len(changes.events) < 2:
        return ()
    own = []
    for event in changes.events:
        kind = _kind(event, changes.noticed, paper.record.status)
        note = f" ({messages('renamed_from', name=event.old)})" if event.old else ""
        text = f"{messages.day(dt.date.fromisoformat(event.day))}: {messages(f'change_{kind}')}{note}"
        own.append(OwnChange(event.day, text, commit_address(library.site, event.commit)))
    return tuple(own)
