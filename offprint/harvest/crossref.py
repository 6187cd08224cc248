"""Crossref: works by venue, words and institution, or by DOI.

Filters, cursors and the shape of a work are documented (api.crossref.org, and the REST API's pages on
crossref.org); ``updated-by``, which tells of a retraction, is in Crossref's announcements and was not seen.
An abstract there is its publisher's: it helps to find words, and is taken where the paper's licence lets
anyone copy it. A work is read as ``import`` and ``new`` read it (``contribute/importers/csl.py``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from offprint.contribute.importers import csl
from offprint.contribute.importers.entry import with_status
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
    """Return what a work of Crossref says of a paper; its abstract where its licence lets anyone copy it."""
    preprint = text(item.get("type")) == "posted-content"
    draft = with_status(csl.entry_of(item)).draft
    authors = tuple(replace(each, orcid=answers.orcid(each.orcid)) for each in draft.authors)
    draft = replace(
        draft,
        slug="",
        authors=authors,
        topics=(),
        venue="" if preprint else draft.venue,
        publisher="" if preprint else draft.publisher,
        abstract=draft.abstract if csl.is_open(item) else "",
    )
    affiliations = [each for one in objects(item.get("author")) for each in objects(one.get("affiliation"))]
    rors = {plain(each.get("name")): _ror(each) for each in affiliations}
    later = objects(mapping(item.get("relation")).get("is-preprint-of"))
    published_as = next((doi for each in later if (doi := answers.doi(each.get("id")))), "")
    return Work(draft, tuple((name, each) for name, each in rors.items() if name and each), published_as)


def _ror(affiliation: Mapping[str, Any]) -> str:
    return next(
        (found for each in objects(affiliation.get("id")) if (found := answers.ror(each.get("id")))), ""
    )
