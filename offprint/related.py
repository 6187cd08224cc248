"""Which papers to read next: those that share rare words and rare topics, each with the reason to show.

Plain TF-IDF (Salton & Buckley 1988) over title, summary and abstract, cut to each paper's most telling words,
and the same measure over topics. A shared word counts where one of the two papers dwells on
it, in its title or by saying it twice: what both mention once is seldom what they are about. Sums are of
whole numbers, so that the same papers give the same order on every machine.

One edit must not have all papers compared again. So large numbers of papers are rounded before they weigh
anything, and what was found for a paper holds until its own terms change, or those of a paper that shares
one. ``Kept`` is what a build hands on to the next.
"""

import functools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

from offprint.model import Paper, PaperRecord, Related, Topic
from offprint.prints import Print, fold
from offprint.processes import pool
from offprint.vocabulary import Words

SHOWN = 5
_TELLING = 14  # words kept of each paper
_POOL = 25  # papers nearest by words; only these are weighed by topics too
_REASONS = 2  # topics named as a reason, and words
_DIGITS = 5  # binary digits that numbers of papers are rounded to
_FEW = 40  # words or papers that are sooner looked for one by one
_PARALLEL_FROM = 2000  # papers to compare; below, starting processes costs more than they save

_WORDS_SAY = 3  # vectors of many words are never as near as those of few topics; this evens it out
_UNIT = 1000  # the length of a paper's vector of words, and of that of topics


_NOTHING = (b"", None)


class Terms(NamedTuple):
    """Weights of a paper's most telling words: all of them, and which of them it dwells on; a fingerprint."""

    weights: dict[str, int]
    dwelt: frozenset[str]
    made: Print


class Subject(NamedTuple):
    """A paper as it is compared: ``made`` is a fingerprint of what is not of its topics or texts."""

    record: PaperRecord
    published: bool
    topics: tuple[Topic, ...]
    made: Print


class Near(NamedTuple):
    """Slugs and reasons, the nearest first, as JSON, and their fingerprint, of the papers' titles, too."""

    to_read: str
    made: Print


class Pool(NamedTuple):
    """The papers nearest to one by words, and the score that another needs to be among them."""

    slugs: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found for the same or other papers: by word, and by slug with what it follows from.

    ``said`` are the words of each paper and ``terms`` what is telling of them, both with the record's digest;
    ``own`` and ``newest`` are those of ``_Nearest``.
    """

    frequency: Mapping[str, int] = field(default_factory=dict)
    worth: Mapping[str, int] = field(default_factory=dict)
    plurals: frozenset[str] = frozenset()
    said: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    terms: Mapping[str, tuple[bytes, Terms]] = field(default_factory=dict)
    own: Mapping[str, Print] = field(default_factory=dict)
    newest: Mapping[str, list[str]] = field(default_factory=dict)
    near: Mapping[str, tuple[Near, Pool]] = field(default_factory=dict)


class ToRead(Mapping[str, tuple[Related, ...]]):
    """Up to SHOWN papers to read next by a paper's slug, the nearest first; put together when asked for."""

    def __init__(self, papers: Sequence[Paper], near: Callable[[], Mapping[str, Near]]) -> None:
        self._papers = {paper.slug: paper for paper in papers}
        self._near = near

    def __getitem__(self, slug: str) -> tuple[Related, ...]:
        found = json.loads(self._near()[slug].to_read)
        return tuple(Related(self._papers[other], tuple(reasons)) for other, reasons in found)

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
            fold(paper.slug, paper.date, paper.record.title.source, paper.record.status),
        )
        for paper in papers
    ]


def find_near(
    papers: Sequence[Subject], kept: Kept | None = None, jobs: int = 1
) -> tuple[dict[str, Near], Kept]:
    """What is nearest to each paper by slug, and what to keep.

    What is kept changes how long it takes and nothing else.
    """
    kept = kept or Kept()
    said, frequency = _said(papers, kept)
    plurals = frozenset(word for word in frequency if word[-1] == "s" and word[:-1] in frequency)
    worth = _worth(frequency, plurals, len(papers))
    terms = _all_terms(papers, said, worth, plurals, kept)
    nearest = _Nearest(papers, [terms[paper.record.slug][1] for paper in papers])
    now = Kept(frequency, worth, plurals, said, terms, nearest.own(), nearest.newest())
    near = {slug: kept.near[slug] for slug in now.own.keys() & kept.near.keys()}
    todo = nearest.again(now, kept)
    for index, found in zip(todo, nearest.of_all(todo, jobs), strict=True):
        near[papers[index].record.slug] = found
    return {slug: found for slug, (found, _) in near.items()}, replace(now, near=near)


def _said(papers: Sequence[Subject], kept: Kept) -> tuple[dict[str, tuple[bytes, str]], Counter[str]]:
    """The words of each paper by slug, and how many papers have each word."""
    said = {}
    fresh: list[str] = []
    for record, *_ in papers:
        held = kept.said.get(record.slug)
        if held is None or held[0] != record.digest:
            held = (record.digest, record.words.text)
            fresh.append(held[1])
        said[record.slug] = held
    gone = [words for slug, (_, words) in kept.said.items() if said.get(slug, _NOTHING)[1] is not words]
    frequency = Counter(kept.frequency)
    frequency.update(chain.from_iterable(map(str.split, fresh)))
    frequency.subtract(chain.from_iterable(map(str.split, gone)))
    return said, +frequency


def _rounded(number: int) -> int:
    """A number cut to its first _DIGITS binary digits, so that one more or less seldom counts."""
    extra = max(0, number.bit_length() - _DIGITS)
    return number >> extra << extra


def _worth(frequency: Counter[str], plurals: frozenset[str], papers: int) -> dict[str, int]:
    """What each word says of a paper that has it; those of one paper or of many say nothing.

    A plural in -s is one word with its singular, where papers use that too.
    """
    total = _rounded(papers)
    most = max(8, total // 10)
    worth = {}
    for word, number in frequency.items():
        if word in plurals:
            continue
        both = number + frequency[f"{word}s"] if f"{word}s" in plurals else number
        if 1 < both <= most and both < papers:
            worth[word] = _log(total, _rounded(both))
    return worth


@functools.cache
def _log(total: int, number: int) -> int:
    return max(1, round(_UNIT * math.log(total / number)))


def _all_terms(
    papers: Sequence[Subject],
    said: Mapping[str, tuple[bytes, str]],
    worth: dict[str, int],
    plurals: frozenset[str],
    kept: Kept,
) -> dict[str, tuple[bytes, Terms]]:
    """The most telling words of all papers by slug, those kept where none of their words has changed."""
    changed = {word for word, _ in worth.items() ^ kept.worth.items()}
    changed |= {f"{word}s" for word in changed} | (plurals ^ kept.plurals)
    few = len(changed) < _FEW
    made = {}
    for record, *_ in papers:
        held = kept.terms.get(record.slug)
        words = said[record.slug][1]
        if (
            held
            and held[0] == record.digest
            and not (any(word in words for word in changed) if few else changed.intersection(words.split()))
        ):
            made[record.slug] = held
        else:
            made[record.slug] = (record.digest, _most_telling(record.words, worth, plurals))
    return made


def _most_telling(words: Words, worth: dict[str, int], plurals: frozenset[str]) -> Terms:
    counts: dict[str, int] = {}
    said = words.words
    if plurals.isdisjoint(said):
        counts = dict(zip(said, words.counts, strict=True))
    else:
        for word, count in zip(said, words.counts, strict=True):
            form = word[:-1] if word in plurals else word
            counts[form] = counts.get(form, 0) + count
    weighed = [(-says * _often(count), word) for word, count in counts.items() if (says := worth.get(word))]
    kept = {word: -weight for weight, word in sorted(weighed)[:_TELLING]}
    weights, dwelt = _unit(kept), frozenset(word for word in kept if counts[word] > 1)
    return Terms(weights, dwelt, fold(tuple(weights.items()), sorted(dwelt)))


@functools.cache
def _often(count: int) -> int:
    """What saying a word so many times adds: ever less."""
    return round(100 * (1 + math.log(count)))


def _unit(weights: dict[str, int]) -> dict[str, int]:
    """The weights scaled so that the vector's length is _UNIT, give or take rounding."""
    length = math.isqrt(sum(weight * weight for weight in weights.values())) or 1
    return {key: weight * _UNIT // length for key, weight in weights.items()}


class _Nearest:
    """Which papers are nearest to one, from an index of words and one of topics."""

    def __init__(self, papers: Sequence[Subject], terms: list[Terms]) -> None:
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
        self._sizes = {slug: _rounded(len(held)) for slug, held in self._with_topic.items()}
        weigh = functools.cache(self._weigh_topics)
        self._topics = [weigh(tuple(topic.slug for topic in paper.topics)) for paper in papers]

    def own(self) -> dict[str, Print]:
        """By each paper's slug a fingerprint of what ``of()`` looks at of it, for itself or another."""
        of_topics: dict[int, Print] = {}
        for paper, weights in zip(self._papers, self._topics, strict=True):
            if id(weights) not in of_topics:
                named = [(topic.name, self._sizes.get(topic.slug)) for topic in paper.topics]
                of_topics[id(weights)] = fold(weights, named)
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

    def again(self, now: "Kept", before: "Kept") -> list[int]:
        """The papers to which others may be nearest now: changed ones, and those that share what these have.

        Papers that have not changed stand in the order that they had, since the date and the title are among
        what can change.
        """
        changed = {slug for slug, _ in now.own.items() ^ before.own.items()}
        words: set[str] = set()
        for terms in (now.terms, before.terms):
            words.update(*(terms[slug][1].weights for slug in changed if slug in terms))
        theirs = [now.terms[slug][1] for slug in changed if slug in now.terms]
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

    def of_all(self, indices: list[int], jobs: int) -> list[tuple[Near, Pool]]:
        """What is nearest to each of these papers, found by several processes where there are many."""
        if jobs < 2 or len(indices) < _PARALLEL_FROM:
            return [self.of(index) for index in indices]
        with pool(jobs, _hold, self) as workers:
            return list(workers.map(_of_held, indices, chunksize=max(1, len(indices) // (8 * jobs))))

    def of(self, index: int) -> tuple[Near, Pool]:
        """Up to SHOWN papers nearest to the paper at ``index``, with reasons; among which they were found."""
        by_words = self._by_words(index)
        # One number holds the score and the place, so that the newer of two equals comes first.
        last = len(self._papers)
        best = nlargest(_POOL, [score * last + last - 1 - other for other, score in by_words.items()])
        around = [last - 1 - each % last for each in best]
        near_by_words = tuple(self._papers[other].record.slug for other in around)
        among = Pool(near_by_words, best[-1] // last if len(best) == _POOL else 1)
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
        return Near(to_read, fold(to_read, [record.title.source for record in records])), among

    def _weigh_topics(self, slugs: tuple[str, ...]) -> dict[str, int]:
        total = _rounded(len(self._papers)) + 1
        return _unit({slug: _log(total, self._sizes.get(slug) or 1) for slug in slugs})

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
            if (word in one.dwelt or word in two.dwelt) and word not in named
        )
        return (*[t.name for t in topics[:_REASONS]], *[word for _, word in words[:_REASONS]])


def _reached(pool: Pool, terms: Terms, changed: set[str], theirs: list[Terms]) -> bool:
    """Whether changed papers, whose terms are now ``theirs``, were in a paper's pool or may be in it now."""
    return not changed.isdisjoint(pool.slugs) or any(_score(terms, each) >= pool.least for each in theirs)


def _score(one: Terms, two: Terms) -> int:
    """How near two papers are by shared words that one of them dwells on."""
    shared = one.weights.keys() & two.weights.keys()
    return sum(one.weights[w] * two.weights[w] for w in shared if w in one.dwelt or w in two.dwelt)


class _Held:
    """What a process that compares papers holds from its start on."""

    nearest: _Nearest


def _hold(nearest: _Nearest) -> None:
    _Held.nearest = nearest


def _of_held(index: int) -> tuple[Near, Pool]:
    return _Held.nearest.of(index)
