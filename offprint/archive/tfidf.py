"""TF-IDF vectors of papers: the words that distinguish each paper from others, with weights.

This is plain TF-IDF (Salton & Buckley 1988) over title, summary and abstract, cut to the words with the
highest weights. Weights are whole numbers, so that they are the same on every machine. Numbers of papers are
rounded before they are used, so that a new paper seldom changes the weight of a word. Papers are compared in
``related.py``.
"""

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from offprint.records.model import PaperRecord
from offprint.records.tokens import TokenCounts
from offprint.storage.fingerprint import Fingerprint, fingerprint

_VECTOR_SIZE = 14  # words in a paper's vector, at most
_DIGITS = 5  # binary digits that numbers of papers are rounded to
_FEW = 40  # changed words; up to so many it is quicker to search the texts than to split them into words
_LENGTH = 1000  # of a normalized vector; also the scale of an idf
_MISSING = (b"", None)


class TermVector(NamedTuple):
    """The TF-IDF vector of a paper: the weight of each word, the highest first.

    ``salient`` are those of the words that are in the title or used more than once.
    """

    weights: dict[str, int]
    salient: frozenset[str]
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class CorpusStats:
    """Statistics of the words of all papers.

    ``frequency`` is the number of papers that have a word, and ``idf`` the weight of a word. ``plurals`` are
    words in -s whose singular is used as well; the two count as one word. ``words`` are the words of each
    paper, separated by spaces, and ``vectors`` its vector; both are keyed by slug, and have the digest of the
    record that they were made from.
    """

    frequency: Mapping[str, int] = field(default_factory=dict)
    idf: Mapping[str, int] = field(default_factory=dict)
    plurals: frozenset[str] = frozenset()
    words: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    vectors: Mapping[str, tuple[bytes, TermVector]] = field(default_factory=dict)


def update_stats(papers: Sequence[PaperRecord], before: CorpusStats) -> CorpusStats:
    """Return the statistics of these papers.

    Those of an earlier call, for these or other papers, save time and do not change the result.
    """
    words, frequency = _update_words(papers, before)
    plurals = frozenset(word for word in frequency if word[-1] == "s" and word[:-1] in frequency)
    idf_of = _weigh_words(frequency, plurals, len(papers))
    vectors = _update_vectors(papers, words, idf_of, plurals, before)
    return CorpusStats(frequency, idf_of, plurals, words, vectors)


def _update_words(
    papers: Sequence[PaperRecord], before: CorpusStats
) -> tuple[dict[str, tuple[bytes, str]], Counter[str]]:
    """Return the fields ``words`` and ``frequency`` of these papers' statistics."""
    words_of = {}
    added: list[str] = []
    for record in papers:
        entry = before.words.get(record.slug)
        if entry is None or entry[0] != record.digest:
            entry = (record.digest, record.tokens.text)
            added.append(entry[1])
        words_of[record.slug] = entry
    removed = [
        words for slug, (_, words) in before.words.items() if words_of.get(slug, _MISSING)[1] is not words
    ]
    frequency = Counter(before.frequency)
    frequency.update(chain.from_iterable(map(str.split, added)))
    frequency.subtract(chain.from_iterable(map(str.split, removed)))
    return words_of, +frequency


def round_down(number: int) -> int:
    """Return a number cut to its first _DIGITS binary digits, so that one more paper seldom changes it."""
    extra = max(0, number.bit_length() - _DIGITS)
    return number >> extra << extra


def _weigh_words(frequency: Counter[str], plurals: frozenset[str], papers: int) -> dict[str, int]:
    """Return the idf of each word, without words of a single paper and of more than a tenth of them."""
    total = round_down(papers)
    most = max(8, total // 10)
    idf_of = {}
    for word, number in frequency.items():
        if word in plurals:
            continue
        both = number + frequency[f"{word}s"] if f"{word}s" in plurals else number
        if 1 < both <= most and both < papers:
            idf_of[word] = idf(total, round_down(both))
    return idf_of


@functools.cache
def idf(total: int, number: int) -> int:
    """Return the inverse document frequency, scaled by _LENGTH, of what ``number`` of all papers have."""
    return max(1, round(_LENGTH * math.log(total / number)))


def _update_vectors(
    papers: Sequence[PaperRecord],
    words_of: Mapping[str, tuple[bytes, str]],
    idf_of: dict[str, int],
    plurals: frozenset[str],
    before: CorpusStats,
) -> dict[str, tuple[bytes, TermVector]]:
    """Return the field ``vectors``; vectors are reused where no word of the paper changed its weight."""
    changed = {word for word, _ in idf_of.items() ^ before.idf.items()}
    changed |= {f"{word}s" for word in changed} | (plurals ^ before.plurals)
    few = len(changed) < _FEW
    vectors = {}
    for record in papers:
        entry = before.vectors.get(record.slug)
        words = words_of[record.slug][1]
        if (
            entry
            and entry[0] == record.digest
            and not (any(word in words for word in changed) if few else changed.intersection(words.split()))
        ):
            vectors[record.slug] = entry
        else:
            vectors[record.slug] = (record.digest, _vector(record.tokens, idf_of, plurals))
    return vectors


def vector_of(tokens: TokenCounts, stats: CorpusStats) -> TermVector:
    """Return the vector of a text that is none of the papers, by the weights that words have in them."""
    return _vector(tokens, dict(stats.idf), stats.plurals)


def _vector(tokens: TokenCounts, idf_of: dict[str, int], plurals: frozenset[str]) -> TermVector:
    """Return the vector of a paper with these words."""
    counts: dict[str, int] = {}
    words = tokens.words
    if plurals.isdisjoint(words):
        counts = dict(zip(words, tokens.counts, strict=True))
    else:
        for word, count in zip(words, tokens.counts, strict=True):
            singular = word[:-1] if word in plurals else word
            counts[singular] = counts.get(singular, 0) + count
    weighed = [(-weight * _tf(count), word) for word, count in counts.items() if (weight := idf_of.get(word))]
    highest = {word: -weight for weight, word in sorted(weighed)[:_VECTOR_SIZE]}
    weights, salient = normalize(highest), frozenset(word for word in highest if counts[word] > 1)
    return TermVector(weights, salient, fingerprint(tuple(weights.items()), sorted(salient)))


@functools.cache
def _tf(count: int) -> int:
    """Return the weight of a word that a paper has ``count`` times, which grows with the logarithm."""
    return round(100 * (1 + math.log(count)))


def normalize(weights: dict[str, int]) -> dict[str, int]:
    """Scale weights so that the length of the vector is _LENGTH, apart from rounding."""
    length = math.isqrt(sum(weight * weight for weight in weights.values())) or 1
    return {key: weight * _LENGTH // length for key, weight in weights.items()}
