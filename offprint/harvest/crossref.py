"""Crossref: works by venue, words and institution, or by DOI.

Filters, cursors and the shape of a work are documented (api.crossref.org, and the REST API's pages on
crossref.org); ``updated-by``, which tells of a retraction, is in Crossref's announcements and was not seen.
An abstract there is its publisher's: it helps to find words and is not taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.harvest import answers
from offprint.harvest.answers import (
    MAX_RESULTS,
    Web,
    Window,
    Work,
    fits,
    items,
    mapping,
    objects,
    plain,
    text,
)
from offprint.harvest.http import NothingThereError, ServiceError
from offprint.harvest.openalex import ISSN
from offprint.records.watch.model import Watch

PAGE = 500
_BEST = 1000  # of a watch that names words alone: Crossref ranks by words and leaves nothing out
_WHO = "Crossref"
_PAPERS = frozenset(
    "book book-chapter book-section dissertation edited-book journal-article monograph posted-content "
    "proceedings-article reference-book reference-entry report report-series".split()
)


def search(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return the works of a watch that were registered in the window. Raises ServiceError."""
    conditions = [f"from-created-date:{window.since}", f"until-created-date:{window.until}"]
    words = {"rows": str(PAGE)} | web.mailto
    name = ""
    if ISSN.fullmatch(watch.venue):
        conditions.append(f"issn:{watch.venue.upper()}")
    elif watch.venue:
        name = words["query.container-title"] = watch.venue
    if watch.institution:
        conditions.append(f"ror-id:{watch.institution}")
    if watch.words:
        words["query.bibliographic"] = " ".join(watch.words)
    words["filter"] = ",".join(conditions)
    ranked = bool(name or watch.words) and len(conditions) == 2
    works = []
    for item in _all(words, watch, web, _BEST if ranked else 0):
        if text(item.get("type")) not in _PAPERS:
            continue
        if name and name.casefold() not in [
            plain(each).casefold() for each in items(item.get("container-title"))
        ]:
            continue
        work = work_of(item)
        if fits(watch, replace(work.draft, abstract=plain(item.get("abstract")))):
            works.append(work)
    return works


def by_dois(dois: Sequence[str], web: Web) -> Iterator[Work]:
    """Yield what Crossref says of those of the DOIs that it registered. Raises ServiceError."""
    for doi in dois:
        query = f"?{urlencode(web.mailto)}" if web.contact else ""
        url = f"{web.services.crossref}/works/{quote(doi, safe='')}{query}"
        try:
            message = mapping(_message(url, web))
        except NothingThereError:
            continue  # somebody else registered it, such as DataCite
        yield work_of(message)


def _all(words: Mapping[str, str], watch: Watch, web: Web, best: int) -> Iterator[Mapping[str, Any]]:
    """Yield every work that is asked for, page after page; with ``best``, only so many."""
    cursor, seen = "*", 0
    while True:
        url = f"{web.services.crossref}/works?{urlencode({**words, 'cursor': cursor})}"
        try:
            message = _message(url, web)
        except NothingThereError:
            raise ServiceError(f"Crossref does not understand {url}") from None
        total, results = message.get("total-results"), items(message.get("items"))
        if not isinstance(total, int):
            raise ServiceError("Crossref answers without the number of results; try again later")
        if total > MAX_RESULTS and not best:
            advice = "name words, or ask for fewer days with --since"
            raise ServiceError(f"Crossref has {total:,} works for the watch {watch.name!r}; {advice}")
        yield from objects(results)
        seen += len(results)
        wanted = min(total, best or total)
        cursor = text(message.get("next-cursor"))
        if seen >= wanted:
            return
        if not results or not cursor:
            raise ServiceError(f"Crossref counts {total:,} results and lists {seen:,}; try again later")


def _message(url: str, web: Web) -> Mapping[str, Any]:
    """Return what an answer holds; raises NothingThereError, and ServiceError where it has another shape."""
    try:
        answer = mapping(answers.parse_json(web.client.get(url, _WHO), _WHO))
    except ServiceError:
        web.client.forget(url)
        raise
    if not isinstance(answer.get("message"), dict):
        web.client.forget(url)
        raise ServiceError("Crossref answers something that is no work; try again later")
    return mapping(answer["message"])


def work_of(item: Mapping[str, Any]) -> Work:
    """Return what a work of Crossref says of a paper."""
    title, subtitle = plain(item.get("title")), plain(item.get("subtitle"))
    affiliations = [each for one in objects(item.get("author")) for each in objects(one.get("affiliation"))]
    rors = {plain(each.get("name")): _ror(each) for each in affiliations}
    dates = (item.get(name) for name in ("published", "issued", "published-online", "published-print"))
    retracted = any(text(each.get("type")) == "retraction" for each in objects(item.get("updated-by")))
    preprint = text(item.get("type")) == "posted-content"
    draft = Draft(
        title=f"{title}: {subtitle}" if title and subtitle and subtitle not in title else title,
        date=next((d for each in dates if (d := answers.partial_date(mapping(each).get("date-parts")))), ""),
        authors=tuple(each for each in map(_author, objects(item.get("author"))) if each.name),
        organizations=tuple(name for name in rors if name),
        venue="" if preprint else plain(item.get("container-title")),
        volume=plain(item.get("volume")),
        issue=plain(item.get("issue")),
        pages=plain(item.get("page")),
        publisher="" if preprint else plain(item.get("publisher")),
        doi=answers.doi(item.get("DOI")),
        status="retracted" if retracted else "",
        notice="Retracted, as Crossref says." if retracted else "",
    )
    later = objects(mapping(item.get("relation")).get("is-preprint-of"))
    published_as = next((doi for each in later if (doi := answers.doi(each.get("id")))), "")
    return Work(draft, tuple((name, each) for name, each in rors.items() if name and each), published_as)


def _ror(affiliation: Mapping[str, Any]) -> str:
    return next(
        (found for each in objects(affiliation.get("id")) if (found := answers.ror(each.get("id")))), ""
    )


def _author(author: Mapping[str, Any]) -> DraftAuthor:
    parts = (plain(author.get(name)) for name in ("given", "family", "suffix"))
    name = " ".join(part for part in parts if part)
    if not name:
        return DraftAuthor(plain(author.get("name")), group=True)
    return DraftAuthor(name, answers.orcid(author.get("ORCID")), plain(author.get("family")))
