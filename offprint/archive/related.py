"""Related papers: for each paper those that share rare words, topics or authors with it, and which.

Papers are compared by their TF-IDF vectors (``tfidf.py``) and by vectors of topics with the same weights. A
shared word counts only where it is salient in one of the two papers, that is in the title or used twice: what
both mention once is seldom what they are about. Venue and date decide between near ones. Better none than one
that does not convince: a paper is related only by an author, two telling words, one that both dwell on, or a
telling word and a telling topic. All scores are whole numbers, so that the order of related
papers is the same on every machine.

After an edit only few papers are compared again: a result stays valid until the terms of the paper change, or
those of another paper that shares one of them. ``RelatedState`` is what a build leaves to the next for this.
"""

import functools
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import islice
from typing import Any, NamedTuple

from offprint.archive.model import Paper, Related, Topic
from offprint.archive.tfidf import CorpusStats, TermVector, idf, normalize, round_down, update_stats
from offprint.records.model import PaperRecord
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.workers import call_held, identity, pool

Tables = Mapping[str, Mapping[str, Any]]  # named mappings, as storage/deltas.py caches them
SHOWN = 5
_CANDIDATES = 25  # papers with the best scores by words; only these are scored by topics as well
_REASONS = 2  # topics that are named as reasons, and words
_FEW = 40  # changed papers; up to so many it is quicker to look at each of them
_PARALLEL_FROM = 2000  # papers to compare; below, starting processes costs more than they save

_STATS_TABLES = ("frequency", "idf", "words", "vectors")  # fields of CorpusStats that are mappings
_AUTHOR, _VENUE, _YEAR = 300_000, 30_000, 20_000  # scores for a shared author, the same venue, a near date
_AUTHORS = 50  # of a paper, that are compared
_BY = "by/"  # before an author's slug, where authors stand among topics
_SMALL = 30  # papers; in a smaller archive nothing can be rare
_TELLING_WORD, _TELLING_TOPIC = 10, 4  # a telling word is in at most one paper of ten, a topic in one of four
_UNTELLING = re.compile(r"(?i)\b(other|misc|miscellaneous|general|survey|surveys|review|reviews|overview)\b")
_WORDS_FACTOR = 3  # balances scores by words, of which vectors have many, with those by topics, of which few


class Subject(NamedTuple):
    """All that comparing needs of a paper: ``authors`` are pairs of slug and name.

    ``fingerprint`` covers its slug, date, title, status, venue and authors.
    """

    record: PaperRecord
    published: bool
    topics: tuple[Topic, ...]
    authors: tuple[tuple[str, str], ...]
    fingerprint: Fingerprint


class RelatedIds(NamedTuple):
    """The related papers of one: a JSON list of rows (slug, authors, topics, words), the best first.

    ``fingerprint`` covers that list and the titles of the papers in it.
    """

    rows: str
    fingerprint: Fingerprint


class Candidates(NamedTuple):
    """The papers that related ones were chosen from: those with the best scores by words.

    ``codes`` are their slugs, four bytes each; ``threshold`` is the score at which another may join them.
    """

    codes: bytes
    threshold: int


@dataclass(frozen=True, slots=True)
class RelatedState:
    """All related papers, and what they were computed from, so that the next build can reuse them.

    ``fingerprints`` and ``newest`` are what the methods of ``_PaperIndex`` of these names return; ``related``
    has the related papers of each paper and their candidates, by slug.
    """

    stats: CorpusStats = field(default_factory=CorpusStats)
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    newest: Mapping[str, list[str]] = field(default_factory=dict)
    related: Mapping[str, tuple[RelatedIds, Candidates]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables) -> "RelatedState":
        """Return the state that ``tables()`` was called on; an empty one where there are no tables."""
        if not tables:
            return cls()
        plurals = frozenset(tables["plurals"])
        stats = CorpusStats(**{name: tables[name] for name in _STATS_TABLES}, plurals=plurals)
        return cls(stats, tables["fingerprints"], tables["newest"], tables["related"])

    def tables(self) -> Tables:
        """Return the state as named mappings, which can be cached."""
        return {
            **{name: getattr(self.stats, name) for name in _STATS_TABLES},
            "plurals": dict.fromkeys(self.stats.plurals),
            "fingerprints": self.fingerprints,
            "newest": self.newest,
            "related": self.related,
        }


class RelatedPapers(Mapping[str, tuple[Related, ...]]):
    """Up to SHOWN related papers by a paper's slug, the best first.

    ``related`` is called at each access: it may wait for a comparison that runs in another process.
    """

    def __init__(self, papers: Sequence[Paper], related: Callable[[], Mapping[str, RelatedIds]]) -> None:
        self._papers = {paper.slug: paper for paper in papers}
        self._related = related

    def __getitem__(self, slug: str) -> tuple[Related, ...]:
        return tuple(
            Related(self._papers[other], *map(tuple, reasons))
            for other, *reasons in json.loads(self._related()[slug].rows)
            if other in self._papers
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._related())

    def __len__(self) -> int:
        return len(self._related())


def subjects_of(papers: Iterable[Paper]) -> list[Subject]:
    """Return all that comparing needs of each paper."""
    return [_subject(paper) for paper in papers]


def _subject(paper: Paper) -> Subject:
    record = paper.record
    authors = tuple((_BY + each.author.slug, each.shown) for each in paper.authors[:_AUTHORS])
    facts = (paper.slug, paper.date, record.title.source, record.status, record.venue, authors)
    return Subject(record, record.status == "published", paper.topics, authors, fingerprint(*facts))


def find_related(
    papers: Sequence[Subject], before: RelatedState | None = None, jobs: int = 1
) -> tuple[dict[str, RelatedIds], RelatedState]:
    """Return the related papers of each paper by slug, and the state to hand to the next call.

    The state of an earlier call, for these or other papers, saves time and does not change the result.
    """
    before = before or RelatedState()
    stats = update_stats([paper.record for paper in papers], before.stats)
    paper_index = _PaperIndex(papers, [stats.vectors[paper.record.slug][1] for paper in papers])
    now = RelatedState(stats, paper_index.fingerprints(), paper_index.newest())
    related = {slug: before.related[slug] for slug in now.fingerprints.keys() & before.related.keys()}
    stale = paper_index.stale(now, before)
    for index, result in zip(stale, paper_index.compare_all(stale, jobs), strict=True):
        related[papers[index].record.slug] = result
    return {slug: ids for slug, (ids, _) in related.items()}, replace(now, related=related)


class _PaperIndex:
    """An inverted index of words and one of topics, over all papers, to find the related papers of each.

    Papers are numbered in the order in which they come, which is newest first.
    """

    def __init__(self, papers: Sequence[Subject], vectors: list[TermVector]) -> None:
        self._papers, self._vectors = papers, vectors
        self._by_word: dict[str, list[tuple[int, int]]] = defaultdict(list)  # (paper, weight)
        self._by_salient_word: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._by_topic: dict[str, list[int]] = defaultdict(list)
        self._by_author: dict[str, list[int]] = defaultdict(list)
        for index, paper in enumerate(papers):
            if not paper.published:
                continue
            weights, salient, _ = vectors[index]
            for word, weight in weights.items():
                self._by_word[word].append((index, weight))
            for word in salient:
                self._by_salient_word[word].append((index, weights[word]))
            for topic in paper.topics:
                self._by_topic[topic.slug].append(index)
            for author, _ in paper.authors:
                self._by_author[author].append(index)
        self._authors = [frozenset(author for author, _ in paper.authors) for paper in papers]
        self._sizes = {slug: round_down(len(indices)) for slug, indices in self._by_topic.items()}
        weigh = functools.cache(self._weigh_topics)
        self._topics = [weigh(tuple(topic.slug for topic in paper.topics)) for paper in papers]

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Return, by slug, a fingerprint of all that ``compare()`` reads of a paper."""
        of_topics: dict[int, Fingerprint] = {}
        for paper, weights in zip(self._papers, self._topics, strict=True):
            if id(weights) not in of_topics:
                names = [(topic.name, self._sizes.get(topic.slug)) for topic in paper.topics]
                of_topics[id(weights)] = fingerprint(weights, names)
        return {
            paper.record.slug: paper.fingerprint + vector.fingerprint + of_topics[id(weights)]
            for paper, vector, weights in zip(self._papers, self._vectors, self._topics, strict=True)
        }

    def newest(self) -> dict[str, list[str]]:
        """Return the slugs of the newest papers of each topic and author that ``compare()`` may read."""
        authors = {author: indices for author, indices in self._by_author.items() if len(indices) > 1}
        return {
            term: [self._papers[index].record.slug for index in indices[:_CANDIDATES]]
            for term, indices in (*self._by_topic.items(), *authors.items())
        }

    def stale(self, now: "RelatedState", before: "RelatedState") -> list[int]:
        """Return the papers to compare again: those that changed, and those that share terms with them.

        The order of papers that have not changed is the same as before, since it depends on dates and titles,
        which fingerprints cover.
        """
        changed = {slug for slug, _ in now.fingerprints.items() ^ before.fingerprints.items()}
        words: set[str] = set()
        for vectors in (now.stats.vectors, before.stats.vectors):
            words.update(*(vectors[slug][1].weights for slug in changed if slug in vectors))
        changed_vectors = [now.stats.vectors[slug][1] for slug in changed if slug in now.stats.vectors]
        topics = {
            topic
            for topic, slugs in now.newest.items()
            if slugs != before.newest.get(topic) or not changed.isdisjoint(slugs)
        }
        topics |= before.newest.keys() - now.newest.keys()

        def is_stale(paper: Subject, vector: TermVector, topics_of_paper: Mapping[str, int]) -> bool:
            slug = paper.record.slug
            authors = (author for author, _ in paper.authors)
            if slug in changed or not topics.isdisjoint((*topics_of_paper, *authors)):
                return True
            if words.isdisjoint(vector.weights):
                return False
            return len(changed) > _FEW or _may_change(
                before.related[slug][1], vector, changed, changed_vectors
            )

        rows = zip(self._papers, self._vectors, self._topics, strict=True)
        return [index for index, row in enumerate(rows) if is_stale(*row)]

    def compare_all(self, indices: list[int], jobs: int) -> list[tuple[RelatedIds, Candidates]]:
        """Return the result of ``compare()`` for each paper, in several processes where there are many."""
        if jobs < 2 or len(indices) < _PARALLEL_FROM:
            return [self.compare(index) for index in indices]
        compare = functools.partial(call_held, _PaperIndex.compare)
        with pool(jobs, identity, self) as workers:
            return list(workers.map(compare, indices, chunksize=max(1, len(indices) // (8 * jobs))))

    def compare(self, index: int) -> tuple[RelatedIds, Candidates]:
        """Return up to SHOWN related papers of the paper ``index``, and the candidates by words."""
        by_words = self._scores_by_words(index)
        # One number holds the score and the index, so that the newer of two equals comes first.
        count = len(self._papers)
        best = nlargest(_CANDIDATES, [score * count + count - 1 - other for other, score in by_words.items()])
        others = [count - 1 - each % count for each in best]
        codes = b"".join([_code(self._papers[other].record.slug) for other in others])
        candidates = Candidates(codes, best[-1] // count if len(best) == _CANDIDATES else 1)
        # Where words yield too few, the newest papers with this one's rarest topics are candidates as well.
        topics = self._topics[index]
        for topic in sorted(topics, key=lambda slug: (self._sizes.get(slug, 0), slug)):
            others += self._by_topic.get(topic, [])[: max(0, _CANDIDATES - len(others))]
        for author, _ in self._papers[index].authors:
            others += self._by_author.get(author, [])[:_CANDIDATES]
        scores = {other: _WORDS_FACTOR * by_words.get(other, 0) for other in others if other != index}
        for other in scores:
            scores[other] += self._score_by_facts(index, other)
        ranked = sorted((-score, other) for other, score in scores.items() if score)
        convincing = (other for _, other in ranked if self._convinces(index, other))
        return self._related_ids(index, list(islice(convincing, SHOWN))), candidates

    def _score_by_facts(self, index: int, other: int) -> int:
        """Return the score of two papers by topics, authors, venue and date."""
        one, two = self._papers[index], self._papers[other]
        topics, other_topics = self._topics[index], self._topics[other]
        score = sum(other_topics[slug] * topics[slug] for slug in topics.keys() & other_topics.keys())
        score += _AUTHOR * min(2, len(self._authors[index] & self._authors[other]))
        if score and one.record.venue and one.record.venue == two.record.venue:
            score += _VENUE
        if score and one.record.date and two.record.date:
            score += _YEAR * (abs(one.record.date.year - two.record.date.year) < 2)
        return score

    def _convinces(self, index: int, other: int) -> bool:
        """Tell whether a reader would see why two papers are said to be related."""
        if not self._authors[index].isdisjoint(self._authors[other]):
            return True
        most = len(self._papers)
        words = [
            word
            for word in self._shared_words(index, other)
            if len(self._by_word[word]) <= max(3, most // _TELLING_WORD)
        ]
        both = self._vectors[index].salient & self._vectors[other].salient
        topics = [
            topic
            for topic in self._papers[index].topics
            if topic.slug in self._topics[other]
            and not _UNTELLING.search(topic.name)
            and len(self._by_topic[topic.slug]) <= max(3, most // _TELLING_TOPIC)
        ]
        if len(words) > 1 or not both.isdisjoint(words) or (words and topics):
            return True
        return most < _SMALL and bool(words or self._topics[index].keys() & self._topics[other].keys())

    def _shared_words(self, index: int, other: int) -> list[str]:
        """Return the words that two papers share and one of them dwells on, the weightiest first."""
        one, two = self._vectors[index], self._vectors[other]
        words = sorted(
            (-one.weights[word] * two.weights[word], word)
            for word in one.weights.keys() & two.weights.keys()
            if word in one.salient or word in two.salient
        )
        return [word for _, word in words]

    def _related_ids(self, index: int, others: list[int]) -> RelatedIds:
        """Return these related papers of the paper ``index``, with the reasons for each."""
        records = [self._papers[other].record for other in others]
        rows = json.dumps(
            [
                (record.slug, *self._reasons(index, other))
                for record, other in zip(records, others, strict=True)
            ]
        )
        return RelatedIds(rows, fingerprint(rows, [record.title.source for record in records]))

    def _weigh_topics(self, slugs: tuple[str, ...]) -> dict[str, int]:
        """Return a vector of topics: the weight of each by slug, higher for rarer ones."""
        total = round_down(len(self._papers)) + 1
        return normalize({slug: idf(total, self._sizes.get(slug) or 1) for slug in slugs})

    def _scores_by_words(self, index: int) -> dict[int, int]:
        """Return the score, by ``_score()``, of each paper that has one with the paper ``index``."""
        scores: dict[int, int] = {}
        weights, salient, _ = self._vectors[index]
        for word, weight in weights.items():
            postings = self._by_word if word in salient else self._by_salient_word
            for other, other_weight in postings.get(word, ()):
                scores[other] = scores.get(other, 0) + weight * other_weight
        scores.pop(index, None)
        return scores

    def _reasons(self, index: int, other: int) -> tuple[list[str], list[str], list[str]]:
        """Return the names of shared authors, those of the rarest shared topics, and shared words."""
        theirs = dict(self._papers[other].authors)
        authors = [name for author, name in self._papers[index].authors if author in theirs]
        other_topics = self._topics[other]
        shared = [t for t in self._papers[index].topics if t.slug in other_topics]
        topics = sorted(shared, key=lambda t: (self._sizes.get(t.slug, 0), t.slug))
        topic_names = " ".join(topic.name for topic in topics).casefold()
        words = [word for word in self._shared_words(index, other) if word not in topic_names]
        return authors[:_REASONS], [topic.name for topic in topics[:_REASONS]], words[:_REASONS]


def _may_change(
    candidates: Candidates, vector: TermVector, changed: set[str], changed_vectors: list[TermVector]
) -> bool:
    """Return whether a changed paper was among a paper's candidates, or may be now."""
    return any(_code(slug) in candidates.codes for slug in changed) or any(
        _score(vector, each) >= candidates.threshold for each in changed_vectors
    )


@functools.cache
def _code(slug: str) -> bytes:
    """Return a four-byte code of a slug. Two slugs may share one: then a paper is compared needlessly."""
    return zlib.crc32(slug.encode()).to_bytes(4, "big")


def _score(one: TermVector, two: TermVector) -> int:
    """Return the product of two papers' vectors, over the words that are salient in one of them."""
    shared = one.weights.keys() & two.weights.keys()
    return sum(one.weights[w] * two.weights[w] for w in shared if w in one.salient or w in two.salient)
