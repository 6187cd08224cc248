"""Which papers to read next: those that share rare words and rare topics, each with the reason to show.

Plain TF-IDF (Salton & Buckley 1988) over title, summary and abstract, cut to each paper's most telling words,
and the same measure over topics. A shared word counts where one of the two papers dwells on
it, in its title or by saying it twice: what both mention once is seldom what they are about. Sums are of
whole numbers, so that the same papers give the same order on every machine.

One edit must not have all papers compared again. So large numbers of papers are rounded before they weigh
anything, and what is found for a paper is kept under a fingerprint of all that it was found from: its own
terms, and the terms of every paper that shares one. ``Kept`` is what a build hands on to the next.
"""

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import nlargest
from itertools import chain
from typing import NamedTuple

from offprint.model import Paper, Related
from offprint.prints import SIZE, Print, fold
from offprint.processes import pool
from offprint.vocabulary import Words

SHOWN = 5
_TELLING = 14  # words kept of each paper
_POOL = 25  # papers nearest by words; only these are weighed by topics too
_REASONS = 2  # topics named as a reason, and words
_DIGITS = 5  # binary digits that numbers of papers are rounded to
_PARALLEL_FROM = 2000  # papers to compare; below, starting processes costs more than they save

_WORDS_SAY = 3  # vectors of many words are never as near as those of few topics; this evens it out
_UNIT = 1000  # the length of a paper's vector of words, and of that of topics


class Terms(NamedTuple):
    """Weights of a paper's most telling words: all of them, and which of them it dwells on."""

    weights: dict[str, int]
    dwelt: frozenset[str]


Near = tuple[tuple[str, tuple[str, ...]], ...]  # slugs and reasons, the nearest first


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found for the same or other papers: by word, and by slug with a fingerprint of its causes."""

    worth: Mapping[str, int] = field(default_factory=dict)
    plurals: frozenset[str] = frozenset()
    terms: Mapping[str, tuple[Print, Terms]] = field(default_factory=dict)
    near: Mapping[str, tuple[Print, Near]] = field(default_factory=dict)


def related_papers(papers: Sequence[Paper], near: Mapping[str, Near]) -> dict[str, tuple[Related, ...]]:
    """For each paper's slug, up to SHOWN papers to read next, the nearest first."""
    by_slug = {paper.slug: paper for paper in papers}
    return {
        slug: tuple(Related(by_slug[other], reasons) for other, reasons in found)
        for slug, found in near.items()
    }


def find_near(
    papers: Sequence[Paper], kept: Kept | None = None, jobs: int = 1
) -> tuple[dict[str, Near], Kept]:
    """What is nearest to each paper by slug, and what to keep.

    What is kept changes how long it takes and nothing else.
    """
    kept = kept or Kept()
    frequency = Counter(chain.from_iterable(paper.record.words.words for paper in papers))
    plurals = frozenset(word for word in frequency if word[-1] == "s" and word[:-1] in frequency)
    worth = _worth(frequency, plurals, len(papers))
    terms = _all_terms(papers, worth, plurals, kept)
    nearest = _Nearest(papers, [terms[paper.slug][1] for paper in papers])
    causes = nearest.causes()
    found = {}
    todo = []
    for index, (paper, cause) in enumerate(zip(papers, causes, strict=True)):
        held = kept.near.get(paper.slug)
        if held and held[0] == cause:
            found[paper.slug] = held
        else:
            todo.append(index)
    for index, near in zip(todo, nearest.of_all(todo, jobs), strict=True):
        found[papers[index].slug] = (causes[index], near)
    return {slug: near for slug, (_, near) in found.items()}, Kept(worth, plurals, terms, found)


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
    papers: Sequence[Paper], worth: dict[str, int], plurals: frozenset[str], kept: Kept
) -> dict[str, tuple[Print, Terms]]:
    """The most telling words of all papers by slug, those kept where none of their words has changed."""
    changed = {word for word, _ in worth.items() ^ kept.worth.items()}
    changed |= {f"{word}s" for word in changed} | (plurals ^ kept.plurals)
    made = {}
    for paper in papers:
        held = kept.terms.get(paper.slug)
        words = paper.record.words
        if held and held[0] == paper.record.digest and changed.isdisjoint(words.words):
            made[paper.slug] = held
        else:
            made[paper.slug] = (paper.record.digest, _most_telling(words, worth, plurals))
    return made


def _most_telling(words: Words, worth: dict[str, int], plurals: frozenset[str]) -> Terms:
    counts: dict[str, int] = {}
    if plurals.isdisjoint(words.words):
        counts = dict(zip(words.words, words.counts, strict=True))
    else:
        for word, count in zip(words.words, words.counts, strict=True):
            form = word[:-1] if word in plurals else word
            counts[form] = counts.get(form, 0) + count
    weighed = [(-says * _often(count), word) for word, count in counts.items() if (says := worth.get(word))]
    kept = {word: -weight for weight, word in sorted(weighed)[:_TELLING]}
    return Terms(_unit(kept), frozenset(word for word in kept if counts[word] > 1))


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

    def __init__(self, papers: Sequence[Paper], terms: list[Terms]) -> None:
        self._papers, self._terms = papers, terms
        self._all: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._dwelling: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._with_topic: dict[str, list[int]] = defaultdict(list)
        for index, paper in enumerate(papers):
            if paper.record.status != "published":
                continue
            weights, dwelt = terms[index]
            for word, weight in weights.items():
                self._all[word].append((index, weight))
            for word in dwelt:
                self._dwelling[word].append((index, weights[word]))
            for topic in paper.topics:
                self._with_topic[topic.slug].append(index)
        self._sizes = {slug: _rounded(len(held)) for slug, held in self._with_topic.items()}
        weigh = functools.cache(self._weigh_topics)
        self._topics = [weigh(tuple(topic.slug for topic in paper.topics)) for paper in papers]

    def causes(self) -> list[Print]:
        """For each paper a fingerprint of all that ``of()`` follows from."""
        own = [
            fold(paper.slug, paper.record.status, tuple(weights.items()), sorted(dwelt), topics)
            for paper, (weights, dwelt), topics in zip(self._papers, self._terms, self._topics, strict=True)
        ]
        words = {
            word: blake2b(b"".join([own[index] for index, _ in held]), digest_size=SIZE).digest()
            for word, held in self._all.items()
        }
        names = {topic.slug: topic.name for paper in self._papers for topic in paper.topics}
        topics = {
            slug: fold(names[slug], self._sizes[slug], [own[index] for index in held[:_POOL]])
            for slug, held in self._with_topic.items()
        }
        made = []
        for index, paper in enumerate(self._papers):
            parts = [own[index]]
            parts += [words.get(word, b"") for word in self._terms[index].weights]
            parts += [topics.get(topic.slug, b"") for topic in paper.topics]
            made.append(blake2b(b"".join(parts), digest_size=SIZE).digest())
        return made

    def of_all(self, indices: list[int], jobs: int) -> list[Near]:
        """What is nearest to each of these papers, found by several processes where there are many."""
        if jobs < 2 or len(indices) < _PARALLEL_FROM:
            return [self.of(index) for index in indices]
        with pool(jobs, _hold, self) as workers:
            return list(workers.map(_of_held, indices, chunksize=max(1, len(indices) // (8 * jobs))))

    def of(self, index: int) -> Near:
        """Up to SHOWN papers nearest to the paper at ``index``, with reasons."""
        by_words = self._by_words(index)
        # One number holds the score and the place, so that the newer of two equals comes first.
        last = len(self._papers)
        best = nlargest(_POOL, [score * last + last - 1 - other for other, score in by_words.items()])
        around = [last - 1 - each % last for each in best]
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
        return tuple((self._papers[o].slug, self._reasons(index, o)) for _, o in ranked[:SHOWN])

    def _weigh_topics(self, slugs: tuple[str, ...]) -> dict[str, int]:
        total = _rounded(len(self._papers)) + 1
        return _unit({slug: _log(total, self._sizes.get(slug) or 1) for slug in slugs})

    def _by_words(self, index: int) -> dict[int, int]:
        """How near papers are by shared words that one of the two dwells on."""
        scores: dict[int, int] = {}
        weights, dwelt = self._terms[index]
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


class _Held:
    """What a process that compares papers holds from its start on."""

    nearest: _Nearest


def _hold(nearest: _Nearest) -> None:
    _Held.nearest = nearest


def _of_held(index: int) -> Near:
    return _Held.nearest.of(index)
