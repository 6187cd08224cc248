"""``new``: write one paper's record from an arXiv id, a DOI, a title, or a person's answers.

What arXiv and DOI registries say is fetched by ``contribute/fetch.py``.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from offprint.archive.model import Library
from offprint.build.load import load_library
from offprint.build.options import Options
from offprint.contribute import fetch
from offprint.contribute.drafts import (
    Draft,
    ExistingPapers,
    path_for,
    record_text,
    sanitize,
    slug_for,
)
from offprint.contribute.importers import people, read_entries
from offprint.contribute.importers.entry import Entry
from offprint.contribute.suggest_topics import nearest_topics
from offprint.diagnostics import CommandError
from offprint.records import identifiers
from offprint.storage.files import create_files

_BIBTEX = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
Ask = Callable[[str, str], str]  # a question and the default for an empty answer → the answer


class RefusedError(CommandError):
    """The record is refused and not written; the message says why."""


@dataclass(frozen=True, slots=True)
class PaperQuery:
    """Which paper to add: its arXiv id, DOI, title or BibTeX entry; all empty to have a person asked."""

    arxiv: str = ""
    doi: str = ""
    title: str = ""
    bibtex: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """The path of the record that was written, and notes for the person who asked for it."""

    path: str
    notes: tuple[str, ...]


def new(
    options: Options,
    query: PaperQuery,
    today: dt.date,
    ask: Ask | None = None,
    services: fetch.Services = fetch.SERVICES,
) -> NewRecord:
    """Write the record of one paper that is new to the archive.

    ``today`` becomes the day on which the archive lists it. With ``ask``, a person is asked for the query and
    then for each field. Raises RefusedError, fetch.FetchError, OSError, or ContentError where the archive's
    own content has errors.
    """
    _, library = load_library(options)
    known = ExistingPapers(library)
    if ask:
        query = parse_query(ask("arXiv id, DOI or title", ""))
    entry = _fetch(query, known, services)
    draft = replace(entry.draft, listed=today.isoformat(), topics=(), slug="")
    topics = nearest_topics(library, f"{draft.title} {draft.abstract}")
    draft = _ask_fields(draft, library, topics, ask) if ask else replace(draft, topics=topics)
    draft, refused = sanitize(draft)
    if not draft.title or any(each.position.line == 2 for each in refused):
        raise RefusedError(refused[0].message if refused else "a paper needs a title")
    _refuse_known(draft, known)
    path = path_for(draft, slug_for(draft, known.slugs))
    comment = {} if ask else {"topics": "proposed from the archive's nearest papers; keep what fits"}
    create_files(options.content, {path: record_text(draft, comment)})
    notes = [*entry.problems, *(f"left out: {each.message}" for each in refused)]
    if names := dict.fromkeys(each.name for each in entry.left):
        notes.append(f"not taken over, since a record has no place for it: {', '.join(names)}")
    if not draft.summary:
        notes.append("write a summary below its last ---")
    return NewRecord(f"{options.content.name}/{path}", tuple(notes))


def parse_query(text: str) -> PaperQuery:
    """Return the query for an arXiv id or a DOI, bare or as an address, a BibTeX entry, or else a title."""
    bare = text.strip()
    if _BIBTEX.match(bare):
        return PaperQuery(bibtex=bare)
    arxiv, doi = identifiers.pasted(bare)
    arxiv = identifiers.without_version(arxiv)  # arXiv answers with the newest
    return PaperQuery(arxiv=arxiv) if arxiv else PaperQuery(doi=doi) if doi else PaperQuery(title=bare)


def _fetch(query: PaperQuery, known: ExistingPapers, services: fetch.Services) -> Entry:
    """Return what a service or the query says of the paper; raises RefusedError, FetchError."""
    if query.bibtex:
        return _pasted(query.bibtex)
    draft = Draft(title=query.title, arxiv=query.arxiv, doi=query.doi)
    _refuse_known(draft, known)  # before any request over the network
    if query.arxiv:
        return fetch.arxiv_paper(query.arxiv, services)
    if query.doi:
        return fetch.doi_paper(query.doi, services)
    if not query.title.strip():
        raise RefusedError("a paper needs a title")
    return Entry(draft, 1, query.title)


def _pasted(text: str) -> Entry:
    """Return what a BibTeX entry says that a person pasted; raises RefusedError where it is none."""
    entries, faults = read_entries(text.encode("utf-8", "replace"), "the entry")
    if len(entries) != 1:
        reason = faults[0].message if faults else f"it holds {len(entries)} entries"
        raise RefusedError(f"this is not one BibTeX entry: {reason}; write several to a file and import that")
    return entries[0]


def _refuse_known(draft: Draft, known: ExistingPapers) -> None:
    """Raise RefusedError where the archive has a paper with the draft's id or title."""
    if existing := known.find(draft):
        raise RefusedError(f"the archive has this paper: {existing[1]} has {existing[0]}")


def _ask_fields(draft: Draft, library: Library, suggested: tuple[str, ...], ask: Ask) -> Draft:
    """Return the draft as a person completes it, field by field; a value that has an error is asked again."""
    known = {topic.slug for topic in library.topics}
    questions = (
        ("title", "Title", draft.title),
        ("date", "Date (2026-06-30, 2026-06, 2026; empty where unknown)", draft.date),
        ("authors", "Authors, parted by ;", "; ".join(each.name for each in draft.authors)),
        ("organizations", "Organizations, parted by ;", "; ".join(draft.organizations)),
        ("topics", f"Topics, parted by ; (of {', '.join(sorted(known))})", "; ".join(suggested)),
        ("summary", "Summary, two to four sentences on one line", ""),
    )
    for field, question, default in questions:
        faults = [""]
        while faults:
            answer = ask(f"{faults[0]}. {question}" if faults[0] else question, default).strip()
            draft = replace(draft, **_value(field, answer))
            if field == "topics":
                faults = [f"there is no topic {word!r}" for word in draft.topics if word not in known]
            else:
                faults = [each.message for each in sanitize(draft)[1]]
    return draft


def _value(field: str, answer: str) -> dict[str, Any]:
    """Return an answer as the value of a draft's field; the items of lists are separated by semicolons."""
    items = tuple(item.strip() for item in answer.split(";") if item.strip())
    if field == "authors":
        return {field: tuple(map(people.typed, items))}
    return {field: items if field in ("organizations", "topics") else answer}
