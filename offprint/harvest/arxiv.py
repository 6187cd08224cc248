"""arXiv: papers by categories, words and authors, or by their ids.

The shape of queries and answers is documented in the API's manual (info.arxiv.org/help/api/user-manual.html),
and so is the wish for one request in three seconds. Metadata, abstracts included, is free to copy (CC0,
info.arxiv.org/help/license). That a withdrawn paper says so in its comment is a custom of arXiv's authors.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from offprint.contribute.drafts import title_key
from offprint.contribute.importers.arxiv import ATOM, entry_of, text_of
from offprint.harvest import answers
from offprint.harvest.answers import MAX_RESULTS, Web, Window, Work, fits
from offprint.harvest.http import NothingThereError, ServiceError
from offprint.records.watch.model import Watch

PAGE = 500  # results of one request; arXiv allows 2,000 and asks for fewer
IDS_AT_ONCE = 100
_EMPTY_PAGES = 3  # arXiv sometimes answers with an empty page; so often it is asked again
_TELLING = 4  # words of a title
_WHO = "arXiv"
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def search(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return the papers of a watch that were first submitted in the window, the oldest first.

    Raises ServiceError, and where there are more than MAX_RESULTS.
    """
    works, start, total = [], 0, 1
    while start < total:
        words = {
            "search_query": query_of(watch, window),
            "start": start,
            "max_results": PAGE,
            "sortBy": "submittedDate",
            "sortOrder": "ascending",  # what is submitted meanwhile joins at the end
        }
        total, page = _page(f"{web.services.arxiv}?{urlencode(words)}", start, web)
        if total > MAX_RESULTS:
            advice = "name rarer words or fewer categories, or ask for fewer days with --since"
            raise ServiceError(f"arXiv has {total:,} papers for the watch {watch.name!r}; {advice}")
        works += [work_of(entry) for entry in page]
        start += PAGE
    # arXiv stems words and knows phrases, so that it decides about words; excluding is done twice.
    return [work for work in works if work.draft.arxiv and fits(watch, work.draft, words=False)]


def query_of(watch: Watch, window: Window) -> str:
    """Return a watch as arXiv's ``search_query``."""
    groups = [
        [f"cat:{each}" for each in watch.categories],
        [f'{field}:"{word}"' for word in watch.words for field in ("ti", "abs")],
        [f'au:"{name}"' for name in watch.authors],
        [f"submittedDate:[{window.since:%Y%m%d}0000 TO {window.until:%Y%m%d}2359]"],
    ]
    query = " AND ".join(f"({' OR '.join(group)})" for group in groups if group)
    unwanted = " OR ".join(f'{field}:"{word}"' for word in watch.exclude for field in ("ti", "abs"))
    return f"{query} ANDNOT ({unwanted})" if unwanted else query


def by_ids(numbers: Sequence[str], web: Web) -> Iterator[Work]:
    """Yield what arXiv says of those of the ids that it knows. Raises ServiceError."""
    for start in range(0, len(numbers), IDS_AT_ONCE):
        some = numbers[start : start + IDS_AT_ONCE]
        words = urlencode({"id_list": ",".join(some), "max_results": len(some)})
        root = _feed(f"{web.services.arxiv}?{words}", web)
        for entry in root.findall(f"{ATOM}entry"):
            if text_of(entry, f"{ATOM}published"):  # an id that arXiv does not know yields an empty entry
                yield work_of(entry)


def by_title(title: str, web: Web) -> Work | None:
    """Return the only paper of arXiv whose title has the same letters, or None. Raises ServiceError.

    Titles of fewer than _TELLING words are not asked for: too many papers share one.
    """
    words = re.findall(r"\w+", title)
    if len(words) < _TELLING:
        return None
    query = urlencode({"search_query": f'ti:"{" ".join(words)}"', "max_results": 10})
    works = [work_of(each) for each in _feed(f"{web.services.arxiv}?{query}", web).findall(f"{ATOM}entry")]
    same = [each for each in works if each.draft.arxiv and title_key(each.draft.title) == title_key(title)]
    return same[0] if len(same) == 1 else None


def _page(url: str, start: int, web: Web) -> tuple[int, list[ET.Element]]:
    """Return the number of all results and the entries of one page, asked again where it is empty."""
    for _ in range(_EMPTY_PAGES):
        root = _feed(url, web)
        written = text_of(root, f"{_SEARCH}totalResults")
        if not re.fullmatch("[0-9]{1,9}", written):
            raise ServiceError("arXiv answers without the number of results; try again later")
        entries = root.findall(f"{ATOM}entry")
        if entries or start >= int(written):
            return int(written), entries
        web.client.forget(url)
    raise ServiceError(
        f"arXiv counts {int(written):,} results and lists none after {start:,}; try again later"
    )


def _feed(url: str, web: Web) -> ET.Element:
    """Return the root of an Atom feed; raises ServiceError where arXiv answers with an error."""
    try:
        body = web.client.get(url, _WHO, "application/atom+xml", web.client.manners.arxiv_pause)
        root = answers.parse_xml(body, _WHO)
    except NothingThereError:
        raise ServiceError("arXiv does not understand the query; is every word and id right?") from None
    except ServiceError:
        web.client.forget(url)
        raise
    if root.tag != f"{ATOM}feed":
        web.client.forget(url)
        raise ServiceError("arXiv answers something that is no Atom feed; try again later")
    for entry in root.findall(f"{ATOM}entry"):
        if "/api/errors" in text_of(entry, f"{ATOM}id"):
            web.client.forget(url)
            raise ServiceError(f"arXiv refuses the query: {text_of(entry, f'{ATOM}summary')[:200]}")
    return root


def work_of(entry: ET.Element) -> Work:
    """Return what an entry says of a paper; its arXiv id is empty where the entry is none of a paper."""
    draft = entry_of(entry).draft
    return Work(draft, published_as=draft.doi)
