"""Statistics over time: papers by year, and the topics whose share of papers is rising.

Years are those of publication, so undated papers count nowhere. The newest year is that of the newest paper:
the clock is never read. How numbers are shown is for ``site/views/statistics.py``.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from offprint.archive.model import Library, Paper, Topic
from offprint.records.model import PartialDate

RECENT_PAPERS = 30  # the recent years are as few as have this many papers together
YEARS_BEFORE = 5  # that the recent years are compared with
_LEAST = 3  # recent papers of a rising topic
_DEVIATIONS = 1.0  # standard deviations by which its share has grown, at least


class RisingTopic(NamedTuple):
    """A topic whose share of papers rises, with its papers in the recent years and in those before."""

    topic: Topic
    recent: int
    before: int


class Rising(NamedTuple):
    """The rising topics, strongest first, and the two periods that were compared.

    A period is its first and last year; ``recent_papers`` and ``before_papers`` count all papers in it.
    """

    recent: tuple[int, int]
    before: tuple[int, int]
    recent_papers: int
    before_papers: int
    topics: tuple[RisingTopic, ...]


def years_of(papers: Iterable[Paper]) -> Counter[int]:
    """Return the number of papers of each year, the newest first."""
    counts = Counter(paper.date.year for paper in papers if paper.date)
    return Counter({year: counts[year] for year in sorted(counts, reverse=True)})


def rising_topics(library: Library) -> Rising | None:
    """Return the topics whose share of the recent years' papers exceeds their share before.

    They are ranked by the two-proportion z-test with pooled variance, so that one more paper of a rare topic
    does not look like a trend. Return None where all papers are recent.
    """
    years = sorted((date.year for date in library.periods if not date.month), reverse=True)
    first, recent_papers = _recent(library, years)
    last_before = next((year for year in years if year < first), None)
    if last_before is None:
        return None
    first_before = min(year for year in years if year > last_before - YEARS_BEFORE)
    before_papers = sum(len(library.periods[PartialDate(y)]) for y in years if first_before <= y < first)
    ranked = []
    for topic in library.topics:
        counts = years_of(library.by_topic.get(topic.slug, ()))
        recent = sum(count for year, count in counts.items() if year >= first)
        before = sum(count for year, count in counts.items() if first_before <= year < first)
        score = _growth(recent, recent_papers, before, before_papers)
        if recent >= _LEAST and score >= _DEVIATIONS:
            ranked.append((-round(score, 6), topic.slug, RisingTopic(topic, recent, before)))
    ranked.sort(key=lambda each: each[:2])
    return Rising(
        recent=(first, years[0]),
        before=(first_before, last_before),
        recent_papers=recent_papers,
        before_papers=before_papers,
        topics=tuple(each for _, _, each in ranked),
    )


def _recent(library: Library, years: list[int]) -> tuple[int, int]:
    """Return the first of the newest years that together have RECENT_PAPERS, and how many they have."""
    papers = 0
    for year in years:
        papers += len(library.periods[PartialDate(year)])
        if papers >= RECENT_PAPERS:
            return year, papers
    return (years[-1] if years else 0), papers


def _growth(recent: int, all_recent: int, before: int, all_before: int) -> float:
    """Return by how many standard deviations a recent share exceeds the one before."""
    share = (recent + before) / (all_recent + all_before)
    variance = share * (1 - share) * (1 / all_recent + 1 / all_before)
    if not variance:
        return 0.0
    return (recent / all_recent - before / all_before) / math.sqrt(variance)
