"""Values of records that are well-formed and surely wrong: dates, authors' names, organizations.

These are warnings of ``check``. Each is about what people and other programs really leave in records: a mark
from a title page, two names in one, a list that was split at the wrong commas.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from offprint.contribute.lint import Finding, organization_refs
from offprint.records.model import AuthorRecord, Content, PaperRecord, Ref
from offprint.records.slugs import slugify

_FIRST_YEAR = 1600  # the first journals of science are of 1665

_ET_AL = re.compile(r"\bet\.?\s+al\b|\band others\b|^others$|…|\.\.\.", re.IGNORECASE)
_EMAIL = re.compile(r"\S@\S")
_MARKS = re.compile(r"[†‡*∗⋆§¶#‖✉⁰¹²³⁴-⁹]|(?<=[^\W\d_])\.?\s?\d+(?:\s*,\s*\d+)*$")
_TITLES = re.compile(
    r"^(?:Dr|Prof|Professor|Mr|Mrs|Ms|Herr|Frau|Dipl)\b\.?\s|,?\s(?:Ph\.?\s?D|M\.?D|M\.?Sc|Dr)\.?$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s(?:and|und|&)\s|;", re.IGNORECASE)
_OF_BODIES = re.compile(r"\b(?:of|for|the|on|in|at|de|für)\b", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+")
_BODY_WORD = (
    r"\b(?:university|institut\w*|college|school|laborator\w*|labs?|research|academy|hospital|universit\w+)\b"
)
_TWO_BODIES = re.compile(rf"{_BODY_WORD}[^;,]*(?:,| and | & )[^;,]*{_BODY_WORD}", re.IGNORECASE)
_ADDRESS_PARTS = 3  # "A, B, C" is a list or a postal address


def implausible(content: Content, today: dt.date) -> Iterator[Finding]:
    """Yield a finding for each value that cannot be right; ``today`` bounds years, which may be one ahead."""
    for paper in content.papers:
        yield from _dates(paper, today)
        for author in (*paper.authors, *paper.editors):
            yield from _author(author)
        yield from _authors(paper)
    yield from _inverted_names(content.papers)
    yield from _organizations(content)


def _dates(paper: PaperRecord, today: dt.date) -> Iterator[Finding]:
    for field, date in (("date", paper.date), ("listed", paper.listed)):
        if date and not _FIRST_YEAR <= date.year <= today.year + 1:
            message = f"the year {date.year:04} cannot be right"
            yield Finding(paper.position, field, message, "is a digit missing or mistyped?")
            return
    if paper.date and paper.listed:
        year, month, day = paper.date
        if dt.date(year, month or 1, day or 1) > paper.listed:
            message = f"the date {paper.date.iso} is after the day on which the paper was listed"
            yield Finding(
                paper.position, "date", message, f"it was listed on {paper.listed}; mend one of them"
            )


def _author(author: AuthorRecord) -> Iterator[Finding]:
    """Yield what is wrong with one author's name: the first fault alone, as the others mostly follow."""
    name = author.name.text
    if author.group:
        return
    for fault, advice in _name_faults(name):
        yield Finding(author.name.position, "", f"the author {name!r} {fault}", advice)
        return


def _name_faults(name: str) -> Iterator[tuple[str, str]]:
    if _ET_AL.search(name):
        yield "stands for others", "take it out, and write how many authors there are: author_count: …"
    if _EMAIL.search(name):
        yield "holds an e-mail address", "write the name alone"
    if _AND.search(name) and not _OF_BODIES.search(name):
        yield "looks like two", "write each author as an item of the list"
    if mark := _MARKS.search(name):
        yield f"holds a mark: {mark[0].strip()}", "take it out"
    if title := _TITLES.search(name):
        yield f"holds a title: {title[0].strip(' ,')}", "write the name alone"
    if _INITIALS.fullmatch(name):
        yield (
            "has initials and no family name",
            'write family name and initials as one item, in quotes: "Müller, A."',
        )


def _authors(paper: PaperRecord) -> Iterator[Finding]:
    names = [author.name.text for author in paper.authors]
    single = sum(not re.search(r"[\s,]", name) for name in names)
    if len(names) >= 4 and len(names) % 2 == 0 and single >= len(names) * 3 / 4:
        first, second = names[:2]
        message = f"family and given names stand as authors of their own: {first!r}, {second!r}"
        advice = f'write ["{first}, {second}", …], in quotes, or [{second} {first}, …]'
        yield Finding(paper.authors[0].name.position, "", message, advice)
    if 0 < paper.author_count < len(names):
        message = f"author_count is {paper.author_count}, but {len(names)} authors are named"
        advice = "author_count is how many authors the paper has in all; leave it out where all are named"
        yield Finding(paper.position, "author_count", message, advice)


def _inverted_names(papers: Iterable[PaperRecord]) -> Iterator[Finding]:
    """Yield each name written "Family, Given" that some record has the other way round, at its first use."""
    refs = {slugify(a.name.text): a.name for paper in reversed(tuple(papers)) for a in paper.authors}
    for slug, ref in sorted(refs.items(), key=lambda each: each[1].position):
        family, comma, given = ref.text.partition(",")
        plain = f"{given.strip()} {family}"
        if comma and given.strip() and (other := refs.get(slugify(plain))) and slugify(other.text) != slug:
            advice = f"use one spelling, else they are two people; the other is {_place(other)}"
            yield Finding(ref.position, "", f"the author {ref.text!r} is {other.text!r} elsewhere", advice)


def _organizations(content: Content) -> Iterator[Finding]:
    """Yield names that look like several organizations, and names told apart by nothing but their signs."""
    by_slug: dict[str, dict[str, Ref]] = defaultdict(dict)
    registered = {record.name for record in content.organizations}
    for ref in organization_refs(content.papers):
        by_slug[slugify(ref.text)].setdefault(_signs(ref.text), ref)
    for spellings in by_slug.values():
        first, *others = spellings.values()
        if first.text not in registered and _is_list(first.text):
            message = f"the organization {first.text!r} looks like several, or like an address"
            yield Finding(
                first.position, "", message, "write each organization as an item of the list, by its name"
            )
        for other in others:
            advice = f"the other is {_place(first)}; give one of them a name that differs in letters"
            message = f"the organization {other.text!r} is taken for {first.text!r}"
            yield Finding(other.position, "", message, advice)


def _is_list(name: str) -> bool:
    parts = [part for part in name.split(",") if part.strip()]
    return ";" in name or len(parts) >= _ADDRESS_PARTS or bool(_TWO_BODIES.search(name))


def _signs(name: str) -> str:
    """Return the signs of a name that may tell it from another: ``+`` and ``*``, not points and hyphens."""
    return "".join(re.findall(r"[^\w\s.,:'’&()/–—-]", name))


def _place(ref: Ref) -> str:
    return f"{ref.position.path}:{ref.position.line}"
