"""``new``: one paper's record, from arXiv, a DOI, a title, or a person's answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from offprint.archive.model import Library
from offprint.build.load import load_library
from offprint.build.options import Options
from offprint.contribute import fetch
from offprint.contribute.drafts import (
    Draft,
    DraftAuthor,
    ExistingPapers,
    path_for,
    record_text,
    sanitize,
    slug_for,
)
from offprint.contribute.importers.entry import ids_of
from offprint.contribute.suggest_topics import nearest_topics
from offprint.diagnostics import CommandError
from offprint.storage.files import create_file

Ask = Callable[[str, str], str]  # a question and the answer that an empty line stands for → the answer


class RefusedError(CommandError):
    """No record is written; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the paper: an arXiv id, a DOI or a title; all empty where a person is to be asked."""

    arxiv: str = ""
    doi: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The new record's path, and what its author should know."""

    path: str
    notes: tuple[str, ...]


def new(
    options: Options,
    wanted: Wanted,
    today: dt.date,
    ask: Ask | None = None,
    services: fetch.Services = fetch.SERVICES,
) -> Written:
    """Write a record; raises RefusedError, fetch.FetchError, ContentError.

    ``today`` becomes the day on which the archive lists it. ``ask`` is given where a person is to be asked.
    """
    _, library = load_library(options)
    known = ExistingPapers(library)
    if ask:
        wanted = understood(ask("arXiv id, DOI or title", ""))
    draft = _fetched(wanted, known, services)
    draft = replace(draft, listed=today.isoformat())
    proposed = nearest_topics(library, f"{draft.title} {draft.abstract}")
    draft = _answered(draft, library, proposed, ask) if ask else replace(draft, topics=proposed)
    draft, refused = sanitize(draft)
    if not draft.title or any(each.position.line == 2 for each in refused):
        raise RefusedError(refused[0].message if refused else "a paper needs a title")
    _refuse_known(draft, known)
    path = path_for(draft, slug_for(draft, known.slugs))
    comment = {} if ask else {"topics": "proposed from the archive's nearest papers; keep what fits"}
    create_file(options.content, path, record_text(draft, comment))
    notes = [f"left out: {each.message}" for each in refused]
    if not draft.summary:
        notes.append("write a summary below its last ---")
    return Written(f"{options.content.name}/{path}", tuple(notes))


def understood(words: str) -> Wanted:
    """An id where the words are one, as such or as an address; else a title."""
    bare = words.strip()
    if " " in bare:
        return Wanted(title=bare)
    arxiv, doi = ids_of(bare, bare)
    return Wanted(arxiv=arxiv) if arxiv else Wanted(doi=doi) if doi else Wanted(title=bare)


def _fetched(wanted: Wanted, known: ExistingPapers, services: fetch.Services) -> Draft:
    draft = Draft(title=wanted.title, arxiv=wanted.arxiv, doi=wanted.doi)
    _refuse_known(draft, known)  # before anyone is asked over the network
    if wanted.arxiv:
        return fetch.arxiv_paper(wanted.arxiv, services)
    if wanted.doi:
        return fetch.doi_paper(wanted.doi, services)
    if not wanted.title.strip():
        raise RefusedError("a paper needs a title")
    return draft


def _refuse_known(draft: Draft, known: ExistingPapers) -> None:
    if found := known.find(draft):
        raise RefusedError(f"the archive has this paper: {found[1]} has {found[0]}")


def _answered(draft: Draft, library: Library, proposed: tuple[str, ...], ask: Ask) -> Draft:
    """The draft as a person completes it, question by question; what our reader refuses is asked again."""
    known = {topic.slug for topic in library.topics}
    questions = (
        ("title", "Title", draft.title),
        ("date", "Date (2026-06-30, 2026-06, 2026; empty where unknown)", draft.date),
        ("authors", "Authors, parted by ;", "; ".join(each.name for each in draft.authors)),
        ("organizations", "Organizations, parted by ;", "; ".join(draft.organizations)),
        ("topics", f"Topics, parted by ; (of {', '.join(sorted(known))})", "; ".join(proposed)),
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
    """An answer as the field's value; the lists among them are parted by semicolons."""
    items = tuple(item.strip() for item in answer.split(";") if item.strip())
    if field == "authors":
        return {field: tuple(DraftAuthor(name) for name in items)}
    return {field: items if field in ("organizations", "topics") else answer}
