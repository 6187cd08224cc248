"""Which papers to read next: those that share rare words and rare topics, each with the reason to show.

Plain TF-IDF (Salton & Buckley 1988) over title, summary and abstract, cut to each paper's most telling words,
and the same measure over topics. A shared word counts where one of the two papers dwells on
it, in its title or by saying it twice: what both mention once is seldom what they are about. Sums are of
whole numbers, so that the same papers give the same order on every machine.
"""

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import NamedTuple

from offprint.model import Paper, Related

SHOWN = 5
_TELLING = 14  # words kept of each paper
_POOL = 25  # papers nearest by words; only these are weighed by topics too
_IN_TITLE = 3  # a word of the title counts like this many in the text
_REASONS = 2  # topics named as a reason, and words

_WORDS_SAY = 3  # vectors of many words are never as near as those of few topics; this evens it out
_UNIT = 1000  # the length of a paper's vector of words, and of that of topics

_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
# Chinese and Japanese put no space between words; pairs of their characters do for words.
_PAIR = re.compile("(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")
_STOPWORDS = frozenset(
    "about above across after against all allow allows along already also although among and another any "
    "are around based because been before being best better between both bring brings but can clearly "
    "could current despite does during each effective efficient either enable enables enabling end enhance "
    "enhancing even every existing experiments first five for four from full further furthermore gain "
    "gains given has have having here high higher how however improve improved improvement improves "
    "improving incentivizing including instead into introduce introduced introduces its itself just large "
    "learn learns less leveraging like limited long made make makes making many may method methods model "
    "models more moreover most much must native near nearly need needed needs new not novel now number "
    "often one only open other others our out over own paper per performance present presented presents "
    "problem propose proposed proposes provide provides rather recent recently remain report require "
    "requires respectively result results rethinking right same second seeking several should show shown "
    "shows significant significantly simple since single small some sparking step steps still strong such "
    "system systems take task tasks than that the their them then there these they this those three "
    "through thus time times together too top toward towards train training true two under unified "
    "unleashing until upon use used useful uses using various very via was well were what when where "
    "whether which while who why will with within without work worth would yet you".split()
)


class _Terms(NamedTuple):
    """Weights of a paper's most telling words: all of them, and which of them it dwells on."""

    weights: dict[str, int]
    dwelt: frozenset[str]


def related_papers(papers: Sequence[Paper]) -> dict[str, tuple[Related, ...]]:
    """For each paper's slug, up to SHOWN papers to read next, the nearest first."""
    counts = _in_one_form([_words(paper) for paper in papers])
    worth = _worth(counts, most=max(8, len(papers) // 10))
    nearest = _Nearest(papers, [_most_telling(words, worth) for words in counts])
    return {paper.slug: nearest.of(index) for index, paper in enumerate(papers)}


def _words(paper: Paper) -> Counter[str]:
    """How often each word stands in the paper."""
    record = paper.record
    words = Counter(_split(f"{record.summary.source} {record.abstract.source}".casefold()))
    for word in _split(record.title.source.casefold()):
        words[word] += _IN_TITLE
    return words


def _split(text: str) -> list[str]:
    words: list[str] = _WORD.findall(text)
    return words if text.isascii() else words + _PAIR.findall(text)


def _in_one_form(counts: list[Counter[str]]) -> list[Counter[str]]:
    """The counts with plurals in -s added to their singular, where papers use that too."""
    known = set().union(*counts)
    plurals = {word for word in known if word[-1] == "s" and word[:-1] in known}
    for words in counts:
        for word in words.keys() & plurals:
            words[word[:-1]] += words.pop(word)
    return counts


def _worth(counts: Iterable[Counter[str]], most: int) -> dict[str, int]:
    """What each word says of a paper that has it; those of one paper or of many say nothing."""
    frequency: Counter[str] = Counter()
    papers = 0
    for words in counts:
        frequency.update(words.keys())
        papers += 1
    return {
        word: round(_UNIT * math.log(papers / number))
        for word, number in frequency.items()
        if 1 < number <= most and number < papers and word not in _STOPWORDS
    }


def _most_telling(words: Counter[str], worth: dict[str, int]) -> _Terms:
    weighed = [(-worth[word] * _often(words[word]), word) for word in words.keys() & worth.keys()]
    weighed.sort()
    kept = {word: -weight for weight, word in weighed[:_TELLING]}
    return _Terms(_unit(kept), frozenset(word for word in kept if words[word] > 1))


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

    def __init__(self, papers: Sequence[Paper], terms: list[_Terms]) -> None:
        self._papers, self._terms = papers, terms
        self._all: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._dwelling: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._with_topic: dict[str, list[int]] = defaultdict(list)
        for index, paper in enumerate(papers):
            if paper.record.status != "published":
                continue
            for word, weight in terms[index].weights.items():
                self._all[word].append((index, weight))
                if word in terms[index].dwelt:
                    self._dwelling[word].append((index, weight))
            for topic in paper.topics:
                self._with_topic[topic.slug].append(index)
        self._topics = [self._weigh_topics(paper) for paper in papers]

    def of(self, index: int) -> tuple[Related, ...]:
        """Up to SHOWN papers nearest to the paper at ``index``, with reasons."""
        by_words = self._by_words(index)
        pool = nlargest(_POOL, by_words, key=lambda other: (by_words[other], -other))
        # Where words find few, the newest with the paper's rarest topics are looked at too.
        for topic in sorted(self._topics[index], key=lambda slug: (len(self._with_topic[slug]), slug)):
            pool += self._with_topic[topic][: max(0, _POOL - len(pool))]
        mine = self._topics[index]
        scores = {other: _WORDS_SAY * by_words.get(other, 0) for other in pool if other != index}
        for other in scores:
            for slug, weight in self._topics[other].items():
                if slug in mine:
                    scores[other] += weight * mine[slug]
        ranked = sorted((other for other in scores if scores[other]), key=lambda o: (-scores[o], o))
        return tuple(Related(self._papers[o], self._reasons(index, o)) for o in ranked[:SHOWN])

    def _weigh_topics(self, paper: Paper) -> dict[str, int]:
        total = len(self._papers) + 1
        return _unit(
            {
                t.slug: round(_UNIT * math.log(total / (len(self._with_topic[t.slug]) or 1)))
                for t in paper.topics
            }
        )

    def _by_words(self, index: int) -> dict[int, int]:
        """How near papers are by shared words that one of the two dwells on."""
        scores: dict[int, int] = defaultdict(int)
        weights, dwelt = self._terms[index]
        for word, mine in weights.items():
            for other, theirs in (self._all if word in dwelt else self._dwelling).get(word, ()):
                scores[other] += mine * theirs
        scores.pop(index, None)
        return scores

    def _reasons(self, index: int, other: int) -> tuple[str, ...]:
        """The names of the rarest shared topics, then the shared words that say most."""
        one, two = self._terms[index], self._terms[other]
        rare = self._topics[other]
        shared = [t for t in self._papers[index].topics if t.slug in rare]
        topics = sorted(shared, key=lambda t: (len(self._with_topic[t.slug]), t.slug))
        named = " ".join(topic.name for topic in topics).casefold()
        words = [
            (-one.weights[word] * two.weights[word], word)
            for word in (one.dwelt & two.weights.keys()) | (two.dwelt & one.weights.keys())
            if word not in named
        ]
        words.sort()
        return (*[t.name for t in topics[:_REASONS]], *[word for _, word in words[:_REASONS]])
