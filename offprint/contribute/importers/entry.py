"""What a reader returns for each paper of a file, and the values that all readers must understand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from offprint.contribute.drafts import Draft
from offprint.contribute.importers.source import Unused
from offprint.records import fields, identifiers
from offprint.records.model import Link

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[-/T ].*)?/*", re.DOTALL)
_CODE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_PREPRINT = re.compile(
    r"(?:arxiv|corr)(?:\.org)?(?:\s+e-?prints?|\s+preprints?|\s*\(cornell university\))?", re.IGNORECASE
)
# RETRACTED: …, [Withdrawn] …, Retracted article: …
_MARK = re.compile(
    r"\W?(?:retracted|withdrawn)(?: (?:article|paper|chapter))?(?:[\])]\s*[:–—-]?|\s*:|\s+[–—-]\s)\s*(?=\S)",
    re.IGNORECASE,
)
_MARK_BEHIND = re.compile(
    r"\s*[\[(](?:retracted|withdrawn)(?: (?:article|paper|chapter))?\b[^\[\]()]{0,200}[\])]\s*$",
    re.IGNORECASE,
)
_LONGEST_SHOWN = 80
_BETWEEN_ADDRESSES = re.compile(
    r"(?:[,;]\s*|\s+(?:(?:and|or|und|et)\s+)?)(?=(?:https?|ftp)://|www\.)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper found in a file: its draft, where it stands (line from 1), and what it is called there.

    ``left`` are the values that a record has no place for; ``problems`` say what could not be understood or
    was changed. ``refused`` says why no record can be made of the entry; empty where one can.
    """

    draft: Draft
    line: int
    name: str
    left: tuple[Unused, ...] = ()
    problems: tuple[str, ...] = ()
    refused: str = ""


def date_of(text: str) -> str:
    """Return a date as a record writes it, from ISO (``2025-12-04T…``) or RIS (``2025/12/04/``).

    It is empty where there is none.
    """
    match = _ISO.fullmatch(text.strip())
    return iso(*match.groups()) if match else ""


def date_in(text: str) -> str:
    """Return a date in ISO form or in English words (``4 May 2020``), as far as it says one; else empty."""
    if date := date_of(text):
        return date
    words = re.findall(r"[^\W\d_]+|[0-9]+", text[:100])
    year = next((word for word in words if re.fullmatch("[0-9]{4}", word)), "")
    month = next((word for word in words if word.isalpha() and month_of(word)), "")
    day = next((word for word in words if re.fullmatch("[0-9]{1,2}", word)), "") if month else ""
    return iso(year, month, day)


def date_parts(text: str) -> int:
    """Return how many parts a date has that is written in any way: years, months, days and others."""
    return len(re.findall(r"[^\W\d_]+|[0-9]+", text[:100]))


def iso(year: object, month: object = None, day: object = None) -> str:
    """Return ``2025``, ``2025-12`` or ``2025-12-04``; a month may be a number or an English name."""
    if not re.fullmatch(r"[0-9]{4}", str(year or "")[:5]):
        return ""
    number = month_of(str(month or "")[:20])
    if not number:
        return str(year)
    valid = re.fullmatch(r"[0-9]{1,2}", str(day or "")[:3]) and 1 <= int(str(day)) <= 31
    return f"{year}-{number:02}" + (f"-{int(str(day)):02}" if valid else "")


def month_of(text: str) -> int:
    """Return a month's number from ``12``, ``dec``, ``December`` or ``Dec.``; 0 where it is none."""
    word = text.strip().casefold()
    if re.fullmatch("[0-9]{1,2}", word):
        return int(word) if 1 <= int(word) <= 12 else 0
    return MONTHS.index(word[:3]) + 1 if word[:3] in MONTHS and word.rstrip(".").isalpha() else 0


def with_status(entry: Entry) -> Entry:
    """Return the entry with the status that its title is marked with, as publishers do: ``RETRACTED: …``."""
    draft = entry.draft
    mark, behind = _MARK.match(draft.title), _MARK_BEHIND.search(draft.title)
    title = draft.title[mark.end() if mark else 0 : behind.start() if behind else None]
    if not (mark or behind) or not title:
        return entry
    said = " … ".join(each[0].strip(" :-–—") for each in (mark, behind) if each)
    status = "retracted" if "retracted" in said.casefold() else "withdrawn"
    notice = f"Its title is marked {said!r} where this record comes from"
    draft = replace(
        draft,
        title=title,
        status=draft.status or status,
        notice=draft.notice or notice,
    )
    return replace(
        entry, draft=draft, problems=(*entry.problems, f"the mark {said!r} of its title is its status")
    )


def is_preprint_server(text: str) -> bool:
    """Tell whether a journal's or publisher's name means only arXiv."""
    return bool(_PREPRINT.fullmatch(text.strip()))


def shown(text: str) -> str:
    """Return a value as a message quotes it."""
    return f"'{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + '…'}'"


def link_of(url: str) -> Link | None:
    """Return an address as a link of its likeliest kind; None for one that a record cannot hold."""
    if fields.url_fault(url):
        return None
    host = re.sub(r"^https?://(?:www\.)?", "", url, flags=re.IGNORECASE).partition("/")[0].casefold()
    if host in _CODE_HOSTS:
        return Link("code", url)
    return Link("pdf" if url.partition("?")[0].casefold().endswith(".pdf") else "html", url)


def addresses_in(text: str) -> list[str]:
    """Return the addresses that stand in a text behind one another; a gap within one is part of it."""
    parts = [part.strip().rstrip(",;") for part in _BETWEEN_ADDRESSES.split(" ".join(text.split()))]
    return ["%20".join(part.split()) for part in parts if part]


def whole_address(text: str) -> str:
    """Return an address with its scheme, which people leave out before ``www.``."""
    return f"https://{text}" if re.match(r"www\.", text, re.IGNORECASE) else text


class Links:
    """The links of a paper, one of a kind, and its ids as addresses tell them."""

    def __init__(self, arxiv: str = "", doi: str = "", links: Iterable[Link] = ()) -> None:
        self.arxiv, self.doi = arxiv, doi
        self.by_kind = {link.kind: link for link in links}

    @property
    def links(self) -> tuple[Link, ...]:
        """All of them, in the order in which they were added."""
        return tuple(self.by_kind.values())

    def add(self, url: str) -> bool:
        """Take an address as an id or a link; False where there is no place for it."""
        ids = identifiers.understand(url)
        if any(ids):
            return self.add_id(ids)
        link = link_of(url)
        return link is not None and self.by_kind.setdefault(link.kind, link) == link

    def add_id(self, ids: identifiers.Ids) -> bool:
        """Take the id that a text was understood as; False where it is none, or the paper has another one."""
        if ids.arxiv:
            return self.add_arxiv(ids.arxiv)
        return bool(ids.doi) and self.add_doi(ids.doi)

    def add_arxiv(self, number: str) -> bool:
        """Take an arXiv id, of two forms the one with a version; False where the paper has another id."""
        bare = identifiers.without_version
        if self.arxiv and bare(self.arxiv) != bare(number):
            return False
        self.arxiv = max(self.arxiv, number, key=len)
        return True

    def add_doi(self, doi: str) -> bool:
        """Take a DOI; False where the paper has another one."""
        self.doi = self.doi or doi
        return self.doi.casefold() == doi.casefold()
