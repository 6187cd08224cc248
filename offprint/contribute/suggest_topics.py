"""Which topics a new paper may have: those of the archive's papers that share most of its rarer words."""

import math
import re
from collections import Counter, defaultdict

from offprint.archive.model import Library

_WORD = re.compile(r"[^\W\d_]{4,}")
_NEAREST = 6  # papers whose topics are looked at
_MOST = 3  # topics proposed
_SHARE = 0.3  # a topic is proposed from this share of the nearest papers' weight on


def nearest_topics(library: Library, text: str) -> tuple[str, ...]:
    """Return up to three topics' slugs for a text (title and abstract), the likeliest first."""
    words = set(_WORD.findall(text.casefold()))
    if not words:
        return ()
    shared = []
    frequency: Counter[str] = Counter()
    for paper in library.papers:
        record = paper.record
        theirs = f"{record.title.source} {record.summary.source} {record.abstract.source}".casefold()
        common = words.intersection(_WORD.findall(theirs))
        frequency.update(common)
        shared.append((paper, common))
    weight = {word: math.log((len(library.papers) + 1) / count) for word, count in frequency.items()}
    scored = [
        (sum(weight[word] for word in sorted(common)), paper) for paper, common in shared if paper.topics
    ]
    scored.sort(key=lambda each: (-each[0], each[1].slug))
    nearest = [(score, paper) for score, paper in scored[:_NEAREST] if score > 0]
    votes: dict[str, float] = defaultdict(float)
    for score, paper in nearest:
        for topic in paper.topics:
            votes[topic.slug] += score
    least = _SHARE * sum(score for score, _ in nearest)
    ranked = sorted(votes.items(), key=lambda each: (-each[1], each[0]))
    return tuple(slug for slug, vote in ranked if vote >= least)[:_MOST]
