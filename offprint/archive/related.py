"""Which papers to read next: those that share rare words and rare topics, each with the reason to show.

Papers are compared by their most telling words (telling.py), and by the same measure over topics. A shared
word counts where one of the two papers dwells on it, in its title or by saying it twice: what both mention
once is seldom what they are about. Sums are of whole numbers, so that the same papers give the same order on
every machine.

One edit must not have all papers compared again: what was found for a paper holds until its own terms change,
or those of a paper that shares one. ``Kept`` is what a build hands on to the next.
"""

import functools
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from typing import Any, NamedTuple

from offprint.archive.model import Paper, Related, Topic
from offprint.archive.tfidf import CorpusStats, TermVector, log, rounded, unit, update_stats
from offprint.records.model import PaperRecord
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.workers import call_held, identity, pool

Tables = Mapping[str, Mapping[str, Any]]  # mappings by their names, as they are kept between builds
SHOWN = 5
_POOL = 25  # papers nearest by words; only these are weighed by topics too
_REASONS = 2  # topics named as a reason, and words
_FEW = 40  # papers that are sooner looked at one by one
_PARALLEL_FROM = 2000  # papers to compare; below, starting processes costs more than they save

_TOLD = ("frequency", "worth", "said", "terms")  # what Kept keeps as it is of what words tell
_WORDS_SAY = 3  # vectors of many words are never as near as those of few topics; this evens it out


class Subject(NamedTuple):
    """A paper as it is compared: ``made`` is a fingerprint of what is not of its topics or texts."""

    record: PaperRecord
    published: bool
    topics: tuple[Topic, ...]
    made: Fingerprint


class RelatedIds(NamedTuple):
    """Slugs and reasons, the nearest first, as JSON, and their fingerprint, of the papers' titles, too."""

    to_read: str
    made: Fingerprint


class Candidates(NamedTuple):
    """The codes of the papers nearest to one by words, and the score that another needs to be among them."""

    codes: bytes
    least: int


@dataclass(frozen=True, slots=True)
class RelatedState:
    """What was found for the same or other papers.

    ``told`` is what their words tell; ``own`` and ``newest`` are those of ``_Nearest``.
    """

    told: CorpusStats = field(default_factory=CorpusStats)
    own: Mapping[str, Fingerprint] = field(default_factory=dict)
    newest: Mapping[str, list[str]] = field(default_factory=dict)
    near: Mapping[str, tuple[RelatedIds, Candidates]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables) -> "RelatedState":
        """What was kept as these tables, or nothing where they are none."""
        if not tables:
            return cls()
        told = CorpusStats(**{name: tables[name] for name in _TOLD}, plurals=frozenset(tables["plurals"]))
        return cls(told, tables["own"], tables["newest"], tables["near"])

    def tables(self) -> Tables:
        """All of it as mappings."""
        told = {name: getattr(self.told, name) for name in _TOLD}
        plurals = dict.fromkeys(self.told.plurals)
        return {**told, "plurals": plurals, "own": self.own, "newest": self.newest, "near": self.near}


class RelatedPapers(Mapping[str, tuple[Related, ...]]):
    """Up to SHOWN papers to read next by a paper's slug, the nearest first; put together when asked for."""

    def __init__(self, papers: Sequence[Paper], near: Callable[[], Mapping[str, RelatedIds]]) -> None:
        self._papers = {paper.slug: paper for paper in papers}
        self._near = near

    def __getitem__(self, slug: str) -> tuple[Related, ...]:
        found = json.loads(self._near()[slug].to_read)
        return tuple(
            Related(self._papers[other], tuple(reasons)) for other, reasons in found if other in self._papers
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._near())

    def __len__(self) -> int:
        return len(self._near())


def subjects_of(papers: Iterable[Paper]) -> list[Subject]:
    """What is compared of papers."""
    return [
        Subject(
            paper.record,
            paper.record.status == "published",
            paper.topics,
            fingerprint(paper.slug, paper.date, paper.record.title.source, paper.record.status),
        )
        for paper in papers
    ]


def find_related(
    papers: Sequence[Subject], kept: RelatedState | None = None, jobs: int = 1
) -> tuple[dict[str, RelatedIds], RelatedState]:
    """What is nearest to each paper by slug, and what to keep.

    What is kept changes how long it takes and nothing else.
    """
    kept = kept or RelatedState()
    told = update_stats([paper.record for paper in papers], kept.told)
    nearest = _Nearest(papers, [told.terms[paper.record.slug][1] for paper in papers])
    now = RelatedState(told, nearest.own(), nearest.newest())
    near = {slug: kept.near[slug] for slug in now.own.keys() & kept.near.keys()}
    todo = nearest.again(now, kept)
    for index, found in zip(todo, nearest.of_all(todo, jobs), strict=True):
        near[papers[index].record.slug] = found
    return {slug: found for slug, (found, _) in near.items()}, replace(now, near=near)


class _Nearest:
    """Which papers are nearest to one, from an index of words and one of topics."""

    def __init__(self, papers: Sequence[Subject], terms: list[TermVector]) -> None:
        self._papers, self._terms = papers, terms
        self._all: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._dwelling: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._with_topic: dict[str, list[int]] = defaultdict(list)
        for index, paper in enumerate(papers):
            if not paper.published:
                continue
            weights, dwelt, _ = terms[index]
            for word, weight in weights.items():
                self._all[word].append((index, weight))
            for word in dwelt:
                self._dwelling[word].append((index, weights[word]))
            for topic in paper.topics:
                self._with_topic[topic.slug].append(index)
        self._sizes = {slug: rounded(len(held)) for slug, held in self._with_topic.items()}
        weigh = functools.cache(self._weigh_topics)
        self._topics = [weigh(tuple(topic.slug for topic in paper.topics)) for paper in papers]

    def own(self) -> dict[str, Fingerprint]:
        """By each paper's slug a fingerprint of what ``of()`` looks at of it, for itself or another."""
        of_topics: dict[int, Fingerprint] = {}
        for paper, weights in zip(self._papers, self._topics, strict=True):
            if id(weights) not in of_topics:
                named = [(topic.name, self._sizes.get(topic.slug)) for topic in paper.topics]
                of_topics[id(weights)] = fingerprint(weights, named)
        return {
            paper.record.slug: paper.made + terms.made + of_topics[id(weights)]
            for paper, terms, weights in zip(self._papers, self._terms, self._topics, strict=True)
        }

    def newest(self) -> dict[str, list[str]]:
        """The newest papers of each topic: all of it that ``of()`` may look at."""
        return {
            topic: [self._papers[index].record.slug for index in held[:_POOL]]
            for topic, held in self._with_topic.items()
        }

    def again(self, now: "RelatedState", before: "RelatedState") -> list[int]:
        """The papers to which others may be nearest now: changed ones, and those that share what these have.

        Papers that have not changed stand in the order that they had, since the date and the title are among
        what can change.
        """
        changed = {slug for slug, _ in now.own.items() ^ before.own.items()}
        words: set[str] = set()
        for terms in (now.told.terms, before.told.terms):
            words.update(*(terms[slug][1].weights for slug in changed if slug in terms))
        theirs = [now.told.terms[slug][1] for slug in changed if slug in now.told.terms]
        topics = {
            topic
            for topic, held in now.newest.items()
            if held != before.newest.get(topic) or not changed.isdisjoint(held)
        }
        return [
            index
            for index, (paper, terms) in enumerate(zip(self._papers, self._terms, strict=True))
            if paper.record.slug in changed
            or not topics.isdisjoint(self._topics[index])
            or (
                not words.isdisjoint(terms.weights)
                and (
                    len(changed) > _FEW or _reached(before.near[paper.record.slug][1], terms, changed, theirs)
                )
            )
        ]

    def of_all(self, indices: list[int], jobs: int) -> list[tuple[RelatedIds, Candidates]]:
        """What is nearest to each of these papers, found by several processes where there are many."""
        if jobs < 2 or len(indices) < _PARALLEL_FROM:
            return [self.of(index) for index in indices]
        of = functools.partial(call_held, _Nearest.of)
        with pool(jobs, identity, self) as workers:
            return list(workers.map(of, indices, chunksize=max(1, len(indices) // (8 * jobs))))

    def of(self, index: int) -> tuple[RelatedIds, Candidates]:
        """Up to SHOWN papers nearest to the paper at ``index``, with reasons; among which they were found."""
        by_words = self._by_words(index)
        # One number holds the score and the place, so that the newer of two equals comes first.
        last = len(self._papers)
        best = nlargest(_POOL, [score * last + last - 1 - other for other, score in by_words.items()])
        around = [last - 1 - each % last for each in best]
        near_by_words = b"".join([_code(self._papers[other].record.slug) for other in around])
        among = Candidates(near_by_words, best[-1] // last if len(best) == _POOL else 1)
        # Where words find few, the newest with the paper's rarest topics are looked at too.
        mine = self._topics[index]
        for topic in sorted(mine, key=lambda slug: (self._sizes.get(slug, 0), slug)):
            around += self._with_topic.get(topic, [])[: max(0, _POOL - len(around))]
        scores = {other: _WORDS_SAY * by_words.get(other, 0) for other in around if other != index}
        for other in scores:
            theirs = self._topics[other]
            for slug in mine.keys() & theirs.keys():
                scores[other] += theirs[slug] * mine[slug]
        ranked = sorted((-score, other) for other, score in scores.items() if score)
        shown = [other for _, other in ranked[:SHOWN]]
        records = [self._papers[other].record for other in shown]
        to_read = json.dumps(
            [(record.slug, self._reasons(index, other)) for record, other in zip(records, shown, strict=True)]
        )
        return RelatedIds(to_read, fingerprint(to_read, [record.title.source for record in records])), among

    def _weigh_topics(self, slugs: tuple[str, ...]) -> dict[str, int]:
        total = rounded(len(self._papers)) + 1
        return unit({slug: log(total, self._sizes.get(slug) or 1) for slug in slugs})

    def _by_words(self, index: int) -> dict[int, int]:
        """How near papers are by shared words that one of the two dwells on."""
        scores: dict[int, int] = {}
        weights, dwelt, _ = self._terms[index]
        for word, mine in weights.items():
            for other, theirs in (self._all if word in dwelt else self._dwelling).get(word, ()):
                scores[other] = scores.get(other, 0) + mine * theirs
        scores.pop(index, None)
        return scores

    def _reasons(self, index: int, other: int) -> tuple[str, ...]:
        """The names of the rarest shared topics, then the shared words that say most."""
        one, two = self._terms[index], self._terms[other]
        rare = self._topics[other]
        shared = [t for t in self._papers[index].topics if t.slug in rare]
        topics = sorted(shared, key=lambda t: (self._sizes.get(t.slug, 0), t.slug))
        named = " ".join(topic.name for topic in topics).casefold()
        words = sorted(
            (-one.weights[word] * two.weights[word], word)
            for word in one.weights.keys() & two.weights.keys()
            if (word in one.salient or word in two.salient) and word not in named
        )
        return (*[t.name for t in topics[:_REASONS]], *[word for _, word in words[:_REASONS]])


def _reached(pool: Candidates, terms: TermVector, changed: set[str], theirs: list[TermVector]) -> bool:
    """Whether changed papers, whose terms are now ``theirs``, were in a paper's pool or may be in it now."""
    return any(_code(slug) in pool.codes for slug in changed) or any(
        _score(terms, each) >= pool.least for each in theirs
    )


@functools.cache
def _code(slug: str) -> bytes:
    """A slug in four bytes, to keep pools small; where two are alike, one paper more is compared again."""
    return zlib.crc32(slug.encode()).to_bytes(4, "big")


def _score(one: TermVector, two: TermVector) -> int:
    """How near two papers are by shared words that one of them dwells on."""
    shared = one.weights.keys() & two.weights.keys()
    return sum(one.weights[w] * two.weights[w] for w in shared if w in one.salient or w in two.salient)
