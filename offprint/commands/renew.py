"""``harvest --renew``: the present votes and comments of the last weeks' papers of a daily page."""

import datetime as dt
from dataclasses import dataclass

from offprint.build.load import load_library
from offprint.build.options import Options, Progress
from offprint.commands.harvest import Query, web_for
from offprint.contribute.drafts import Draft
from offprint.diagnostics import stop_on_errors
from offprint.harvest import daily
from offprint.harvest.answers import Web
from offprint.harvest.batch import write_all
from offprint.harvest.mending import Target, with_fields
from offprint.records import forms, identifiers
from offprint.records.model import PaperRecord
from offprint.records.watch.reader import load_watches

_EARLIER = 14  # days before its listing in which a paper may have been on the page


@dataclass(frozen=True, slots=True)
class Renewed:
    """The result: what changed of each record, by its file's path, and the number of requests sent."""

    changes: tuple[tuple[str, str], ...]
    requests: int


def renew(
    options: Options, query: Query, today: dt.date, progress: Progress, web: Web | None = None
) -> Renewed:
    """Bring votes and comments of papers that were listed in the query's days up to date.

    Only records that have votes are renewed. All files are written, or none. Raises CommandError where the
    page fails, ContentError where the content has errors, and OSError.
    """
    progress("Reading", 0, 0)
    content, library = load_library(options)
    watches, faults = load_watches(options.content)
    stop_on_errors(faults)
    web = web or web_for(options, library, watches.contact if watches else "")
    since = today - dt.timedelta(query.days)
    papers = [each for each in content.papers if _is_renewed(each, since)]
    daily_pages = (each for each in (watches.watches if watches else ()) if each.source == "daily")
    pages = {each.url or web.services.daily for each in daily_pages}
    days = query.days + _EARLIER + 1
    known: dict[str, Draft] = {}
    for page in sorted(pages or {web.services.daily}) if papers else ():
        for number in range(days):
            progress("Asking", number, days)
            for draft in daily.on_day(page, today - dt.timedelta(number), web):
                known.setdefault(draft.arxiv, draft)
    texts: dict[str, str] = {}
    changes = []
    for paper in papers:
        assert paper.arxiv is not None
        now = known.get(identifiers.without_version(paper.arxiv.text))
        if now and (change := _renew(options, paper, now, texts)):
            changes.append((paper.position.path, change))
    if not query.dry_run:
        write_all(options.content, {}, {path.partition("/")[2]: text for path, text in texts.items()})
    return Renewed(tuple(changes), web.client.requests)


def _is_renewed(paper: PaperRecord, since: dt.date) -> bool:
    """Tell whether a paper is of a daily page and was listed on or after a day."""
    return bool(paper.arxiv and paper.upvotes is not None and paper.listed and paper.listed >= since)


def _renew(options: Options, paper: PaperRecord, draft: Draft, texts: dict[str, str]) -> str:
    """Put new numbers into the text of a record's file; return what changed, or nothing."""
    pairs = (("upvotes", paper.upvotes, draft.upvotes), ("comments", paper.comments, draft.comments))
    new = {name: (old, now) for name, old, now in pairs if now is not None and now != old}
    path = paper.position.path
    text = texts.get(path) or (options.content.parent / path).read_bytes().decode("utf-8")
    target = Target(paper.slug, forms.PAPER, path.endswith(".md"))
    values = {name: f" {now}" for name, (_, now) in new.items()}
    mended = with_fields(text, target, values, replace=True) if values else None
    if mended is None:
        return ""
    texts[path] = mended
    return ", ".join(f"{name} {old if old is not None else '–'} → {now}" for name, (old, now) in new.items())
