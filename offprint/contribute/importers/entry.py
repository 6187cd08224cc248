"""What a reader gives for each paper that it finds, and the values that all readers must understand."""

import re
from dataclasses import dataclass

from offprint.contribute.drafts import Draft
from offprint.records import fields
from offprint.records.fields import ARXIV_ID, DOI_ID
from offprint.records.model import Link

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[-/T ].*)?/*")
_CODE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_ARXIV_PLACE = re.compile(r"(?:arxiv(?:\.org/(?:abs|pdf)/|:\s*|\s+))(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper found in a file: its draft, where it stands (line from 1), and what it is called there.

    ``left`` names what a record has no place for; ``problems`` are values that could not be understood.
    """

    draft: Draft
    line: int
    name: str
    left: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def date_of(text: str) -> str:
    """A date as a record writes it, from ISO (``2025-12-04T…``) or RIS (``2025/12/04/``); empty if none."""
    match = _ISO.fullmatch(text.strip())
    return iso(*match.groups()) if match else ""


def iso(year: object, month: object = None, day: object = None) -> str:
    """``2025``, ``2025-12`` or ``2025-12-04``; a month may be a number or an English name."""
    if not re.fullmatch(r"\d{4}", str(year or "")):
        return ""
    number = month_of(str(month or ""))
    if not number:
        return str(year)
    valid = re.fullmatch(r"\d{1,2}", str(day or "")) and 1 <= int(str(day)) <= 31
    return f"{year}-{number:02}" + (f"-{int(str(day)):02}" if valid else "")


def month_of(text: str) -> int:
    """A month's number from ``12``, ``dec``, ``December`` or ``Dec.``; 0 where it is none."""
    word = text.strip().casefold()
    if word.isdecimal() and len(word) <= 2:
        return int(word) if 1 <= int(word) <= 12 else 0
    return MONTHS.index(word[:3]) + 1 if word[:3] in MONTHS and word.rstrip(".").isalpha() else 0


def arxiv_in(*texts: str) -> str:
    """The arXiv id in an id, an address or a phrase such as ``arXiv preprint arXiv:2512.05103``."""
    for text in texts:
        for candidate in (text.strip(), *_ARXIV_PLACE.findall(text)):
            bare = re.sub(r"(?:v\d+)?(?:\.pdf)?[\])},;.]*$", "", candidate)
            if ARXIV_ID.fullmatch(bare):
                return bare
    return ""


def ids_of(doi: str, *places: str) -> tuple[str, str]:
    """(arXiv id, DOI) from a DOI in any form and from whatever else may name one; arXiv's DOIs are ids."""
    match = DOI_ID.search(doi)
    found = match[0].rstrip(".,;") if match else ""
    if of_arxiv := _ARXIV_DOI.fullmatch(found):
        return arxiv_in(of_arxiv[1]), ""
    if not found:
        found = next((m[1] for p in places if (m := re.match(r"https?://(?:dx\.)?doi\.org/(10\..+)", p))), "")
    return arxiv_in(*places), found


def link_of(url: str) -> Link | None:
    """An address as a link of its likeliest kind; None for one that a record cannot hold or need not."""
    host = re.sub(r"^https?://(?:www\.)?", "", url).partition("/")[0].casefold()
    if fields.url_fault(url) or host in ("doi.org", "dx.doi.org", "arxiv.org"):
        return None
    if host in _CODE_HOSTS:
        return Link("code", url)
    return Link("pdf" if url.casefold().endswith(".pdf") else "html", url)


def links_of(urls: list[str]) -> tuple[tuple[Link, ...], list[str]]:
    """The first link of each kind, and the addresses that found no place."""
    made: dict[str, Link] = {}
    left = []
    for url in dict.fromkeys(urls):
        link = link_of(url)
        if link and made.setdefault(link.kind, link) is not link:
            left.append(url)
    return tuple(made.values()), left


def turned(name: str) -> str:
    """``Family, Given`` and ``Family, Given, Jr`` (RIS) as a reader writes the name."""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    return " ".join([*parts[1:2], *parts[:1], *parts[2:]])
