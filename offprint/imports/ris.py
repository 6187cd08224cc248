"""RIS, as Zotero, Mendeley, EndNote and publishers' pages write it; rispy takes the file apart."""

import re
from collections.abc import Mapping
from typing import Any

import rispy

from offprint.drafts import Draft, DraftAuthor
from offprint.imports import entry as shared
from offprint.imports.entry import Entry

_TAKEN = frozenset(
    "type_of_reference id title primary_title first_authors authors date year publication_year abstract "
    "notes_abstract keywords doi urls secondary_title journal_name alternate_title3 access_date language "
    "short_title file_attachments1 file_attachments2 database_provider name_of_database".split()
)
_START = re.compile(r"^TY  -", re.MULTILINE)


def read(text: str) -> list[Entry]:
    """Every reference that has a beginning (TY) and an end (ER)."""
    lines = [text.count("\n", 0, match.start()) + 1 for match in _START.finditer(text)]
    found = rispy.loads(text, enforce_list_tags=True)
    return [_entry(item, line) for item, line in zip(found, lines, strict=False)]


def unclosed(text: str) -> int:
    """The line of a reference that does not end, 0 where all do."""
    starts = [match.start() for match in _START.finditer(text)]
    if len(starts) == len(re.findall(r"^ER  -", text, re.MULTILINE)):
        return 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if not re.search(r"^ER  -", text[start:end], re.MULTILINE):
            return text.count("\n", 0, start) + 1
    return 0


def _entry(item: Mapping[str, Any], line: int) -> Entry:
    def get(*names: str) -> str:
        return next((str(item[name]).strip() for name in names if item.get(name)), "")

    problems = []
    given = get("date", "year", "publication_year")
    date = max((shared.date_of(get(n)) for n in ("date", "year", "publication_year")), key=len)
    if given and not date:
        problems.append(f"the date {given!r} is none")
    urls = [str(url) for url in item.get("urls", [])]
    files = [get(name) for name in ("file_attachments1", "file_attachments2")]
    urls += [file for file in files if file.startswith("http")]  # others are paths on somebody's machine
    journal = get("secondary_title", "journal_name", "alternate_title3")
    arxiv, doi = shared.ids_of(
        get("doi"), *urls, journal if "arxiv" in journal.casefold() else "", _number(item)
    )
    if get("doi") and not doi and not arxiv:
        problems.append(f"the DOI {get('doi')!r} is none")
    links, left = shared.links_of(urls)
    draft = Draft(
        title=get("title", "primary_title"),
        slug=get("id"),
        date=date,
        authors=tuple(
            DraftAuthor(shared.turned(name))
            for name in item.get("authors") or item.get("first_authors") or ()
        ),
        topics=tuple(str(word) for word in item.get("keywords", ())),
        venue="" if "arxiv" in journal.casefold() else journal,
        arxiv=arxiv,
        doi=doi,
        links=links,
        abstract=get("abstract", "notes_abstract"),
    )
    told = "arxiv:" in get("accession_number").casefold()
    left += [
        name.replace("_", " ")
        for name in item
        if name not in _TAKEN and not (told and name == "accession_number")
    ]
    return Entry(draft, line, draft.slug or draft.title[:60], tuple(left), tuple(problems))


def _number(item: Mapping[str, Any]) -> str:
    """What may name arXiv's id: Zotero uses a preprint's number or note, and we the database's own number."""
    words = [str(item.get(name, "")) for name in ("number", "note", "publisher", "accession_number")]
    return next((word for word in words if "arxiv:" in word.casefold()), "")
