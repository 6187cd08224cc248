"""Which words of a paper tell it from others, and how much each says.

Plain TF-IDF (Salton & Buckley 1988) over title, summary and abstract, cut to each paper's most telling words.
Weights are whole numbers, so that the same papers give the same ones on every machine, and numbers of papers
are rounded before they weigh anything, so that one more paper seldom changes what a word says. Which papers
are near each other is for related.py.
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

_TELLING = 14  # words kept of each paper
_DIGITS = 5  # binary digits that numbers of papers are rounded to
_FEW = 40  # words that are sooner looked for in all texts than the texts taken apart
_UNIT = 1000  # the length of a paper's vector of words, and of that of topics
_NOTHING = (b"", None)


class TermVector(NamedTuple):
    """Weights of a paper's most telling words: all of them, and which of them it dwells on; a fingerprint."""

    weights: dict[str, int]
    salient: frozenset[str]
    made: Fingerprint


@dataclass(frozen=True, slots=True)
class CorpusStats:
    """What is told of all papers' words: how many papers have each, and what it says.

    ``said`` are the words of each paper by slug and ``terms`` what is telling of them, both with the record's
    digest. A plural in -s is one word with its singular, where papers use that too.
    """

    frequency: Mapping[str, int] = field(default_factory=dict)
    worth: Mapping[str, int] = field(default_factory=dict)
    plurals: frozenset[str] = frozenset()
    said: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)
    terms: Mapping[str, tuple[bytes, TermVector]] = field(default_factory=dict)


def update_stats(papers: Sequence[PaperRecord], kept: CorpusStats) -> CorpusStats:
    """What the words of papers tell; ``kept``, of these or other papers, only saves time."""
    said, frequency = _said(papers, kept)
    plurals = frozenset(word for word in frequency if word[-1] == "s" and word[:-1] in frequency)
    worth = _worth(frequency, plurals, len(papers))
    return CorpusStats(frequency, worth, plurals, said, _all_terms(papers, said, worth, plurals, kept))


def _said(
    papers: Sequence[PaperRecord], kept: CorpusStats
) -> tuple[dict[str, tuple[bytes, str]], Counter[str]]:
    """The words of each paper by slug, and how many papers have each word."""
    said = {}
    fresh: list[str] = []
    for record in papers:
        held = kept.said.get(record.slug)
        if held is None or held[0] != record.digest:
            held = (record.digest, record.tokens.text)
            fresh.append(held[1])
        said[record.slug] = held
    gone = [words for slug, (_, words) in kept.said.items() if said.get(slug, _NOTHING)[1] is not words]
    frequency = Counter(kept.frequency)
    frequency.update(chain.from_iterable(map(str.split, fresh)))
    frequency.subtract(chain.from_iterable(map(str.split, gone)))
    return said, +frequency


def rounded(number: int) -> int:
    """A number cut to its first _DIGITS binary digits, so that one more or less seldom counts."""
    extra = max(0, number.bit_length() - _DIGITS)
    return number >> extra << extra


def _worth(frequency: Counter[str], plurals: frozenset[str], papers: int) -> dict[str, int]:
    """What each word says of a paper that has it; those of one paper or of many say nothing."""
    total = rounded(papers)
    most = max(8, total // 10)
    worth = {}
    for word, number in frequency.items():
        if word in plurals:
            continue
        both = number + frequency[f"{word}s"] if f"{word}s" in plurals else number
        if 1 < both <= most and both < papers:
            worth[word] = log(total, rounded(both))
    return worth


@functools.cache
def log(total: int, number: int) -> int:
    """What it says to be among so many of all."""
    return max(1, round(_UNIT * math.log(total / number)))


def _all_terms(
    papers: Sequence[PaperRecord],
    said: Mapping[str, tuple[bytes, str]],
    worth: dict[str, int],
    plurals: frozenset[str],
    kept: CorpusStats,
) -> dict[str, tuple[bytes, TermVector]]:
    """The most telling words of all papers by slug, those kept where none of their words has changed."""
    changed = {word for word, _ in worth.items() ^ kept.worth.items()}
    changed |= {f"{word}s" for word in changed} | (plurals ^ kept.plurals)
    few = len(changed) < _FEW
    made = {}
    for record in papers:
        held = kept.terms.get(record.slug)
        words = said[record.slug][1]
        if (
            held
            and held[0] == record.digest
            and not (any(word in words for word in changed) if few else changed.intersection(words.split()))
        ):
            made[record.slug] = held
        else:
            made[record.slug] = (record.digest, _most_telling(record.tokens, worth, plurals))
    return made


def _most_telling(words: TokenCounts, worth: dict[str, int], plurals: frozenset[str]) -> TermVector:
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
    weights, dwelt = unit(kept), frozenset(word for word in kept if counts[word] > 1)
    return TermVector(weights, dwelt, fingerprint(tuple(weights.items()), sorted(dwelt)))


@functools.cache
def _often(count: int) -> int:
    """What saying a word so many times adds: ever less."""
    return round(100 * (1 + math.log(count)))


def unit(weights: dict[str, int]) -> dict[str, int]:
    """The weights scaled so that the vector's length is _UNIT, give or take rounding."""
    length = math.isqrt(sum(weight * weight for weight in weights.values())) or 1
    return {key: weight * _UNIT // length for key, weight in weights.items()}
