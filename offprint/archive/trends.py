"""Library → numbers over time: what is published when, of which topic, by whom, and what rises.

Only numbers, without words or pages. A paper counts for each of its topics and organizations; years are those
of publication, so the undated are in none. There is no clock: the newest year is the newest that has a paper.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from offprint.archive.model import Library, Paper, Topic
from offprint.records.model import PartialDate

RECENT_PAPERS = 30  # the recent years are the fewest that hold as many
YEARS_BEFORE = 5  # with which they are compared
_LEAST = 3  # recent papers that a rising topic has
_DEVIATIONS = 1.0  # by which its share has grown at least


class RisingTopic(NamedTuple):
    """A topic whose share grows: papers in the recent years and in those before."""

    topic: Topic
    recent: int
    before: int


class Rising(NamedTuple):
    """Two stretches of years (first, last), all papers in each, and the topics, the strongest first."""

    recent: tuple[int, int]
    before: tuple[int, int]
    recent_papers: int
    before_papers: int
    topics: tuple[RisingTopic, ...]


def years_of(papers: Iterable[Paper]) -> Counter[int]:
    """How many papers each year has, the newest first."""
    found = Counter(paper.date.year for paper in papers if paper.date)
    return Counter({year: found[year] for year in sorted(found, reverse=True)})


def rising_topics(library: Library) -> Rising | None:
    """The topics whose share of the recent years' papers exceeds their share before; None without a before.

    Ranked by the two-proportion z-test with pooled variance, which keeps one paper more of a rare topic from
    looking like a trend.
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
    """The first of the fewest newest years that hold RECENT_PAPERS, and what they hold."""
    papers = 0
    for year in years:
        papers += len(library.periods[PartialDate(year)])
        if papers >= RECENT_PAPERS:
            return year, papers
    return (years[-1] if years else 0), papers


def _growth(recent: int, all_recent: int, before: int, all_before: int) -> float:
    """By how many standard deviations the recent share is above the one before."""
    share = (recent + before) / (all_recent + all_before)
    variance = share * (1 - share) * (1 / all_recent + 1 / all_before)
    if not variance:
        return 0.0
    return (recent / all_recent - before / all_before) / math.sqrt(variance)
