"""OpenAlex: works by venue, words and institution, or by their DOIs.

Filters, cursors and the shape of a work are documented (docs.openalex.org). An abstract is there only as an
inverted index, since it is its publisher's: it is not taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.harvest import answers
from offprint.harvest.answers import (
    MAX_RESULTS,
    Web,
    Window,
    Work,
    arxiv_id,
    fits,
    items,
    mapping,
    objects,
    plain,
    text,
)
from offprint.harvest.http import NothingThereError, ServiceError
from offprint.records.model import Link
from offprint.records.watch.model import Watch

PAGE = 100
DOIS_AT_ONCE = 50
ISSN = re.compile(r"[0-9]{4}-[0-9]{3}[0-9Xx]")
_WHO = "OpenAlex"


def search(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return the works of a watch that appeared in the window. Raises ServiceError."""
    conditions = [
        f"from_publication_date:{window.since}",
        f"to_publication_date:{window.until}",
    ]
    if watch.venue:
        conditions.append(_venue(watch, web))
    if watch.institution:
        conditions.append(f"authorships.institutions.ror:{watch.institution}")
    if watch.words:
        # A comma would end the condition.
        words = " OR ".join('"{}"'.format(word.replace(",", " ")) for word in watch.words)
        conditions.append(f"title_and_abstract.search:({words})")
    works = [work_of(each) for each in _all(conditions, watch, web)]
    return [work for work in works if fits(watch, work.draft, words=False)]


def by_dois(dois: Sequence[str], web: Web) -> Iterator[Work]:
    """Yield what OpenAlex says of those of the DOIs that it knows. Raises ServiceError."""
    # A comma or bar in a DOI would end the condition: such a DOI cannot be asked for here.
    askable = [doi for doi in dois if not re.search("[,|]", doi)]
    for start in range(0, len(askable), DOIS_AT_ONCE):
        some = "|".join(f"https://doi.org/{doi}" for doi in askable[start : start + DOIS_AT_ONCE])
        words = {"filter": f"doi:{some}", "per-page": PAGE} | web.mailto
        answer = _answer(f"{web.services.openalex}/works?{urlencode(words)}", web)
        yield from (work_of(each) for each in objects(answer.get("results")))


def _venue(watch: Watch, web: Web) -> str:
    """Return the condition for a watch's venue: by its ISSN, or the id that OpenAlex has for its name."""
    if ISSN.fullmatch(watch.venue):
        return f"primary_location.source.issn:{watch.venue.upper()}"
    words = {"search": watch.venue} | web.mailto
    answer = _answer(f"{web.services.openalex}/sources?{urlencode(words)}", web)
    sources = objects(answer.get("results"))
    for source in sources:
        name = text(source.get("id")).rpartition("/")[2]
        if plain(source.get("display_name")).casefold() == watch.venue.casefold() and name:
            return f"primary_location.source.id:{name}"
    names = ", ".join(plain(source.get("display_name")) for source in sources[:3])
    hint = f"it knows {names}" if names else "write its ISSN instead"
    raise ServiceError(f"OpenAlex knows no venue {watch.venue!r} (the watch {watch.name!r}); {hint}")


def _all(conditions: Sequence[str], watch: Watch, web: Web) -> Iterator[Mapping[str, Any]]:
    """Yield every work for which the conditions hold, page after page."""
    cursor, seen = "*", 0
    used = set()
    while cursor:
        used.add(cursor)
        words = {"filter": ",".join(conditions), "per-page": PAGE, "cursor": cursor}
        words |= web.mailto
        answer = _answer(f"{web.services.openalex}/works?{urlencode(words)}", web)
        meta, results = mapping(answer.get("meta")), items(answer.get("results"))
        total = meta.get("count")
        if not isinstance(total, int):
            raise ServiceError("OpenAlex answers without the number of results; try again later")
        if total > MAX_RESULTS:
            advice = "name rarer words, or ask for fewer days with --since"
            raise ServiceError(f"OpenAlex has {total:,} works for the watch {watch.name!r}; {advice}")
        seen += len(results)
        yield from objects(results)
        cursor = text(meta.get("next_cursor")) if results else ""
        if cursor in used or (not cursor and seen < total):
            raise ServiceError(f"OpenAlex counts {total:,} results and lists {seen:,}; try again later")


def _answer(url: str, web: Web) -> Mapping[str, Any]:
    """Return the object at a URL; raises ServiceError where there is none."""
    try:
        answer = answers.parse_json(web.client.get(url, _WHO), _WHO)
    except NothingThereError:
        raise ServiceError(f"OpenAlex does not understand {url}") from None
    except ServiceError:
        web.client.forget(url)
        raise
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        web.client.forget(url)
        raise ServiceError("OpenAlex answers something that is no list of works; try again later")
    return answer


def work_of(item: Mapping[str, Any]) -> Work:
    """Return what a work of OpenAlex says of a paper."""
    place = mapping(item.get("primary_location"))
    source = mapping(place.get("source"))
    locations = [text(each.get("landing_page_url")) for each in objects(item.get("locations"))]
    found = (arxiv_id(each) for each in (text(item.get("doi")), *locations) if "arxiv" in each.casefold())
    # A list of more than a hundred authors is cut, and part of the authors is worse than none.
    cut = item.get("is_authors_truncated") is True
    authorships = [] if cut else objects(item.get("authorships"))
    institutions = [each for one in authorships for each in objects(one.get("institutions"))]
    rors = {plain(each.get("display_name")): answers.ror(each.get("ror")) for each in institutions}
    repository = text(source.get("type")) == "repository"
    pdf = text(place.get("pdf_url"))
    draft = Draft(
        title=plain(item.get("title") or item.get("display_name")),
        date=answers.iso_day(item.get("publication_date")),
        authors=tuple(each for each in map(_author, authorships) if each.name),
        organizations=tuple(name for name in rors if name),
        venue="" if repository else plain(source.get("display_name")),
        arxiv=next(filter(None, found), ""),
        doi=answers.doi(item.get("doi")),
        links=(Link("pdf", pdf),) if pdf.startswith(("https://", "http://")) else (),
        status="retracted" if item.get("is_retracted") is True else "",
        notice="Retracted, as OpenAlex says." if item.get("is_retracted") is True else "",
    )
    return Work(draft, tuple((name, each) for name, each in rors.items() if name and each))


def _author(authorship: Mapping[str, Any]) -> DraftAuthor:
    author = mapping(authorship.get("author"))
    name = plain(author.get("display_name")) or plain(authorship.get("raw_author_name"))
    return DraftAuthor(name, answers.orcid(author.get("orcid")))
