"""RIS, as Zotero, Mendeley, EndNote and publishers' pages write it; rispy takes the file apart."""

import re
from collections.abc import Mapping
from typing import Any

import rispy

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers.entry import Entry
from offprint.diagnostics import Diagnostic, Position

_TAKEN = frozenset(
    "type_of_reference id title primary_title first_authors authors date year publication_year abstract "
    "notes_abstract keywords doi urls secondary_title journal_name alternate_title3 access_date language "
    "short_title file_attachments1 file_attachments2 database_provider name_of_database".split()
)
_START = re.compile(r"^TY  -", re.MULTILINE)
_END = re.compile(r"^ER  -", re.MULTILINE)
_EMPTY = re.compile(
    r"^([A-Z][A-Z0-9]  -)\s*\n(?![A-Z][A-Z0-9]  -)(?=\S)", re.MULTILINE
)  # its text begins below


def read(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Every reference of the file, and a fault for each that cannot be read."""
    entries, faults = [], []
    starts = [match.start() for match in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text.count("\n", 0, start) + 1
        place = Position(path, line, 1)
        reference = _EMPTY.sub(r"\1 ", text[start:end])
        if not _END.search(reference):
            faults.append(Diagnostic(place, "this reference has no end", "close it with a line ER  - "))
            continue
        try:
            entries += [_entry(item, line) for item in rispy.loads(reference, enforce_list_tags=True)]
        except (LookupError, ValueError, OSError):  # what it raises where lines and tags do not fit together
            faults.append(
                Diagnostic(place, "this reference cannot be read", "see whether each line has its tag")
            )
    return entries, faults


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
