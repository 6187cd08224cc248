"""The orders in which papers are shown, as sort keys."""

import math

from offprint.archive.model import Paper


def newest_first(paper: Paper) -> tuple[int, int, int, int, str, str]:
    """Return a sort key: newest first, then by title; a month after its days, a year after its months."""
    date = paper.date
    title = paper.record.title.source.casefold()
    if date is None:
        return (1, 0, 0, 0, title, paper.slug)
    return (0, -date.year, -date.month, -date.day, title, paper.slug)


def best_first(paper: Paper) -> tuple[int, int, float, tuple[int, int, int, int, str, str]]:
    """Return a sort key: most votes first, then most comments, the order of the source, the newest."""
    record = paper.record
    rank = record.rank or math.inf  # papers without a place come after those that have one
    return (-(record.upvotes or 0), -(record.comments or 0), rank, newest_first(paper))
