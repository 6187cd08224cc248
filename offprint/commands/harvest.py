"""``harvest``: what the archive's watches find → new records to review, and a report that says why.

Sources are in ``harvest/``; which papers are proposed, and in which order, is for ``harvest/proposals.py``.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from offprint import HOME, __version__
from offprint.archive.model import Library
from offprint.build.load import load_library
from offprint.build.options import Options, Progress
from offprint.contribute.drafts import ExistingPapers, Ranks, path_for, record_text, slug_for
from offprint.contribute.suggest_topics import nearest_topics
from offprint.diagnostics import CommandError, nearest, stop_on_errors
from offprint.harvest import arxiv, crossref, daily, feeds, openalex
from offprint.harvest.answers import Web, Window, Work
from offprint.harvest.batch import write_all
from offprint.harvest.http import Client
from offprint.harvest.proposals import Candidate, best, select
from offprint.harvest.report import Asked, harvest_report
from offprint.harvest.seen import MOST, appended, identity, seen_paper
from offprint.records.watch.model import SeenPaper, Watch, WatchList
from offprint.records.watch.reader import SEEN_FILE, load_seen, load_watches, read_seen_file

_GUIDE = f"{HOME}/blob/main/docs/harvest.md"
_NOTE = {"topics": "proposed from the archive's nearest papers; keep what fits"}


@dataclass(frozen=True, slots=True)
class Query:
    """Which watch to ask (all, where the name is empty), for how many days, and whether to write nothing.

    ``seen`` is another file of proposed papers, such as that of a pull request that was closed.
    """

    watch: str = ""
    days: int = 7
    dry_run: bool = False
    seen: Path | None = None


@dataclass(frozen=True, slots=True)
class Harvested:
    """The result of a harvest: the paths of new records, the report, and the number of requests sent."""

    written: tuple[str, ...]
    report: str
    requests: int


def harvest(
    options: Options,
    query: Query,
    today: dt.date,
    progress: Progress,
    web: Web | None = None,
) -> Harvested:
    """Ask the watches and write a record for each paper to propose, listed ``today``; all, or none.

    Raises CommandError where a service fails or there is nothing to ask, ContentError where the content has
    errors, and OSError.
    """
    progress("Reading", 0, 0)
    _, library = load_library(options)
    watches = chosen_watches(options.content, query.watch)
    seen, earlier = _seen(options.content, query.seen)
    web = web or web_for(options, library, watches.contact)
    window = Window(today - dt.timedelta(query.days), today)
    works: list[tuple[str, Work]] = []
    asked = []
    for number, watch in enumerate(watches.watches, 1):
        progress("Asking", number, len(watches.watches))
        found = ask(watch, window, web)
        works += [(watch.name, work) for work in found]
        asked.append(Asked(watch.name, watch.source, len(found)))
    progress("Choosing", 0, 0)
    selection = select(works, library, [*seen, *earlier])
    chosen, selection = best(selection, watches.limit)
    drafts = _drafts(chosen, library, today)
    proposed = [(candidate, f"{options.content.name}/{path}") for candidate, path in drafts]
    report = harvest_report(today.isoformat(), asked, selection, proposed)
    if query.dry_run:
        return Harvested((), report, web.client.requests)
    _write(options.content, drafts, earlier, today)
    return Harvested(tuple(path for _, path in proposed), report, web.client.requests)


def chosen_watches(content: Path, name: str) -> WatchList:
    """Return the archive's watches, or the one with this name; raises CommandError and ContentError."""
    watches, faults = load_watches(content)
    stop_on_errors(faults)
    if watches is None:
        raise CommandError(
            f"there is no {content.name}/watch.yaml, which says what to look for; see {_GUIDE}"
        )
    if not name:
        return watches
    chosen = tuple(watch for watch in watches.watches if watch.name == name)
    if not chosen:
        advice = nearest(name, [watch.name for watch in watches.watches])
        raise CommandError(f"there is no watch {name!r}; {advice}")
    return replace(watches, watches=chosen)


def web_for(options: Options, library: Library, contact: str) -> Web:
    """Return a client for all services, which tells them the archive's address and whom to write to."""
    about = f"+{library.site.url}" + (f"; mailto:{contact}" if contact else "")
    agent = f"Offprint/{__version__} ({about})"
    return Web(Client(agent, folder=options.cache / "answers"), contact=contact)


def ask(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return what a watch finds at its source. Raises ServiceError."""
    if watch.source == "arxiv":
        return arxiv.search(watch, window, web)
    if watch.source == "openalex":
        return openalex.search(watch, window, web)
    if watch.source == "crossref":
        return crossref.search(watch, window, web)
    if watch.source == "daily":
        return daily.search(watch, window, web)
    return feeds.search(watch, window, web)


def _seen(content: Path, other: Path | None) -> tuple[list[SeenPaper], list[SeenPaper]]:
    """Return the papers that were proposed, by the archive's files, and those that only ``other`` knows."""
    seen, faults = load_seen(content)
    stop_on_errors(faults)
    if other is None:
        return list(seen.papers), []
    theirs, faults = read_seen_file(other.parent, other.name)
    stop_on_errors(faults)
    known = {identity(paper) for paper in seen.papers}
    return list(seen.papers), [paper for paper in theirs.papers if identity(paper) not in known]


def _drafts(chosen: Sequence[Candidate], library: Library, today: dt.date) -> list[tuple[Candidate, str]]:
    """Return candidates as they are written, with topics, day and place, and the paths of their records.

    Their places on the day's list are in the order of the sources, not in that of the report.
    """
    slugs, ranks = ExistingPapers(library).slugs, Ranks(library)
    day = today.isoformat()
    in_order = sorted(chosen, key=lambda each: each.place)
    places = {each.place: ranks.ranked(replace(each.draft, listed=day)).rank for each in in_order}
    drafts = []
    for candidate in chosen:
        draft = candidate.draft
        topics = nearest_topics(library, f"{draft.title} {draft.abstract}")
        draft = replace(draft, listed=day, rank=places[candidate.place], topics=topics)
        slug = slug_for(draft, slugs)
        slugs.add(slug)
        drafts.append((replace(candidate, draft=draft), path_for(draft, slug)))
    return drafts


def _write(
    content: Path,
    drafts: Sequence[tuple[Candidate, str]],
    earlier: Sequence[SeenPaper],
    today: dt.date,
) -> None:
    """Write the records, and which papers were proposed; everything or nothing. Raises OSError."""
    if not drafts:  # what others declined alone is worth no pull request; it counts the next time, too
        return
    added = [*earlier, *(seen_paper(candidate.draft, today) for candidate, _ in drafts)]
    new = {path: record_text(candidate.draft, _NOTE) for candidate, path in drafts}
    file = content / SEEN_FILE
    if not file.exists():
        write_all(content, {**new, SEEN_FILE: appended("", added)}, {})
        return
    text = file.read_text("utf-8")
    if sum(line.startswith("- ") for line in text.split("\n")) + len(added) > MOST:
        new[f"watch/seen-until-{today}.yaml"] = text
        text = ""
    write_all(content, new, {SEEN_FILE: appended(text, added)})
