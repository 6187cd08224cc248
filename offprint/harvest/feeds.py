"""Any feed: Atom (RFC 4287), RSS 2.0 and RSS 1.0, with Dublin Core's and PRISM's elements.

A feed says under no licence what its summaries are, so they help to find words and are not taken.
"""

import email.utils
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.harvest import answers
from offprint.harvest.answers import Web, Window, Work, fits, plain
from offprint.harvest.http import NothingThereError, ServiceError
from offprint.records.fields import url_fault
from offprint.records.model import Link
from offprint.records.watch.model import Watch

_ENTRIES = ("entry", "item")
_LINK_NAMES = ("link", "guid", "id", "identifier", "doi", "about")
_DATES = ("published", "pubDate", "date", "publicationDate", "updated")


def search(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return the entries of a watch's feed that are of the window's days or have no date.

    Raises ServiceError.
    """
    who = f"the feed of the watch {watch.name!r}"
    try:
        body = web.client.get(
            watch.url, who, "application/atom+xml, application/rss+xml, application/xml;q=0.9"
        )
        root = answers.parse_xml(body, who)
    except NothingThereError:
        raise ServiceError(f"{who} is not there any more: {watch.url}") from None
    except ServiceError:
        web.client.forget(watch.url)
        raise
    if _name(root) not in ("feed", "rss", "RDF"):
        web.client.forget(watch.url)
        raise ServiceError(f"{who} is neither Atom nor RSS; is {watch.url} right?")
    works = []
    for entry in (each for each in root.iter() if _name(each) in _ENTRIES):
        draft = draft_of(entry)
        in_time = not draft.date or f"{window.since}" <= draft.date <= f"{window.until}"
        if draft.title and in_time and fits(watch, draft):
            works.append(Work(replace(draft, abstract="")))
    return works


def draft_of(entry: ET.Element) -> Draft:
    """Return what an entry says of a paper; its summary as abstract, to find words in."""
    values = [(_name(each), _content(each)) for each in entry]
    addresses = [entry.get(f"{{{_RDF}}}about", ""), *_addresses(entry)]
    names = [name for each in entry if _name(each) in ("author", "creator") for name in _names(each)]
    page = next((each for each in addresses if each.startswith("http") and not url_fault(each)), "")
    number = next(filter(None, map(answers.arxiv_id, addresses)), "")
    doi = next(filter(None, map(answers.doi, addresses)), "")
    return Draft(
        title=next((plain(value) for name, value in values if name == "title" and value), ""),
        date=next(
            filter(None, (_date(value) for key in _DATES for name, value in values if name == key)), ""
        ),
        authors=tuple(DraftAuthor(name) for name in dict.fromkeys(names)),
        arxiv=number,
        doi=doi,
        links=(Link("html", page),) if page and not number and not doi else (),
        abstract=next((plain(v) for name, v in values if name in ("summary", "description") and v), ""),
    )


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _name(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _content(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _addresses(entry: ET.Element) -> Iterator[str]:
    """Yield what may be an id or an address of an entry: the alternate link before others."""
    links = [each for each in entry if _name(each) in _LINK_NAMES]
    links.sort(key=lambda each: each.get("rel", "alternate") != "alternate")
    for each in links:
        yield each.get("href", "") or _content(each)


def _names(author: ET.Element) -> Iterator[str]:
    """Yield the names in an element for authors; RSS writes ``a@b.org (Name)``."""
    inner = [_content(each) for each in author if _name(each) == "name"]
    for written in inner or [_content(author)]:
        in_brackets = re.fullmatch(r"\S+@\S+ \((.+)\)", written)
        for name in re.split(r"\s*;\s*|\s*,\s+(?=\S+ \S)", in_brackets[1] if in_brackets else written):
            if name and "@" not in name:
                yield name


def _date(written: str) -> str:
    """Return the day of a date in ISO form or in that of e-mail (RFC 5322); "" for anything else."""
    if day := answers.iso_day(written):
        return day
    try:
        return email.utils.parsedate_to_datetime(written).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""
