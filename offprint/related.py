"""Which papers to read next: those that share rare words and topics, with the reason.

Plain TF-IDF over title, summary and abstract (Salton & Buckley 1988), cut to each paper's most telling
words: a word that stands in one paper alone links nothing, one that stands in many says little. Scores use
whole numbers, so that the same papers give the same order on every machine.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from offprint.model import Paper, Related

SHOWN = 5
_TELLING = 12  # words kept of each paper
_COMMON = 60  # a word in more papers than this is looked up no further
_TOPIC_WEIGHT = 3000

_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
_STOPWORDS = frozenset(
    "about above across after against all along also although among and another any are around based because "
    "been before being between both but can could current despite does during each either enable enables end "
    "even every existing experiments first for four from further furthermore given has have having here high "
    "how however improve improved improvement improves improving including instead into introduce introduces "
    "its itself large less like limited many may method methods model models moreover more most much must "
    "near need needs new not novel number often one only other others our out over own paper per performance "
    "present presents problem propose proposed proposes provide provides rather recent recently remain "
    "require requires respectively result results same second several show shows significant significantly "
    "since single some still such task tasks than that the their them then there these they third this those "
    "three through thus time times too toward towards training two under until upon use used uses using "
    "various very via was well were what when where whether which while who why will with within without "
    "work would yet you".split()
)


def related_papers(papers: Sequence[Paper]) -> dict[str, tuple[Related, ...]]:
    """For each paper's slug, up to SHOWN papers to read next, the nearest first."""
    counts = [_words(paper) for paper in papers]
    frequency = Counter(word for words in counts for word in words)
    telling = [_most_telling(words, frequency, len(papers)) for words in counts]
    postings: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(telling):
        for word in words:
            postings[word].append(index)
    return {paper.slug: _nearest(index, papers, telling, postings) for index, paper in enumerate(papers)}


def _words(paper: Paper) -> Counter[str]:
    """How often each word stands in the paper, a word of its title counting three times."""
    record = paper.record
    words = Counter(_WORD.findall(f"{record.summary.source} {record.abstract.source}".casefold()))
    for word in _WORD.findall(record.title.source.casefold()):
        words[word] += 3
    return words


def _most_telling(words: Counter[str], frequency: Counter[str], papers: int) -> dict[str, int]:
    """The words that tell most of a paper, with weights of their own length's unit, in thousandths."""
    weighed = [
        (round(1000 * (1 + math.log(count)) * math.log(papers / frequency[word])), word)
        for word, count in words.items()
        if 1 < frequency[word] <= _COMMON and word not in _STOPWORDS
    ]
    weighed.sort(key=lambda each: (-each[0], each[1]))
    kept = weighed[:_TELLING]
    length = math.isqrt(sum(weight * weight for weight, _ in kept)) or 1
    return {word: weight * 1000 // length for weight, word in kept if weight}


def _nearest(
    index: int,
    papers: Sequence[Paper],
    telling: Sequence[dict[str, int]],
    postings: dict[str, list[int]],
) -> tuple[Related, ...]:
    scores: dict[int, int] = defaultdict(int)
    for word, weight in telling[index].items():
        for other in postings[word]:
            scores[other] += weight * telling[other][word]
    scores.pop(index, None)
    topics = {topic.slug for topic in papers[index].topics}
    # Words find the candidates; topics, far more common, only move them up or down.
    ranked = sorted(
        (-score - 10 * _TOPIC_WEIGHT * sum(t.slug in topics for t in papers[other].topics), other)
        for other, score in scores.items()
        if papers[other].record.status == "published"
    )
    return tuple(
        Related(papers[other], _reasons(index, other, papers, telling)) for _, other in ranked[:SHOWN]
    )


def _reasons(
    index: int, other: int, papers: Sequence[Paper], telling: Sequence[dict[str, int]]
) -> tuple[str, ...]:
    """Shared topics' names, then the shared words that count most."""
    mine, theirs = telling[index], telling[other]
    names = {topic.name for topic in papers[index].topics}
    topics = [topic.name for topic in papers[other].topics if topic.name in names]
    words = sorted((word for word in mine if word in theirs), key=lambda w: (-mine[w] * theirs[w], w))
    known = " ".join(topics).casefold()
    return (*topics[:2], *[word for word in words if word not in known][:2])
