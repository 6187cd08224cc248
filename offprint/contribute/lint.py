"""What is no error but deserves a second look: titles in capitals, PDF leftovers, twins.

These are warnings for the one who writes or reviews a record, so ``check`` gives them and the build does not.
Each finding names a field; where in the file that stands is for content.py. Everything here takes one pass
and a few dictionaries, so that 10,000 papers take about a second.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from offprint.archive.names import names_of
from offprint.contribute.drafts import title_key
from offprint.diagnostics import Position
from offprint.records.model import Content, PaperRecord, Ref
from offprint.records.slugs import slugify

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_HYPHEN = re.compile(r"[a-z]{2,}-(?:\n[ \t]*| )(?!(?:and|or|to|nor|versus|vs|but)\b)[a-z]{2,}")
_SENTENCE_END = re.compile(r"[.!?:)\]}\"”’'»$。！？]$")
_CUT = re.compile(r"(?:\.\.\.|…)$")
_MATH = re.compile(r"\$[^$]*\$")
_WORD = re.compile(r"[^\W_]{4,}")
_SUFFIXES = frozenset(
    "ai co company corp corporation group inc lab laboratories laboratory labs llc ltd research team".split()
)
_NUMBER = re.compile(r"[a-z]*\d[\w.]*|\b[ivx]+\b")
_DIGITS = re.compile(r"\d+")
_FEW_WORDS = 5  # titles with fewer telling words differ too easily
_SHORT_NAME = 7  # shorter names differ by a letter too easily


class Finding(NamedTuple):
    """One thing to look at: the record's place, the field (empty: the record as a whole), what, and why."""

    record: Position
    field: str
    message: str
    advice: str


def findings(content: Content) -> Iterator[Finding]:
    """Yield everything worth a look, paper by paper, then what shows only over all papers."""
    for paper in content.papers:
        if paper.status == "published":
            yield from _of_paper(paper)
    yield from twins(content.papers)


def _of_paper(paper: PaperRecord) -> Iterator[Finding]:
    title = _MATH.sub("", paper.title.source)
    if len(title.split()) > 2 and title.isupper() and sum(map(str.isalpha, title)) > 11:
        advice = "write it as a sentence or with capitals at the beginnings of words"
        yield Finding(paper.position, "title", "the title is in capitals", advice)
    for field, text in (
        ("title", paper.title.source),
        ("abstract", paper.abstract.source),
        ("summary", paper.summary.source),
    ):
        if found := _LIGATURE.search(text):
            message = f"the {field} holds the ligature {found[0]!r}, a PDF's leftover"
            yield Finding(paper.position, field, message, "write its letters one by one")
        if found := _HYPHEN.search(text):
            message = f"the {field} holds a word cut by a line's end: {' '.join(found[0].split())!r}"
            yield Finding(paper.position, field, message, "take the hyphen and the space out")
    abstract = paper.abstract.source.rstrip()
    if abstract and (_CUT.search(abstract) or not _SENTENCE_END.search(abstract)):
        message = f"the abstract seems cut off: it ends in {abstract[-20:]!r}"
        yield Finding(paper.position, "abstract", message, "give it whole, or leave it out")
    if not paper.summary:
        advice = "two to four sentences: what it asks, what was done, what came out"
        yield Finding(paper.position, "", "the record has no summary", advice)


def doubtful_names(content: Content) -> Iterator[tuple[Ref, str]]:
    """Yield unregistered organizations that look like a better-known one.

    With each comes the place where it first stands, and the better-known one.
    """
    registered = names_of(content.organizations, "organization", [])
    first: dict[str, Ref] = {}
    used: Counter[str] = Counter()
    names = {record.slug: record.name for record in content.organizations}
    for ref in organization_refs(content.papers):
        slug = slugify(ref.text)
        used[slug] += 1
        first.setdefault(slug, ref)
        names.setdefault(registered.get(slug, slug), ref.text)
    near: dict[str, list[str]] = defaultdict(list)
    for slug in {*first, *registered}:
        for key in _spellings(slug):
            near[key].append(slug)

    def standing(slug: str) -> tuple[bool, int, str]:
        return (slug in registered, used[slug], slug)

    for slug, ref in first.items():
        if slug in registered:
            continue
        alike = {other for key in _spellings(slug) for other in near[key] if other != slug}
        alike = {other for other in alike if _DIGITS.findall(other) == _DIGITS.findall(slug)}
        better = max((other for other in alike if standing(other) > standing(slug)), key=standing, default="")
        if better:
            yield ref, names[registered.get(better, better)]


def organization_refs(papers: Iterable[PaperRecord]) -> Iterator[Ref]:
    """Yield every organization that papers and their authors name, in the papers' order."""
    for paper in papers:
        yield from paper.organizations
        for author in paper.authors:
            yield from author.organizations


def _spellings(slug: str) -> set[str]:
    """Return what two names that look alike share.

    That is the name without its last common words, or without any one letter.
    """
    words = slug.split("-")
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    bare = "".join(words)
    if len(bare) < _SHORT_NAME:
        return {bare}
    return {bare} | {f"~{bare[:i]}{bare[i + 1 :]}" for i in range(len(bare))} | {f"~{bare}"}


def twins(papers: Iterable[PaperRecord]) -> Iterator[Finding]:
    """Yield records that look like one paper: equal titles, or long titles that differ in one word."""
    papers = list(papers)
    earlier = {paper.slug: paper.supersedes.text for paper in papers if paper.supersedes}
    same: dict[str, PaperRecord] = {}
    nearly: dict[frozenset[str], PaperRecord] = {}
    for paper in papers:
        title = paper.title.source
        words = frozenset(_WORD.findall(title.casefold()))
        keys = [words, *(words - {word} for word in words)] if len(words) >= _FEW_WORDS else []
        other = same.setdefault(title_key(title), paper)
        if other is paper:
            candidates = (nearly[key] for key in keys if key in nearly)
            other = next((each for each in candidates if _alike(each, paper)), paper)
        for key in keys:
            nearly.setdefault(key, paper)
        joined = _first_version(other.slug, earlier) == _first_version(paper.slug, earlier)
        if other is not paper and not _different(other, paper) and not joined:
            advice = f"the other is {other.position.path}:{other.position.line}; keep one, or tell them apart"
            message = f"this looks like {other.slug!r}: {other.title.plain}"
            yield Finding(paper.position, "title", message, advice)


def _first_version(slug: str, earlier: Mapping[str, str]) -> str:
    """Return the slug of the first version of a work; ``earlier`` has the version before each."""
    seen = set()
    while slug in earlier and slug not in seen:
        seen.add(slug)
        slug = earlier[slug]
    return slug


def _alike(one: PaperRecord, other: PaperRecord) -> bool:
    """Tell whether no number tells the titles apart, as in the second part or version of something."""
    titles = (paper.title.source.casefold() for paper in (one, other))
    first, second = (sorted(_NUMBER.findall(title)) for title in titles)
    return first == second


def _different(one: PaperRecord, other: PaperRecord) -> bool:
    """Tell whether ids of one kind tell the papers apart."""
    pairs = ((one.arxiv, other.arxiv), (one.doi, other.doi))
    return any(a and b and a.text.casefold() != b.text.casefold() for a, b in pairs)
