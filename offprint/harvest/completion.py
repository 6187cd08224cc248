"""What a record lacks and services know, and where they disagree with what it says.

Each source's answer is used only where its title is the record's: an id may be mistyped. Sources that come
first are believed first, and what one of them lacks may come from the next.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from offprint.contribute.drafts import Draft, record_text, sanitize, title_key
from offprint.harvest.answers import Work
from offprint.records.model import PaperRecord

_ALIKE = 0.85  # of two titles' letters, from which on they are spellings of one
_FIELD = re.compile(r"^([a-z_]+):(.*)$", re.DOTALL)
_COPIED = ("date", "authors", "organizations", "venue", "arxiv", "doi", "links", "status", "notice")
_OF_VENUE = ("volume", "issue", "pages", "publisher")


class Answer(NamedTuple):
    """What one service says of a record's paper; ``who`` is the service's name."""

    who: str
    work: Work


class Disagreement(NamedTuple):
    """A field of a record of which a source says something else, and what."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a record lacks, as the text that follows each field's colon; ORCID iDs by an author's name.

    ``disagreements`` are told to a person and change nothing.
    """

    values: Mapping[str, str]
    orcids: Mapping[str, str]
    disagreements: tuple[Disagreement, ...]


def complete(record: PaperRecord, answers: Sequence[Answer]) -> Completion:
    """Return what services know that a record lacks, and where they disagree with it."""
    mine = [each for each in answers if _same_title(record, each.work.draft)]
    strangers = [each for each in answers if each not in mine and each.work.draft.title]
    disagreements = [
        Disagreement("title", f"{each.who} has another title for its id: {each.work.draft.title!r}")
        for each in strangers
    ]
    disagreements += _disagreements(record, mine)
    lacking = _lacking(record, mine)
    return Completion(_texts(lacking), _orcids(record, mine), tuple(disagreements))


def _same_title(record: PaperRecord, draft: Draft) -> bool:
    """Tell whether two titles are one, apart from spelling, a subtitle, or markup for math."""
    one, other = title_key(record.title.source), title_key(draft.title)
    plain = title_key(record.title.plain)
    if not other or other in (one, plain):
        return bool(other)
    if min(len(one), len(other)) > 15 and (one.startswith(other) or other.startswith(one)):
        return True
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _lacking(record: PaperRecord, answers: Sequence[Answer]) -> Draft:
    """Return a draft with nothing but what the record lacks."""
    draft = Draft(title="x")
    for each in answers:
        theirs = each.work.draft
        for name in _COPIED:
            if not getattr(draft, name) and not getattr(record, name):
                draft = replace(draft, **{name: getattr(theirs, name)})
        if each.work.published_as and not draft.doi and not record.doi:
            draft = replace(draft, doi=each.work.published_as)
        same_venue = not record.venue or title_key(record.venue) == title_key(theirs.venue)
        for name in _OF_VENUE if theirs.venue and same_venue else ():
            if not getattr(draft, name) and not getattr(record, name):
                draft = replace(draft, **{name: getattr(theirs, name)})
        if not record.summary and not record.abstract and not draft.abstract:
            draft = replace(draft, abstract=theirs.abstract)
        if theirs.status and record.status == "published" and not draft.status:
            draft = replace(draft, status=theirs.status, notice=record.notice or theirs.notice)
    if record.author_count and record.author_count != len(draft.authors):
        draft = replace(draft, authors=())
    return sanitize(draft)[0]


def _texts(draft: Draft) -> dict[str, str]:
    """Return the YAML of each field of a draft but its title, as it follows the colon."""
    texts: dict[str, str] = {}
    name = ""
    for line in record_text(draft).split("---\n")[1].rstrip("\n").split("\n"):
        if match := _FIELD.match(line):
            name = match[1]
            texts[name] = match[2]
        else:
            texts[name] += f"\n{line}"
    texts.pop("title")
    return texts


def _orcids(record: PaperRecord, answers: Sequence[Answer]) -> dict[str, str]:
    """Return the ORCID iDs of the record's authors who have none, by name as written; no name twice."""
    known = [
        {title_key(each.name): each.orcid for each in answer.work.draft.authors if each.orcid}
        for answer in answers
    ]
    orcids = {}
    names = [author.name.text for author in record.authors]
    for author in record.authors:
        name = author.name.text
        found = {each[title_key(name)] for each in known if title_key(name) in each}
        if not author.orcid and len(found) == 1 and names.count(name) == 1:
            orcids[name] = found.pop()
    taken = {author.orcid for author in record.authors if author.orcid}
    return {name: orcid for name, orcid in orcids.items() if orcid not in taken}


def _disagreements(record: PaperRecord, answers: Sequence[Answer]) -> list[Disagreement]:
    """Return where sources say something else than the record."""
    found = []
    doi = record.doi.text.casefold() if record.doi else ""
    count = record.author_count or len(record.authors)
    dates = [(each.who, each.work.draft.date) for each in answers if each.work.draft.date]
    if record.date and dates and not any(_agree(record.date.iso, date) for _, date in dates):
        said = ", ".join(f"{who} says {date}" for who, date in dates)
        found.append(Disagreement("date", f"the date is {record.date.iso} here; {said}"))
    for who, work in answers:
        theirs = work.draft
        later = work.published_as or theirs.doi
        if doi and later and later.casefold() != doi:
            found.append(Disagreement("doi", f"{who} gives the DOI {later}"))
        if count and theirs.authors and len(theirs.authors) != count:
            field = "author_count" if record.author_count else "authors"
            message = f"{who} names {len(theirs.authors)} authors, the record {count}"
            found.append(Disagreement(field, message))
        if theirs.status and record.status not in ("published", theirs.status):
            found.append(Disagreement("status", f"{who} calls the paper {theirs.status}"))
    return found


def _agree(one: str, other: str) -> bool:
    """Tell whether two dates in ISO form are the same as far as both are known."""
    return one.startswith(other) or other.startswith(one)
