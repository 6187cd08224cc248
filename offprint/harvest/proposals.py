"""Which of the papers that services list are proposed: new ones, the nearest to the archive first.

How near a paper is follows from its words (``archive/tfidf.py``): the mean of its products with the
_NEIGHBOURS papers of the archive that are most like it, each of which counts for more if readers voted for
it. The paper's own votes are added on a scale of logarithms.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from offprint.archive.model import Library, Paper
from offprint.archive.tfidf import CorpusStats, TermVector, update_stats, vector_of
from offprint.contribute.drafts import Draft, ExistingPapers, sanitize
from offprint.harvest.answers import Work
from offprint.records.tokens import count_tokens
from offprint.records.watch.model import SeenPaper

_NEIGHBOURS = 3
_WORDS = 3  # that are named as reasons
_WHOLE = 1000.0  # the score of a paper whose neighbours have exactly its words
_DOUBLED = 40.0  # what a doubling of a paper's votes adds to its score
_SEEN = "(seen)"  # stands for the file of a paper that was proposed before


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that is new to the archive, and why it may belong there.

    ``watches`` are the names of those that found it, ``place`` is its place in their order. ``neighbours``
    are the nearest papers of the archive with the words that they share with it.
    """

    draft: Draft
    watches: tuple[str, ...]
    place: int = 0
    score: float = 0.0
    neighbours: tuple[tuple[Paper, tuple[str, ...]], ...] = ()


class LeftOut(NamedTuple):
    """A paper that is not proposed: its title, and the reason."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The candidates, best first, and all papers that were left out: how many the archive has, and others."""

    candidates: tuple[Candidate, ...]
    existing: int
    declined: int
    left_out: tuple[LeftOut, ...] = field(default=())


def select(works: Iterable[tuple[str, Work]], library: Library, seen: Sequence[SeenPaper]) -> Selection:
    """Return the papers that the archive lacks and that were never proposed, each once, the best first.

    ``works`` are pairs of a watch's name and what it found.
    """
    known = ExistingPapers(library)
    for each in seen:
        known.add(Draft(title=each.title, arxiv=each.arxiv, doi=each.doi), "", _SEEN)
    new: list[Candidate] = []
    left_out, existing, declined = [], 0, 0
    for draft, watches in _distinct(works, library):
        if match := known.find(draft):
            existing += match[1] != _SEEN
            declined += match[1] == _SEEN
        elif draft.status:
            left_out.append(LeftOut(draft.title, draft.notice or draft.status))
        elif draft.title:
            new.append(Candidate(draft, watches, len(new)))
    ranked = rank(new, library)
    return Selection(tuple(ranked), existing, declined, tuple(left_out))


def best(selection: Selection, limit: int) -> tuple[list[Candidate], Selection]:
    """Return up to ``limit`` candidates that records can hold, and the selection without the others."""
    chosen: list[Candidate] = []
    unusable: list[Candidate] = []
    for candidate in selection.candidates:
        if len(chosen) == limit:
            break
        draft, refused = sanitize(candidate.draft)
        if draft.title and not any(each.position.line == 2 for each in refused):
            chosen.append(replace(candidate, draft=draft))
        else:
            unusable.append(candidate)
    reason = "it has no title that a record can hold"
    left_out = (*selection.left_out, *(LeftOut(each.draft.title, reason) for each in unusable))
    usable = tuple(each for each in selection.candidates if each not in unusable)
    return chosen, replace(selection, candidates=usable, left_out=left_out)


def _distinct(works: Iterable[tuple[str, Work]], library: Library) -> list[tuple[Draft, tuple[str, ...]]]:
    """Return each paper once, with all watches that found it; what one of them lacks another may have."""
    batch = ExistingPapers(replace(library, papers=()))
    drafts: list[Draft] = []
    watches: list[dict[str, None]] = []
    for watch, work in works:
        draft = work.draft
        if match := batch.find(draft):
            number = int(match[1])
            drafts[number] = _joined(drafts[number], draft)
            watches[number][watch] = None
        else:
            number = len(drafts)
            drafts.append(draft)
            watches.append({watch: None})
        batch.add(drafts[number], "", str(number))
    return [(draft, tuple(names)) for draft, names in zip(drafts, watches, strict=True)]


def _joined(one: Draft, other: Draft) -> Draft:
    """Return the draft with what it lacks taken from another of the same paper."""
    values: dict[str, Any] = {
        each.name: getattr(other, each.name)
        for each in fields(Draft)
        if getattr(one, each.name) == each.default
    }
    if one.authors:
        values.pop("author_count", None)
    return replace(one, **values)


def rank(candidates: Sequence[Candidate], library: Library) -> list[Candidate]:
    """Return the candidates with their neighbours and score, the best first."""
    stats = update_stats([paper.record for paper in library.papers], CorpusStats())
    by_word: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, paper in enumerate(library.papers):
        for word, weight in stats.vectors[paper.slug][1].weights.items():
            by_word[word].append((index, weight))
    ranked = [_ranked(each, library.papers, stats, by_word) for each in candidates]
    return sorted(ranked, key=lambda each: (-each.score, each.draft.arxiv, each.draft.title))


def _ranked(
    candidate: Candidate,
    papers: Sequence[Paper],
    stats: CorpusStats,
    by_word: dict[str, list[tuple[int, int]]],
) -> Candidate:
    """Return a candidate with its neighbours and its score."""
    vector = vector_of(count_tokens(candidate.draft.title, candidate.draft.abstract), stats)
    products: dict[int, int] = defaultdict(int)
    for word, weight in vector.weights.items():
        for index, other in by_word.get(word, ()):
            products[index] += weight * other
    best = heapq.nlargest(_NEIGHBOURS, products.items(), key=lambda each: (each[1], -each[0]))
    score = sum(product * _starred(papers[index]) for index, product in best) / (_NEIGHBOURS * _WHOLE)
    score += _DOUBLED * math.log2(1 + (candidate.draft.upvotes or 0))
    neighbours = tuple((papers[i], _shared(vector, stats.vectors[papers[i].slug][1])) for i, _ in best)
    return replace(candidate, score=round(score, 3), neighbours=neighbours)


def _starred(paper: Paper) -> float:
    """Return how much a paper of the archive counts: a hundred votes make it one and a half."""
    return 1 + math.log10(1 + (paper.record.upvotes or 0)) / 4


def _shared(one: TermVector, other: TermVector) -> tuple[str, ...]:
    """Return the words that two papers share, those that distinguish them most first."""
    shared = one.weights.keys() & other.weights.keys()
    ranked = sorted(shared, key=lambda word: (-one.weights[word] * other.weights[word], word))
    return tuple(ranked[:_WORDS])
